// NumPy's random numbers, bit for bit: what np.random.default_rng(seed) draws, drawn in the page.
//
// Its parts, as NumPy 2 puts them together: a seed is hashed (SeedSequence), the hash starts a linear congruential
// generator of 128 bits (PCG64, the XSL-RR form), and normal numbers come by a ziggurat of 256 layers.
// Credits: SeedSequence and PCG64 are by Melissa O'Neill (www.pcg-random.org; M. E. O'Neill, "PCG: A family of simple
// fast space-efficient statistically good algorithms", 2014), the ziggurat by G. Marsaglia and W. W. Tsang ("The
// ziggurat method for generating random variables", 2000). NumPy's own code (BSD-3-Clause) was read for the order of
// the draws; nothing of it stands here, and no table: that of the ziggurat is computed.

const WORD = 2 ** 32;
const HALF = 0xffff;

const refuse = (name, given, allowed) => {
  throw new RangeError(`${name} is ${given}; allowed: ${allowed}`);
};

// A count of numbers that an array can hold.
const counted = (name, given) =>
  Number.isInteger(given) && given >= 0 && given < WORD
    ? given
    : refuse(name, given, "a whole number from 0 to 2^32 - 1");

/** The words of a seed, the lowest first; 0 has one. A list is the words of its numbers, one after the other. */
function wordsOf(seed) {
  if (Array.isArray(seed)) return seed.flatMap(wordsOf);
  const whole = typeof seed === "bigint" || Number.isSafeInteger(seed);
  if (!whole || seed < 0)
    refuse("seed", String(seed), "a whole number from 0, a BigInt from 2^53 on, or a list of them");
  const words = [];
  let rest = BigInt(seed);
  do words.push(Number(rest & 0xffffffffn));
  while ((rest >>= 32n));
  return words;
}

/** A hash of words whose factor changes with each one. */
function hashing(start, factor) {
  let current = start;
  return (word) => {
    const before = current;
    current = Math.imul(current, factor);
    const value = Math.imul(word ^ before, current);
    return (value ^ (value >>> 16)) >>> 0;
  };
}

function mixed(x, y) {
  const value = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) | 0;
  return (value ^ (value >>> 16)) >>> 0;
}

/**
 * What np.random.SeedSequence(seed).generate_state(count) gives: words of 32 bits.
 * @type {(seed: number | bigint | (number | bigint)[], count: number) => Uint32Array}
 */
export function seedWords(seed, count) {
  const words = wordsOf(seed);
  const hash = hashing(0x43b0d7e5, 0x931e8875);
  const pool = Array.from({ length: 4 }, (_, i) => hash(words[i] ?? 0));
  for (const i of pool.keys()) for (const k of pool.keys()) if (i !== k) pool[k] = mixed(pool[k], hash(pool[i]));
  for (const word of words.slice(4)) for (const k of pool.keys()) pool[k] = mixed(pool[k], hash(word));
  const state = hashing(0x8b51f9dd, 0x58f38ded);
  return Uint32Array.from({ length: count }, (_, i) => state(pool[i % 4]));
}

// The factor of PCG64, 0x2360ed051fc65da44385df649fccf645, as the lower and the upper halves of its words.
const [L0, L1, L2, L3] = [0xf645, 0xdf64, 0x5da4, 0xed05];
const [U0, U1, U2, U3] = [0x9fcc, 0x4385, 0x1fc6, 0x2360];

/** PCG64: `next` makes 64 new bits, which then stand in `high` and `low`. */
class PCG64 {
  constructor(seed) {
    // The words of the state and of what is added in each step, the lowest first.
    this.state = new Uint32Array(4);
    this.added = new Uint32Array(4);
    this.high = this.low = 0;
    /** The upper half of 64 bits whose lower half has been given out; null if there is none. */
    this.left = null;
    this.start(seedWords(seed, 8));
  }

  /** Where it stands, to come back to. */
  get place() {
    return { state: this.state.slice(), left: this.left };
  }

  set place({ state, left }) {
    this.state.set(state);
    this.left = left;
  }

