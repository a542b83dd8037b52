"""The lines that a widget's menu gives for Python are run as they are, and compute the numbers that the page shows."""

import base64
import json

import numpy as np
import pytest

from tests.book import driver
from tests.book.pages import notebooks
from tests.book.records import MAKERS, records

# Every control to another place (a folded one, too), the lines of the menu, and the outputs that the page shows.
TAKE = """async (key) => {
  const widget = explorable.widgets.get(key);
  const other = {
    slider: (c) => (c.start + Math.ceil(c.stops.length / 3)) % c.stops.length,
    choice: (c) => (c.start + 1) % c.options.length,
    toggle: (c) => !c.start,
    numbers: (c) => c.start.map((x) => Math.max(c.low, x - c.step)),
    point: (c) => c.start.map((x, i) => Math.max([c.x, c.y][i][0], x - c.step)),
  };
  // A program is moved to a step of its own: long ways on which roundings grow are another test's.
  const { kind, clock } = widget.spec.model;
  if (kind === "program") widget.set({ [clock]: 30 });
  else for (const c of widget.spec.controls) widget.move(c.name, other[c.kind](c));
  for (let i = 0; i < 500 && (i < 1 || widget.evaluate.runs?.pending); i++) await new Promise(requestAnimationFrame);
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  widget.figure.querySelector(".ex-share > button").click();
  const entry = [...widget.figure.querySelectorAll(".ex-menu > button")].find((e) => e.textContent === "As Python");
  entry?.click();
  for (let i = 0; i < 100 && entry && !widget.figure.querySelector(".ex-given textarea"); i++)
    await new Promise((done) => setTimeout(done, 20));
  const lines = entry ? widget.figure.querySelector(".ex-given textarea").value : "";
  widget.menu.close();
  const packed = Object.entries(widget.outputs).map(([name, value]) => {
    const flat = Float64Array.from(value?.data ?? (ArrayBuffer.isView(value) ? value : [value]));
    return [name, btoa(Array.from(new Uint8Array(flat.buffer), (byte) => String.fromCharCode(byte)).join(""))];
  });
  widget.reset();
  return JSON.stringify([lines, Object.fromEntries(packed)]);
}"""
CLOSE = 2e-6  # of the largest number: what a packed table may be off by, and sums in another order


@pytest.mark.parametrize("name", notebooks())
def test_the_lines_for_python_compute_what_the_page_shows(visit, book, name):
    page, wires = visit(name), records(book, name)
    for key in driver.widget_keys(page):
        driver.show(page, key)
        lines, shown = json.loads(page.evaluate(TAKE, key))
        if not lines:
            assert name not in MAKERS, f"{key} has no lines"
            continue
        known = {"__name__": "lines"}
        exec(compile(lines, key, "exec"), known)
        assert known["numbers"], lines
        for output, value in known["numbers"].items():
            seen = np.frombuffer(base64.b64decode(shown[output]))
            made = np.ravel(np.asarray(value, float))
            finite = np.abs(made[np.isfinite(made)])
            wire = wires[key][0]["model"].get("outputs", {}).get(output, {})
            off = wire.get("scale", 0) if str(wire.get("dtype", "")).startswith("i") else 0
            allowed = CLOSE * max(finite, default=0) + off
            assert np.allclose(seen, made, rtol=0, atol=allowed, equal_nan=True), f"{key}, {output}:\n{lines}"
