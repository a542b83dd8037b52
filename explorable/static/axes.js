// The frame of a chart: domains, ticks, margins, and the axes under the marks.
import { format } from "./format.js";
import { flat } from "./arrays.js";
import { range, ticks, nice } from "./ticks.js";
import { node } from "./drawn.js";
import { reach } from "./marks.js";
import { keptDomain } from "./scales.js";
/** @import { Frame, Mark, Scope } from "./types.d.ts" */

const LETTER = 6.9; // average width of a digit at 12 px, to keep room for tick labels without measuring them
const SUPERSCRIPT = Object.fromEntries(Array.from("-0123456789", (c, i) => [c, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[i]]));

/** Lowest and highest number along an axis over all marks; y ends at round numbers. */
function domainOfData(axis, name, marks, scope) {
  let [low, high] = [Infinity, -Infinity];
  for (const mark of marks)
    for (const value of reach(mark, scope, name)) {
      if (!Number.isFinite(value) || (axis.log && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  if (axis.symlog) return [-reached(-low, axis.symlog), reached(high, axis.symlog)];
  if (low > high) return axis.log ? [1, 10] : [0, 1];
  if (low === high)
    return axis.log ? [low / 2, high * 2] : [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
  if (name === "x") return [low, high];
  return nice([low, high], axis.log);
}

// A symlog axis, as in explorable/symlog.py: linear from -edge to edge, beyond so many decades in the room of one half.
const DECADES = 4;
const STEPS = [3, 6, 9, 12, 15, 30, 60, 90]; // decades from tick to tick

const bentAt = (edge) => (v) => {
  const size = Math.abs(v) / edge;
  return Math.sign(v) * (size <= 1 ? size : 1 + Math.log10(size) / DECADES);
};
const unbentAt = (edge) => (p) => {
  const size = Math.abs(p);
  return Math.sign(p) * edge * (size <= 1 ? size : 10 ** ((size - 1) * DECADES));
};

/** How far such an axis goes for a number of this size: its linear part, or a multiple of three decades. */
function reached(size, edge) {
  return size > edge ? Number(`1e${3 * Math.ceil(Math.log10(size) / 3 - 1e-9)}`) : edge;
}

/** Its ticks: a few in the linear part, and powers of ten as there is room. */
function symlogTicks(edge, [low, high], room) {
  const bent = bentAt(edge);
  const share = (from, to) => (bent(to) - bent(from)) / (bent(high) - bent(low)); // of the axis
  const linear = ticks(-edge, edge, Math.max(2, Math.floor(1.1 * room * share(-edge, edge))));
  // So far from each other that their words do not touch.
  const apart = (all) => all.filter((value, i) => share(i ? all[i - 1] : edge, value) > 0.36 / room);
  const powers = (size, most) => {
    if (size <= edge) return [];
    const last = Math.floor(Math.log10(size) + 1e-9);
    const step = STEPS.find((each) => last / each <= Math.max(1, most)) ?? STEPS.at(-1);
    return range(step, last + 1, step)
      .map((k) => Number(`1e${k}`))
      .filter((value) => value > edge);
  };
  const below = apart(powers(-low, 1.5 * room * share(low, -edge))).map((value) => -value);
  return [...below.reverse(), ...linear, ...apart(powers(high, 1.5 * room * share(edge, high)))];
}

/** What makes equal steps of an axis of its numbers. */
const bendOf = (axis) => (axis.log ? Math.log : axis.symlog ? bentAt(axis.symlog) : (v) => v);

function domainOf(axis, name, marks, scope, { before, mode }) {
  if (axis.kind === "category" && axis.categories) return [-0.5, axis.categories.length - 0.5];
  if (Array.isArray(axis.domain)) return axis.domain;
  const wanted = axis.domain ? Array.from(flat(scope.read(axis.domain))) : domainOfData(axis, name, marks, scope);
  return keptDomain(wanted, before && before[name].domain, mode, bendOf(axis));
}

const decimalsOf = (step) => Math.max(0, -Math.floor(Math.log10(step) + 1e-9));

/** Tick values of a logarithmic axis: the decades, or more where there are few. */
function logTicks([low, high], room) {
  const decades = range(Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9) + 1);
  const every = Math.ceil(decades.length / Math.max(room, 2));
  if (decades.length >= 3) return decades.filter((k) => k % every === 0).map((k) => Number(`1e${k}`));
  const fine = [1, 2, 5].flatMap((m) =>
    range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)) + 1).map((k) => Number(`${m}e${k}`)),
  );
  return fine.filter((v) => v >= low * (1 - 1e-9) && v <= high * (1 + 1e-9)).sort((a, b) => a - b);
}

