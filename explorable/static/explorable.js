// The entry: what data files, pages and notebooks find in the one global, `explorable`.
import { ex, base, Problem } from "./core.js";
import { format } from "./format.js";
import { inflate } from "./inflate.js";
import { decodeFloats, openModel } from "./data.js";
import { makeScope } from "./scope.js";
import { ticks, nice } from "./ticks.js";
import { drawContour } from "./contours.js";
import { moverOf } from "./movers.js";
import { frameOf, drawAxes } from "./axes.js";
import { write } from "./letters.js";
import { createDiagram } from "./diagram.js";
import { Widget } from "./widget.js";
import { mount, startPage } from "./start.js";
import { sentenceOf } from "./sentence.js";
import "./embedding.js";

Object.assign(ex, { format, decodeFloats });

// What notebook/view.js mounts widgets with; and, from the second line on, what tests ask by itself, and nobody else.
ex.parts = { Problem, Widget, openModel };
Object.assign(ex.parts, {
  createDiagram,
  drawAxes,
  drawContour,
  frameOf,
  inflate,
  makeScope,
  moverOf,
  nice,
  sentenceOf,
  ticks,
  write,
});

// In a notebook nothing starts by itself: it mounts each widget where its output stands.
if (base !== null) {
  ex.mount = mount;
  startPage();
}
