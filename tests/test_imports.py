"""Imports go one way: this table is the rule, and every file is compared with it."""

import ast
import sys

import pytest

from tools.build import ROOT

# What a part may import besides the standard library and itself. The first line that a module's name starts with holds.
CORE = ["numpy"]
TABLE = {
    "bnbook.proofs": ["sympy"],
    "bnbook.experiments": [*CORE, "bn", "tqdm"],
    "bnbook.widgets": [*CORE, "bn", "bnbook.experiments", "bnbook.proofs", "explorable", "explorable.models", "sympy"],
    "bnbook.exercises": [*CORE, "bn", "bnbook.proofs", "explorable.writing", "sympy"],
    "bnbook.sphinx": [
        *CORE, "bn", "bnbook", "bnbook.exercises", "bnbook.experiments", "bnbook.proofs", "docutils", "explorable",
        "sphinx",
    ],
    "bnbook": [],
    "bn": [*CORE, "sklearn"],
    # Inside the engine: declare <- tracing <- models <- page <- notebook, sphinx; offline is about whole books.
    "explorable.offline": [
        "explorable", "explorable.page", "explorable.sphinx", "docutils", "sphinx", "filelock", "fontTools",
        "jupyter_cache", "jupytext", "py_mini_racer", "pybtex",
    ],
    "explorable.sphinx": ["explorable", "explorable.declare", "explorable.page", "docutils", "sphinx"],
    "explorable.notebook": ["explorable.declare", "explorable.page", "numpy", "anywidget", "traitlets"],
    "explorable.page.exporting": ["explorable.page", "nbconvert"],
    "explorable.page": ["explorable", "explorable.declare", "numpy"],
    "explorable.models": [
        "explorable", "explorable.declare", "explorable.tracing", "numpy", "sympy", "joblib", "threadpoolctl", "tqdm",
    ],
    "explorable.writing.pages": ["docutils", "explorable.writing", "explorable.writing.parts", "sphinx"],
    "explorable.writing.parts": ["explorable.page", "explorable.writing"],
    "explorable.writing.arrays": ["numpy", "_arrays"],  # MicroPython's module numpy, around JavaScript's _arrays
    "explorable.writing": ["numpy"],
    "explorable.tracing": ["explorable.declare", "numpy"],  # of declare its errors alone
    # What is declared asks the host for its form when it is shown, and only then.
    "explorable.declare": ["explorable.notebook", "explorable.page", "numpy"],
    "explorable": ["explorable.declare", "explorable.models"],
}  # fmt: skip
PARTS = sorted(TABLE, key=len, reverse=True)
TOPS = ("bn", "bnbook", "explorable")
FILES = sorted(path for top in TOPS for path in (ROOT / top).rglob("*.py"))


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def part_of(name):
    """The longest entry of the table that a module belongs to; None for what is not ours."""
    return next((part for part in PARTS if name == part or name.startswith((part + ".", part + "_"))), None)


def imported(path):
    """Full names of all modules that a file imports, at its top or inside a function."""
    package = module_name(path).split(".") if path.name == "__init__.py" else module_name(path).split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*base, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names if (ROOT / base.replace(".", "/")).is_dir())


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_file_imports_only_what_its_part_may(path):
    part = part_of(module_name(path))
    for name in imported(path):
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names:
            continue
        other = part_of(name) if top in TOPS else top
        assert other == part or other in TABLE[part], f"{module_name(path)} ({part}) must not import {name}"


def test_tracing_knows_of_what_is_declared_only_how_mistakes_are_told():
    paths = [path for path in FILES if part_of(module_name(path)) == "explorable.tracing"]
    names = {name for path in paths for name in imported(path) if part_of(name) == "explorable.declare"}
    assert names == {"explorable.declare.errors"}


def test_explorable_knows_nothing_of_batch_normalization():
    assert not [
        path
        for path in FILES
        if part_of(module_name(path)).startswith("explorable")
        for name in imported(path)
        if name.partition(".")[0] in ("bn", "bnbook")
    ]


def sources():
    """{path: its lines} of all Python, JavaScript and CSS that is ours."""
    tops = (*TOPS, "tests", "tools", "benchmarks")
    paths = [path for top in tops for path in (ROOT / top).rglob("*") if path.suffix in (".py", ".js", ".css")]
    return {path: path.read_text(encoding="utf-8").splitlines() for path in paths if "vendor" not in path.parts}


def test_no_file_is_long():
    """Files stay readable: at most 400 lines."""
    found = sources()
    assert len(found) > len(FILES) and not [str(path) for path, lines in found.items() if len(lines) > 400]


def test_no_line_is_wide():
    """And at most 120 characters a line."""
    wide = {f"{path}:{n}" for path, lines in sources().items() for n, line in enumerate(lines, 1) if len(line) > 120}
    assert not wide
