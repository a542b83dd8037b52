"""Predictions that are drawn: their axes and what is so, and how a curve is drawn, compared, remembered and spoken."""

import contextlib
import itertools
import json
import re

import numpy as np
import pytest
from playwright.sync_api import TimeoutError

from bnbook.sphinx import curves
from tests.book import driver
from tests.book.test_predictions import faults, stored
from tests.book.test_questions import build, opened
from tests.explorable.sphinx import tiny

LINE = ":curve: (range(5), [10, 20, 30, 40, 50])\n:x: step\n:y: share\n:low: 0\n:high: 100\n:unit: %"
GOOD = f"""# One

:::{{predict}} Draw the *share*, step by step.
:name: p-share
{LINE}

It *rises*.
:::

:::{{predict}} And the error?
:name: p-error
:curve: (10.0 ** np.arange(-8, 1), 10.0 ** np.abs(np.arange(-8, 1) + 3) / 1e6)
:x: step h
:y: error
:low: 1e-8
:high: 1
:scale: log
:x-scale: log
:::
"""
OPTIONS = {"x": "step", "y": "share", "low": "0", "high": "100"}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn")
    return tiny.built(folder, build(folder, GOOD))


def test_places_heights_and_ticks_are_those_of_the_expression():
    made = curves.curve(OPTIONS | {"curve": "([0, 1, 3, 4], [0, 50, 25, 100])", "unit": "%"})
    assert made["x"]["places"] == [0, 0.25, 0.75, 1] and made["truth"] == [0, 0.5, 0.25, 1]
    assert made["said"] == ["0 %", "50 %", "25 %", "100 %"]
    assert made["y"]["ticks"][0] == [0, "0"] and made["y"]["label"] == "share (%)" and made["span"] == 100
    assert len(made["y"]["shown"]) == curves.LEVELS and made["y"]["shown"][50] == "50 %"


def test_a_logarithmic_axis_is_even_in_decades_and_writes_powers():
    log = {"scale": "log", "x-scale": "log", "low": "1e-8", "high": "1"}
    made = curves.curve(OPTIONS | log | {"curve": "([1e-4, 1e-3, 1e-2, 1], [1e-8, 2e-6, 1e-4, 1])"})
    assert made["x"]["places"] == [0, 0.25, 0.5, 1] and made["span"] == pytest.approx(8) and made["log"]
    assert made["truth"] == pytest.approx([0, (2 + np.log10(2)) / 8, 0.5, 1], abs=1e-4)
    assert made["said"] == ["10⁻⁸", "2\xa0×\xa010⁻⁶", "0.0001", "1"]
    assert made["y"]["ticks"][0] == [0, "10⁻⁸"]
    assert made["answer"].startswith("Share by step: 10⁻⁸ at 0.0001, 2\xa0×\xa010⁻⁶ at 0.001")


BAD = [
    ({"y": None}, "needs the option 'y'"),
    ({"high": "-1"}, "allowed is a low below high"),
    ({"high": "40"}, "the curve is 50 at 4, not between low, 0, and high, 40"),
    ({"curve": "3"}, "gives no two lists"),
    ({"curve": "(range(5), range(4))"}, "allowed is one length"),
    ({"curve": "(range(3), range(3))"}, "3 places; allowed are 4 to 60"),
    ({"curve": "([0, 2, 1, 3], range(4))"}, "allowed are finite, rising places"),
    ({"curve": "(range(4), [0, 1, np.nan, 2])"}, "allowed are finite, rising places"),
    ({"curve": "1 / 0"}, "ZeroDivisionError"),
    ({"scale": "log"}, "allowed with a logarithmic scale are numbers above 0"),
]


@pytest.mark.parametrize(("change", "words"), BAD)
def test_what_does_not_fit_together_is_refused(change, words):
    options = OPTIONS | {"curve": "(range(5), [10, 20, 30, 40, 50])"} | change
    with pytest.raises(ValueError, match=re.escape(words)):
        curves.curve({name: value for name, value in options.items() if value is not None})


def test_an_option_of_a_slider_fails_the_build(tmp_path):
    good, said = build(tmp_path, f"# One\n\n:::{{predict}} What?\n{LINE}\n:answer: 3\n:::\n")
    assert not good and "'answer' does not go with a curve" in re.sub(r"\x1b\[[0-9;]*m", "", said)


