"""What the guide says of versions is what is installed where the hosts are tried."""

import re

from tests.test_metadata import PINS
from tools.build import ROOT

GUIDE = (ROOT / "chapters" / "engine.md").read_text(encoding="utf-8")
CI = dict(re.findall(r"\b(\w+)==([\d.]+)", (ROOT / ".ci" / "run").read_text(encoding="utf-8")))


def versions(row):
    """The versions in the row of the guide's table that begins so."""
    return re.findall(r"[\d.]*\d", re.search(rf"^\| {row}[^|]*\|([^|]*)\|", GUIDE, re.MULTILINE)[1])


def test_the_guide_names_the_versions_that_are_tried():
    assert versions("JupyterLab") == [PINS["jupyterlab"], CI["notebook"], CI["voila"], CI["marimo"]]
    assert versions("a notebook exported") == [PINS["nbconvert"]]
    assert versions("Jupyter Book") == [PINS["jupyter-book"].removesuffix(".post1"), PINS["sphinx"], PINS["myst-nb"]]
    assert versions("VS Code") == []
