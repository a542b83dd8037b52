"""Every elementwise operation against NumPy: on special numbers, whole numbers and booleans, and broadcast."""

import itertools

import numpy as np
import pytest

from explorable.tracing.graph import CannotTrace
from explorable.tracing.operations import BITWISE, TEXT
from tests.explorable.tracing.engine import agree

UFUNCS = sorted({name for name in (*TEXT, *BITWISE, "square") if isinstance(getattr(np, name, None), np.ufunc)})
ONE = [name for name in UFUNCS if getattr(np, name).nin == 1]
TWO = [name for name in UFUNCS if getattr(np, name).nin == 2]
# Sums, products and choices are the same bits; what comes of series differs in the last digits.
SERIES = {
    *("exp", "expm1", "exp2", "log", "log2", "log10", "log1p", "cbrt", "sin", "cos", "tan", "arctan", "arctan2"),
    *("sinh", "cosh", "tanh", "power", "hypot", "logaddexp"),
}
EITHER_ZERO = {"maximum", "minimum"}  # of 0 and -0 NumPy takes the one or the other, by the machine
TINY, HUGE = 5e-324, np.finfo(float).max
SPECIAL = np.array([
    *(0.0, 1.0, 2.0, 0.5, 1.5, 2.5, 3.0, 3.7, 10.0, 0.1, 0.3, 1e-9, 17.25, 708.0, 711.0, 1e15 + 0.5, 2.0**53, 1e22),
    *(TINY, 1e-310, 2.3e-308, 1e-170, 1e-154, 1e154, 1e170, 1e300, HUGE, np.inf),
])  # fmt: skip
FLOATS = np.array([np.nan, *SPECIAL, *-SPECIAL])
WHOLE = np.array([0, 1, -1, 2, -2, 3, -3, 7, -8, 10, 1000, -999, 2**26 - 1, 2**31, -(2**33) + 1])
BELOW = {"multiply": 2**26, "square": 2**26, "power": 100}  # so that all fits into 2**53, up to which doubles count
TRUTHS = np.array([False, True])
KINDS = {"f": FLOATS, "i": WHOLE, "b": TRUTHS}


def within(name):
    return 4e-15 if name in SERIES else 0.0


def numpy_refuses(ufunc, *arrays):
    """Whether NumPy itself has no such operation on these types."""
    try:
        with np.errstate(all="ignore"):
            return np.asarray(ufunc(*arrays)).dtype.itemsize not in (1, 8) or ufunc(*arrays).dtype == np.int8
    except (TypeError, ValueError):
        return True


# What NumPy can and a program cannot, besides what would be in one of the narrow types (int8, float16).
REFUSED = {
    *((name, "ii") for name in ("bitwise_and", "bitwise_or", "bitwise_xor")),
    *((name, kinds) for name in ("bitwise_and", "bitwise_or", "bitwise_xor") for kinds in ("ib", "bi")),
    ("invert", "i"),
    ("reciprocal", "i"),
}


def check(name, kinds, arrays):
    """The operation agrees, or it is refused and stands above."""
    ufunc = getattr(np, name)
    if (name, kinds) in REFUSED or numpy_refuses(ufunc, *arrays):
        with pytest.raises((CannotTrace, TypeError, ValueError)):
            agree(ufunc, *arrays)
    else:
        agree(ufunc, *arrays, within=within(name), signs=name not in EITHER_ZERO)


def test_the_table_is_large():
    assert len(ONE) > 25 and len(TWO) > 20


@pytest.mark.parametrize("name", ONE)
def test_one_argument(name):
    for kind, array in KINDS.items():
        check(name, kind, [array if kind == "f" else array[np.abs(array) < BELOW.get(name, np.inf)]])


@pytest.mark.parametrize("name", TWO)
def test_two_arguments_each_with_each(name):
    for (a, one), (b, other) in itertools.product(KINDS.items(), repeat=2):
        if name in BELOW and "f" not in (a, b):
            one = one[np.abs(one) < BELOW[name]]
            other = np.abs(other[np.abs(other) < 5]) if name == "power" else other[np.abs(other) < BELOW[name]]
        check(name, a + b, [one[:, None], other])


NUMBERS = [0, 1, 2, -1, 0.5, -0.0, 3, np.inf, True, np.float64(2.5), np.int64(2)]


