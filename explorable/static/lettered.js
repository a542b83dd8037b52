// Words of a page in a picture of its own: lines broken to a width, and words where the page has put them.
import { node } from "./drawn.js";

let shared = null;

/** A context that measures words in a font. */
function measuring(font) {
  shared ??= document.createElement("canvas").getContext("2d");
  shared.font = font;
  return shared;
}

/** The font of an element as CSS writes it. @type {(style: CSSStyleDeclaration) => string} */
const fontOf = (style) => `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;

const textAt = (words, style, x, y) => {
  const text = node("text", {
    x,
    y,
    fill: style.color,
    "font-family": style.fontFamily,
    "font-size": style.fontSize,
    "font-weight": style.fontWeight,
    "font-style": style.fontStyle,
  });
  text.textContent = words;
  return text;
};

/** The words of an element in lines no wider than `width`. */
function broken(text, width, context) {
  const lines = [""];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (context.measureText(longer).width <= width || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/**
 * A text in the look of an element, below `top`, as wide as `width`: its lines, and where they end.
 * @type {(element: Element, text: string, width: number, top: number) => { lines: SVGElement[], bottom: number }}
 */
export function paragraph(element, text, width, top) {
  const style = getComputedStyle(element);
  const context = measuring(fontOf(style));
  const high = parseFloat(style.lineHeight) || 1.4 * parseFloat(style.fontSize);
  const ascent = 0.76 * parseFloat(style.fontSize);
  const rows = text.trim() ? broken(text, width, context) : [];
  const base = (i) => top + i * high + (high - parseFloat(style.fontSize)) / 2 + ascent + 1;
  return { lines: rows.map((row, i) => textAt(row, style, 0, base(i))), bottom: top + rows.length * high };
}

/** The words of an element, line by line where they stand on the page; place(x, y) is that in the picture. */
export function wordsOf(element, place) {
  const style = getComputedStyle(element);
  const context = measuring(fontOf(style));
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found = [];
  /** @type {any} */
  let text;
  while ((text = walker.nextNode())) {
    const range = document.createRange();
    range.selectNodeContents(text);
    const boxes = range.getClientRects();
    if (!boxes.length) continue;
    const lines = boxes.length > 1 ? broken(text.data, boxes[0].width + 1, context) : [text.data.trim()];
    lines.forEach((line, i) => {
      const box = boxes[Math.min(i, boxes.length - 1)];
      const ascent = (box.height - parseFloat(style.fontSize)) / 2 + 0.8 * parseFloat(style.fontSize);
      const [x, y] = place(box.left, box.top + ascent);
      found.push(textAt(line, style, x, y));
    });
  }
  return found;
}
