// The picture of a widget as a file: title, charts with their keys, state and readout in one SVG that needs no style
// sheet, in the colors that are seen now; and the same as PNG.
import { node } from "./drawn.js";
import { paragraph, wordsOf } from "./lettered.js";
import { save, saveText } from "./saving.js";
/** @import { Widget } from "./widget.js" */

const EDGE = 20; // px around it
const GAP = 10;
const SHARP = 2; // pixels of a PNG for each of the screen, at least
const MOST = 4096; // pixels of a PNG across

// What a style sheet, or a style, may say of a part of a picture, and what is meant where nothing is said.
const LOOKS = Object.entries({
  fill: "rgb(0, 0, 0)",
  stroke: "none",
  "fill-opacity": "1",
  "stroke-opacity": "1",
  "stroke-width": "1px",
  "stroke-dasharray": "none",
  "stroke-linecap": "butt",
  "stroke-linejoin": "miter",
  "stroke-miterlimit": "4",
  opacity: "1",
  "font-family": "",
  "font-size": "",
  "font-weight": "400",
  "font-style": "normal",
  "text-anchor": "start",
  "dominant-baseline": "auto",
  "paint-order": "normal",
  "shape-rendering": "auto",
});
const OWN = new Set(["opacity", "dominant-baseline"]); // not inherited
const KEPT = new RegExp(
  "^(d|[xyr][12]?|[cr][xy]|d[xy]|width|height|points|transform|href|id|clip-path|preserveAspectRatio|viewBox|ref[XY]|" +
    "marker\\w*|marker-end|orient)$",
);

