// Functions of single numbers, applied to arrays that are broadcast against each other.

import { BOOL, FLOAT, INT, Strided, cast, converted, dense, eachRow, empty, refuse, shown } from "./strided.js";
import { ONE, TWO } from "./functions.js";

/** The shape of arrays together. */
export function broadcastShape(arrays) {
  const dimensions = Math.max(...arrays.map((array) => array.shape.length));
  const shape = new Array(dimensions).fill(1);
  for (const array of arrays) {
    const before = dimensions - array.shape.length;
    for (let axis = 0; axis < array.shape.length; axis++) {
      const length = array.shape[axis];
      const there = shape[before + axis];
      if (length === there || length === 1) continue;
      if (there !== 1) {
        const shapes = arrays.map((each) => `${shown(each.shape)} `).join("");
        refuse("ValueError", `operands could not be broadcast together with shapes ${shapes}`);
      }
      shape[before + axis] = length;
    }
  }
  return shape;
}

/** The strides of an array that is repeated to a shape which it fits. */
export function stridesFor(array, shape) {
  const before = shape.length - array.shape.length;
  return shape.map((_, axis) => (axis < before || array.shape[axis - before] === 1 ? 0 : array.strides[axis - before]));
}

export const same = (a, b) => a.length === b.length && a.every((length, axis) => length === b[axis]);

/** f(a, b) into `out`, whose shape both fit. */
function apply(f, a, b, out) {
  const { shape } = out;
  const to = out.data;
  const left = a.data;
  const right = b.data;
  const strides = [out.strides, stridesFor(a, shape), stridesFor(b, shape)];
  eachRow(shape, strides, [out.offset, a.offset, b.offset], (length, places, steps) => {
    let [place, from, other] = places;
    const [step, stepA, stepB] = steps;
    if (stepB === 0) {
      const value = right[other];
      for (let i = 0; i < length; i++, place += step, from += stepA) to[place] = f(left[from], value);
    } else
      for (let i = 0; i < length; i++, place += step, from += stepA, other += stepB)
        to[place] = f(left[from], right[other]);
  });
}

const NAMES = { mod: "remainder", true_divide: "divide", fabs: "fabs" };

function unsupported(name) {
  refuse(
    "TypeError",
    `ufunc '${NAMES[name] ?? name}' not supported for the input types, and ` +
      `the inputs could not be safely coerced to any ` +
      "supported types according to the casting rule ''safe''",
  );
}

/** What NumPy does instead of a power by some single numbers. */
function simplePower(exponent) {
  if (exponent === 2) return { f: (x) => x * x };
  if (exponent === 0.5) return { f: (x) => Math.sqrt(x) };
  return exponent === -1 ? { f: (x) => 1 / x } : {};
}

/** The kernel of a function for kinds of operands, and the kind of what it gives. */
function kernelTwo(name, a, b) {
  const known = name === "power" && b.shape.length === 0 ? { ...TWO.power, ...simplePower(b.flat()[0]) } : TWO[name];
  const kind = Math.max(a.kind, b.kind);
  const { gives, only = FLOAT, bools, ints } = known;
  if (kind > only) unsupported(name);
  if (kind === BOOL && known.refuses) refuse("TypeError", known.refuses);
  if (gives === "bool") return [known.f, BOOL];
  if (gives === "float") return [known.f, FLOAT];
  if (kind === BOOL) return bools ? [bools, BOOL] : [ints ?? known.f, known.keeps ? BOOL : INT];
  if (kind === INT) return [ints ?? known.f, INT];
  return [known.f, FLOAT];
}

/** A function of two arrays. */
export function two(name, a, b) {
  const [f, kind] = kernelTwo(name, a, b);
  const out = empty(same(a.shape, b.shape) ? a.shape : broadcastShape([a, b]), kind);
  if (kind === INT) TWO[name].check?.(a, b);
  apply(f, a, b, out);
  return out;
}

/** `a += b` and its like: into the array that `a` already is. */
export function into(name, a, b) {
  const [f, kind] = kernelTwo(name, a, b);
  if (kind > a.kind) {
    const ufunc = NAMES[name] ?? name;
    const types = ["bool", "int64", "float64"];
    refuse(
      "UFuncTypeError",
      `Cannot cast ufunc '${ufunc}' output from dtype('${types[kind]}') to ` +
        `dtype('${types[a.kind]}') with casting rule ` +
        "'same_kind'",
    );
  }
  const shape = broadcastShape([a, b, a]);
  if (!same(shape, a.shape))
    refuse(
      "ValueError",
      `non-broadcastable output operand with shape ${shown(a.shape)} doesn't match the broadcast shape ${shown(shape)}`,
    );
  if (kind === INT) TWO[name].check?.(a, b);
  // Where both lie in the same memory, what is read later may not have been written before.
  const other = b.data === a.data && b !== a ? dense(b.copied(), b.shape, b.kind) : b;
  apply(f, a, other, a);
  return a;
}

