// Gunzip without waiting, for what is printed before the browser's own DecompressionStream has answered. (RFC 1951.)
import { Problem } from "./core.js";

const HEADER = 10; // bytes of a gzip file without a name
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]; // of a block's own code lengths
const damaged = () => new Problem("The data of this figure is damaged and cannot be unpacked.");

/** Symbols 257 and up stand for a length, symbols of the other code for a distance: `[base, extra bits]` of each. */
function ranges(first, count, group, start) {
  const table = [];
  for (let i = 0, base = first; i < count; i++) {
    const extra = Math.max(0, Math.floor(i / group) - start);
    table.push([base, extra]);
    base += 2 ** extra;
  }
  return table;
}
const LENGTHS = ranges(3, 28, 4, 1).concat([[258, 0]]);
const DISTANCES = ranges(1, 30, 2, 1);

/** A code out of its symbols' lengths: how many codes each length has, and the symbols in the order of their codes. */
function codeOf(lengths) {
  const counts = new Uint16Array(16);
  for (const length of lengths) if (length) counts[length]++;
  const symbols = Array.from(lengths.keys()).filter((symbol) => lengths[symbol]);
  return { counts, symbols: symbols.sort((a, b) => lengths[a] - lengths[b] || a - b) };
}

const literal = (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8);
const FIXED = [codeOf(Uint8Array.from({ length: 288 }, literal)), codeOf(new Uint8Array(30).fill(5))];

/** Bits out of bytes, the lowest first. */
class Bits {
  constructor(bytes) {
    this.bytes = bytes;
    this.place = 8 * HEADER;
  }

  bit() {
    const byte = this.bytes[this.place >> 3];
    if (byte === undefined) throw damaged();
    return (byte >> (this.place++ & 7)) & 1;
  }

  number(count) {
    let value = 0;
    for (let i = 0; i < count; i++) value += this.bit() * 2 ** i;
    return value;
  }

  symbol({ counts, symbols }) {
    for (let length = 1, code = 0, first = 0, index = 0; length < 16; length++) {
      code += this.bit();
      if (code - first < counts[length]) return symbols[index + code - first];
      index += counts[length];
      first = 2 * (first + counts[length]);
      code *= 2;
    }
    throw damaged();
  }

  repetitions(symbol) {
    if (symbol === 18) return 11 + this.number(7);
    return 3 + this.number(symbol === 16 ? 2 : 3);
  }

  /** The two codes of a block, which come as code lengths that are coded themselves. */
  codes() {
    const [literals, distances, count] = [257 + this.number(5), 1 + this.number(5), 4 + this.number(4)];
    const own = new Uint8Array(19);
    for (let i = 0; i < count; i++) own[ORDER[i]] = this.number(3);
    const [code, lengths] = [codeOf(own), []];
    while (lengths.length < literals + distances) {
      const symbol = this.symbol(code);
      const again = symbol === 16 ? lengths.at(-1) : 0;
      if (symbol < 16) lengths.push(symbol);
      else lengths.push(...new Array(this.repetitions(symbol)).fill(again));
    }
    return [codeOf(Uint8Array.from(lengths.slice(0, literals))), codeOf(Uint8Array.from(lengths.slice(literals)))];
  }
}

/**
 * The content of a gzip file as bytes; a Problem if it is none or damaged.
 * @type {(bytes: Uint8Array) => Uint8Array}
 */
export function inflate(bytes) {
  if (bytes.length < HEADER + 8 || [31, 139, 8, 0].some((byte, i) => bytes[i] !== byte)) throw damaged();
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
  const [bits, output] = [new Bits(bytes), new Uint8Array(size)];
  let at = 0;
  for (let last = 0; !last;) {
    last = bits.bit();
    const kind = bits.number(2);
    if (kind === 0) {
      const start = ((bits.place + 7) >> 3) + 4;
      const length = bytes[start - 4] + 256 * bytes[start - 3];
      output.set(bytes.subarray(start, start + length), at);
      [at, bits.place] = [at + length, 8 * (start + length)];
      continue;
    }
    const [literals, distances] = kind === 1 ? FIXED : bits.codes();
    for (let symbol; (symbol = bits.symbol(literals)) !== 256;) {
      if (symbol < 256) output[at++] = symbol;
      else {
        const [length, more] = LENGTHS[symbol - 257];
        const end = at + length + bits.number(more);
        const [distance, further] = DISTANCES[bits.symbol(distances)];
        const back = distance + bits.number(further);
        while (at < end) output[at] = output[at++ - back];
      }
    }
  }
  if (at !== size) throw damaged();
  return output;
}
