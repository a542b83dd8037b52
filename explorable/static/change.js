// Change is shown as change: marks run from where they were to where they are, and a shadow of the state before a move
// stays for a while. What is in the page is final at once: only its look is animated.
import { node, trace } from "./drawn.js";
import { MAKERS, CLIPPED } from "./marks.js";
/** @import { Frame, Mark, Scope, Shadow } from "./types.d.ts" */

const RUN = 200; // ms
const [STAY, FADE] = [1500, 1000]; // ms that a shadow stays after the reader has let go, and then takes to fade
const MOST = 160; // elements of a chart: more would take too long
const LONGEST = 40000; // letters of all paths, before and after
const LENGTHS = ["x", "y", "width", "height", "cx", "cy", "r"];
const SHADOWED = new Set(["line", "band", "bar", "dot", "rule", "arrow"]);

const letters = (path) => path.replace(/[^A-Z]+/g, "");
const translation = (text) => /^translate\(([^,]+),([^)]+)\)$/.exec(text)?.slice(1).map(Number);

/**
 * The look that an element had before, as far as there is a way from it to the look that it has; `left`: how many
 * letters paths may still have.
 */
function lookBefore(element, was, left) {
  const look = {};
  left.letters -= 2 * (was.d?.length ?? 0);
  const now = (name) => element.getAttribute(name);
  for (const name of LENGTHS) if (name in was && element.tagName !== "text") look[name] = `${was[name]}px`;
  if ("d" in was && left.letters > 0 && letters(was.d) === letters(now("d"))) look.d = `path("${was.d}")`;
  const place = "transform" in was && translation(was.transform);
  if (place) look.transform = `translate(${place[0]}px, ${place[1]}px)`;
  if (element.tagName === "line" && ("x1" in was || "y1" in was)) {
    const along = (name) => (name in was ? was[name] - now(name) : 0);
    const ends = [along("x1") - along("x2"), along("y1") - along("y2")];
    if (!ends.some((gap) => Math.abs(gap) > 0.1)) look.transform = `translate(${along("x1")}px, ${along("y1")}px)`;
  }
  return look;
}

/** Do what draws marks again; then they run from where they were. @type {(draw: () => void) => void} */
export function animated(draw) {
  const changes = (trace.changes = []);
  try {
    draw();
  } finally {
    trace.changes = null;
  }
  if (changes.length > MOST) return;
  const left = { letters: LONGEST };
  for (const [element, was] of changes) {
    const look = lookBefore(element, was, left);
    if (Object.keys(look).length) element.animate([look, {}], { duration: RUN, easing: "ease-out", id: "change" });
  }
}

/**
 * The shadow of a chart under its marks; `clip` names what keeps them inside of the frame.
 * @type {(marks: SVGSVGElement, specs: Mark[], clip: string) => Shadow}
 */
export function createShadow(marks, specs, clip) {
  const svg = node("svg", { class: "ex-ghost", "aria-hidden": "true", "text-anchor": "middle" });
  /** @type {any} */
  let [past, frame] = [null, null];
  let [places, timer, fading] = [new Set(), 0, null];

  /** A move begins: what is to be shadowed is the state of this scope. */
  function begin(scope) {
    drop();
    past = scope;
  }

  function drop() {
    clearTimeout(timer);
    fading?.cancel();
    svg.remove();
    svg.replaceChildren();
    places = new Set();
    past = fading = null;
  }

  /** The marks at these places have changed. They get their shadow when the update is over. */
  function follow(changed, next) {
    if (!past) return;
    const more = changed.filter((place) => SHADOWED.has(specs[place].mark) && !places.has(place));
    for (const place of more) places.add(place);
    if (!places.size || (!more.length && frame?.key === next.key)) return;
    frame = next;
    clearTimeout(timer);
    timer = setTimeout(draw, 0);
  }

  function draw() {
    const shown = [...places].filter((place) => past.truthy(specs[place].when));
    const groups = shown.map((place) => {
      const spec = specs[place];
      const group = node("g", CLIPPED.has(spec.mark) ? { "clip-path": `url(#${clip})` } : {});
      const drawn = MAKERS[spec.mark](spec, past, frame, null);
      if (drawn && drawn.childElementCount <= MOST) group.append(drawn);
      return group;
    });
    svg.setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`);
    svg.replaceChildren(...groups);
    marks.before(svg);
  }

  /** The reader has let go. */
  function fade() {
    if (!past || fading) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const full = { opacity: getComputedStyle(svg).opacity };
    fading = svg.animate([full, { ...full, offset: STAY / (STAY + FADE) }, { opacity: calm ? full.opacity : 0 }], {
      duration: STAY + FADE,
    });
    fading.onfinish = drop;
  }

  return { begin, follow, fade };
}
