// A pad to draw a small gray picture on, by mouse, pen, finger or keys. Its style is drawing_pad.css.
import { node } from "./drawn.js";
/** @import { Pad, PadOptions } from "./types.d.ts" */

const MOST = 100; // strokes that can be taken back
const HELP = "Draw here. With keys: arrows move, Space paints, Shift + Space erases, Ctrl + Z takes a stroke back.";
const ARROWS = { ArrowRight: [0, 1], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowUp: [-1, 0] };

const within = (value, high) => Math.min(Math.max(value, 0), high);
const refuse = (name, given, allowed) => {
  throw new RangeError(`${name} is ${given}; allowed: ${allowed}`);
};

function element(tag, traits, ...children) {
  const made = Object.assign(document.createElement(tag), traits);
  made.append(...children);
  return made;
}

/** How much of a scaled and moved row of cells falls into each cell: `[weight of cell i in cell r]`, one list for r. */
const shares = (count, scale, shift) =>
  Array.from({ length: count }, (_, r) =>
    Array.from({ length: count }, (_cell, i) =>
      Math.max(0, Math.min(r + 1, (i + 1) * scale + shift) - Math.max(r, i * scale + shift)),
    ),
  );

/** Along one axis: the middle of the mass, and how long what is drawn is. @type {(sums: number[]) => number[]} */
function extent(sums) {
  const drawn = sums.flatMap((sum, i) => (sum > 0 ? [i] : []));
  const total = sums.reduce((all, sum) => all + sum, 0);
  return [sums.reduce((all, sum, i) => all + (i + 0.5) * sum, 0) / total, drawn.at(-1) - drawn[0] + 1];
}

/**
 * The picture as MNIST has it: scaled, so that the longer side of what is drawn measures `box` cells, and moved, so
 * that the center of its mass lies in the middle. Each cell becomes the mean of what falls into it; what would stand
 * outside is cut off. An empty picture stays one.
 * @type {(values: ArrayLike<number>, rows: number, columns: number, box: number) => Float64Array}
 */
export function centered(values, rows, columns, box) {
  if (values.length !== rows * columns) refuse("values.length", values.length, `rows * columns, ${rows * columns}`);
  if (!(box > 0)) refuse("box", box, "a number above 0");
  const picture = Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_cell, c) => values[r * columns + c]),
  );
  const result = new Float64Array(rows * columns);
  const sum = (numbers) => numbers.reduce((all, value) => all + value, 0);
  if (!picture.some((row) => row.some((value) => value > 0))) return result;
  const [middleY, height] = extent(picture.map(sum));
  const [middleX, width] = extent(picture[0].map((_, c) => sum(picture.map((row) => row[c]))));
  const scale = box / Math.max(height, width);
  const down = shares(rows, scale, rows / 2 - scale * middleY);
  const across = shares(columns, scale, columns / 2 - scale * middleX);
  const narrowed = picture.map((row) => across.map((weights) => sum(weights.map((weight, i) => weight * row[i]))));
  return result.map((_, at) => {
    const c = at % columns;
    return Math.min(1, sum(down[(at - c) / columns].map((weight, i) => weight * narrowed[i][c])));
  });
}

/** The distance of a point from a stretch of a line. */
function distance(x, y, [x0, y0], [x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const along = dx || dy ? Math.min(Math.max(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy), 0), 1) : 0;
  return Math.hypot(x - x0 - along * dx, y - y0 - along * dy);
}

/** What is drawn, and how it was before each stroke. */
class Picture {
  constructor(rows, columns, brush) {
    this.rows = rows;
    this.columns = columns;
    this.brush = brush;
    this.values = new Float64Array(rows * columns);
    this.past = [];
    this.underWay = false; // a stroke
  }

  /** Before a stroke. */
  begin() {
    this.underWay = true;
    this.past.push(this.values.slice());
    if (this.past.length > MOST) this.past.shift();
  }

  /** After a stroke; one that has changed nothing is forgotten. */
  end() {
    this.underWay = false;
    if (this.past.at(-1)?.every((value, at) => value === this.values[at])) this.past.pop();
  }

