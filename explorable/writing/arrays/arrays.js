// NumPy's functions as MicroPython calls them: `mp.registerJsModule("_arrays", arrays)`, and numpy.py around it.
//
// What crosses the border costs microseconds and has pitfalls: MicroPython cuts whole numbers to 32 bits on the way,
// takes every whole number for an int, and cannot catch what JavaScript throws. So numbers without axes come back as
// text where they could be mistaken ("f3" is 3.0, "i4294967296" is an int), and so do refusals ("!ValueError|why").

import {
  BOOL,
  DTYPES,
  FLOAT,
  INT,
  Refused,
  Strided,
  axisOf,
  cast,
  dense,
  forget,
  isArray,
  lifted,
  printed,
  refuse,
  scalar,
  shown,
  sizeOf,
  zeros,
} from "./strided.js";
import {
  asKind,
  assign,
  broadcastShape,
  broadcastTo,
  clip,
  into,
  isclose,
  nanToNum,
  one,
  round,
  two,
  where,
} from "./elementwise.js";
import { nonzero, put, row, take, takeAlong } from "./indexing.js";
import { argsorted, cumulate, quantile, reduce, rowsReplaced, sorted, unique } from "./reductions.js";
import {
  arange,
  concatenate,
  diagonal,
  diagonalMatrix,
  expandDims,
  eye,
  flip,
  full,
  linspace,
  moveaxis,
  repeat,
  reshape,
  roll,
  selected,
  shapeOf,
  squeeze,
  stack,
  swapaxes,
  transpose,
  triangle,
} from "./shapes.js";
import { dot, einsum, matmul } from "./products.js";
import { det, eigh, inv, solve, svd } from "./decompositions.js";
import { floatText, repr, str } from "./printing.js";
import { Generator } from "../../static/random.js";

const NOTHING = "cannot do a non-empty take from an empty axes.";

/** A number without axes as MicroPython understands it. */
function number(value, kind) {
  if (kind === BOOL) return value !== 0;
  if (kind === INT) return Math.abs(value) < 2 ** 31 ? value + 0 : `i${Number.isFinite(value) ? BigInt(value) : 0}`;
  return Number.isInteger(value) ? `f${Object.is(value, -0) ? "-0" : value}` : value;
}

const single = (result) =>
  isArray(result) && result.shape.length === 0 ? number(result.data[result.offset], result.kind) : result;

const guarded =
  (f, finish) =>
  (...given) => {
    try {
      return finish(f(...given));
    } catch (error) {
      if (error instanceof Refused) return `!${error.type}|${error.message}`;
      return `!RuntimeError|${error.message}`;
    }
  };

const all = (functions, finish) =>
  Object.fromEntries(Object.entries(functions).map(([name, f]) => [name, guarded(f, finish)]));

/** Nested lists as JSON, but for what is infinite or no number. */
function json(array) {
  const flat = array.flat();
  const value = (x) => {
    if (array.kind === BOOL) return x ? "true" : "false";
    if (array.kind === INT) return Number.isFinite(x) ? String(BigInt(x)) : "0";
    if (!Number.isFinite(x)) return String(x);
    const text = Object.is(x, -0) ? "-0" : String(x);
    return /[.e]/.test(text) ? text : `${text}.0`;
  };
  const nested = (axis, from, count) => {
    if (axis === array.shape.length) return value(flat[from]);
    const part = array.shape[axis] ? count / array.shape[axis] : 0;
    const parts = Array.from({ length: array.shape[axis] }, (_, i) => nested(axis + 1, from + i * part, part));
    return `[${parts.join(",")}]`;
  };
  return nested(0, 0, flat.length);
}

function make(text, kind, ...numbers) {
  const shape = shapeOf(text);
  const data = zeros(sizeOf(shape));
  data.set(numbers);
  return dense(data, shape, kind);
}

/** A product of lengths of vectors or of matrices: np.linalg.norm with an order. */
function vectorNorm(array, order, axes, keepdims) {
  const sizes = one("absolute", cast(array, FLOAT));
  if (order === Infinity) return reduce("max", sizes, axes, keepdims);
  if (order === -Infinity) return reduce("min", sizes, axes, keepdims);
  if (order === 0) return cast(reduce("count_nonzero", sizes, axes, keepdims), FLOAT);
  if (order === 1) return reduce("sum", sizes, axes, keepdims);
  const power = order === 2 ? one("square", sizes) : two("power", sizes, scalar(order));
  const sum = reduce("sum", power, axes, keepdims);
  return order === 2 ? one("sqrt", sum) : two("power", sum, scalar(1 / order));
}

// Results without axes are numbers.
const numbers = all(
  {
    two: (name, a, b, floats) => two(name, lifted(a, floats & 1), lifted(b, floats & 2)),
    one: (name, a, float) => one(name, lifted(a, float)),
    into: (name, a, b, float) => into(name, a, lifted(b, float)),
    row,
    put: (array, value, float, ...parts) => {
      put(array, parts, lifted(value, float));
      return null;
    },
    clip,
    flip,
    round,
    isclose,
    nanToNum,
    reduce,
    quantile,
    cumulate(product, array, axis) {
      const raised = array.shape.length ? array : array.view([1], [1]);
      return cumulate(product, raised, axisOf(axis, raised.shape.length));
    },
    norm: vectorNorm,
    matmul,
    dot,
    einsum: (text, ...operands) => einsum(text, operands),
    det,
    value: (array) => scalar(array.flat()[0], array.kind),
    at: (array, index) => scalar(array.flat()[index], array.kind),
    unique,
    /** What a generator draws, in this shape; null: one number. */
    drawn(generator, name, text, high) {
      const shape = text === null ? [] : shapeOf(text);
      const count = sizeOf(shape);
      const draws = high === null ? generator[name](count) : generator[name](high, count);
      return dense(Float64Array.from(draws), shape, name === "integers" ? INT : FLOAT);
    },
    takeOne(array, index, axis) {
      const moved = transposedTo(array, axis);
      if (moved.shape[0] === 0 && sizeOf(moved.shape.slice(1)) > 0) refuse("IndexError", NOTHING);
      return asKind(row(moved, index), array.kind);
    },
    searchsorted(array, values, right) {
      const sortedOnes = array.flat();
      const before = (x) => {
        let [low, high] = [0, sortedOnes.length];
        while (low < high) {
          const middle = (low + high) >> 1;
          if (right ? sortedOnes[middle] <= x : sortedOnes[middle] < x) low = middle + 1;
          else high = middle;
        }
        return low;
      };
      return dense(values.copied().map(before), values.shape, INT);
    },
  },
  single,
);

