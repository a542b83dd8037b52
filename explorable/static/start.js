// Finds the widgets of a page and wakes each when it comes near; the first one, and those in the address, at once; the
// rest in idle moments. Their data arrives before the page counts as loaded, so that it can be printed from then on.
import { ex, loadWidget } from "./core.js";
import { isAsked } from "./state.js";
import { fitBeside } from "./beside.js";
import { undock } from "./docking.js";
import { follow, travel } from "./roles.js";
import { Widget } from "./widget.js";

const NEAR = "600px";
const REST = 2000; // ms after the first drawing, when the reader has begun to read

const add = (figure) => ex.widgets.set(figure.dataset.key, new Widget(figure)).get(figure.dataset.key);

/** Wake a figure that came into the page later. @type {(figure: HTMLElement) => void} */
export const mount = (figure) => add(figure).wake();

function start() {
  /** @type {HTMLElement[]} */
  const figures = Array.from(document.querySelectorAll("figure.explorable[data-src]"));
  for (const figure of figures) add(figure);
  const widgetOf = (figure) => ex.widgets.get(figure.dataset.key);
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries)
        if (entry.isIntersecting) {
          observer.unobserve(entry.target);
          widgetOf(entry.target).wake();
        }
    },
    { rootMargin: NEAR },
  );
  const atOnce = figures.filter((figure, i) => i === 0 || isAsked(figure.dataset.key));
  for (const figure of figures) {
    if (atOnce.includes(figure)) widgetOf(figure).wake();
    else observer.observe(figure);
  }
  // The others' scripts are asked for as the first ones arrive: they come second, and still before the load event.
  const arrived = (figure) => loadWidget(figure.dataset.key, figure.dataset.src);
  Promise.allSettled(atOnce.map(arrived)).then(() => ex.widgets.forEach((widget) => widget.load().catch(() => {})));
  document.addEventListener("explorable:change", () => setTimeout(wakeRest, REST), { once: true });
  document.addEventListener("click", follow);
  addEventListener("popstate", travel);
  addEventListener("beforeprint", () => print(figures));
  watchTheme(() => ex.widgets.forEach((widget) => widget.redraw()));
}

/** Draw all for paper, which cannot wait, and in the colors of the light theme, since it is white. */
function print(figures) {
  undock();
  const tint = (scheme) => figures.forEach((figure) => (figure.style.colorScheme = scheme));
  const redraw = () => ex.widgets.forEach((widget) => widget.redraw());
  const fitted = (on) => ex.widgets.forEach((widget) => fitBeside(widget, on));
  tint("light");
  fitted(false);
  redraw();
  ex.widgets.forEach((widget) => widget.drawNow());
  addEventListener("afterprint", () => (tint(""), fitted(true), redraw()), { once: true });
}

/** All others, one after the other: a page that is printed before it was read to its end has all of its pictures. */
async function wakeRest() {
  const idle = globalThis.requestIdleCallback ?? setTimeout; // Safari has none
  for (const widget of ex.widgets.values()) {
    await new Promise((go) => idle(go));
    widget.wake();
    await widget.ready.catch(() => {}); // told in the page
  }
}

/** Pictures with computed colors are drawn again when the theme changes. */
function watchTheme(changed) {
  const root = document.documentElement;
  const look = () =>
    JSON.stringify([
      root.dataset.theme,
      root.dataset.mode,
      [...root.classList].filter((name) => !name.startsWith("ex-")),
    ]);
  let seen = look();
  const later = () => requestAnimationFrame(changed);
  const compare = () => look() !== seen && ((seen = look()), later());
  new MutationObserver(compare).observe(root, {
    attributes: true,
    attributeFilter: ["data-theme", "data-mode", "class"],
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", later);
}

/** Wake the figures of the page as soon as they are there. @type {() => void} */
export function startPage() {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
}
