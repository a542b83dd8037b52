"""What a stranger finds: `import bn` alone offers what is used every day, and no part hides behind a function."""

import importlib
import inspect
import pkgutil
import subprocess
import sys

import pytest

import bn
from tools.build import ROOT

MODULES = ["bn", *sorted(found.name for found in pkgutil.walk_packages(bn.__path__, "bn."))]
PACKAGES = [name for name in MODULES if hasattr(importlib.import_module(name), "__path__")]


@pytest.mark.parametrize("name", MODULES[1:])
def test_a_module_is_what_its_dotted_name_gives(name):
    """`import a.b as f` gives the attribute b of a, so nothing else may have that name."""
    package, _, last = name.rpartition(".")
    importlib.import_module(name)
    assert inspect.ismodule(getattr(importlib.import_module(package), last))


@pytest.mark.parametrize("name", MODULES)
def test_no_module_has_the_name_of_a_function(name):
    functions = {function for module in MODULES for function in vars(importlib.import_module(module))
                 if inspect.isfunction(getattr(importlib.import_module(module), function))}  # fmt: skip
    assert name.rpartition(".")[2] not in functions


def test_the_table_of_contents_is_what_a_reader_needs_and_no_more():
    assert dir(bn) == sorted([*bn.__all__, *bn.PARTS])
    assert set(bn.PARTS) == {name.split(".")[1] for name in MODULES if name.count(".") == 1}
    wanted = {"init", "forward", "backward", "train", "accuracy", "digits", "diagnose", "fold", "recompute_statistics"}
    functions = {name for name in bn.layers.__all__ if inspect.isfunction(getattr(bn.layers, name))}
    assert not (wanted | functions) - set(bn.__all__)
    assert all(getattr(bn, name).__doc__ or name.isupper() for name in dir(bn))


def test_every_part_is_there_after_import_bn_and_the_heavy_ones_wait():
    code = f"""
import sys, bn
assert not {{"bn.hessian", "bn.descent", "bn.objectives", "bn.mistakes", "sklearn"}} & set(sys.modules)
for part in {bn.PARTS}:
    assert getattr(bn, part).__name__ == "bn." + part
import bn.serving as s
assert s.fold is bn.fold
try:
    bn.netwerk
except AttributeError as error:
    assert "'netwerk'" in str(error) and "network" in str(error)
else:
    raise SystemExit("no error")
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
