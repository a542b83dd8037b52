"""A book of somebody else: the two examples of the engine's page, with the configuration that stands there, built as
that page says: by `jupyter-book build .` alone.
"""

import re
import subprocess
import sys

import pytest

from tests.book import driver
from tests.explorable.sphinx.tiny import HEADER, widget
from tools.build import ROOT

PAGE = (ROOT / "chapters" / "engine.md").read_text(encoding="utf-8")
CELLS = re.findall(r"^```\{code-cell\} ipython3\n(?!:tags)(.+?)^```$", PAGE, re.DOTALL | re.MULTILINE)[:2]
CONFIG = re.search(r"^```\{code-block\} yaml\n(.+?)^```$", PAGE, re.DOTALL | re.MULTILINE)[1]


def test_both_examples_are_short_and_need_nothing_but_the_engine():
    for cell, key in zip(CELLS, ("bell", "dice"), strict=True):
        assert f'key="{key}"' in cell and len([line for line in cell.splitlines() if line.strip()]) <= 18
        assert set(re.findall(r"^(?:from|import) (\w+)", cell, re.MULTILINE)) <= {"explorable", "numpy", "sympy"}


def build(folder, page):
    """(exit code, everything it said) of the guide's command, for a book of one page."""
    (folder / "index.md").write_text(HEADER + page, encoding="utf-8")
    (folder / "_config.yml").write_text(CONFIG, encoding="utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\n", encoding="utf-8")
    assert "`jupyter-book build .`" in PAGE
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", errors="replace")
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def foreign_book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("foreign")
    cells = "\n".join(f"```{{code-cell}} ipython3\n{cell}```\n" for cell in CELLS)
    words = "\nAt first the area is {live}`bell: area | .2f`; {set}`two <bell: height=2>` doubles it.\n\n$$ a^2 $$\n"
    code, said = build(folder, f"# Sliders\n\n{cells}{words}")
    assert code == 0, said[-3000:]
    return folder / "_build" / "html"


def test_its_sliders_move_from_disk_and_without_a_network(foreign_book, watched_page):
    """And the page reports no error, asks for nothing outside its folder, and names no script twice."""
    page = watched_page(foreign_book / "index.html", root=foreign_book)
    for key, words in (("bell", "The area under the curve is 5.013."), ("dice", "a spread of 0.25")):
        driver.show(page, key)
        before = driver.look(page, key)
        page.locator(f"#{key} input[type=range]").first.press("End")
        assert driver.look(page, key) != before
        assert words in page.locator(f"#{key} .ex-readout").inner_text().replace("  ", " ")
    assert page.locator(".ex-live").inner_text() == "5.01" and page.locator("math").count() == 1


WRONG = {
    "roles": (
        "{set}`x <cube: a=1>` {set}`x <square: b=1>` {set}`x <square: a=9>` {live}`square: z`\n\n" + widget(),
        ('no widget "cube"', 'no control "b"', "9 is no stop", 'no output or control "z"', "index.md:15"),
    ),
    "a raising cell": ("```{code-cell} ipython3\n1 / 0\n```\n", ("ZeroDivisionError", "index.md:17")),
    "a widget with a fault": (
        widget().replace('"a", "y", "accent"', '"a", "nothing", "accent"'), ("index.md:17", "square", '"nothing"'),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_stops_the_build_as_the_page_promises(tmp_path, case):
    text, expected = WRONG[case]
    code, said = build(tmp_path, f"# One\n\n{text}")
    assert code != 0, f"the build was good in spite of {case}"
    missing = [words for words in expected if words not in said]
    assert not missing, f"{missing} not in:\n{said[-3000:]}"
