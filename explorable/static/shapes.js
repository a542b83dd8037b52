// Dots, bars, rules, arrows and words as SVG.
import { gaps, near, placesOf, aside, styled } from "./drawn.js";
/** @import { Attributes, Corners, Frame, Group, Numbers, Points } from "./types.d.ts" */

// Corners of the symbols that are no circles; their unit is the side of a square with as much paint.
const SYMBOLS = {
  square: [
    [-0.5, -0.5],
    [0.5, -0.5],
    [0.5, 0.5],
    [-0.5, 0.5],
  ],
  diamond: [
    [0, -0.9306],
    [0.5373, 0],
    [0, 0.9306],
    [-0.5373, 0],
  ],
  triangle: [
    [0, -0.8774],
    [0.7598, 0.4387],
    [-0.7598, 0.4387],
  ],
  cross: [
    [1, 3],
    [1, 1],
    [3, 1],
    [3, -1],
    [1, -1],
    [1, -3],
    [-1, -3],
    [-1, -1],
    [-3, -1],
    [-3, 1],
    [-1, 1],
    [-1, 3],
  ].map((corner) => corner.map((n) => n * 0.2236)),
};

/**
 * [tag, attributes of a dot of this size at (x, y)].
 * @type {(symbol: string, size: number) => [string, (x: number, y: number) => Attributes]}
 */
function dotOf(symbol, size) {
  const side = Math.sqrt(Math.PI) * size; // of a square with the area of the circle
  const corners = SYMBOLS[symbol]?.map((corner) => corner.map((n) => near(n * side)));
  const half = near(0.87 * side);
  const d = symbol === "plus" ? `M${-half},0H${half}M0,${-half}V${half}` : corners && `M${corners.join("L")}Z`;
  if (!d) return ["circle", (x, y) => ({ r: size, cx: x, cy: y })];
  return ["path", (x, y) => ({ d, transform: `translate(${x},${y})` })];
}

/**
 * Dots of one size at data points; fill is a color, or one for each. A plus is nothing but its stroke.
 * @type {(at: Points, fill: any, look: any, paper: string, frame: Frame, before?: Group) => Group}
 */
export function drawDots({ x, y }, fill, { symbol, size, opacity }, paper, frame, before) {
  const [px, py] = [placesOf(x, frame.px), placesOf(y, frame.py)];
  const [tag, at] = dotOf(symbol, size);
  const [each, bare] = [Array.isArray(fill), symbol === "plus"];
  const dots = [];
  for (let i = 0; i < px.length; i++) {
    if (Number.isNaN(px[i]) || Number.isNaN(py[i])) continue;
    const dot = at(px[i], py[i]);
    if (each) dot[bare ? "stroke" : "fill"] = fill[i];
    dots.push(dot);
  }
  const stroke = bare
    ? { stroke: each ? null : fill, "stroke-width": 2 }
    : { stroke: paper, "stroke-width": size > 3 ? 1 : 0.5 };
  return styled(
    { fill: each || bare ? null : fill, opacity, ...stroke, transform: aside(0.5, 0.5) },
    tag,
    dots,
    before,
  );
}

/**
 * Bars between corners in data units, with `inset` pixels of air on either side; fill is a color, or one for each.
 * @type {(corners: Corners, fill: any, look: any, inset: number, frame: Frame, before?: Group) => Group}
 */
export function drawBars({ x1, x2, y1, y2 }, fill, { opacity }, inset, frame, before) {
  const [left, right] = [placesOf(x1, frame.px), placesOf(x2, frame.px)];
  const [foot, top] = [placesOf(y1, frame.py), placesOf(y2, frame.py)];
  const bars = [];
  for (let i = 0; i < left.length; i++) {
    const width = near(Math.max(0, Math.abs(right[i] - left[i]) - 2 * inset));
    const height = near(Math.abs(foot[i] - top[i]));
    if (Number.isNaN(width) || Number.isNaN(height)) continue;
    const bar = { x: near(Math.min(left[i], right[i]) + inset), y: Math.min(foot[i], top[i]), width, height };
    if (Array.isArray(fill)) bar.fill = fill[i % fill.length];
    bars.push(bar);
  }
  return styled({ fill: Array.isArray(fill) ? null : fill, "fill-opacity": opacity }, "rect", bars, before);
}

