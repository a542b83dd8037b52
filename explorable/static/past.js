// What was done to the controls of a widget, change by change, so that it can be taken back: Ctrl+Z, and "Undo".
/** @import { Past } from "./types.d.ts" */
/** @import { Widget } from "./widget.js" */

const PAUSE = 800; // ms: keys that are pressed faster than that make one change of one control
const GLIDE = 1500; // ms between two steps of play at most
const TWICE = 700; // ms within which a double click comes
const MOST = 200; // changes that are kept

/**
 * The changes of a widget. Before every one of them the widget calls note(); told() hears how many can be taken back.
 * @type {(figure: HTMLElement, widget: Widget, told: (many: number) => void) => Past}
 */
export function createPast(figure, widget, told) {
  const [done, undone] = [[], []];
  let [gesture, pressed, together, quiet] = [0, false, false, false];

  // A drag is one change however long it takes; a press begins another one.
  figure.addEventListener("pointerdown", () => ([gesture, pressed] = [gesture + 1, true]), true);
  const release = () => (pressed = false);
  for (const name of ["pointerup", "pointercancel"]) {
    addEventListener(name, release);
    widget.ends.push(() => removeEventListener(name, release));
  }

  const present = () => ({ picks: { ...widget.picks }, between: new Map(widget.between) });

  /** Is a move of this control a part of the last change? */
  function continues(name, playing) {
    const last = done.at(-1);
    if (together) return true; // a link, or Reset, sets several at once
    if (last?.name !== name || last.playing !== playing || undone.length) return false;
    const since = performance.now() - last.time;
    return playing ? since < GLIDE : last.gesture === gesture && (pressed || since < PAUSE);
  }

  function note(name, playing) {
    if (quiet) return;
    const time = performance.now();
    if (continues(name, playing)) Object.assign(done.at(-1), { time });
    else done.push({ name, playing, gesture, time, before: present() });
    if (done.length > MOST) done.shift();
    undone.length = 0;
    together = true;
    queueMicrotask(() => (together = false));
    told(done.length);
  }

  /** A program is told which settings were made at once: they may name a whole state. */
  function tell(changes) {
    if (!widget.evaluate?.linked) return;
    widget.evaluate.linked(changes);
    widget.later();
  }

  /** A link has made these settings. */
  function link(changes) {
    if (together) done.at(-1).several = true;
    tell(changes);
  }

  /** The changes that the presses of a double click have made become one. */
  function join(name) {
    const fresh = ({ time, name: own }) => own === name && performance.now() - time < TWICE;
    while (done.length > 1 && fresh(done.at(-1)) && fresh(done.at(-2))) done.pop();
    if (done.length && fresh(done.at(-1))) Object.assign(done.at(-1), { gesture, playing: false });
  }

  function restore({ picks, between }, several) {
    quiet = true;
    for (const name in picks) widget.move(name, picks[name], false, between.get(name));
    quiet = false;
    if (several) tell(picks);
    widget.note("");
    told(done.length);
  }

  /** Go one change back, or forward; false if there is none. */
  function step(from, to) {
    const change = from.pop();
    if (!change) return false;
    to.push({ ...change, before: present() });
    restore(change.before, change.several);
    return true;
  }

  return { note, link, join, undo: () => step(done, undone), redo: () => step(undone, done) };
}
