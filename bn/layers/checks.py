"""Checks of arguments. Every error names the argument, what was given and what is allowed."""

from contextlib import contextmanager
from math import isfinite

import numpy as np

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))
NUMBERS = (float, int, np.floating, np.integer)
LAYOUTS = "(m, d), (N, C, L), (N, C, H, W) and (N, C, D, H, W)"


def as_floats(name, value):
    """The array behind `value`, as float32 or float64.

    float32 stays float32, float64 stays float64, in the machine's byte order; integers, booleans and lists of numbers
    become float64. Raises ValueError for everything else: float16 is too narrow for a sum of squares, complex has no
    order, and of a masked array nobody knows what should count.
    """
    if isinstance(value, np.ma.MaskedArray):
        raise ValueError(f"{name} is a masked array; allowed are plain arrays: leave out or fill in what is masked")
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} is no array: {error}; allowed are numbers in rows of one length") from error
    if array.dtype in FLOATS:
        return array
    if array.dtype.newbyteorder("=") in FLOATS:
        return array.astype(array.dtype.newbyteorder("="))
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    raise ValueError(f"{name} has dtype {array.dtype}; allowed are float32, float64, integers and booleans")


def as_batch(x):
    """`x` as a float array with at least one entry along every axis: features on axis 1, places behind it if any."""
    x = as_floats("x", x)
    if not 2 <= x.ndim <= 5:
        raise ValueError(f"x has shape {x.shape}; allowed are {LAYOUTS}")
    if x.size == 0:
        raise ValueError(
            f"x has shape {x.shape}; allowed is at least one entry along every axis (an empty batch has no mean)"
        )
    return x


def as_feature_vector(name, value, features, dtype=np.float64):
    """`value` as an array of shape (features,), finite, of type `dtype`."""
    vector = as_floats(name, value)
    if vector.shape != (features,):
        raise ValueError(f"{name} has shape {vector.shape}; allowed is ({features},), one entry per feature of x")
    finite(name, vector)
    if vector.dtype == dtype:
        return vector
    with no_overflow(name, dtype):
        return vector.astype(dtype)


def as_number(name, value, low, high, *, allowed):
    """`value` as a float with low <= value <= high; `allowed` says the same in words. An array without axes counts."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    is_number = isinstance(value, NUMBERS) and not isinstance(value, bool)
    if not (is_number and low <= value <= high and isfinite(value)):
        raise ValueError(f"{name} is {value!r}; allowed is {allowed}")
    return float(value)


def as_eps(eps):
    """`eps` as a float: finite and at least 0."""
    return as_number("eps", eps, 0.0, np.inf, allowed="a finite number, 0 or larger")


def same_shape(name, value, shape, what):
    """`value` as a float array of exactly `shape`, which is the shape of `what`."""
    array = as_floats(name, value)
    if array.shape != tuple(shape):
        raise ValueError(f"{name} has shape {array.shape}; allowed is {tuple(shape)}, the shape of {what}")
    return array


def as_cache(cache, kind, maker):
    """`cache` itself, if it is of the type `kind`, which the function named `maker` returns beside its output."""
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if isinstance(cache, kinds):
        return cache
    wanted = " or ".join(each.__name__ for each in kinds)
    raise ValueError(f"cache is of type {type(cache).__name__}; allowed is the {wanted} that {maker} returns with y")


def finite(name, array):
    """Raise ValueError, with value and place, if `array` holds NaN or infinity."""
    if not all_finite(array):
        raise ValueError(f"{name} holds {first_bad(array)}; allowed are finite numbers")


def all_finite(array):
    """Whether no entry is NaN or infinite; counting is quicker than np.all on short arrays."""
    return np.count_nonzero(np.isfinite(array)) == array.size


@contextmanager
def no_overflow(names, dtype=np.float64):
    """In place of a warning, and infinity or NaN in the result: a ValueError that says what is too large."""
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            yield
    except FloatingPointError as error:
        raise ValueError(too_large(names, dtype)) from error


def representable(names, *arrays):
    """The arrays, if all are finite, else the ValueError of `no_overflow`: for sums by BLAS, which warns of nothing."""
    for array in arrays:
        if not np.isfinite(array).all():
            raise ValueError(too_large(names, np.asarray(array).dtype))
    return arrays


def too_large(names, dtype):
    """The sentence about an overflow."""
    return f"{names} is too large: the result overflows {np.dtype(dtype)}; allowed are numbers that keep it finite"


def one_of(name, value, allowed):
    """`value` itself, if it is among `allowed`."""
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}; allowed are {', '.join(map(repr, allowed))}")
    return value


def first_bad(array):
    """The first entry that is NaN or infinite and its index, in words."""
    where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
    return f"{array[where]} at index {where if len(where) > 1 else where[0]}"
