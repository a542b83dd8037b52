// Which words of a paragraph are the sentence around a link.

/** @type {(link: HTMLElement) => Range} */
export function sentenceOf(link) {
  const block = link.closest("p, li, dd, td, blockquote, figcaption") ?? link.parentElement;
  const range = document.createRange();
  range.selectNodeContents(block);
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  /** @type {any} */
  let text;
  while ((text = walker.nextNode())) {
    const where = link.compareDocumentPosition(text);
    if (where & Node.DOCUMENT_POSITION_PRECEDING) {
      const ends = [...text.data.matchAll(/[.?!]\s/g)];
      if (ends.length) range.setStart(text, ends.at(-1).index + 2);
    } else if (!link.contains(text)) {
      const end = /[.?!](?=\s|$)/.exec(text.data);
      if (end) {
        range.setEnd(text, end.index + 1);
        break;
      }
    }
  }
  return range;
}
