"""The notebooks that the pages offer: the chapter's own cells, in plain Markdown, the same bytes each time."""

import ast
import re
import subprocess
import sys

import jupytext
import nbformat
import pytest

from bnbook.proofs import printing
from bnbook.proofs import registry as ledger
from tests.book.pages import notebooks, source
from tools import lab

FENCED = re.compile(r"^(`{3,})[^`]*?^\1$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
MYST = re.compile(r"\{[a-z:-]+\}`|^(?:```+|:::+)\{|^\([\w-]+\)=$|^:::+$", re.MULTILINE)


def offered(book, name):
    return nbformat.read(book / "_sources" / f"{name}.ipynb", as_version=4)


def text_of(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


@pytest.mark.parametrize("name", notebooks())
def test_notebook_is_the_chapter_in_plain_markdown(name, book):
    notebook = offered(book, name)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert ids == [f"{ids[0].removesuffix('-0')}-{number}" for number in range(len(ids))], "not by chance"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    wanted = [cell.source for cell in jupytext.read(source(name), fmt="md:myst").cells if cell.cell_type == "code"]
    assert [unnamed(cell.source) for cell in code[1:]] == list(map(unnamed, wanted))
    left = MYST.findall(FENCED.sub("", text_of(notebook)))
    assert not left, f"MyST that plain Jupyter does not understand: {left}"


def unnamed(source):
    """A cell without the name that the notebook gives to its widget (explorable/offline/naming.py)."""
    return re.sub(r"^(\w+) = (.+?)\n\1$", r"\2", source.strip(), flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", notebooks())
def test_what_the_prose_sets_can_be_run_in_the_notebook(name, book):
    """Each `chain.set(depth=2)` of the text names a widget that a cell before or after it shows under that name."""
    notebook = offered(book, name)
    shown = {}
    for cell in notebook.cells:
        last = cell.source.strip().rpartition("\n")[2]
        if cell.cell_type == "code" and re.fullmatch(r"\w+", last):
            shown[last] = cell.source
    links = (book / f"{name}.html").read_text(encoding="utf-8").count('<a class="ex-set"')
    calls = re.findall(r"`(\w+)\.set\(([^`]+)\)`", text_of(notebook))
    there = re.findall(r"\]\(\S+\.ipynb\) \(`[^`]+` there\)", text_of(notebook))
    assert len(calls) + len(there) == links
    for widget, arguments in calls:
        assert widget in shown, f"{widget}.set({arguments})"
        ast.parse(f"dict({arguments})")


@pytest.mark.parametrize("name", notebooks())
def test_formulas_of_the_registry_are_in_the_notebook(name, book):
    shown = re.findall(r"^```\{formula\} (.+)$", source(name).read_text(encoding="utf-8"), re.MULTILINE)
    text, known = text_of(offered(book, name)), ledger.entries()
    for labels in shown:
        tex = printing.display([known[label] for label in labels.split()])
        assert squeezed(tex) in squeezed(text), labels
    assert len(re.findall(r"\\tag\{[\d.]+\}", text)) == len(shown)


def squeezed(tex):
    """Without blanks, and without the environment that Sphinx puts around several lines."""
    return re.sub(r"\s|\\(begin|end)\{aligned\}", "", tex)


def test_each_kind_of_markup_has_its_form(book):
    text = text_of(offered(book, "chapters/02_transform"))
    for form in [
        "*[proved · any batch size; the batch is not constant, or eps > 0]*",  # a tag, with what the ledger says
        "(`batch_in_your_hands.set(eps=1)`)",  # what {set} sets
        "> **Theorem 2.1 (The largest normalized value)**\n>\n> In a batch of $m \\ge 2$ examples",
        "<details><summary>Solution to Exercise",
        "> **What this chapter answers**\n>\n> - Where in",
        "```python\ndef batch_norm(x, gamma, beta, eps=1e-5):",  # included from the library
        "## Papers\n\n- [",
    ]:
        assert form in text, form
    assert re.search(r"classifies \d+ percent", text_of(offered(book, "chapters/in_use"))), "a number from the run"


def test_first_cell_says_what_to_install(book, tmp_path):
    """In a Python that has nothing: all that is missing, the command, and never another project's package."""
    cell = offered(book, "chapters/02_transform").cells[0]
    assert cell.cell_type == "code" and not re.search(r"pip install (bn|explorable)", cell.source)
    done = subprocess.run([sys.executable, "-I", "-S", "-c", cell.source], cwd=tmp_path, capture_output=True, text=True)
    words = done.stderr.partition("ImportError: ")[2]
    for name in ("bnbook.widgets", "explorable", "sklearn", "anywidget", "traitlets", "myst_nb", "tqdm"):
        assert re.search(rf"installed here: .*\b{name}\b", words), name
    assert "hold no address" in words and 'pip install ".[notebook]"' in words


@pytest.mark.parametrize("name", ["index", "chapters/02_transform"])
def test_page_links_to_its_notebook(name, book, watched_page):
    page = watched_page(book / f"{name}.html")
    link = page.locator("article .ex-download a")
    assert link.is_visible() and link.text_content() == "Download this chapter as a notebook"
    assert link.evaluate("(a) => a.href") == (book / "_sources" / f"{name}.ipynb").resolve().as_uri()
    # Without this attribute a server's page would show the file's text.
    assert link.get_attribute("download") == f"{name.rpartition('/')[2]}.ipynb"


def test_make_lab_never_writes_over_what_the_reader_changed(book, tmp_path):
    made, mine = tmp_path / "made", tmp_path / "notebooks"
    (made / "chapters").mkdir(parents=True)
    for name in ("index", "chapters/one", "chapters/two"):
        (made / f"{name}.ipynb").write_text("old", encoding="utf-8")
    assert lab.lay_out(made, mine) == []
    (mine / "chapters/two.ipynb").write_text("mine", encoding="utf-8")
    for name in ("index", "chapters/one", "chapters/two"):
        (made / f"{name}.ipynb").write_text("new", encoding="utf-8")
    assert lab.lay_out(made, mine) == ["chapters/two.ipynb"] == lab.lay_out(made, mine)
    words = {path.stem: path.read_text(encoding="utf-8") for path in mine.rglob("*.ipynb")}
    assert words == {"index": "new", "one": "new", "two": "mine"}
    assert lab.is_current(book / "_sources")