  /** NumPy gives out the upper 64 bits of a number of 128 first. */
  start(words) {
    const number = (from) => [2, 3, 0, 1].map((i) => words[from + i]);
    number(4).forEach((word, i, all) => (this.added[i] = (word << 1) | (i ? all[i - 1] >>> 31 : 1)));
    this.step();
    let carry = 0;
    number(0).forEach((word, i) => {
      const sum = this.state[i] + word + carry;
      this.state[i] = sum;
      carry = sum >= WORD ? 1 : 0;
    });
    this.step();
  }

  /** state = state * factor + added, modulo 2^128. Products of a word and half a word are exact in float64. */
  step() {
    const { state } = this;
    const a = state[0];
    const b = state[1];
    const c = state[2];
    const d = state[3];
    let carry = this.put(0, a * L0, a * U0, 0);
    carry = this.put(1, a * L1 + b * L0, a * U1 + b * U0, carry);
    carry = this.put(2, a * L2 + b * L1 + c * L0, a * U2 + b * U1 + c * U0, carry);
    this.put(3, a * L3 + b * L2 + c * L1 + d * L0, a * U3 + b * U2 + c * U1 + d * U0, carry);
  }

  /** A word of the new state, out of the sums of its products with lower and upper halves; what is left over. */
  put(i, lower, upper, carry) {
    const half = upper & HALF;
    const sum = lower + half * (HALF + 1) + this.added[i] + carry;
    const word = sum >>> 0;
    this.state[i] = word;
    return (sum - word) / WORD + (upper - half) / (HALF + 1);
  }

  next() {
    this.step();
    const { state } = this;
    const turn = state[3] >>> 26;
    const upper = state[3] ^ state[1];
    const lower = state[2] ^ state[0];
    const high = turn & 32 ? lower : upper;
    const low = turn & 32 ? upper : lower;
    const by = turn & 31;
    this.high = (by ? (high >>> by) | (low << (32 - by)) : high) >>> 0;
    this.low = (by ? (low >>> by) | (high << (32 - by)) : low) >>> 0;
  }

  /** 32 bits: of 64 the lower half first, and the upper half the next time. */
  word() {
    const { left } = this;
    if (left !== null) {
      this.left = null;
      return left;
    }
    this.next();
    this.left = this.high;
    return this.low;
  }

  /** A float64 in [0, 1): the upper 53 of 64 bits. */
  double() {
    this.next();
    return ((this.high >>> 5) * 2 ** 26 + (this.high & 31) * 2 ** 21 + (this.low >>> 11)) / 2 ** 53;
  }
}

// The tables of the ziggurat. NumPy's were made once in float64, each number from the one before; so are these, with
// logarithms and exponentials that are rounded correctly, since those of a browser may differ in the last place. For
// that they are computed with a fixed point, before which and behind which there are so many bits:
const BITS = 112n;
const ONE = 1n << BITS;
const toFixed = (number) => BigInt(number * 2 ** Number(BITS));
const toFloat = (fixed) => Number(fixed) / 2 ** Number(BITS);

/** exp(x), both with a fixed point: by its series at x / 256, squared eight times. */
function fixedExp(x) {
  let [sum, term] = [ONE, ONE];
  for (let n = 1n; term; n++) {
    term = ((term * x) >> (BITS + 8n)) / n;
    sum += term;
  }
  for (let i = 0; i < 8; i++) sum = (sum * sum) >> BITS;
  return sum;
}

const exactExp = (x) => toFloat(fixedExp(toFixed(x)));

/** One step of Newton's from what the browser gives, which squares its error. */
function exactLog(x) {
  const near = toFixed(Math.log(x));
  return toFloat(near + ((toFixed(x) * fixedExp(-near)) >> BITS) - ONE);
}

const EDGE = 3.6541528853610088; // where the tail begins
const AREA = 0.004928673233974652; // of each layer
const LAYERS = 256;

/**
 * Of each layer: its width for one unit of 52 bits, how many units are surely under the curve, the curve's height.
 * @type {() => { widths: Float64Array, sure: Float64Array, heights: Float64Array }}
 */
