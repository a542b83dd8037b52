"""JupyterLab, Notebook 7, Voila and marimo, for real: a reader and Python move the same two widgets."""

import pytest
from playwright.sync_api import expect

from tests.hosts.live import HOSTS

pytestmark = pytest.mark.slow
# Every sentence that the readout of a figure says from now on, also those that are gone at once.
LISTEN = """(figure) => {
  const readout = figure.querySelector(".ex-readout");
  figure.said = [];
  const note = () => figure.said.push(readout.textContent);
  new MutationObserver(note).observe(readout, { childList: true, subtree: true, characterData: true });
}"""


@pytest.mark.parametrize("host", HOSTS)
def test_a_reader_and_python_move_the_same_widgets(opened, host):
    page = opened(host)
    formulas, table = figures(page)
    the_browser_answers_and_python_hears(formulas)
    the_grid_answers_at_its_stops_and_the_kernel_between_them(formulas, table)
    the_theme_is_that_of_the_host(page, host)


def figures(page):
    """The two figures, once both are drawn."""
    both = [page.locator("figure.explorable", has_text=words) for words in ("Formulas", "A table")]
    for figure in both:
        figure.locator(".ex-marks").first.wait_for(timeout=60_000)
    return both


def says(figure, words):
    """The readout comes to say this."""
    expect(figure.locator(".ex-readout")).to_have_text(words, timeout=30_000)


def slider(figure, number):
    return figure.locator("input[type=range]").nth(number)


def the_browser_answers_and_python_hears(formulas):
    """The picture has moved before Python heard of it; then Python moves the other slider."""
    before = formulas.locator(".ex-marks").first.inner_html()
    formulas.evaluate(LISTEN)
    slider(formulas, 0).press("ArrowRight")
    says(formulas, "The sum is 16.5.")
    assert formulas.evaluate("(figure) => [...new Set(figure.said)]") == ["The sum is 1.5.", "The sum is 16.5."]
    assert formulas.locator(".ex-value").all_inner_texts() == ["1.5", "1.5"]
    assert formulas.locator(".ex-marks").first.inner_html() != before


def the_grid_answers_at_its_stops_and_the_kernel_between_them(formulas, table):
    """Python has put a slider between two stops, since the other widget was moved; then the reader takes it away."""
    says(table, "The value is 3.737 (1).")
    assert table.locator(".ex-value").all_inner_texts() == ["3", "1.2"]
    slider(table, 1).press("End")
    says(table, "The value is 27.000 (0).")
    slider(table, 0).press("ArrowRight")
    says(table, "The value is 64.000 (0).")
    slider(formulas, 0).press("ArrowRight")
    says(table, "The value is 5.278 (1).")


def the_theme_is_that_of_the_host(page, host):
    """Light at first, then dark, and the letters can be read on the host's ground."""
    assert schemes(page) == ["light", "light"]
    HOSTS[host].darken(page)
    for figure in figures(page):
        expect(figure).to_have_css("color-scheme", "dark", timeout=30_000)
    assert schemes(page) == ["dark", "dark"]


def schemes(page):
    """For each figure "dark" if its letters are light, else "light"."""
    reds = [figure.evaluate("(figure) => getComputedStyle(figure).color.match(/\\d+/)[0]") for figure in figures(page)]
    return ["dark" if int(red) > 128 else "light" for red in reds]
