// What a widget says in its own place: what is wrong, and remarks under the controls.
import { Problem } from "./core.js";
/** @import { Widget } from "./widget.js" */

const REMARK = "ex-remark";

/** What is wrong (an Error or a sentence), or that all is well again. @type {(widget: Widget, error: any) => void} */
export function tellProblem({ figure, key }, error) {
  const place = figure.querySelector(".ex-problem");
  figure.classList.toggle("ex-broken", Boolean(error));
  place.hidden = !error;
  if (!error) return;
  const words = error instanceof Problem ? error.message : error;
  const known = typeof words === "string";
  const text = known ? words : "This figure cannot be drawn at this setting.";
  if (place.textContent !== text) place.textContent = text;
  if (!known && globalThis.console) console.warn(`explorable ${key}:`, error);
}

/** The remark that stands there, or "". @type {(widget: Widget) => string} */
export const remarkOf = ({ figure }) => figure.querySelector(`.${REMARK}`)?.textContent ?? "";

/** A remark under the controls; an empty one goes away. @type {(widget: Widget, text: string) => void} */
export function tellRemark({ figure }, text) {
  let place = figure.querySelector(`.${REMARK}`);
  if (!place && !text) return;
  if (!place) {
    place = document.createElement("p");
    place.className = REMARK;
    place.setAttribute("role", "status");
    figure.querySelector(".ex-readout").before(place);
  }
  place.textContent = text;
}
