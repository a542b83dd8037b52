"""What a page puts off until its first figure is drawn: it comes, always, and on other pages nothing waits."""

import pytest

from tests.explorable.sphinx.tiny import build_book, built, page, widget, write_book

INDEX = f"""# One

Words.

## The widget

{widget()}

Words after it.

### Below it

## Later

Text.

### Deeper
"""
DRAWN = "() => document.querySelector('#square .ex-marks path, #square .ex-marks circle')"
THERE = """() => !document.querySelector('html.ex-opening, script[type="text/later"]') && !!window.bootstrap"""
# Notes, from the first moment on, whether the page was ever in its opening state.
WATCH = """window.wasOpening = []; new MutationObserver(() => window.wasOpening.push(
  document.documentElement.classList.contains("ex-opening"))).observe(document, {subtree: true, attributes: true});"""


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    folder = tmp_path_factory.mktemp("opening")
    write_book(folder, INDEX)
    return built(folder, build_book(folder))


def visit(browser, html, query="", *, broken=False, **context):
    made = browser.new_page(offline=True, **context)
    if broken:
        made.route("**/square-*.js", lambda route: route.abort())
    made.add_init_script(WATCH)
    made.goto((html / "index.html").as_uri() + query)
    return made


def test_sections_below_the_first_widget_and_only_they_wait(html):
    text = (html / "index.html").read_text(encoding="utf-8")
    below = {name: f'class="ex-below" id="{name}"' in text for name in ("the-widget", "below-it", "later", "deeper")}
    assert below == {"the-widget": False, "below-it": True, "later": True, "deeper": False}


def test_words_after_the_first_widget_wait_as_well(html, browser):
    made = browser.new_page(offline=True)
    made.goto((html / "index.html").as_uri())
    made.wait_for_function(THERE, timeout=20_000)
    way = (
        """() => [...document.querySelectorAll("#the-widget > *")].map((e) => getComputedStyle(e).contentVisibility)"""
    )
    assert set(made.evaluate(way)) == {"visible"}
    made.evaluate("document.documentElement.classList.add('ex-opening')")
    assert made.evaluate(way) == ["visible", "visible", "auto", "auto"]  # heading, widget, words, section
    made.close()


def test_everything_comes_when_the_first_figure_is_drawn(html, browser):
    opened = visit(browser, html)
    opened.wait_for_function(THERE, timeout=20_000)
    assert any(opened.evaluate("window.wasOpening"))
    assert opened.evaluate(DRAWN) is not None
    assert opened.evaluate("getComputedStyle(document.querySelector('#later')).contentVisibility") == "visible"
    opened.close()


def test_everything_comes_although_no_figure_can_be_drawn(html, browser):
    opened = visit(browser, html, broken=True)
    opened.wait_for_function(THERE, timeout=20_000)
    assert opened.evaluate(DRAWN) is None
    opened.close()


def test_a_page_that_opens_at_a_section_waits_for_nothing(html, browser):
    opened = visit(browser, html, "#later")
    opened.wait_for_function(THERE, timeout=20_000)
    assert not any(opened.evaluate("window.wasOpening"))
    opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_is_decided_before_the_first_paint(html, browser, scheme):
    opened = visit(browser, html, color_scheme=scheme)
    opened.wait_for_function(THERE, timeout=20_000)
    assert opened.evaluate("document.documentElement.dataset.theme") == scheme
    opened.close()


def test_pages_without_widgets_wait_for_nothing_and_only_the_search_page_loads_the_search(html):
    second, index, search = (page(html.parent.parent, name) for name in ("second", "index", "search"))
    assert "text/later" in index and "text/later" not in second
    assert "bootstrap.js" in second and "early.js" not in second
    assert "searchindex.js" in search
    for text in (index, second):
        assert "searchindex.js" not in text and "searchtools.js" not in text and "language_data.js" not in text
        assert 'name="viewport"' in text
