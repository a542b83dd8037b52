// What a control can hold. A "pick" is what is stored: an index (slider, choice), true/false, a list, [x, y].
import { format } from "./format.js";
/** @import { Control, Kind, Value } from "./types.d.ts" */
/** @import { Widget } from "./widget.js" */

/** The nearest number inside [low, high]. @type {(value: number, low: number, high: number) => number} */
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const decimals = (step) => Math.min(12, Math.max(0, Math.ceil(-Math.log10(step) + 6)));
const tidy = (value, step) => Number(value.toFixed(decimals(step)));

/**
 * The nearest multiple of step above low, inside [low, high], without binary dust.
 * @type {(value: number, low: number, high: number, step: number) => number}
 */
export const snap = (value, low, high, step) =>
  clamp(tidy(low + Math.round((value - low) / step) * step, step), low, high);

function nearest(numbers, value) {
  let best = 0;
  numbers.forEach((number, i) => (Math.abs(number - value) < Math.abs(numbers[best] - value) ? (best = i) : null));
  return best;
}

const numberList = (given) => {
  const list =
    typeof given === "string"
      ? given
          .split(/[\s,;]+/)
          .filter(Boolean)
          .map(Number)
      : Array.from(given, Number);
  return list.length && list.every(Number.isFinite) ? list : null;
};

const LEVELS = 15; // of a cell of a drawing, as in declare/drawing.py

/** The cells of a drawing, as hexadecimal digits or as numbers from 0 to 1, each the nearest of the levels. */
function cellsOf(given, count) {
  const digits = typeof given === "string";
  if (digits && !/^[0-9a-f]*$/.test(given)) return null;
  const cells = Array.from(given, (cell) => (digits ? parseInt(cell, 16) / LEVELS : Number(cell)));
  const fine = cells.length === count && cells.every((cell) => cell >= 0 && cell <= 1);
  return fine ? cells.map((cell) => Math.round(cell * LEVELS) / LEVELS) : null;
}

// For each kind: start -> pick; value (as models see it); take (anything given -> pick, or null if it makes
// no sense); exact (whether the pick is what was asked for); written (in the address).
/** @type {Record<string, Kind>} */
export const KINDS = {
  slider: {
    start: (c) => c.start,
    value: (c, pick) => c.stops[pick],
    take: (c, given) => (given !== "" && Number.isFinite(Number(given)) ? nearest(c.stops, Number(given)) : null),
    exact: (c, pick, given) => Math.abs(c.stops[pick] - Number(given)) <= 1e-9 * Math.max(1, Math.abs(c.stops[pick])),
    written: (c, pick) => String(c.stops[pick]),
  },
  choice: {
    start: (c) => c.start,
    value: (c, pick) => c.options[pick][0],
    take: (c, given) => {
      const found = c.options.findIndex(([value]) => String(value) === String(given));
      return found < 0 ? null : found;
    },
    exact: () => true,
    written: (c, pick) => String(c.options[pick][0]),
  },
  toggle: {
    start: (c) => c.start,
    value: (c, pick) => (pick ? 1 : 0),
    take: (c, given) => ({ 1: true, true: true, 0: false, false: false })[String(given)] ?? null,
    exact: () => true,
    written: (c, pick) => (pick ? "1" : "0"),
  },
  numbers: {
    start: (c) => c.start.slice(),
    value: (c, pick) => pick,
    take: (c, given) => {
      const list = numberList(given);
      return list && list.length >= c.min_count ? list.slice(0, c.max_count).map((x) => clamp(x, c.low, c.high)) : null;
    },
    exact: (c, pick, given) => String(pick) === String(numberList(given)),
    written: (c, pick) => pick.join(","),
  },
  drawing: {
    start: (c) => c.start.slice(),
    value: (c, pick) => Float64Array.from(pick),
    take: (c, given) => cellsOf(given, c.rows * c.columns),
    exact: () => true,
    written: (c, pick) => pick.map((level) => Math.round(level * LEVELS).toString(16)).join(""),
  },
  point: {
    start: (c) => c.start.slice(),
    value: (c, pick) => pick,
    take: (c, given) => {
      const pair = numberList(given);
      return pair && pair.length === 2 ? [clamp(pair[0], ...c.x), clamp(pair[1], ...c.y)] : null;
    },
    exact: (c, pick, given) => String(pick) === String(numberList(given)),
    written: (c, pick) => pick.join(","),
  },
};

const counted = (text, unit) => (text === "1" && /^[a-z]{3,}s$/.test(unit) ? unit.slice(0, -1) : unit); // 1 layer
/** A number with its unit. @type {(text: string, unit?: string) => string} */
export const joined = (text, unit) => (unit ? text + (/^[%°]/.test(unit) ? "" : " ") + counted(text, unit) : text);

const list = (c, value) => Array.from(value, (x) => format(x, c.format)).join(", ");

// A control's value with its unit or label, as shown beside it and read aloud.
const SPOKEN = {
  slider: (c, value) => joined(format(value, c.format), c.unit),
  choice: (c, value) => c.options.find((option) => option[0] === value)[1],
  toggle: (c, value) => (value ? "on" : "off"),
  numbers: (c, value) => joined(list(c, value), c.unit),
  drawing: (c, value) => {
    const inked = Array.from(value).filter(Boolean).length;
    return inked ? `${inked} of ${c.rows * c.columns} cells drawn` : "nothing drawn";
  },
  point: (c, value) => `(${list(c, value)})`,
};

/** A control's value as it is shown and read aloud. @type {(control: Control, value: Value) => string} */
export const spoken = (c, value) => SPOKEN[c.kind](c, value);

/** The settings of a widget in words, one for each control. @type {(widget: Widget) => string[]} */
export const settingsOf = ({ controls, scope }) =>
  Array.from(controls.values(), (c) => `${c.label}: ${spoken(c, scope.values[c.name])}`);
