"""What pyproject.toml declares is what the files import, and what a page of the guide's own book opens."""

import ast
import re
import sys
import tomllib
from functools import lru_cache
from importlib import metadata

import pytest
import yaml
from packaging.requirements import Requirement

import bn
import explorable
from explorable.offline.first_cell import ENGINE
from tests.test_imports import FILES, imported, module_name, part_of
from tools.build import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAME = PROJECT["name"]
ENGINE_ALONE = tomllib.loads((ROOT / "explorable" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE))
# Which extra has what a part of the table of imports needs, beside what is needed always.
EXTRA = {
    "bnbook.sphinx": "book",
    "explorable.sphinx": "sphinx",
    "explorable.writing.pages": "sphinx",
    "explorable.offline": "offline",
    "explorable.notebook": "notebook",
    "explorable.page.exporting": "notebook",
}
LAB = ROOT / "labconfig"
# Imported only where sphinxcontrib-bibtex, which brings it, is one of the book's extensions; and only in a page.
LATE = {"pybtex", "_arrays"}


def declared(extra=None):
    """The requirements without an extra, and those of one."""
    texts = list(PROJECT["dependencies"])
    if extra:
        texts += PROJECT["optional-dependencies"][extra]
    for requirement in map(Requirement, texts):
        if requirement.name == NAME:
            for other in requirement.extras:
                yield from declared(other)
        else:
            yield requirement


def same(name):
    """A distribution's name in the one form that all spellings share."""
    return re.sub(r"[-_.]+", "-", name).lower()


@lru_cache
def modules(extra=None):
    """The top-level modules of the declared distributions, without those that these bring."""
    names = {same(requirement.name) for requirement in declared(extra)}
    return {top for top, found in owners().items() if names & found}


@lru_cache
def owners():
    """{top-level module: names of the distributions that it is from}, of all that is installed."""
    return {top: set(map(same, names)) for top, names in metadata.packages_distributions().items()}


def third_party(path):
    tops = {name.partition(".")[0] for name in imported(path)}
    return tops - set(sys.stdlib_module_names) - {"bn", "bnbook", "explorable"} - LATE


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_what_a_file_imports_is_declared(path):
    extra = EXTRA.get(part_of(module_name(path)))
    missing = third_party(path) - modules(extra)
    assert not missing, f"{sorted(missing)} not in the dependencies of {NAME}[{extra or ''}]"


def test_the_extensions_of_this_book_and_the_cells_of_its_chapters_are_declared():
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
    tops = {name.partition(".")[0] for name in config["extensions"]} - {"bn", "bnbook", "explorable"}
    bring = {same(name) for requirement in declared("book") for name in brought(requirement.name)}
    assert not [top for top in tops if not owners()[top] & bring]
    for chapter in [ROOT / "index.md", *(ROOT / "chapters").glob("*.md")]:
        cells = re.findall(r"^```\{code-cell\} ipython3\n(.*?)^```$", chapter.read_text("utf-8"), re.DOTALL | re.M)
        code = "\n".join(line for cell in cells for line in cell.splitlines() if re.match(r"(from|import) ", line))
        tops = {name.split(".")[0] for name in names_of_imports(code)} - set(sys.stdlib_module_names)
        assert tops <= modules("notebook") | {"bn", "bnbook", "explorable"}, chapter.name


def names_of_imports(code):
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def brought(name, extras=(), seen=None):
    """A distribution and all that it brings, by the installed metadata."""
    seen = set() if seen is None else seen
    for extra in ("", *extras):
        if (same(name), extra) in seen:
            continue
        seen.add((same(name), extra))
        for other in map(Requirement, metadata.requires(name) or ()):
            if other.marker is None or other.marker.evaluate({"extra": extra}):
                brought(other.name, other.extras, seen)
    return {name for name, _ in seen}


def test_each_is_pinned_for_the_book_at_a_version_that_is_allowed():
    pins = {same(name): version for name, version in PINS.items()}
    for requirement in declared("book"):
        version = pins.get(same(requirement.name))
        assert version and requirement.specifier.contains(version), f"{requirement} against {version}"


def test_the_first_cell_of_a_notebook_looks_for_all_that_it_needs():
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
    assert config["explorable_requirement"] == f"{NAME}[notebook]"
    files = [path for path in FILES if EXTRA.get(part_of(module_name(path))) in (None, "notebook")]
    engine = {top for path in files if "explorable" in path.parts for top in third_party(path)}
    assert engine - {"nbconvert"} | {"explorable"} == set(ENGINE)  # nbconvert exports; it is not there to be run with
    others = {top for path in files for top in third_party(path)} - engine
    assert others == {name for name in config["explorable_packages"] if not name.startswith("bn")}


@pytest.mark.parametrize("package", [bn, explorable])
def test_packages_know_their_version(package):
    assert package.__version__ == metadata.version(NAME) == PROJECT["version"]


def test_a_wheel_and_an_archive_of_the_sources_hold_the_kept_findings_and_all_else(tmp_path):
    wheel = pytest.importorskip("hatchling.builders.wheel").WheelBuilder
    sdist = pytest.importorskip("hatchling.builders.sdist").SdistBuilder
    settings = ["pyproject.toml", "README.md", ".gitignore", *(f"labconfig/{path.name}" for path in LAB.iterdir())]
    sources = [path for top in ("bn", "bnbook", "explorable") for path in (ROOT / top).rglob("*") if path.is_file()]
    wanted = {path.relative_to(ROOT).as_posix() for path in sources if "__pycache__" not in path.parts}
    for name in (*settings, *wanted):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    kept = "bnbook/experiments/kept/probe.npz"
    (tmp_path / kept).touch()
    for builder in (wheel, sdist):
        held = {file.distribution_path for file in builder(str(tmp_path)).recurse_included_files()}
        assert not {*wanted, kept} - held, builder.__name__


def test_the_engine_alone_asks_for_what_the_book_asks_for_it():
    """The same bounds, and for each use what its rooms import."""
    here = {(same(r.name), str(r.specifier)) for extra in (None, "book") for r in declared(extra)}
    extras = {None: ENGINE_ALONE["dependencies"], **ENGINE_ALONE["optional-dependencies"]}
    asked = {extra: [Requirement(text) for text in texts] for extra, texts in extras.items()}
    for requirement in (one for found in asked.values() for one in found if one.name != "explorable"):
        assert (same(requirement.name), str(requirement.specifier)) in here, requirement
    wanted = {"explorable.sphinx": "sphinx", "explorable.offline": "offline", "explorable.page.exporting": "export"}
    wanted["explorable.writing.pages"] = "sphinx"
    for path in (path for path in FILES if "explorable" in path.relative_to(ROOT).parts[:1]):
        extra = wanted.get(part_of(module_name(path)))
        brings = {
            same(one.name) for key in {None, "sphinx" if extra == "offline" else extra, extra} for one in asked[key]
        }
        brings |= {"traitlets"}  # of anywidget
        tops = {top for top, names in owners().items() if names & brings}
        assert third_party(path) <= tops, module_name(path)


def test_the_engines_wheel_holds_all_of_it_and_nothing_else(tmp_path):
    wheel = pytest.importorskip("hatchling.builders.wheel").WheelBuilder
    folder = ROOT / "explorable"
    held = {file.distribution_path for file in wheel(str(folder)).recurse_included_files()}
    about = {"pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"}
    sources = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    wanted = {f"explorable/{path.as_posix()}" for path in sources if "__pycache__" not in path.parts}
    assert held == wanted - {f"explorable/{name}" for name in about}
