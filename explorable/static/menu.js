// The menu of a widget. What an entry does stands in the file that knows how.
/** @import { MenuAct } from "./types.d.ts" */
/** @import { Widget } from "./widget.js" */

const entries = [];

/**
 * An entry of the menu of every widget for which can(widget) holds. A press calls act(widget, say, place): say(words)
 * tells the reader, and place is an element for what is more than words.
 * @type {(label: string, can: (widget: Widget) => boolean, act: MenuAct) => void}
 */
export const addEntry = (label, can, act) => void entries.push({ label, can, act });

/** An element with properties and children. @type {(tag: string, traits: object, ...children: any[]) => any} */
export function make(tag, traits, ...children) {
  const element = Object.assign(document.createElement(tag), traits);
  element.append(...children);
  return element;
}

/** Copy a text; false where the browser forbids it. @type {(text: string) => Promise<boolean>} */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // forbidden, as in a frame of another site, or not there at all
  }
}

/**
 * A labeled text that can be copied by hand: all of it is selected as soon as it has the focus.
 * @type {(label: string, text: string, rows: number) => any}
 */
export function field(label, text, rows) {
  const area = make("textarea", { readOnly: true, value: text, rows });
  area.addEventListener("focus", () => area.select());
  return make("label", {}, label, area);
}

/** The button, and the entries that this widget can have. @type {(figure: HTMLElement, widget: Widget) => void} */
export function wakeMenu(figure, widget) {
  /** @type {any} */
  const box = figure.querySelector(".ex-share");
  const offered = entries.filter((entry) => entry.can(widget));
  if (!offered.length) return box.remove();
  const button = box.querySelector("button");
  const words = make("p", { className: "ex-note" });
  words.setAttribute("role", "status");
  const place = make("div", { className: "ex-given" });
  const say = (text) => (words.textContent = text);
  const clear = () => (say(""), place.replaceChildren());
  const items = offered.map(({ label, act }) => {
    const item = make("button", { type: "button", textContent: label });
    item.addEventListener("click", () => {
      clear();
      act(widget, say, place);
      menu.scrollIntoView({ block: "nearest" });
    });
    return item;
  });
  const menu = make("div", { className: "ex-menu", hidden: true }, ...items, words, place);
  box.append(menu);

  function show(on) {
    clear();
    menu.hidden = !on;
    button.setAttribute("aria-expanded", on);
    figure.classList.toggle("ex-raised", on);
    const heed = document[`${on ? "add" : "remove"}EventListener`].bind(document);
    heed("pointerdown", outside);
    heed("keydown", escape);
  }
  const outside = (event) => event.composedPath().includes(box) || show(false);
  const escape = ({ key }) => key === "Escape" && (show(false), button.focus());
  button.addEventListener("click", () => show(menu.hidden));
  box.addEventListener("focusout", ({ relatedTarget: to }) => to && !box.contains(to) && show(false));
}
