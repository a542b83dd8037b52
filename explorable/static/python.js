// "As Python": the lines that compute the numbers of a widget, at its present settings (page/recipe.py has begun them).
import { offer } from "./menu.js";
/** @import { Control, Pick } from "./types.d.ts" */
/** @import { Widget } from "./widget.js" */

const ON_THE_WAY = "# These settings from the start; what was changed or pressed on the way is not in these lines.";

/** A value as Python writes it. */
function literal(value) {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** @type {(widget: Widget, control: Control) => string} */
function valueOf(widget, control) {
  if (control.kind === "toggle") return widget.picks[control.name] ? "True" : "False";
  const value = widget.valueOf(control);
  return literal(ArrayBuffer.isView(value) ? Array.from(/** @type {any} */ (value)) : value);
}

/** @type {(widget: Widget) => string} */
export function linesOf(widget) {
  const filled = (braces, name) =>
    braces === "{{" || braces === "}}" ? braces[0] : valueOf(widget, widget.controls.get(name));
  const lines = widget.figure.dataset.python.replace(/\{\{|\}\}|\{(\w+)\}/g, filled);
  return widget.evaluate.runs?.log.length > 1 ? `${ON_THE_WAY}\n${lines}` : lines;
}

/** @type {(widget: Widget, say: (words: string) => void, place: HTMLElement) => void} */
export function python(widget, say, place) {
  const lines = linesOf(widget);
  const rows = Math.min(lines.split("\n").length + 1, 16);
  offer(place, say, ["These numbers in Python", lines, rows], "Copy the lines", "The lines are copied.");
  place.querySelector("textarea").wrap = "off";
}
