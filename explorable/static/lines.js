// Lines and bands, written as paths.
import { paint, gaps, placesOf, written, aside, styled } from "./drawn.js";
/** @import { Frame, Group, Numbers, Points } from "./types.d.ts" */

/** [from, to) of every stretch without a gap among the points from `start` to `end`. */
function stretches(start, end, here) {
  const found = [];
  for (let i = start, from = -1; i <= end; i++) {
    if (i < end && here(i)) from = from < 0 ? i : from;
    else if (from >= 0) {
      found.push([from, i]);
      from = -1;
    }
  }
  return found;
}

/** The same, row by row of so many points. */
const rowsOf = (length, columns, here) =>
  Array.from({ length: Math.ceil(length / columns) || 0 }, (_, row) =>
    stretches(row * columns, Math.min(length, (row + 1) * columns), here),
  );

const joined = (xs, ys, from, to, step) => {
  let text = `${written(xs[from])},${written(ys[from])}`;
  for (let i = from + step; i !== to; i += step) text += `L${written(xs[i])},${written(ys[i])}`;
  return text;
};

/**
 * A line through the points, one for each `columns` of them; `color` may be a list with one for each line.
 * @type {(spec: any, points: Points & { columns: number }, frame: Frame, before?: Group) => Group}
 */
export function drawLine(spec, { x, y, columns }, frame, before) {
  const [xs, ys] = [placesOf(x, frame.px), placesOf(y, frame.py)];
  const here = (i) => !Number.isNaN(xs[i]) && !Number.isNaN(ys[i]);
  const piece = ([from, to]) => `M${joined(xs, ys, from, to, 1)}${to - from === 1 ? "Z" : ""}`; // one point is a dot
  const rows = rowsOf(ys.length, columns, here).map((row) => row.map(piece).join(""));
  const style = {
    fill: "none",
    "stroke-width": spec.width,
    "stroke-opacity": spec.opacity,
    "stroke-linejoin": "round",
    "stroke-linecap": "round",
  };
  const colors = [spec.color].flat();
  const paths = rows.flatMap((d, row) => (d ? [{ d, stroke: paint(colors[row % colors.length]) }] : []));
  return styled({ ...style, "stroke-dasharray": gaps(spec.dash), transform: aside(0.5, 0.5) }, "path", paths, before);
}

/**
 * The area between y1 and y2, one for each `columns` of the points.
 * @type {(spec: any, edges: { x: Numbers, y1: Numbers, y2: Numbers, columns: number }, frame: Frame,
 *   before?: Group) => Group}
 */
export function drawBand(spec, { x, y1, y2, columns }, frame, before) {
  const [xs, low, high] = [placesOf(x, frame.px), placesOf(y1, frame.py), placesOf(y2, frame.py)];
  const here = (i) => !Number.isNaN(xs[i]) && !Number.isNaN(low[i]) && !Number.isNaN(high[i]);
  const piece = ([from, to]) => `M${joined(xs, high, from, to, 1)}L${joined(xs, low, to - 1, from - 1, -1)}Z`;
  const d = rowsOf(xs.length, columns, here).flat().map(piece).join("");
  return styled(
    { fill: paint(spec.color), "fill-opacity": spec.opacity, transform: aside(0.5, 0.5) },
    "path",
    d ? [{ d }] : [],
    before,
  );
}
