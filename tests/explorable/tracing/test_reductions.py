"""Reductions over every choice of axes, of every type, with ties, NaN, empty axes and axes of length 1."""

import itertools

import numpy as np
import pytest

from explorable.tracing.graph import CannotTrace
from tests.explorable.tracing.engine import agree, traced

LEVELS = [0.0, 0.1, 0.25, 1 / 3, 0.5, 0.9, 1.0]
CLOSE = 1e-13  # NumPy adds in pairs, the page one after the other
SHAPES = [(), (1,), (5,), (3, 4), (1, 4), (3, 1), (2, 3, 4), (2, 1, 4), (1, 3, 1), (2, 3, 1, 2)]
EMPTY = [(0,), (0, 3), (3, 0), (2, 0, 3), (0, 0)]
KINDS = {
    "floats": lambda rng, shape: rng.normal(size=shape),
    "tied": lambda rng, shape: rng.integers(-2, 3, size=shape) / 2,
    "with NaN": lambda rng, shape: np.where(rng.random(shape) < 0.2, np.nan, rng.integers(-2, 3, size=shape)),
    "infinite": lambda rng, shape: rng.choice([1.0, np.inf, -np.inf, -2.0], size=shape),
    "whole": lambda rng, shape: rng.integers(-4, 5, size=shape),
    "truths": lambda rng, shape: rng.random(shape) < 0.6,
}


def axes_of(shape):
    """Every choice of axes, as NumPy lets it be named."""
    ndim = len(shape)
    several = [axes for n in range(2, ndim + 1) for axes in itertools.combinations(range(ndim), n)]
    return [None, *range(-ndim, ndim), (), *several, *[axes[::-1] for axes in several[-1:]]]


def everything(name, shape, **how):
    """The function with the reduction over every choice of axes, without and with keepdims, as a dict."""
    reduce = getattr(np, name)

    def function(x):
        return {
            f"{axes} {keep}": reduce(x, axis=axes, keepdims=keep, **how) for axes in axes_of(shape) for keep in (0, 1)
        }

    return function


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["sum", "prod", "max", "min", "any", "all", "mean", "count_nonzero"])
def test_reductions(name, kind):
    for number, shape in enumerate(SHAPES):
        x = np.asarray(KINDS[kind](np.random.default_rng(number), shape))
        exact = name in ("max", "min", "any", "all", "count_nonzero") or kind in ("whole", "truths")
        agree(everything(name, shape), x, within=0.0 if exact else CLOSE)


@pytest.mark.parametrize("name", ["var", "std"])
def test_spread(name):
    for number, (shape, ddof) in enumerate(itertools.product(SHAPES, (0, 1, 2))):
        rng = np.random.default_rng(number)
        agree(everything(name, shape, ddof=ddof), np.asarray(rng.normal(size=shape)), within=CLOSE)
    agree(everything(name, (2, 3)), np.array([[1, 2, 5], [7, 0, -3]]), within=CLOSE)


@pytest.mark.parametrize("name", ["argmax", "argmin"])
@pytest.mark.parametrize("kind", ["floats", "tied", "with NaN", "infinite", "whole", "truths"])
def test_places_of_the_extreme(name, kind):
    for number, shape in enumerate(SHAPES):
        x = np.asarray(KINDS[kind](np.random.default_rng(number), shape))
        choices = [None, *range(-len(shape), len(shape))]
        agree(lambda x, c=choices: {f"{a} {k}": getattr(np, name)(x, axis=a, keepdims=k) for a in c for k in (0, 1)}, x)


@pytest.mark.parametrize("shape", EMPTY)
def test_nothing_is_reduced(shape):
    for name, dtype in itertools.product(["sum", "prod", "any", "all", "count_nonzero"], [float, int, bool]):
        agree(everything(name, shape), np.zeros(shape, dtype))
    agree(lambda x: (x.mean(axis=0), x.sum(axis=0) / len(x)), np.zeros(shape))
    with pytest.raises(CannotTrace, match="the max of an array of shape"):
        traced(lambda x: x.max(), np.zeros(shape))


def test_the_type_in_which_is_summed():
    agree(lambda x: (x.sum(axis=0), x.sum(dtype=float), x.mean(axis=1)), np.array([[True, False], [True, True]]))
    agree(lambda x: (x.sum(axis=0, dtype=float), x.sum(dtype=int)), np.array([[3, 4], [5, -6]]))
    agree(lambda x: x.sum(axis=0, dtype=int), np.array([[1.7, -2.7], [0.5, 9.9]]))


def test_reductions_with_a_start():
    x = np.array([[1.0, -3.0], [np.nan, 2.0]])
    agree(lambda x: (x.max(axis=0, initial=1.5), x.min(initial=-9), np.max(x, initial=0)), x)


def test_ufunc_reduce():
    x = np.array([[1.0, -3.0, 2.0], [0.5, 2.0, -0.0]])
    agree(lambda x: (np.add.reduce(x), np.multiply.reduce(x, axis=1), np.maximum.reduce(x, axis=None)), x)
    agree(lambda x: (np.logical_and.reduce(x > -1), np.logical_or.reduce(x > 1, axis=1, keepdims=True)), x)


def test_a_wrong_axis_is_an_error_as_in_numpy():
    for axis in (2, -3, (0, 0), (0, 2)):
        with pytest.raises((ValueError, IndexError)):
            agree(lambda x, axis=axis: x.sum(axis=axis), np.ones((2, 3)))


def test_order_statistics():
    for number, (shape, kind) in enumerate(itertools.product(SHAPES[1:], ("floats", "tied", "with NaN", "whole"))):
        x = KINDS[kind](np.random.default_rng(number), shape)
        axes = (None, *range(-1, len(shape)))
        agree(lambda x, axes=axes: {f"{f.__name__} {a}": f(x, axis=a) for a in axes for f in (np.sort, np.median)}, x)
        agree(lambda x, axes=axes: {f"{a}": np.quantile(x, LEVELS, axis=a) for a in axes}, x, within=CLOSE)
        agree(lambda x: (np.percentile(x, 40, axis=0), np.percentile(x, [10, 99])), x, within=CLOSE)
    agree(lambda x: np.sort(x), np.array([True, False, True]))
    agree(lambda x: (np.sort(x), np.median(x)), np.array([np.inf, 1.0, -np.inf, np.inf]))
    agree(lambda x: np.sort(x, axis=1), np.zeros((3, 0)))


def test_infinities_between_quantiles():
    x = np.array([[np.inf, 1.0, 2.0, -np.inf, 0.0], [np.inf, np.inf, np.inf, 3.0, 4.0]])
    q = [0.0, 0.05, 0.25, 0.5, 0.6, 0.75, 0.9, 1.0]
    agree(lambda x: np.quantile(x, q, axis=1), x)


def test_norms():
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    agree(lambda x: (np.linalg.norm(x), np.linalg.norm(x, axis=-1), np.linalg.norm(x, 2, axis=1)), x, within=CLOSE)
    agree(lambda x: np.linalg.norm(x, axis=(0, 2), keepdims=True), x, within=CLOSE)
    agree(lambda x: (np.linalg.norm(x[0, 0], 2), np.linalg.norm(x[0], "fro")), x, within=CLOSE)


def test_what_is_reduced_may_be_changed_in_place():
    def function(x):
        total, peak = x.sum(axis=0), x.max(axis=1)
        total /= len(x)
        peak += 1
        places = x.argmax(axis=0)
        places *= 2
        return total, peak, places, np.sort(x, axis=0)

    agree(function, np.random.default_rng(0).normal(size=(3, 4)), within=CLOSE)
