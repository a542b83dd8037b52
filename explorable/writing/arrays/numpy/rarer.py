"""What is asked for hardly ever: imported when a name is neither in numpy itself nor in `more`."""

from numpy import (
    asarray,
    concatenate,
    diff,
    isnan,
    linspace,
    logical_not,
    median,
    moveaxis,
    nonzero,
    ones,
    ravel,
    reshape,
    searchsorted,
    stack,
    take,
    tile,
    tril,
    triu,
)
from numpy.crossing import _index


def delete(arr, obj, axis=None):
    arr = ravel(arr) if axis is None else asarray(arr)
    axis = 0 if axis is None else axis
    n = arr.shape[axis]
    gone = [_index(obj)] if type(obj) is int else [_index(each) for each in obj]
    for each in gone:
        if not -n <= each < n:
            raise IndexError(f"index {each} is out of bounds for axis {axis} with size {n}")
    gone = {each % n for each in gone}
    return take(arr, [each for each in range(n) if each not in gone], axis)


def insert(arr, obj, values, axis=None):
    arr = ravel(arr) if axis is None else asarray(arr)
    rows = moveaxis(arr, 0 if axis is None else axis, 0)
    at = _index(obj)
    values = asarray(values)
    new = ones((1,) + rows.shape[1:]) * values if values.ndim < rows.ndim else values  # noqa: RUF005
    both = concatenate([rows[:at], new.astype(rows.dtype), rows[at:]])
    return moveaxis(both, 0, 0 if axis is None else axis)


def append(arr, values, axis=None):
    return concatenate([asarray(arr), asarray(values)], axis)


def resize(a, new_shape):
    new_shape = (new_shape,) if type(new_shape) is int else tuple(new_shape)
    flat, size = ravel(a), 1
    for n in new_shape:
        size *= n
    return reshape(tile(flat, -(-size // flat.size))[:size], new_shape)


def tril_indices(n, k=0, m=None):
    return nonzero(tril(ones((n, n if m is None else m)), k))


def triu_indices(n, k=0, m=None):
    return nonzero(triu(ones((n, n if m is None else m)), k))


def nanmedian(a, axis=None):
    if axis is None:
        flat = ravel(a)
        return median(flat[logical_not(isnan(flat))])
    rows = moveaxis(asarray(a), axis, -1)
    return reshape(stack([nanmedian(row) for row in reshape(rows, (-1, rows.shape[-1]))]), rows.shape[:-1])


def histogram(a, bins=10, range=None):
    flat = ravel(a)
    if type(bins) is int:
        low, high = (flat.min(), flat.max()) if range is None else range
        low, high = (low - 0.5, high + 0.5) if low == high else (low, high)
        bins = linspace(low, high, bins + 1)
    edges, flat = asarray(bins), flat.copy()
    flat.sort()
    below = concatenate([searchsorted(flat, edges[:-1], "left"), searchsorted(flat, edges[-1:], "right")])
    return diff(below), edges
