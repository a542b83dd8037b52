// What a hand expects of every widget: Reset, Undo, Pin, the menu, keys, and sliders that know their start.
import { loadMore } from "./core.js";
import { KINDS } from "./values.js";
import { createPast } from "./past.js";
import { wakeMenu } from "./menu.js";
import { makeTyped } from "./typed.js";
/** @import { Widget } from "./widget.js" */

// Where letters are typed, or a key chooses.
const TYPING = "textarea, select, input:not([type=range], [type=radio], [type=checkbox])";
const SLIDING = "input[type=range], .ex-handle";

const nameOf = (element) => element.dataset.moves ?? element.closest("[data-control]")?.dataset.control;

/** A control back to its start. */
function toStart(widget, name) {
  const control = widget.controls.get(name);
  if (!control) return false; // one of several numbers
  widget.past.join(name);
  widget.move(name, KINDS[control.kind].start(control));
  return true;
}

/** Play of the slider that has the focus, or else the first of the widget; false where there is none. */
function play(figure, target) {
  const own = target.closest("[data-control]")?.querySelector(".ex-play");
  const button = own ?? figure.querySelector(".ex-play");
  button?.click();
  return Boolean(button);
}

/** Ctrl+Z and its way back; true if there was something to do. */
function travelled({ past }, { key, shiftKey }) {
  if (key.toLowerCase() === "z") return shiftKey ? past.redo() : past.undo();
  return key === "y" && past.redo();
}

/** What a key does in this widget: true if it did something. */
function pressed(event, figure, widget, typed) {
  const { key, target } = event;
  if (event.altKey || target.matches(TYPING)) return false;
  if (event.ctrlKey || event.metaKey) return travelled(widget, event);
  if (key === "r") return (widget.reset(), true);
  if (key === "?") return (widget.menu.keys(), true);
  if (!target.matches(SLIDING)) return false;
  if (key === " ") return play(figure, target);
  if (key === "Delete" || key === "Backspace") return toStart(widget, nameOf(target));
  const begin = /^[-\d.]$/.test(key) ? key : key === "Enter" ? "" : null;
  return begin !== null && Boolean(typed.get(nameOf(target))?.(begin));
}

/** Sliders mark their start, and their numbers can be typed; returns { control: function that opens its field }. */
function wakeSliders(figure, widget) {
  const typed = new Map();
  for (const control of widget.spec.controls) {
    const box = figure.querySelector(`[data-control="${control.name}"]`);
    const input = box?.querySelector("input[type=range]");
    if (!input) continue;
    input.style.setProperty("--ex-start", String(control.start / Math.max(1, control.stops.length - 1)));
    typed.set(control.name, makeTyped(box, control, widget));
  }
  return typed;
}

/** The button that pins the present state: what it does stands in the second script. */
function wakePin(button, widget) {
  button.addEventListener("click", () =>
    loadMore().then(
      ({ pin }) => pin(widget, button),
      (error) => widget.note(error.message),
    ),
  );
}

/** @type {(figure: any, widget: Widget) => void} */
export function wakeHand(figure, widget) {
  const [reset, undo, pin] = ["reset", "undo", "pin"].map((name) => figure.querySelector(`.ex-${name}`));
  widget.menu = wakeMenu(figure, widget);
  reset.addEventListener("click", () => widget.reset());
  undo.addEventListener("click", () => widget.past.undo());
  wakePin(pin, widget);
  widget.past = createPast(figure, widget, (many) => {
    if (!many && undo.matches(":focus")) reset.focus(); // what is hidden cannot keep it
    undo.hidden = !many;
  });
  const typed = wakeSliders(figure, widget);
  figure.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || !pressed(event, figure, widget, typed)) return;
    event.preventDefault();
  });
  figure.addEventListener("dblclick", ({ target }) => {
    const part = target.closest(SLIDING);
    if (part) toStart(widget, nameOf(part));
  });
}
