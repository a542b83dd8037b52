// Small pictures as PNG, written by hand: a canvas takes ten times as long to pack one, and each update waits for it.

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const FRAME = 12; // bytes of a chunk besides what it holds: its length, its name, its check
const WRAP = 11; // bytes around pixels that are stored as they are: a header of 2, one of the block of 5, a check of 4
const PIECE = 8192; // characters that are made of bytes at once

/** Bytes that fit into one block that is stored as it is: four of each pixel, and one of each row. */
export const MOST_BYTES = 65535;

let table = null;

/** The check of a chunk: CRC-32 of the bytes from `from` to `to`. */
function crcOf(bytes, from, to) {
  table ??= Uint32Array.from({ length: 256 }, (_, n) => {
    for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n;
  });
  let crc = -1;
  for (let i = from; i < to; i++) crc = table[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return ~crc;
}

/** The check of the pixels: Adler-32. */
function adlerOf(bytes, from, to) {
  let [a, b] = [1, 0];
  for (let i = from; i < to; i++) b = (b + (a = (a + bytes[i]) % 65521)) % 65521;
  return b * 65536 + a;
}

/**
 * The address of a picture of so many columns and rows, of its pixels [r, g, b, alpha, r, ...], from the upper left.
 * @type {(columns: number, rows: number, pixels: Uint8ClampedArray) => string}
 */
export function pngOf(columns, rows, pixels) {
  const stride = 4 * columns;
  const raw = rows * (stride + 1); // each row begins with a byte that says how it is coded: as it is
  const bytes = new Uint8Array(SIGNATURE.length + 3 * FRAME + 13 + WRAP + raw);
  const view = new DataView(bytes.buffer);
  bytes.set(SIGNATURE);
  let at = SIGNATURE.length;

  /** A chunk of `length` bytes, which `write` fills from its place on. */
  function chunk(name, length, write) {
    view.setUint32(at, length);
    for (let i = 0; i < 4; i++) bytes[at + 4 + i] = name.charCodeAt(i);
    write(at + 8);
    view.setInt32(at + 8 + length, crcOf(bytes, at + 4, at + 8 + length));
    at += length + FRAME;
  }

  chunk("IHDR", 13, (to) => {
    view.setUint32(to, columns);
    view.setUint32(to + 4, rows);
    bytes.set([8, 6], to + 8); // bits of a color, and that there are four of a pixel
  });
  chunk("IDAT", WRAP + raw, (to) => {
    bytes.set([0x78, 1, 1, raw & 255, raw >> 8, ~raw & 255, (~raw >> 8) & 255], to);
    const start = to + 7;
    for (let i = 0; i < rows; i++)
      bytes.set(pixels.subarray(i * stride, (i + 1) * stride), start + i * (stride + 1) + 1);
    view.setUint32(start + raw, adlerOf(bytes, start, start + raw));
  });
  chunk("IEND", 0, () => {});

  let text = "";
  for (let i = 0; i < bytes.length; i += PIECE) text += String.fromCharCode(...bytes.subarray(i, i + PIECE));
  return `data:image/png;base64,${btoa(text)}`;
}
