"""The example of the engine's page, in a book of another subject: built, run in the page, mended."""

import os
import re

import pytest

from tests.explorable.sphinx import tiny
from tools.build import ROOT

CELL = """```{code-cell} ipython3
:tags: [write]

import numpy as np

import geometry


def my_length(x):
    return (x**2).sum(axis=1)


geometry.length.check(my_length)
```
"""
PLAIN = """
```{code-cell} ipython3
:tags: [write, folded]

print(6 * 7)
```
"""


def example():
    """The module that the engine's page shows."""
    text = (ROOT / "chapters" / "engine.md").read_text(encoding="utf-8")
    return (
        "import numpy as np\n"
        + re.search(r"```\{code-block\} python\n(from explorable.writing.*?)```", text, re.DOTALL)[1]
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("geometry")
    tiny.write_book(folder, f"# One\n\n{CELL}{PLAIN}")
    (folder / "geometry.py").write_text(example(), encoding="utf-8")
    text = (folder / "_config.yml").read_text(encoding="utf-8")
    text = text.replace("explorable.offline]", "explorable.offline, explorable.writing.pages]")
    text += '    explorable_exercises: {geometry: "geometry:EXERCISES"}\n'
    (folder / "_config.yml").write_text(text, encoding="utf-8")
    return tiny.built(folder, tiny.build_book(folder, env=os.environ | {"PYTHONPATH": str(folder)}))


def test_it_answers_in_the_page(site, watched_page):
    page = watched_page(site / "index.html", root=site)
    box = page.locator("#write-length")
    assert "Compute the length of each row." in box.inner_text() and "the root is missing" in box.inner_text()
    box.locator("[data-act=run]").click()
    box.locator(".ex-write-card[data-tone=wrong]", has_text="the root is missing").wait_for()
    box.locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("import geometry\ngeometry.length.check(lambda x: np.linalg.norm(x, axis=1))")
    page.keyboard.press("Control+Enter")
    box.locator(".ex-write-card[data-tone=right]").wait_for()
    box.locator("[data-act=hint]").click()
    box.locator(".ex-write-card", has_text="Hint for geometry.length").wait_for()


def test_a_folded_cell_opens_and_runs(site, watched_page):
    page = watched_page(site / "index.html", root=site)
    box = page.locator("#write-cell-2")
    box.locator("summary").click()
    box.locator("[data-act=run]").click()
    box.locator(".ex-write-output pre", has_text="42").wait_for()


def test_a_page_without_such_cells_loads_nothing(site):
    assert "write" not in (site / "second.html").read_text(encoding="utf-8")
