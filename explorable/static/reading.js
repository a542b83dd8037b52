// What a chart says of the point that a reader looks at: under the pointer, tapped, or walked to by keys. All charts of
// a widget that have the same variable along x show where it is. Before it is asked for, nothing of it is in the page.
import { node } from "./drawn.js";
import { make } from "./menu.js";
import { factsOf, isTelling, nearest, numberText, pointsAt, pointsOf, sameVariable, toldOf } from "./points.js";
/** @import { Face, Place } from "./types.d.ts" */
/** @import { Widget } from "./widget.js" */

const TAP = 10; // px that a finger may stray
const MOST = 5; // lines of what another chart says
const NARROW = 420; // px; in such a chart the words stand at an edge of it
const GAP = 12; // px between a point and its words
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };
const TURNS = { ArrowUp: 1, ArrowDown: -1, PageUp: 1, PageDown: -1 };

/**
 * Where keys enter the chart; it lies over the frame and takes no pointer. One of a widget is a tab stop.
 * @type {(spec: any, widget: Widget) => HTMLElement[]}
 */
export function walkOf(spec, widget) {
  if (!isTelling(spec)) return [];
  const walk = make("div", { className: "ex-walk", tabIndex: -1 });
  walk.setAttribute("role", "application");
  walk.setAttribute("aria-roledescription", "chart");
  walk.setAttribute("aria-label", `Values of ${spec.title || "the chart"}: left and right walk along its points`);
  if (!widget.figure.querySelector(".ex-walk[tabindex='0']")) walk.tabIndex = 0;
  return [walk];
}

const percent = (part, whole) => `${((100 * part) / whole).toFixed(3)}%`;

/** The words beside a place of the frame: a heading, and rows of what and how much. */
function boxOf({ name, color, rows }, { px, py }, frame, aside) {
  const box = make("div", { className: "ex-value-box" });
  if (name) {
    const head = make("b", { textContent: name });
    if (color) head.style.setProperty("--ex-key", `var(--ex-${color})`);
    box.append(head);
  }
  for (const [what, number] of rows)
    box.append(make("span", {}, what && `${what} `, make("b", { textContent: number })));
  const { style } = box;
  const [left, narrow] = [px < frame.width / 2, frame.width < NARROW];
  const { top, bottom } = frame.margin;
  const high = py > top + frame.inner.height / 2; // above the point is room
  if (aside || narrow) style[high ? "top" : "bottom"] = percent((high ? top : bottom) + 3, frame.height);
  else if (py < 0.2 * frame.height) style.top = "0";
  else if (py > 0.75 * frame.height) style.bottom = "0";
  else Object.assign(style, { top: percent(py, frame.height), transform: "translateY(-50%)" });
  if (narrow && !aside) return (Object.assign(style, { [left ? "left" : "right"]: "0", maxWidth: "100%" }), box);
  const free = left ? frame.width - px : px;
  style[left ? "left" : "right"] = `calc(${percent(frame.width - free, frame.width)} + ${GAP}px)`;
  style.maxWidth = `calc(${percent(free, frame.width)} - ${GAP}px)`;
  return box;
}

/** Draw over a chart: a rule at x, rings around points, words. @type {(face: Face, part: any) => void} */
function show({ canvas, frame }, { rule, rings, words, at, aside }) {
  const svg = node("svg", { viewBox: `0 0 ${frame.width} ${frame.height}` });
  const [top, bottom] = [frame.margin.top, frame.margin.top + frame.inner.height];
  if (rule !== null) svg.append(node("line", { x1: rule, x2: rule, y1: top, y2: bottom }));
  svg.append(...rings.map(({ px, py }) => node("circle", { cx: px, cy: py, r: 6 })));
  const layer = make("div", { className: "ex-values" }, svg);
  layer.setAttribute("aria-hidden", "true");
  if (words.name || words.rows.length) layer.append(boxOf(words, at, frame, aside));
  canvas.querySelector(":scope > .ex-values")?.remove();
  canvas.append(layer);
}

/** What a chart says of the point that was found in it. */
function partOf(found, face) {
  const { frame, spec } = face;
  const { run, table, i, j } = found;
  const at = table
    ? { px: frame.px.apply(table.x(j)), py: frame.py.apply(table.y(i)) }
    : { px: run.px[i], py: run.py[i] };
  const flat = Boolean(table || spec.aspect); // a map: no rule through it
  const words = { name: run?.mark.label, color: run?.color, rows: factsOf(found, face) };
  return { rule: flat ? null : at.px, rings: [at], words, at };
}

