// From the marks of a chart's record to SVG. Each maker gets (spec, scope, frame, before) and returns a group of
// elements; `before` is the one that it returned last, to be used again, or null.
import { fill, namesIn } from "./format.js";
import { shapeOf, flat } from "./arrays.js";
import { sourceOf } from "./scope.js";
import { range } from "./ticks.js";
import { paint } from "./drawn.js";
import { drawRaster, drawPictures } from "./fields.js";
import { drawContour } from "./contours.js";
import { drawLine, drawBand } from "./lines.js";
import { drawDots, drawBars, drawRules, drawArrows, drawText } from "./shapes.js";
/** @import { Maker, Mark, Points, Scope } from "./types.d.ts" */

const list = (value) => (value === undefined ? undefined : flat(value));
const count = (...lists) => lists.reduce((n, items) => (items && items.length > 1 ? Math.max(n, items.length) : n), 1);
// A single number stands for all points of a mark.
const spread = (items, n) => (items.length === n ? items : Float64Array.from({ length: n }, () => items[0]));
const each = (color) => [color].flat().map(paint);

/** x positions for y values; left out, they are 0, 1, 2 ... */
function positions(channel, scope, n) {
  const x = list(scope.read(channel));
  return x === undefined ? range(0, n) : spread(x, n);
}

/**
 * The points of a line, and how many of them belong to one: all for a flat y, those of a row for a 2-D y.
 * @type {(spec: Mark, scope: Scope) => Points & { columns: number }}
 */
export function series(spec, scope) {
  const y = scope.read(spec.y);
  const shape = shapeOf(y);
  const ys = flat(y);
  if (shape.length < 2) return { x: positions(spec.x, scope, ys.length), y: ys, columns: ys.length };
  const columns = shape[1];
  const x = scope.read(spec.x);
  const xs = x === undefined ? range(0, columns) : flat(x);
  return { x: xs.length === ys.length ? xs : Float64Array.from(ys, (_, i) => xs[i % columns]), y: ys, columns };
}

const line = (spec, scope, frame, before) => drawLine(spec, series(spec, scope), frame, before);

/** x of every point of a band, and how many points belong to one: those of a row for tables of edges. */
function along(spec, scope, n) {
  const shape = shapeOf(scope.read(spec.low));
  const columns = shape.length < 2 ? n : shape[1];
  const x = positions(spec.x, scope, columns);
  return { columns, x: columns === n ? x : Float64Array.from({ length: n }, (_, i) => x[i % columns]) };
}

function band(spec, scope, frame, before) {
  const low = list(scope.read(spec.low));
  const high = list(scope.read(spec.high));
  const n = count(low, high);
  return drawBand(spec, { ...along(spec, scope, n), y1: spread(low, n), y2: spread(high, n) }, frame, before);
}

/** Width of bars in units of x: given, or nine tenths of the smallest step between them. */
function barWidth(spec, x) {
  if (spec.width) return spec.width;
  const sorted = Float64Array.from(x).sort();
  let step = sorted.length > 1 ? Infinity : 1;
  for (let i = 1; i < sorted.length; i++)
    if (sorted[i] > sorted[i - 1]) step = Math.min(step, sorted[i] - sorted[i - 1]);
  return 0.9 * (Number.isFinite(step) ? step : 1);
}

/** The corners of bars in data units. @type {(spec: Mark, scope: Scope) => any} */
export function bars(spec, scope) {
  const tops = list(scope.read(spec.y));
  const bottoms = list(scope.read(spec.base)) || [0];
  const x = positions(spec.x, scope, count(tops, bottoms, list(scope.read(spec.x))));
  const half = barWidth(spec, x) / 2;
  return {
    x1: x.map((c) => c - half),
    x2: x.map((c) => c + half),
    y1: spread(bottoms, x.length),
    y2: spread(tops, x.length),
  };
}

function bar(spec, scope, frame, before) {
  const edges = bars(spec, scope);
  // On a logarithmic axis a bar stands on the lower edge of the frame.
  if (frame.y.type === "log") edges.y1 = edges.y1.map((v) => (v > 0 ? v : frame.y.domain[0]));
  const thin = frame.across(edges.x1[0], edges.x2[0]) < 4;
  return drawBars(
    edges,
    Array.isArray(spec.color) ? each(spec.color) : paint(spec.color),
    spec,
    thin ? 0 : 0.5,
    frame,
    before,
  );
}

/** The places of a mark's points in data units. @type {(spec: Mark, scope: Scope) => Points} */
export function markPoints(spec, scope) {
  const y = list(scope.read(spec.y));
  const given = list(scope.read(spec.x));
  const n = count(y, given);
  return { x: positions(spec.x, scope, n), y: spread(y, n) };
}

