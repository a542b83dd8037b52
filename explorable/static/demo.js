// A widget that moves by itself until somebody takes it in hand: sliders glide from state to state, and round again.
/** @import { Widget } from "./widget.js" */

const REST = 1500; // ms of quiet in view before it begins
const SEEN = 0.6; // of the pictures that must be in view
const HANDS = ["pointerdown", "touchstart", "keydown", "wheel", "focusin"];
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const eased = (t) => (1 - Math.cos(Math.PI * t)) / 2;

/**
 * Returns {stop}, which ends it for good. `alone`: whether it may begin by itself; a page can forbid that by
 * `preventDefault` of the event "explorable:demo". A button holds and continues it at any time.
 * @type {(widget: Widget, demo: any, alone: boolean) => { stop: () => void }}
 */
export function createDemo(widget, { frames, seconds }, alone) {
  const { figure } = widget;
  const button = figure.querySelector(".ex-demo");
  const home = Object.fromEntries(Object.keys(frames[0]).map((name) => [name, widget.controls.get(name).start]));
  const stations = [home, ...frames];
  let [begun, frame, wait, gone] = [null, 0, 0, 0]; // gone: ms of the round that it has made so far
  let untouched = alone && !calm() && !widget.host;

  function show(on) {
    button.setAttribute("aria-pressed", on);
    button.textContent = on ? "Pause" : "Let it move";
  }

  function step(now) {
    begun ??= now - gone;
    gone = now - begun;
    const at = (gone / 1000 / seconds) % stations.length;
    const leg = Math.floor(at);
    const [from, to] = [stations[leg], stations[(leg + 1) % stations.length]];
    for (const name in home)
      widget.move(name, Math.round(from[name] + (to[name] - from[name]) * eased(at - leg)), true);
    frame = requestAnimationFrame(step);
  }

  function run() {
    if (frame) return;
    begun = null;
    show(true);
    frame = requestAnimationFrame(step);
  }

  /** Out of view, or for good. */
  function hold() {
    clearTimeout(wait);
    cancelAnimationFrame(frame);
    frame = wait = 0;
    show(false);
  }

  function stop() {
    untouched = false;
    hold();
  }

  function begin() {
    const asked = new CustomEvent("explorable:demo", { bubbles: true, cancelable: true });
    if (untouched && !document.hidden && figure.dispatchEvent(asked)) run();
  }

  const observer = new IntersectionObserver(
    ([{ isIntersecting }]) => {
      if (!isIntersecting) hold();
      else if (untouched) wait = setTimeout(begin, REST);
    },
    { threshold: SEEN },
  );
  observer.observe(figure.querySelector(".ex-figures"));
  const touched = (event) => button.contains(event.target) || stop();
  for (const name of HANDS) figure.addEventListener(name, touched, { passive: true });
  figure.addEventListener("pointerover", (event) => event.target.closest?.(".ex-handle") && stop());
  document.addEventListener("visibilitychange", () => document.hidden && hold());
  // On paper stands what the words below the figure speak of.
  addEventListener("beforeprint", () => {
    if (!untouched) return;
    hold();
    for (const name in home) widget.move(name, home[name], true);
    widget.frame();
  });
  button.addEventListener("click", () => {
    const moving = Boolean(frame);
    stop();
    if (!moving) run();
  });
  show(false);
  return { stop };
}