/**
 * Lines across the frame, upright at these values of x or level at these of y.
 * @type {(values: Numbers, upright: boolean, stroke: string, look: any, frame: Frame, before?: Group) => Group}
 */
export function drawRules(values, upright, stroke, { width, dash }, { px, py, margin, inner }, before) {
  const [left, top] = [margin.left, margin.top];
  const line = (at) =>
    upright
      ? { x1: at, x2: at, y1: top, y2: top + inner.height }
      : { x1: left, x2: left + inner.width, y1: at, y2: at };
  const places = placesOf(values, upright ? px : py).filter((at) => !Number.isNaN(at));
  return styled(
    {
      stroke,
      "stroke-width": width,
      "stroke-dasharray": gaps(dash),
      transform: upright ? aside(0.5, 0) : aside(0, 0.5),
    },
    "line",
    Array.from(places, line),
    before,
  );
}

const [HEAD, HALF_ANGLE] = [14 / 3, (25 / 180) * Math.PI]; // length of an arrow's head in widths of its line

/**
 * Arrows between places in data units; the head of a short one is a third of it.
 * @type {(ends: Corners, stroke: string, look: any, frame: Frame, before?: Group) => Group}
 */
export function drawArrows({ x1, y1, x2, y2 }, stroke, { width }, frame, before) {
  const [fromX, toX] = [placesOf(x1, frame.px), placesOf(x2, frame.px)];
  const [fromY, toY] = [placesOf(y1, frame.py), placesOf(y2, frame.py)];
  const arrows = [];
  for (let i = 0; i < fromX.length; i++) {
    const [dx, dy] = [toX[i] - fromX[i], toY[i] - fromY[i]];
    const length = Math.hypot(dx, dy);
    if (!(length > 0)) continue; // no arrow, or a gap
    const head = Math.min(HEAD * width, length / 3);
    const wing = (turn) => [
      near(toX[i] - head * Math.cos(Math.atan2(dy, dx) + turn)),
      near(toY[i] - head * Math.sin(Math.atan2(dy, dx) + turn)),
    ];
    arrows.push({
      d: `M${fromX[i]},${fromY[i]}L${toX[i]},${toY[i]}M${wing(HALF_ANGLE)}L${toX[i]},${toY[i]}L${wing(-HALF_ANGLE)}`,
    });
  }
  const style = { fill: "none", stroke, "stroke-width": width, "stroke-linecap": "round", "stroke-miterlimit": 1 };
  return styled({ ...style, transform: aside(0.5, 0.5) }, "path", arrows, before);
}

/**
 * Words at data points, with a halo of `paper` so that they stay legible over lines.
 * @type {(at: Points, words: string[], fill: any, look: any, paper: string, frame: Frame, before?: Group) => Group}
 */
export function drawText({ x, y }, words, fill, { anchor, dx, dy }, paper, frame, before) {
  const [px, py] = [placesOf(x, frame.px), placesOf(y, frame.py)];
  const half = devicePixelRatio > 1 ? 0 : 0.5;
  const halo = { stroke: paper, "stroke-width": 4, "stroke-linejoin": "round", "paint-order": "stroke" };
  const style = {
    fill,
    ...halo,
    "text-anchor": anchor,
    "font-size": 13,
    transform: `translate(${(dx || 0) + half},${(dy || 0) + half})`,
  };
  const group = styled(
    style,
    "text",
    words.map((_, i) => ({ y: "0.32em", transform: `translate(${px[i]},${py[i]})` })),
    before,
  );
  for (const [i, element] of [...group.children].entries())
    if (element.textContent !== words[i]) element.textContent = words[i];
  return group;
}
