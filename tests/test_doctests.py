"""The examples in the docstrings are true; the API reference shows them."""

import doctest
import importlib

import pytest

from tests.test_imports import FILES, module_name

# Modules with an example; the others are not even imported.
NAMES = [module_name(path) for path in FILES if ">>> " in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", NAMES)
def test_examples(name, tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORABLE_CACHE", str(tmp_path))
    result = doctest.testmod(importlib.import_module(name), raise_on_error=False)
    assert result.failed == 0 and (result.attempted > 0 or name == "bnbook.sphinx.docstrings")


def test_the_main_functions_have_examples():
    wanted = {
        "bn.layers.batch_normalization", "bn.layers.running", "bn.layers.losses", "bn.network", "bn.optim",
        "bn.mistakes", "bnbook.proofs.registry", "explorable.declare.controls", "explorable.models.sampled",
        "explorable.models.symbolic", "explorable.models.vectors", "explorable.declare.text",
    }  # fmt: skip
    assert not wanted - set(NAMES)
