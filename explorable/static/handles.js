// The top layer of a chart: what can be dragged or chosen. Handles stay in place over redraws, so that focus stays too.
import { flat } from "./arrays.js";
import { clamp, spoken, KINDS } from "./values.js";
import { makeScope, sourceOf } from "./scope.js";
import { node } from "./drawn.js";
import { range } from "./ticks.js";
import { markPoints } from "./marks.js";
import { moverOf, makeHandle, describe } from "./movers.js";
import { makeGroup } from "./choosing.js";
/** @import { Handles } from "./types.d.ts" */
/** @import { Widget } from "./widget.js" */

const COARSE = 24; // places of a path that are looked at first
const GRIP = 10; // px from the end of a rule to where it is held

/** Points of a draggable mark in data units; a rule is held near the end of its line. */
function pointsOf(spec, scope, frame) {
  if (spec.mark !== "rule") return markPoints(spec, scope);
  const at = Array.from(flat(scope.read(spec.x || spec.y)));
  const end = (axis, domain, inset) => at.map(() => axis.invert(axis.apply(domain[1]) - inset));
  return spec.x
    ? { x: at, y: end(frame.py, frame.y.domain, -GRIP) }
    : { x: end(frame.px, frame.x.domain, GRIP), y: at };
}

/** What figures would read if one control had another pick; null where only the kernel could tell. */
function scopeAt(widget, control, pick) {
  if (widget.host && widget.spec.model.kind === "sampled") return null;
  const picks = { ...widget.picks, [control.name]: pick };
  const values = { ...widget.values, [control.name]: KINDS[control.kind].value(control, pick) };
  try {
    return makeScope(widget.controls, values, widget.evaluate(values, picks, true));
  } catch {
    return null;
  }
}

const held = (axis, domain, value) => {
  const [low, high] = domain.map(axis.apply).sort((a, b) => a - b);
  return clamp(axis.apply(value), low, high);
};

function shapeOf(spec, frame) {
  const size = (spec.size || 6) + 5;
  const hit = node("circle", { class: "ex-hit", r: 22 });
  const ring = node("circle", { class: "ex-ring", r: size });
  if (spec.mark !== "rule") return [hit, ring];
  const { width, height } = frame.inner;
  const bar = spec.x ? { x: -14, y: -GRIP, width: 28, height } : { x: GRIP - width, y: -14, width, height: 28 };
  return [
    node("rect", { class: "ex-hit", ...bar }),
    hit,
    ring,
    node("circle", { class: "ex-grip", r: 6, style: `fill: var(--ex-${spec.color})` }),
  ];
}

/**
 * What of a chart can be dragged or chosen, in a layer of its own.
 * @type {(svg: SVGSVGElement, spec: any, widget: Widget) => Handles}
 */
export function createHandles(svg, spec, widget) {
  const marks = spec.marks.filter((mark) => mark.drag || mark.select);
  const groups = marks.map(() => node("g", {}));
  const choosing = makeGroup(widget);
  let frame = null;
  svg.append(...groups);
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", `${spec.title || "chart"}: what can be moved`);

  const toData =
    (along) =>
    ({ x, y }) => {
      const point = { x: frame.px.invert(x), y: frame.py.invert(y) };
      return along === "xy" ? point : { [along]: point[along] };
    };

  /** Where point `index` of a mark stands on the screen at a stop of a slider; nowhere, if nobody can tell. */
  function placeAt(mark, index, control, stop) {
    const scope = scopeAt(widget, control, stop);
    if (!scope) return { x: NaN, y: NaN };
    const { x, y } = pointsOf(mark, scope, frame);
    return { x: frame.px.apply(x[index]), y: frame.py.apply(y[index]) };
  }

  /**
   * A mover along the path of a point: it takes the stop that puts the point next to a place on the screen. The model
   * is asked at a few stops, then at those around the best of them, and remembered until another control moves.
   */
  function alongPath(mark, index, control) {
    const last = control.stops.length - 1;
    const stride = 2 ** Math.max(0, Math.ceil(Math.log2(last / COARSE)));
    let [places, asked] = [new Map(), ""];
    const to = (pick, { x, y }) => {
      const others = JSON.stringify([frame.key, { ...widget.picks, [control.name]: 0 }]);
      if (others !== asked) [places, asked] = [new Map(), others];
      const far = (stop) => {
        if (!places.has(stop)) places.set(stop, placeAt(mark, index, control, stop));
        const away = Math.hypot(places.get(stop).x - x, places.get(stop).y - y);
        return Number.isNaN(away) ? Infinity : away;
      };
      const nearer = (best, stop) => (far(stop) < far(best) ? stop : best);
      let best = [...range(0, last, stride), last].reduce(nearer, pick);
      for (let step = stride; step >= 1; step /= 2)
        best = [best - step, best + step].filter((stop) => stop >= 0 && stop <= last).reduce(nearer, best);
      return best;
    };
    return { ...moverOf(control), to };
  }

  function dragHandle(mark, index) {
    const control = widget.controls.get(mark.drag.control);
    const handle = node("g", { "aria-orientation": mark.drag.along === "y" ? "vertical" : "horizontal" });
    const onPath = mark.drag.along === "path";
    const mover = onPath ? alongPath(mark, index, control) : moverOf(control, index);
    const [upright, level] = [mark.mark === "rule" && mark.x, mark.mark === "rule" && mark.y]; // held all along
    const own = (axis) => Number(handle.dataset[axis]);
    const center = (at) => ({ x: level ? at.x : own("x"), y: upright ? at.y : own("y") });
    const { along } = mark.drag;
    if (mark.mark === "rule") handle.style.touchAction = upright ? "pan-y" : "pan-x"; // a finger may scroll past it
    const read = onPath ? (place) => place : toData(along);
    makeHandle(handle, { svg, control: control.name, mover, along, center, toData: read }, widget);
    handle.describe = () => describe(handle, mover.aria(widget.picks[control.name]));
    return handle;
  }

  function chooseHandle(mark, index) {
    const control = widget.controls.get(mark.select.control);
    const handle = node("g", {});
    const pick = control.kind === "toggle" ? index === 1 : index;
    const value = KINDS[control.kind].value(control, pick);
    choosing.add(handle, control, pick, `${control.label}: ${spoken(control, value)}`);
    return handle;
  }

  /** As many handles in the group of a mark as it has points, each where its point is. */
  function placeMark(mark, group) {
    const shown = widget.scope.truthy(mark.when);
    const { x, y } = shown ? pointsOf(mark, widget.scope, frame) : { x: [], y: [] };
    while (group.children.length > x.length) group.lastChild.remove();
    while (group.children.length < x.length)
      group.append((mark.drag ? dragHandle : chooseHandle)(mark, group.children.length));
    Array.from(group.children).forEach((handle, i) => {
      const [left, top] = [held(frame.px, frame.x.domain, x[i]), held(frame.py, frame.y.domain, y[i])];
      Object.assign(handle.dataset, { x: left, y: top });
      handle.setAttribute("transform", `translate(${left.toFixed(1)},${top.toFixed(1)})`);
      if (handle.dataset.frame !== frame.key) handle.replaceChildren(...shapeOf(mark, frame));
      handle.dataset.frame = frame.key;
      if (handle.describe) handle.describe();
    });
  }

  return {
    empty: marks.length === 0,
    names: marks
      .flatMap((mark) => [(mark.drag || mark.select).control, sourceOf(mark.x), sourceOf(mark.y)])
      .filter(Boolean),
    place(next) {
      frame = next;
      marks.forEach((mark, i) => placeMark(mark, groups[i]));
      choosing.show();
    },
  };
}