const power = (value) => {
  const exponent = Math.round(Math.log10(value));
  return Math.abs(value / 10 ** exponent - 1) > 1e-9
    ? null
    : "10" + String(exponent).replace(/./g, (c) => SUPERSCRIPT[c]);
};

function symlogText(value, edge) {
  const size = Math.abs(value);
  return size <= edge ? format(value) : (value < 0 ? "−" : "") + (power(size) ?? format(size, ".3g"));
}

/** {values, text} of the ticks of an axis with `room` for that many of them. */
function ticksOf(axis, domain, room) {
  if (axis.kind === "category") {
    const names = axis.categories || [];
    const every = Math.ceil(names.length / Math.max(room, 1));
    return { values: range(0, names.length, every), text: (i) => String(names[i]) };
  }
  const values = Array.isArray(axis.ticks)
    ? axis.ticks.filter((v) => v >= Math.min(...domain) && v <= Math.max(...domain))
    : axis.symlog
      ? symlogTicks(axis.symlog, domain, room)
      : axis.log
        ? logTicks(domain, axis.ticks || room)
        : ticks(domain[0], domain[1], Math.min(axis.ticks || room, room + 1));
  if (axis.format) return { values, text: (v) => format(v, axis.format) };
  if (axis.symlog) return { values, text: (v) => symlogText(v, axis.symlog) };
  if (axis.log) {
    const far = values.some((v) => v < 1e-3 || v > 1e4);
    return { values, text: (v) => (far && power(v)) || format(v, v < 1 ? ".3g" : "") };
  }
  const big = Math.max(...domain.map(Math.abs));
  const step = values.length > 1 ? Math.abs(values[1] - values[0]) : big || 1;
  const given = () => Math.max(...values.map((v) => (String(v).split(".")[1] || "").length));
  const digits = Array.isArray(axis.ticks) ? given() : decimalsOf(step);
  const spec = big >= 1e6 || big < 1e-4 ? ".3g" : `.${digits}f`;
  return { values, text: (v) => format(v, spec) };
}

const title = ({ label, unit }) => (label && unit ? `${label} (${unit})` : label || unit);

/**
 * Everything that does not depend on the marks' positions: sizes, domains, ticks. past: the frame before this one, and
 * how fitted axes may follow (scales.js).
 * @type {(spec: any, width: number, marks: Mark[], scope: Scope, past?: any) => Frame}
 */
export function frameOf(spec, width, marks, scope, past = {}) {
  const [x, y] = ["x", "y"].map((name) => ({
    ...spec[name],
    domain: domainOf(spec[name], name, marks, scope, past),
    title: title(spec[name]),
  }));
  const height = spec.height;
  const margin = { top: y.title ? 30 : 12, right: Math.max(14, spec.room ?? 0), bottom: x.title ? 44 : 26, left: 0 };
  const ticksY = ticksOf(y, y.domain, Math.max(2, Math.floor((height - margin.top - margin.bottom) / 44)));
  const longest = Math.max(0, ...ticksY.values.map((v) => ticksY.text(v).length));
  margin.left = Math.max(20, Math.ceil(longest * LETTER) + 12);
  let inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  if (spec.aspect) inner = fitted(inner, spec.aspect, x, y, margin);
  const widest = Math.max(0, ...(x.categories || []).map((c) => String(c).length)) * LETTER;
  const apart = x.kind === "category" ? Math.max(20, widest + 8) : 64; // from tick to tick
  const ticksX = ticksOf(x, x.domain, Math.max(2, Math.floor(inner.width / apart)));
  const edge = spec.aspect ? margin.left - Math.ceil(longest * LETTER) - 8 : 0; // where the label of y begins
  return finish({
    edge,
    width,
    height: inner.height + margin.top + margin.bottom,
    margin,
    inner,
    x,
    y,
    ticksX,
    ticksY,
  });
}

