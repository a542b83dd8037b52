// The points of a chart that a reader can ask for, their numbers in words, and which of them lies nearest to a place.
import { flat, middleOf } from "./arrays.js";
import { format } from "./format.js";
import { joined } from "./values.js";
import { bars, markPoints, series } from "./marks.js";
/** @import { Face, Mark, Place, Run, Scope } from "./types.d.ts" */

const NEAR = 36; // px from a dot, or from a line that is no function of x; functions and bars answer from anywhere
const FLAT = 0.2; // of a distance upward, for a function: what counts is where one points along x
const TOUCHED = 4; // px that a dot is nearer than a line that runs through it
const FINE = 1e-3; // of an axis: so exactly numbers are told
const KINDS = new Set(["line", "dot", "bar", "raster", "contour"]);

/** Whether a chart has values to tell. @type {(spec: { marks: Mark[] }) => boolean} */
export const isTelling = ({ marks }) => marks.some(({ mark }) => KINDS.has(mark));

const isSilent = ({ tells }) => tells && !Object.keys(tells).length;
const isUp = (places) => places.every((place, i) => !i || place >= places[i - 1]);

/** A run of points: those of one line, of one mark of dots or bars; `told`: what is told of each instead of its y. */
function run(mark, { x, y, from = 0, to = x.length, foot = null, half = 0, tells = [] }, { px, py, holds }) {
  const kept = [];
  for (let i = from; i < to; i++) if (holds(x[i], y[i])) kept.push(i);
  const at = { px: kept.map((i) => px.apply(x[i])), py: kept.map((i) => py.apply(y[i])) };
  const loose = mark.mark === "bar" || (mark.mark === "line" && isUp(at.px));
  const color = Array.isArray(mark.color) ? null : mark.color;
  const bottom = foot && kept.map((i) => py.apply(foot[i]));
  const told = tells.map(([what, values]) => [what, kept.map((i) => values[values.length > 1 ? i : 0])]);
  const [xs, ys] = [kept.map((i) => x[i]), kept.map((i) => y[i])];
  return { mark, row: 0, color, ...at, x: xs, y: ys, foot: bottom, half, loose, told };
}

function runsOfLine(mark, scope, frame) {
  const { x, y, columns } = series(mark, scope);
  const colors = [mark.color].flat();
  const tells = Object.entries(mark.tells ?? {}).map(([what, channel]) => [what, flat(scope.read(channel))]);
  return Array.from({ length: Math.ceil(y.length / columns) || 0 }, (_, row) => ({
    ...run(mark, { x, y, from: row * columns, to: Math.min(y.length, (row + 1) * columns), tells }, frame),
    row,
    color: colors[row % colors.length],
  }));
}

function runsOfBars(mark, scope, frame) {
  const { x1, x2, y1, y2 } = bars(mark, scope);
  const held = (v) => Math.min(Math.max(v, frame.y.domain[0]), frame.y.domain[1]); // the part of a bar that is seen
  const middles = Array.from(x1, (left, i) => (left + x2[i]) / 2);
  const half = x1.length ? frame.across(x1[0], x2[0]) / 2 : 0;
  const tops = Array.from(y2, held);
  const made = run(mark, { x: middles, y: tops, foot: Array.from(y1, held), half }, frame);
  return [{ ...made, y: made.x.map((x) => y2[middles.indexOf(x)]) }];
}

/** The table of numbers of a raster, or of contours. */
function table(mark, scope) {
  const { shape, data } = scope.read(mark.z);
  const [rows, columns] = shape;
  const [x, y] = [middleOf(mark.x, columns), middleOf(mark.y, rows)];
  return { mark, rows, columns, x, y, z: (i, j) => data[i * columns + j] };
}

/**
 * All that can be asked for: runs of points, and the table that lies below them, if there is one.
 * @type {(marks: Mark[], scope: Scope, frame: any) => { runs: Run[], table: any }}
 */
export function pointsOf(marks, scope, frame) {
  const shown = marks.filter((mark) => scope.truthy(mark.when));
  const makers = {
    line: (mark) => (isSilent(mark) ? [] : runsOfLine(mark, scope, frame)),
    dot: (mark) => [run(mark, markPoints(mark, scope), frame)],
    bar: (mark) => runsOfBars(mark, scope, frame),
  };
  const runs = shown.flatMap((mark) => makers[mark.mark]?.(mark) ?? []).filter(({ x }) => x.length);
  const tables = shown.filter(({ mark }) => mark === "raster" || mark === "contour");
  return { runs, table: tables.length ? table(tables[0], scope) : null };
}

