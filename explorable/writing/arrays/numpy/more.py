"""What is asked for more rarely: this is imported when the first of its names is."""

import _arrays as _js

from numpy import (
    _part,
    all,
    any,
    array,
    asarray,
    concatenate,
    divide,
    dot,
    equal,
    eye,
    greater_equal,
    less_equal,
    linspace,
    logical_and,
    mean,
    multiply,
    ndarray,
    nonzero,
    not_equal,
    power,
    reshape,
    stack,
    subtract,
    sum,
    transpose,
    zeros,
    zeros_like,
)
from numpy.crossing import _axes, _check, _j, _kind, _many, _out, _shape


def logspace(start, stop, num=50, endpoint=True, base=10.0):
    return power(base, linspace(start, stop, num, endpoint))


def identity(n, dtype=None):
    return eye(n, dtype=dtype)


def diag(v, k=0):
    v = asarray(v)
    if v.ndim == 1:
        return ndarray(_js.diagonalMatrix(v._j, k))
    if v.ndim != 2:
        raise ValueError("Input must be 1- or 2-d.")
    return diagonal(v, k).copy()


def diagonal(a, offset=0):
    return ndarray(_check(_js.diagonal(_j(a), offset)))


def trace(a, offset=0):
    return diagonal(a, offset).sum(axis=-1)


def _triangle(lower):
    def f(m, k=0):
        return ndarray(_check(_js.triangle(_j(m), k, lower)))

    return f


tril, triu = _triangle(True), _triangle(False)


def meshgrid(*xi, indexing="xy"):
    n = len(xi)
    shaped = [reshape(asarray(x), (1,) * i + (-1,) + (1,) * (n - i - 1)) for i, x in enumerate(xi)]
    if indexing == "xy" and n > 1:
        shaped = [swapaxes(x, 0, 1) for x in shaped]
    shape = _check(_js.broadcastShape(*[x._j for x in shaped]))
    return tuple([ndarray(_js.broadcastTo(x._j, shape)).copy() for x in shaped])


def isclose(a, b, rtol=1e-5, atol=1e-8, equal_nan=False):
    return _out(_js.isclose(_j(a), _j(b), rtol, atol, equal_nan))


def allclose(a, b, rtol=1e-5, atol=1e-8, equal_nan=False):
    return bool(all(isclose(a, b, rtol, atol, equal_nan)))


def array_equal(a1, a2, equal_nan=False):
    return _js.same(_j(a1), _j(a2), equal_nan)


def nan_to_num(x, *, nan=0.0, posinf=1.7976931348623157e308, neginf=-1.7976931348623157e308):
    return _out(_js.nanToNum(_j(x), nan, posinf, neginf))


def average(a, axis=None, weights=None, *, keepdims=False):
    if weights is None:
        return mean(a, axis, keepdims=keepdims)
    a, w = asarray(a), asarray(weights)
    if w.shape != a.shape:
        if axis is None:
            raise TypeError("Axis must be specified when shapes of a and weights differ.")
        if w.shape != (a.shape[axis],):
            raise ValueError("Shape of weights must be consistent with shape of a along specified axis.")
        w = reshape(w, [-1 if i == axis % a.ndim else 1 for i in range(a.ndim)])
    total = sum(w + zeros_like(a), axis, keepdims=keepdims)
    if any(equal(total, 0)):
        raise ZeroDivisionError("Weights sum to zero, can't be normalized")
    return divide(sum(a * w, axis, keepdims=keepdims), total)


def quantile(a, q, axis=None, *, keepdims=False):
    if type(q) in (float, int):
        if not 0 <= q <= 1:
            raise ValueError("Quantiles must be in the range [0, 1]")
        return _out(_js.quantile(_j(a), q, _axes(axis), keepdims))
    return array([quantile(a, float(each), axis, keepdims=keepdims) for each in asarray(q)])


def percentile(a, q, axis=None, *, keepdims=False):
    if not all(logical_and(greater_equal(q, 0), less_equal(q, 100))):
        raise ValueError("Percentiles must be in the range [0, 100]")
    return quantile(a, divide(q, 100), axis, keepdims=keepdims)


def ravel(a):
    return asarray(a).ravel()


def shape(a):
    return asarray(a).shape


def ndim(a):
    return asarray(a).ndim


def size(a, axis=None):
    return asarray(a).size if axis is None else asarray(a).shape[axis]


def swapaxes(a, axis1, axis2):
    return ndarray(_check(_js.swapaxes(_j(a), axis1, axis2)))


def moveaxis(a, source, destination):
    return ndarray(_check(_js.moveaxis(_j(a), _axes(source), _axes(destination))))


def squeeze(a, axis=None):
    return ndarray(_check(_js.squeeze(_j(a), _axes(axis))))


def expand_dims(a, axis):
    return ndarray(_check(_js.expandDims(_j(a), _axes(axis))))


def broadcast_to(array, shape):
    return ndarray(_check(_js.broadcastTo(_j(array), _shape(shape))))


def broadcast_shapes(*shapes):
    return broadcast_arrays(*[zeros(s) for s in shapes])[0].shape


def broadcast_arrays(*args):
    shape = _check(_js.broadcastShape(*[_j(a) for a in args]))
    return tuple([ndarray(_js.broadcastTo(_j(a), shape)) for a in args])


def atleast_1d(a):
    a = asarray(a)
    return a if a.ndim else a.reshape(1)


def atleast_2d(a):
    a = asarray(a)
    return a if a.ndim > 1 else a.reshape(1, -1)


def vstack(tup):
    return concatenate([atleast_2d(a) for a in tup])


