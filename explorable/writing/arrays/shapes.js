// Other shapes of the same numbers, arrays put together, and arrays made of nothing.

import { FLOAT, Strided, axisOf, dense, empty, numbersOf, refuse, shown, sizeOf, stridesOf, zeros } from "./strided.js";
import { assign } from "./elementwise.js";

/** A shape that Python wrote as "2,3"; no length may be negative. */
export function shapeOf(text) {
  const shape = numbersOf(text);
  if (shape.some((length) => length < 0)) refuse("ValueError", "negative dimensions are not allowed");
  return shape;
}

/** Strides that show an array in another shape, or null if its numbers must be copied for it. */
function otherStrides(array, shape) {
  const old = [];
  for (const [axis, length] of array.shape.entries()) if (length !== 1) old.push([length, array.strides[axis]]);
  const strides = new Array(shape.length).fill(1);
  let [axis, from] = [0, 0];
  while (from < old.length && axis < shape.length) {
    let [to, end] = [from + 1, axis + 1];
    let [inOld, inNew] = [old[from][0], shape[axis]];
    while (inOld !== inNew)
      if (inNew < inOld) inNew *= shape[end++];
      else inOld *= old[to++][0];
    for (let k = from; k < to - 1; k++) if (old[k][1] !== old[k + 1][0] * old[k + 1][1]) return null;
    strides[end - 1] = old[to - 1][1];
    for (let k = end - 1; k > axis; k--) strides[k - 1] = strides[k] * shape[k];
    [from, axis] = [to, end];
  }
  return strides;
}

export function reshape(array, text) {
  const shape = numbersOf(text);
  const { size } = array;
  const open = shape.indexOf(-1);
  if (open !== shape.lastIndexOf(-1)) refuse("ValueError", "can only specify one unknown dimension");
  if (shape.some((length) => length < -1)) refuse("ValueError", "negative dimensions not allowed");
  const rest = sizeOf(shape.filter((length) => length !== -1));
  const fits = open < 0 ? rest === size : rest > 0 && size % rest === 0;
  if (!fits) {
    // NumPy's own words: an open length is left out where it stands first, and else called newaxis.
    const known = shape.slice(open === 0 ? 1 : 0);
    const into = known.map((length) => (length < 0 ? "newaxis" : length)).join(",");
    refuse(
      "ValueError",
      `cannot reshape array of size ${size} into shape (${open < 0 && shape.length === 1 ? `${into},` : into})`,
    );
  }
  if (open >= 0) shape[open] = size / rest;
  if (size === 0 || array.dense) return array.view(shape, stridesOf(shape));
  const strides = otherStrides(array, shape);
  return strides ? array.view(shape, strides) : dense(array.copied(), shape, array.kind);
}

/** Axes in another order: null turns it around. */
export function transpose(array, text) {
  const dimensions = array.shape.length;
  if (text === null) return array.view(array.shape.toReversed(), array.strides.toReversed());
  const given = numbersOf(text);
  if (given.length !== dimensions) refuse("ValueError", "axes don't match array");
  const axes = given.map((axis) => axisOf(axis, dimensions));
  if (new Set(axes).size < axes.length) refuse("ValueError", "repeated axis in transpose");
  return array.view(
    axes.map((axis) => array.shape[axis]),
    axes.map((axis) => array.strides[axis]),
  );
}

export function swapaxes(array, first, second) {
  const dimensions = array.shape.length;
  const axes = [...array.shape.keys()];
  const [a, b] = [axisOf(first, dimensions, "axis1: "), axisOf(second, dimensions, "axis2: ")];
  [axes[a], axes[b]] = [b, a];
  return transpose(array, axes.join(","));
}

export function moveaxis(array, source, destination) {
  const dimensions = array.shape.length;
  const [from, to] = [source, destination].map(numbersOf);
  if (from.length !== to.length)
    refuse("ValueError", "`source` and `destination` arguments must have the same number of elements");
  const sources = from.map((axis) => axisOf(axis, dimensions, "source: "));
  const places = to.map((axis) => axisOf(axis, dimensions, "destination: "));
  const order = [...array.shape.keys()].filter((axis) => !sources.includes(axis));
  for (const [place, axis] of places.map((at, k) => [at, sources[k]]).toSorted((a, b) => a[0] - b[0]))
    order.splice(place, 0, axis);
  return transpose(array, order.join(","));
}

