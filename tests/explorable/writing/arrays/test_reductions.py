"""Sums and their like along axes, in the order in which NumPy adds."""

import numpy as np
from hypothesis import given, settings

from tests.explorable.writing.arrays import inpage
from tests.explorable.writing.arrays.drawn import Drawn, search, seeds

EXACT = ["max", "min", "any", "all", "argmax", "argmin", "count_nonzero"]
SUMS = ["sum", "mean", "prod", "var", "std", "ptp", "median", "nansum"]
ROUGH = 1e-13


@search
@given(seeds)
def test_largest_and_first(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(20):
        x = drawn.array(drawn.shape())
        name = drawn.one(EXACT)
        axis = drawn.axis(x.ndim)
        if name.startswith("arg") and (axis.startswith("(") or not x.ndim):
            axis = "None"
        seen = drawn.seen("x", x.ndim)
        keep = drawn.one(["", ", keepdims=True", ", keepdims=False"])
        method = name != "count_nonzero" and drawn.rng.random() < 0.5
        code = f"({seen}).{name}(axis={axis}{keep})" if method else f"np.{name}({seen}, {axis}{keep})"
        cases.append((code, {"x": x}, 1e-18 if name in ("max", "min") else 0.0))
    inpage.compare(page, cases)


@search
@given(seeds)
def test_sums(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(20):
        name = drawn.one(SUMS)
        x = drawn.array(drawn.shape(), extreme=0.0, kinds={"ptp": "fi", "prod": "f"}.get(name, "fib"))
        if name == "median" and not (x.ndim and x.size):
            continue
        axis, seen, keep = drawn.axis(x.ndim), drawn.seen("x", x.ndim), drawn.one(["", ", keepdims=True"])
        ddof = drawn.one(["", "", ", ddof=1", ", ddof=3"]) if name in ("var", "std") else ""
        # The error of a sum is relative to what is added up, so all numbers are moved away from zero.
        code = f"np.{name}({seen} + 3, axis={axis}{keep}{ddof})"
        cases.append((code, {"x": np.abs(x) if x.dtype.kind == "f" else x}, ROUGH))
    inpage.compare(page, cases)


@search
@given(seeds)
def test_sums_of_what_is_extreme(page, seed):
    """Infinite numbers, and what is none, give the same wherever they stand."""
    drawn = Drawn(seed)
    cases = []
    for _ in range(15):
        x = np.asarray(drawn.rng.choice([0.0, 1.0, np.inf, -np.inf, np.nan, -2.0], drawn.shape()))
        name = drawn.one(["sum", "mean", "prod", *["median"] * bool(x.size), "nansum", "nanmean", "cumsum", "var"])
        axis = drawn.axis(x.ndim)
        if name == "cumsum" and axis.startswith("("):
            axis = "None"
        cases.append((f"np.{name}({drawn.seen('x', x.ndim)}, axis={axis})", {"x": x}, 1e-15))
    inpage.compare(page, cases)


@search
@given(seeds)
def test_along_an_axis(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(15):
        x = drawn.array((*drawn.shape(3), drawn.count(1, 5)), extreme=0.1)
        axis = drawn.count(-x.ndim, x.ndim)
        lines = [
            f"np.cumsum(x, axis={axis})",
            "x.cumsum()",
            f"np.cumprod(x, {axis})",
            f"np.diff(x, axis={axis})",
            f"np.sort(x, axis={axis})",
            "np.sort(x, None)",
            f"np.sort(x.T, axis={axis})",
            "np.unique(x)",
            f"np.average(abs(x) + 1, axis={axis}, weights=x * 0 + 2)",
        ]
        cases.append((drawn.one(lines), {"x": x}, 1e-13))
        y = np.sort(drawn.rng.permutation(20)[: drawn.count(1, 12)]) / 7
        q = drawn.one(["0.5", "0.1", "0.9", "1", "0", "[0.25, 0.5]"])
        cases.append((drawn.one([f"np.quantile(y, {q})", "np.percentile(y, 30)", "np.median(y)"]), {"y": y}, 1e-15))
        cases.append((drawn.one(["np.searchsorted(y, y + 0.1)", "np.searchsorted(y, 1.0, 'right')"]), {"y": y}))
    inpage.compare(page, cases)


@settings(search, max_examples=12)
@given(seeds)
def test_long_sums_are_added_pairwise(page, seed):
    """Bit for bit along the last axis, however long."""
    drawn = Drawn(seed)
    x = drawn.rng.normal(size=drawn.count(1, 3000))
    y = drawn.rng.normal(size=(drawn.count(1, 9), drawn.count(1, 200), drawn.count(1, 9)))
    lines = ["x.sum()", "x.mean()", "x.var()", "y.sum(axis=1)", "y.sum(axis=(0, 2))", "y.sum(axis=0)", "y.sum(axis=-1)"]
    inpage.compare(page, [(line, {"x": x, "y": y}) for line in [*lines, "y.std(axis=0)", "y.mean(axis=(0, 1))"]])
