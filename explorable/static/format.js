// Numbers and templates as text, to the character the same as explorable/declare/text.py.
/** @import { Scope } from "./types.d.ts" */

const MINUS = "\u2212";
const FORMAT = /^(\+?)(?:(d)|\.(\d+)([fge%]))$/;

const exponent = (text) => text.replace(/e\+?(-?)0*(\d)/, (_, sign, digit) => `e${sign && MINUS}${digit}`);
const fixed = (size, digits) => (size >= 1e21 ? exponent(size.toExponential(digits)) : size.toFixed(digits));

function general(size, digits) {
  const precision = Math.max(digits, 1);
  const [mantissa, power] = size.toExponential(precision - 1).split("e");
  const strip = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power < -4 || power >= precision) return exponent(`${strip(mantissa)}e${power}`);
  return strip(size.toFixed(precision - 1 - power));
}

/** Digits of a size (no sign) in one of the formats of the contract. */
function digitsOf(size, digits, kind) {
  if (kind === "d") return fixed(size, 0);
  if (kind === "f") return fixed(size, digits);
  if (kind === "e") return exponent(size.toExponential(digits));
  if (kind === "%") return fixed(size * 100, digits) + "%";
  return general(size, digits);
}

/**
 * One value as text: specs d, .Nf, .Ng, .Ne, .N% with an optional leading +; strings stay as they are.
 * @type {(value: any, spec?: string) => string}
 */
export function format(value, spec) {
  if (typeof value === "string") return value;
  const number = Number(value);
  if (Number.isNaN(number)) return "not a number";
  if (!Number.isFinite(number)) return (number < 0 ? MINUS : "") + "infinite";
  const plain = Number.isInteger(number) && Math.abs(number) < 1e15 ? "d" : ".3g";
  const match = FORMAT.exec(spec || plain);
  if (!match) throw new Error(`unknown number format "${spec}"`);
  const text = digitsOf(Math.abs(number), Number(match[3]), match[2] || match[4]);
  const sign = number < 0 ? MINUS : match[1];
  return /[1-9]/.test(text.split("e")[0]) ? sign + text : text;
}

const FIELD = /\{\{|\}\}|\{([A-Za-z_$][\w$]*)((?:\[\d+\])*)(?::([^{}]*))?\}/g;
const compiled = new Map();

/**
 * "{loss:.3f} after {n} steps" -> [{name, indexes, spec}, " after ", ...], kept for the next time.
 * @type {(template: string) => any[]}
 */
export function parse(template) {
  if (compiled.has(template)) return compiled.get(template);
  const parts = [];
  let end = 0;
  for (const match of template.matchAll(FIELD)) {
    parts.push(template.slice(end, match.index));
    if (match[1])
      parts.push({ name: match[1], indexes: (match[2].match(/\d+/g) || []).map(Number), spec: match[3] ?? null });
    else parts.push(match[0][0]);
    end = match.index + match[0].length;
  }
  parts.push(template.slice(end));
  compiled.set(
    template,
    parts.filter((part) => part !== ""),
  );
  return compiled.get(template);
}

/** Names of outputs and controls a template mentions. @type {(template: string) => string[]} */
export const namesIn = (template) => parse(template).flatMap((part) => (part.name ? [part.name] : []));

/** The template as plain text, read from a scope. @type {(template: string, scope: Scope) => string} */
export const fill = (template, scope) =>
  parse(template)
    .map((part) => (part.name ? scope.show(part) : part))
    .join("");