/** A function of one array. */
export function one(name, a) {
  const { f, gives, ints, refuses, bools } = ONE[name];
  if (a.kind === BOOL && refuses) refuse(refuses.startsWith("ufunc") ? "UFuncTypeError" : "TypeError", refuses);
  if (a.kind === FLOAT && gives === "whole") unsupported(name);
  const kernel = a.kind === BOOL && bools ? bools : a.kind < FLOAT && ints ? ints : f;
  const kind = gives === "bool" ? BOOL : gives === "float" ? FLOAT : a.kind === BOOL && !bools ? INT : a.kind;
  const data = a.copied();
  for (let i = 0; i < data.length; i++) data[i] = kernel(data[i]);
  return dense(data, a.shape, kind);
}

/** `array[...] = values`, both of one shape after broadcasting. */
export function assign(to, values, refusal) {
  const { shape } = values;
  const extra = shape.length - to.shape.length;
  const fits = shape.every((length, axis) => length === 1 || (axis >= extra && length === to.shape[axis - extra]));
  if (!fits)
    refuse(
      "ValueError",
      refusal ?? `could not broadcast input array from shape ${shown(shape)} into shape ${shown(to.shape)}`,
    );
  let from = values;
  if (extra > 0) from = values.view(shape.slice(extra), values.strides.slice(extra));
  if (from.data === to.data) from = dense(from.copied(), from.shape, from.kind);
  if (from.kind > to.kind) from = dense(converted(from.copied(), from.kind, to.kind), from.shape, to.kind);
  const target = to.data;
  const source = from.data;
  eachRow(to.shape, [to.strides, stridesFor(from, to.shape)], [to.offset, from.offset], (length, places, steps) => {
    let [place, origin] = places;
    for (let i = 0; i < length; i++, place += steps[0], origin += steps[1]) target[place] = source[origin];
  });
}

/** An array repeated to a larger shape, as a view. */
export function broadcastTo(array, shape) {
  if (shape.length < array.shape.length)
    refuse("ValueError", "input operand has more dimensions than allowed by the axis remapping");
  const extra = shape.length - array.shape.length;
  if (!array.shape.every((length, axis) => length === 1 || length === shape[axis + extra]))
    refuse(
      "ValueError",
      `operands could not be broadcast together with remapped shapes ` +
        `[original->remapped]: ${shown(array.shape)}  and ` +
        `requested shape ${shown(shape)}`,
    );
  return array.view(shape, stridesFor(array, shape));
}

export const arraysTogether = (arrays) => {
  const shape = broadcastShape(arrays);
  return arrays.map((array) => array.view(shape, stridesFor(array, shape)));
};

/** np.where of three. */
export function where(condition, yes, no) {
  const kind = Math.max(yes.kind, no.kind);
  const [c, y, n] = arraysTogether([condition, yes, no]);
  const out = empty(c.shape, kind);
  let at = 0;
  eachRow(c.shape, [c.strides, y.strides, n.strides], [c.offset, y.offset, n.offset], (length, places, steps) => {
    for (let i = 0; i < length; i++)
      out.data[at++] =
        c.data[places[0] + i * steps[0]] !== 0 ? y.data[places[1] + i * steps[1]] : n.data[places[2] + i * steps[2]];
  });
  return out;
}

/** np.clip; a bound may be left out. */
export function clip(array, low, high) {
  if (low !== null && high !== null) broadcastShape([array, low, high]);
  const lower = low === null ? array : two("maximum", array, low);
  return high === null ? lower : two("minimum", lower, high);
}

/** np.round; whole numbers stay what they are unless places before the point are meant. */
export function round(array, places) {
  if (array.kind === BOOL) return one("rint", array);
  if (places >= 0 && array.kind === INT) return dense(array.copied(), array.shape, INT);
  const factor = 10 ** Math.abs(places);
  const data = array.copied();
  const rint = ONE.rint.f;
  for (let i = 0; i < data.length; i++)
    if (Number.isFinite(data[i]))
      data[i] = places < 0 ? rint(data[i] / factor) * factor : rint(data[i] * factor) / factor;
  return dense(data, array.shape, array.kind);
}

/** |a - b| <= atol + rtol |b|, where both are finite, and else whether they are equal. */
export function isclose(a, b, rtol, atol, equalNan) {
  const [x, y] = arraysTogether([a, b]);
  const [left, right] = [x.copied(), y.copied()];
  const out = empty(x.shape, BOOL);
  for (let i = 0; i < left.length; i++) {
    const [p, q] = [left[i], right[i]];
    const near = Number.isFinite(q) ? Math.abs(p - q) <= atol + rtol * Math.abs(q) : p === q;
    out.data[i] = near || (equalNan && Number.isNaN(p) && Number.isNaN(q)) ? 1 : 0;
  }
  return out;
}

export function nanToNum(array, nan, high, low) {
  if (array.kind < FLOAT) return dense(array.copied(), array.shape, array.kind);
  const value = (x) => (Number.isNaN(x) ? nan : x === Infinity ? high : x === -Infinity ? low : x);
  return dense(array.copied().map(value), array.shape);
}

export const asKind = (array, kind) =>
  array.kind === kind ? new Strided(array.copied(), array.shape, kind) : cast(array, kind);
