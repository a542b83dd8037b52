// Dots, bars and rules, as SVG by hand: several times faster than the general marks of Plot.
(function (ex) {
  "use strict";
  const { node, near, placesOf, aside, styled } = ex.parts;

  /** Round dots of one size at data points; fill is a colour, or one for each. */
  function drawDots({ x, y }, fill, { size, opacity }, stroke, frame) {
    const [px, py] = [placesOf(x, frame.px), placesOf(y, frame.py)];
    const first = node("circle", { r: size });
    const dots = [];
    for (let i = 0; i < px.length; i++) {
      if (Number.isNaN(px[i]) || Number.isNaN(py[i])) continue;
      const dot = first.cloneNode();
      dot.setAttribute("cx", px[i]);
      dot.setAttribute("cy", py[i]);
      if (Array.isArray(fill)) dot.setAttribute("fill", fill[i]);
      dots.push(dot);
    }
    return styled({ fill: Array.isArray(fill) ? null : fill, opacity, stroke, "stroke-width": size > 3 ? 1 : 0.5, transform: aside(0.5, 0.5) }, dots);
  }

  /** Bars between corners in data units, with `inset` pixels of air on either side; fill is a colour, or one for each. */
  function drawBars({ x1, x2, y1, y2 }, fill, { opacity }, inset, frame) {
    const [left, right] = [placesOf(x1, frame.px), placesOf(x2, frame.px)];
    const [foot, top] = [placesOf(y1, frame.py), placesOf(y2, frame.py)];
    const bars = [];
    for (let i = 0; i < left.length; i++) {
      const width = near(Math.max(0, Math.abs(right[i] - left[i]) - 2 * inset));
      const height = near(Math.abs(foot[i] - top[i]));
      if (Number.isNaN(width) || Number.isNaN(height)) continue;
      const bar = node("rect", { x: near(Math.min(left[i], right[i]) + inset), y: Math.min(foot[i], top[i]), width, height });
      if (Array.isArray(fill)) bar.setAttribute("fill", fill[i % fill.length]);
      bars.push(bar);
    }
    return styled({ fill: Array.isArray(fill) ? null : fill, "fill-opacity": opacity }, bars);
  }

  /** Lines across the frame, upright at these values of x or level at these of y. */
  function drawRules(values, upright, stroke, { width, dash }, { px, py, margin, inner }) {
    const [left, top] = [margin.left, margin.top];
    const line = (at) => (upright ? { x1: at, x2: at, y1: top, y2: top + inner.height } : { x1: left, x2: left + inner.width, y1: at, y2: at });
    const places = placesOf(values, upright ? px : py).filter((at) => !Number.isNaN(at));
    return styled({ stroke, "stroke-width": width, "stroke-dasharray": dash ? "5 4" : null, transform: upright ? aside(0.5, 0) : aside(0, 0.5) }, Array.from(places, (at) => node("line", line(at))));
  }

  Object.assign(ex.parts, { drawDots, drawBars, drawRules });
})(globalThis.explorable);
