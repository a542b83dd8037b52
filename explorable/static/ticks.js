// Round numbers along an axis, as D3 chooses them: steps of 1, 2 or 5 times a power of ten.
/**
 * The integers from `start` up to `stop`, without it.
 * @type {(start: number, stop: number, step?: number) => number[]}
 */
export const range = (start, stop, step = 1) =>
  Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, i) => start + i * step);

const away = (step, other) => Math.abs(Math.log(step / other));

/** {unit, parts}: a step of about 1/count of the way is unit / parts; one of the two is 1, so that both are whole. */
function stepOf(low, high, count) {
  const wanted = (high - low) / count;
  const power = Math.floor(Math.log10(wanted));
  const digit = wanted / 10 ** power;
  const round = [10, 5, 2, 1].reduce((best, other) => (away(digit, other) < away(digit, best) ? other : best));
  return power < 0 ? { unit: 1, parts: 10 ** -power / round } : { unit: 10 ** power * round, parts: 1 };
}

/**
 * About `count` multiples of a round step in [low, high].
 * @type {(low: number, high: number, count: number) => number[]}
 */
export function ticks(low, high, count) {
  if (!(count > 0)) return [];
  if (low === high) return [low];
  if (low > high) return ticks(high, low, count).reverse();
  const { unit, parts } = stepOf(low, high, count);
  const value = (i) => (i * unit) / parts;
  let [first, last] = [low, high].map((end) => Math.round((end * parts) / unit));
  if (value(first) < low) first++;
  if (value(last) > high) last--;
  if (last < first) return count >= 0.5 && count < 2 ? ticks(low, high, 2 * count) : [];
  return range(first, last + 1).map(value);
}

/**
 * [low, high] widened to multiples of a round step; of a logarithmic axis, to powers of ten.
 * @type {(ends: number[], log?: boolean) => number[]}
 */
export function nice([low, high], log) {
  if (log) return [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))].map((power) => Number(`1e${power}`));
  for (let known = null, turn = 0; turn < 10; turn++) {
    const { unit, parts } = stepOf(low, high, 10);
    if (known === unit / parts) break;
    known = unit / parts;
    [low, high] = [
      (Math.floor((low * parts) / unit) * unit) / parts,
      (Math.ceil((high * parts) / unit) * unit) / parts,
    ];
  }
  return [low, high];
}
