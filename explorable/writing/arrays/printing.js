// Arrays as NumPy prints them with its default options: 8 places, lines of 75 characters, the ends of what has more
// than 1000 numbers.

import { BOOL, DTYPES, FLOAT, printed } from "./strided.js";

const PLACES = 8;
const WIDTH = 75;
const MOST = 1000;
const ENDS = 3;

const ALL = 100; // so many digits show whether a number lies halfway exactly

/** Whether a number may lie between two whole ones, which is cheaper to ask than all its digits. */
const halfway = (x) => Math.abs((x % 1) - 0.5) < 1e-4;

/** |x| < 1e8 with up to so many places: the shortest digits that mean x, or x rounded to those places, ties to even. */
function positional(x) {
  const size = Math.abs(x);
  const short = String(size);
  let text = short;
  if (short.includes("e") || (short.split(".")[1] ?? "").length > PLACES) {
    text = size.toFixed(PLACES);
    if (halfway(size * 10 ** PLACES)) {
      const [head, tail] = size.toFixed(ALL).split(".");
      const tie = /^50*$/.test(tail.slice(PLACES)) && Number(tail[PLACES - 1]) % 2 === 0;
      if (tie) text = `${head}.${tail.slice(0, PLACES)}`;
    }
    text = text.replace(/0+$/, "");
  }
  if (!text.includes(".")) text += ".";
  return x < 0 || Object.is(x, -0) ? `-${text}` : text;
}

/** The same with an exponent of at least two digits: [digits before the point, behind it, sign and exponent]. */
function scientific(x, places, exact = false) {
  const size = Math.abs(x);
  let [digits, power] = size.toExponential().split("e");
  if (size > 0 && (exact || (digits.split(".")[1] ?? "").length > places))
    [digits, power] = halvesToEven(size, places).split("e");
  const [head, tail = ""] = digits.split(".");
  const exponent = Math.abs(Number(power));
  const negative = x < 0 || Object.is(x, -0);
  return [`${negative ? "-" : ""}${head}`, tail.replace(/0+$/, ""), Number(power) < 0 ? "-" : "+", String(exponent)];
}

/** toExponential rounds ties up; NumPy rounds them to an even digit. */
function halvesToEven(size, places) {
  const rounded = size.toExponential(places);
  const [digits] = size.toExponential().split("e");
  if (!halfway(Number(digits) * 10 ** places)) return rounded;
  const exact = size.toExponential(ALL);
  const tail = exact.slice(2 + places, exact.indexOf("e"));
  const even = Number(exact[1 + places]) % 2 === 0;
  return /^50*$/.test(tail) && even ? exact.slice(0, 2 + places) + exact.slice(exact.indexOf("e")) : rounded;
}

const longest = (words) => Math.max(0, ...words.map((word) => word.length));

/** What writes the numbers of a column of floats, all equally wide. */
function floats(numbers) {
  const finite = numbers.filter(Number.isFinite);
  const sizes = finite.map(Math.abs).filter((size) => size > 0);
  const most = sizes.reduce((a, b) => Math.max(a, b), 0);
  const least = sizes.reduce((a, b) => Math.min(a, b), Infinity);
  const exponents = sizes.length > 0 && (most >= 1e8 || least < 1e-4 || most / least > 1000);
  let [left, right] = [0, 0];
  let write;
  if (exponents) {
    const parts = finite.map((x) => scientific(x, PLACES));
    const places = longest(parts.map(([, tail]) => tail));
    const digits = Math.max(2, longest(parts.map(([, , , power]) => power)));
    left = longest(parts.map(([head]) => head));
    right = digits + 2 + places;
    write = (x) => {
      // Of the smallest numbers few digits are known; NumPy fills up with those of the exact value.
      const [head, tail, sign, power] = scientific(x, places, Math.abs(x) < 1e-307);
      return `${head.padStart(left)}.${tail.padEnd(places, "0")}e${sign}${power.padStart(digits, "0")}`;
    };
  } else {
    const parts = finite.map((x) => positional(x).split("."));
    left = longest(parts.map(([head]) => head));
    right = longest(parts.map(([, tail]) => tail));
    write = (x) => {
      const [head, tail] = positional(x).split(".");
      return `${head.padStart(left)}.${tail.padEnd(right)}`;
    };
  }
  if (finite.length < numbers.length)
    left = Math.max(left, 3 - right - 1, 3 + Number(numbers.includes(-Infinity)) - right - 1);
  return (x) =>
    Number.isFinite(x) ? write(x) : (Number.isNaN(x) ? "nan" : x < 0 ? "-inf" : "inf").padStart(left + right + 1);
}

