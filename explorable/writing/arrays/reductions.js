// Sums, means, largest numbers and their like along axes, in the order in which NumPy adds.

import { BOOL, FLOAT, INT, Strided, axesOf, cast, dense, empty, refuse, sizeOf, stridesOf, zeros } from "./strided.js";
import { two } from "./elementwise.js";

/** NumPy's pairwise sum of data[from], data[from + 1], ...: its rounding errors grow as log n. */
function pairwise(data, from, count) {
  if (count < 8) {
    let sum = -0;
    for (let i = 0; i < count; i++) sum += data[from + i];
    return sum;
  }
  if (count <= 128) {
    let [a, b, c, d, e, f, g, h] = data.subarray(from, from + 8);
    let i = 8;
    for (; i < count - (count % 8); i += 8) {
      a += data[from + i];
      b += data[from + i + 1];
      c += data[from + i + 2];
      d += data[from + i + 3];
      e += data[from + i + 4];
      f += data[from + i + 5];
      g += data[from + i + 6];
      h += data[from + i + 7];
    }
    let sum = a + b + (c + d) + (e + f + (g + h));
    for (; i < count; i++) sum += data[from + i];
    return sum;
  }
  let half = Math.floor(count / 2);
  half -= half % 8;
  return pairwise(data, from, half) + pairwise(data, from + half, count - half);
}

/** The axes that are kept before those that are reduced, and the shape of the result. */
function parted(array, axes, keepdims) {
  const all = array.shape.map((_, axis) => axis);
  const reduced = axes === null ? all : all.filter((axis) => axes.includes(axis));
  const kept = all.filter((axis) => !reduced.includes(axis));
  const shape = keepdims
    ? array.shape.map((length, axis) => (reduced.includes(axis) ? 1 : length))
    : kept.map((axis) => array.shape[axis]);
  // Reduced axes at the end are added up as one row.
  let tail = all.length;
  while (tail > 0 && (reduced.includes(tail - 1) || array.shape[tail - 1] === 1)) tail--;
  return {
    kept,
    reduced,
    shape,
    ends: reduced.filter((axis) => axis >= tail),
    heads: reduced.filter((axis) => axis < tail),
  };
}

const pick = (list, axes) => axes.map((axis) => list[axis]);
const ordered = (array, axes) => array.view(pick(array.shape, axes), pick(array.strides, axes));

/** Sums of float64 along axes: rows at the end pairwise, whole blocks before them one after the other. */
function sums(array, axes, keepdims) {
  const { kept, shape, ends, heads } = parted(array, axes, keepdims);
  const order = [...heads, ...kept, ...ends];
  const data = ordered(array, order).flat();
  const count = sizeOf(pick(array.shape, kept));
  const length = sizeOf(pick(array.shape, ends));
  const blocks = sizeOf(pick(array.shape, heads));
  const out = empty(shape, FLOAT);
  for (let block = 0; block < blocks; block++)
    for (let i = 0; i < count; i++) {
      const from = (block * count + i) * length;
      const sum = length === 1 ? data[from] : pairwise(data, from, length);
      out.data[i] = block === 0 ? sum : out.data[i] + sum;
    }
  for (let i = 0; i < count; i++) if (out.data[i] === 0 && (blocks === 0 || length === 0)) out.data[i] = 0;
  return out;
}

/** f(numbers, from, count) of all numbers along the reduced axes, one after the other. */
function along(array, axes, keepdims, kind, f) {
  const { kept, reduced, shape } = parted(array, axes, keepdims);
  const data = ordered(array, [...kept, ...reduced]).flat();
  const count = sizeOf(pick(array.shape, kept));
  const length = sizeOf(pick(array.shape, reduced));
  const out = empty(shape, kind);
  for (let i = 0; i < count; i++) out.data[i] = f(data, i * length, length);
  return out;
}

function folded(step) {
  return (data, from, count) => {
    let result = data[from];
    for (let i = 1; i < count; i++) result = step(result, data[from + i]);
    return result;
  };
}

const largest = folded((x, y) => (Number.isNaN(x) || x >= y ? x : y));
const smallest = folded((x, y) => (Number.isNaN(x) || x <= y ? x : y));

function firstBest(better) {
  return (data, from, count) => {
    let found = 0;
    for (let i = 0; i < count; i++) {
      if (Number.isNaN(data[from + i])) return i;
      if (better(data[from + i], data[from + found])) found = i;
    }
    return found;
  };
}

