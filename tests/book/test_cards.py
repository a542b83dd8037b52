"""The book's own cards: the letters of its formulas as chapters/notation.md tells them, its terms, LaTeX everywhere."""

import re

import pytest

from explorable.offline.mathml import to_mathml
from tests.book.pages import notebooks

# equation of chapter, letter (the how-many-eth in it), what its card says
LETTERS = [
    ("chapters/02_transform", "bn", "γ", 0, "scale and shift, learned"),
    ("chapters/02_transform", "bn", "x", 0, "what enters the normalization"),
    ("chapters/02_transform", "bn", "x", -1, "the normalized value"),
    ("chapters/02_transform", "gamma-beta", "M", 0, "the mean that is wanted"),
    ("chapters/03_backprop", "dx-vector", "x", -1, "the normalized value"),
    ("chapters/coordinates", "bn-linear-unit", "g", 0, "seen as a length"),
]
FIND = """([equation, letter, number]) => {
  const all = [...document.querySelectorAll(`#equation-eq-${equation} math mi`)];
  const found = all.filter((e) => e.textContent === letter).at(number);
  found.scrollIntoView({block: "center", behavior: "instant"});
  const box = found.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""


@pytest.mark.parametrize("name", sorted({name for name, *_ in LETTERS}))
def test_a_letter_tells_what_the_page_of_notation_says(visit, name):
    page = visit(name)
    for _, equation, letter, number, meaning in (row for row in LETTERS if row[0] == name):
        place = page.evaluate(FIND, [equation, letter, number])
        page.mouse.move(*place)
        card = page.locator(".ex-card:visible", has_text=meaning)
        card.wait_for(timeout=10_000)
        page.mouse.move(2, 2)
        page.locator(".ex-card").wait_for(state="hidden")


@pytest.mark.parametrize("name", notebooks())
def test_every_displayed_formula_has_its_latex(book, name):
    text = (book / f"{name}.html").read_text("utf-8")
    shown = re.findall(r'<div class="math ex-formula"[^>]*>', text)
    for tag in shown:
        tex = re.search(r'data-tex="([^"]+)"', tag)[1]
        plain = tex.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        assert to_mathml(plain, True).startswith("<math")


@pytest.mark.parametrize("name", ["chapters/01_motivation"])
def test_a_term_opens_its_entry_of_the_glossary(visit, name):
    page = visit(name)
    term = page.locator('article a[href*="glossary.html#term-"]').first
    term.hover()
    page.locator(".ex-card:visible").wait_for(timeout=10_000)
    name = term.get_attribute("href").rpartition("#term-")[2].replace("-", " ").lower()
    assert name == page.locator(".ex-card b").inner_text().lower()
    page.keyboard.press("Escape")
    page.locator(".ex-card").wait_for(state="hidden")
