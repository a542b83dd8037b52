"""Every chapter is a notebook that runs top to bottom in a clean kernel, wherever that kernel was started."""

import shutil
import subprocess
import sys

import nbformat
import pytest
from filelock import FileLock
from jupytext.cli import jupytext
from nbclient import NotebookClient

from explorable.page.exported import RUNS, unpacked
from tests.book import driver
from tests.book.pages import ROOT, notebooks, source
from tests.book.records import records

EXPORTED = "chapters/in_use"  # sampled and symbolic models, charts and a diagram
VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="session")
def executed(book, testrun_uid, tmp_path_factory):
    """executed(name): the file of a downloaded notebook after a run in a clean kernel, in a foreign folder.

    Each chapter runs once in a test run, also under pytest-xdist. What the build has baked is taken from its cache.
    """
    folder = ROOT / "_build" / ".executed"
    environment = {
        "EXPLORABLE_HOST": "kernel",
        "EXPLORABLE_CACHE": str(ROOT / ".explorable-cache"),
        "TQDM_DISABLE": "1",
    }

    def run(name):
        file = folder / testrun_uid / f"{name.replace('/', '-')}.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            if old.name != testrun_uid:
                shutil.rmtree(old, ignore_errors=True)
        with FileLock(file.with_suffix(".lock")), pytest.MonkeyPatch.context() as patch:
            if not file.exists():
                for variable, value in environment.items():
                    patch.setenv(variable, value)
                notebook = nbformat.read(book / "_sources" / f"{name}.ipynb", as_version=4)
                elsewhere = {"metadata": {"path": str(tmp_path_factory.mktemp("elsewhere"))}}
                NotebookClient(notebook, timeout=900, kernel_name="python3", resources=elsewhere).execute()
                nbformat.write(notebook, file)
        return file

    return run


@pytest.mark.parametrize("name", notebooks())
def test_chapter_runs_from_another_folder(name, executed, book):
    notebook = nbformat.read(executed(name), as_version=4)
    words = [o.text for cell in notebook.cells for o in cell.get("outputs", []) if o.get("name") == "stderr"]
    assert not words, f"a chapter prints nothing to stderr: {words}"
    shown = [o.data for cell in notebook.cells for o in cell.get("outputs", []) if VIEW in o.get("data", {})]
    forms = [unpacked(data["text/html"]) for data in shown]
    without = [form for form in forms if "ex-problem" not in form]
    programs = [key for key, (spec, _) in records(book, name).items() if spec["model"]["kind"] == "program"]
    assert len(without) == len(programs), "a widget has no page form: its grid is unknown"
    assert all(RUNS in form for form in without), "what stands still says why"


def test_an_exported_chapter_is_alive_without_kernel_and_network(executed, browser, tmp_path):
    """By the plain command; the project's own settings of nbconvert are installed with it."""
    shutil.copy(executed(EXPORTED), tmp_path / "chapter.ipynb")
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", "chapter.ipynb"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert "widget-view+json" not in (tmp_path / "chapter.html").read_text(encoding="utf-8")
    context = browser.new_context(offline=True)
    page, problems = context.new_page(), []
    page.on("pageerror", lambda error: problems.append(str(error)))
    # With a network, nbconvert's page has RequireJS, whose `define` a library must not take for its own.
    page.add_init_script("window.define = Object.assign(() => { throw Error('define'); }, { amd: {} });")
    page.goto((tmp_path / "chapter.html").as_uri(), wait_until="domcontentloaded")
    keys = driver.widget_keys(page)
    assert len(keys) > 3
    for key in keys:
        driver.show(page, key)
        before = driver.look(page, key)
        (name, kind), *_ = driver.controls(page, key)
        moves = driver.operate(page, key, name, kind, "keyboard")
        assert any(driver.look(page, key) != before for _ in moves), (key, name)
    context.close()
    assert not problems


@pytest.mark.parametrize("name", notebooks())
def test_chapter_is_in_canonical_form(name, capsys):
    """What JupyterLab would save is what is committed, so that opening a chapter changes nothing."""
    assert jupytext(["--to", "ipynb", "--test-strict", str(source(name))]) == 0, capsys.readouterr().out[-2000:]
