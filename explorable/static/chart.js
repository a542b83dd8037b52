// A chart: axes underneath (drawn again only when they change), marks above them, handles on top.
import { fill, namesIn } from "./format.js";
import { sourceOf } from "./scope.js";
import { node, paint } from "./drawn.js";
import { isDark } from "./fields.js";
import { MAKERS, CLIPPED, namesOf } from "./marks.js";
import { createHandles } from "./handles.js";
import { frameOf, drawAxes } from "./axes.js";
/** @import { Figure } from "./types.d.ts" */
/** @import { Widget } from "./widget.js" */

const ABREAST = 600; // px from which figures stand side by side (frame.css)
let serial = 0;

const KEYS = { line: "line", rule: "line", contour: "line", arrow: "arrow", dot: "dot" }; // all others: a patch
const [THINNEST, THICKEST, PALEST] = [1.5, 6, 0.5]; // of the short lines

/** What a mark's key looks like: a short line as thick and as pale as its own, a dot or its symbol, a patch. */
function swatchOf({ mark, dash, symbol, width, opacity }) {
  if (["diamond", "cross", "plus"].includes(symbol)) return { kind: symbol };
  const kind = KEYS[mark] ?? "patch";
  if (kind !== "line") return { kind };
  const size = Math.min(Math.max(width, THINNEST), THICKEST);
  return { kind: dash === "dots" ? "dots" : dash ? "dash" : kind, size, ink: Math.max(opacity ?? 1, PALEST) };
}

function drawLegend(host, marks) {
  const rows = new Map();
  for (const mark of marks.filter((m) => m.label)) {
    const color = Array.isArray(mark.color) ? mark.color[0] : mark.color || "accent";
    if (!rows.has(mark.label)) rows.set(mark.label, { color, label: mark.label, ...swatchOf(mark) });
  }
  const key = JSON.stringify([...rows.values()]);
  if (host.dataset.shown === key) return;
  host.dataset.shown = key;
  host.replaceChildren(
    ...Array.from(rows.values(), ({ color, label, kind, size, ink }) => {
      const row = document.createElement("span");
      row.className = `ex-key ex-key-${kind}`;
      row.style.setProperty("--ex-key", paint(color));
      if (size) row.style.setProperty("--ex-key-size", `${size}px`);
      if (ink < 1) row.style.setProperty("--ex-key-ink", ink);
      row.textContent = label;
      return row;
    }),
  );
}

function layersOf(canvas) {
  const id = `ex-clip-${++serial}`;
  const clip = node("rect", {});
  const shape = node("clipPath", { id });
  shape.append(clip);
  const marks = node("svg", { class: "ex-marks", role: "img", "text-anchor": "middle" });
  const handles = node("svg", { class: "ex-handles" });
  const axes = node("svg", {});
  canvas.replaceChildren(axes, marks, handles);
  return { canvas, id, clip, shape, marks, handles, axes };
}

/** Give the three layers the size of the frame; their viewBox lets them shrink together on paper. */
function fit(layers, frame, alone) {
  const { margin, inner, width, height } = frame;
  for (const [name, value] of Object.entries({
    x: margin.left,
    y: margin.top - 1,
    width: inner.width,
    height: inner.height + 2,
  }))
    layers.clip.setAttribute(name, value);
  const axes = drawAxes(frame);
  layers.axes.replaceWith(axes);
  layers.axes = axes;
  for (const svg of [axes, layers.marks, layers.handles]) svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  layers.canvas.style.minHeight = "0"; // it only kept the place before the first drawing
  layers.canvas.style.aspectRatio = `${width} / ${height}`;
  layers.handles.style.display = alone ? "none" : "";
}

/** Draw these marks (places in the list), each into its group; `again`: with the elements that are there. */
function drawMarks(places, specs, scope, frame, groups, dark, again) {
  for (const place of places) {
    const [spec, group] = [specs[place], groups[place]];
    const before = again ? group.firstElementChild : null;
    const drawn = scope.truthy(spec.when) ? MAKERS[spec.mark]({ ...spec, dark }, scope, frame, before) : null;
    if (!drawn) group.replaceChildren();
    else if (drawn !== before) group.replaceChildren(drawn);
  }
}

/**
 * A chart in `host` (.ex-figure). Returns {names, measure(), draw(changed)}; changed is a Set of names, null for all.
 * Asking for sizes or styles makes the browser lay out the page at once, so only a full drawing does it; a widget
 * measures all its charts before it draws the first.
 * @type {(host: HTMLElement, spec: any, widget: Widget) => Figure}
 */
export function createChart(host, spec, widget) {
  const layers = layersOf(host.querySelector(".ex-canvas"));
  const groups = spec.marks.map((mark) =>
    node("g", CLIPPED.has(mark.mark) ? { "clip-path": `url(#${layers.id})` } : {}),
  );
  layers.marks.append(layers.shape, ...groups);
  const names = spec.marks.map((mark) => new Set(namesOf(mark)));
  const axisNames = [spec.x, spec.y]
    .map((axis) => sourceOf(axis.domain && axis.domain.out ? axis.domain : null))
    .filter(Boolean);
  const handles = createHandles(layers.handles, spec, widget);
  const legend = host.querySelector(".ex-legend");
  let [frame, width, dark, low, fresh] = [null, 0, false, false, false];

  function measure() {
    [width, dark, fresh] = [Math.floor(layers.canvas.clientWidth) || 640, isDark(host), true];
    low = Boolean(spec.low) && host.parentElement.clientWidth < ABREAST;
  }

  function draw(changed) {
    const { scope } = widget;
    if ((!changed || !frame) && !fresh) measure();
    fresh = false;
    const shown = spec.marks.filter((mark) => scope.truthy(mark.when));
    const height = Math.min(low ? spec.low : spec.height, widget.most);
    const next = frameOf({ ...spec, height }, width, shown, scope);
    const all = !changed || !frame || next.key !== frame.key;
    if (!frame || next.key !== frame.key) fit(layers, next, handles.empty);
    frame = next;
    const places = [...groups.keys()].filter((i) => all || [...names[i]].some((name) => changed.has(name)));
    drawMarks(places, spec.marks, scope, frame, groups, dark, Boolean(changed));
    layers.marks.setAttribute("aria-label", fill(spec.alt || spec.title || "Chart", scope));
    if (legend) drawLegend(legend, shown);
    handles.place(frame);
  }

  const used = new Set([
    ...names.flatMap((set) => [...set]),
    ...axisNames,
    ...namesIn(spec.alt || ""),
    ...handles.names,
  ]);
  return { names: used, measure, draw };
}