/** What another chart says of the same x, of several ridges that of the same row; null if that lies outside of it. */
function otherPart(x, row, points, face) {
  const { frame } = face;
  const px = frame.px.apply(x);
  if (!(px >= frame.margin.left - 1 && px <= frame.margin.left + frame.inner.width + 1)) return null;
  const met = pointsAt(points, x, frame).filter(({ run }) => !run.told.length || run.row === row);
  const rings = met.map(({ run, i }) => ({ px: run.px[i], py: run.py[i] }));
  const factsAt = ({ run, i }) => toldOf(run, i) ?? [[run.mark.label || frame.y.label, numberText(run.y[i], frame.y)]];
  const rows = met.slice(0, MOST).flatMap(factsAt);
  const lowest = rings.reduce((sum, { py }) => sum + py, 0) / (rings.length || 1);
  return { rule: px, rings, words: { rows }, at: { px, py: lowest }, aside: true };
}

/**
 * Reading values off the charts of a widget. faces() gives those that are drawn.
 * @type {(widget: Widget, faces: () => Face[]) => { follow: () => void, end: () => void }}
 */
export function createReading(widget, faces) {
  const figures = widget.figure.querySelector(".ex-figures");
  const known = new WeakMap(); // frame -> { scope, points }
  // What is shown, and of which state: at is a place under the pointer, null for what was walked or tapped to.
  let now = null; // { canvas, found, at, key, scope }
  let touch = null;

  function points({ spec, frame }) {
    const { scope } = widget;
    if (known.get(frame)?.scope !== scope) known.set(frame, { scope, points: pointsOf(spec.marks, scope, frame) });
    return known.get(frame).points;
  }

  function hide() {
    if (!now) return;
    now = null;
    for (const layer of figures.querySelectorAll(".ex-values")) layer.remove();
    document.removeEventListener("pointerdown", elsewhere, true);
  }

  function display(face, found, at = null) {
    hide();
    now = { canvas: face.canvas, found, at, key: face.frame.key, scope: widget.scope };
    show(face, partOf(found, face));
    const { run, i } = found;
    for (const other of run ? faces() : []) {
      const same = other !== face && !other.spec.aspect && sameVariable(face.frame.x, other.frame.x);
      const part = same && otherPart(run.x[i], run.row, points(other), other);
      if (part) show(other, part);
    }
    document.addEventListener("pointerdown", elsewhere, true);
  }

  const speak = (face, found) =>
    widget.readout.say(() => {
      const name = found.run?.mark.label;
      const facts = factsOf(found, face).map((fact) => fact.filter(Boolean).join(" "));
      return (name ? `${name}: ` : "") + facts.join(", ");
    });

  const faceOf = (element) => faces().find(({ canvas }) => canvas === element?.closest?.(".ex-canvas"));
  const elsewhere = (event) => event.composedPath().includes(figures) || hide();

  /** The place of an event in the units of a chart's frame, null outside of its axes. */
  function placeIn({ canvas, frame }, { clientX, clientY }) {
    const box = canvas.getBoundingClientRect();
    const unit = frame.width / box.width;
    const at = { x: (clientX - box.left) * unit, y: (clientY - box.top) * unit };
    const [across, down] = [at.x - frame.margin.left, at.y - frame.margin.top];
    const inside =
      across >= -GAP && across <= frame.inner.width + GAP && down >= -GAP && down <= frame.inner.height + GAP;
    return inside ? at : null;
  }

  function point(event) {
    const face = widget.broken ? null : faceOf(event.target);
    const at = face && placeIn(face, event);
    const found = at && nearest(points(face), at, face.frame);
    if (!found) return hide();
    display(face, found, event.pointerType === "touch" ? null : at);
    if (event.pointerType === "touch") speak(face, found);
  }

  const isBusy = (event) => event.buttons || event.target.closest?.(".ex-held");
  const onMove = (event) => {
    if (event.pointerType !== "mouse" && event.pointerType !== "pen") return;
    if (isBusy(event)) hide();
    else point(event);
  };
  const onLeave = (event) => event.pointerType !== "touch" && now?.at && hide();
  const onDown = (event) => {
    touch = event.pointerType === "touch" && event.isPrimary ? event : null;
    if (!touch) hide(); // the mouse presses or drags
  };
  const onUp = (event) => {
    const strayed = touch && Math.hypot(event.clientX - touch.clientX, event.clientY - touch.clientY);
    if (!touch || event.pointerId !== touch.pointerId || strayed > TAP) return;
    if (event.target.closest(".ex-handle, .ex-choosable")) hide(); // that is what the finger was for
    else point(event);
  };

  /** The runs of all charts in turn; of a chart with nothing but a table, that. */
  function stops() {
    const of = (face) => {
      const { runs, table } = points(face);
      return [...runs.map((run) => ({ face, run })), ...(table ? [{ face, table }] : [])];
    };
    return faces().flatMap(of);
  }

  const isSame = (stop, { found }) =>
    stop.table
      ? stop.table.mark === found.table?.mark
      : stop.run.mark === found.run?.mark && stop.run.row === found.run.row;

  function enter({ face, run, table }, share = 0) {
    const found = run
      ? { run, i: Math.round(share * (run.x.length - 1)) }
      : { table, i: Math.floor(table.rows / 2), j: Math.floor(table.columns / 2) };
    step(face, found);
    const walk = face.canvas.querySelector(".ex-walk");
    for (const other of figures.querySelectorAll(".ex-walk")) other.tabIndex = other === walk ? 0 : -1;
    walk.focus({ preventScroll: true });
  }

  function step(face, found) {
    display(face, found);
    speak(face, found);
  }

  const within = (k, n) => Math.min(Math.max(k, 0), n - 1);

  /** The point that a key leads to, among those of the same run or table; null if the key leads out of it. */
  function next({ run, table, i, j }, key) {
    const far = { Home: -Infinity, End: Infinity }[key] ?? STEPS[key];
    if (table && TURNS[key] && key.startsWith("Arrow")) return { table, i: within(i + TURNS[key], table.rows), j };
    if (far === undefined) return null;
    return run ? { run, i: within(i + far, run.x.length) } : { table, i, j: within(j + far, table.columns) };
  }

  function onKey(event) {
    if (!event.target.matches(".ex-walk") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && now) return (hide(), event.preventDefault(), event.stopPropagation());
    const meant = event.key in STEPS || event.key in TURNS || event.key === "Home" || event.key === "End";
    const all = meant && !widget.broken ? stops() : [];
    if (!all.length) return;
    event.preventDefault();
    const own = all.filter(({ face }) => face === faceOf(event.target));
    const place = now ? all.findIndex((stop) => stop.face.canvas === now.canvas && isSame(stop, now)) : -1;
    if (place < 0) return enter(own[0] ?? all[0]);
    const { face } = all[place];
    const found = next(now.found, event.key);
    if (found) return step(face, found);
    const { run, i } = now.found;
    enter(
      all[(place + TURNS[event.key] + all.length) % all.length],
      run && run.x.length > 1 ? i / (run.x.length - 1) : 0,
    );
  }

  const onFocus = (event) => {
    if (now || widget.broken || !event.target.matches(".ex-walk:focus-visible")) return;
    const own = stops().find(({ face }) => face.canvas.contains(event.target));
    if (own) enter(own);
  };
  const onBlur = (event) => event.target.matches(".ex-walk") && !event.relatedTarget?.matches(".ex-walk") && hide();

  /** After a move: what is shown becomes what is so now. */
  function follow() {
    if (!now) return;
    const { canvas, found, at } = now;
    const face = widget.broken ? null : faces().find((each) => each.canvas === canvas);
    if (!face) return hide();
    if (now.key === face.frame.key && now.scope === widget.scope) return;
    if (at) {
      const anew = nearest(points(face), at, face.frame);
      return anew ? display(face, anew, at) : hide();
    }
    const stop = stops().find((each) => each.face === face && isSame(each, now));
    if (!stop) return hide();
    const { run, table } = stop;
    display(face, run ? { run, i: within(found.i, run.x.length) } : { table, i: found.i, j: found.j });
  }

  const heard = {
    pointermove: onMove,
    pointerleave: onLeave,
    pointerdown: onDown,
    pointerup: onUp,
    pointercancel: () => (touch = null),
    keydown: onKey,
    focusin: onFocus,
    focusout: onBlur,
  };
  for (const [name, hear] of Object.entries(heard)) figures.addEventListener(name, hear);
  return { follow, end: hide };
}
