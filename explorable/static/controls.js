// Wakes the native inputs of a widget: each tells the widget its new pick, and shows the pick it is given.
import { loadProgram } from "./core.js";
import { KINDS, clamp, spoken } from "./values.js";
/** @import { Control, Move, Pick, Show, Tell } from "./types.d.ts" */

const find = (box, selector) => box.querySelector(selector);

function slider(box, control, move) {
  const input = find(box, "input[type=range]");
  const output = find(box, ".ex-value");
  input.addEventListener("input", () => move(Number(input.value)));
  return (pick, exact = control.stops[pick]) => {
    const text = spoken(control, exact);
    if (Number(input.value) !== pick) input.value = pick;
    input.setAttribute("aria-valuetext", text);
    input.style.setProperty("--ex-done", control.stops.length > 1 ? pick / (control.stops.length - 1) : 0);
    if (output && output.textContent !== text) output.textContent = text;
  };
}

function choice(box, control, move) {
  const list = find(box, "select");
  if (list) {
    list.addEventListener("change", () => move(Number(list.value)));
    return (pick) => (list.value = pick);
  }
  const radios = Array.from(box.querySelectorAll("input[type=radio]"));
  for (const radio of radios) radio.addEventListener("change", () => radio.checked && move(Number(radio.value)));
  return (pick) => radios.forEach((radio) => (radio.checked = Number(radio.value) === pick));
}

function toggle(box, control, move) {
  const input = find(box, "input[type=checkbox]");
  input.addEventListener("change", () => move(input.checked));
  return (pick) => (input.checked = pick);
}

/**
 * A number field that only speaks up while it holds a number; left empty, it returns to the old one. A number outside
 * of [low, high] becomes the nearest one inside, and tell(sentence) says so; a number inside takes the sentence back.
 */
function listen(input, { name, span: [low, high], change, restore, tell }) {
  input.addEventListener("input", () => {
    const given = input.value === "" ? NaN : Number(input.value);
    if (!Number.isFinite(given)) return;
    const kept = clamp(given, low, high);
    tell(kept === given ? "" : `${name}: values are kept between ${low} and ${high}.`);
    change(kept);
  });
  input.addEventListener("change", restore);
}

// A field that is being typed into is left alone as long as it says the same number.
function put(input, value) {
  const typing = document.activeElement === input && input.value !== "" && Number(input.value) === value;
  if (!typing) input.value = String(Number(value.toPrecision(12)));
}

function point(box, control, move, current, tell) {
  const inputs = Array.from(box.querySelectorAll("input[type=number]"));
  const show = (pick) => inputs.forEach((input, i) => put(input, pick[i]));
  const limits = [control.x, control.y];
  inputs.forEach((input, i) => {
    const change = (value) => move(current().map((old, k) => (k === i ? value : old)));
    const name = `${control.label}, ${control.names[i]}`;
    listen(input, { name, span: limits[i], change, restore: () => show(current()), tell });
  });
  return show;
}

function numbers(box, control, move, current, tell) {
  const cells = find(box, ".ex-cells");
  const [add, remove] = [find(box, ".ex-add"), find(box, ".ex-remove")];

  function newCell() {
    const index = cells.children.length;
    const input = document.createElement("input");
    const { low: min, high: max, step } = control;
    Object.assign(input, {
      type: "number",
      min,
      max,
      step,
      id: `${cells.firstElementChild.id.replace(/\d+$/, "")}${index}`,
    });
    input.setAttribute("aria-label", `${control.label}, value ${index + 1}`);
    cells.append(wake(input, index));
  }
  function wake(input, index) {
    const change = (value) => move(current().map((old, i) => (i === index ? value : old)));
    listen(input, {
      name: control.label,
      span: [control.low, control.high],
      change,
      restore: () => show(current()),
      tell,
    });
    return input;
  }
  function show(pick) {
    while (cells.children.length > pick.length) cells.lastElementChild.remove();
    while (cells.children.length < pick.length) newCell();
    Array.from(cells.children).forEach((input, i) => put(input, pick[i]));
    if (!add) return; // as many as there must be
    add.disabled = pick.length >= control.max_count;
    remove.disabled = pick.length <= control.min_count;
  }

  Array.from(cells.children).forEach(wake);
  const middle = () => control.low + Math.round((control.high - control.low) / 2 / control.step) * control.step;
  if (add) add.addEventListener("click", () => move([...current(), current().at(-1) ?? middle()]));
  if (remove) remove.addEventListener("click", () => move(current().slice(0, -1)));
  pasting(find(box, ".ex-paste"), control, move);
  return show;
}

/** Numbers pasted as text, whatever stands between them. */
function pasting(box, control, move) {
  if (!box) return;
  const note = find(box, ".ex-note");
  find(box, "button").addEventListener("click", () => {
    const given = find(box, "textarea")
      .value.trim()
      .split(/[\s,;]+/)
      .filter(Boolean);
    const wrong = given.find((word) => !Number.isFinite(Number(word)));
    const pick = wrong === undefined ? KINDS.numbers.take(control, given.map(Number)) : null;
    const most = given.length > control.max_count ? ` Only the first ${control.max_count} are used.` : "";
    const outside = given.some((word) => Number(word) < control.low || Number(word) > control.high);
    const kept = outside ? ` Values are kept between ${control.low} and ${control.high}.` : "";
    if (wrong !== undefined) note.textContent = `“${wrong}” is not a number.`;
    else if (!pick) note.textContent = `At least ${control.min_count} numbers are needed.`;
    else note.textContent = `${pick.length} numbers in use.${most}${kept}`;
    if (pick) move(pick);
  });
}

/** The pad comes with what runs programs; until it is there, what it shall show waits. */
function drawing(box, control, move) {
  const { rows, columns, label } = control;
  const held = (values) => KINDS.drawing.take(control, values);
  let [pad, shown] = [null, null];
  const follow = () => {
    if (pad && shown && String(held(pad.values())) !== String(shown)) pad.set(Float64Array.from(shown));
  };
  loadProgram().then(({ drawingPad }) => {
    pad = drawingPad(find(box, ".ex-drawing"), { rows, columns, label, onChange: (values) => move(held(values)) });
    follow();
  });
  return (pick) => ((shown = pick), follow());
}

const WAKE = { slider, choice, toggle, numbers, point, drawing };

/**
 * Wake one control inside the widget's figure; returns show(pick). tell(sentence) remarks on what was entered.
 * @type {(figure: HTMLElement, control: Control, move: Move, current: () => Pick, tell: Tell) => Show}
 */
export function wakeControl(figure, control, move, current, tell) {
  const box = find(figure, `[data-control="${control.name}"]`);
  return box ? WAKE[control.kind](box, control, move, current, tell) : () => {};
}