export function squeeze(array, text) {
  const dimensions = array.shape.length;
  const axes = text === null ? null : numbersOf(text).map((axis) => axisOf(axis, dimensions));
  if (axes?.some((axis) => array.shape[axis] !== 1))
    refuse("ValueError", "cannot select an axis to squeeze out which has size not equal to one");
  const kept = [...array.shape.keys()].filter((axis) => (axes ? !axes.includes(axis) : array.shape[axis] !== 1));
  return array.view(
    kept.map((axis) => array.shape[axis]),
    kept.map((axis) => array.strides[axis]),
  );
}

export function expandDims(array, text) {
  const given = numbersOf(text);
  const dimensions = array.shape.length + given.length;
  const axes = given.map((axis) => axisOf(axis, dimensions));
  if (new Set(axes).size < axes.length) refuse("ValueError", "repeated axis");
  const [shape, strides] = [array.shape.slice(), array.strides.slice()];
  for (const axis of axes.toSorted((a, b) => a - b)) {
    shape.splice(axis, 0, 1);
    strides.splice(axis, 0, 0);
  }
  return array.view(shape, strides);
}

/** Axes seen from their ends; null: all. */
export function flip(array, text) {
  const axes =
    text === null ? [...array.shape.keys()] : numbersOf(text).map((axis) => axisOf(axis, array.shape.length));
  const strides = array.strides.slice();
  let { offset } = array;
  for (const axis of axes) {
    offset += Math.max(array.shape[axis] - 1, 0) * strides[axis];
    strides[axis] = -strides[axis];
  }
  return array.view(array.shape, strides, offset);
}

/** Arrays one after the other along an axis. */
export function concatenate(arrays, given) {
  if (arrays.length === 0) refuse("ValueError", "need at least one array to concatenate");
  const [first] = arrays;
  const dimensions = first.shape.length;
  if (dimensions === 0) refuse("ValueError", "zero-dimensional arrays cannot be concatenated");
  const axis = axisOf(given, dimensions);
  for (const [k, { shape }] of arrays.entries()) {
    if (shape.length !== dimensions)
      refuse(
        "ValueError",
        `all the input arrays must have same number of dimensions, but the ` +
          `array at index 0 has ${dimensions} dimension(s) ` +
          `and the array at index ${k} has ${shape.length} dimension(s)`,
      );
    const other = shape.findIndex((length, each) => each !== axis && length !== first.shape[each]);
    if (other >= 0)
      refuse(
        "ValueError",
        `all the input array dimensions except for the concatenation axis ` +
          `must match exactly, but along dimension ${other}, ` +
          `the array at index 0 has size ${first.shape[other]} and the array at index ${k} has size ${shape[other]}`,
      );
  }
  const shape = first.shape.slice();
  shape[axis] = arrays.reduce((sum, array) => sum + array.shape[axis], 0);
  const out = empty(shape, Math.max(...arrays.map(({ kind }) => kind)));
  let start = 0;
  for (const array of arrays) {
    assign(out.view(array.shape, out.strides, start * out.strides[axis]), array);
    start += array.shape[axis];
  }
  return out;
}

export function stack(arrays, axis) {
  if (arrays.length === 0) refuse("ValueError", "need at least one array to stack");
  if (arrays.some(({ shape }) => String(shape) !== String(arrays[0].shape)))
    refuse("ValueError", "all input arrays must have the same shape");
  const along = axisOf(axis, arrays[0].shape.length + 1);
  const raised = arrays.map((array) => expandDims(array, along));
  return concatenate(raised, along);
}

/** Each number so many times along an axis; counts has one number, or one for each. */
export function repeat(array, counts, axis) {
  const along = axisOf(axis, array.shape.length);
  const length = array.shape[along];
  if (counts.length !== 1 && counts.length !== length)
    refuse(
      "ValueError",
      `operands could not be broadcast together with shape ${shown([length])} ${shown([counts.length])}`,
    );
  if (counts.some((count) => count < 0)) refuse("ValueError", "repeats may not contain negative values.");
  const places = [];
  for (let i = 0; i < length; i++) for (let k = counts[counts.length === 1 ? 0 : i]; k > 0; k--) places.push(i);
  return selected(array, along, places);
}