// Points outside the frame are left out; clipped in half they would look like points on its edge.
const inside = ({ x, y }, frame) => Array.from(x, (_, i) => i).filter((i) => frame.holds(x[i], y[i]));
const take = (items, indexes) => indexes.map((i) => items[i]);

function dot(spec, scope, frame, before) {
  const at = markPoints(spec, scope);
  const keep = inside(at, frame);
  const places = { x: take(at.x, keep), y: take(at.y, keep) };
  const colors = each(spec.color);
  const paints = colors.length > 1 ? keep.map((i) => colors[i % colors.length]) : colors[0];
  return drawDots(places, paints, spec, paint("paper"), frame, before);
}

function rule(spec, scope, frame, before) {
  return drawRules(list(scope.read(spec.x || spec.y)), Boolean(spec.x), paint(spec.color), spec, frame, before);
}

function arrow(spec, scope, frame, before) {
  const ends = ["x1", "y1", "x2", "y2"].map((name) => list(scope.read(spec[name])));
  const n = count(...ends);
  const [x1, y1, x2, y2] = ends.map((end) => spread(end, n));
  return drawArrows({ x1, y1, x2, y2 }, paint(spec.color), spec, frame, before);
}

function text(spec, scope, frame, before) {
  const words = Array.isArray(spec.text) ? spec.text : [spec.text];
  const [xs, ys] = [list(scope.read(spec.x)), list(scope.read(spec.y))];
  const n = count(xs, ys, words);
  const at = { x: xs === undefined ? range(0, n) : spread(xs, n), y: spread(ys, n) };
  const written = words.map((word) => fill(word, scope));
  const keep = inside(at, frame).filter((i) => written[i % written.length]);
  const places = { x: take(at.x, keep), y: take(at.y, keep) };
  return drawText(
    places,
    keep.map((i) => written[i % written.length]),
    paint(spec.color),
    spec,
    paint("paper"),
    frame,
    before,
  );
}

function picture(spec, scope, frame, before) {
  const at = markPoints(spec, scope);
  const keep = inside(at, frame);
  return drawPictures({ x: take(at.x, keep), y: take(at.y, keep) }, keep, spec, frame, before);
}

const raster = (spec, scope, frame, before) => drawRaster(spec, scope.read(spec.z), frame, before);
const contour = (spec, scope, frame, before) => drawContour(spec, scope.read(spec.z), frame, before);

/** How each kind of mark is drawn. @type {Record<string, Maker>} */
export const MAKERS = { line, band, bar, dot, rule, arrow, text, raster, contour, picture };
export const CLIPPED = new Set(["line", "band", "bar", "rule", "arrow", "raster", "contour"]);

/** Names of outputs and controls a mark reads. @type {(spec: Mark) => string[]} */
export function namesOf(spec) {
  const channels = ["x", "y", "low", "high", "base", "x1", "y1", "x2", "y2", "z"].map((name) => sourceOf(spec[name]));
  const told = Object.values(spec.tells ?? {}).map(sourceOf);
  const templates = [spec.text || []].flat().flatMap(namesIn);
  return [...channels, ...told, ...templates, spec.when].filter(Boolean);
}

/**
 * [lowest, highest] of what a mark shows along an axis, for axes without a fixed domain.
 * @type {(spec: Mark, scope: Scope, axis: string) => Iterable<number>}
 */
export function reach(spec, scope, axis) {
  if (spec.mark === "raster" || spec.mark === "contour") return spec[axis];
  if (spec.mark === "bar")
    return Object.entries(bars(spec, scope)).flatMap(([name, v]) => (name[0] === axis ? Array.from(v) : []));
  if (spec.mark === "line") return Array.from(series(spec, scope)[axis]);
  if (spec.mark === "band" && axis === "y")
    return [spec.low, spec.high].flatMap((channel) => Array.from(list(scope.read(channel))));
  if (spec.mark === "band")
    return Array.from(along(spec, scope, count(...["low", "high"].map((c) => list(scope.read(spec[c]))))).x);
  if ((spec.mark === "dot" || spec.mark === "text") && axis === "x" && !spec.x)
    return Array.from(
      positions(spec.x, scope, count(...[spec.low, spec.high, spec.y].map((c) => list(scope.read(c))))),
    );
  return [spec[axis], spec[axis + "1"], spec[axis + "2"]].flatMap((channel) =>
    Array.from(list(scope.read(channel)) || []),
  );
}
