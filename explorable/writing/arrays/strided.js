// Arrays with strides over numbers in double precision: what all of NumPy's functions in the page work on.
//
// Whole numbers and truth values are doubles with another kind, which is exact up to 2^53. A view shares `data` with
// the array that it was taken from.

export const BOOL = 0;
export const INT = 1;
export const FLOAT = 2;
export const DTYPES = ["bool", "int64", "float64"];

/** What NumPy refuses, with the name of its exception, which Python raises. */
export class Refused extends Error {
  constructor(type, text) {
    super(text);
    this.type = type;
  }
}

export const refuse = (type, text) => {
  throw new Refused(type, text);
};

/** "(2,3)" or "(4,)", as NumPy writes shapes in its errors. */
export const shown = (shape) => (shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(",")})`);
/** "(2, 3)", as Python prints them. */
export const printed = (shape) => (shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`);

export const sizeOf = (shape) => {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
};

/** Strides of rows that lie one after the other. */
export function stridesOf(shape) {
  const strides = new Array(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}

// MicroPython frees nothing before a run ends, and so neither do arrays that it holds: a run has a bound.
const MOST = 2 ** 29;
const used = { bytes: 0 };

/** A new run begins: nothing is counted yet. */
export const forget = () => {
  used.bytes = 0;
};

/** So many zeros. */
export function zeros(size) {
  used.bytes += 8 * size + 200;
  if (!(used.bytes < MOST))
    refuse(
      "MemoryError",
      used.bytes - 8 * size < MOST / 2
        ? `an array of ${size} numbers is too large for the page`
        : "all arrays of one run together are larger than 512 MB, which the page cannot hold",
    );
  return new Float64Array(size);
}

export class Strided {
  constructor(data, shape, kind, strides = stridesOf(shape), offset = 0) {
    this.data = data;
    this.shape = shape;
    this.kind = kind;
    this.strides = strides;
    this.offset = offset;
  }

  get size() {
    return sizeOf(this.shape);
  }

  /** Whether the numbers lie row by row without a gap. */
  get dense() {
    let step = 1;
    for (let axis = this.shape.length - 1; axis >= 0; axis--) {
      const length = this.shape[axis];
      if (length === 0) return true;
      if (length !== 1 && this.strides[axis] !== step) return false;
      step *= length;
    }
    return true;
  }

  /** All numbers, row by row: the array's own where they lie so, else copies. */
  flat() {
    const { data, offset } = this;
    const { size } = this;
    if (this.dense) return offset === 0 && data.length === size ? data : data.subarray(offset, offset + size);
    return this.copied();
  }

  /** Copies of all numbers, row by row. */
  copied() {
    const to = zeros(this.size);
    const { data } = this;
    let at = 0;
    eachRow(this.shape, [this.strides], [this.offset], (length, [from], [step]) => {
      for (let i = 0, place = from; i < length; i++, place += step) to[at++] = data[place];
    });
    return to;
  }

  /** The same numbers seen otherwise. */
  view(shape, strides, offset = this.offset) {
    return new Strided(this.data, shape, this.kind, strides, offset);
  }
}

export const isArray = (value) => value instanceof Strided;

/** An array of numbers that lie row by row. */
export const dense = (data, shape, kind = FLOAT) => new Strided(data, shape, kind);
export const empty = (shape, kind = FLOAT) => new Strided(zeros(sizeOf(shape)), shape, kind);
export const scalar = (value, kind = FLOAT) => new Strided(Float64Array.of(value), [], kind);

/** An operand as Python hands it over: an array, a truth value or a number, which is whole unless `float` says no. */
export function lifted(value, float = true) {
  if (value instanceof Strided) return value;
  if (typeof value === "boolean") return scalar(value ? 1 : 0, BOOL);
  return scalar(value, float ? FLOAT : INT);
}

/** The numbers of an array as another kind. */
export function cast(array, kind) {
  if (array.kind === kind) return array;
  return dense(converted(array.copied(), array.kind, kind), array.shape, kind);
}

/** Numbers of one kind made those of another, in place. */
export function converted(data, from, kind) {
  if (kind === BOOL) for (let i = 0; i < data.length; i++) data[i] = data[i] === 0 ? 0 : 1;
  else if (kind === INT && from === FLOAT)
    // What is no number becomes the lowest one, as it does on most machines.
    for (let i = 0; i < data.length; i++) data[i] = Number.isFinite(data[i]) ? Math.trunc(data[i]) + 0 : -(2 ** 63);
  return data;
}

/**
 * Calls `visit(length, offsets, steps)` for each row along the last axis; several arrays of one shape run together.
 * Rows that follow each other evenly in all arrays are joined to longer ones.
 */
export function eachRow(shape, strides, offsets, visit) {
  const count = strides.length;
  const lengths = [];
  const steps = strides.map(() => []);
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis];
    if (length === 0) return;
    if (length === 1) continue;
    const last = lengths.length - 1;
    let joins = last >= 0;
    for (let k = 0; joins && k < count; k++) joins = steps[k][last] === strides[k][axis] * length;
    if (joins) {
      lengths[last] *= length;
      for (let k = 0; k < count; k++) steps[k][last] = strides[k][axis];
    } else {
      lengths.push(length);
      for (let k = 0; k < count; k++) steps[k].push(strides[k][axis]);
    }
  }
  const places = offsets.slice();
  const inner = lengths.length - 1;
  if (inner < 0) {
    visit(
      1,
      places,
      strides.map(() => 0),
    );
    return;
  }
  const length = lengths[inner];
  const step = steps.map((each) => each[inner]);
  const index = new Array(inner).fill(0);
  for (;;) {
    visit(length, places, step);
    let axis = inner - 1;
    for (; axis >= 0; axis--) {
      for (let k = 0; k < count; k++) places[k] += steps[k][axis];
      if (++index[axis] < lengths[axis]) break;
      for (let k = 0; k < count; k++) places[k] -= steps[k][axis] * lengths[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** An axis counted from the front. */
export function axisOf(axis, dimensions, prefix = "") {
  if (axis < -dimensions || axis >= dimensions)
    refuse("AxisError", `${prefix}axis ${axis} is out of bounds for array of dimension ${dimensions}`);
  return axis < 0 ? axis + dimensions : axis;
}

/** "0,-1" or a number as axes counted from the front, each once. */
export function axesOf(text, dimensions, twice = "duplicate value in 'axis'") {
  const axes = numbersOf(text).map((axis) => axisOf(axis, dimensions));
  if (new Set(axes).size < axes.length) refuse("ValueError", twice);
  return axes;
}

/** Whole numbers that Python wrote with commas between them; none is "". */
export const numbersOf = (text) =>
  text === "" ? [] : typeof text === "number" ? [text] : text.split(",").map((each) => Number(each));
