// The number beside a slider, typed: a press on it, or a digit on the slider, opens a field in its place.
import { format } from "./format.js";
import { make } from "./menu.js";
import { KINDS, spoken } from "./values.js";
/** @import { Control } from "./types.d.ts" */
/** @import { Widget } from "./widget.js" */

const isPercent = ({ format: spec }) => spec.endsWith("%");
const textOf = (control, value) => (isPercent(control) ? format(value, control.format) : String(value));

/** The number that is meant by a text as people write one: "−2,5", "30%", "4 layers". */
function numberOf(control, text) {
  const plain = text
    .replace(control.unit || " ", " ")
    .replace(/\u2212/g, "-")
    .replace(",", ".")
    .replace(/\s/g, "");
  const bare = plain.replace(/%$/, "");
  return bare === "" ? NaN : Number(bare) / (isPercent(control) && plain !== bare ? 100 : 1);
}

/** Give a slider a typed number, and say what became of it; false if it is none. */
function take(widget, control, text) {
  const value = numberOf(control, text);
  const pick = KINDS.slider.take(control, value);
  if (pick === null) return (widget.note(`“${text}” is not a number.`), false);
  widget.move(control.name, pick);
  const stop = spoken(control, control.stops[pick]);
  const became = `${control.label}: “${text}” became ${stop}, the nearest possible value.`;
  widget.note(KINDS.slider.exact(control, pick, value) ? "" : became);
  return true;
}

/**
 * Make the number of a slider one that can be typed. The returned function opens the field, with what was typed already
 * in place of the present number.
 * @type {(box: HTMLElement, control: Control, widget: Widget) => ((begun: string) => boolean)}
 */
export function makeTyped(box, control, widget) {
  /** @type {any} */
  const [slider, output] = [box.querySelector("input[type=range]"), box.querySelector(".ex-value")];
  /** @type {any} */
  let input = null;

  function close(focus) {
    const closing = input;
    input = null; // removing it makes it lose the focus, which is no end of typing
    closing.remove();
    output.hidden = false;
    if (focus) slider.focus();
  }

  function finish(byKey) {
    if (!input) return;
    const changed = input.value.trim() !== "" && input.value !== input.defaultValue;
    const good = !changed || take(widget, control, input.value.trim());
    if (good || !byKey) close(byKey);
    else input.select();
  }

  function open(begun) {
    if (input) return true;
    const now = textOf(control, widget.valueOf(control));
    input = make("input", { type: "text", inputMode: "decimal", className: "ex-typed", defaultValue: now });
    input.setAttribute("aria-label", control.label);
    output.hidden = true;
    output.after(input);
    input.focus();
    if (begun) input.value = begun;
    else input.select();
    input.addEventListener("blur", () => finish(false));
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault(); // an enlarged widget would close, too
      event.stopPropagation();
      if (event.key === "Enter") finish(true);
      else close(true);
    });
    return true;
  }

  output.addEventListener("click", () => open(""));
  return open;
}
