// Words in a diagram, and letters of a formula, placed alike in every browser.
import { node } from "./drawn.js";

// In em of the text: how far its line stands below the middle of its place; the size of an index or a power, and how
// far these stand off the line (STIX Two Math's own SubscriptShiftDown and SuperscriptShiftUp).
const LINE = { words: 0.35, math: 0.28 };
const SCRIPT = 0.72;
const SHIFT = { _: 0.21, "^": -0.36 };
const FONT = "Explorable Math"; // what the pages' formulas are set in (offline/assets/mathml.css)
// First letter and length of three alphabets, and their first letter as a formula has it.
const ALPHABETS = [
  [0x61, 26, 0x1d44e],
  [0x41, 26, 0x1d434],
  [0x3b1, 25, 0x1d6fc],
]; // a, A, alpha
const PART = /([_^])(?:\{([^}]*)\}|(.))|([^_^]+)/g;
let shipped = null;

const isShipped = () => (shipped ??= [...document.fonts].some((face) => face.family.replace(/["']/g, "") === FONT));

function slanted(letter) {
  const code = letter.codePointAt(0);
  const [first, , to] = ALPHABETS.find(([from, count]) => code >= from && code < from + count) ?? [code, 1, code];
  return letter === "h" ? "ℎ" : String.fromCodePoint(to + code - first);
}

/** Symbols of one or two letters as a formula has them; a part with a longer word is words. */
const symbols = (part) => (/\p{L}{3}/u.test(part) ? part : Array.from(part, slanted).join(""));

/**
 * Write into a text element: words, or letters of a formula with _ and ^ for what stands below and above: "w_1",
 * "x^{(2)}". Everything is placed by `dy`: engines differ in what they take for a font's middle, and Firefox knows
 * baseline-shift only from version 149 on.
 * @type {(text: SVGTextElement, words: string, math: boolean) => void}
 */
export function write(text, words, math) {
  if (text.dataset.shown === words) return;
  text.dataset.shown = words;
  if (!math) {
    text.setAttribute("dy", `${LINE.words}em`);
    return void (text.textContent = words);
  }
  text.classList.toggle("ex-symbols", isShipped());
  let stands = 0;
  const parts = Array.from(words.matchAll(PART), ([, shift, braced, single, plain]) => {
    const [place, size] = [LINE.math + (shift ? SHIFT[shift] : 0), shift ? SCRIPT : 1];
    const part = node("tspan", { dy: `${((place - stands) / size).toFixed(4)}em` });
    if (shift) part.setAttribute("font-size", `${100 * SCRIPT}%`);
    part.textContent = isShipped() ? symbols(plain ?? braced ?? single) : (plain ?? braced ?? single);
    stands = place;
    return part;
  });
  text.replaceChildren(...parts);
}
