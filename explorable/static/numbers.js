// "Numbers as CSV": what the figures show at this state, one line a point, with all digits.
import { flat, middleOf, shapeOf } from "./arrays.js";
import { fill } from "./format.js";
import { bars, markPoints, series } from "./marks.js";
import { sourceOf } from "./scope.js";
import { saveText } from "./saving.js";
import { spoken } from "./values.js";
/** @import { Mark, Scope } from "./types.d.ts" */
/** @import { Widget } from "./widget.js" */

const COLUMNS = ["part", "mark", "series", "x", "y", "x2", "y2", "value"];
const list = (value) => (value === undefined ? [] : Array.from(flat(value)));

/** Rows of a grid of numbers: the middle of each cell, and its value. */
function cells(spec, { shape: [rows, columns], data }) {
  const [x, y] = [middleOf(spec.x, columns), middleOf(spec.y, rows)];
  return Array.from(data, (value, k) => ({ x: x(k % columns), y: y(Math.floor(k / columns)), value }));
}

/** Rows of lists that are equally long, or of one number for all. */
function together(lists) {
  const n = Math.max(...Object.values(lists).map(({ length }) => length));
  const at = (items, i) => (items.length === 1 ? items[0] : items[i]);
  return Array.from({ length: n }, (_, i) =>
    Object.fromEntries(Object.entries(lists).flatMap(([name, items]) => (items.length ? [[name, at(items, i)]] : []))),
  );
}

const points = (spec, scope) => {
  const { x, y } = markPoints(spec, scope);
  return together({ x: list(x), y: list(y) });
};

const places = (spec, scope) => together({ x: list(scope.read(spec.x)), y: list(scope.read(spec.y)) });

/** What a mark shows, point by point. @type {Record<string, (spec: Mark, scope: Scope) => any[]>} */
const ROWS = {
  line: (spec, scope) => {
    const { x, y, columns } = series(spec, scope);
    const many = y.length > columns;
    return Array.from(y, (value, i) => ({ x: x[i], y: value, row: many ? ` ${Math.floor(i / columns) + 1}` : "" }));
  },
  band: (spec, scope) => {
    const [y, y2] = [list(scope.read(spec.low)), list(scope.read(spec.high))];
    const x = list(scope.read(spec.x));
    return together({ x: x.length ? x : Array.from({ length: Math.max(y.length, y2.length) }, (_, i) => i), y, y2 });
  },
  bar: (spec, scope) => {
    const { y1, y2 } = bars(spec, scope);
    return together({ x: list(markPoints(spec, scope).x), y: list(y2), y2: list(y1) });
  },
  rule: places,
  arrow: (spec, scope) =>
    together({
      x: list(scope.read(spec.x1)),
      y: list(scope.read(spec.y1)),
      x2: list(scope.read(spec.x2)),
      y2: list(scope.read(spec.y2)),
    }),
  text: (spec, scope) => {
    const words = [spec.text].flat().map((word) => fill(word, scope));
    const [x, y] = [list(scope.read(spec.x)), list(scope.read(spec.y))];
    return together({ x: x.length ? x : words.map((_, i) => i), y, value: words });
  },
  dot: points,
  picture: places,
  raster: (spec, scope) => cells(spec, scope.read(spec.z)),
  contour: () => [], // of the numbers of a raster, or of an output
};

/** The rows of one chart, and the outputs that they hold. */
function chartRows(record, part, scope, used) {
  const { categories } = record.x;
  return record.marks
    .filter((mark) => !mark.pinned && scope.truthy(mark.when))
    .flatMap((mark) => {
      if (mark.mark !== "contour") for (const channel of Object.values(mark)) if (channel?.out) used.add(channel.out);
      const name = mark.label || sourceOf(mark.y ?? mark.z ?? mark.low ?? mark.x) || "";
      return ROWS[mark.mark](mark, scope).map(({ row = "", ...place }) => ({
        part,
        mark: mark.mark,
        series: name + row,
        ...place,
        x: categories?.[place.x] ?? place.x,
      }));
    });
}

/** Outputs that no chart shows, index by index. */
function outputRows(outputs, used) {
  return Object.entries(outputs)
    .filter(([name]) => !used.has(name))
    .flatMap(([name, value]) => {
      const shape = shapeOf(value);
      const place = (k) =>
        shape.length === 2 ? { x: k % shape[1], y: Math.floor(k / shape[1]) } : shape.length ? { x: k } : {};
      return list(value).map((number, k) => ({ part: "other output", series: name, ...place(k), value: number }));
    });
}

const cell = (value) => {
  const text = value === undefined || value === null ? "" : String(value);
  return /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
};

/** All of a widget's numbers. @type {(widget: Widget) => string} */
export function tableOf(widget) {
  const { scope, spec } = widget;
  const used = new Set();
  const settings = spec.controls.map((c) => ({
    part: "setting",
    series: c.label,
    mark: c.name,
    value: c.kind === "toggle" || c.kind === "choice" ? spoken(c, scope.values[c.name]) : widget.written(c.name),
  }));
  const charts = spec.figures.flatMap((figure, i) => {
    const record = figure.flat ?? figure;
    return record.marks ? chartRows(record, figure.title || `picture ${i + 1}`, scope, used) : [];
  });
  const readout = { part: "readout", value: widget.figure.querySelector(".ex-readout").textContent };
  const rows = [...settings, readout, ...charts, ...outputRows(scope.outputs, used)];
  return [COLUMNS, ...rows.map((row) => COLUMNS.map((name) => row[name]))]
    .map((row) => row.map(cell).join(","))
    .join("\r\n");
}

/** @type {(widget: Widget, say: (words: string) => void) => void} */
export const csv = (widget, say) => saveText(`\ufeff${tableOf(widget)}\r\n`, "text/csv", `${widget.key}.csv`, say);