/** Numbers in rising order, what is no number last. */
export const rising = (x, y) =>
  x < y ? -1 : x > y ? 1 : Number.isNaN(x) ? (Number.isNaN(y) ? 0 : 1) : Number.isNaN(y) ? -1 : 0;

/** The number at a fraction of the way through sorted ones, between neighbors in proportion, as NumPy rounds. */
function quantileOf(q) {
  return (data, from, count) => {
    if (count === 0) return NaN;
    const sorted = data.slice(from, from + count).sort(rising);
    if (Number.isNaN(sorted[count - 1])) return NaN;
    const place = q * (count - 1);
    const below = Math.min(Math.floor(place), count - 1);
    const [low, high] = [sorted[below], sorted[Math.min(below + 1, count - 1)]];
    const part = place - below;
    if (low === high) return low;
    const gap = high - low;
    return part >= 0.5 ? high - gap * (1 - part) : low + gap * part;
  };
}

function medianOf(data, from, count) {
  if (count === 0) return NaN;
  const sorted = data.slice(from, from + count).sort(rising);
  if (Number.isNaN(sorted[count - 1])) return NaN;
  const half = Math.floor(count / 2);
  return count % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

const needed = (name) => (array, axes) => {
  if (sizeOf(axes === null ? array.shape : pick(array.shape, axes)) === 0)
    refuse("ValueError", `zero-size array to reduction operation ${name} which has no identity`);
};
const [largestNeeded, smallestNeeded] = [needed("maximum"), needed("minimum")];

const numbersAlong = (array, axes) => sizeOf(axes === null ? array.shape : pick(array.shape, axes));

function mean(array, axes, keepdims) {
  const out = sums(array, axes, keepdims);
  const count = numbersAlong(array, axes);
  for (let i = 0; i < out.data.length; i++) out.data[i] /= count;
  return out;
}

function variance(array, axes, keepdims, ddof) {
  const middle = mean(array, axes, true);
  const apart = two("subtract", array.kind === FLOAT ? array : cast(array, FLOAT), middle);
  for (let i = 0; i < apart.data.length; i++) apart.data[i] *= apart.data[i];
  const out = sums(apart, axes, keepdims);
  const count = Math.max(numbersAlong(array, axes) - ddof, 0);
  for (let i = 0; i < out.data.length; i++) out.data[i] /= count;
  return out;
}

function deviation(array, axes, keepdims, ddof) {
  const out = variance(array, axes, keepdims, ddof);
  for (let i = 0; i < out.data.length; i++) out.data[i] = Math.sqrt(out.data[i]);
  return out;
}

const asInt = (array) => new Strided(array.data, array.shape, INT);

export const REDUCTIONS = {
  sum: (a, axes, keep) => (a.kind === FLOAT ? sums(a, axes, keep) : asInt(sums(a, axes, keep))),
  prod: (a, axes, keep) => {
    const product = folded((x, y) => x * y);
    return along(a, axes, keep, a.kind === FLOAT ? FLOAT : INT, (data, from, n) => (n ? product(data, from, n) : 1));
  },
  mean,
  var: variance,
  std: deviation,
  max(a, axes, keep) {
    largestNeeded(a, axes);
    return along(a, axes, keep, a.kind, largest);
  },
  min(a, axes, keep) {
    smallestNeeded(a, axes);
    return along(a, axes, keep, a.kind, smallest);
  },
  ptp: (a, axes, keep) => two("subtract", REDUCTIONS.max(a, axes, keep), REDUCTIONS.min(a, axes, keep)),
  any: (a, axes, keep) =>
    along(a, axes, keep, BOOL, (data, from, n) => Number(data.subarray(from, from + n).some((x) => x !== 0))),
  all: (a, axes, keep) =>
    along(a, axes, keep, BOOL, (data, from, n) => Number(data.subarray(from, from + n).every((x) => x !== 0))),
  count_nonzero: (a, axes, keep) =>
    along(a, axes, keep, INT, (data, from, n) => data.subarray(from, from + n).filter((x) => x !== 0).length),
  argmax: (a, axes, keep) => best(a, axes, keep, "argmax", (x, y) => x > y),
  argmin: (a, axes, keep) => best(a, axes, keep, "argmin", (x, y) => x < y),
  median: (a, axes, keep) => along(a, axes, keep, FLOAT, medianOf),
  nansum: (a, axes, keep) => REDUCTIONS.sum(without(a, 0), axes, keep),
  nanmean: (a, axes, keep) =>
    two("divide", REDUCTIONS.sum(without(a, 0), axes, keep), along(a, axes, keep, INT, numbers)),
  nanmax: (a, axes, keep) =>
    along(
      a,
      axes,
      keep,
      a.kind,
      folded((x, y) => (Number.isNaN(x) || y > x ? y : x)),
    ),
  nanmin: (a, axes, keep) =>
    along(
      a,
      axes,
      keep,
      a.kind,
      folded((x, y) => (Number.isNaN(x) || y < x ? y : x)),
    ),
};

const numbers = (data, from, n) => data.subarray(from, from + n).filter((x) => !Number.isNaN(x)).length;
const without = (a, instead) =>
  dense(
    a.copied().map((x) => (Number.isNaN(x) ? instead : x)),
    a.shape,
    a.kind,
  );

function best(a, axes, keep, name, better) {
  if (numbersAlong(a, axes) === 0) refuse("ValueError", `attempt to get ${name} of an empty sequence`);
  return along(a, axes, keep, INT, firstBest(better));
}

const named = (axes, { shape }) => (axes === null ? null : axesOf(axes, shape.length));
/** A single number has axes 0 and -1 here. */
const reduced = (axes, { shape }) =>
  shape.length === 0 && (axes === "0" || axes === "-1") ? null : named(axes, { shape });

/** A reduction by its name. axes: null for all, or text as axesOf reads it. */
export function reduce(name, array, axes, keepdims, ddof) {
  const axis = ["median", "mean", "var", "std"].includes(name) ? named(axes, array) : reduced(axes, array);
  return REDUCTIONS[name](array, axis, keepdims, ddof);
}

/** np.quantile for one fraction. */
export function quantile(array, q, axes, keepdims) {
  return along(array, named(axes, array), keepdims, FLOAT, quantileOf(q));
}

/** np.cumsum and np.cumprod along an axis. */
export function cumulate(product, array, axis) {
  const kind = array.kind === FLOAT ? FLOAT : INT;
  const out = new Strided(array.copied(), array.shape, kind);
  const length = out.shape[axis];
  const step = stridesOf(out.shape)[axis];
  const { data } = out;
  for (let i = 0; i < data.length; i++)
    if (Math.floor(i / step) % length) data[i] = product ? data[i - step] * data[i] : data[i - step] + data[i];
  return out;
}

/** f(row) of each row along an axis put in its place: sorted numbers, for example. */
export function rowsReplaced(array, axis, kind, f) {
  const order = [...array.shape.keys()].filter((each) => each !== axis);
  const moved = ordered(array, [...order, axis]);
  const data = moved.copied();
  const length = array.shape[axis];
  if (length) for (let from = 0; from < data.length; from += length) data.set(f(data.slice(from, from + length)), from);
  const strides = stridesOf(moved.shape);
  const back = array.shape.map((_, each) => strides[each === axis ? order.length : order.indexOf(each)]);
  return new Strided(data, array.shape, kind, back);
}

/** np.unique of all numbers: those that differ, and of each how often, where it stood first, and which one each was. */
export function unique(array) {
  const flat = array.flat();
  const order = [...flat.keys()].sort((i, k) => rising(flat[i], flat[k]) || i - k);
  const [values, first, counts, inverse] = [[], [], [], zeros(flat.length)];
  for (const i of order) {
    const last = values[values.length - 1];
    if (values.length === 0 || !(last === flat[i] || (Number.isNaN(last) && Number.isNaN(flat[i])))) {
      values.push(flat[i]);
      first.push(i);
      counts.push(0);
    }
    counts[counts.length - 1]++;
    inverse[i] = values.length - 1;
  }
  const whole = (list) => dense(Float64Array.from(list), [list.length], INT);
  return [
    dense(Float64Array.from(values), [values.length], array.kind),
    whole(first),
    dense(inverse, array.shape, INT),
    whole(counts),
  ];
}

export const argsorted = (row) => Float64Array.from([...row.keys()].sort((i, k) => rising(row[i], row[k]) || i - k));
export const sorted = (row) =>
  Float64Array.from(
    [...row.keys()].sort((i, k) => rising(row[i], row[k]) || i - k),
    (i) => row[i],
  );
