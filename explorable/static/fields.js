// A 2-D output as a picture, and the colors that stand for numbers.
import { near, styled } from "./drawn.js";
import { MOST_BYTES, pngOf } from "./png.js";
/** @import { Frame, Grid, Group } from "./types.d.ts" */

// Ends and middle of the two color schemes; the middle of "diverging" and the start of "sequential" are the paper.
const SCHEMES = {
  diverging: {
    light: ["#a6500c", "#eda15f", "#ffffff", "#7fb3dc", "#0b559f"],
    dark: ["#f7a65a", "#96551f", "#14181e", "#2b6198", "#83c0f5"],
  },
  sequential: {
    light: ["#ffffff", "#cfdcec", "#8fb4d9", "#4383bd", "#0b4a8f"],
    dark: ["#14181e", "#1e3a5a", "#2b6198", "#539bd6", "#b9dcfb"],
  },
};
const tables = new Map();

/** Does this element stand in the dark theme? @type {(element: Element) => boolean} */
export const isDark = (element) =>
  getComputedStyle(element).colorScheme.includes("dark") &&
  (!getComputedStyle(element).colorScheme.includes("light") || matchMedia("(prefers-color-scheme: dark)").matches);

const bytesOf = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

/** 256 colors as bytes [r, g, b, r, ...], of a scheme or between the `shades` [[light, dark], [light, dark]]. */
function table(scheme, dark, shades = null) {
  const name = `${shades ?? scheme}${dark}`;
  if (tables.has(name)) return tables.get(name);
  const ends = shades ? shades.map((pair) => pair[Number(dark)]) : SCHEMES[scheme][dark ? "dark" : "light"];
  const stops = ends.map(bytesOf);
  const bytes = new Uint8ClampedArray(768);
  for (let i = 0; i < 256; i++) {
    const place = (i / 255) * (stops.length - 1);
    const left = Math.min(Math.floor(place), stops.length - 2);
    for (let c = 0; c < 3; c++)
      bytes[3 * i + c] = stops[left][c] + (place - left) * (stops[left + 1][c] - stops[left][c]);
  }
  tables.set(name, bytes);
  return bytes;
}

/**
 * The color of one value, as CSS.
 * @type {(scheme: string, domain: [number, number], value: number, dark: boolean) => string}
 */
export function schemeColor(scheme, [low, high], value, dark) {
  const at = 3 * Math.round(255 * Math.min(Math.max((value - low) / (high - low), 0), 1));
  const bytes = table(scheme, dark).subarray(at, at + 3);
  return Number.isFinite(value) ? `rgb(${bytes.join(",")})` : "none";
}

let shared = null;

/** A canvas of this size with its context. One for all: a new one takes longer than to draw a picture and pack it. */
function canvasOf(columns, rows) {
  shared ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const { canvas } = shared;
  if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
  return { canvas, context: shared };
}

/** A 2-D array as a picture, one pixel a cell; the first row of z is at the bottom. */
function picture({ shape: [rows, columns], data }, { scheme, domain: [low, high], dark, shades }) {
  const pixels = new Uint8ClampedArray(4 * rows * columns);
  const colors = table(scheme, dark, shades);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const value = data[i * columns + j];
      if (!Number.isFinite(value)) continue; // transparent: a gap
      const from = 3 * Math.round(255 * Math.min(Math.max((value - low) / (high - low), 0), 1));
      const to = 4 * ((rows - 1 - i) * columns + j);
      for (let c = 0; c < 3; c++) pixels[to + c] = colors[from + c];
      pixels[to + 3] = 255;
    }
  if (rows * (4 * columns + 1) <= MOST_BYTES) return pngOf(columns, rows, pixels);
  const { canvas, context } = canvasOf(columns, rows);
  context.putImageData(new ImageData(pixels, columns, rows), 0, 0);
  return canvas.toDataURL();
}

/**
 * A 2-D output as a picture between the ends of spec.x and spec.y.
 * @type {(spec: any, z: Grid, frame: Frame, before?: Group) => Group}
 */
export function drawRaster(spec, z, frame, before) {
  const [left, right] = spec.x.map(frame.px.apply);
  const [bottom, top] = spec.y.map(frame.py.apply);
  const box = { x: left, y: top, width: right - left, height: bottom - top, preserveAspectRatio: "none" };
  return styled(
    { style: `image-rendering: ${spec.smooth ? "auto" : "pixelated"}`, opacity: spec.opacity },
    "image",
    [{ ...box, href: picture(z, spec) }],
    before,
  );
}

const stamps = new Map(); // addresses of small pictures, which never change

/** Cells, one hexadecimal digit each, as a picture in one color that is the denser the higher the digit. */
function stamp(cells, columns, color) {
  const name = cells + color;
  if (stamps.has(name)) return stamps.get(name);
  const { canvas, context } = canvasOf(columns, cells.length / columns);
  const image = context.createImageData(columns, cells.length / columns);
  const ink = bytesOf(color);
  for (let i = 0; i < cells.length; i++) image.data.set([...ink, 17 * parseInt(cells[i], 16)], 4 * i);
  context.putImageData(image, 0, 0);
  stamps.set(name, canvas.toDataURL());
  return stamps.get(name);
}

/**
 * Small pictures, each with its middle at one of these places.
 * @type {(at: { x: number[], y: number[] }, which: number[], spec: any, frame: Frame, before?: Group) => Group}
 */
export function drawPictures({ x, y }, which, { cells, columns, shades, size, opacity, dark }, frame, before) {
  const records = which.map((place, i) => {
    const height = (size * cells[place].length) / columns ** 2;
    const [left, top] = [near(frame.px.apply(x[i]) - size / 2), near(frame.py.apply(y[i]) - height / 2)];
    return { x: left, y: top, width: size, height, href: stamp(cells[place], columns, shades[Number(dark)]) };
  });
  return styled({ opacity }, "image", records, before);
}
