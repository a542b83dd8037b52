"""A build that was killed, wherever it was, and then a strict one: the site is that of an undisturbed build elsewhere.

The undisturbed book lies in another folder, is built with another seed of Python's hashes and on one core, so that
this also shows: two builds in two folders give the same site, byte for byte.
"""

import os
import shutil
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn

from explorable.offline.unfinished import mend_notebooks
from explorable.sphinx.render import MIME_TYPE
from tests.explorable.sphinx import stab
from tests.explorable.sphinx.tiny import CONFIG, build_book, widget, write_book
from tools.build import build

SAMPLED = """```{code-cell} ipython3
import time
import numpy as np
from explorable import Axis, Chart, Dot, Explorable, Line, Sampled, Slider


def waves(n, phase):
    time.sleep(0.06)
    t = np.linspace(0, 1, 50)
    return {"t": t, "y": np.sin(n * t + phase) + np.random.default_rng(n).normal(size=50), "mean": np.mean(t**n)}


Explorable(
    key="waves",
    title="Noisy waves",
    controls=[Slider("n", "number", values=range(1, 9), start=2), Slider("phase", "phase", values=(0, 1, 2), start=0)],
    model=Sampled(waves),
    figures=Chart([Line("t", "y")], x=Axis("t"), y=Axis("y"), alt="Waves"),
    readout="the mean is {mean:.3f}",
    caption="More waves.",
)
```
"""
INDEX = f"# One\n\n{widget()}\n\n{SAMPLED}\n\nThe square is {{live}}`square: y | .1f`.\n\n$$ x^2 $$\n"
SECOND = "# Second\n\n{set}`one <square: a=1>` gives {live}`square: y`, a mean of {live}`waves: mean | .3f`.\n"
THIRD = "# Third\n\nA page with {live} is written by every build, and so is the root of the book; this one is not.\n"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")]


def make_book(folder):
    folder.mkdir(parents=True)
    write_book(folder, INDEX, SECOND)
    (folder / "third.md").write_text(THIRD, encoding="utf-8")
    with (folder / "_toc.yml").open("a", encoding="utf-8") as toc:
        toc.write("- file: third\n")
    shutil.copy(stab.__file__, folder / "stab.py")
    config = CONFIG.replace("sphinx:\n", "sphinx:\n  local_extensions: {stab: .}\n", 1)  # for the path
    config = config.replace("explorable.offline]", "explorable.offline, stab]")
    (folder / "_config.yml").write_text(config, encoding="utf-8")
    return folder


def site(folder):
    """{path in the site: content} of everything that would be published."""
    root = folder / "_build" / "html"
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def check_same(site, reference):
    assert site.keys() == reference.keys()
    assert not [path for path in site if site[path] != reference[path]]


def one_core():
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = make_book(tmp_path_factory.mktemp("undisturbed") / "a" / "longer name")
    good, words = build_book(folder, env={**os.environ, "PYTHONHASHSEED": "1"}, preexec_fn=one_core)
    assert good, words
    return site(folder)


def test_a_build_after_killed_ones_is_good_and_the_same(tmp_path, undisturbed):
    folder = make_book(tmp_path / "killed")

    def kill(moment):
        # Not a pipe, which processes that bake for a killed kernel hold open until they give up waiting for work.
        with open(tmp_path / "words.txt", "wb") as words:
            settings = {**os.environ, "STAB": moment, "PYTHONHASHSEED": "2"}
            done = build(folder, env=settings, stdout=words, stderr=words)
        assert done.returncode == -signal.SIGKILL, f"{moment}: {(tmp_path / 'words.txt').read_text()[-3000:]}"

    def build_on():
        good, words = build_book(folder, env={**os.environ, "PYTHONHASHSEED": "3"})
        assert good, words
        assert "The last build was interrupted" in words
        check_same(site(folder), undisturbed)

    for moment in stab.MOMENTS:
        kill(moment)
    build_on()
    os.utime(folder / "third.md")  # now it is written again, half of it looks new, and Sphinx has read it
    kill("page")
    build_on()


def test_two_builds_at_once_are_both_good_and_damaged_data_are_made_again(tmp_path, undisturbed):
    folder = make_book(tmp_path / "twice")
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(build_book, [folder, folder]))
    assert all(good for good, _ in both), both
    assert sum("Another build of this book is running" in words for _, words in both) == 1
    check_same(site(folder), undisturbed)
    for path in Path(folder, ".explorable-cache").rglob("*"):
        if path.suffix in (".npz", ".js", ".ipynb"):
            stab.halve(path)
    good, words = build_book(folder)
    assert good, words
    check_same(site(folder), undisturbed)


def test_a_damaged_notebook_cache_is_repaired(tmp_path, monkeypatch):
    """Every state in which jupyter-cache can be left, without a build for each."""
    monkeypatch.setenv("EXPLORABLE_CACHE", str(tmp_path))
    place, names = tmp_path / "notebooks", ("good", "half", "missing", "dead")
    bundles = [notebook(name, "gone-0123456789ab.js" if name == "dead" else None) for name in names]
    cache = get_cache(place)
    keys = {b.uri: cache.cache_notebook_bundle(b, check_validity=False).hashkey for b in bundles}
    stab.halve(place / "executed" / keys["half"] / "base.ipynb")
    (place / "executed" / keys["missing"] / "base.ipynb").unlink()

    def mend():
        mend_notebooks(None, SimpleNamespace(nb_execution_cache_path=place))
        return [record.uri for record in get_cache(place).list_cache_records()]

    assert mend() == ["good"]
    for content in (b"", (place / "global.db").read_bytes()[:3000], b"no database"):
        (place / "global.db").write_bytes(content)
        assert mend() == []
    for bundle in bundles:  # and it can be filled again
        get_cache(place).cache_notebook_bundle(bundle, check_validity=False)


def notebook(name, script=None):
    """An executed notebook of one cell, for jupyter-cache."""
    data = {MIME_TYPE: {"script_name": script}} if script else {"text/plain": name}
    output = nbformat.v4.new_output("display_data", data=data)
    cell = nbformat.v4.new_code_cell(f"# {name}", outputs=[output], execution_count=1)
    return CacheBundleIn(nbformat.v4.new_notebook(cells=[cell]), name)
