// A diagram: named SVG elements, bound to outputs, some of them to choose or to drag.
import { ex } from "./core.js";
import { format, fill, namesIn } from "./format.js";
import { at, flat } from "./arrays.js";
import { sourceOf } from "./scope.js";
import { node, paint } from "./drawn.js";
import { isDark, schemeColor } from "./fields.js";
import { makeHandle, moverOf, pickOf, describe } from "./movers.js";
import { makeGroup } from "./choosing.js";
import { write } from "./letters.js";
/** @import { Figure } from "./types.d.ts" */
/** @import { Widget } from "./widget.js" */

const SMALLEST = 12; // pixels on the screen
// Across a page a drawing keeps its size: there it is scrolled past, and smaller it could not be read.
const WHOLE = ".ex-across .explorable:not(.ex-docked, .ex-large)";
const WIDER = 1.25; // times that it may be as wide as it was made
const HEAD = { viewBox: "0 0 10 10", refX: 1, refY: 5, markerWidth: 10, markerHeight: 10 }; // units of the diagram

const SHAPES = {
  rect: ({ x, y, width, height, radius }) => node("rect", { x, y, width, height, rx: radius }),
  circle: ({ x, y, r }) => node("circle", { cx: x, cy: y, r }),
  path: ({ d }) => node("path", { d, "stroke-linecap": "round", "stroke-linejoin": "round" }),
  label: () => null,
};
const TEXT_AT = {
  rect: ({ x, y, width, height }) => [x + width / 2, y + height / 2],
  circle: ({ x, y }) => [x, y],
  label: ({ x, y }) => [x, y],
};

// Contrast decides whether words on a bound color are dark or light.
function inkOn(color) {
  const [r, g, b] = (color.match(/\d+/g) || []).map((v) => (v / 255) ** 2.2);
  return r === undefined ? "" : 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.3 ? "#14181e" : "#ffffff";
}

const clampTo = (t) => Math.min(Math.max(t, 0), 1);
const SCALES = {
  linear: ({ domain: [a, b], range: [c, d] }, value) => c + clampTo((value - a) / (b - a)) * (d - c),
  diverging: ({ limit }, value, dark) => schemeColor("diverging", [-limit, limit], value, dark),
  sequential: ({ domain }, value, dark) => schemeColor("sequential", domain, value, dark),
  map: ({ pairs }, value) => (pairs.find(([key]) => key === value || Number(key) === Number(value)) || [])[1],
};

/** The head of one arrow, in its color: no Safari knows `context-stroke`, by which all arrows could share one. */
function addHead(group, shape) {
  ex.heads = (ex.heads ?? 0) + 1; // one count for all copies of this script that a notebook may hold
  const marker = node("marker", { id: `ex-head-${ex.heads}`, ...HEAD, markerUnits: "userSpaceOnUse", orient: "auto" });
  const head = node("path", { d: "M0,0.5L10,5L0,9.5z" });
  marker.append(head);
  group.append(marker);
  shape.setAttribute("marker-end", `url(#${marker.id})`);
  return head;
}

/** @type {(element: any, color: string) => void} */
function setStroke({ shape, text, head }, color) {
  (shape || text).style.setProperty("stroke", color);
  if (head) head.style.fill = color;
}

function createElement(spec) {
  const group = node("g", { class: `ex-element ex-${spec.shape}`, "data-name": spec.name });
  const shape = SHAPES[spec.shape](spec);
  const head = spec.arrow ? addHead(group, shape) : null;
  const tone = spec.tone && paint(spec.tone);
  const stroke = spec.stroke ? paint(spec.stroke) : tone || (spec.shape === "path" ? paint("muted") : paint("ink"));
  if (shape) {
    const fillColor = spec.fill ? paint(spec.fill) : tone ? `color-mix(in srgb, ${tone} 15%, transparent)` : "none";
    shape.style.fill = fillColor;
    setStroke({ shape, head }, stroke);
    if (spec.shape === "path" && spec.fill === "none" && (spec.select || spec.drag))
      group.append(node("path", { class: "ex-near", d: spec.d }));
    group.append(shape);
  }
  const text = node("text", { "text-anchor": spec.anchor || "middle" });
  const place = TEXT_AT[spec.shape];
  if (place) {
    const [x, y] = place(spec);
    Object.entries({ x, y }).forEach(([name, value]) => text.setAttribute(name, value));
    if (spec.shape === "label") text.style.fill = spec.fill ? paint(spec.fill) : tone || paint("ink");
    if (spec.math) text.classList.add("ex-math");
    if (spec.halo) text.classList.add("ex-halo");
    write(text, spec.text || "", spec.math);
    group.append(text);
  }
  return { spec, group, shape, text, head, moved: { x: 0, y: 0 } };
}

/** Put one bound value into its part of an element. */
const PARTS = {
  text: (e, value, bind) => write(e.text, typeof value === "string" ? value : format(value, bind.format), e.spec.math),
  fill: (e, value) => {
    (e.shape || e.text).style.fill = value;
    if (e.shape) e.text.style.fill = inkOn(value);
  },
  stroke: setStroke,
  width: (e, value) =>
    e.spec.shape === "rect"
      ? e.shape.setAttribute("width", Math.max(0, value))
      : (e.shape.style.strokeWidth = Math.max(0, value)),
  opacity: (e, value) => (e.group.style.opacity = value),
  x: (e, value) => shift(e, "x", value),
  y: (e, value) => shift(e, "y", value),
  hidden: (e, value) => (e.group.style.display = value ? "none" : ""),
  current: (e, value) => {
    e.group.classList.toggle("ex-current", Boolean(value));
    e.group.setAttribute("aria-current", Boolean(value));
  },
};

