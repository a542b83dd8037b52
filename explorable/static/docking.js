// A link in the prose sets a widget that is out of sight: then the widget comes to the sentence. The figure itself, not
// a copy, stands at an edge of the window in little room, until it is sent back or the reader comes to its place.
import { fitBeside, header } from "./beside.js";
import { make } from "./menu.js";
import { sentenceOf } from "./sentence.js";
/** @import { Widget } from "./widget.js" */

// Of the height of the window: how high the dock may be, and is at least before it moves the page.
const [MOST, SMALL] = [0.45, 0.36];
const ENOUGH = 0.9; // of each part, where the widget stays in its place
const LEAST = 120; // px of a picture
const READOUT = 44; // px of a readout below the pictures; what is longer is scrolled to
const GAP = 8; // px between the sentence and the dock
const MARKED = 1500; // ms

/** What is docked: { widget, names, link, end }. @type {any} */
let docked = null;

/** The widget that is docked, and the names of the controls that it shows. @type {() => any} */
export const dockedNow = () => docked && { widget: docked.widget, names: docked.names };

const controlsOf = ({ figure }, names) => names.map((name) => figure.querySelector(`[data-control="${name}"]`));

/** Where the parts stand that a link must show: the pictures, the controls that it sets, the readout. */
function boxesOf(widget, names) {
  const parts = [...widget.figure.querySelectorAll(".ex-canvas, .ex-readout"), ...controlsOf(widget, names)];
  return parts.map((part) => part.getBoundingClientRect()).filter((box) => box.height);
}

const isSeen = ({ top, bottom, height }) => Math.min(bottom, innerHeight) - Math.max(top, header()) >= height * ENOUGH;

/** The returned function puts the element where it stands now in the window. @type {(element: any) => () => void} */
export function held(element) {
  const top = () => element?.getBoundingClientRect().top ?? 0;
  const before = top();
  return () => scrollBy({ top: top() - before, behavior: "instant" });
}

/**
 * Show what a link has set: in its place, if that is in view, else docked.
 * link: the pressed one; null for a state that the browser's history brings back.
 * @type {(widget: Widget, names: string[], link: any) => void}
 */
export function show(widget, names, link) {
  mark(controlsOf(widget, names));
  if (docked?.widget !== widget) {
    undock();
    if (boxesOf(widget, names).every(isSeen)) return;
    const putBack = held(link);
    dock(widget);
    putBack();
  }
  Object.assign(docked, { names, link });
  for (const control of widget.figure.querySelectorAll(".ex-control"))
    control.classList.toggle("ex-told", names.includes(control.dataset.control));
  makeRoom();
}

/** The changed controls are marked for a moment: the mark fades, or just ends where nothing is to move. */
function mark(controls) {
  const easing = matchMedia("(prefers-reduced-motion: reduce)").matches ? "step-end" : "ease-in";
  const frames = ["var(--ex-accent)", "transparent"].map((color) => ({
    outline: `2px solid ${color}`,
    outlineOffset: "3px",
  }));
  for (const control of controls) control.animate(frames, { duration: MARKED, easing });
}

function dock(widget) {
  const { figure } = widget;
  const [place, bar] = [placeOf(figure), barOf(widget)];
  figure.before(place);
  figure.prepend(bar);
  figure.style.setProperty("--ex-header", `${header()}px`);
  figure.classList.add("ex-docked");
  addEventListener("resize", fit);
  addEventListener("keydown", escape);
  const unwatch = watch(place);
  docked = { widget, end: () => (unwatch(), bar.remove(), place.remove()) };
}

/** What stands where the figure stood, as high as it was. */
function placeOf(figure) {
  const place = make("div", { className: "ex-place" });
  const { marginTop, marginBottom } = getComputedStyle(figure);
  Object.assign(place.style, { height: `${figure.getBoundingClientRect().height}px`, marginTop, marginBottom });
  return place;
}

/** Undock as soon as the reader comes to the widget's place, away from which it began; returns what ends the watch. */
function watch(place) {
  const threshold = ENOUGH * Math.min(1, (innerHeight - header()) / place.offsetHeight) - 0.01;
  let away = false;
  const look = (entries) => {
    const near = entries.at(-1).intersectionRatio >= threshold;
    if (near && away) undock();
    away ||= !near;
  };
  const observer = new IntersectionObserver(look, { threshold, rootMargin: `${-header()}px 0px 0px` });
  observer.observe(place);
  return () => observer.disconnect();
}

function barOf({ figure, key, controls }) {
  const button = (textContent, onclick, hidden = false) =>
    make("button", { type: "button", textContent, onclick, hidden });
  const unfold = () => {
    all.setAttribute("aria-expanded", figure.classList.toggle("ex-whole"));
    fit();
  };
  const all = button("All controls", unfold, controls.size < 2);
  all.setAttribute("aria-expanded", false);
  const title = figure.querySelector(".ex-title").textContent;
  // After undocking the browser finds the figure in its place.
  const link = make("a", { href: `#${key}`, textContent: title, onclick: undock });
  return make("div", { className: "ex-bar" }, link, all, button("Back to the text", goBack));
}

function goBack() {
  const { link } = docked;
  undock();
  link?.focus({ preventScroll: true });
  link?.scrollIntoView({ block: "nearest" });
}

function escape({ key }) {
  if (key === "Escape" && !docked.widget.figure.classList.contains("ex-raised")) goBack(); // an open menu closes first
}

/** The dock takes the edge, and of the height what it may, that leave the sentence as it stands. */
function makeRoom() {
  const { widget, link } = docked;
  const { style, classList } = widget.figure;
  const sentence = (link && sentenceOf(link).getBoundingClientRect()) ?? { top: 0, bottom: 0 };
  const free = { foot: innerHeight - sentence.bottom - GAP, head: sentence.top - GAP - header() };
  const stays = classList.contains("ex-top") ? free.head >= innerHeight * SMALL : free.head > free.foot;
  const up = stays && free.foot < innerHeight * MOST;
  const room = up ? free.head : free.foot;
  const high = Math.min(innerHeight * MOST, Math.max(innerHeight * SMALL, room));
  classList.toggle("ex-top", up);
  style.setProperty("--ex-most", `${Math.floor(high)}px`);
  fit();
  const lacking = Math.max(0, widget.figure.offsetHeight - room);
  if (lacking) scrollBy({ top: up ? -lacking : lacking });
}

/** The pictures become as high as the dock leaves room for. */
function fit() {
  const { widget } = docked;
  const { figure } = widget;
  const [pictures, readout] = [figure.querySelector(".ex-figures"), figure.querySelector(".ex-readout")];
  figure.scrollTop = 0;
  const highest = Math.max(...Array.from(pictures.querySelectorAll(".ex-canvas"), (canvas) => canvas.offsetHeight));
  const below = readout.offsetLeft < pictures.offsetLeft ? 0 : Math.min(readout.offsetHeight, READOUT);
  const others = pictures.offsetTop + pictures.offsetHeight - highest + below + 2 * GAP;
  widget.most = Math.max(LEAST, parseFloat(getComputedStyle(figure).maxHeight) - others);
  widget.redraw();
}

/** The widget goes back into its place. @type {() => void} */
export function undock() {
  if (!docked) return;
  const { widget, link, end } = docked;
  docked = null;
  removeEventListener("resize", fit);
  removeEventListener("keydown", escape);
  const putBack = held(link);
  end();
  widget.figure.classList.remove("ex-docked", "ex-top", "ex-whole");
  fitBeside(widget);
  widget.redraw();
  putBack();
}
