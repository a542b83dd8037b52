// What NumPy's elementwise functions do with single numbers: `f` with floats, `ints` with whole numbers, `bools` with
// truth values. `gives`: the kind of the result, where it is not that of the operands. `keeps`: truth values stay such.

import { refuse } from "./strided.js";

/** To the nearest whole number, halves to even ones. */
function rint(x) {
  const near = Math.round(x);
  const even = near - x === 0.5 && near % 2 !== 0 ? near - 1 : near;
  return even === 0 && (x < 0 || Object.is(x, -0)) ? -0 : even;
}

const self = (x) => x;
const whole = { ints: self, bools: self };
const real = (f) => ({ f, gives: "float" });
const asked = (f) => ({ f: (x) => (f(x) ? 1 : 0), gives: "bool" });

/** Without the sign of zero. */
const sign = {
  f: (x) => (x === 0 ? 0 : Math.sign(x)),
  refuses: "ufunc 'sign' did not contain a loop with signature matching types <class 'numpy.dtypes.BoolDType'> -> None",
};
const negative = {
  f: (x) => -x,
  ints: (x) => 0 - x,
  refuses:
    "The numpy boolean negative, the `-` operator, is not supported, use " +
    "the `~` operator or the logical_not function " +
    "instead.",
};
const positive = {
  f: self,
  refuses:
    "ufunc 'positive' did not contain a loop with signature matching types <class 'numpy.dtypes.BoolDType'> -> None",
};

/** exp2 is exact where the result is a power of two. */
const exp2 = (x) => 2 ** x;

export const ONE = {
  sqrt: real(Math.sqrt),
  cbrt: real(Math.cbrt),
  exp: real(Math.exp),
  exp2: real(exp2),
  expm1: real(Math.expm1),
  log: real(Math.log),
  log2: real(Math.log2),
  log10: real(Math.log10),
  log1p: real(Math.log1p),
  sin: real(Math.sin),
  cos: real(Math.cos),
  tan: real(Math.tan),
  sinh: real(Math.sinh),
  cosh: real(Math.cosh),
  tanh: real(Math.tanh),
  arcsin: real(Math.asin),
  arccos: real(Math.acos),
  arctan: real(Math.atan),
  arcsinh: real(Math.asinh),
  arccosh: real(Math.acosh),
  arctanh: real(Math.atanh),
  fabs: real(Math.abs),
  degrees: real((x) => x * (180 / Math.PI)),
  radians: real((x) => x * (Math.PI / 180)),
  rint: real(rint),
  floor: { f: Math.floor, ...whole },
  ceil: { f: Math.ceil, ...whole },
  trunc: { f: Math.trunc, ...whole },
  absolute: { f: Math.abs, bools: self },
  square: { f: (x) => x * x },
  reciprocal: { f: (x) => 1 / x, ints: (x) => (x === 0 ? -(2 ** 63) : Math.trunc(1 / x) + 0) },
  sign,
  negative,
  positive,
  isnan: asked(Number.isNaN),
  isinf: asked((x) => x === Infinity || x === -Infinity),
  isfinite: asked(Number.isFinite),
  signbit: asked((x) => x < 0 || Object.is(x, -0)),
  logical_not: asked((x) => x === 0),
  invert: { f: self, ints: (x) => -1 - x, bools: (x) => 1 - x, gives: "whole" },
};

/** The remainder with the sign of the divisor. */
function mod(x, y) {
  const rest = x % y;
  if (rest === 0) return y < 0 || Object.is(y, -0) ? -0 : 0;
  if (Number.isNaN(rest)) return rest;
  return rest < 0 === y < 0 ? rest : rest + y;
}

