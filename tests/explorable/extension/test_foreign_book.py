"""A book of somebody else: the two examples of the engine's page, with the configuration that stands there."""

import re

import pytest

from tests.book import driver
from tests.explorable.extension.tiny import HEADER, build_book
from tools.build import ROOT

PAGE = (ROOT / "chapters" / "engine.md").read_text(encoding="utf-8")
CELLS = re.findall(r"^```\{code-cell\} ipython3\n(?!:tags)(.+?)^```$", PAGE, re.DOTALL | re.MULTILINE)[:2]
CONFIG = re.search(r"^```\{code-block\} yaml\n(.+?)^```$", PAGE, re.DOTALL | re.MULTILINE)[1]


def test_both_examples_are_short_and_need_nothing_but_the_engine():
    for cell, key in zip(CELLS, ("bell", "dice"), strict=True):
        assert f'key="{key}"' in cell and len([line for line in cell.splitlines() if line.strip()]) <= 18
        assert set(re.findall(r"^(?:from|import) (\w+)", cell, re.MULTILINE)) <= {"explorable", "numpy", "sympy"}


@pytest.fixture(scope="module")
def foreign_book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("foreign")
    cells = "\n".join(f"```{{code-cell}} ipython3\n{cell}```\n" for cell in CELLS)
    words = "\nAt first the area is {live}`bell: area | .2f`; {set}`two <bell: height=2>` doubles it.\n\n$$ a^2 $$\n"
    (folder / "index.md").write_text(f"{HEADER}# Sliders\n\n{cells}{words}", encoding="utf-8")
    (folder / "_config.yml").write_text(CONFIG, encoding="utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\n", encoding="utf-8")
    good, words = build_book(folder)
    assert good, words[-3000:]
    return folder / "_build" / "html"


def test_its_sliders_move_from_disk_and_without_a_network(foreign_book, browser):
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((foreign_book / "index.html").as_uri(), wait_until="domcontentloaded")
    for key, words in (("bell", "The area under the curve is 5.013."), ("dice", "a spread of 0.25")):
        driver.show(page, key)
        before = driver.look(page, key)
        page.locator(f"#{key} input[type=range]").first.press("End")
        assert driver.look(page, key) != before
        assert words in page.locator(f"#{key} .ex-readout").inner_text().replace("  ", " ")
    assert page.locator(".ex-live").inner_text() == "5.01" and page.locator("math").count() == 1
    context.close()
