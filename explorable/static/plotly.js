// A Plotly figure, for what only Plotly draws. Its library is heavy: it comes when the figure is near, or, where a
// light chart stands in for the figure, when the reader asks for it.
import { loadPlotly } from "./core.js";
import { fill, namesIn } from "./format.js";
import { nested } from "./arrays.js";
import { sourceOf } from "./scope.js";
import { createChart } from "./chart.js";
/** @import { Figure } from "./types.d.ts" */
/** @import { Widget } from "./widget.js" */

/** Colors by name, as the theme shows them now. */
function colorReader(host) {
  const probe = document.createElement("span");
  host.append(probe);
  const read = (name) => {
    probe.style.color = `var(--ex-${name})`;
    return getComputedStyle(probe).color;
  };
  return { read, done: () => probe.remove() };
}

function replaceColors(value, read) {
  if (typeof value === "string") return value.startsWith("ex:") ? read(value.slice(3)) : value;
  if (Array.isArray(value)) return value.map((item) => replaceColors(item, read));
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, replaceColors(v, read)]));
  return value;
}

/** Set part "0.z" or "layout.title.text" of {data, layout}. */
function assign({ data, layout }, path, value) {
  const steps = path.split(".");
  let target = steps[0] === "layout" ? layout : data[Number(steps[0])];
  for (const step of steps.slice(1, -1)) target = target[step] ??= {};
  target[steps.at(-1)] = value;
}

// Plotly paints text on a canvas, which knows no inherited font. uirevision: what the reader has turned stays turned.
function themed(read, height, family) {
  const axis = {
    gridcolor: read("grid"),
    zerolinecolor: read("muted"),
    linecolor: read("muted"),
    tickfont: { size: 12 },
  };
  const clear = "rgba(0,0,0,0)";
  const camera = { eye: { x: 1.4, y: 1.4, z: 1.25 }, center: { x: 0, y: 0, z: -0.15 } };
  const aspectmode = "cube"; // "auto" would change with the data
  const scene = { xaxis: axis, yaxis: axis, zaxis: axis, camera, aspectmode };
  const margin = { l: 0, r: 0, t: 8, b: 0 };
  return {
    height,
    margin,
    paper_bgcolor: clear,
    plot_bgcolor: clear,
    font: { color: read("ink"), size: 13, family },
    scene,
    uirevision: "turned",
  };
}

const isObject = (value) => value && typeof value === "object" && !Array.isArray(value);
const merged = (a, b) =>
  Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map((k) => [
      k,
      isObject(a[k]) && isObject(b[k]) ? merged(a[k], b[k]) : b[k] === undefined ? a[k] : b[k],
    ]),
  );

function namesOf(spec) {
  const sources = Object.values(spec.bindings).flatMap((source) =>
    "text" in source ? namesIn(source.text) : [sourceOf(source)],
  );
  return new Set([...sources, ...namesIn(spec.alt)]);
}

/** Returns {names, measure, draw}; the first drawing waits until the figure is near. */
function createSpace(host, spec, widget, failed) {
  const canvas = host.querySelector(".ex-canvas");
  const plot = document.createElement("div");
  plot.className = "ex-plotly";
  canvas.setAttribute("role", "img");
  canvas.replaceChildren(plot);
  let [ready, queued, width] = [false, false, 0];

  function react() {
    queued = false;
    const { scope } = widget;
    const colors = colorReader(host);
    const figure = replaceColors({ data: spec.data, layout: spec.layout }, colors.read);
    figure.layout = merged(
      themed(colors.read, Math.min(spec.height, widget.most), getComputedStyle(host).fontFamily),
      figure.layout,
    );
    colors.done();
    if (width) figure.layout.width = width; // by itself it would only follow the window
    for (const [path, source] of Object.entries(spec.bindings))
      assign(figure, path, "text" in source ? fill(source.text, scope) : nested(scope.read(source)));
    canvas.setAttribute("aria-label", fill(spec.alt, scope));
    globalThis.Plotly.react(plot, figure.data, figure.layout, {
      displayModeBar: false,
      responsive: true,
      scrollZoom: false,
    });
  }

  function draw(changed) {
    if (!changed) width = canvas.clientWidth;
    if (ready) react();
    else queued = true;
  }

  const observer = new IntersectionObserver(
    async (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      try {
        await (widget.host ?? { loadPlotly }).loadPlotly();
        ready = true;
        if (queued) react();
      } catch (error) {
        failed(error.message);
      }
    },
    { rootMargin: "400px" },
  );
  observer.observe(canvas);

  return { names: namesOf(spec), measure: () => {}, natural: () => spec.height, draw };
}

/** The chart that stands in for a figure, until its button is pressed; pressed again, it comes back. */
function createTurnable(host, spec, widget) {
  const [canvas, button] = [host.querySelector(".ex-canvas"), host.querySelector(".ex-turn")];
  let shown = createChart(host, spec.flat, widget);
  const names = new Set([...shown.names, ...namesOf(spec)]);

  function show(turned, remark = "") {
    const plot = canvas.querySelector(".ex-plotly");
    if (plot && globalThis.Plotly) globalThis.Plotly.purge(plot);
    button.setAttribute("aria-pressed", turned);
    for (const name of ["role", "aria-label"]) canvas.removeAttribute(name);
    Object.assign(canvas.style, { aspectRatio: "auto", minHeight: `${spec.height}px` });
    shown = turned
      ? createSpace(host, spec, widget, (message) => show(false, message))
      : createChart(host, spec.flat, widget);
    widget.note(remark);
    if (!widget.broken) shown.draw(null);
  }

  button.addEventListener("click", () => show(button.getAttribute("aria-pressed") !== "true"));
  return {
    names,
    measure: () => shown.measure(),
    natural: () => shown.natural(),
    draw: (changed) => shown.draw(changed),
    face: () => shown.face?.() ?? null,
    rest: () => shown.rest?.(),
  };
}

/**
 * A figure of Plotly, with or without a light chart that stands in for it.
 * @type {(host: HTMLElement, spec: any, widget: Widget) => Figure}
 */
export const createPlotly = (host, spec, widget) =>
  spec.flat
    ? createTurnable(host, spec, widget)
    : createSpace(host, spec, widget, (message) => widget.problem(message));
