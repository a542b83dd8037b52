// Play: moves one slider from where it is to its end, in the seconds its declaration asks for.
/** @import { Control, Move, Pick } from "./types.d.ts" */

const CALM_STEPS = 10; // with reduced motion: a few still pictures, a second each
const CALM_PAUSE = 1000;

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * Returns {stop}; `move(pick)` sets the slider, `current()` reads it; while `isWaiting()`, for the picture of the last
 * move, time goes on and the slider does not: so that each picture is seen, however slow the kernel is.
 * @type {(button: HTMLElement, control: Control, move: Move, current: () => Pick, isWaiting: () => boolean) =>
 *   { stop: () => void }}
 */
export function createPlay(button, control, move, current, isWaiting) {
  const last = control.stops.length - 1;
  let cancel = null;

  function show(on) {
    button.setAttribute("aria-pressed", on);
    button.setAttribute("aria-label", `${on ? "Pause" : "Play"} ${control.label}`);
  }

  function stop() {
    if (cancel) cancel();
    cancel = null;
    show(false);
  }

  function glide(from) {
    let began = null;
    let frame = 0;
    const step = (now) => {
      began ??= now;
      const pick = Math.min(last, from + Math.floor(((now - began) / 1000 / control.play) * last));
      if (pick !== current() && !isWaiting()) move(pick);
      if (current() >= last) stop();
      else if (cancel) frame = requestAnimationFrame(step); // a move may have stopped it
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }

  function walk() {
    const stride = Math.max(1, Math.round(last / CALM_STEPS));
    const timer = setInterval(() => {
      move(Math.min(last, current() + stride));
      if (current() >= last) stop();
    }, CALM_PAUSE);
    return () => clearInterval(timer);
  }

  function start() {
    if (current() >= last) move(0);
    show(true);
    cancel = calm() ? walk() : glide(current());
  }

  button.addEventListener("click", () => (cancel ? stop() : start()));
  document.addEventListener("visibilitychange", () => document.hidden && cancel && stop());
  show(false);
  return { stop: () => cancel && stop() };
}