def test_it_can_be_read_without_a_script_and_only_its_page_loads_one(pages):
    text = (pages / "index.html").read_text(encoding="utf-8")
    assert "A curve of share (%), 0 % to 100 %, over step, 0 to 4." in text
    assert "<strong>Share (%) by step: 10 % at 0, 20 % at 1, 30 % at 2, 40 % at 3, 50 % at 4</strong>" in text
    assert text.index("drawing.js") < text.index("question.js")
    assert "drawing" not in (pages / "second.html").read_text(encoding="utf-8")


def test_in_a_notebook_it_is_plain_markdown(book):
    cells = json.loads((book / "_sources" / "chapters" / "05_smoothness.ipynb").read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    assert "Draw its squared length in each layer.\n\n<details><summary>Answer</summary>\n\n**Squared length by" in text


# In the browser

LEVELS = (
    "box => box.querySelector('path.bn-guess').getAttribute('d').slice(1).split('L').map((p) => 100 - p.split(',')[1])"
)


def levels(box):
    return box.evaluate(LEVELS)


@pytest.mark.parametrize(("way", "width"), [("mouse", 1280), ("mouse", 360), ("touch", 360)])
def test_a_stroke_is_the_curve_that_is_compared(watched_page, pages, way, width):
    page = opened(watched_page, pages, touch=way == "touch", width=width)
    box, press = page.locator("#p-share"), driver.presser(page, way)
    said = box.locator(".bn-said")
    press(box.locator(".bn-check"))
    assert said.inner_text() == "Draw a curve first, or let it be shown." and stored(page) == {}
    box.locator(".bn-plane").scroll_into_view_if_needed()
    plane = box.locator(".bn-plane").bounding_box()
    spot = lambda x, y: (plane["x"] + x * plane["width"], plane["y"] + (1 - y) * plane["height"])
    scrolled = page.evaluate("scrollY")
    driver.drag(page, way, spot(0.01, 0.2), spot(0.99, 0.6))
    assert page.evaluate("scrollY") == scrolled, "a stroke scrolls nothing"
    assert said.inner_text() == "" and box.locator(".bn-hint").is_hidden()
    np.testing.assert_allclose(levels(box), [20, 30, 40, 50, 60], atol=3)
    for _ in range(3):  # a browser loses a tap now and then, most often right after a stroke
        page.evaluate(driver.REST)  # a tap on a page that still glides only stops it
        press(box.locator(".bn-check"))
        with contextlib.suppress(TimeoutError):
            said.filter(has_text="On average").wait_for(timeout=5000)  # a tap becomes a click some time later
            break
    first, second = said.inner_text().split("\n\n")
    assert re.match(r"On average you were off by \d+(\.\d)? %\. At \d you drew \d+ %; it is \d0 %\.$", first)
    assert 8 <= float(first.split()[6]) <= 12 and second == "It rises."
    assert box.locator("path.bn-so").get_attribute("d") == "M0,90L25,80L50,70L75,60L100,50"
    assert box.locator(".bn-key").inner_text().split() == ["your", "guess", "so", "it", "is"]
    assert box.locator(".bn-pen").is_hidden() and len(stored(page)) == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_keys_lead_along_and_raise(watched_page, pages):
    page = opened(watched_page, pages)
    pen = page.locator("#p-share .bn-pen")
    pen.focus()
    assert pen.get_attribute("aria-valuetext") == "at 0: nothing yet"
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "PageUp", "End", "ArrowRight", "PageDown", "PageDown", "Home"):
        page.keyboard.press(key)
    box = page.locator("#p-share")
    assert levels(box) == [49, 54, 59, 49, 39] and pen.get_attribute("aria-valuetext") == "at 0: 49 %"
    assert pen.locator(".bn-dot").evaluate("e => getComputedStyle(e).opacity") == "1"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    said = box.locator(".bn-said p").first.inner_text()
    assert said == "On average you were off by 24 %. At 0 you drew 49 %; it is 10 %."


