// The sentence with live numbers. What is seen changes at once; what is announced waits until the reader pauses.
import { parse, fill, namesIn } from "./format.js";
import { flat } from "./arrays.js";
import { sourceOf } from "./scope.js";
/** @import { Readout } from "./types.d.ts" */

const PAUSE = 700; // ms of quiet before a screen reader is told
const STAY = 6000; // ms until the announced copy goes, so that it is not read a second time

function templateOf(record, scope) {
  if ("text" in record) return record.text;
  return record.texts[String(Math.trunc(Number(flat(scope.read(record.by))[0])))] || "";
}

/** A polite live region out of sight; say(text) speaks after a pause. */
function createAnnouncer(figure) {
  const region = document.createElement("p");
  region.className = "ex-announced";
  region.setAttribute("role", "status");
  figure.append(region);
  let [speak, forget] = [0, 0];
  return (text) => {
    clearTimeout(speak);
    clearTimeout(forget);
    speak = setTimeout(() => {
      region.textContent = text();
      forget = setTimeout(() => (region.textContent = ""), STAY);
    }, PAUSE);
  };
}

/**
 * The sentence of a widget: shown at once, announced later.
 * @type {(figure: HTMLElement, record: any) => Readout}
 */
export function createReadout(figure, record) {
  const element = figure.querySelector(".ex-readout");
  const say = createAnnouncer(figure);
  element.setAttribute("aria-live", "off");
  let shown = null;

  function show(scope) {
    const template = templateOf(record, scope);
    const pieces = parse(template).map((part) => (part.name ? { number: scope.show(part) } : part));
    const key = JSON.stringify(pieces);
    if (key === shown) return;
    shown = key;
    element.replaceChildren(
      ...pieces.map((piece) => {
        if (typeof piece === "string") return piece;
        const number = document.createElement("b");
        number.textContent = piece.number;
        return number;
      }),
    );
  }

  const texts = record.texts ? Object.values(record.texts) : [record.text];
  const names = new Set([...texts.flatMap(namesIn), sourceOf(record.by)].filter(Boolean));
  return { names, show, announce: (scope) => say(() => fill(templateOf(record, scope), scope)), say };
}