/** How far a place is from point i of a run, in px as they are felt. */
function away({ px, py, foot, half, loose, mark }, i, { x, y }) {
  const dx = Math.max(0, Math.abs(px[i] - x) - half);
  const [top, low] = foot ? [Math.min(py[i], foot[i]), Math.max(py[i], foot[i])] : [py[i], py[i]];
  const dy = Math.max(0, top - y, y - low);
  if (loose) return Math.hypot(dx, FLAT * dy);
  const far = Math.hypot(dx, dy);
  return far > NEAR ? Infinity : far - (mark.mark === "dot" ? TOUCHED : 0);
}

/**
 * { run, i } of the point nearest to a place, { table, i, j } of a cell there, or null.
 * @type {(points: any, at: Place, frame: any) => any}
 */
export function nearest({ runs, table: cells }, at, frame) {
  let [best, least] = [null, Infinity];
  for (const each of runs)
    for (let i = 0; i < each.px.length; i++) {
      const far = away(each, i, at);
      if (far < least) [best, least] = [{ run: each, i }, far];
    }
  if (!cells || (best && !best.run.loose && least < TOUCHED)) return best;
  const share = ([low, high], value, n) => Math.floor(((value - low) / (high - low)) * n);
  const j = share(cells.mark.x, frame.px.invert(at.x), cells.columns);
  const i = share(cells.mark.y, frame.py.invert(at.y), cells.rows);
  return i >= 0 && i < cells.rows && j >= 0 && j < cells.columns ? { table: cells, i, j } : best;
}

const SPEC = /^(\+?)(?:d|\.(\d+)([f%]))$/;

/** A number with as many digits, from those of the ticks on, as tell it to a thousandth of the axis. */
function fine(value, axis, spec) {
  const span = Math.abs(axis.domain[1] - axis.domain[0]);
  const [, plus, digits, kind = "f"] = SPEC.exec(spec) ?? [];
  if (plus === undefined) return format(value, spec);
  const size = kind === "%" ? 100 : 1;
  for (let n = Number(digits ?? 0); n < 12; n++)
    if (Math.abs(Number((value * size).toFixed(n)) / size - value) <= FINE * span)
      return format(value, `${plus}.${n}${kind}`);
  return format(value, ".3g");
}

/** A place in one of several lanes: which, and the number that it stands for there. */
function inLane(value, half) {
  const lane = Math.round(value);
  return `${lane}: ${format((value - lane) * 2 * half, ".2g")}`;
}

/** A number of an axis in words, with its unit. @type {(value: number, axis: any) => string} */
export function numberText(value, axis) {
  if (axis.lanes) return inLane(value, axis.lanes);
  if (axis.kind === "category") return String(axis.categories?.[Math.round(value)] ?? value);
  const size = Math.max(...axis.domain.map(Math.abs));
  const far = axis.log || axis.symlog || size >= 1e6 || size < 1e-4;
  const spec = axis.format ?? (far ? (Number.isInteger(value) && Math.abs(value) < 1e6 ? "d" : ".3g") : "d");
  return joined(far ? format(value, spec) : fine(value, axis, spec), axis.unit);
}

/** Whether two axes hold the same variable. @type {(a: any, b: any) => boolean} */
export const sameVariable = (a, b) =>
  a.kind === b.kind &&
  a.label === b.label &&
  a.unit === b.unit &&
  Boolean(a.label || a.categories?.length) &&
  String(a.categories ?? "") === String(b.categories ?? "");

/** Nothing can be read off such an axis. */
const isMute = ({ label, ticks, categories }) => !label && !categories && ticks?.length === 0;

/**
 * [[what, number], ...] of what is told of a point instead of its y, null if nothing is.
 * @type {(run: Run, i: number) => string[][] | null}
 */
export const toldOf = ({ told }, i) =>
  told.length ? told.map(([what, values]) => [what, format(values[i], ".3g")]) : null;

/** [[what, number], ...] of a point, that along x first. @type {(found: any, face: Face) => string[][]} */
export function factsOf({ run: each, table: cells, i, j }, { frame: { x, y } }) {
  const fact = (axis, value, name) =>
    isMute(axis) ? [] : [[axis.label || (axis.categories ? "" : name), numberText(value, axis)]];
  if (!cells) return [...fact(x, each.x[i], "x"), ...(toldOf(each, i) ?? fact(y, each.y[i], "y"))];
  const value = [cells.mark.label || "value", format(cells.z(i, j), ".3g")];
  return [...fact(x, cells.x(j), "x"), ...fact(y, cells.y(i), "y"), value];
}

/** The points of other runs at the same x: [{ run, i }, ...]. @type {(points: any, x: number, frame: any) => any[]} */
export function pointsAt({ runs }, x, frame) {
  const at = frame.px.apply(x);
  return runs.flatMap((each) => {
    const i = each.px.findIndex((place) => Math.abs(place - at) < 1);
    return i < 0 ? [] : [{ run: each, i }];
  });
}