@pytest.mark.parametrize("name", TWO)
def test_a_number_of_python_keeps_the_type_of_the_array(name):
    kinds = {"f": FLOATS, "i": WHOLE[np.abs(WHOLE) < 100], "b": TRUTHS}
    for number, (kind, array) in itertools.product(NUMBERS, kinds.items()):
        ufunc = getattr(np, name)
        for function in (lambda x, n=number, u=ufunc: u(x, n), lambda x, n=number, u=ufunc: u(n, x)):
            try:
                with np.errstate(all="ignore"):
                    narrow = function(array).dtype not in (float, np.int64, bool)
            except (TypeError, ValueError):
                narrow = True
            if narrow or (name in BITWISE and (kind, type(number)) != ("b", bool)):
                with pytest.raises((CannotTrace, TypeError, ValueError)):
                    agree(function, array)
            else:
                agree(function, array, within=within(name), signs=name not in EITHER_ZERO)


SHAPES = [
    *[((), ()), ((), (3,)), ((1,), (3,)), ((3,), (1,)), ((2, 1), (3,)), ((2, 3), (3,)), ((2, 1, 4), (3, 1))],
    *[
        ((1, 1), (1,)),
        ((0,), (1,)),
        ((2, 0), (1, 1)),
        ((2, 1, 1, 3), (5, 1, 1)),
        ((1, 3, 1), (2, 1, 4)),
        ((4,), (4, 4)),
    ],
]


@pytest.mark.parametrize(("a", "b"), SHAPES)
def test_arrays_are_broadcast(a, b):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=a), rng.normal(size=b)
    agree(lambda x, y: (x + y, y * x - x, np.where(x > y, x, y), np.maximum(x, 0.0) / (y * y + 1)), x, y)


def test_operators_and_their_reflections():
    x, y = np.array([3.0, -4.5, 0.25]), np.array([2.0, 2.5, -8.0])
    agree(lambda x, y: (x + y, x - y, x * y, x / y, x // y, x % y, -x, +x, abs(x), x**2, x**0.5, x**-1), x, y)
    agree(lambda x, y: (x < y, x <= y, x > y, x >= y, x == y, x != y), x, y)
    agree(lambda x, y: (2 + x, 2 - x, 2 * x, 2 / x, 2 // x, 2 % x), x, y)
    agree(lambda x, y: ((x > 0) & (y > 0), (x > 0) | (y > 0), (x > 0) ^ (y > 0), ~(x > 0)), x, y)


@pytest.mark.parametrize(
    ("condition", "a", "b"),
    [
        ("b", "f", "f"),
        ("b", "i", "f"),
        ("b", "i", "i"),
        ("b", "b", "b"),
        ("b", "b", "i"),
        ("f", "f", "f"),
        ("i", "f", "b"),
    ],
)
def test_where(condition, a, b):
    rng = np.random.default_rng(1)
    picked = [KINDS[kind][rng.integers(len(KINDS[kind]), size=(4, 6))] for kind in (condition, a, b)]
    agree(np.where, *picked, signs=True)
    agree(lambda c, x, y: (np.where(c, x, 0), np.where(c, 1.5, y), np.where(c, 1, 0), np.where(c, np.nan, x)), *picked)


def test_types_are_changed_as_numpy_does():
    agree(lambda x: (x.astype(int), x.astype(bool), x.astype(float)), np.array([-2.7, -0.3, 0.0, 0.9, 5.0]), signs=True)
    agree(lambda x: (x.astype(float), x.astype(bool), 1 / x.astype(float)), np.array([-3, 0, 2]), signs=True)
    agree(lambda x: (x.astype(int), x.astype(float), x.astype(int) + 1), TRUTHS)


def test_a_whole_number_has_no_negative_zero():
    x, y = np.array([0, 0, -3, 5]), np.array([-2, 3, 0, 0])
    agree(lambda x, y: (1 / -x, 1 / (x * y), 1 / (x // (y - 1)), 1 / (x % (y - 7)), 1 / x), x, y)
    agree(lambda x, y: 1 / np.stack([x, y]).prod(axis=0), x, y)
    agree(lambda x: 1 / x.astype(int), np.array([-0.0, -0.5, 0.5]))


def test_clip():
    x = np.array([np.nan, -3.0, -0.5, 0.5, 4.0, np.inf])
    agree(lambda x: (np.clip(x, -1, 1), np.clip(x, None, 2), np.clip(x, -1, None), x.clip(0, 1)), x)
    agree(lambda x: (np.clip(x, a_min=-1, a_max=1), np.clip(x, min=0), x.clip(max=x[3])), x)
    agree(lambda x: (np.clip(x, 2, 4), np.clip(x, 0.5, 4)), np.arange(7))
