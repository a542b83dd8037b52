"""Run the findings that are kept (`bnbook.experiments.findings`), and keep what they return, for `make findings`.

    make findings                     those whose code has changed since they were kept, or that are missing
    make findings ARGS=NAME           this one, in any case
    make findings ARGS=--all          all of them
    make findings ARGS=--restamp      the same, but where the code alone has changed, one seed is computed again: if it
                                      agrees, only the digest is written anew

The seeds are spread over the cores by joblib, one thread each; a cluster takes them with
`joblib.parallel_config(backend="dask")`.
"""

import argparse
import ast
import hashlib
import importlib.util
import inspect
import json
import sys
import time
from functools import cache, lru_cache
from pathlib import Path

import joblib
import numpy as np
from numpy._core._multiarray_umath import __cpu_features__
from threadpoolctl import threadpool_info

from bnbook.experiments import kept
from bnbook.experiments.findings import FINDINGS

TOLERANCE = 1e-6
INSIDE = 0.9  # of the numbers of a run in another arithmetic lie where those of all seeds lie, and as far again


def run(finding, jobs=-1, folder=kept.FOLDER):
    """Compute all seeds of a finding and keep them."""
    begin = time.perf_counter()
    work = (joblib.delayed(finding.function)(seed, **finding.settings) for seed in finding.seeds)
    results = list(joblib.Parallel(n_jobs=jobs, return_as="generator")(work))
    arrays = {name: np.stack([np.asarray(result[name]) for result in results]) for name in results[0]}
    kept.write(finding.name, arrays, made(finding, time.perf_counter() - begin), folder)


def made(finding, seconds):
    """What is kept beside the arrays."""
    return {
        "settings": json.loads(json.dumps(finding.settings)),
        "seeds": list(finding.seeds),
        "versions": {"python": ".".join(map(str, sys.version_info[:2])), "numpy": np.__version__},
        "arithmetic": arithmetic(),
        "digest": digest(finding),
        "seconds": round(seconds, 1),
    }


def stale(finding):
    """Why a finding must be run again, or None."""
    if not kept.path_of(finding.name).exists():
        return "it is missing"
    about = kept.about(finding.name)
    now = made(finding, 0)
    for part, words in (("digest", "its code"), ("settings", "its settings"), ("seeds", "its seeds")):
        if about[part] != now[part]:
            return f"{words} changed since it was kept"
    return None


def disagreement(finding, tolerance=TOLERANCE):
    """Compute the first seed again (shortened by `finding.check`): what differs from what is kept, or None.

    A processor with other vectors sums in another order, and a long training run makes of the last digit another run.
    There it must agree with what is kept as another seed would: see `is_like_a_seed`.
    """
    again = finding.function(finding.seeds[0], **{**finding.settings, **finding.check})
    arrays = kept.load(finding.name)
    for name, value in again.items():
        value = np.asarray(value)
        seeds = arrays[name][(slice(None), *map(slice, value.shape))]  # a shortened run is the beginning of the whole
        if np.allclose(value, seeds[0], rtol=tolerance, atol=tolerance, equal_nan=True):
            continue
        same = kept.about(finding.name)["arithmetic"] == arithmetic()
        if same or not is_like_a_seed(value, seeds):
            return f"{name} differs by {np.nanmax(np.abs(value - seeds[0])):.3g}"
    return None


def is_like_a_seed(value, seeds):
    """Whether nearly all numbers of a run lie in the range of those of all seeds, or as far beyond it as it is wide.

    Of few numbers, too, one may lie elsewhere.
    """
    if value.shape != seeds.shape[1:]:
        return False
    low, high = np.fmin.reduce(seeds), np.fmax.reduce(seeds)  # NaN only where all are
    with np.errstate(invalid="ignore"):
        room = high - low + TOLERANCE * (1 + np.abs(high))
        inside = ((value >= low - room) & (value <= high + room)) | (value == low) | (value == high)
    inside |= np.isnan(value) & np.isnan(seeds).any(axis=0)
    return bool(np.sum(~inside) <= max(1, (1 - INSIDE) * inside.size))


@cache
def arithmetic():
    """How this machine computes: the kernels of its BLAS, and whether NumPy has the widest vectors."""
    kernels = sorted({str(pool.get("architecture")) for pool in threadpool_info() if pool["user_api"] == "blas"})
    return f"{' '.join(kernels)} {'AVX512' if __cpu_features__.get('AVX512_SKX') else 'AVX2'}"


def digest(finding):
    """A hash of the code that a finding runs: its function's module and all of the project that this imports.

    Comments, docstrings and layout do not count.
    """
    modules = set()
    _follow(finding.function.__module__, modules)
    total = hashlib.sha256(finding.function.__qualname__.encode())
    for name in sorted(modules):
        total.update(f"{name}\0{_read(file_of(name))[1]}\0".encode())
    return total.hexdigest()[:24]


def _follow(name, seen):
    """Collect the modules of `bn` that the module `name` imports, and these import."""
    path = file_of(name)
    if name in seen or path is None:
        return
    seen.add(name)
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(_read(path)[0]):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            found = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        else:
            continue
        for other in found:
            if other.split(".")[0] in ("bn", "bnbook"):
                _follow(other, seen)


@lru_cache(maxsize=256)
def file_of(name):
    """The source file of a module of `bn`, or None where there is no such module."""
    if name == "bn":
        return None  # its __init__ only collects names
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        return None
    return Path(spec.origin) if spec and spec.origin else None


@lru_cache(maxsize=256)
def _read(path):
    """The code of a file without docstrings, as a tree and as text: comments and layout are in neither."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return tree, ast.dump(tree)


def main():
    parser = argparse.ArgumentParser(description=inspect.cleandoc(__doc__).splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--restamp", action="store_true")
    given = parser.parse_args()
    unknown = sorted(set(given.names) - set(FINDINGS))
    if unknown:
        sys.exit(f"no finding is called {', '.join(unknown)}; known are {', '.join(sorted(FINDINGS)) or 'none'}")
    for finding in FINDINGS.values():
        wanted = finding.name in given.names if given.names else given.all or stale(finding)
        if not wanted:
            continue
        if given.restamp and stale(finding) == "its code changed since it was kept" and not disagreement(finding):
            arrays, about = kept.load(finding.name), kept.about(finding.name)
            kept.write(finding.name, arrays, {**about, "digest": digest(finding)})
            print(f"{finding.name}: agrees, its digest is written anew", flush=True)
            continue
        print(f"{finding.name}: {len(finding.seeds)} seeds ...", flush=True)
        run(finding)
        print(f"{finding.name}: {kept.about(finding.name)['seconds']} s", flush=True)


if __name__ == "__main__":
    main()