/** array.take(places) along an axis. */
export function selected(array, axis, places) {
  const shape = array.shape.slice();
  shape[axis] = places.length;
  const out = empty(shape, array.kind);
  const lengths = array.shape.toSpliced(axis, 1);
  const inner = array.strides.toSpliced(axis, 1);
  const own = out.strides.toSpliced(axis, 1);
  for (const [k, place] of places.entries())
    assign(
      new Strided(out.data, lengths, out.kind, own, k * out.strides[axis]),
      array.view(lengths, inner, array.offset + place * array.strides[axis]),
    );
  return out;
}

/** Everything moved along an axis; what falls off the end comes in at the start. */
export function roll(array, by, axis) {
  const length = array.shape[axisOf(axis, array.shape.length)];
  const along = axisOf(axis, array.shape.length);
  const places = Array.from({ length }, (_, i) => (((i - by) % length) + length) % length);
  return selected(array, along, places);
}

/** What stands on or below (`lower`) or above a diagonal; the rest is 0. */
export function triangle(array, k, lower) {
  const flat = array.copied();
  const [rows, columns] = array.shape.slice(-2);
  for (let i = 0; i < flat.length; i++) {
    const above = (i % columns) - (Math.floor(i / columns) % rows);
    if (lower ? above > k : above < k) flat[i] = 0;
  }
  return dense(flat, array.shape, array.kind);
}

/** The view of a diagonal of the first two axes, which becomes the last axis. */
export function diagonal(array, k) {
  if (array.shape.length < 2) refuse("ValueError", "diag requires an array of at least two dimensions");
  const [rows, columns, ...rest] = array.shape;
  const [down, right, ...others] = array.strides;
  const length = Math.max(0, k >= 0 ? Math.min(rows, columns - k) : Math.min(rows + k, columns));
  const start = length === 0 ? 0 : k >= 0 ? k * right : -k * down;
  return array.view([...rest, length], [...others, down + right], array.offset + start);
}

/** A square matrix with these numbers on a diagonal. */
export function diagonalMatrix(array, k) {
  const side = array.size + Math.abs(k);
  const out = empty([side, side], array.kind);
  for (const [i, value] of array.flat().entries()) out.data[(i + Math.max(-k, 0)) * side + i + Math.max(k, 0)] = value;
  return out;
}

export function full(text, value, kind) {
  const out = empty(shapeOf(text), kind);
  return value === 0 && !Object.is(value, -0) ? out : new Strided(out.data.fill(value), out.shape, kind);
}

export function eye(rows, columns, k, kind) {
  const out = empty(shapeOf(`${rows},${columns}`), kind);
  for (let i = 0; i < rows; i++) if (i + k >= 0 && i + k < columns) out.data[i * columns + i + k] = 1;
  return out;
}

export function arange(start, stop, step, kind) {
  if (step === 0) refuse("ZeroDivisionError", "division by zero");
  const length = Math.ceil((stop - start) / step);
  if (Number.isNaN(length)) refuse("ValueError", "arange: cannot compute length");
  const data = zeros(Math.max(0, length));
  const second = start + step - start; // as NumPy fills it, by the difference of the first two
  for (let i = 0; i < data.length; i++) data[i] = i === 1 ? start + step : start + i * second;
  return dense(data, [data.length], kind);
}

export function linspace(start, stop, count, endpoint) {
  if (count < 0) refuse("ValueError", `Number of samples, ${count}, must be non-negative.`);
  const parts = endpoint ? count - 1 : count;
  const gap = stop - start;
  const step = gap / parts;
  const data = zeros(count);
  for (let i = 0; i < count; i++) data[i] = (parts > 0 ? (step === 0 ? (i / parts) * gap : i * step) : i * gap) + start;
  if (endpoint && count > 1) data[count - 1] = stop;
  return dense(data, [count], FLOAT);
}