def hstack(tup):
    arrays = [atleast_1d(a) for a in tup]
    return concatenate(arrays, 0 if arrays and arrays[0].ndim == 1 else 1)


def column_stack(tup):
    return concatenate([a if a.ndim > 1 else reshape(a, (-1, 1)) for a in [asarray(a) for a in tup]], 1)


def array_split(ary, indices_or_sections, axis=0):
    ary = asarray(ary)
    n = ary.shape[axis]
    if type(indices_or_sections) is int:
        k, rest = divmod(n, indices_or_sections)
        ends = [0]
        for i in range(indices_or_sections):
            ends.append(ends[-1] + k + (i < rest))
    else:
        ends = [0] + list(indices_or_sections) + [n]  # noqa: RUF005
    whole = ["::"] * (axis % ary.ndim)
    return [_out(_js.take(ary._j, *whole, f"{ends[i]}:{ends[i + 1]}:")) for i in range(len(ends) - 1)]


def split(ary, indices_or_sections, axis=0):
    if type(indices_or_sections) is int and asarray(ary).shape[axis] % indices_or_sections:
        raise ValueError("array split does not result in an equal division")
    return array_split(ary, indices_or_sections, axis)


def tile(A, reps):
    a = asarray(A)
    reps = (reps,) if type(reps) is int else tuple(reps)
    while a.ndim < len(reps):
        a = a[None]
    reps = (1,) * (a.ndim - len(reps)) + reps
    for axis, n in enumerate(reps):
        a = concatenate([a] * n, axis) if n else take(a, [], axis)
    return a.copy()


def repeat(a, repeats, axis=None):
    a = asarray(a)
    counts = [repeats] if type(repeats) is int else [int(n) for n in repeats]
    j = _js.ravel(a._j) if axis is None else a._j
    return ndarray(_check(_js.repeat(j, 0 if axis is None else axis, *counts)))


def flip(m, axis=None):
    return _out(_js.flip(_j(m), _axes(axis)))


def roll(a, shift, axis=None):
    a = asarray(a)
    if axis is None:
        return ndarray(_check(_js.roll(_js.ravel(a._j), shift, 0))).reshape(a.shape)
    if type(axis) is int:
        return ndarray(_check(_js.roll(a._j, shift, axis)))
    for by, along in zip(shift, axis):
        a = roll(a, by, along)
    return a


def _sorting(name):
    def f(a, axis=-1):
        j = _j(a)
        return ndarray(_check(getattr(_js, name)(_js.ravel(j) if axis is None else j, -1 if axis is None else axis)))

    return f


sort, argsort = _sorting("sort"), _sorting("argsort")


def unique(ar, return_index=False, return_inverse=False, return_counts=False):
    values, index, inverse, counts = _many(_js.unique(_j(ar)))
    if not (return_index or return_inverse or return_counts):
        return values
    more = ((return_index, index), (return_inverse, inverse), (return_counts, counts))
    return (values,) + tuple([each for wanted, each in more if wanted])  # noqa: RUF005


def searchsorted(a, v, side="left"):
    return _out(_js.searchsorted(_j(a), _j(v), side == "right"))


def bincount(x, weights=None, minlength=0):
    return ndarray(_check(_js.bincount(_j(x), None if weights is None else _j(weights), minlength)))


def take(a, indices, axis=None):
    j = _j(a)
    if axis is None:
        j, axis = _js.ravel(j), 0
    if type(indices) is int:
        return _out(_js.takeOne(j, indices, axis))
    return ndarray(_check(_js.selected(j, axis, _part(indices))))


def take_along_axis(arr, indices, axis):
    return ndarray(_check(_js.takeAlong(_j(arr), _j(indices), axis)))


def argwhere(a):
    return transpose(stack(nonzero(a)))


def flatnonzero(a):
    return nonzero(ravel(a))[0]


def diff(a, n=1, axis=-1):
    a = asarray(a)
    for _ in range(n):
        rows = moveaxis(a, axis, 0)
        f = not_equal if a.dtype == bool else subtract
        a = moveaxis(asarray(f(rows[1:], rows[:-1])), 0, axis)
    return a


def vdot(a, b):
    return dot(ravel(a), ravel(b))


def inner(a, b):
    a, b = asarray(a), asarray(b)
    return dot(a, moveaxis(b, -1, -2) if b.ndim > 1 else b)


def outer(a, b):
    return multiply(reshape(a, (-1, 1)), reshape(b, (1, -1)))


def einsum(subscripts, *operands, optimize=False):
    return _out(_js.einsum(subscripts, *[_j(a) for a in operands]))


def apply_along_axis(func1d, axis, arr):
    rows = moveaxis(arr, axis, -1)
    flat = reshape(rows, (-1, rows.shape[-1]))
    results = stack([func1d(row) for row in flat])
    return (
        moveaxis(reshape(results, rows.shape[:-1] + results.shape[1:]), -1, axis)
        if results.ndim > 1
        else reshape(results, rows.shape[:-1])
    )


def isscalar(element):
    return type(element) in (float, int, bool, str)


class errstate:
    """Nothing is warned of here, so there is nothing to silence."""

    def __init__(self, **kinds):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None


class finfo:
    def __init__(self, dtype=float):
        if _kind(dtype) != 2:
            raise ValueError(f"data type {dtype!r} not inexact")
        self.eps, self.epsneg, self.bits = 2.0**-52, 2.0**-53, 64
        self.max, self.min = 1.7976931348623157e308, -1.7976931348623157e308
        self.tiny = self.smallest_normal = 2.0**-1022
        self.smallest_subnormal = 2.0**-1074
