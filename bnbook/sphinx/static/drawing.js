/* Predictions that are drawn: an empty plane takes a curve, by pointer, finger or arrow keys; then what is so is drawn
   over it. question.js calls this for each, as it does with its own kinds of answers. */
"use strict";
globalThis.bnDrawing = (box, { say, paragraph, explanation }) => {
  const SVG = "http://www.w3.org/2000/svg";
  const TOP = 100; // the highest level; the plane is so many units high and wide
  const [LEAP, SAME] = [10, 2]; // levels: of Page Up, and that nobody would call a difference
  const whole = box.querySelector(".bn-draw");
  const curve = JSON.parse(whole.dataset.curve);
  const { x, y, truth } = curve;
  const last = truth.length - 1;
  const beside = box.closest(".ex-pair")?.querySelector(".explorable"); // it would give the answer away
  let set = new Map(); // the heights that the reader has set: place by place
  let [at, told] = [0, false]; // where the keys are

  const made = (name, parent, words = "") => {
    const element = parent.appendChild(document.createElement(name.split(".")[0]));
    element.className = name.split(".").slice(1).join(" ");
    element.textContent = words;
    return element;
  };
  const drawn = (name, parent) => {
    const element = parent.appendChild(document.createElementNS(SVG, "path"));
    element.setAttribute("class", name);
    return element;
  };

  made("p.bn-up", whole, y.label);
  const plane = made("div.bn-plane", whole);
  const svg = plane.appendChild(document.createElementNS(SVG, "svg"));
  for (const [name, value] of [
    ["viewBox", `0 0 ${TOP} ${TOP}`],
    ["preserveAspectRatio", "none"],
    ["aria-hidden", "true"],
  ])
    svg.setAttribute(name, value);
  const grid = drawn("bn-grid", svg);
  const between = drawn("bn-between", svg);
  const [guess, so] = [drawn("bn-guess", svg), drawn("bn-so", svg)];
  const pen = made("div.bn-pen", plane);
  const dot = made("span.bn-dot", pen);
  const hint = made("span.bn-hint", pen, "Draw here");
  for (const [axis, ticks] of Object.entries({ x: x.ticks, y: y.ticks }))
    for (const [place, words] of ticks) made(`span.bn-${axis}`, plane, words).style.setProperty("--bn-place", place);
  made("p.bn-across", whole, x.label);
  const key = made("p.bn-key", whole);
  const help = made("div.bn-help", whole);
  made("p.bn-keys", help, "With the keyboard: left and right lead to a place, up and down set the curve there.");
  if (beside) made("p", help, "The figure waits for your curve, or until you touch it.");
  help.id = `${box.id}-help`;
  grid.setAttribute("d", y.ticks.map(([place]) => `M0,${TOP * (1 - place)}H${TOP}`).join(""));
  for (const [name, value] of Object.entries({
    role: "slider",
    "aria-orientation": "vertical",
    "aria-label": `Your curve: ${y.label} over ${x.label}`,
    "aria-describedby": help.id,
    "aria-valuemin": 0,
    "aria-valuemax": TOP,
  }))
    pen.setAttribute(name, value);

  /** The curve at all places: straight between those that were set, level beyond them; null if there are none. */
  function heights() {
    const known = [...set.keys()].sort((a, b) => a - b);
    if (!known.length) return null;
    return truth.map((_, k) => {
      const right = known.find((place) => place >= k) ?? known.at(-1);
      const left = known.findLast((place) => place <= k) ?? known[0];
      const share = left === right ? 0 : (x.places[k] - x.places[left]) / (x.places[right] - x.places[left]);
      return Math.round(set.get(left) + share * (set.get(right) - set.get(left)));
    });
  }

  const corners = (levels) => levels.map((level, k) => `${TOP * x.places[k]},${TOP - level}`);
  const line = (levels) => (levels ? `M${corners(levels).join("L")}` : "");

  function show() {
    const levels = heights();
    guess.setAttribute("d", line(levels));
    hint.hidden = Boolean(levels);
    const level = levels ? levels[at] : TOP / 2;
    [dot.style.left, dot.style.top] = [`${100 * x.places[at]}%`, `${TOP - level}%`];
    pen.setAttribute("aria-valuenow", level);
    pen.setAttribute("aria-valuetext", `at ${x.shown[at]}: ${levels ? y.shown[level] : "nothing yet"}`);
  }

  function put(place, level) {
    set.set(place, Math.min(Math.max(Math.round(level), 0), TOP));
    at = place;
  }

  let stroke = null; // where the pointer was, as a share of the width and a level
  function spot({ clientX, clientY }) {
    const area = plane.getBoundingClientRect();
    return [(clientX - area.left) / area.width, TOP * (1 - (clientY - area.top) / area.height)];
  }

  /** Set what the pointer has passed since the last time, and the place next to it. */
  function draw(event) {
    if (!stroke) return;
    const [[from, before], [to, level]] = [stroke, spot(event)];
    const far = x.places.map((place) => Math.abs(place - to));
    put(far.indexOf(Math.min(...far)), level);
    x.places.forEach((place, k) => {
      const share = (place - from) / (to - from);
      if (share >= 0 && share <= 1) put(k, before + share * (level - before));
    });
    stroke = [to, level];
    show();
  }
  pen.addEventListener("pointerdown", (event) => {
    if (told || event.button) return;
    pen.setPointerCapture(event.pointerId);
    pen.focus({ preventScroll: true });
    event.preventDefault();
    stroke = spot(event);
    say(box, true);
    draw(event);
  });
  pen.addEventListener("pointermove", draw);
  for (const name of ["pointerup", "pointercancel"]) pen.addEventListener(name, () => (stroke = null));

  const MOVES = { ArrowLeft: -1, ArrowRight: 1, Home: -last, End: last };
  const RISES = { ArrowUp: 1, ArrowDown: -1, PageUp: LEAP, PageDown: -LEAP };
  pen.addEventListener("keydown", (event) => {
    const [move, rise] = [MOVES[event.key], RISES[event.key]];
    if (told || event.ctrlKey || event.altKey || event.metaKey || (move ?? rise) === undefined) return;
    event.preventDefault();
    if (move) at = Math.min(Math.max(at + move, 0), last);
    say(box, true);
    if (rise) put(at, (heights()?.[at] ?? TOP / 2) + rise);
    show();
  });

  const veil = (on) => beside?.classList.toggle("bn-veiled", on);
  for (const name of ["pointerdown", "focusin"]) beside?.addEventListener(name, () => veil(false));
  document.addEventListener("click", ({ target }) => target.closest("a.ex-set") && veil(false));

  const rounded = (value) => Number(value.toPrecision(2)).toLocaleString("en");

  /** How far off a curve was, in a sentence. */
  function distance(levels) {
    const off = levels.map((level, k) => Math.abs(level / TOP - truth[k]));
    const worst = off.indexOf(Math.max(...off));
    if (TOP * off[worst] <= SAME) return "As you drew it.";
    const mean = (curve.span * off.reduce((sum, one) => sum + one, 0)) / off.length;
    const far = curve.log ? `by a factor of ${rounded(10 ** mean)}` : `by ${`${rounded(mean)} ${curve.unit}`.trim()}`;
    const there = `At ${x.shown[worst]} you drew ${y.shown[levels[worst]]}; it is ${curve.said[worst]}.`;
    return `On average you were off ${far}. ${there}`;
  }

  function open() {
    [set, at, told] = [new Map(), 0, false];
    whole.hidden = false;
    veil(true);
    for (const path of [so, between]) path.setAttribute("d", "");
    svg.setAttribute("aria-hidden", "true");
    for (const name of ["role", "aria-label"]) svg.removeAttribute(name);
    key.replaceChildren();
    [pen.hidden, pen.tabIndex, help.hidden] = [false, 0, false];
    show();
  }

  function take(text) {
    const levels = (text ?? "").split(" ").map(Number);
    if (
      levels.length !== truth.length ||
      !levels.every((level) => Number.isInteger(level) && level >= 0 && level <= TOP)
    )
      return false;
    set = new Map(levels.entries());
    show();
    return true;
  }

  function compare(guessed) {
    const levels = guessed ? heights() : null;
    told = true;
    veil(false);
    [pen.hidden, pen.tabIndex, help.hidden] = [true, -1, true];
    const right = truth.map((share) => TOP * share);
    guess.setAttribute("d", line(levels));
    so.setAttribute("d", line(right));
    if (levels) between.setAttribute("d", `${line(levels)}L${corners(right).reverse().join("L")}Z`);
    svg.removeAttribute("aria-hidden");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", curve.answer);
    if (levels) made("span.bn-guess", key, "your guess");
    made("span.bn-so", key, "so it is");
    say(box, true, paragraph(levels ? distance(levels) : "So it is.", true), ...explanation(box, 0).copies);
  }

  box.querySelector(".bn-range").hidden = true;
  const wanted = "Draw a curve first, or let it be shown.";
  return { answer: () => heights()?.join(" ") ?? "", open, take, compare, wanted };
};
