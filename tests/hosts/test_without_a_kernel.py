"""An exported notebook, and a page of plain Sphinx with MyST-NB: the same two widgets, with no kernel behind them."""

import os
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from tests.explorable.sphinx.tiny import HEADER
from tests.hosts.conftest import CELLS, KERNEL
from tests.hosts.test_with_a_kernel import figures, says, schemes, slider
from tests.test_bare import PLAIN

pytestmark = pytest.mark.slow
SHOWN = CELLS[:3]  # without the one in which Python answers
# nbconvert's page asks for these by itself, with any notebook, and does not get them; what else is asked for is named.
OWN = ("require.min.js", "mathjax", "mermaid", "ERR_INTERNET_DISCONNECTED")


@pytest.fixture(scope="module")
def executed(tmp_path_factory, settings):
    """A notebook that has been run, with its outputs."""
    folder = tmp_path_factory.mktemp("exported")
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in SHOWN], metadata=KERNEL)
    environment = {**os.environ, **settings, "EXPLORABLE_HOST": "kernel"}
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute(env=environment)
    nbformat.write(notebook, folder / "two.ipynb")
    return folder


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_exported_notebook_is_alive_in_its_theme(executed, watched_page, theme):
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", "--theme", theme, "two.ipynb"]
    subprocess.run(command, cwd=executed, check=True, capture_output=True)
    page = watched_page(executed / "two.html", root=executed, wait="domcontentloaded")
    both_move(page)
    assert schemes(page) == [theme, theme]
    page.watch.problems = [problem for problem in page.watch.problems if not any(words in problem for words in OWN)]


def test_a_page_of_plain_sphinx_is_alive(tmp_path, settings, watched_page):
    cells = "\n".join(f"```{{code-cell}} ipython3\n{cell}\n```\n" for cell in SHOWN)
    (tmp_path / "index.md").write_text(f"{HEADER}# Two widgets\n\n{cells}", encoding="utf-8")
    (tmp_path / "conf.py").write_text(PLAIN, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", ".", "out"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, env={**os.environ, **settings})
    page = watched_page(tmp_path / "out" / "index.html", root=tmp_path / "out", scheme="dark")
    both_move(page)
    assert schemes(page) == ["light", "light"], "Sphinx's own theme is light, whatever the reader's system is"


def both_move(page):
    """The formulas in the browser, the table from its grid."""
    formulas, table = figures(page)
    slider(formulas, 0).press("ArrowRight")
    says(formulas, "The sum is 1.5.")
    before = table.locator(".ex-marks").first.inner_html()
    slider(table, 1).press("End")
    says(table, "The value is 27.000 (0).")
    assert table.locator(".ex-marks").first.inner_html() != before
