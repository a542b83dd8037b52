"""Every widget of the book draws, every control answers to mouse, keyboard and touch, an address keeps its state."""

import pytest

from tests.book import driver
from tests.book.pages import notebooks


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", notebooks())
def test_every_widget_draws(book, watched_page, name, width):
    page = watched_page(book / f"{name}.html", width=width)
    for key in driver.widget_keys(page):
        driver.show(page, key)
        figure = page.locator(f"#{key}")
        assert figure.locator(".ex-problem").is_hidden(), f"{key}: {figure.locator('.ex-problem').text_content()}"
        boxes = figure.locator(".ex-canvas").evaluate_all(
            "boxes => boxes.map(box => { const drawn = box.querySelector('svg, canvas, .js-plotly-plot');"
            " const area = drawn?.getBoundingClientRect();"
            " return drawn ? [area.width, area.height, drawn.querySelectorAll('*').length] : [0, 0, 0]; })"
        )
        assert boxes and all(w > 50 and h > 20 and parts > 3 for w, h, parts in boxes), f"{key}: {boxes}"
        assert figure.locator(".ex-readout").text_content().strip(), f"{key} has an empty readout"


@pytest.mark.parametrize("way", ["mouse", "keyboard", "touch"])
@pytest.mark.parametrize("name", notebooks())
def test_every_control_changes_the_picture_or_the_readout(book, watched_page, name, way):
    page = watched_page(book / f"{name}.html", width=1280 if way != "touch" else 390, touch=way == "touch")
    dead = []
    for key in driver.widget_keys(page):
        driver.show(page, key)
        found = driver.controls(page, key)
        dead += [
            f"{key}: {control} ({kind})" for control, kind in found if not answers(page, key, control, kind, way, found)
        ]
    assert not dead, f"by {way}, nothing changes with " + ", ".join(dead)


def answers(page, key, name, kind, way, found):
    """Whether one move of this control changes something, from the start or with another choice made beforehand.

    A control may rule only part of a widget's states (the weight of the fifth layer, with three layers shown).
    """
    for prepare in [None, *((other, k) for other, k in found if other != name and k in ("toggle", "choice"))]:
        driver.reset(page, key)
        if prepare:
            for _ in driver.operate(page, key, *prepare, "keyboard"):
                break
        before, value = driver.look(page, key), driver.values(page, key)[name]
        for _ in driver.operate(page, key, name, kind, way):
            if driver.look(page, key) != before and driver.values(page, key)[name] != value:
                return True
    return False


@pytest.mark.parametrize("name", notebooks())
def test_reset_brings_the_start_back(book, watched_page, name):
    page = watched_page(book / f"{name}.html")
    for key in driver.widget_keys(page):
        driver.show(page, key)
        start = driver.values(page, key)
        change_all(page, key)
        assert driver.values(page, key) != start, key
        driver.reset(page, key)
        assert driver.values(page, key) == start, key


@pytest.mark.parametrize("name", notebooks())
def test_state_is_restored_from_the_address(book, watched_page, name):
    page = watched_page(book / f"{name}.html", permissions=["clipboard-write"])
    expected = {}
    for key in driver.widget_keys(page):
        driver.show(page, key)
        change_all(page, key)
        page.locator(f"#{key} .ex-link").click()
        expected[key] = driver.values(page, key), page.locator(f"#{key} .ex-readout").text_content()
    again = watched_page(page.url)
    for key, (values, readout) in expected.items():
        driver.show(again, key)
        assert driver.values(again, key) == values, key
        assert again.locator(f"#{key} .ex-readout").text_content() == readout, key


def test_a_strange_address_does_no_harm(book, watched_page):
    """Unknown widgets, controls and values in the query are passed over: the page works, and no script fails."""
    page = watched_page(f"{(book / 'index.html').as_uri()}?nothing.here=1&%%%&a.b&x=1e999")
    keys = driver.widget_keys(page)
    for key in keys:
        driver.show(page, key)
        names = [name for name, _ in driver.controls(page, key)]
        query = "&".join(
            f"{key}.{name}={value}" for name, value in zip(names * 4, ("abc", "NaN", "1e400", ","), strict=False)
        )
        strange = watched_page(f"{(book / 'index.html').as_uri()}?{query}")
        driver.show(strange, key)
        assert strange.locator(f"#{key} .ex-readout").text_content().strip()


@pytest.mark.parametrize("name", notebooks())
def test_without_javascript_caption_and_readout_remain(book, watched_page, name):
    page = watched_page(book / f"{name}.html", java_script_enabled=False)
    for figure in page.locator("figure.explorable").all():
        assert figure.locator(".ex-readout").is_visible() and figure.locator(".ex-readout").text_content().strip()
        assert figure.locator("figcaption").is_visible()
        assert not figure.locator(".ex-controls").is_visible()
        assert figure.locator(".ex-figures").bounding_box() is None, "an empty place is left for the pictures"


def change_all(page, key):
    """One move of every control by keyboard, to a state that is not the start."""
    for name, kind in driver.controls(page, key):
        moves = driver.operate(page, key, name, kind, "keyboard")
        next(moves, None)
        next(moves, None) if kind in ("numbers", "point") else None
    page.evaluate(driver.FRAMES)