/** A color that every program for drawings knows: [color, opacity]. */
export function plainColor(color) {
  const [, name, parts] = /^(color\(srgb |rgba?\()(.*)\)$/.exec(color) ?? [];
  if (!name) return [color, 1];
  const numbers = parts.split(/[\s,/]+/).map(Number);
  const bytes = numbers.slice(0, 3).map((n) => Math.round(name[0] === "c" ? 255 * n : n));
  return [
    `#${bytes.map((n) => Math.min(Math.max(n, 0), 255).toString(16).padStart(2, "0")).join("")}`,
    numbers[3] ?? 1,
  ];
}

/** Give a copy the look of its original, as far as it differs from what it inherits. */
function dress(copy, style, inherited) {
  const here = { ...inherited };
  for (const [name, usual] of LOOKS) {
    const value = style.getPropertyValue(name);
    const before = OWN.has(name) ? usual : (inherited[name] ?? usual);
    here[name] = value;
    if (value === before) continue;
    if (name !== "fill" && name !== "stroke") {
      copy.setAttribute(name, value);
      continue;
    }
    const [color, opacity] = plainColor(value);
    copy.setAttribute(name, opacity ? color : "none");
    if (opacity < 1) here[`${name}-opacity`] = String(opacity * Number(style.getPropertyValue(`${name}-opacity`)));
    if (opacity < 1) copy.setAttribute(`${name}-opacity`, here[`${name}-opacity`]);
  }
  return here;
}

/** A copy of a part of a picture that looks the same without any style sheet; null for what is not seen. */
function standalone(element, inherited = {}) {
  const style = getComputedStyle(element);
  if (style.display === "none" || style.visibility === "hidden" || style.opacity === "0") return null;
  const copy = node(element.localName, {});
  for (const { name, value } of element.attributes) if (KEPT.test(name)) copy.setAttribute(name, value);
  if (style.imageRendering === "pixelated") copy.setAttribute("style", "image-rendering: pixelated");
  const here = dress(copy, style, inherited);
  for (const child of element.childNodes) {
    const part = child.nodeType === Node.TEXT_NODE ? child.cloneNode() : standalone(child, here);
    if (part) copy.append(part);
  }
  return copy;
}

/** The drawings of one canvas, and what is painted (by WebGL) as an image. */
async function drawings(canvas, place) {
  const plot = canvas.querySelector(".ex-plotly");
  const at = (element) => {
    const box = element.getBoundingClientRect();
    const [x, y] = place(box.left, box.top);
    return { x, y, width: box.width, height: box.height };
  };
  if (plot) {
    const box = at(plot);
    const href = await /** @type {any} */ (globalThis).Plotly.toImage(plot, { format: "png", scale: SHARP, ...box });
    return [node("image", { ...box, href })];
  }
  return Array.from(canvas.querySelectorAll(":scope > svg"), (layer) => {
    const copy = standalone(layer);
    if (!copy?.childElementCount) return null;
    for (const [name, value] of Object.entries(at(layer))) copy.setAttribute(name, value);
    copy.setAttribute("overflow", "visible");
    return copy;
  }).filter(Boolean);
}

/** The sign in front of a key of a legend, drawn as the style sheet draws it. */
function signOf(key, place) {
  const style = getComputedStyle(key, "::before");
  const box = key.getBoundingClientRect();
  const [width, border] = [parseFloat(style.width), parseFloat(style.borderTopWidth)];
  const high = parseFloat(style.height) || 0;
  const [x, y] = place(box.left, box.top + box.height / 2);
  const [ground] = plainColor(style.backgroundColor);
  const opacity = style.opacity;
  if (border && style.borderTopStyle !== "none") {
    const dash = { dashed: `${2 * border} ${border}`, dotted: `${border} ${border}` }[style.borderTopStyle] ?? "none";
    const [stroke] = plainColor(style.borderTopColor);
    return node("path", {
      d: `M${x},${y}h${width}`,
      stroke,
      "stroke-width": border,
      "stroke-dasharray": dash,
      opacity,
    });
  }
  const corners = /^polygon\((.*)\)$/.exec(style.clipPath)?.[1];
  if (corners) {
    const share = (text, size) => (text.endsWith("%") ? (parseFloat(text) / 100) * size : parseFloat(text));
    const points = corners.split(",").map((corner) => {
      const [a, b] = corner.trim().split(" ");
      return `${x + share(a, width)},${y - high / 2 + share(b, high)}`;
    });
    return node("polygon", { points: points.join(" "), fill: ground, opacity });
  }
  const round = style.borderTopLeftRadius.endsWith("%") ? high / 2 : parseFloat(style.borderTopLeftRadius);
  return node("rect", { x, y: y - high / 2, width, height: high, rx: round, fill: ground, opacity });
}

/** Everything that stands among the pictures: titles, keys, drawings. */
async function inside(figures, place) {
  const parts = [];
  for (const figure of figures.querySelectorAll(".ex-figure")) {
    for (const title of figure.querySelectorAll(".ex-figure-title")) parts.push(...wordsOf(title, place));
    for (const key of figure.querySelectorAll(".ex-key")) parts.push(signOf(key, place), ...wordsOf(key, place));
    parts.push(...(await drawings(figure.querySelector(".ex-canvas"), place)));
  }
  return parts;
}

/** The whole picture of a widget as it is seen now. @type {(widget: Widget) => Promise<SVGSVGElement>} */
export async function pictureOf(widget) {
  const { figure } = widget;
  /** @type {any} */
  const [title, figures, readout, state] = ["title", "figures", "readout", "state"].map((name) =>
    figure.querySelector(`.ex-${name}`),
  );
  widget.showState(); // it waits for a pause
  const box = figures.getBoundingClientRect();
  const width = Math.max(box.width, 240);
  const over = [paragraph(title, title.textContent, width, 0)];
  over.push(paragraph(figure.querySelector("figcaption"), state.textContent, width, over[0].bottom + 2));
  const top = over[1].bottom + GAP;
  const parts = await inside(figures, (x, y) => [x - box.left, y - box.top + top]);
  const low = Math.max(...Array.from(figures.querySelectorAll(".ex-canvas"), (e) => e.getBoundingClientRect().bottom));
  const told = paragraph(readout, readout.textContent, width, top + low - box.top + GAP);
  const [w, h] = [Math.ceil(width + 2 * EDGE), Math.ceil(told.bottom + 2 * EDGE)];
  const picture = node("svg", { xmlns: "http://www.w3.org/2000/svg", width: w, height: h, viewBox: `0 0 ${w} ${h}` });
  const paper = getComputedStyle(figure).getPropertyValue("--ex-paper").trim();
  const name = node("title", {});
  name.textContent = `${title.textContent} ${state.textContent}`;
  const body = node("g", { transform: `translate(${EDGE},${EDGE})` });
  body.append(...over.flatMap(({ lines }) => lines), ...parts, ...told.lines);
  for (const text of body.querySelectorAll(":scope > text"))
    text.setAttribute("fill", plainColor(text.getAttribute("fill"))[0]);
  picture.append(name, node("rect", { width: w, height: h, fill: resolved(figure, paper) }), body);
  return picture;
}

/** What a color of the style sheet is at this place. */
function resolved(figure, color) {
  const probe = document.createElement("span");
  probe.style.color = color;
  figure.append(probe);
  const found = plainColor(getComputedStyle(probe).color)[0];
  probe.remove();
  return found;
}

const textOf = (picture) => new XMLSerializer().serializeToString(picture);

/** @type {(widget: Widget, say: (words: string) => void) => Promise<void>} */
export async function svg(widget, say) {
  saveText(`${textOf(await pictureOf(widget))}\n`, "image/svg+xml", `${widget.key}.svg`, say);
}

/** The picture in pixels. @type {(widget: Widget) => Promise<Blob>} */
export async function painted(widget) {
  const picture = await pictureOf(widget);
  const [width, height] = ["width", "height"].map((name) => Number(picture.getAttribute(name)));
  const sharp = Math.min(Math.max(SHARP, devicePixelRatio), MOST / Math.max(width, height));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(textOf(picture))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.round(width * sharp), height: Math.round(height * sharp) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, failed) =>
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("This browser made no picture.")))),
  );
}

/** @type {(widget: Widget, say: (words: string) => void) => Promise<void>} */
export async function png(widget, say) {
  try {
    save(await painted(widget), `${widget.key}.png`, say);
  } catch {
    say("This browser makes no PNG of it; the SVG shows the same.");
  }
}