const wholeText = (x) => (Math.abs(x) < 2 ** 53 || !Number.isFinite(x) ? String(x) : String(BigInt(x)));

function writer(kind, numbers, dimensions) {
  if (kind === BOOL) return (x) => (x ? (dimensions ? " True" : "True") : "False");
  if (kind === FLOAT) return floats(numbers);
  const width = longest(numbers.map(wholeText));
  return (x) => wholeText(x).padStart(width);
}

/** The numbers that are shown of an array: all, or those at the ends of its axes. */
function shownNumbers(array, summary) {
  const found = [];
  const visit = (axis, place) => {
    if (axis === array.shape.length) {
      found.push(array.data[place]);
      return;
    }
    const length = array.shape[axis];
    for (let i = 0; i < length; i++) {
      if (summary && length > 2 * ENDS && i === ENDS) i = length - ENDS;
      visit(axis + 1, place + i * array.strides[axis]);
    }
  };
  visit(0, array.offset);
  return found;
}

/** The text with line breaks; `prefix` is what stands before it on the first line. */
function lines(array, separator, prefix, most) {
  const summary = array.size > MOST;
  const write = writer(array.kind, shownNumbers(array, summary), array.shape.length);
  if (array.size === 0 && array.shape.length > 0) return "[]";
  const bare = separator.trimEnd();
  const visit = (axis, place, indent, width) => {
    const left = array.shape.length - axis;
    if (left === 0) return write(array.data[place]);
    const length = array.shape[axis];
    const cut = summary && length > 2 * ENDS;
    const places = Array.from({ length }, (_, i) => i).filter((i) => !cut || i < ENDS || i >= length - ENDS);
    const words = places.map((i) => visit(axis + 1, place + i * array.strides[axis], `${indent} `, width - 1));
    if (cut) words.splice(ENDS, 0, "...");
    if (left > 1) {
      const between = bare + "\n".repeat(left - 1);
      return `[${words
        .map((word) => indent + word)
        .join(between)
        .slice(indent.length)}]`;
    }
    const limit = width - Math.max(bare.length, 1);
    let [whole, line] = ["", indent];
    for (const [k, word] of words.entries()) {
      if (line.length + word.length > limit && line.length > indent.length) {
        whole += `${line.trimEnd()}\n`;
        line = indent;
      }
      line += word + (k < words.length - 1 ? separator : "");
    }
    return `[${(whole + line).slice(indent.length)}]`;
  };
  return visit(0, array.offset, ` ${" ".repeat(prefix)}`, most);
}

/** What print shows. A single number is written as Python does. */
export const str = (array) =>
  array.shape.length === 0 && array.kind === FLOAT ? floatText(array.data[array.offset]) : lines(array, " ", 0, WIDTH);

/** What a cell shows. */
export function repr(array) {
  const size = 6; // of "array("
  const body = lines(array, ", ", size, WIDTH - 1); // a parenthesis comes after it
  const extras = [];
  if ((array.size === 0 && !(array.shape.length === 1 && array.shape[0] === 0)) || array.size > MOST)
    extras.push(`shape=${printed(array.shape)}`);
  if (array.size === 0) extras.push(`dtype=${DTYPES[array.kind]}`);
  if (extras.length === 0) return `array(${body})`;
  const start = `array(${body},`;
  const end = `${extras.join(", ")})`;
  const last = start.length - (start.lastIndexOf("\n") + 1);
  return start + (last + end.length + 1 > WIDTH ? `\n${" ".repeat(size)}` : " ") + end;
}

/** A float as Python writes it: the shortest digits that mean it. */
export function floatText(x) {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x < 0 ? "-inf" : "inf";
  const size = Math.abs(x);
  const sign = x < 0 || Object.is(x, -0) ? "-" : "";
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    const [digits, power] = size.toExponential().split("e");
    return `${sign}${digits}e${power[0]}${power.slice(1).padStart(2, "0")}`;
  }
  const short = String(size);
  return sign + (short.includes(".") ? short : `${short}.0`);
}
