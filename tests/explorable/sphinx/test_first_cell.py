"""The first cell of an offered notebook: run in a Python that has nothing, something, a stranger's package, or all."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from explorable.offline.first_cell import ENGINE, source

CODE = (
    "import math\nfrom numpy import array\n\n\ndef f():\n    import mine.part",
    "%matplotlib\nimport lost",
    "from . import x",
)
SETTINGS = {
    "explorable_packages": ["own.widgets", "own"],
    "explorable_repository": "",
    "explorable_requirement": "a-book[notebook]",
    "explorable_install": 'pip install ".[notebook]"',
}


def run(cell, folder):
    """What the cell says in a Python with the modules in the folder and nothing else."""
    code = f"import sys; sys.path.insert(0, {str(folder)!r})\n{cell}"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == (done.stderr == "")
    return done.stderr.partition("ImportError: ")[2]


def cell(**settings):
    return source(SimpleNamespace(**SETTINGS | settings), CODE)


def test_all_that_is_missing_is_named_at_once_before_anything_is_imported(tmp_path):
    words = run(cell(), tmp_path)
    listed = words.removeprefix("not installed here: ").partition(".\n")[0].split(", ")
    assert sorted(listed) == sorted([*ENGINE, "mine", "own.widgets"])
    assert "hold no address" in words and 'pip install ".[notebook]"' in words
    for name in listed:
        place = tmp_path / name.partition(".")[0]
        place.mkdir(exist_ok=True)
        (place / "__init__.py").write_text("raise RuntimeError('nothing is imported')", encoding="utf-8")
    assert "not installed here: own.widgets.\n" in run(cell(), tmp_path)  # somebody else's package of that name
    (tmp_path / "own" / "widgets.py").touch()
    assert run(cell(), tmp_path) == ""


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({}, '%pip install "a-book[notebook] @ git+https://example.org/a/book.git"'),
        ({"explorable_requirement": ""}, "git clone https://example.org/a/book.git\n    cd book\n    pip install"),
    ],
)
def test_with_an_address_one_line_installs_it(tmp_path, settings, line):
    words = run(cell(explorable_repository="https://example.org/a/book.git", **settings), tmp_path)
    assert line in words and "hold no address" not in words
