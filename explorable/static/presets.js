// Buttons that put a widget into named states; the one whose state it is in is pressed.
import { KINDS } from "./values.js";
/** @import { Widget } from "./widget.js" */

/** Returns a function that shows which state the widget is in. @type {(widget: Widget, states: any[]) => () => void} */
export function wakePresets(widget, states) {
  const buttons = Array.from(widget.figure.querySelectorAll(".ex-presets button"));
  const wanted = states.map(([, changes]) =>
    Array.from(widget.controls.values(), (control) => {
      const { name, kind } = control;
      return [name, name in changes ? KINDS[kind].take(control, changes[name]) : KINDS[kind].start(control)];
    }),
  );
  buttons.forEach((button, i) =>
    button.addEventListener("click", () => {
      for (const [name, pick] of wanted[i]) widget.move(name, pick);
      widget.note("");
    }),
  );
  const holds = ([name, pick]) => String(widget.picks[name]) === String(pick) && !widget.between.has(name);
  return () => buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(wanted[i].every(holds))));
}
