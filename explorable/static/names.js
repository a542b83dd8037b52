// The names of lines at their ends, instead of a legend, where a chart asks for it and is wide enough.
import { flat } from "./arrays.js";
import { node, paint } from "./drawn.js";
import { series } from "./marks.js";
/** @import { Frame, Mark, Scope } from "./types.d.ts" */

const LETTER = 7.4; // px, average width of a letter at 12 px: nothing is measured
const MOST = 0.28; // of a chart's width, for its names
const APART = 15; // px from name to name
const [GAP, NEAR] = [9, 3]; // px from the frame to a name; a name so close to its line needs no thread to it

const isLine = ({ mark, label, y }) => Boolean(label) && (mark === "line" || (mark === "rule" && y));

/**
 * Room to the right of the frame for the names of all lines, of those that are hidden now as well; 0: they go into the
 * legend.
 * @type {(spec: any, width: number) => number}
 */
export function roomForNames({ marks, direct }, width) {
  const longest = Math.max(0, ...marks.filter(isLine).map(({ label }) => label.length));
  const room = Math.ceil(longest * LETTER) + GAP + 2;
  return direct && longest && room <= MOST * width ? room : 0;
}

/** Whether a mark's name stands at its end when there is room. @type {(mark: Mark) => boolean} */
export const isNamed = isLine;

/**
 * The place of the last point of a line that is seen, null if none is.
 * @type {(mark: Mark, scope: Scope, frame: any) => { x: number, y: number } | null}
 */
function endOf(mark, scope, { px, py, holds, margin, inner }) {
  if (mark.mark === "rule") {
    const value = flat(scope.read(mark.y))[0];
    const y = py.apply(value);
    return y >= margin.top && y <= margin.top + inner.height ? { x: margin.left + inner.width, y } : null;
  }
  const { x, y, columns } = series(mark, scope);
  for (let i = columns - 1; i >= 0; i--) if (holds(x[i], y[i])) return { x: px.apply(x[i]), y: py.apply(y[i]) };
  return null;
}

/** Heights of names, in order, that touch neither each other nor the ends of the frame. */
function spread(wanted, top, bottom) {
  const heights = [];
  for (const y of wanted) heights.push(Math.max(y, heights.length ? heights.at(-1) + APART : top));
  for (let i = heights.length - 1, most = bottom; i >= 0; i--, most = heights[i + 1] - APART)
    heights[i] = Math.min(heights[i], most);
  return heights;
}

/**
 * Write the names of these lines into an svg of the frame's size.
 * @type {(svg: SVGSVGElement, marks: Mark[], scope: Scope, frame: Frame) => void}
 */
export function writeNames(svg, marks, scope, frame) {
  const { margin, inner } = frame;
  const right = margin.left + inner.width;
  const known = new Set();
  const named = marks
    .filter(({ label }) => !known.has(label) && known.add(label))
    .map((mark) => ({ label: mark.label, color: paint([mark.color].flat()[0]), end: endOf(mark, scope, frame) }))
    .filter(({ end }) => end)
    .sort((a, b) => a.end.y - b.end.y);
  const wanted = named.map(({ end }) => end.y);
  const heights = spread(wanted, margin.top + 4, margin.top + inner.height - 2);
  const shown = JSON.stringify([named, heights, right]);
  if (svg.dataset.shown === shown) return;
  svg.dataset.shown = shown;
  const parts = named.flatMap(({ label, color, end }, i) => {
    const text = node("text", { x: right + GAP, y: heights[i].toFixed(1), dy: "0.35em", fill: color });
    text.textContent = label;
    if (Math.abs(heights[i] - end.y) <= NEAR && right - end.x <= GAP) return [text];
    const d = `M${end.x.toFixed(1)},${end.y.toFixed(1)}L${right + GAP - 3},${heights[i].toFixed(1)}`;
    return [node("path", { d, stroke: color }), text];
  });
  svg.replaceChildren(...parts);
}
