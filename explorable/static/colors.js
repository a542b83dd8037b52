// Colors where light-dark() is not known, before Chrome 123, Firefox 120 and Safari 17.5: one of each pair is put in.
import { isDark } from "./fields.js";

const PAIR = /light-dark\(\s*([^(),]+?)\s*,\s*([^(),]+?)\s*\)/;
const pairs = new WeakMap(); // element: [[property, light, dark], ...]
const isKnown = () => CSS.supports("color", "light-dark(red, red)");

function pairsOf(element) {
  if (!pairs.has(element)) {
    const found = Array.from(element.style, (name) => [name, PAIR.exec(element.style.getPropertyValue(name))]);
    pairs.set(
      element,
      found.filter(([, pair]) => pair).map(([name, [, light, dark]]) => [name, light, dark]),
    );
  }
  return pairs.get(element);
}

/**
 * Give an element with pairs in its style the colors of the theme that it stands in.
 * @type {(element: HTMLElement) => void}
 */
export function settleColors(element) {
  if (isKnown()) return;
  const dark = isDark(element);
  for (const [name, light, other] of pairsOf(element)) element.style.setProperty(name, dark ? other : light);
}
