// A chart: axes underneath (drawn again only when they change), marks above them, handles on top.
import { fill, format, namesIn } from "./format.js";
import { sourceOf } from "./scope.js";
import { node, paint } from "./drawn.js";
import { isDark, schemeColor } from "./fields.js";
import { MAKERS, CLIPPED, namesOf } from "./marks.js";
import { createHandles } from "./handles.js";
import { frameOf, drawAxes } from "./axes.js";
import { animated, createShadow } from "./change.js";
import { isNamed, roomForNames, writeNames } from "./names.js";
import { walkOf } from "./reading.js";
import { tell } from "./scales.js";
/** @import { Figure } from "./types.d.ts" */
/** @import { Widget } from "./widget.js" */

const ABREAST = 600; // px from which figures stand side by side (frame.css)
let serial = 0;

const KEYS = { line: "line", rule: "line", contour: "line", arrow: "arrow", dot: "dot" }; // all others: a patch
const [THINNEST, THICKEST, PALEST] = [1.5, 6, 0.5]; // of the short lines

/** What a mark's key looks like: a short line as thick and pale as its own, a dot or its symbol, a patch, a scale. */
function swatchOf({ mark, dash, symbol, width, opacity, scheme, domain }, dark) {
  if (["diamond", "cross", "plus", "triangle", "square"].includes(symbol)) return { kind: symbol };
  if (scheme) {
    const [low, high] = domain;
    const colors = [0, 0.25, 0.5, 0.75, 1].map((t) => schemeColor(scheme, domain, low + t * (high - low), dark));
    return { kind: "scale", colors: colors.join(), ends: `${format(low)} to ${format(high)}` };
  }
  const kind = KEYS[mark] ?? "patch";
  if (kind !== "line") return { kind };
  const size = Math.min(Math.max(width, THINNEST), THICKEST);
  return { kind: dash === "dots" ? "dots" : dash ? "dash" : kind, size, ink: Math.max(opacity ?? 1, PALEST) };
}

const legends = new WeakMap(); // of each, what it shows: marks, and whether in the dark

function drawLegend(host, marks, dark) {
  const rows = new Map();
  const named = marks.filter((mark) => mark.label);
  const before = legends.get(host);
  if (before?.dark === dark && before.named.length === named.length && named.every((m, i) => m === before.named[i]))
    return;
  legends.set(host, { named, dark });
  for (const mark of named) {
    const color = Array.isArray(mark.color) ? mark.color[0] : mark.color || "accent";
    if (!rows.has(mark.label)) rows.set(mark.label, { color, label: mark.label, ...swatchOf(mark, dark) });
  }
  host.replaceChildren(
    ...Array.from(rows.values(), ({ color, label, kind, size, ink, colors, ends }) => {
      const row = document.createElement("span");
      row.className = `ex-key ex-key-${kind}`;
      row.style.setProperty("--ex-key", paint(color));
      if (ends) row.dataset.ends = ends;
      if (colors) row.style.setProperty("--ex-key-colors", colors);
      if (size) row.style.setProperty("--ex-key-size", `${size}px`);
      if (ink < 1) row.style.setProperty("--ex-key-ink", ink);
      row.textContent = label;
      return row;
    }),
  );
}

function layersOf(canvas, walk) {
  const id = `ex-clip-${++serial}`;
  const clip = node("rect", {});
  const shape = node("clipPath", { id });
  shape.append(clip);
  const marks = node("svg", { class: "ex-marks", role: "img", "text-anchor": "middle" });
  const handles = node("svg", { class: "ex-handles" });
  const names = node("svg", { class: "ex-ends", "aria-hidden": "true" });
  const axes = node("svg", {});
  canvas.replaceChildren(axes, marks, names, handles, ...walk);
  const [place] = walk;
  return { canvas, id, clip, shape, marks, handles, axes, names, place };
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
  for (const svg of [axes, layers.marks, layers.names, layers.handles])
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  if (layers.place) {
    const { top, right, bottom, left } = margin;
    const inset = [top / height, right / width, bottom / height, left / width];
    layers.place.style.inset = inset.map((share) => `${(100 * share).toFixed(3)}%`).join(" ");
  }
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
  const layers = layersOf(host.querySelector(".ex-canvas"), walkOf(spec, widget));
  const groups = spec.marks.map((mark) =>
    node("g", CLIPPED.has(mark.mark) ? { "clip-path": `url(#${layers.id})` } : {}),
  );
  layers.marks.append(layers.shape, ...groups);
  const names = spec.marks.map((mark) => new Set(namesOf(mark)));
  const axisNames = [spec.x, spec.y]
    .map((axis) => sourceOf(axis.domain && axis.domain.out ? axis.domain : null))
    .filter(Boolean);
  const handles = createHandles(layers.handles, spec, widget);
  const shadow = createShadow(layers.marks, spec.marks, layers.id);
  const legend = host.querySelector(".ex-legend");
  let [frame, width, dark, low, fresh] = [null, 0, false, false, false];
  let face = null;

  function measure() {
    [width, dark, fresh] = [Math.floor(layers.canvas.clientWidth) || 640, isDark(host), true];
    low = Boolean(spec.low) && host.parentElement.clientWidth < ABREAST;
  }

  const isShown = (mark) => widget.scope.truthy(mark.when);

  function frameFor(shown, most) {
    const height = Math.min(low ? spec.low : spec.height, most);
    const [room, { mode }] = [roomForNames(spec, width), widget.motion];
    return frameOf({ ...spec, height, room }, width, shown, widget.scope, { before: frame, mode });
  }

  /** How high it would be with nothing to fit into. */
  function natural() {
    measure();
    return frameFor(spec.marks.filter(isShown), Infinity).height;
  }

  function draw(changed) {
    const { scope, motion } = widget;
    if ((!changed || !frame) && !fresh) measure();
    fresh = false;
    const shown = spec.marks.filter(isShown);
    const next = frameFor(shown, widget.most);
    const room = roomForNames(spec, width);
    const all = !changed || !frame || next.key !== frame.key;
    if (!frame || next.key !== frame.key) fit(layers, next, handles.empty);
    if (changed && frame)
      for (const name of ["x", "y"])
        if (String(next[name].domain) !== String(frame[name].domain)) tell(layers.axes, name);
    frame = next;
    face = { canvas: layers.canvas, spec, frame };
    const concerned = changed ? [...groups.keys()].filter((i) => [...names[i]].some((name) => changed.has(name))) : [];
    const places = all ? [...groups.keys()] : concerned;
    const put = () => drawMarks(places, spec.marks, scope, frame, groups, dark, Boolean(changed));
    if (changed && motion.smooth) animated(put);
    else put();
    if (motion.past) shadow.begin(motion.past);
    shadow.follow(concerned, frame);
    layers.marks.setAttribute("aria-label", fill(spec.alt || spec.title || "Chart", scope));
    const named = room ? shown.filter(isNamed) : [];
    if (spec.direct) writeNames(layers.names, named, scope, frame);
    if (legend) drawLegend(legend, room ? shown.filter((mark) => !isNamed(mark)) : shown, dark);
    handles.place(frame);
  }

  const used = new Set([
    ...names.flatMap((set) => [...set]),
    ...axisNames,
    ...namesIn(spec.alt || ""),
    ...handles.names,
  ]);
  function rest() {
    draw(new Set());
    shadow.fade();
  }
  return { names: used, measure, natural, draw, rest, face: () => face };
}
