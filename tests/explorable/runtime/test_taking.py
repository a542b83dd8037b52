"""What a reader takes out of a widget: its picture, its numbers, lines of Python; and how large it can be looked at."""

import base64
import csv
import shutil
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from tests.axe import violations

SVG = "{http://www.w3.org/2000/svg}"
PARTS = {"waves": ("rate", 30), "field": ("bend", 20), "cells": ("gain", 4), "bars": ("work", 3)}


@pytest.fixture
def taken(tmp_path):
    """taken(widget, entry): the file that an entry of the menu saves."""

    def take(widget, entry):
        widget.page.keyboard.press("Escape")
        with widget.page.expect_download() as waiting:
            widget.share(entry)
        path = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(path)
        assert widget.said() == f"{path.name} is in your downloads."
        return path

    return take


# The share of pixels that differ by more than smoothing does, of a picture and of a place in another one.
DIFFERENT = """async ([page, saved, box]) => {
  const load = (url) => new Promise((done) => { const i = new Image(); i.onload = () => done(i); i.src = url; });
  const [a, b] = [await load(page), await load(saved)];
  const pixels = (image, ...from) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: a.width, height: a.height });
    const context = canvas.getContext("2d");
    context.drawImage(image, ...from, 0, 0, a.width, a.height);
    return context.getImageData(0, 0, a.width, a.height).data;
  };
  const [one, two] = [pixels(a, 0, 0, a.width, a.height), pixels(b, ...box)];
  let differ = 0;
  for (let i = 0; i < one.length; i += 4)
    if (Math.max(...[0, 1, 2].map((c) => Math.abs(one[i + c] - two[i + c]))) > 96) differ++;
  return differ / (one.length / 4);
}"""
URL = "data:image/png;base64,"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("key", PARTS)
def test_the_saved_picture_looks_as_the_page_does(hand, taken, key, scheme):
    widget = hand(key, scheme=scheme)
    widget.slide(*PARTS[key])
    path = taken(widget, "Picture as PNG")
    saved = URL + base64.b64encode(path.read_bytes()).decode()
    widget.page.keyboard.press("Escape")
    canvas = widget.figure.locator(".ex-canvas").first
    seen = URL + base64.b64encode(canvas.screenshot()).decode()
    text = taken(widget, "Picture as SVG").read_text("utf-8")
    tree = ElementTree.fromstring(text)
    drawing = next(part for part in tree.iter(f"{SVG}svg") if part is not tree)
    place = [2 * (float(drawing.get(name)) + (20 if name in "xy" else 0)) for name in ("x", "y", "width", "height")]
    assert widget.page.evaluate(DIFFERENT, [seen, saved, place]) < 0.01
    assert "var(" not in text and "light-dark" not in text and "color(" not in text and "class=" not in text
    words = " ".join("".join(part.itertext()) for part in tree.iter(f"{SVG}text"))
    for wanted in (widget.figure.locator(".ex-title").inner_text(), widget.readout()):
        assert all(word in words for word in wanted.split())


def test_the_picture_says_the_state_that_it_shows(hand, taken):
    waves = hand("waves")
    waves.slide("rate", 30)
    text = taken(waves, "Picture as SVG").read_text("utf-8")
    assert "rate: 3.2 per second" in text and "shape: round" in text and "second wave" in text


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_holds_every_point_with_all_its_digits(hand, taken):
    waves = hand("waves")
    waves.slide("rate", 30)
    rows = rows_of(taken(waves, "Numbers as CSV"))
    assert {"part": "setting", "mark": "rate", "series": "rate", "value": "3.2"}.items() <= rows[0].items()
    found = [row for row in rows if row["series"] == "sum"]
    outputs = waves.page.evaluate("(() => { const o = explorable.widgets.get('waves').outputs; return [...o.sum]; })()")
    assert [float(row["y"]) for row in found] == outputs and len(outputs) == 200
    assert {row["part"] for row in found} == {"Displacement over time"}
    band = [(float(row["y"]), float(row["y2"])) for row in rows if row["series"] == "error band"]
    assert np.allclose(np.diff(band, axis=1), 0.6)
    assert rows[-1] == dict.fromkeys(rows[-1], "") | {"part": "other output", "series": "top", "value": "1"}


def test_the_table_of_a_surface_and_of_a_diagram(hand, taken):
    field = hand("field")
    rows = rows_of(taken(field, "Numbers as CSV"))
    cells = [row for row in rows if row["mark"] == "raster"]
    assert len(cells) == 1600 and float(cells[0]["x"]) == pytest.approx(-1.95)
    other = hand("cells")
    rows = rows_of(taken(other, "Numbers as CSV"))
    weights = [float(row["value"]) for row in rows if row["series"] == "w"]
    assert weights == pytest.approx(list(np.sin(np.arange(6) + 1)))
    names = hand("bars")
    rows = rows_of(taken(names, "Numbers as CSV"))
    assert [row["x"] for row in rows if row["mark"] == "bar"] == ["plain", "batch", "layer", "group"]


