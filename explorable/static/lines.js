// Lines and bands, written as paths by hand: several times faster than the general marks of Plot.
(function (ex) {
  "use strict";
  const { node, paint } = ex.parts;
  const rounded = (pixels) => Math.round(pixels * 100) / 100;
  // As Plot does: on a coarse screen everything stands half a pixel aside, so that level lines are sharp.
  const aside = () => (devicePixelRatio > 1 ? {} : { transform: "translate(0.5,0.5)" });

  /** [from, to) of every stretch without a gap among the points from `start` to `end`. */
  function stretches(start, end, here) {
    const found = [];
    for (let i = start, from = -1; i <= end; i++) {
      if (i < end && here(i)) from = from < 0 ? i : from;
      else if (from >= 0) {
        found.push([from, i]);
        from = -1;
      }
    }
    return found;
  }

  /** The places of numbers in pixels; what cannot be placed (NaN, or 0 on a logarithmic axis) is not finite. */
  function placed(values, { apply }) {
    const pixels = new Float64Array(values.length);
    for (let i = 0; i < pixels.length; i++) pixels[i] = apply(values[i]);
    return pixels;
  }

  const joined = (xs, ys, from, to, step) => {
    const parts = [];
    for (let i = from; i !== to; i += step) parts.push(`${rounded(xs[i])},${rounded(ys[i])}`);
    return parts.join("L");
  };

  /** A line through the points, one for each `columns` of them; `color` may be a list with one for each line. */
  function drawLine(spec, { x, y, columns }, frame) {
    const [xs, ys] = [placed(x, frame.px), placed(y, frame.py)];
    const here = (i) => Number.isFinite(xs[i]) && Number.isFinite(ys[i]);
    const piece = ([from, to]) => `M${joined(xs, ys, from, to, 1)}${to - from === 1 ? "Z" : ""}`; // one point is a dot
    const rows = Array.from({ length: Math.ceil(ys.length / columns) || 0 }, (_, row) =>
      stretches(row * columns, Math.min(ys.length, (row + 1) * columns), here).map(piece).join(""));
    const style = { fill: "none", "stroke-width": spec.width, "stroke-opacity": spec.opacity, "stroke-linejoin": "round", "stroke-linecap": "round" };
    const group = node("g", { ...style, ...(spec.dash ? { "stroke-dasharray": "5 4" } : {}), ...aside() });
    const colours = [spec.color].flat();
    rows.forEach((d, row) => d && group.append(node("path", { d, stroke: paint(colours[row % colours.length]) })));
    return group;
  }

  /** The area between y1 and y2. */
  function drawBand(spec, { x, y1, y2 }, frame) {
    const [xs, low, high] = [placed(x, frame.px), placed(y1, frame.py), placed(y2, frame.py)];
    const here = (i) => Number.isFinite(xs[i]) && Number.isFinite(low[i]) && Number.isFinite(high[i]);
    const piece = ([from, to]) => `M${joined(xs, high, from, to, 1)}L${joined(xs, low, to - 1, from - 1, -1)}Z`;
    const d = stretches(0, xs.length, here).map(piece).join("");
    const group = node("g", { fill: paint(spec.color), "fill-opacity": spec.opacity, ...aside() });
    if (d) group.append(node("path", { d }));
    return group;
  }

  Object.assign(ex.parts, { drawLine, drawBand });
})(globalThis.explorable);
