"""Kept findings: each is computed again in part; stale files, other settings and wrong arrays are noticed."""

import dataclasses

import numpy as np
import pytest

from bnbook.experiments import kept
from bnbook.experiments.findings import FINDINGS, Finding
from tools import findings


def walk(seed, steps=5):
    """A random walk, as an example of a finding."""
    return {"path": np.random.default_rng(seed).normal(size=steps).cumsum(), "steps": np.arange(steps)}


EXAMPLE = Finding("walk", walk, "a walk", settings={"steps": 7}, seeds=(3, 4), check={"steps": 4})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "FOLDER", tmp_path)
    monkeypatch.setattr(kept, "path_of", lambda name, folder=tmp_path: tmp_path / f"{name}.npz")
    kept._read.cache_clear()
    yield tmp_path
    kept._read.cache_clear()


@pytest.mark.parametrize("name", sorted(FINDINGS))
def test_a_kept_finding_is_what_its_code_gives(name):
    assert findings.stale(FINDINGS[name]) is None, "run `make findings`"
    assert findings.disagreement(FINDINGS[name]) is None


def test_every_kept_file_belongs_to_a_finding():
    assert {path.stem for path in kept.FOLDER.glob("*.npz")} == set(FINDINGS)


def test_a_finding_is_run_kept_and_read(folder):
    assert findings.stale(EXAMPLE) == "it is missing"
    findings.run(EXAMPLE, jobs=1)
    arrays = kept.load("walk")
    assert arrays["path"].shape == (2, 7) and np.array_equal(arrays["path"][1], walk(4, 7)["path"])
    assert findings.stale(EXAMPLE) is None and findings.disagreement(EXAMPLE) is None
    first = (folder / "walk.npz").read_bytes()
    kept.write("walk", arrays, kept.about("walk"))
    assert (folder / "walk.npz").read_bytes() == first
    with pytest.raises(ValueError, match="read-only"):
        arrays["path"][0, 0] = 1


def test_other_settings_seeds_or_code_make_it_stale(folder, monkeypatch):
    findings.run(EXAMPLE, jobs=1)
    assert "its settings" in findings.stale(dataclasses.replace(EXAMPLE, settings={"steps": 8}))
    assert "its seeds" in findings.stale(dataclasses.replace(EXAMPLE, seeds=(3, 5)))
    monkeypatch.setattr(findings, "digest", lambda finding: "another")
    assert "its code" in findings.stale(EXAMPLE)


def test_a_result_that_is_not_the_code_s_is_noticed(folder):
    findings.run(EXAMPLE, jobs=1)
    arrays = {key: array.copy() for key, array in kept.load("walk").items()}
    arrays["path"][0, 2] += 1e-3
    kept.write("walk", arrays, kept.about("walk"))
    assert findings.disagreement(EXAMPLE).startswith("path differs by 0.001")


def test_in_another_arithmetic_a_run_may_be_another_seed_and_nothing_else(folder, monkeypatch):
    findings.run(EXAMPLE, jobs=1)
    arrays = {key: array.copy() for key, array in kept.load("walk").items()}
    made = kept.about("walk") | {"arithmetic": "another"}
    kept.write("walk", {**arrays, "path": arrays["path"][::-1]}, made)  # what a seed gives is in the range of all seeds
    assert findings.disagreement(EXAMPLE) is None
    kept.write("walk", {**arrays, "path": arrays["path"] + 50}, made)
    assert findings.disagreement(EXAMPLE).startswith("path differs by 50")
    kept.write("walk", {**arrays, "path": arrays["path"][::-1]}, made | {"arithmetic": findings.arithmetic()})
    assert findings.disagreement(EXAMPLE).startswith("path differs by")


def test_the_digest_sees_code_that_is_imported_and_no_comments(tmp_path, monkeypatch):
    source = tmp_path / "one.py"
    monkeypatch.setattr(findings, "file_of", lambda name: source)
    monkeypatch.setattr(findings, "_follow", lambda name, seen: seen.add(name))

    def digest_of(text):
        source.write_text(text, encoding="utf-8")
        findings._read.cache_clear()
        return findings.digest(EXAMPLE)

    plain = digest_of("def f(x):\n    return x + 1\n")
    assert digest_of('def f(x):\n    """More."""\n    # why\n    return (x + 1)\n') == plain
    assert digest_of("def f(x):\n    return x + 2\n") != plain
    findings._read.cache_clear()


def test_imports_are_followed_through_the_library():
    seen = set()
    findings._follow("bnbook.experiments.drift", seen)
    assert {"bnbook.experiments.drift", "bn.data", "bn.network", "bn.layers.batch_normalization", "bn.optim"} <= seen


def test_an_unknown_name_lists_what_is_known(folder):
    with pytest.raises(KeyError, match="no kept finding 'nothing'; known are none"):
        kept.load("nothing")