def test_lines_of_python_hold_the_present_values(hand):
    waves = hand("waves")
    lines = "f({rate}, {shape}, {band}, {{1: 2}})"
    waves.page.evaluate("(lines) => { document.getElementById('table').dataset.python = lines; }", lines)
    assert waves.figure.get_by_role("button", name="As Python").count() == 0, "nobody knows what made this one"
    table = hand("table")
    assert table.figure.get_by_role("button", name="As Python").count() == 0
    for key, value in {"waves": "f(3.2, 0, True, {1: 2})", "batch": "g([-1, 0.5, 2, 4], 0.01)"}.items():
        template = lines if key == "waves" else "g({x}, {eps})"
        page = hand(key).page
        found = page.evaluate(
            """async ([key, lines]) => {
              const widget = explorable.widgets.get(key);
              widget.figure.dataset.python = lines;
              if (key === "waves") widget.set({ rate: 3.2 });
              document.querySelector(`#${key} .ex-share > button`).click();
              await new Promise((done) => setTimeout(done, 200));
              const place = document.createElement("div");
              explorable.more.python(widget, () => 0, place);
              return place.querySelector("textarea").value;
            }""",
            [key, template],
        )
        assert found == value


SIZE = "(e) => { const { left, top, width, height } = e.getBoundingClientRect(); return [left, top, width, height]; }"


@pytest.mark.parametrize(("width", "height", "touch"), [(1280, 800, False), (360, 740, True)])
def test_enlarged_a_widget_fills_the_window_and_goes_back_as_it_was(hand, width, height, touch):
    waves = hand("waves", width=width, height=height, touch=touch)
    waves.slide("rate", 30)
    before = waves.picture(), waves.values()
    chart = waves.figure.locator(".ex-canvas").first.evaluate(SIZE)
    waves.share("Enlarge")
    waves.settle()
    assert waves.figure.evaluate(SIZE) == [0, 0, width, height]
    assert waves.page.evaluate("document.activeElement.textContent") == "Close"
    now = waves.figure.locator(".ex-canvas").first.evaluate(SIZE)
    assert now[3] > chart[3] and now[1] + now[3] <= height
    if not touch:
        assert now[3] > 1.5 * chart[3], "the picture is as high as there is room"
        box = waves.figure.locator(".ex-controls").evaluate(SIZE)
        assert box[0] + box[2] <= now[0], "the controls stand at its left"
    assert waves.changes(lambda: waves.slide("size", 30)) == (True, True)
    for _ in range(40):
        waves.page.keyboard.press("Tab")
        inside = "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        assert waves.page.evaluate(inside), "the focus stays in it"
    waves.page.keyboard.press("Escape")
    waves.settle()
    assert waves.page.locator("dialog").count() == 0
    assert waves.page.evaluate("document.activeElement.textContent") == "Menu"
    waves.slide("size", 40)
    waves.slide("size", waves.page.evaluate("explorable.widgets.get('waves').spec.controls[1].start"))
    assert (waves.picture(), waves.values()) == before
    waves.share("Enlarge")
    waves.figure.get_by_role("button", name="Close").click()
    assert waves.page.locator("dialog").count() == 0


def test_escape_closes_the_menu_before_what_is_enlarged(hand):
    waves = hand("waves")
    waves.share("Enlarge")
    waves.figure.get_by_role("button", name="Menu").click()
    waves.page.keyboard.press("Escape")
    assert waves.page.locator("dialog").count() == 1 and waves.figure.locator(".ex-menu").is_hidden()
    waves.page.keyboard.press("Escape")
    assert waves.page.locator("dialog").count() == 0


def test_a_diagram_and_two_pictures_grow_too(hand):
    for key in ("cells", "field"):
        widget = hand(key)
        widths = widget.figure.locator(".ex-canvas > svg:first-child").evaluate_all(f"(all) => all.map({SIZE})")
        widget.share("Enlarge")
        widget.settle()
        now = widget.figure.locator(".ex-canvas > svg:first-child").evaluate_all(f"(all) => all.map({SIZE})")
        assert all(new[2] * new[3] > 1.3 * old[2] * old[3] for new, old in zip(now, widths, strict=True))
        assert all(new[1] + new[3] <= 800 for new in now)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_enlarged_no_rule_of_accessibility_is_broken(hand, scheme):
    waves = hand("waves", scheme=scheme)
    waves.share("Enlarge")
    waves.figure.get_by_role("button", name="Menu").click()
    waves.figure.get_by_role("button", name="Keys").click()
    assert violations(waves.page, {"include": [["dialog"]]}, {"preload": False}) == []


def test_a_page_without_its_second_script_says_so(hand, tmp_path, site):
    shutil.copytree(site, tmp_path / "site")
    (tmp_path / "site" / "_static" / "explorable" / "more.js").unlink()
    waves = hand("waves", folder=tmp_path / "site")
    waves.share("Enlarge")
    assert waves.said() == "The file more.js could not be loaded."
    waves.page.watch.problems.clear()
