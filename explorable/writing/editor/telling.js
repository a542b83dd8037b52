// What a run printed and what it is told as, as elements.

/** @returns {HTMLElement} */
export function made(kind, name, ...inside) {
  const element = document.createElement(kind);
  if (name) element.className = name;
  element.append(...inside);
  return element;
}

/** A text with what stands between backticks as code. */
export function marked(text) {
  return text.split(/`([^`]+)`/).map((part, at) => (at % 2 ? made("code", "", part) : part));
}

function note([title, text, kind]) {
  const head = title ? [made("strong", "", ...marked(`${title}:`)), " "] : [];
  if (kind === "code") return code(text);
  if (kind !== "list") return made("p", "", ...head, ...marked(text));
  const rows = text.map((row) => made("li", "", ...marked(row)));
  return made("div", "", made("p", "", ...head), made("ul", "", ...rows));
}

/** Text as it is, which can be scrolled by keyboard, too. */
export function code(text, label = "") {
  const box = made("pre", "ex-write-text", made("code", "", text));
  box.tabIndex = 0;
  if (label) {
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", label);
  }
  return box;
}

/** A headline and its notes. */
export function card({ headline, notes, tone }) {
  const box = made("div", "ex-write-card", made("p", "ex-write-headline", ...marked(headline)), ...notes.map(note));
  box.dataset.tone = tone;
  return box;
}
