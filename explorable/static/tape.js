// A traced program (explorable/tracing/): buffers, and a tape of calls to kernels and to whole operations.
import { Problem } from "./core.js";
/** @import { Opened } from "./types.d.ts" */

/** Up to four axes of one array into a part of another. */
function copy(n0, n1, n2, n3, from, start, a0, a1, a2, a3, to, offset, b0, b1, b2, b3) {
  for (let i = 0; i < n0; i++)
    for (let j = 0; j < n1; j++)
      for (let k = 0; k < n2; k++) {
        let p = start + i * a0 + j * a1 + k * a2;
        let q = offset + i * b0 + j * b1 + k * b2;
        for (let l = 0; l < n3; l++, p += a3, q += b3) to[q] = from[p];
      }
}

/** Every row of n numbers in order; NaN comes last, as in NumPy. */
function sort(n, array) {
  for (let row = 0; row < array.length; row += n) array.subarray(row, row + n).sort();
}

/** NumPy's linear rule, row by row of sorted numbers: from the nearer neighbor. */
function quantile(rows, n, sorted, to, ...levels) {
  for (let row = 0, k = 0; row < rows; row++)
    for (const level of levels) {
      const at = level * (n - 1);
      const below = Math.floor(at);
      const low = sorted[row * n + below];
      const high = sorted[row * n + Math.min(below + 1, n - 1)];
      const part = at - below;
      const last = sorted[row * n + n - 1]; // NaN, if there is any
      to[k++] = Number.isNaN(last) ? NaN : part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part);
    }
}

/** One function of sizes: [form, numerator, denominator, power of each size ...]. */
function valueOf([form, above, below, ...powers], lengths) {
  powers.forEach((power, i) => {
    if (power > 0) above *= lengths[i] ** power;
    if (power < 0) below *= lengths[i] ** -power;
  });
  if (form === "product" && above % below) throw new Problem("These sizes do not fit each other.");
  return FORMS[form](above, below);
}

/** A tape for these lengths of its sizes: "#3" is the fourth of the functions in `sized` (tracing/sizes.py). */
export function sized(tape, lengths) {
  const values = (tape.sized ?? []).map((each) => valueOf(each, lengths));
  const put = (part) => {
    if (Array.isArray(part)) return part.map(put);
    if (typeof part === "string") return part[0] === "#" ? values[Number(part.slice(1))] : part;
    if (part === null || typeof part !== "object") return part;
    return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, name === "sized" ? each : put(each)]));
  };
  return put(tape);
}

const FORMS = {
  product: (above, below) => above / below,
  quotient: (above, below) => above / below,
  root: (above, below) => Math.sqrt(above / below),
  corrected: (above, below) => above / below / (above / below - 1),
};

const isDouble = ([, type]) => type === 0;
/** The lengths of the arrays of doubles that a tape needs besides those it is given, in the order of its buffers. */
export function lengthsOf(tape, given) {
  const shared = new Set(Object.entries(tape.inputs).flatMap(([name, i]) => (name in given ? [i] : [])));
  return tape.sizes.filter((size, i) => isDouble(size) && !shared.has(i)).map(([length]) => length);
}

/**
 * A program ready to run. `given`: arrays by the names of inputs, shared with other programs; `take()` gives the next
 * array, of those that lengthsOf() asks for. `run()` computes the outputs from the inputs, and returns the place of the
 * first guard that fails, or "".
 * @type {(tape: any, kernels: Function[], product: Function, given: Record<string, any>, take: () => any) => Opened}
 */
export function openTape(tape, kernels, product, given, take) {
  const buffers = [];
  for (const [name, number] of Object.entries(tape.inputs)) if (name in given) buffers[number] = given[name];
  tape.sizes.forEach((size, i) => (buffers[i] ??= isDouble(size) ? take() : new Uint8Array(size[0])));
  for (const [number, values] of Object.entries(tape.constants)) buffers[number].set(values.map(Number));
  const whole = { copy, product, quantile, sort };
  const argument = (a) => (typeof a !== "string" ? a : a[0] === "b" ? buffers[Number(a.slice(1))] : Number(a));
  const calls = tape.calls.map(([kernel, ...rest]) => ({
    call: typeof kernel === "string" ? whole[kernel] : kernels[kernel],
    rest: rest.map(argument),
  }));
  const guards = tape.guards.map(([number, wanted, where]) => ({ truth: buffers[number], wanted, where }));
  const named = (numbers) => Object.fromEntries(Object.entries(numbers).map(([name, i]) => [name, buffers[i]]));
  function run() {
    for (const { call, rest } of calls) call(...rest);
    for (const { truth, wanted, where } of guards) if (Boolean(truth[0]) !== wanted) return where;
    return "";
  }
  return { inputs: named(tape.inputs), outputs: named(tape.outputs), shapes: tape.shapes ?? {}, run };
}