  /** The brush from one place to another, with a soft edge one cell wide; whether that has changed anything. */
  stroke(from, to, erase = false) {
    let changed = false;
    for (let at = 0; at < this.values.length; at++) {
      const column = at % this.columns;
      const far = distance(column + 0.5, (at - column) / this.columns + 0.5, from, to);
      const ink = within(this.brush + 0.5 - far, 1);
      const value = erase ? Math.min(this.values[at], 1 - ink) : Math.max(this.values[at], ink);
      changed ||= value !== this.values[at];
      this.values[at] = value;
    }
    return changed;
  }
}

/** The picture as elements of SVG, which follow the colors of the page: `show` draws it, `point` moves the cursor. */
function makeDrawing({ rows, columns, values }) {
  const cells = Array.from(values, (_, at) =>
    node("rect", { x: at % columns, y: Math.floor(at / columns), width: 1, height: 1, "fill-opacity": 0 }),
  );
  const lines = [
    ...Array.from({ length: columns - 1 }, (_, i) => `M${i + 1} 0v${rows}`),
    ...Array.from({ length: rows - 1 }, (_, i) => `M0 ${i + 1}h${columns}`),
  ];
  const thin = { "vector-effect": "non-scaling-stroke" };
  const grid = node("path", { class: "ex-pad-grid", d: lines.join(""), ...thin });
  const group = node("g", { class: "ex-pad-cells" });
  group.append(...cells);
  const halo = node("rect", { class: "ex-pad-halo", width: 1, height: 1, ...thin });
  const cursor = node("rect", { class: "ex-pad-cursor", width: 1, height: 1, ...thin });
  const drawing = node("svg", { viewBox: `0 0 ${columns} ${rows}`, "aria-hidden": "true" });
  drawing.append(group, grid, halo, cursor);
  const shown = new Float64Array(values.length);
  function show() {
    values.forEach((value, at) => {
      if (value === shown[at]) return;
      cells[at].setAttribute("fill-opacity", String(Math.round(1000 * value) / 1000));
      shown[at] = value;
    });
  }
  function point([row, column]) {
    for (const part of [halo, cursor]) {
      part.setAttribute("x", column);
      part.setAttribute("y", row);
    }
  }
  return { drawing, show, point };
}

/** Strokes of a pointer: the first that comes down draws, others beside it do nothing. */
function listenToPointers(ground, picture, drawn, done) {
  let [active, last] = [null, null];
  const placeOf = ({ clientX, clientY }) => {
    const { left, top, width, height } = ground.firstElementChild.getBoundingClientRect();
    return [((clientX - left) / width) * picture.columns, ((clientY - top) / height) * picture.rows];
  };
  const draw = (event) => {
    const to = placeOf(event);
    if (picture.stroke(last ?? to, to)) drawn();
    last = to;
  };
  const listen = (name, heard) => ground.addEventListener(name, heard);
  listen("mousedown", (event) => {
    event.preventDefault(); // no text beside the pad is selected
    ground.focus({ preventScroll: true });
  });
  listen("pointerdown", (event) => {
    if (active !== null || event.button !== 0) return;
    [active, last] = [event.pointerId, null];
    ground.setPointerCapture(active); // the stroke goes on where it leaves the pad
    picture.begin();
    draw(event);
  });
  listen("pointermove", (event) => event.pointerId === active && draw(event));
  for (const name of ["pointerup", "pointercancel"])
    listen(name, (event) => {
      if (event.pointerId !== active) return;
      active = null;
      done();
    });
}

const inWords = (value) => (value === 0 ? "empty" : value === 1 ? "full" : `${Math.round(100 * value)} percent`);

