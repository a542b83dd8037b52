// A widget beside its text (explorable/sphinx/beside.py): its pictures are no higher than lets all of it stay in view.
/** @import { Widget } from "./widget.js" */

const GAP = 24; // px above and below it
const LEAST = { beside: 170, across: 240 }; // px of a picture; across the page the widget is scrolled past anyway

/** Below which height a page shows its text: themes whose header stays in view say so. @type {() => number} */
export const header = () => parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;

// Beside the text, or across the page, on a window that is wide enough (beside.css says how wide by a property).
const placeOf = (figure) => figure.closest(".ex-pair > *, .ex-across");
const isFitted = (place) => Boolean(place && getComputedStyle(place).getPropertyValue("--ex-fit"));

/** Of the pictures: how many rows they fill, how much higher these would be, and the tallest, with all the room. */
function heightsOf({ figure, drawn, charts, spec }) {
  const rows = new Map();
  const isReserved = (i) => !drawn && spec.figures[i].kind !== "diagram"; // its place, before the first drawing
  figure.querySelectorAll(".ex-canvas").forEach((canvas, i) => {
    const { top, height } = canvas.getBoundingClientRect();
    const natural = isReserved(i) ? height : charts[i].natural();
    const [now, most] = rows.get(Math.round(top)) ?? [0, 0];
    rows.set(Math.round(top), [Math.max(now, height), Math.max(most, natural)]);
  });
  const sum = (which) => Array.from(rows.values(), (row) => row[which]).reduce((a, b) => a + b, 0);
  return {
    rows: rows.size,
    more: sum(1) - sum(0),
    tallest: Math.max(...Array.from(rows.values(), ([, most]) => most)),
  };
}

/**
 * Say how high the pictures may be, from what the window has for them. Drawing is left to whoever asks.
 * fitted: false for their natural height, as on paper.
 * @type {(widget: Widget, fitted?: boolean) => void}
 */
export function fitBeside(widget, fitted = true) {
  const { figure } = widget;
  figure.classList.remove("ex-fitted");
  widget.most = Infinity;
  const place = placeOf(figure);
  if (!fitted || !isFitted(place)) return;
  const { rows, more, tallest } = heightsOf(widget);
  const over = figure.offsetHeight + more - (innerHeight - header() - 2 * GAP);
  if (over <= 0) return;
  const least = place.matches(".ex-across") ? LEAST.across : LEAST.beside;
  widget.most = Math.max(least, tallest - over / rows);
  figure.classList.add("ex-fitted");
}

/**
 * Tell the style sheet how high the widget is, and fit it anew when the window changes. Returns what ends this.
 * @type {(widget: Widget) => () => void}
 */
export function watchHeight(widget) {
  const { figure } = widget;
  const block = placeOf(figure);
  if (!block) return () => {};
  const observer = new ResizeObserver(() => block.style.setProperty("--ex-height", `${block.offsetHeight}px`));
  observer.observe(block);
  let frame = 0;
  const resized = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      if (figure.matches(".ex-docked, .ex-large")) return; // fitted elsewhere
      if (widget.most === Infinity && !isFitted(block)) return; // a phone's window changes as it is scrolled
      fitBeside(widget);
      widget.redraw();
    });
  };
  addEventListener("resize", resized);
  return () => (observer.disconnect(), removeEventListener("resize", resized));
}
