// Arrays as models hand them out: a number, a flat typed array, or {shape, data} for more dimensions.
/** @import { Value } from "./types.d.ts" */

/** @type {(value: any) => boolean} */
const isFlat = (value) => ArrayBuffer.isView(value) || Array.isArray(value);
/** @type {(value: any) => any} */
const toNumber = (value) => (value === null ? NaN : typeof value === "string" ? value : Number(value));

/**
 * Nested lists (null stands for NaN) as a flat array or {shape, data}; anything else unchanged.
 * @type {(value: any) => Value}
 */
export function fromJSON(value) {
  if (value === null) return NaN;
  if (!Array.isArray(value)) return value;
  if (!Array.isArray(value[0]))
    return value.some((item) => typeof item === "string") ? value : Float64Array.from(value, toNumber);
  const shape = [];
  for (let inner = value; Array.isArray(inner); inner = inner[0]) shape.push(inner.length);
  return { shape, data: Float64Array.from(value.flat(Infinity), toNumber) };
}

/** The lengths along the dimensions of a value; none for a single number. @type {(value: Value) => number[]} */
export const shapeOf = (value) => (value && value.shape ? value.shape : isFlat(value) ? [value.length] : []);
/** All numbers of a value in one row. @type {(value: Value) => any} */
export const flat = (value) => (value && value.data ? value.data : isFlat(value) ? value : [value]);

/** The element at a list of indexes; undefined if it lies outside. @type {(value: Value, indexes: number[]) => any} */
export function at(value, indexes) {
  const shape = shapeOf(value);
  if (indexes.length !== shape.length) return undefined;
  return shape.length ? flat(value)[indexes.reduce((row, index, axis) => row * shape[axis] + index, 0)] : value;
}

/** Whether two outputs hold the same numbers (NaN equals NaN). @type {(a: Value, b: Value) => boolean} */
export function same(a, b) {
  if (a === b) return true;
  if (a === undefined || b === undefined || String(shapeOf(a)) !== String(shapeOf(b))) return false;
  const left = flat(a);
  const right = flat(b);
  for (let i = 0; i < left.length; i++) if (!Object.is(left[i], right[i])) return false;
  return true;
}

/**
 * Where the middle of cell k lies, of n equal cells along an interval.
 * @type {(interval: number[], n: number) => (k: number) => number}
 */
export const middleOf =
  ([low, high], n) =>
  (k) =>
    low + ((k + 0.5) / n) * (high - low);

/** An array of numbers for nested lists, as Plotly wants them. @type {(value: Value) => any} */
export function nested(value) {
  const shape = shapeOf(value);
  if (shape.length < 2) return shape.length ? Array.from(value) : value;
  const [rows, columns] = shape;
  return Array.from({ length: rows }, (_, i) => Array.from(value.data.subarray(i * columns, (i + 1) * columns)));
}
