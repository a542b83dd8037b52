"""A widget beside the text that is about it: which text that is, and that it stays in view until the text is read."""

import json

import pytest
from docutils import nodes

from explorable.sphinx import beside, render
from tests.explorable.sphinx.tiny import build_book, built, widget, write_book

WORDS = "Of this figure much can be said, and all of it is said here, at length, in plain words. "
WIDE = {"width": 1280, "height": 800}
# A book that wants its figures beside the text leaves them the width (as this one's book.css does).
ROOM = ".bd-sidebar { display: none !important } .bd-page-width, .bd-article-container { max-width: none !important }"
INDEX = f"""# One

What comes before it.

{widget("first")}

{WORDS * 30}

{widget("second").replace('title="A', 'wide=True, title="A')}

{WORDS * 30}

## Little text

{widget("third")}

Three words more.
"""
BOXES = """(key) => {
  const figure = document.getElementById(key).getBoundingClientRect();
  return [figure.left, figure.top, figure.right, figure.bottom].map(Math.round);
}"""


def text(length, *, leads=False):
    return nodes.paragraph("", "x" * length, classes=[beside.LEADS] if leads else [])


def cell(html=""):
    return nodes.container("", render.explorable_widget("", html=html))


def test_text_goes_with_the_widget_before_it_and_what_leads_to_the_next_with_that():
    blocks = [text(10), cell(), text(20), text(30), text(5, leads=True), text(6, leads=True), cell(), text(40)]
    alone, groups = beside.parted(blocks)
    assert alone == []
    assert groups == [(blocks[:1], blocks[1], blocks[2:4]), (blocks[4:6], blocks[6], blocks[7:])]


def test_much_text_before_the_first_widget_stays_alone():
    blocks = [text(beside.MOST_BEFORE), text(1), text(5, leads=True), cell(), text(7)]
    alone, groups = beside.parted(blocks)
    assert alone == blocks[:2] and groups == [(blocks[2:3], blocks[3], blocks[4:])]
    assert beside.parted(blocks[:3]) == (blocks[:3], [])


@pytest.mark.parametrize(
    ("before", "after", "html", "paired"),
    [(1, beside.LEAST, "", True), (1, beside.LEAST - 2, "", False), (1, beside.LEAST, "ex-layout ex-spread", False)],
)
def test_a_wide_widget_and_one_with_little_text_go_across(before, after, html, paired):
    middle = cell(html)
    made = beside.laid([text(before)], middle, [text(after)])
    assert [type(node) for node in made] == (
        [beside.beside] if paired else [nodes.paragraph, type(middle), nodes.paragraph]
    )
    assert ("ex-across" in middle["classes"]) is not paired


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    folder = tmp_path_factory.mktemp("beside")
    write_book(folder, INDEX)
    config = folder / "_config.yml"
    config.write_text(
        config.read_text("utf-8").replace("  config:\n", "  config:\n    explorable_beside: true\n"), "utf-8"
    )
    return built(folder, build_book(folder))


@pytest.fixture
def opened(browser, html):
    def open_page(**size):
        page = browser.new_page(offline=True, viewport={**WIDE, **size})
        page.goto((html / "index.html").as_uri())
        page.add_style_tag(content=ROOM)
        page.wait_for_function("document.querySelectorAll('#first .ex-marks circle').length > 0")
        return page

    return open_page


def test_it_stays_in_view_while_its_text_is_read(opened):
    page = opened()
    words = page.locator(".ex-column p").nth(1)
    words.evaluate(
        "(words) => scrollTo({ top: words.getBoundingClientRect().bottom + scrollY - 700, behavior: 'instant' })"
    )
    left, top, right, bottom = page.evaluate(BOXES, "first")
    box = words.bounding_box()
    assert box["y"] < 0, "the text is as long as the test believes"
    assert left > box["x"] + box["width"], "beside the text"
    assert top >= 0 and bottom <= WIDE["height"] and right <= WIDE["width"]
    page.close()


def test_across_the_page_and_on_narrow_windows_it_stands_in_the_text(opened):
    page = opened()
    across = page.evaluate(BOXES, "second")
    beside = page.evaluate(BOXES, "first")
    assert across[2] - across[0] > 300 + beside[2] - beside[0], "a wide one has the whole width"
    page.set_viewport_size({"width": 1000, "height": 800})
    left, _, _, bottom = page.evaluate(BOXES, "first")
    box = page.locator(".ex-column p").nth(1).bounding_box()
    assert box["y"] >= bottom and abs(box["x"] - left) < 2
    page.close()


def test_a_low_window_makes_the_pictures_lower_and_paper_does_not(opened):
    page = opened(height=420)
    canvas = "document.querySelector('#first .ex-canvas').offsetHeight"
    low = page.evaluate(canvas)
    page.set_viewport_size(WIDE)
    page.wait_for_function(f"{canvas} > {low} + 40")
    high = page.evaluate(canvas)
    page.set_viewport_size({**WIDE, "height": 420})
    page.wait_for_function(f"{canvas} === {low}")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(canvas) == high
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(canvas) == low
    page.close()


DRAWINGS = """() => {
  const [chart] = explorable.widgets.get("first").charts, { draw } = chart;
  window.drawings = 0;
  chart.draw = (changed) => ((window.drawings += changed === null), draw(changed));
}"""
CALM = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"


@pytest.mark.parametrize("size", [{"height": 420}, {"width": 1400}, {"width": 1400, "height": 420}])
def test_another_window_is_drawn_for_once(opened, size):
    page = opened()
    page.evaluate(DRAWINGS)
    page.set_viewport_size({**WIDE, **size})
    page.wait_for_function("window.drawings > 0")
    page.evaluate(CALM)
    assert page.evaluate("window.drawings") == 1
    page.close()


def test_the_margin_of_the_theme_is_left_to_books_without_figures_beside_the_text(html):
    assert "full-width" not in (html / "index.html").read_text("utf-8")


def test_the_notebook_has_the_order_of_the_source(html):
    cells = json.loads((html / "_sources" / "index.ipynb").read_text("utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    places = [next(k for k, text in enumerate(texts) if part in text) for part in ("What comes before", WORDS.strip())]
    assert places == sorted(places) and "Three words more." in texts[-1]
