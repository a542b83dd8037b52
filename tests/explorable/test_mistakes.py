"""A mistake of an author is told once, in the same words: widget, fault and remedy; in Python, notebook and build."""

import inspect
import re
from types import SimpleNamespace

import nbformat
import pytest
from docutils import nodes
from docutils.utils import new_document
from nbclient import NotebookClient

from explorable import DeclarationError
from explorable.declare import palette
from explorable.notebook import View
from explorable.page import exported
from explorable.sphinx import cells as failing
from tests.explorable import mistakes
from tests.explorable.sphinx import tiny
from tools.build import ROOT

MISTAKES = [
    each for name, each in vars(mistakes).items() if inspect.isfunction(each) and name not in ("slider", "widget")
]
AT_ONE_STOP = [each for each in MISTAKES if each.__name__.endswith("_at_one_stop") and "formula" not in each.__name__]
SOURCE = inspect.getsource(mistakes)
CRASH = "Exception occurred:"  # what Sphinx begins a page of traceback with
PREPARATION = SOURCE[: SOURCE.index(inspect.getsource(MISTAKES[0]))]


def words(mistake):
    return f'DeclarationError: widget "tiny": {" ".join(mistake.__doc__.split())}'


def cell(mistake):
    """What an author would have written: the declaration, and on the last line the widget."""
    return f"{inspect.getsource(mistake)}\n{mistake.__name__}()"


def own_line(mistake):
    """The line of the cell that declares the widget."""
    return inspect.getsource(mistake).rstrip().split("\n")[-1].strip()


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORABLE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(palette, "_colors", dict(palette.ENGINE))


def test_nothing_is_wrong_but_for_the_mistakes():
    mistakes.widget().bake()
    assert len(MISTAKES) >= 12


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_python_tells_a_mistake(mistake):
    with pytest.raises(DeclarationError) as caught:
        mistake().bake()
    assert f"DeclarationError: {caught.value}" == words(mistake)


@pytest.mark.parametrize("mistake", AT_ONE_STOP, ids=lambda mistake: mistake.__name__)
def test_a_moved_widget_whose_grid_was_not_computed_tells_it_in_place(mistake, monkeypatch):
    monkeypatch.setattr(exported, "PATIENCE", -1.0)
    shown, sent = View(mistake()), []
    shown.send = lambda content, buffers=None: sent.append(content)
    shown._heard(shown, {"ask": 1, "values": {"a": 3}}, [])
    shown.wait()
    # The first stop with another shape is told by the whole grid; here it is the start.
    wanted = words(mistake).removeprefix("DeclarationError: ").replace("at a=1", "at a=2")
    assert sent[0]["error"].replace("these settings", "a=3") == wanted


def test_a_notebook_tells_the_same_in_a_few_lines():
    cells = [nbformat.v4.new_code_cell(text) for text in (PREPARATION, *map(cell, MISTAKES))]
    NotebookClient(nbformat.v4.new_notebook(cells=cells), allow_errors=True, kernel_name="python3").execute()
    faults = []
    for mistake, ran in zip(MISTAKES, cells[1:], strict=True):
        told = ["\n".join(output.traceback).split("\n") for output in ran.outputs if output.output_type == "error"]
        beside = {output.data["text/plain"] for output in ran.outputs if "data" in output}
        if [lines[-1] for lines in told] != [words(mistake)] or len(told[0]) > 4 or beside - {'<Explorable "tiny">'}:
            faults.append((mistake.__name__, told))
    assert not faults, faults


def test_a_build_tells_the_same_with_the_line_of_the_cell(tmp_path, monkeypatch):
    monkeypatch.setattr(tiny, "CONFIG", tiny.CONFIG.replace("stderr_output", "allow_errors: true, stderr_output"))
    fences = [f"```{{code-cell}} ipython3\n{text}\n```\n" for text in (PREPARATION, *map(cell, MISTAKES))]
    tiny.write_book(tmp_path, "# Mistakes\n\n" + "\n".join(fences))
    page = (tmp_path / "index.md").read_text(encoding="utf-8").split("\n")
    good, said = tiny.build_book(tmp_path)
    assert not good
    said = re.sub(r"\x1b\[[\d;]*m", "", said)
    for mistake in MISTAKES:
        line = page.index(f"def {mistake.__name__}():") + 2  # counted from 1, the line below
        place = re.escape(f"index.md:{line}: ERROR: A cell raised an exception:\n")
        assert re.search(rf"{place}(?:cell, .*\n)*{re.escape(words(mistake))}\n", said), f"{mistake.__name__}\n{said}"
        assert said.count(words(mistake)) == 1
    assert CRASH not in said


def test_a_cell_that_raises_ends_the_page_with_its_line_and_no_more(tmp_path):
    """As books are built: a widget that cannot even be declared raises in its cell, which ends the notebook."""
    mistake = mistakes.an_unknown_color
    fences = [f"```{{code-cell}} ipython3\n{text}\n```\n" for text in (PREPARATION, cell(mistake))]
    tiny.write_book(tmp_path, "# Mistakes\n\n" + "\n".join(fences))
    good, said = tiny.build_book(tmp_path)
    assert not good and said.count(words(mistake)) == 1 and CRASH not in said
    assert f"{own_line(mistake)}\n" in said and "explorable/declare/widget.py" not in said


def test_a_book_that_lets_warnings_pass_ends_with_an_exception_in_a_cell():
    page = document_of(nodes.literal_block("", "ValueError: no", classes=["traceback"]))
    env = SimpleNamespace(docname="index", doc2path=lambda name: f"{name}.md")
    app = SimpleNamespace(env=env, keep_going=False)
    with pytest.raises(failing.CellError, match=r"index\.md:.*\nA cell raised an exception:\nValueError: no"):
        failing.refuse_tracebacks(app, page)


def document_of(node):
    document = new_document("index.md")
    document += node
    return document


def test_the_table_for_authors_has_a_row_for_each_mistake_and_no_other():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text[text.index("## When a cell says") :]
    rows = re.findall(r"^\| (`.*`) \| .+ \|$", table[: table.index("\nThree things")], re.MULTILINE)
    patterns = [re.escape(part).replace("…", ".*") for row in rows for part in re.findall("`(.+?)`", row)]
    said = [" ".join(mistake.__doc__.split()) for mistake in MISTAKES]
    for pattern in patterns:
        assert any(re.match(pattern, each) for each in said), f"nothing says {pattern}"
    for each in said:
        assert any(re.match(pattern, each) for pattern in patterns), f"no row for: {each}"