export function ziggurat() {
  const edges = new Float64Array(LAYERS);
  const heights = new Float64Array(LAYERS).fill(1);
  const height = (x) => exactExp(-0.5 * x * x);
  for (let i = LAYERS - 1, edge = EDGE; i > 0; i--) {
    edges[i] = edge;
    heights[i] = height(edge);
    if (i === 38) heights[i] += 2 ** -53; // NumPy's own was rounded up where 0.498 of the last place are right
    edge = Math.sqrt(-2 * exactLog(AREA / edge + heights[i]));
  }
  edges[0] = AREA / heights[LAYERS - 1]; // of the tail
  // Adding 2^52 rounds to whole numbers, as NumPy's were, halves to even ones.
  const sure = (edge, i) => (i === 1 ? 0 : (edges[i ? i - 1 : LAYERS - 1] / edge) * 2 ** 52 + 2 ** 52 - 2 ** 52);
  return { widths: edges.map((edge) => edge / 2 ** 52), sure: edges.map(sure), heights };
}

let layers = null; // made when they are first asked for

/** A normal number of |x| > EDGE; log1p is that of the machine, as it is for NumPy. */
function tail(bits, negative) {
  for (;;) {
    const beyond = -(1 / EDGE) * Math.log1p(-bits.double());
    const other = -Math.log1p(-bits.double());
    if (other + other > beyond * beyond) return negative ? -(EDGE + beyond) : EDGE + beyond;
  }
}

/** One standard normal number. */
function normal(bits, { widths, sure, heights }) {
  for (;;) {
    bits.next();
    const { high, low } = bits;
    const i = low & 255;
    const place = (high & 0x1fffffff) * 2 ** 23 + (low >>> 9);
    const x = low & 256 ? -place * widths[i] : place * widths[i];
    if (place < sure[i]) return x;
    if (i === 0) return tail(bits, low & 0x20000);
    if ((heights[i - 1] - heights[i]) * bits.double() + heights[i] < Math.exp(-0.5 * x * x)) return x;
  }
}

/**
 * What np.random.default_rng(seed) draws. Lengths are plain numbers: an array of NumPy's with that many numbers has
 * the same ones, row by row.
 */
export class Generator {
  /** @param {number | bigint | (number | bigint)[]} seed a whole number, a BigInt from 2^53 on, or a list of them */
  constructor(seed) {
    this.bits = new PCG64(seed);
  }

  /** `rng.random(count)`: numbers in [0, 1). @type {(count: number) => Float64Array} */
  random(count) {
    return new Float64Array(counted("count", count)).map(() => this.bits.double());
  }

  /** `rng.standard_normal(count)`. @type {(count: number) => Float64Array} */
  standardNormal(count) {
    layers ??= ziggurat();
    return new Float64Array(counted("count", count)).map(() => normal(this.bits, layers));
  }

  /**
   * `rng.integers(high, size=count)`: whole numbers in [0, high), high at most 2^32 - 1.
   * @type {(high: number, count: number) => Uint32Array}
   */
  integers(high, count) {
    if (counted("high", high) === 0) refuse("high", high, "a whole number from 1 to 2^32 - 1");
    return new Uint32Array(counted("count", count)).map(() => (high === 1 ? 0 : this.below(high)));
  }

  /** A word times `high`, of which the upper word is the number, by halves; without bias (D. Lemire, 2019). */
  below(high) {
    const unfair = WORD % high;
    for (;;) {
      const word = this.bits.word();
      const lower = (word & HALF) * high;
      const upper = (word >>> 16) * high + Math.floor(lower / (HALF + 1));
      if (Math.imul(word, high) >>> 0 >= unfair) return Math.floor(upper / (HALF + 1));
    }
  }

  /**
   * `rng.shuffle(list)`, in place.
   * @type {<T extends any[] | Float64Array | Int32Array | Uint32Array>(list: T) => T}
   */
  shuffle(list) {
    for (let last = list.length - 1; last > 0; last--) {
      const mask = 2 ** (32 - Math.clz32(last)) - 1;
      let other;
      do other = (this.bits.word() & mask) >>> 0;
      while (other > last);
      const held = list[other];
      list[other] = list[last];
      list[last] = held;
    }
    return list;
  }

  /** `rng.permutation(count)`: 0, 1, ... in another order. @type {(count: number) => Int32Array} */
  permutation(count) {
    return this.shuffle(Int32Array.from({ length: counted("count", count) }, (_, i) => i));
  }
}
