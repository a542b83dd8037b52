// The menu of a widget. What an entry does stands in the file that knows how, for most in the second script (more.js).
import { loadMore } from "./core.js";
/** @import { MenuAct } from "./types.d.ts" */
/** @import { Widget } from "./widget.js" */

const entries = [];

/**
 * An entry of the menu of every widget for which can(widget) holds. A press calls act(widget, say, place): say(words)
 * tells the reader, and place is an element for what is more than words.
 * @type {(label: string, can: (widget: Widget) => boolean, act: MenuAct) => void}
 */
export const addEntry = (label, can, act) => void entries.push({ label, can, act });

/** What the second script does; without it, the reader is told. @type {(name: string) => MenuAct} */
const later = (name) => async (widget, say, place) => {
  try {
    (await loadMore())[name](widget, say, place);
  } catch (error) {
    say(error.message);
  }
};
const always = () => true;

/** The entry that lists the keys, the last of all. */
const KEYS = { label: "Keys", can: always, act: later("keys") };

addEntry("Enlarge", always, later("enlarge"));
addEntry("Picture as SVG", always, later("svg"));
addEntry("Picture as PNG", always, later("png"));
addEntry("Numbers as CSV", always, later("csv"));
addEntry("As Python", ({ figure }) => Boolean(figure.dataset.python), later("python"));

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

/** A button that copies a text, and says so, or selects it in its box where copying is forbidden. */
function copier(label, text, box, say, done) {
  const button = make("button", { type: "button", textContent: label });
  button.addEventListener("click", async () => {
    if (await copied(text)) return say(done);
    box.lastChild.focus();
    say("The browser forbids it. The text is selected: copy it by hand.");
  });
  return button;
}

/**
 * A text to copy, in a field with a button.
 * @type {(place: HTMLElement, say: (words: string) => void, field: any[], button: string, done: string) => void}
 */
export function offer(place, say, [label, text, rows], button, done) {
  const box = field(label, text, rows);
  place.append(box, copier(button, text, box, say, done));
}

/**
 * The button, and the entries that this widget can have; returns { close, keys }, where keys() opens the list of keys.
 * @type {(figure: HTMLElement, widget: Widget) => { close: () => void, keys: () => void }}
 */
export function wakeMenu(figure, widget) {
  /** @type {any} */
  const box = figure.querySelector(".ex-share");
  const button = box.querySelector("button");
  const words = make("p", { className: "ex-note" });
  words.setAttribute("role", "status");
  const place = make("div", { className: "ex-given" });
  const say = (text) => (words.textContent = text);
  const clear = () => (say(""), place.replaceChildren());
  async function choose({ act }) {
    clear();
    await act(widget, say, place);
    menu.scrollIntoView({ block: "nearest" });
  }
  const items = [...entries, KEYS]
    .filter((entry) => entry.can(widget))
    .map((entry) => make("button", { type: "button", textContent: entry.label, onclick: () => choose(entry) }));
  const menu = make("div", { className: "ex-menu", hidden: true }, ...items, words, place);
  box.append(menu);

  function show(on) {
    clear();
    menu.hidden = !on;
    menu.classList.toggle("ex-up", button.getBoundingClientRect().bottom > innerHeight / 2);
    button.setAttribute("aria-expanded", on);
    figure.classList.toggle("ex-raised", on);
    const heed = document[`${on ? "add" : "remove"}EventListener`].bind(document);
    heed("pointerdown", outside);
    heed("keydown", escape, true);
    if (on) loadMore().catch(() => {}); // it is told when it is needed
  }
  const outside = (event) => event.composedPath().includes(box) || show(false);
  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // else what the widget is enlarged by would close, too
    show(false);
    button.focus();
  };
  button.addEventListener("click", () => show(menu.hidden));
  box.addEventListener("focusout", ({ relatedTarget: to }) => to && !box.contains(to) && show(false));
  const close = () => menu.hidden || show(false);
  const keys = () => {
    if (menu.hidden) show(true);
    items.at(-1).focus();
    choose(KEYS);
  };
  return { close, keys };
}
