// Contours of a 2-D output, traced from cell to cell.
import { paint, styled } from "./drawn.js";
/** @import { Frame, Grid, Group } from "./types.d.ts" */

// The corners of a cell are numbered 1, 2, 4, 8 in turn, and its sides 0 to 3: side 0 joins the corners 1 and 2, side 3
// the corners 8 and 1. For every set of corners that reach a level: the sides where a line enters and leaves the cell,
// with these corners always on the same hand. Two opposite corners are cut off one by one.
const TURNS = [
  [],
  [3, 0],
  [0, 1],
  [3, 1],
  [1, 2],
  [3, 0, 1, 2],
  [0, 2],
  [3, 2],
  [2, 3],
  [2, 0],
  [0, 1, 2, 3],
  [2, 1],
  [1, 3],
  [1, 0],
  [0, 3],
  [],
];

/**
 * What lines do in the cells, for every level: [side where one enters a cell, side where it leaves it, ...]. A side has
 * one number for both of its cells: twice the number of the point where it begins, plus 1 if it leads to the next row.
 */
function turnsOf(z, levels, rows, columns) {
  const found = levels.map(() => []);
  const sides = [0, 3, 2 * columns, 1];
  for (let i = 0; i < rows - 1; i++)
    for (let j = 0, at = i * columns; j < columns - 1; j++, at++) {
      const [a, b, c, d] = [z[at], z[at + 1], z[at + columns + 1], z[at + columns]];
      if (Number.isNaN(a + b + c + d)) continue; // no line beside a gap
      const [low, high] = [Math.min(a, b, c, d), Math.max(a, b, c, d)];
      for (let k = 0; k < levels.length; k++) {
        const level = levels[k];
        if (level <= low || level > high) continue;
        const set = (a >= level ? 1 : 0) + (b >= level ? 2 : 0) + (c >= level ? 4 : 0) + (d >= level ? 8 : 0);
        for (const side of TURNS[set]) found[k].push(2 * at + sides[side]);
      }
    }
  return found;
}

/**
 * The lines as lists of sides; one that is closed ends with the side where it begins. `next` and `left` have room for
 * all sides: next[side] is where a line that enters at `side` leaves, -1 where none does; left[side], that one leaves
 * there. They are given back as they came.
 */
function linesOf(turns, next, left) {
  const lines = [];
  function walk(side) {
    const line = [side];
    for (let to = next[side]; to >= 0; to = next[side]) {
      line.push(to);
      next[side] = -1;
      side = to;
    }
    lines.push(line);
  }
  for (let k = 0; k < turns.length; k += 2) [next[turns[k]], left[turns[k + 1]]] = [turns[k + 1], 1];
  for (let k = 0; k < turns.length; k += 2) if (!left[turns[k]]) walk(turns[k]); // from border to border
  for (let k = 0; k < turns.length; k += 2) if (next[turns[k]] >= 0) walk(turns[k]);
  for (let k = 1; k < turns.length; k += 2) left[turns[k]] = 0;
  return lines;
}

/** Pixels along an axis, to a tenth: the middle of cell i is at i, the edge of the first cell at -0.5. */
function along(axis, [low, high], n) {
  const [from, to] = [axis.apply(low), axis.apply(high)];
  return (place) => Math.round(10 * (from + ((place + 0.5) / n) * (to - from))) / 10;
}

/**
 * The lines on which a 2-D output has given levels.
 * @type {(spec: any, z: Grid, frame: Frame, before?: Group) => Group}
 */
export function drawContour(spec, { shape: [rows, columns], data }, frame, before) {
  const [x, y] = [along(frame.px, spec.x, columns), along(frame.py, spec.y, rows)];
  const placeOf = (side) => [(side >> 1) % columns, Math.floor((side >> 1) / columns)];

  /** Where a side passes the level. */
  function corner(side, level) {
    const [j, i] = placeOf(side);
    const here = data[side >> 1];
    const share = (level - here) / (data[(side >> 1) + (side & 1 ? columns : 1)] - here);
    const part = Number.isNaN(share) ? 1 : share; // from an infinite value all the way to the finite one
    return side & 1 ? `${x(j)},${y(i + part)}` : `${x(j + part)},${y(i)}`;
  }

  /** The end of a line at a side on the border, half a cell further out; none beside a gap. */
  function end(side, inner) {
    const [j, i] = placeOf(side);
    const [place, n] = side & 1 ? [j, columns] : [i, rows];
    if (place > 0 && place < n - 1) return [];
    const edge = place > 0 ? n - 0.5 : -0.5;
    const [px, py] = inner.split(",");
    return [side & 1 ? `${x(edge)},${py}` : `${px},${y(edge)}`];
  }

  function path(line, level) {
    const corners = line.map((side) => corner(side, level));
    if (line[0] === line.at(-1)) return `M${corners.slice(1).join("L")}Z`;
    return `M${[...end(line[0], corners[0]), ...corners, ...end(line.at(-1), corners.at(-1))].join("L")}`;
  }

  const [next, left] = [new Int32Array(2 * rows * columns).fill(-1), new Uint8Array(2 * rows * columns)];
  const pathsAt = (turns, k) => linesOf(turns, next, left).map((line) => path(line, spec.levels[k]));
  const d = turnsOf(data, spec.levels, rows, columns).flatMap(pathsAt).join("");
  return styled({ fill: "none", stroke: paint(spec.color), "stroke-width": spec.width }, "path", [{ d }], before);
}
