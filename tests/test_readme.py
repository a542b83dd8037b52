"""What the README says is so: its commands exist and its files are there."""

import re
import shutil
import subprocess
import sys

import pytest

from tools.build import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [README, (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")]
TARGETS = sorted({name for text in DOCUMENTS for name in re.findall(r"\bmake ([a-z]+)\b", text)})
TOP = {path.name for path in ROOT.iterdir()}


def named_paths():
    """Every path in backticks, and every target of a link; built things are checked by other tests."""
    words = re.findall(r"`([^`\n]+)`", README) + re.findall(r"\]\(([^)#]+)\)", README)
    paths = {word for word in words if re.fullmatch(r"[\w./-]+", word) and ("/" in word or "." in word)}
    return sorted(path for path in paths if not path.startswith(("_build", ".venv", "http")))


def test_both_commands_are_named():
    assert "make book" in README and "make test" in README


@pytest.mark.parametrize("path", named_paths())
def test_file_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("target", TARGETS)
def test_make_knows_the_target(target):
    """Also on machines without make: the Makefile must have the rule."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    if shutil.which("make"):
        done = subprocess.run(
            ["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr


def test_the_commands_without_make_are_the_real_ones():
    """`pip install -r`, `jupyter-book build .` and `pytest` need these to be as the README expects them."""
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "-e ." in requirements and "pytest==" in requirements and "jupyter-book==" in requirements
    assert "torch" not in re.sub(r"#.*", "", requirements)


def test_the_library_can_be_imported_as_promised():
    import bn
    import explorable

    assert bn.__doc__ and explorable.Explorable and explorable.Slider


def test_import_bn_and_bnbook_alone_give_every_part():
    """In a fresh Python: what the README and the API page name. What `bn` offers: `tests/bn/test_names.py`."""
    code = """
import sys, bn, bnbook
assert not {"sympy", "explorable", "sklearn"} & set(sys.modules), "nothing is loaded before it is used"
assert bnbook.exercises.backward.check and bn.network.init and bn.optim.train and bn.data.digits
assert bn.layers.layer_norm
assert "exercises" in dir(bnbook)
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
