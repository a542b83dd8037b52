// How a move came about: whether the reader holds something, and when the widget comes to rest.
import { MODES } from "./scales.js";
/** @import { Control, Motion } from "./types.d.ts" */
/** @import { Widget } from "./widget.js" */

const QUIET = 900; // ms without a move, after which nothing is held any more
const RAPID = 250; // ms: moves that follow each other faster are one, and nothing runs from one to the next
const RELEASED = 150; // ms after a pointer has let go
const HELD = "input[type=range], .ex-handle";
const SUDDEN = new Set(["choice", "toggle"]);

/**
 * What the charts of a widget ask: `mode`, how their axes may follow; `smooth`, whether their marks run to their new
 * places; `past`, the state before a move that begins with this frame, else null. `rest()` is called when the reader
 * has let go.
 * @type {(widget: Widget, rest: () => void) => Motion}
 */
export function createMotion(widget, rest) {
  let [down, timer, playing, last, carried] = [false, 0, false, -Infinity, false];
  let [leap, coming] = [null, null]; // modes: of the moves that are made just now, of the coming frame
  /** @type {Motion} */
  const motion = { moved, jump, begin, end, mode: MODES.fresh, smooth: false, past: null };
  const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  /** A control has moved. @type {(control: Control, byPlay: boolean) => void} */
  function moved(control, byPlay) {
    playing = byPlay;
    coming = leap ?? coming ?? (SUDDEN.has(control.kind) && !down ? MODES.settle : MODES.grow);
  }

  /**
   * Moves that come from a link, or lead back to the start: elsewhere, with nothing in between.
   * @type {(moves: () => void, toStart?: boolean) => void}
   */
  function jump(moves, toStart = false) {
    coming = leap = toStart ? MODES.fresh : MODES.settle;
    moves();
    leap = null;
    if (!widget.waiting) coming = null; // nothing has moved
  }

  /** A frame begins; null: all is drawn anew, for a reason that is no move. */
  function begin(changed) {
    motion.mode = changed ? (coming ?? MODES.grow) : motion.mode === MODES.fresh ? MODES.fresh : MODES.settle;
    coming = null;
    const now = performance.now();
    const rapid = now - last < RAPID;
    motion.smooth = Boolean(changed && !down && !rapid && !playing && !isCalm());
    motion.past = changed && !(down ? carried : rapid) ? widget.scope : null;
    if (changed) [last, carried, playing] = [now, down, false];
    wait(QUIET);
  }

  function wait(pause) {
    clearTimeout(timer);
    timer = setTimeout(settle, pause);
  }

  function settle() {
    if (down) return wait(QUIET);
    if (motion.mode === MODES.grow) motion.mode = MODES.settle;
    [motion.smooth, motion.past] = [!isCalm(), null];
    rest();
  }

  function onDown(event) {
    if (event.target.closest?.(HELD)) [down, carried] = [true, false];
  }
  function onUp() {
    if (!down) return;
    down = false;
    wait(RELEASED);
  }
  widget.figure.addEventListener("pointerdown", onDown, true);
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, onUp, true);

  function end() {
    clearTimeout(timer);
    for (const name of ["pointerup", "pointercancel"]) removeEventListener(name, onUp, true);
  }
  return motion;
}