function shift(element, axis, value) {
  element.moved[axis] = value - element.spec[axis];
  element.group.setAttribute("transform", `translate(${element.moved.x},${element.moved.y})`);
}

function valueOf(bind, scope, dark, part) {
  const whole = scope.read(bind.from);
  const index = bind.index === null || bind.index === undefined ? [] : [bind.index].flat();
  const value = index.length ? at(whole, index) : flat(whole)[0];
  if (!bind.scale) return value;
  const scaled = SCALES[bind.scale.kind](bind.scale, value, dark);
  return bind.scale.kind === "map" && scaled !== undefined && (part === "fill" || part === "stroke")
    ? paint(scaled)
    : scaled;
}

/** One drawing (the wide or the narrow one) as an svg with `show(scope, dark)` and `fit(pixels)`. */
function createDrawing(spec, widget) {
  const svg = node("svg", { class: "ex-diagram", viewBox: `0 0 ${spec.width} ${spec.height}` });
  const choosing = makeGroup(widget, true);
  const elements = new Map(spec.elements.map((element) => [element.name, createElement(element)]));
  const handles = [];
  svg.append(...Array.from(elements.values(), (element) => element.group));

  for (const element of elements.values()) {
    const { select, drag, spoken, text } = element.spec;
    const control = widget.controls.get((select || drag || {}).control);
    if (select) choosing.add(element.group, control, pickOf(control, select.value), spoken || text);
    if (drag) handles.push(draggable(element, drag, control));
    if (!select && !drag && spoken)
      Object.entries({ role: "img", "aria-label": spoken }).forEach(([k, v]) => element.group.setAttribute(k, v));
  }

  function draggable(element, drag, control) {
    const mover = moverOf(control, drag.index);
    const [p0, p1, v0, v1] = drag.scale;
    const value = (p) => v0 + ((p - p0) / (p1 - p0)) * (v1 - v0);
    const toData = (place) =>
      drag.along === "xy" ? { x: value(place.x), y: value(place.y) } : { [drag.along]: value(place[drag.along]) };
    const center = () => ({ x: element.spec.x + element.moved.x, y: element.spec.y + element.moved.y });
    makeHandle(element.group, { svg, control: control.name, mover, along: drag.along, center, toData }, widget);
    if (element.spec.spoken) element.group.setAttribute("aria-label", element.spec.spoken);
    return () => describe(element.group, mover.aria(widget.picks[control.name]));
  }

  function show(scope, dark, changed) {
    for (const bind of spec.bindings) {
      if (changed && !changed.has(sourceOf(bind.from))) continue;
      const value = valueOf(bind, scope, dark, bind.part);
      if (value !== undefined) PARTS[bind.part](elements.get(bind.element), value, bind);
    }
    choosing.show();
    handles.forEach((handle) => handle());
  }

  /** Keep every text at least 12 px high however small the drawing is shown. */
  function fit(pixels) {
    const most = widget.figure.matches(WHOLE) ? Infinity : (widget.most ?? Infinity);
    const widest = Math.min(spec.width * (widget.growth ?? WIDER), (most * spec.width) / spec.height);
    svg.style.maxWidth = `${widest}px`;
    const unit = spec.width / Math.min(pixels || spec.width, widest);
    for (const { spec: element, text } of elements.values())
      text.style.fontSize = `${Math.max(element.size || 14, SMALLEST * unit)}px`;
  }

  const busy = choosing.members.length + handles.length > 0;
  svg.setAttribute("role", busy ? "group" : "img");
  return { svg, show, fit };
}

/**
 * A diagram in `canvas`, wide or narrow as there is room.
 * @type {(canvas: HTMLElement, spec: any, widget: Widget) => Figure}
 */
export function createDiagram(canvas, spec, widget) {
  const narrowBelow = Math.min(560, spec.width);
  let [drawing, shape, dark] = [null, null, false];

  // Sizes and styles are asked for only here: it makes the browser lay out the page at once.
  function measure() {
    const room = canvas.clientWidth || spec.width;
    const wanted = spec.narrow && room < narrowBelow ? "narrow" : "wide";
    dark = isDark(canvas);
    if (wanted !== shape) {
      drawing = createDrawing(wanted === "narrow" ? { ...spec, ...spec.narrow } : spec, widget);
      canvas.replaceChildren(drawing.svg);
      shape = wanted;
    }
    drawing.fit(room);
  }

  /** How high it would be with nothing to fit into. */
  function natural() {
    const room = canvas.clientWidth || spec.width;
    const { width, height } = spec.narrow && room < narrowBelow ? { ...spec, ...spec.narrow } : spec;
    return (Math.min(room, width * WIDER) * height) / width;
  }

  function draw(changed) {
    if (!changed || !drawing) measure();
    drawing.show(widget.scope, dark, changed);
    drawing.svg.setAttribute("aria-label", fill(spec.alt || spec.title || "Diagram", widget.scope));
  }

  const controls = spec.elements.flatMap(({ select, drag }) =>
    [select, drag].filter(Boolean).map((part) => part.control),
  );
  const bindings = [...spec.bindings, ...(spec.narrow ? spec.narrow.bindings : [])];
  const names = new Set([...bindings.map((bind) => sourceOf(bind.from)), ...controls, ...namesIn(spec.alt || "")]);
  return { names, measure: () => {}, natural, draw };
}
