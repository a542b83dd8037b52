// Dots, bars and rules, as SVG by hand: several times faster than the general marks of Plot.
(function (ex) {
  "use strict";
  const { near, placesOf, aside, styled } = ex.parts;

  const SYMBOLS = { square: "symbolSquare", diamond: "symbolDiamond", triangle: "symbolTriangle", cross: "symbolCross", plus: "symbolPlus" };

  /** [tag, attributes of a dot of this size at (x, y)]. */
  function dotOf(symbol, size) {
    if (!SYMBOLS[symbol]) return ["circle", (x, y) => ({ r: size, cx: x, cy: y })];
    const d = d3.symbol(d3[SYMBOLS[symbol]], Math.PI * size ** 2)(); // as much paint as a circle
    return ["path", (x, y) => ({ d, transform: `translate(${x},${y})` })];
  }

  /** Dots of one size at data points; fill is a colour, or one for each. A plus is nothing but its stroke. */
  function drawDots({ x, y }, fill, { symbol, size, opacity }, paper, frame, before) {
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
    const stroke = bare ? { stroke: each ? null : fill, "stroke-width": 2 } : { stroke: paper, "stroke-width": size > 3 ? 1 : 0.5 };
    return styled({ fill: each || bare ? null : fill, opacity, ...stroke, transform: aside(0.5, 0.5) }, tag, dots, before);
  }

  /** Bars between corners in data units, with `inset` pixels of air on either side; fill is a colour, or one for each. */
  function drawBars({ x1, x2, y1, y2 }, fill, { opacity }, inset, frame, before) {
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

  /** Lines across the frame, upright at these values of x or level at these of y. */
  function drawRules(values, upright, stroke, { width, dash }, { px, py, margin, inner }, before) {
    const [left, top] = [margin.left, margin.top];
    const line = (at) => (upright ? { x1: at, x2: at, y1: top, y2: top + inner.height } : { x1: left, x2: left + inner.width, y1: at, y2: at });
    const places = placesOf(values, upright ? px : py).filter((at) => !Number.isNaN(at));
    return styled({ stroke, "stroke-width": width, "stroke-dasharray": dash ? "5 4" : null, transform: upright ? aside(0.5, 0) : aside(0, 0.5) }, "line", Array.from(places, line), before);
  }

  Object.assign(ex.parts, { drawDots, drawBars, drawRules });
})(globalThis.explorable);
