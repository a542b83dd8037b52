"""What the property tests draw: batches of all shapes, types, layouts in memory and sizes of numbers.

The suite draws a fixed list of examples. BN_EXAMPLES=2000 searches anew, with so many examples for each property.
"""

import contextlib
import os

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = os.environ.get("BN_EXAMPLES")
search = settings(
    max_examples=int(EXAMPLES or 50),
    derandomize=EXAMPLES is None,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)

seeds = st.integers(0, 2**32 - 1)
floats = st.sampled_from([np.float32, np.float64])
eps_values = st.sampled_from([0.0, 1e-300, 1e-12, 1e-5, 1.0, 1e6, 1e300])
positive_eps = st.sampled_from([1e-8, 1e-5, 1e-3, 1.0])
# For each feature: what its numbers are like. The exponents are shares of the largest that the type has.
KINDS = ("ordinary", "offset", "large", "small", "constant", "denormal", "huge", "mixed", "outlier", "zero")
TAME = ("ordinary", "offset", "outlier")
tables = st.tuples(st.integers(1, 8), st.integers(1, 5))
images = st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(1, 3))
shapes = st.one_of(tables, images)
LAYOUTS = {
    "C": lambda x: x,
    "Fortran": np.asfortranarray,
    "strided": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
    "reversed": lambda x: x[::-1].copy()[::-1],
    "rolled axes": lambda x: np.moveaxis(np.moveaxis(x, 0, -1).copy(), -1, 0),
}


def numbers(rng, kind, n, dtype):
    """n numbers of one kind."""
    info, normal = np.finfo(dtype), rng.normal(size=n)
    if kind == "mixed":
        normal *= 10.0 ** rng.uniform(-8, 8, size=n)
    if kind == "outlier":
        normal[0] *= 1e4
    scaled = {
        "offset": lambda: normal + 1e3,
        "large": lambda: normal * float(info.max) ** 0.6,
        "small": lambda: normal * float(info.tiny) ** 0.6,
        "constant": lambda: np.full(n, normal[0] * 10.0 ** rng.integers(-5, 6)),
        "denormal": lambda: np.round(normal * 50) * float(info.smallest_subnormal),
        "huge": lambda: np.clip(normal, -0.999, 0.999) * float(info.max),
        "zero": lambda: np.zeros(n),
    }.get(kind, lambda: normal)
    return np.clip(scaled(), -float(info.max), float(info.max)).astype(dtype)


@st.composite
def batches(draw, shapes=tables, kinds=KINDS, dtypes=floats, axis=1, least=1):
    """An array whose features, along `axis`, are of drawn kinds; read-only, in a drawn layout."""
    shape, dtype = draw(shapes), draw(dtypes)
    shape = (max(shape[0], least), *shape[1:])
    rng, features = np.random.default_rng(draw(seeds)), shape[axis]
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=features, max_size=features))
    rest = [n for k, n in enumerate(shape) if k != axis % len(shape)]
    x = np.stack([numbers(rng, kind, int(np.prod(rest)), dtype).reshape(rest) for kind in chosen], axis=axis)
    return frozen(LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))](x))


def frozen(x):
    """The same array, which can no longer be written to."""
    x.flags.writeable = False
    return x


@st.composite
def alike(draw, x, dtype=None, scale=1.0):
    """An array of the shape of x with ordinary numbers, read-only."""
    rng = np.random.default_rng(draw(seeds))
    return frozen((scale * rng.normal(size=np.shape(x))).astype(dtype or x.dtype))


@st.composite
def vectors(draw, d, dtype=np.float64, zeros=True):
    """gamma or beta for d features: of either sign, sometimes zero; read-only."""
    v = np.random.default_rng(draw(seeds)).normal(size=d) * draw(st.sampled_from([1.0, 1e-3, 100.0]))
    if zeros and draw(st.booleans()):
        v[0] = 0
    return frozen(v.astype(dtype))


@contextlib.contextmanager
def untouched(*arrays):
    """Nothing that was handed in has changed, not by a bit."""
    before = [np.array(a, copy=True) for a in arrays]
    yield
    for a, b in zip(arrays, before, strict=True):
        assert np.array_equal(a, b, equal_nan=True)


@contextlib.contextmanager
def refused(*words):
    """A ValueError that names the argument and says what is allowed."""
    with pytest.raises(ValueError) as caught:
        yield
    text = str(caught.value)
    assert all(word in text for word in words), text


def finite_or_refused(function, *arguments, **named):
    """The result, in which every array is finite; None if it was refused in words. Warnings are errors here anyway."""
    try:
        result = function(*arguments, **named)
    except ValueError as error:
        assert len(str(error)) > 20, error
        return None
    return result


def slope(loss, x, direction, h):
    """The derivative of loss along a direction, from a five-point difference."""
    return (
        8 * (loss(x + h * direction) - loss(x - h * direction))
        - loss(x + 2 * h * direction)
        + loss(x - 2 * h * direction)
    ) / (12 * h)


def check_slope(loss, x, gradient, rng, h=1e-3):
    """The gradient is the slope of the loss along a random direction (float64), up to h^4 and rounding."""
    direction = rng.normal(size=x.shape)
    direction /= np.linalg.norm(direction)
    found, expected = slope(loss, x, direction, h), float((gradient * direction).sum())
    size = np.linalg.norm(gradient) + abs(found)
    assert abs(found - expected) <= 1e-6 * size + 1e-11 * max(1.0, abs(loss(x))) / h, (found, expected)