/** NumPy's own way, which is exact where floor(x / y) would round up. */
function floorDivide(x, y) {
  if (y === 0) return x / y;
  const rest = x % y;
  if (Number.isNaN(rest)) return rest;
  let quotient = (x - rest) / y;
  if (rest !== 0 && rest < 0 !== y < 0) quotient -= 1;
  if (quotient === 0) return x / y < 0 || Object.is(x / y, -0) ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

/** C's pow says 1 where JavaScript says that it is not a number. */
const power = (x, y) => (x === 1 || (x === -1 && (y === Infinity || y === -Infinity)) ? 1 : x ** y);

/** No negative power of whole numbers. */
function wholePowers(a, b) {
  if (a.size > 0 && b.flat().some((exponent) => exponent < 0))
    refuse("ValueError", "Integers to negative integer powers are not allowed.");
}

/** Products of whole numbers beyond 2^53 are rounded. */
const wholePower = (x, y) => x ** y;

const maximum = (x, y) => (Number.isNaN(x) ? x : x >= y ? x : y);
const minimum = (x, y) => (Number.isNaN(x) ? x : x <= y ? x : y);
const fmax = (x, y) => (Number.isNaN(y) || x >= y ? x : y);
const fmin = (x, y) => (Number.isNaN(y) || x <= y ? x : y);

/** Bits of whole numbers of up to 53 bits with a sign. */
const bitwise = (f) => (x, y) =>
  Math.abs(x) < 2 ** 31 && Math.abs(y) < 2 ** 31 ? Number(f(x, y)) : Number(f(BigInt(x), BigInt(y)));

const logical = (f) => ({ f: (x, y) => (f(x !== 0, y !== 0) ? 1 : 0), gives: "bool" });
const compared = (f) => ({ f: (x, y) => (f(x, y) ? 1 : 0), gives: "bool" });
const bits = (f) => ({ f: bitwise(f), bools: (x, y) => Number(f(x, y)), only: 1 });

const heaviside = (x, y) => (Number.isNaN(x) ? x : x < 0 ? 0 : x > 0 ? 1 : y);
/** Close to NumPy's, which multiplies by the reciprocal of ln 2. */
const logaddexp = (x, y) => {
  if (x === y) return x + Math.LN2;
  const gap = x - y;
  if (gap > 0) return x + Math.log1p(Math.exp(-gap));
  return gap <= 0 ? y + Math.log1p(Math.exp(gap)) : gap;
};

export const TWO = {
  add: { f: (x, y) => x + y, bools: (x, y) => (x || y ? 1 : 0) },
  subtract: {
    f: (x, y) => x - y,
    refuses:
      "numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, or the " +
      "logical_xor function instead.",
  },
  multiply: { f: (x, y) => x * y, ints: (x, y) => x * y + 0, bools: (x, y) => x * y },
  divide: { f: (x, y) => x / y, gives: "float" },
  floor_divide: { f: floorDivide, ints: (x, y) => (y === 0 ? 0 : Math.floor((x - mod(x, y)) / y) + 0) },
  mod: { f: mod, ints: (x, y) => (y === 0 ? 0 : mod(x, y) + 0) },
  fmod: { f: (x, y) => x % y, ints: (x, y) => (y === 0 ? 0 : (x % y) + 0) },
  power: { f: power, ints: wholePower, check: wholePowers },
  float_power: { f: power, gives: "float" },
  maximum: { f: maximum, keeps: true },
  minimum: { f: minimum, keeps: true },
  fmax: { f: fmax, keeps: true },
  fmin: { f: fmin, keeps: true },
  arctan2: { f: Math.atan2, gives: "float" },
  hypot: { f: (x, y) => Math.hypot(x, y), gives: "float" },
  copysign: { f: (x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x)), gives: "float" },
  heaviside: { f: heaviside, gives: "float" },
  logaddexp: { f: logaddexp, gives: "float" },
  equal: compared((x, y) => x === y),
  not_equal: compared((x, y) => x !== y),
  less: compared((x, y) => x < y),
  less_equal: compared((x, y) => x <= y),
  greater: compared((x, y) => x > y),
  greater_equal: compared((x, y) => x >= y),
  logical_and: logical((x, y) => x && y),
  logical_or: logical((x, y) => x || y),
  logical_xor: logical((x, y) => x !== y),
  bitwise_and: bits((x, y) => x & y),
  bitwise_or: bits((x, y) => x | y),
  bitwise_xor: bits((x, y) => x ^ y),
};
