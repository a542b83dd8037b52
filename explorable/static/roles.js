// The prose moves the sliders: links that set a widget's controls, and numbers inside sentences.
import { ex } from "./core.js";
import { dockedNow, held, show, undock } from "./docking.js";
/** @import { Widget } from "./widget.js" */

const drawn = () => new Promise(requestAnimationFrame);

/**
 * Follow a set link: on this page it moves the widget, elsewhere it stays a link.
 * @type {(event: any) => Promise<void>}
 */
export async function follow(event) {
  const link = event.target.closest && event.target.closest("a.ex-set");
  const widget = link && ex.widgets.get(link.dataset.key);
  if (!widget || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  widget.wake();
  await widget.ready.catch(() => {});
  const changes = JSON.parse(link.dataset.set);
  const before = picksOf(widget);
  const names = Object.keys(changes).filter((name) => widget.controls.has(name));
  const putBack = held(link);
  widget.set(changes);
  const changed = names.filter((name) => widget.written(name) !== before[name]);
  widget.unfold(changed);
  remember(widget, before);
  await drawn();
  putBack();
  show(widget, changed.length ? changed : names, link);
}

// The way back. Each link that sets a widget makes an entry in the browser's history. An entry knows its number, the
// place on the page where it was left, and the settings of the widgets that were set there, as they were when it was
// left: Back and Forward put these in place again. Links to sections make entries too, which know nothing: `here` is
// the number of the last entry that did.
const kept = () => history.state?.explorable ?? null;
let here = kept()?.at ?? 0;
const trail = new Map(); // number -> the settings of that entry, for those who go several entries at once
const docks = new Map(); // number -> what was docked there when it was left

const picksOf = (widget) => {
  const names = Array.from(widget.controls.keys());
  return Object.fromEntries(names.map((name) => [name, widget.written(name)]));
};

/** A widget was set: what it was before goes into the present entry, what it is now into a new one. */
function remember(widget, before) {
  const { key } = widget;
  const left = { at: here, scroll: scrollY, picks: { ...present(kept()?.picks), [key]: before } };
  const next = { at: here + 1, picks: { [key]: picksOf(widget) } };
  try {
    history.replaceState({ ...history.state, explorable: left }, "");
    history.pushState({ explorable: next }, ""); // the address stays: it names a state only where the reader asked
    docks.set(here, dockedNow());
    here = next.at;
    trail.set(left.at, left.picks).set(next.at, next.picks);
  } catch {
    // A page that may not write into the history, such as one in a frame of another: then there is no way back.
  }
}

/** The settings that these widgets, {key: picks}, have now. */
function present(picks = {}) {
  const awake = Object.keys(picks).filter((key) => ex.widgets.get(key)?.readout);
  return Object.fromEntries(awake.map((key) => [key, picksOf(ex.widgets.get(key))]));
}

/** {key: picks} on the way from one entry to another, each of the entry nearest to the end that knows it. */
function settings(from, { at, picks }) {
  const passed = Array.from({ length: Math.abs(at - from) - 1 }, (_, i) => from + (i + 1) * Math.sign(at - from));
  return Object.assign({}, ...passed.map((each) => trail.get(each)), picks);
}

/**
 * Back or Forward: the settings of the entry that was reached, and its place.
 * @type {(event: PopStateEvent) => Promise<void>}
 */
export async function travel(event) {
  const entry = event.state?.explorable;
  if (!entry || entry.at === here) return;
  const wanted = settings(here, entry);
  docks.set(here, dockedNow());
  here = entry.at;
  const dock = docks.get(here);
  if (!dock) undock();
  for (const [key, picks] of Object.entries(wanted)) {
    const widget = ex.widgets.get(key);
    if (!widget) continue;
    widget.wake();
    await widget.ready.catch(() => {});
    widget.set(picks);
  }
  await drawn(); // so that everything has its height
  // An entry that was left by Back has no place of its own: the browser knows where that was.
  if (entry.scroll !== undefined) scrollTo({ top: entry.scroll, behavior: "instant" });
  if (dock) show(dock.widget, dock.names, null);
}

/** Fill the live numbers that name this widget. @type {(widget: Widget, live: HTMLElement[]) => void} */
export function showLive(widget, live) {
  for (const span of live) {
    const spec = span.dataset.format || null;
    const [, name, rest] = /^([\w$]+)((?:\[\d+\])*)/.exec(span.dataset.name) || [];
    const text = widget.scope.show({ name, indexes: (rest.match(/\d+/g) || []).map(Number), spec });
    if (span.textContent !== text) span.textContent = text;
  }
}

/** The numbers in the text that name this widget. @type {(key: string) => any[]} */
export const liveOf = (key) =>
  Array.from(document.querySelectorAll(`.ex-live[data-key="${key}"]`)).filter((/** @type {any} */ span) =>
    /^[\w$]+/.test(span.dataset.name),
  );
