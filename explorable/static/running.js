// The hands of a running program: run and pause, one step, and what can be done to it, each a button.
import { header } from "./beside.js";
import { read } from "./way.js";
/** @import { Widget } from "./widget.js" */

const CALM_PAUSE = 1000; // with reduced motion: a still picture a second
const UNATTENDED = 180000; // ms without a hand on the page, after which a run rests
const FAST = 60; // steps a second, where no control says how many

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @param {Widget} widget @param {any} runs */
export function attach(widget, runs) {
  const { figure, spec } = widget;
  const { clock, pace } = spec.model;
  const control = widget.controls.get(clock);
  const last = control.stops.length - 1;
  const button = figure.querySelector(`[data-control="${clock}"] .ex-play`);
  let [stop, touched] = [null, performance.now()];
  runs.again = () => widget.later();
  figure.style.setProperty("--ex-head", `${header()}px`);
  if (widget.asked) {
    runs.plan = read(
      widget.asked,
      runs.softOf(widget.values),
      widget.controls,
      runs.record.actions.map(([name]) => name),
    );
    if (!runs.plan) widget.note("What was done on the way to this state cannot be read.");
  }

  const speed = () => (pace ? Number(widget.values[pace]) : FAST);
  const to = (step) => widget.move(clock, Math.min(last, step), true);

  function show(on) {
    button.setAttribute("aria-pressed", String(on));
    button.setAttribute("aria-label", on ? "Pause" : "Run");
    button.title = on ? "Pause" : "Run";
  }

  function end() {
    if (!stop) return;
    stop();
    stop = null;
    runs.moving = false;
    runs.target = widget.picks[clock]; // as far as the run itself has moved the clock
    show(false);
    widget.later(); // the state at rest is looked at
  }

  const over = () => widget.picks[clock] >= last || runs.lanes.every((lane) => lane.diverged >= 0);
  const tired = () => performance.now() - touched > UNATTENDED;

  /** Every frame as many steps as its time asks for, and no more than the last frame had time for. */
  function flow() {
    let [before, due, frame] = [performance.now(), 1, 0];
    const tick = (now) => {
      frame = requestAnimationFrame(tick);
      if (over() || tired()) return end();
      due += (Math.max(0, now - before) / 1000) * speed();
      before = now;
      if (runs.pending) return void (due = 0); // the steps of the last frame are not all taken yet
      const steps = Math.floor(due);
      due -= steps;
      if (steps) to(widget.picks[clock] + steps);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }

  function walk() {
    const timer = setInterval(() => {
      if (over() || tired()) end();
      else if (!runs.pending) to(widget.picks[clock] + Math.ceil(speed()));
    }, CALM_PAUSE);
    return () => clearInterval(timer);
  }

  function run() {
    if (widget.picks[clock] >= last) to(0);
    [runs.moving, touched] = [true, performance.now()];
    show(true);
    stop = calm() ? walk() : flow();
  }

  button.addEventListener("click", () => (stop ? end() : run()));
  const acts = {
    step: () => (end(), to(widget.picks[clock] + 1)),
    start: () => (end(), to(0)),
  };
  for (const each of figure.querySelectorAll("[data-act]")) {
    const name = each.dataset.act;
    each.addEventListener("click", () => {
      if (acts[name]) return acts[name]();
      const done = runs.press(name);
      widget.note(done ? "" : `“${each.textContent.trim()}” cannot be done to this state.`);
      widget.later();
    });
  }
  const awake = () => (touched = performance.now());
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, awake, { passive: true });
  const hidden = () => document.hidden && end(); // no frame comes then, and the next one would take all steps at once
  document.addEventListener("visibilitychange", hidden);
  const seen = new IntersectionObserver((entries) => entries.at(-1).isIntersecting || end());
  seen.observe(figure);
  widget.plays.push({ stop: end });
  widget.ends.push(
    end,
    () => seen.disconnect(),
    () => document.removeEventListener("visibilitychange", hidden),
    () => removeEventListener("pointerdown", awake),
  );
  widget.ends.push(() => removeEventListener("keydown", awake));
  show(false);
}
