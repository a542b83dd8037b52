// How a place in a picture, or an arrow key, becomes a new pick of a control; and what is said about it.
import { format } from "./format.js";
import { KINDS, snap, clamp, spoken } from "./values.js";
/** @import { Attributes, Control, Handle, Mover, Pick } from "./types.d.ts" */
/** @import { Widget } from "./widget.js" */

const between = (stops, log, value) => {
  const bend = log ? (v) => Math.log(Math.max(v, 1e-300)) : (v) => v;
  let best = 0;
  stops.forEach((stop, i) =>
    Math.abs(bend(stop) - bend(value)) < Math.abs(bend(stops[best]) - bend(value)) ? (best = i) : null,
  );
  return best;
};

const replaced = (list, index, value) => list.map((old, i) => (i === index ? value : old));
// ARIA knows no exponents: 1e-10 is written with all its zeros.
const decimal = (number) => (String(number).includes("e-") ? number.toFixed(20).replace(/0+$/, "") : number);
const limits = (low, high, now, text) => ({
  "aria-valuemin": decimal(low),
  "aria-valuemax": decimal(high),
  "aria-valuenow": decimal(now),
  "aria-valuetext": text,
});

// to(pick, {x, y}): the pick for a place in data units (a missing coordinate stays as it is);
// by(pick, dx, dy): for a number of steps; aria(pick): what assistive technology hears.
/** @type {Record<string, (c: Control, index: number) => Mover>} */
const MOVERS = {
  slider: (c) => ({
    label: c.label,
    to: (pick, { x, y }) => between(c.stops, c.log, x ?? y),
    by: (pick, dx, dy) => clamp(pick + dx + dy, 0, c.stops.length - 1),
    aria: (pick) => limits(c.stops[0], c.stops.at(-1), c.stops[pick], spoken(c, c.stops[pick])),
  }),
  numbers: (c, index) => ({
    label: `${c.label}, value ${index + 1}`,
    many: true,
    to: (pick, { x, y }) => replaced(pick, index, snap(x ?? y, c.low, c.high, c.step)),
    by: (pick, dx, dy) => replaced(pick, index, snap(pick[index] + (dx + dy) * c.step, c.low, c.high, c.step)),
    aria: (pick) => limits(c.low, c.high, pick[index], `${format(pick[index], c.format)} ${c.unit || ""}`.trim()),
  }),
  point: (c) => ({
    label: c.label,
    to: (pick, { x, y }) => [
      x === undefined ? pick[0] : snap(x, ...c.x, c.step),
      y === undefined ? pick[1] : snap(y, ...c.y, c.step),
    ],
    by: (pick, dx, dy) => [snap(pick[0] + dx * c.step, ...c.x, c.step), snap(pick[1] + dy * c.step, ...c.y, c.step)],
    aria: (pick) =>
      limits(c.x[0], c.x[1], pick[0], c.names.map((name, i) => `${name} ${format(pick[i], c.format)}`).join(", ")),
  }),
};

const ARROWS = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  PageUp: [0, 10],
  PageDown: [0, -10],
};
const FAR = 1e6; // Home and End go as far as the control lets them

/** [dx, dy] in steps for a key, or null if the key means nothing here. */
function stepsOf(event) {
  if (event.key === "Home") return [-FAR, -FAR];
  if (event.key === "End") return [FAR, FAR];
  const arrow = event.ctrlKey || event.metaKey || event.altKey ? null : ARROWS[event.key];
  return arrow && arrow.map((step) => step * (event.shiftKey ? 10 : 1));
}

/** A place on the screen in the units of an svg. */
function placeIn(svg, event) {
  const box = svg.getBoundingClientRect();
  const view = svg.viewBox.baseVal;
  return {
    x: ((event.clientX - box.left) * view.width) / box.width,
    y: ((event.clientY - box.top) * view.height) / box.height,
  };
}

const handles = new WeakMap(); // handle -> { away(event), take(event) }
const FREE = new Set(["xy", "path"]); // what moves in the plane
let held = null; // { x, y, along } from where a finger or a pointer has taken a handle

/** A finger that moves a handle does not scroll; across what moves along one axis only, it may. */
function keepFromScrolling(event) {
  if (!held || !event.cancelable) return;
  const [dx, dy] = [event.touches[0].clientX - held.x, event.touches[0].clientY - held.y].map(Math.abs);
  if (FREE.has(held.along) || (held.along === "x" ? dx >= dy : dy >= dx)) event.preventDefault();
}

/** Around a handle lies a place for a finger, and those of close ones overlap: the nearest under the pointer. */
function nearestTo(event, handle) {
  const parts = document.elementsFromPoint(event.clientX, event.clientY);
  const under = parts.map((part) => part.closest(".ex-handle")).filter((other) => handles.has(other));
  const away = (other) => handles.get(other).away(event);
  return under.reduce((best, other) => (away(other) < away(best) ? other : best), handle);
}

/**
 * Make `element` a handle. `host` gives: svg, control (name), mover, center(at), its middle next to a place `at`, and
 * toData({x, y}), all in svg units. `widget` gives picks and move(name, pick).
 * @type {(element: SVGElement, host: Handle, widget: Widget) => void}
 */
export function makeHandle(element, host, widget) {
  const { mover, control } = host;
  let grip = null;
  if (!mover.many) element.dataset.moves = control; // what a double click sets to its start
  element.setAttribute("role", "slider");
  element.setAttribute("tabindex", "0");
  element.setAttribute("aria-label", mover.label);
  element.classList.add("ex-handle");
  element.addEventListener("keydown", (event) => {
    const steps = stepsOf(event);
    if (!steps) return;
    event.preventDefault();
    const [dx, dy] = host.along === "xy" ? steps : [steps[0] + steps[1], 0].map((step) => clamp(step, -FAR, FAR));
    widget.move(control, mover.by(widget.picks[control], dx, dy));
  });
  function offset(event) {
    const at = placeIn(host.svg, event);
    const center = host.center(at);
    return { x: center.x - at.x, y: center.y - at.y };
  }
  function take(event) {
    grip = offset(event);
    held = { x: event.clientX, y: event.clientY, along: host.along };
    element.setPointerCapture(event.pointerId);
    element.classList.add("ex-held");
    element.focus({ preventScroll: true });
  }
  const away = (event) => Math.hypot(offset(event).x, offset(event).y);
  handles.set(element, { away, take });
  element.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    handles.get(nearestTo(event, element)).take(event);
    event.preventDefault();
  });
  element.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const at = placeIn(host.svg, event);
    widget.move(control, mover.to(widget.picks[control], host.toData({ x: at.x + grip.x, y: at.y + grip.y })));
  });
  element.addEventListener("touchmove", keepFromScrolling, { passive: false });
  const release = () => {
    grip = held = null;
    element.classList.remove("ex-held");
  };
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) element.addEventListener(name, release);
}

/** Set those attributes that differ. @type {(element: Element, attributes: Attributes) => void} */
export function describe(element, attributes) {
  for (const name in attributes)
    if (element.getAttribute(name) !== String(attributes[name])) element.setAttribute(name, attributes[name]);
}

/**
 * How a control is moved by hand; index: of the one of its numbers that is.
 * @type {(control: Control, index?: number) => Mover}
 */
export const moverOf = (control, index) => MOVERS[control.kind](control, index ?? 0);

/** The pick for a value, null if there is none. @type {(control: Control, value: any) => Pick} */
export const pickOf = (control, value) => KINDS[control.kind].take(control, value);
