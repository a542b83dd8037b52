"""An unchanged grid costs nothing; only what its function depends on makes it be computed again."""

import importlib
import importlib.metadata
import linecache
import os
import subprocess
import sys
import types

import numpy as np
import pytest

from explorable import Slider
from explorable.declare.errors import DeclarationError
from explorable.models import Sampled, cache
from explorable.models.sources import Trace, Untraceable, version_of

RATE = Slider("rate", "rate", values=(0.1, 0.5, 2), start=0.5)

PROJECT = {
    "widget.py": """
import sys
import numpy as np
from project.deep import run
from project import numbers as other
CAPTION = "a caption"
FACTOR = 3
NAMES = {"a", "b", "c", "d"}
def helper(x): return x + 1
def unused(x): return x - 1
def function(rate):
    print("computed", file=sys.stderr)
    return {"y": helper(run(rate)) * FACTOR * other.ONE * np.ones(2) * len(NAMES)}
""",
    "project/__init__.py": "",
    "project/deep.py": """
from . import extra
def run(rate):
    from .deeper import square
    return square(rate)
""",
    "project/extra.py": "NOTHING = 0\n",
    "project/deeper.py": "def square(x):\n    return x * x\n",
    "project/numbers.py": "ONE = 1\n",
    "project/unrelated.py": "TWO = 2\n",
    "main.py": """
import json
from explorable import Slider
from explorable.models import Sampled
from widget import function
wire, text = Sampled(function, error=1e-3).payload([Slider("rate", "rate", values=(0.1, 0.5, 2), start=0.5)])
print(json.dumps(wire), text)
""",
}


@pytest.fixture
def project(tmp_path):
    """project(changes) writes the files and runs main.py: (calls of the function, what was printed)."""
    root = tmp_path / "root"

    def run(changes=None, **environment):
        for path, text in (PROJECT | (changes or {})).items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists() or file.read_text(encoding="utf-8") != text:
                file.write_text(text, encoding="utf-8")
                os.utime(file, (1e9, 1e9 + len(text)))  # older than the process, unlike an edit under a live one
        paths = os.pathsep.join([str(root), *sys.path])
        settings = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", **environment}
        done = subprocess.run(
            [sys.executable, root / "main.py"], capture_output=True, text=True, encoding="utf-8", env=settings
        )
        assert done.returncode == 0, done.stderr
        return done.stderr.count("computed"), done.stdout

    return run


def test_a_second_run_computes_nothing_and_ships_the_same_bytes(project):
    first, shipped = project(PYTHONHASHSEED="1")
    assert first == 3
    assert project(PYTHONHASHSEED="2") == (0, shipped)
    assert project({"project/deeper.py": "def square(x):\n    return x * x * x\n"})[0] == 3
    assert project({"project/unrelated.py": "TWO = 3\n"}) == (0, shipped), "the first version is still there"


