"""Every link of the prose that sets a widget shows it beside its sentence, which does not move."""

import pytest

from benchmarks.links import PRESS, WINDOWS, is_good
from tests.book.conftest import HEIGHT
from tests.book.driver import settle
from tests.book.pages import notebooks

HEIGHTS = {**dict(WINDOWS), 360: HEIGHT}


@pytest.mark.parametrize("width", [width for width, _ in WINDOWS])
@pytest.mark.parametrize("name", notebooks())
def test_figure_and_sentence_are_in_sight_after_every_link(visit, name, width):
    found = pressed(visit(name, width=width), HEIGHTS[width])
    assert [link for link in found if not is_good(link) or link["high"] > 0.46] == []
    assert found or name not in WITH_LINKS


WITH_LINKS = [name for name in notebooks() if name.startswith("chapters/0")]


@pytest.mark.parametrize("name", WITH_LINKS)
def test_on_a_phone_the_sentence_stays_and_the_dock_is_low(visit, name):
    """A phone is too low for several pictures, which are moved to in the dock, but never for the first."""
    page = visit(name, width=360, way="touch")
    found = pressed(page, HEIGHTS[360])
    assert found and [link for link in found if link["sentence"] < 0.9 or link["high"] > 0.46] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def pressed(page, height):
    """What is seen after each link of the page, in a window of this height; leaves the page as it was."""
    usual = page.viewport_size
    page.set_viewport_size({"width": usual["width"], "height": height})
    settle(page)
    found = page.evaluate(PRESS)
    page.keyboard.press("Escape")
    page.set_viewport_size(usual)
    return found