/** Shrink the frame so that one unit of y is `aspect` times as many pixels as one unit of x. */
function fitted(inner, aspect, x, y, margin) {
  const [dx, dy] = [x, y].map(({ domain }) => domain[1] - domain[0]);
  const unit = Math.min(inner.width / dx, inner.height / (dy * aspect));
  const size = { width: unit * dx, height: unit * dy * aspect };
  const spare = inner.width - size.width;
  margin.left += spare / 2;
  margin.right += spare / 2;
  return size;
}

function finish(frame) {
  const place = (axis, from, to) => {
    const bend = bendOf(axis);
    const back = axis.log ? Math.exp : axis.symlog ? unbentAt(axis.symlog) : (v) => v;
    const [low, high] = axis.domain.map(bend);
    return {
      apply: (v) => from + ((bend(v) - low) / (high - low)) * (to - from),
      invert: (p) => {
        return back(low + ((p - from) / (to - from)) * (high - low));
      },
    };
  };
  const { margin, inner } = frame;
  frame.px = place(frame.x, margin.left, margin.left + inner.width);
  frame.py = place(frame.y, margin.top + inner.height, margin.top);
  frame.x.type = frame.x.log ? "log" : "linear";
  frame.y.type = frame.y.log ? "log" : "linear";
  frame.across = (a, b) => Math.abs(frame.px.apply(b) - frame.px.apply(a));
  frame.holds = (x, y) => {
    const [across, down] = [frame.px.apply(x) - margin.left, frame.py.apply(y) - margin.top];
    return within(across, inner.width) && within(down, inner.height);
  };
  frame.key = JSON.stringify([frame.width, frame.height, margin, frame.x.domain, frame.y.domain]);
  return frame;
}

// A path that ends on the edge of the frame comes to it from both sides.
const ROOM = 1e-3; // pixels
const within = (at, size) => at >= -ROOM && at <= size + ROOM;

const tickText = (words, place) => {
  const text = node("text", place);
  text.textContent = words;
  return text;
};

/** The svg under the marks: grid, axes and their labels. @type {(frame: Frame) => SVGSVGElement} */
export function drawAxes(frame) {
  const { ticksX, ticksY, x, y, margin, px, py, inner } = frame;
  const [left, right, bottom] = [margin.left, margin.left + inner.width, margin.top + inner.height];
  const level = (value) => `M${left},${py.apply(value).toFixed(1)}H${right}`;
  const upright = (value) => `M${px.apply(value).toFixed(1)},${bottom}v4`;
  const bare = !x.title && !ticksX.values.length; // nothing can be read off such an axis, so no line is drawn
  const zero = !bare && y.type === "linear" && y.domain[0] < 0 && y.domain[1] > 0;
  const axis = bare
    ? []
    : [`M${left},${bottom}H${right}`, ...(x.kind === "category" ? [] : ticksX.values.map(upright))];
  const svg = node("svg", { class: "ex-axes", "aria-hidden": "true" });
  svg.append(
    node("path", { class: "ex-grid", d: ticksY.values.map(level).join("") }),
    node("path", { class: "ex-axis", d: axis.join("") + (zero ? level(0) : "") }),
    ...ticksY.values.map((v) => tickText(ticksY.text(v), { class: "ex-tick-y", x: left - 8, y: py.apply(v) })),
    ...ticksX.values.map((v) => tickText(ticksX.text(v), { class: "ex-tick-x", x: px.apply(v), y: bottom + 17 })),
  );
  if (y.title) svg.append(tickText(y.title, { class: "ex-axis-label", x: frame.edge, y: 14, "text-anchor": "start" }));
  if (x.title)
    svg.append(tickText(x.title, { class: "ex-axis-label", x: right, y: frame.height - 6, "text-anchor": "end" }));
  return svg;
}