def test_on_a_logarithmic_axis_the_distance_is_a_factor(watched_page, pages):
    page = opened(watched_page, pages)
    box = page.locator("#p-error")
    box.locator(".bn-pen").press("PageUp")
    box.locator(".bn-check").click()
    said = "On average you were off by a factor of 20. At 0.001 you drew 0.00063; it is 10⁻⁶."
    assert box.locator(".bn-said").inner_text() == said  # 2.2, 1.2, 0.2, ... decades, 1.31 on average


def test_a_curve_is_remembered_and_forgotten_and_can_be_shown(watched_page, pages):
    page = opened(watched_page, pages)
    box = page.locator("#p-share")
    box.locator(".bn-pen").press("ArrowUp")
    box.locator(".bn-check").click()
    assert json.loads(stored(page)["answers: Tiny"]) == {"index#p-share": "51 51 51 51 51"}
    page.reload()
    assert "At 0 you drew 51 %; it is 10 %." in box.locator(".bn-said").inner_text() and levels(box) == [51] * 5
    page.locator(".bn-forget button").click()
    assert box.locator("path.bn-guess").get_attribute("d") == "" and box.locator("path.bn-so").get_attribute("d") == ""
    assert box.locator(".bn-pen").is_visible() and stored(page) == {}
    box.locator(".bn-skip").click()
    assert box.locator(".bn-said").inner_text().split("\n\n") == ["So it is.", "It rises."] and stored(page) == {}
    assert box.locator(".bn-key").inner_text() == "so it is"
    box.locator(".bn-check").click()
    assert box.locator("path.bn-so").get_attribute("d") == "" and box.locator(".bn-hint").is_visible()


@pytest.mark.parametrize("kept", ["5 5", "1 2 3 4 x", "1 2 3 4 101", "1 2 3 4 5.5"])
def test_a_curve_of_another_version_is_not_taken(watched_page, pages, kept):
    page = opened(watched_page, pages)
    page.evaluate("(kept) => localStorage.setItem('answers: Tiny', JSON.stringify({ 'index#p-share': kept }))", kept)
    page.reload()
    assert page.locator(".bn-alive").count() == 2 and page.locator(".bn-said:not(:empty)").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_before_and_after_and_words_stay_apart(watched_page, pages, width, scheme):
    page = opened(watched_page, pages, width=width, scheme=scheme)
    page.locator("#p-error .bn-check").scroll_into_view_if_needed()
    assert faults(page, ".bn-prediction") == []
    page.locator("#p-share .bn-pen").press("ArrowUp")
    page.locator("#p-share .bn-check").click()
    page.locator("#p-error .bn-skip").click()
    assert faults(page, ".bn-prediction") == []
    boxes = [tick.bounding_box() for tick in page.locator("#p-error .bn-x").all()]
    assert all(a["x"] + a["width"] < b["x"] for a, b in itertools.pairwise(boxes))
    assert all(box["x"] >= 0 for box in (tick.bounding_box() for tick in page.locator(".bn-y").all()))


def test_it_is_spoken_and_printed(watched_page, pages):
    page = opened(watched_page, pages)
    box = page.locator("#p-share")
    assert 'slider "Your curve: share (%) over step"' in box.aria_snapshot()
    box.locator(".bn-skip").click()
    assert 'img "Share (%) by step: 10 % at 0, 20 % at 1' in box.aria_snapshot()
    page.emulate_media(media="print")
    assert box.locator(".bn-draw").is_hidden() and box.locator(".bn-range").is_visible()
    assert box.locator(".bn-explanation").is_visible()


def test_the_figure_beside_it_waits_for_the_curve_or_a_touch(book, watched_page):
    page = watched_page(book / "chapters" / "05_smoothness.html")
    box, figure = page.locator("#p-explosion"), page.locator("figure#other-side")
    blurred = lambda: figure.locator(".ex-figures").evaluate("e => getComputedStyle(e).filter") != "none"
    box.locator(".bn-check").scroll_into_view_if_needed()
    assert blurred() and "The figure waits" in box.locator(".bn-help").inner_text()
    box.locator(".bn-skip").click()
    assert not blurred()
    box.locator(".bn-check").click()
    assert blurred()
    figure.locator("input[type=range]").first.press("ArrowLeft")
    assert not blurred() and not box.evaluate("e => e.matches('.bn-told')")
    page.reload()
    page.locator("a.ex-set[data-key=other-side]").first.click()
    assert not blurred()