@pytest.fixture
def digest(tmp_path, monkeypatch):
    """digest(changes) is that of the function in widget.py, freshly imported."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def trace(changes=None):
        for path, text in (PROJECT | (changes or {})).items():
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
        for name in [name for name in sys.modules if name.split(".")[0] in ("widget", "project")]:
            monkeypatch.delitem(sys.modules, name)
        importlib.invalidate_caches()
        linecache.clearcache()
        return Trace(importlib.import_module("widget").function).digest

    return trace


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("project/deeper.py", "x * x", "x * x * x"),  # imported inside a function, relatively
        ("project/extra.py", "0", "1"),
        ("widget.py", '"d"', '"e"'),
        ("project/deep.py", "square(rate)", "square(rate) + 0"),
        ("project/__init__.py", "", "# new\n"),
        ("project/numbers.py", "1", "2"),
        ("widget.py", "FACTOR = 3", "FACTOR = 4"),
        ("widget.py", "return x + 1", "return x + 2"),
        ("widget.py", "np.ones(2)", "np.ones(3)"),
    ],
)
def test_a_change_in_what_is_used_computes_again(digest, path, old, new):
    before = digest()
    text = PROJECT[path].replace(old, new, 1) if old else new
    assert text != PROJECT[path]
    assert digest({path: text}) != before
    assert digest() == before


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("project/unrelated.py", "2", "3"),
        ("widget.py", "a caption", "another caption"),
        ("widget.py", "return x - 1", "return x - 2"),
    ],
)
def test_a_change_elsewhere_does_not(digest, path, old, new):
    before, text = digest(), PROJECT[path].replace(old, new)
    assert text != PROJECT[path]
    assert digest({path: text}) == before


@pytest.mark.parametrize("imported", [None, types.SimpleNamespace(__version__="99")])
def test_a_key_does_not_depend_on_what_has_been_imported(monkeypatch, imported):
    """Else a grid that a build has left would not be found by a test or a notebook that had imported more."""
    if imported:
        monkeypatch.setitem(sys.modules, "sklearn", imported)
    else:
        monkeypatch.delitem(sys.modules, "sklearn", raising=False)
    version_of.cache_clear()
    assert version_of("sklearn") == importlib.metadata.version("scikit-learn")
    assert version_of("math") == ""


def test_other_values_or_versions_are_another_grid(monkeypatch):
    folder = cache.Store(ramp, (), "title").folder
    assert cache.Store(ramp, ("rate",), "title").folder != folder
    for module, name, value in [
        (np, "__version__", "99"),
        (cache, "FORMAT", 99),
        (sys, "version_info", (3, 99, 0)),
    ]:
        with monkeypatch.context() as patch:
            patch.setattr(module, name, value)
            assert cache.Store(ramp, (), "title").folder != folder
    things = [1, 1.0, True, "1", [1], {"1": 1}, np.array(1), np.array(1.0)]
    assert len({cache.digest(thing) for thing in things}) == len(things)


def files(folder, pattern):
    return sorted((folder / "grids").rglob(pattern))


def ramp(rate):
    return {"y": rate * np.arange(50), "z": rate}


def bake(function=ramp, control=RATE):
    return Sampled(function).bake([control], jobs=1)


@pytest.fixture
def settled(monkeypatch):
    """This file may have been edited since pytest started; for these tests it counts as old."""
    monkeypatch.setattr(Trace, "settled", True)


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty", "foreign"])
def test_a_damaged_file_is_computed_anew(settled, cache_folder, damage):
    wanted = bake()
    (path,) = files(cache_folder, "grid-*.npz")
    data = bytearray(path.read_bytes())
    if damage == "flipped":
        data[len(data) // 3] ^= 0xFF
    path.write_bytes({"truncated": data[:-40], "flipped": data, "empty": b"", "foreign": b"text"}[damage])
    tables = bake()
    assert np.array_equal(tables["y"][1], wanted["y"][1])
    good = path.read_bytes()
    assert bake() and path.read_bytes() == good and not files(cache_folder, "*.part")


@pytest.fixture
def slow_log(cache_folder, monkeypatch):
    """A file in which a function notes its points; each of them counts as slow and is kept by itself."""
    monkeypatch.setattr(cache, "POINT_SECONDS", -1)
    log = cache_folder.parent / "log"
    log.touch()
    return log


def test_slow_points_outlive_an_interruption_and_serve_other_grids(settled, slow_log):
    def slow(rate, path=str(slow_log)):
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"{rate}\n")
        if rate == 2 and log_length(path) < 4:
            raise KeyboardInterrupt
        return {"y": rate}

    with pytest.raises(KeyboardInterrupt):
        bake(slow)
    assert log_length(slow_log) == 3
    assert bake(slow)["y"][1].tolist() == [0.1, 0.5, 2] and log_length(slow_log) == 4
    longer = Slider("rate", "rate", values=(0.1, 0.3, 0.5, 2), start=0.5)
    assert bake(slow, longer)["y"][1].tolist() == [0.1, 0.3, 0.5, 2] and log_length(slow_log) == 5


def test_a_helper_computes_ahead_from_the_end_what_a_bake_takes_over(settled, slow_log):
    def slow(rate, path=str(slow_log)):
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"{rate}\n")
        if log_length(path) == 2:
            raise KeyboardInterrupt  # the build is ready before its helper
        return {"y": rate}

    def ahead():
        Sampled(slow).bake_ahead([RATE])

    with pytest.raises(KeyboardInterrupt):
        ahead()
    assert bake(slow)["y"][1].tolist() == [0.1, 0.5, 2]
    ahead()  # the grid is there
    assert slow_log.read_text(encoding="utf-8").split() == ["2", "0.5", "0.1", "0.5"]


def test_a_helper_leaves_fast_points_to_the_bake(settled, cache_folder):
    Sampled(lambda rate: {"y": rate}).bake_ahead([RATE])
    assert not files(cache_folder, "*")


def log_length(path):
    with open(path, encoding="utf-8") as file:
        return len(file.readlines())


def test_fast_points_have_no_files_of_their_own(settled, cache_folder):
    bake()
    assert len(files(cache_folder, "*")) == 2  # the folder of the function, and the grid


def test_nothing_is_kept_when_a_source_changed_under_the_running_process(cache_folder, monkeypatch):
    monkeypatch.setattr("explorable.models.sources.STARTED", 0)
    bake()
    assert not files(cache_folder, "*")


def test_a_function_that_cannot_be_traced_is_computed_each_time(settled, cache_folder):
    generator = iter(range(5))  # cannot be described by bytes
    unpicklable = (x for x in range(3))

    def odd(rate):
        return {"y": rate + (unpicklable is None) + (generator is None)}

    with pytest.raises(Untraceable):
        Trace(odd)
    assert bake(odd)["y"][1].tolist() == [0.1, 0.5, 2] and not files(cache_folder, "*")


def test_a_cached_grid_is_checked_like_a_new_one(settled):
    def holes(rate):
        return {"y": np.nan}

    Sampled(holes, gaps="y").bake([RATE])
    with pytest.raises(DeclarationError, match='"y" is not a number'):
        Sampled(holes).bake([RATE])


def test_closures_and_defaults_count_by_value():
    def make(factor, power=2):
        def scaled(rate, more=power):
            return {"y": factor * rate**more}

        return scaled

    digests = {Trace(make(*values)).digest for values in [(1,), (2,), (1, 3), (np.arange(3.0),), (np.arange(4.0),)]}
    assert len(digests) == 5
    assert Trace(make(1)).digest == Trace(make(1)).digest
    assert Trace(make({"a", "b"})).digest == Trace(make({"b", "a"})).digest


def test_a_notebook_in_the_book_finds_the_cache_of_the_build(tmp_path, monkeypatch):
    monkeypatch.delenv("EXPLORABLE_CACHE")
    inside, outside = tmp_path / "book" / "chapters", tmp_path / "elsewhere"
    for place in (inside, outside, tmp_path / "book" / ".explorable-cache"):
        place.mkdir(parents=True)
    monkeypatch.chdir(inside)
    assert cache.folder() == tmp_path / "book" / ".explorable-cache" / "grids"
    monkeypatch.chdir(outside)
    assert tmp_path not in cache.folder().parents


def test_the_defaults_of_every_function_count(tmp_path, monkeypatch):
    """What is only held while it is looked at must not be mistaken for what was held there before."""
    helpers = "".join(f"def f{i}(x={i}):\n    return x\n" for i in range(20))
    calls = " + ".join(f"f{i}()" for i in range(20))
    (tmp_path / "many_defaults.py").write_text(f"{helpers}def function():\n    return {calls}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    trace = Trace(importlib.import_module("many_defaults").function)
    assert all(f"data defaults of many_defaults.f{i}[0][0]" in trace._parts for i in range(20))
    # Whether an address is given out again is chance; it cannot be, while what stood there is held.
    assert all(id(thing) == key for key, thing in trace._seen.items() if isinstance(key, int))
