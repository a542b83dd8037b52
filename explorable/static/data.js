// Numbers that come as text: base64 of float64, and the packed tables of sampled models.
import { Problem, loadProgram } from "./core.js";
import { inflate } from "./inflate.js";
/** @import { Controls, Model, Picks, Value } from "./types.d.ts" */

const WIDTH = { i1: 1, i2: 2, i4: 4, f4: 4, f8: 8 };

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/**
 * Little-endian float64 numbers out of base64; used by the code of symbolic models.
 * @type {(base64: string) => Float64Array}
 */
export function decodeFloats(base64) {
  const bytes = bytesOf(base64);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
}

/**
 * The bytes of a sampled model's table. Rejects with a Problem that says what is wrong.
 * @type {(base64: string) => Promise<Uint8Array>}
 */
export async function unpack(base64) {
  if (typeof DecompressionStream === "undefined") return inflate(bytesOf(base64)); // then the page waits for it
  try {
    const stream = new Blob([bytesOf(base64)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    throw new Problem("The data of this figure is damaged and cannot be unpacked.");
  }
}

const sizeOf = (control) => (control.stops || control.options || [0, 1]).length;

/** Reads element `index` of an output stored byte plane by byte plane, little endian. */
function elementReader(bytes, { at, bytes: length, dtype, scale = 1, offset = 0, codes }) {
  const width = WIDTH[dtype];
  const count = length / width;
  const scratch = new DataView(new ArrayBuffer(8));
  const get = { i1: "getInt8", i2: "getInt16", i4: "getInt32", f4: "getFloat32", f8: "getFloat64" }[dtype];
  const special = new Map(
    codes
      ? [
          [codes.nan, NaN],
          [codes.inf, Infinity],
          [codes.ninf, -Infinity],
        ]
      : [],
  );
  special.delete(undefined);
  special.delete(null);
  return (index) => {
    for (let plane = 0; plane < width; plane++) scratch.setUint8(plane, bytes[at + plane * count + index]);
    const stored = scratch[get](0, true);
    if (special.size && special.has(stored)) return special.get(stored);
    return offset + scale * stored;
  };
}

/** A function of the controls' indexes that gives one output, decoding a row only when it changes. */
function outputReader(bytes, record, controls) {
  const size = record.shape.reduce((product, length) => product * length, 1);
  const axes = record.over.map((name) => ({ name, size: sizeOf(controls.get(name)) }));
  const rows = axes.reduce((product, axis) => product * axis.size, 1);
  if (record.bytes !== rows * size * WIDTH[record.dtype] || record.at + record.bytes > bytes.length)
    throw new Problem("The data of this figure has the wrong length.");
  const read = elementReader(bytes, record);
  const last = { row: -1, value: null };
  return (picks) => {
    const row = axes.reduce((index, axis) => index * axis.size + Number(picks[axis.name]), 0);
    if (row === last.row) return last.value;
    const data = new Float64Array(size);
    for (let i = 0; i < size; i++) data[i] = read(row * size + i);
    last.row = row;
    last.value = record.shape.length === 0 ? data[0] : record.shape.length === 1 ? data : { shape: record.shape, data };
    return last.value;
  };
}

/** A sampled model: picks (indexes by control name) -> outputs. */
function sampledModel(record, bytes, controls) {
  /** @type {[string, (picks: Picks) => Value][]} */
  const readers = Object.entries(record.outputs).map(([name, output]) => [name, outputReader(bytes, output, controls)]);
  return (values, picks) => Object.fromEntries(readers.map(([name, reader]) => [name, reader(picks)]));
}

/**
 * The model of a widget as one function (values, picks) -> outputs.
 * @type {(record: any, code: any, controls: Controls) => Promise<Model>}
 */
export async function openModel(record, code, controls) {
  if (record.kind === "sampled") return sampledModel(record, await unpack(code), controls);
  if (record.kind === "program") return (await loadProgram()).open(record, code);
  return openNow(record, code, controls);
}

/** The same at once; the page stands still meanwhile. @type {(record: any, code: any, controls: Controls) => Model} */
export function openNow(record, code, controls) {
  if (record.kind === "sampled") return sampledModel(record, inflate(bytesOf(code)), controls);
  if (typeof code !== "function") throw new Problem("The data file of this figure is damaged: it holds no model.");
  return (values) => code(values);
}
