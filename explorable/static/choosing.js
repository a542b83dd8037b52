// Elements of a picture that choose a value: radios for a choice or slider, a switch for a toggle.
import { describe } from "./movers.js";
/** @import { Choosing } from "./types.d.ts" */
/** @import { Widget } from "./widget.js" */

const ARROWS = { ArrowRight: [1, 0], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowUp: [0, -1] };

/** The element that follows one in the list, in the sense of an arrow; after the last comes the first. */
function inOrder(element, others, [dx, dy]) {
  return others[(others.indexOf(element) + dx + dy + others.length) % others.length];
}

const middle = (element) => {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return [(left + right) / 2, (top + bottom) / 2];
};

/** The element that lies next to one in the direction of an arrow, or where there is none, that element itself. */
function inPlace(element, others, [dx, dy]) {
  const [x, y] = middle(element);
  let [best, least] = [element, Infinity];
  for (const other of others) {
    const [right, down] = middle(other).map((at, axis) => at - [x, y][axis]);
    const ahead = right * dx + down * dy;
    const aside = Math.abs(right * dy) + Math.abs(down * dx);
    const far = ahead + 2 * aside;
    if (ahead > 1 && aside <= 1.5 * ahead && far < least) [best, least] = [other, far];
  }
  return best;
}

const isShown = ({ element }) => element.style.display !== "none";

/** Around a dot lies a place for a finger, and those of close dots overlap: of all under the pointer, the nearest. */
function pointedAt(event, member, members) {
  if (!event.target.matches(".ex-hit, .ex-ring")) return member;
  const under = document.elementsFromPoint(event.clientX, event.clientY);
  const distance = ({ element }) => {
    const [x, y] = middle(element);
    return Math.hypot(event.clientX - x, event.clientY - y);
  };
  const meant = members.filter(
    (other) => other.control === member.control && under.some((part) => other.element.contains(part)),
  );
  return meant.reduce((best, other) => (distance(other) < distance(best) ? other : best), member);
}

/**
 * Elements that share a control form one group: one tab stop, arrow keys inside. The keys follow the places of the
 * elements if these lie in a plane, else their order.
 * @type {(widget: Widget, plane?: boolean) => Choosing}
 */
export function makeGroup(widget, plane = false) {
  const members = [];

  const press = (member) => {
    const { control, pick } = member;
    widget.move(control.name, control.kind === "toggle" && widget.picks[control.name] === pick ? !pick : pick);
  };

  function onKey(event, member) {
    if (event.key === "Enter" || event.key === " ") press(member);
    else if (event.key in ARROWS) {
      const alike = members
        .filter((other) => other.control === member.control && isShown(other))
        .map((other) => other.element);
      const found = (plane ? inPlace : inOrder)(member.element, alike, ARROWS[event.key]);
      const next = members.find((other) => other.element === found);
      next.element.focus();
      if (next.control.kind !== "toggle") press(next);
    } else return;
    event.preventDefault();
  }

  /** `pick` is what the control is set to when `element` is chosen. */
  function add(element, control, pick, label) {
    const member = { element, control, pick };
    members.push(member);
    element.setAttribute("role", control.kind === "toggle" ? "button" : "radio");
    element.setAttribute("aria-label", label);
    element.classList.add("ex-choosable");
    element.addEventListener("click", (event) => press(pointedAt(event, member, members)));
    element.addEventListener("keydown", (event) => onKey(event, member));
  }

  /** Show what is chosen now. */
  function show() {
    const reached = new Set(); // controls that have their tab stop
    const chosen = (member) => widget.picks[member.control.name] === member.pick;
    for (const member of members) if (chosen(member) && isShown(member)) reached.add(member.control);
    const open = new Set(reached);
    for (const member of members) {
      const { element, control } = member;
      const on = chosen(member);
      const stop = isShown(member) && (on || control.kind === "toggle" || !open.has(control));
      if (stop) open.add(control);
      describe(element, { [control.kind === "toggle" ? "aria-pressed" : "aria-checked"]: on, tabindex: stop ? 0 : -1 });
      element.classList.toggle("ex-chosen", on);
    }
  }

  const clear = () => members.splice(0);
  return { add, show, clear, members };
}
