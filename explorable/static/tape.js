// A traced program (explorable/tracing/): buffers, and a tape of calls to kernels and to whole operations.
/** @import { Numbers, Tape } from "./types.d.ts" */

const TYPES = [Float64Array, Uint8Array];

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

/**
 * A program ready to run. `kernels`: what its tape calls by number. `product`: of matrices. `given`: arrays by the
 * names of its inputs, which are shared with other programs. `room`: makes an array of n doubles.
 * `run()` computes the outputs from the inputs, and returns the place of the first guard that fails, or "".
 * @type {(tape: Tape, kernels: Function[], product: Function, given: Record<string, Numbers>, room: (n: number) => Numbers) => { inputs: Record<string, Numbers>, outputs: Record<string, Numbers>, run: () => string }}
 */
export function openTape(tape, kernels, product, given, room) {
  const buffers = [];
  for (const [name, number] of Object.entries(tape.inputs)) if (given[name]) buffers[number] = given[name];
  tape.sizes.forEach(([size, type], i) => (buffers[i] ??= type ? new TYPES[type](size) : room(size)));
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
  return { inputs: named(tape.inputs), outputs: named(tape.outputs), run };
}
