"""Axes that hold numbers of all sizes, legend keys that look like their marks."""

import demo
import numpy as np
import pytest

import explorable as ex
from tests import symlog
from tests.book.drawn import number_on

EDGE = 2
VALUES = {"calm": [-1.5, -1, 0, 1, 2], "wild": [-1.1e6, -1, 0, 1, 3.2e15], "beyond": [-1e40, 5, 0, 1e-9, -3]}


def widget():
    javascript = f"return {{y: Float64Array.from({list(VALUES.values())}[v.which])}};"
    python = lambda which: {"y": list(VALUES.values())[which]}
    marks = [
        ex.Bar(np.arange(5.0), "y", color="first", label="patch"),
        ex.Line(np.arange(5.0), "y", color="second", label="thin", width=1, opacity=0.4),
        ex.Line(np.arange(5.0), "y", color="second", label="thick", width=4),
        ex.Line(np.arange(5.0), "y", color="second", label="dashed", dash=True),
        ex.Line(np.arange(5.0), "y", color="second", label="dotted", dash="dots"),
        ex.Arrow(0, 0, 1, 1, color="second", label="arrow"),
        ex.Dot(np.arange(5.0), "y", color="third", label="dots"),
        ex.Dot(0, 0, color="third", label="triangle", symbol="triangle"),
        ex.Dot(0, 0, color="third", label="square", symbol="square"),
    ]
    return ex.Explorable(
        "sizes",
        "All sizes",
        [ex.Choice("which", "which", options=dict(enumerate(VALUES)), start=0)],
        demo.Handmade(javascript, python),
        ex.Chart(marks, x=ex.Axis("place"), y=ex.Axis("size", symlog=EDGE), alt="Dots."),
        "{y[0]:.3g}",
        "See.",
    )


def show(page, which):
    page.evaluate(
        "(which) => { const w = explorable.widgets.get('sizes'); w.move('which', which); if (w.waiting) w.frame(); }",
        which,
    )


@pytest.mark.parametrize("which", range(len(VALUES)))
def test_numbers_of_all_sizes_stand_apart_on_a_symlog_axis(page, which):
    show(page, which)
    values = np.array(list(VALUES.values())[which], float)
    places = np.array(
        page.locator(".ex-marks circle").evaluate_all("all => all.map((e) => Number(e.getAttribute('cy')))")
    )
    order = np.argsort(values)
    assert (np.diff(places[order]) < -1).all() or which == 2  # 0 and a billionth may coincide
    ticks = page.locator(".ex-tick-y").evaluate_all(
        "all => all.map((e) => [e.textContent, Number(e.getAttribute('y'))])"
    )
    labels = np.array([number_on(word)[0] for word, _ in ticks])
    at = np.array([at for _, at in ticks])
    assert len(ticks) >= 3 and 0 in labels and (np.abs(np.diff(at)) > 12).all(), ticks  # readable
    # Ticks and dots keep to one scale, that of the reference.
    slope, foot = np.polyfit(symlog.bend(labels, EDGE), at, 1)
    assert np.abs(slope * symlog.bend(labels, EDGE) + foot - at).max() < 0.1
    assert np.abs(slope * symlog.bend(values, EDGE) + foot - places).max() < 0.6
    frame = page.locator(".ex-marks clipPath rect").evaluate("e => [e.y.baseVal.value, e.height.baseVal.value]")
    assert frame[0] <= places.min() and places.max() <= sum(frame)


def test_a_symlog_axis_stays_while_everything_fits_its_linear_part(page):
    show(page, 0)
    words = page.locator(".ex-tick-y").all_text_contents()
    assert words == ["−2", "−1", "0", "1", "2"]


def test_no_two_keys_of_a_legend_look_alike(page):
    looks = page.locator(".ex-key").evaluate_all(LOOKS)
    assert len(looks) == 9 and len(set(looks)) == 9, looks


LOOKS = """all => all.map((e) => {
  const s = getComputedStyle(e, "::before");
  const parts = ["width", "borderTopWidth", "borderTopStyle", "borderTopColor", "backgroundColor", "clipPath"];
  return [...parts, "borderRadius", "opacity"].map((part) => s[part]).join(" ");
})"""


@pytest.mark.parametrize("wrong", [0, -1, "two", True])
def test_a_useless_edge_is_refused(wrong):
    with pytest.raises(ex.DeclarationError, match="symlog is a positive number"):
        ex.Axis(symlog=wrong).check("y axis")