/** The keys of the pad: a cursor, and what it does. `say` speaks. */
function listenToKeys(ground, picture, point, { drawn, done, undo, say }) {
  const { rows, columns } = picture;
  let cursor = [Math.floor((rows - 1) / 2), Math.floor((columns - 1) / 2)];
  const tell = (words) => {
    const [row, column] = cursor;
    say(`${words}row ${row + 1}, column ${column + 1}: ${inWords(picture.values[row * columns + column])}`);
  };
  function go([down, right]) {
    cursor = [within(cursor[0] + down, rows - 1), within(cursor[1] + right, columns - 1)];
    point(cursor);
    tell("");
  }
  function dab(erase) {
    if (picture.underWay) return;
    const middle = [cursor[1] + 0.5, cursor[0] + 0.5];
    picture.begin();
    if (picture.stroke(middle, middle, erase)) drawn();
    done();
    tell(erase ? "Erased, " : "Painted, ");
  }
  point(cursor);
  ground.addEventListener("focus", () => ground.matches(":focus-visible") && tell(""));
  ground.addEventListener("keydown", (event) => {
    const { key, shiftKey } = event;
    if (event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (key.toLowerCase() !== "z" || shiftKey || !undo()) return;
    } else if (key in ARROWS) go(ARROWS[key]);
    else if (key === " ") dab(shiftKey);
    else return;
    event.preventDefault(); // the page does not scroll, and no widget around the pad takes the key
  });
}

let pads = 0; // so far, for names of their own

/** A RangeError if a pad cannot be made of this. */
function check(rows, columns, label, brush) {
  for (const [name, count] of Object.entries({ rows, columns }))
    if (!(Number.isInteger(count) && count >= 1 && count <= 64)) refuse(name, count, "a whole number from 1 to 64");
  if (typeof label !== "string" || !label.trim()) refuse("label", label, "the name of what is drawn");
  if (!(brush > 0)) refuse("brush", brush, "a number of cells above 0");
}

/**
 * A pad in an element, which it fills. `label` is its name, `brush` the radius of the brush in cells. `onChange` is
 * called with the picture after each change by the reader: gray values from 0 to 1, row by row, an array of its own.
 * @type {(element: HTMLElement, options: PadOptions) => Pad}
 */
export function drawingPad(
  place,
  { rows, columns, label, onChange, brush = Math.max(0.75, Math.max(rows, columns) / 20) },
) {
  check(rows, columns, label, brush);
  const picture = new Picture(rows, columns, brush);
  const { drawing, show, point } = makeDrawing(picture);
  const said = element("p", { className: "ex-pad-said" });
  said.setAttribute("role", "status");
  const help = element("p", { className: "ex-pad-help", id: `ex-pad-help-${++pads}`, textContent: HELP });
  const ground = element("div", { className: "ex-pad-ground", tabIndex: 0 }, drawing);
  ground.setAttribute("role", "application");
  ground.setAttribute("aria-label", `${label}, ${rows} by ${columns} cells`);
  ground.setAttribute("aria-describedby", help.id);
  const [back, wipe] = ["Undo", "Clear"].map((name) => element("button", { type: "button", textContent: name }));
  const say = (words) => (said.textContent = words);

  function refresh() {
    show();
    for (const [button, idle] of [
      [back, !picture.past.length],
      [wipe, picture.values.every((value) => value === 0)],
    ]) {
      if (idle && button.matches(":focus")) ground.focus({ preventScroll: true }); // what is idle cannot keep it
      button.disabled = idle;
    }
  }
  function done() {
    picture.end();
    refresh();
  }
  function drawn() {
    refresh();
    onChange?.(picture.values.slice());
  }
  function undo() {
    if (picture.underWay || !picture.past.length) return false;
    picture.values.set(picture.past.pop());
    drawn();
    say("The last stroke is taken back.");
    return true;
  }
  function clear() {
    if (picture.underWay || wipe.disabled) return;
    picture.begin();
    picture.values.fill(0);
    picture.end();
    drawn();
    say("The pad is empty.");
  }
  function set(values) {
    if (values.length !== picture.values.length) refuse("values.length", values.length, picture.values.length);
    picture.begin();
    picture.values.set(Array.from(values, (value) => within(value, 1)));
    done();
  }

  back.addEventListener("click", undo);
  wipe.addEventListener("click", clear);
  listenToPointers(ground, picture, drawn, done);
  listenToKeys(ground, picture, point, { drawn, done, undo, say });
  const actions = element("div", { className: "ex-pad-actions" }, back, wipe);
  const pad = element("div", { className: "ex-pad" }, ground, actions, help, said);
  pad.setAttribute("role", "group");
  pad.setAttribute("aria-label", label);
  place.append(pad);
  refresh();
  return { clear, set, undo, values: () => picture.values.slice() };
}
