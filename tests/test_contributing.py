"""The worked example of CONTRIBUTING.md: its three files do what the text says of them."""

import importlib
import re
import shutil
import subprocess
import sys
import types

import pytest

from bnbook.proofs import registry
from tools.build import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def shown(path, fence="```python"):
    """The file that stands in the first fence after the mention of its path."""
    after = TEXT[TEXT.index(f"`{path}`") :]
    end = re.match("`+", fence)[0]
    return re.search(rf"^{fence}\n(.*?)^{end}$", after, re.DOTALL | re.MULTILINE)[1]


def module(path, monkeypatch):
    """The module that the text shows, imported under its name for the time of a test."""
    made = types.ModuleType(path.removesuffix(".py").replace("/", "."))
    monkeypatch.setitem(sys.modules, made.__name__, made)
    importlib.import_module(made.__name__.rpartition(".")[0])  # as for any module: its package is run first
    exec(compile(shown(path), path, "exec"), made.__dict__)
    return made


@pytest.fixture
def proofs(monkeypatch):
    return module("bnbook/proofs/transform/pairs.py", monkeypatch)


def test_the_proof_holds_and_refutes(proofs):
    (entry,) = proofs.IDENTITIES
    entry.prove()
    entry.refute_mutants()
    entry.refute_without_assumptions()
    assert len(entry.mutants) >= 2 and entry.label not in registry.entries() and proofs.TITLE


def test_the_widget_shows_the_proved_formula(proofs, monkeypatch):
    widget = module("bnbook/widgets/pairs.py", monkeypatch).pairs().check()
    assert widget.evaluate(sigma=2)["now"] == pytest.approx(8)


def test_the_chapter_is_in_canonical_form_and_shows_both(proofs, tmp_path):
    text = shown("chapters/08_pairs.md", "`````")
    assert "bnbook.widgets.pairs" in text and proofs.IDENTITIES[0].label in text
    shutil.copy(ROOT / "pyproject.toml", tmp_path)  # holds the settings of jupytext
    (tmp_path / "chapter.md").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "jupytext", "--to", "ipynb", "--test-strict", str(tmp_path / "chapter.md")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
