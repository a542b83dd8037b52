// "Enlarge": the widget as large as the window goes, the controls at its left, the pictures as large as there is room.
// The figure itself, not a copy, stands in a dialog for the while, so that it keeps its state.
import { fitBeside } from "./beside.js";
import { undock } from "./docking.js";
import { make } from "./menu.js";
/** @import { Widget } from "./widget.js" */

const WIDE = 1.6; // a picture to its height; one with equal units is square
const [LEAST, GAP] = [180, 24]; // px of a picture; between two
const [NARROW, TALL] = [0.62, 1.1]; // of the window's height, and of the width, for one picture on a phone
const BESIDE = "(min-width: 700px)"; // room for controls beside the pictures, as in hand.css
const GROWN = 3; // how many times as wide as it was made a diagram may become

/** What is enlarged: { widget, dialog, heights, end }. @type {any} */
let large = null;

/** All records whose height is one on the screen: those of a diagram are its own. */
const sized = ({ spec }) =>
  spec.figures.flatMap((figure) => [figure, figure.flat]).filter((record) => record && record.kind !== "diagram");

/** How many columns leave the largest pictures, and how high one may be with what stands above it. */
function best(count, width, height, wide) {
  let found = { columns: 1, high: 0, size: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const across = (width - (columns - 1) * GAP) / columns;
    const rows = Math.ceil(count / columns);
    const high = (height - (rows - 1) * GAP) / rows;
    const size = Math.min(across, wide * high);
    if (size > found.size) found = { columns, high, size };
  }
  return found;
}

/** Give the pictures the room that there is. */
function fit() {
  const { widget, heights } = large;
  const { figure } = widget;
  const figures = figure.querySelector(".ex-figures");
  const canvases = Array.from(figures.querySelectorAll(".ex-canvas"), (canvas) => canvas.getBoundingClientRect());
  const parts = Array.from(figures.children, (part) => part.getBoundingClientRect());
  const above = Math.max(...parts.map((part, i) => canvases[i].top - part.top)); // titles, keys
  const beside = matchMedia(BESIDE).matches;
  const room = figure.clientHeight - figures.offsetTop - GAP;
  const { columns, high } = beside
    ? best(parts.length, figures.clientWidth, room, heights.some(([record]) => record.aspect) ? 1 : WIDE)
    : { columns: 1, high: Math.min(NARROW * innerHeight, TALL * figures.clientWidth + above) };
  figures.style.setProperty("--ex-columns", columns);
  const most = Math.max(LEAST, Math.floor(high - above));
  for (const [record] of heights) record.height = most;
  // A tall diagram on a phone may be scrolled; squeezed into the window it could not be read.
  Object.assign(widget, { most: beside ? most : Infinity, growth: GROWN });
  widget.redraw();
}

/** @type {(widget: Widget) => void} */
export function enlarge(widget) {
  if (large?.widget === widget) return close();
  close();
  undock();
  const { figure } = widget;
  const back = figure.contains(document.activeElement) ? document.activeElement : null;
  const dialog = /** @type {any} */ (make("dialog", { className: "ex-dialog" }));
  const place = make("div", { className: "ex-place" });
  place.style.height = `${figure.offsetHeight}px`;
  const style = figure.querySelector(".ex-figures").getAttribute("style");
  const shut = make("button", { type: "button", className: "ex-close", textContent: "Close", onclick: close });
  dialog.setAttribute("aria-labelledby", figure.querySelector(".ex-title").id);
  figure.before(place, dialog);
  dialog.append(figure);
  figure.prepend(shut);
  figure.classList.add("ex-large");
  large = { widget, dialog, place, shut, style, back, heights: sized(widget).map((record) => [record, record.height]) };
  dialog.addEventListener("cancel", (event) => (event.preventDefault(), close())); // Escape, or the phone's "back"
  dialog.showModal();
  widget.menu.close();
  shut.focus();
  fit();
  addEventListener("resize", fit);
  addEventListener("beforeprint", close);
  addEventListener("popstate", close);
}

/** Back into its place on the page. */
function close() {
  if (!large) return;
  const { widget, dialog, place, shut, style, back, heights } = large;
  large = null;
  removeEventListener("resize", fit);
  removeEventListener("beforeprint", close);
  removeEventListener("popstate", close);
  for (const [record, height] of heights) record.height = height;
  const { figure } = widget;
  figure.querySelector(".ex-figures").setAttribute("style", style); // to the letter: style sheets read it
  figure.classList.remove("ex-large");
  shut.remove();
  dialog.close();
  place.replaceWith(figure);
  dialog.remove();
  widget.growth = undefined;
  fitBeside(widget);
  widget.redraw();
  const menu = figure.querySelector(".ex-share > button");
  (back && back.offsetParent ? back : menu).focus({ preventScroll: true });
}
