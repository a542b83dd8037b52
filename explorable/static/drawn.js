// What marks drawn by hand have in common: places on the screen, and groups of elements with one style.
/** @import { Attributes, Axis, Group, Numbers } from "./types.d.ts" */

export const SVG = "http://www.w3.org/2000/svg";
/** A color of the palette as CSS. @type {(name: string) => string} */
export const paint = (name) => (name === "none" ? "none" : `var(--ex-${name})`);

/** An element of SVG. @type {(name: string, attributes: Attributes) => any} */
export const node = (name, attributes) => {
  const element = document.createElementNS(SVG, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  return element;
};

/** The gaps of a line: dash is false, true (dashed) or "dots". @type {(dash: boolean | string) => string | null} */
export const gaps = (dash) => (dash ? (dash === "dots" ? "1.5 4" : "5 4") : null);

/** To a hundredth of a pixel. @type {(pixels: number) => number} */
export const near = (pixels) => Math.round(pixels * 100) / 100;

/**
 * The places of data on the screen; what is no number there (a gap, 0 on a logarithmic axis) becomes NaN.
 * @type {(values: Numbers, axis: Axis) => Float64Array}
 */
export function placesOf(values, axis) {
  const places = new Float64Array(values.length);
  for (let i = 0; i < places.length; i++) {
    const place = axis.apply(values[i]);
    places[i] = Number.isFinite(place) ? near(place) : NaN;
  }
  return places;
}

/**
 * As Plot does: on a coarse screen what is placed by its middle stands half a pixel aside, so that lines are sharp.
 * @type {(x: number, y: number) => string | null}
 */
export const aside = (x, y) => (devicePixelRatio > 1 ? null : `translate(${x},${y})`);

// Hundredths as text, put together from whole numbers: half the time that the browser takes for a fraction.
const HUNDREDTHS = Array.from({ length: 100 }, (_, n) => (n ? String(n / 100).slice(1) : ""));

/** What `placesOf` gives, as text. @type {(place: number) => string} */
export function written(place) {
  const whole = Math.round(place * 100);
  if (!(whole >= 0 && whole < 1e8)) return String(place);
  const rest = whole % 100;
  return (whole - rest) / 100 + HUNDREDTHS[rest];
}

/** While `changes` is a list, it takes what `styled` changes: [element, { attribute: what it was }]. */
export const trace = { changes: null };

function noted(element, record) {
  const was = {};
  for (const name in record) {
    const before = element.getAttribute(name);
    if (before !== null && before !== String(record[name])) was[name] = before;
  }
  if (Object.keys(was).length) trace.changes.push([element, was]);
}

/**
 * A group of elements of one style, one for each record of attributes. The one drawn `before`, of the same mark, is
 * used again if it has as many elements: new ones cost the browser more, now and when it comes to styling them.
 * @type {(style: Attributes, tag: string, records: Attributes[], before?: Group) => Group}
 */
export function styled(style, tag, records, before) {
  if (before && before.childElementCount === records.length) {
    let element = before.firstElementChild;
    for (const record of records) {
      if (trace.changes) noted(element, record);
      for (const name in record) element.setAttribute(name, record[name]);
      element = element.nextElementSibling;
    }
    return before;
  }
  const group = node(
    "g",
    Object.fromEntries(Object.entries(style).filter(([, value]) => value !== null && value !== undefined)),
  );
  group.append(...records.map((record) => node(tag, record)));
  return group;
}

/**
 * Calls `changed` in the frame after an element has become wider or narrower; returns what ends that.
 * @type {(element: Element, changed: () => void) => () => void}
 */
export function watchWidth(element, changed) {
  let [width, frame] = [null, 0];
  const observer = new ResizeObserver(([entry]) => {
    const now = Math.round(entry.contentRect.width);
    if (width !== null && now !== width) {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(changed);
    }
    width = now;
  });
  observer.observe(element);
  return () => observer.disconnect();
}