const transposedTo = (array, axis) => moveaxis(array, String(axisOf(axis, array.shape.length)), "0");

// Results without axes stay arrays.
const kept = all(
  {
    make,
    /** Of all that stands in brackets, only the ellipsis leaves an array without axes. */
    take: (array, ...parts) => (parts.includes("...") ? take(array, parts) : single(take(array, parts))),
    fill(array, start, ...more) {
      array.data.set(more, start);
      return null;
    },
    full: (text, value, kind) => full(text, Number(value), kind),
    lift: (value, float) => lifted(value, float),
    arange,
    linspace,
    eye,
    astype: asKind,
    copy: (array) => new Strided(array.copied(), array.shape, array.kind),
    ravel: (array) => (array.dense ? reshape(array, "-1") : dense(array.copied(), [array.size], array.kind)),
    reshape,
    transpose,
    swapaxes,
    moveaxis,
    squeeze,
    where,
    expandDims,
    broadcastTo: (array, text) => broadcastTo(array, shapeOf(text)),
    broadcastShape: (...arrays) => broadcastShape(arrays).join(","),
    concatenate: (axis, ...arrays) => concatenate(arrays, axis),
    stack: (axis, ...arrays) => stack(arrays, axis),
    repeat: (array, axis, ...counts) => repeat(array, counts, axis),
    roll,
    triangle,
    diagonal,
    diagonalMatrix,
    selected(array, axis, places) {
      const along = axisOf(axis, array.shape.length);
      const length = array.shape[along];
      const others = sizeOf(array.shape.toSpliced(along, 1));
      const outer = sizeOf(array.shape.slice(0, along));
      if (length === 0 && places.size * others > 0) refuse("IndexError", NOTHING);
      const flat = Array.from(places.flat(), (at) => {
        if (outer === 0) return 0; // nothing is looked up
        if (at < -length || at >= length)
          refuse("IndexError", `index ${at} is out of bounds for axis ${along} with size ${length}`);
        return at < 0 ? at + length : at;
      });
      const out = selected(array, along, flat);
      const shape = [...array.shape.slice(0, along), ...places.shape, ...array.shape.slice(along + 1)];
      return dense(out.data, shape, out.kind);
    },
    sort: (array, axis) => rowsReplaced(array, axisOf(axis, array.shape.length), array.kind, sorted),
    argsort: (array, axis) => rowsReplaced(array, axisOf(axis, array.shape.length), INT, argsorted),
    sortInto(array, axis) {
      assign(array, rowsReplaced(array, axisOf(axis, array.shape.length), array.kind, sorted));
      return null;
    },
    nonzero,
    takeAlong: (array, places, axis) => takeAlong(array, places, axisOf(axis, array.shape.length)),
    bincount(array, weights, least) {
      const flat = array.flat();
      const out = zeros(flat.reduce((most, at) => Math.max(most, at + 1), least));
      const weight = weights?.flat();
      for (let i = 0; i < flat.length; i++) out[flat[i]] += weight ? weight[i] : 1;
      return dense(out, [out.length], weight ? FLOAT : INT);
    },
    /** A generator from a seed of whole numbers, as text; "" for one that nobody knows. */
    generator(text) {
      const seeds = text === "" ? [Math.floor(Math.random() * 2 ** 52)] : text.split(",").map((seed) => BigInt(seed));
      return new Generator(seeds.length === 1 ? seeds[0] : seeds);
    },
    /** 0, 1, ... in the order into which a generator shuffles them. */
    shuffled: (generator, count) => dense(Float64Array.from(generator.permutation(count)), [count], INT),
    inv,
    solve,
    eigh,
    svd,
    shape: (array) => array.shape.join(","),
    kind: (array) => array.kind,
    size: (array) => array.size,
    str,
    repr,
    json,
    float: floatText,
    dtype: (array) => DTYPES[array.kind],
    printed: (array) => printed(array.shape),
    shown: (array) => shown(array.shape),
    same: (a, b, equalNan) =>
      String(a.shape) === String(b.shape) &&
      a.flat().every((x, i) => x === b.flat()[i] || (equalNan && Number.isNaN(x) && Number.isNaN(b.flat()[i]))),
  },
  (result) => result,
);

/** What MicroPython knows as `_arrays`; `array` and `numbersOf` are for those who hand arrays in and out. */
export const arrays = {
  ...kept,
  ...numbers,
  /** An array of these numbers, which are not copied, in this shape. kind: 0 bool, 1 int64, 2 float64. */
  array: (shape, data, kind = FLOAT) => new Strided(data, shape, kind),
  /** { shape, data, dtype } of an array; the data are copies. */
  plain: (array) => ({ shape: array.shape.slice(), data: array.copied(), dtype: DTYPES[array.kind] }),
  forget,
};
