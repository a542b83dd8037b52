// "Keys": what the keyboard, and a second press, do in a widget.
import { make } from "./menu.js";
/** @import { Widget } from "./widget.js" */

const LIST = [
  ["Space", "play, pause", ({ figure }) => figure.querySelector(".ex-play")],
  ["R", "reset", () => true],
  ["Ctrl Z", "undo; with Shift: do it again", () => true],
  ["Delete", "this control to its start; also by a double click", () => true],
  ["0 … 9", "type the number of a slider; also by a press on it", ({ figure }) => figure.querySelector(".ex-slider")],
  ["Page ↑ ↓", "in larger steps", () => true],
  ["?", "this list", () => true],
];

/** @type {(widget: Widget, say: (words: string) => void, place: HTMLElement) => void} */
export function keys(widget, say, place) {
  say("With the focus on a control of this figure:");
  const rows = LIST.filter(([, , can]) => /** @type {any} */ (can)(widget)).flatMap(([key, words]) => {
    const name = make("dt", {}, make("kbd", { textContent: key }));
    return [name, make("dd", { textContent: words })];
  });
  place.append(make("dl", { className: "ex-keys" }, ...rows));
}
