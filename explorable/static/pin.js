// "Pin": the present state stays as a gray copy behind the live marks, with its settings and its readout below.
import { sourceOf } from "./scope.js";
import { make } from "./menu.js";
import { settingsOf } from "./values.js";
/** @import { Mark, Scope } from "./types.d.ts" */
/** @import { Widget } from "./widget.js" */

// Not words, which would cover words, nor surfaces, which would cover everything.
const COPIED = new Set(["line", "band", "bar", "dot", "rule", "arrow"]);
const CHANNELS = ["x", "y", "low", "high", "base", "x1", "y1", "x2", "y2"];

/** A mark as it is now, for good, without a key and without handles; null for one that nothing moves. */
function copyOf(mark, scope) {
  if (!COPIED.has(mark.mark) || !CHANNELS.some((name) => sourceOf(mark[name])) || !scope.truthy(mark.when)) return null;
  const held = CHANNELS.filter((name) => sourceOf(mark[name])).map((name) => [name, { const: scope.read(mark[name]) }]);
  const plain = { color: "pinned", label: "", when: null, drag: null, select: null, pinned: true };
  return { ...mark, ...Object.fromEntries(held), ...plain };
}

/**
 * The marks of a chart with copies behind them: above its surfaces, below all else.
 * @type {(marks: Mark[], scope: Scope) => Mark[]}
 */
export function withCopies(marks, scope) {
  const copies = marks.map((mark) => copyOf(mark, scope)).filter(Boolean);
  const ground = marks.findLastIndex((mark) => mark.mark === "raster" || mark.mark === "contour") + 1;
  return [...marks.slice(0, ground), ...copies, ...marks.slice(ground)];
}

/** Draw the charts anew with other marks: change(marks) gives those of one. */
function redrawn(widget, change) {
  widget.spec.figures.forEach((record, i) => {
    if (record.kind !== "chart") return; // of a diagram, or a figure in space, the words below are the copy
    record.marks = change(record.marks, i);
    widget.charts[i] = widget.createFigure(record, widget.figure.querySelector(`[data-figure="${i}"]`));
  });
  widget.redraw();
}

/** What is told of the pinned state. */
function noteOf(widget) {
  const note = make("p", { className: "ex-pinned" });
  const readout = widget.figure.querySelector(".ex-readout").textContent;
  note.append(make("b", { textContent: "Pinned" }), ` (${settingsOf(widget).join(", ")}): ${readout}`);
  return note;
}

/** Pin the state of a widget, or take the pin out. @type {(widget: Widget, button: HTMLElement) => void} */
export function pin(widget, button) {
  if (widget.broken || widget.answer) return;
  const { figure, scope } = widget;
  const readout = figure.querySelector(".ex-readout");
  const pinned = figure.querySelector(".ex-pinned");
  button.setAttribute("aria-pressed", String(!pinned));
  if (pinned) {
    pinned.remove();
    redrawn(widget, (marks) => marks.filter((mark) => !mark.pinned));
    widget.readout.say(() => "The pin is taken out.");
    return;
  }
  const note = noteOf(widget);
  readout.after(note);
  redrawn(widget, (marks) => withCopies(marks, scope));
  widget.readout.say(() => note.textContent);
}
