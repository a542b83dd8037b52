"""Every chapter is a notebook that runs top to bottom in a clean kernel, wherever that kernel was started."""

import os
import subprocess
import sys

import jupytext
import pytest
from nbclient import NotebookClient

from tests.book.pages import ROOT, notebooks, source


@pytest.mark.parametrize("name", notebooks())
def test_chapter_runs_from_another_folder(name, book, tmp_path, monkeypatch):
    """The book is built first: what it has baked is then taken from its cache."""
    monkeypatch.setenv("EXPLORABLE_HOST", "kernel")
    monkeypatch.setenv("EXPLORABLE_CACHE", str(ROOT / ".explorable-cache"))
    monkeypatch.setenv("TQDM_DISABLE", "1")
    notebook = jupytext.read(source(name), fmt="md:myst")
    client = NotebookClient(
        notebook, timeout=900, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    words = [o.text for cell in notebook.cells for o in cell.get("outputs", []) if o.get("name") == "stderr"]
    assert not words, f"a chapter prints nothing to stderr: {words}"


@pytest.mark.parametrize("name", notebooks())
def test_chapter_is_in_canonical_form(name):
    """What JupyterLab would save is what is committed, so that opening a chapter changes nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "jupytext", "--to", "ipynb", "--test-strict", str(source(name))],
        capture_output=True, text=True, encoding="utf-8", env={**os.environ, "PYTHONIOENCODING": "utf-8"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
