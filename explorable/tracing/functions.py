"""NumPy's functions of traced arrays, beside the ufuncs: what is not in FUNCTIONS is refused by its name."""

import numpy as np

from explorable.tracing.arrays import fold, matmul, take_along_axis, where
from explorable.tracing.graph import CannotTrace
from explorable.tracing.traced import add, example, node_of, solid
from explorable.tracing.tracer import Tracer


def traced(x):
    """A tracer of anything."""
    return x if isinstance(x, Tracer) else Tracer(node_of(x))


def method(name):
    """The function that calls a tracer's method of that name."""
    return lambda x, *args, **kwargs: getattr(traced(x), name)(*args, **kwargs)


def viewing(function):
    """The function as a view of its first argument."""
    return lambda x, *args, **kwargs: x.view(lambda a: function(a, *args, **kwargs))


def put_along_axis(x, indices, values, axis):
    """np.put_along_axis, in place."""
    axis = axis % x.ndim
    shape = [1] * x.ndim
    shape[axis] = x.shape[axis]
    counted = np.arange(x.shape[axis]).reshape(shape)
    x.write(where(counted == indices, values, x).read())


def join(parts, axis=0):
    """np.concatenate."""
    parts = [traced(part) for part in parts]
    value = np.concatenate([example(part) for part in parts], axis)
    nodes = [solid(part.astype(value.dtype).read()) for part in parts]
    return add("join", nodes, axis % value.ndim, value)


def stack(parts, axis=0):
    """np.stack; one part alone is a view."""
    parts = [traced(part) for part in parts]
    wide = [part.view(lambda a: np.expand_dims(a, axis)) for part in parts]
    return wide[0] if len(wide) == 1 else join(wide, axis)


def sort(x, axis=-1):
    """np.sort; NaN comes last."""
    if axis is None:
        return sort(x.ravel())
    moved = x.astype(float).view(lambda a: np.moveaxis(a, axis, -1))
    ordered = add("sort", (solid(moved.read()),), None, np.sort(moved.read().value, axis=-1))
    return ordered.view(lambda a: np.moveaxis(a, -1, axis))


def quantile(x, q, axis=None, keepdims=False):
    """np.quantile by the linear rule; q : numbers from 0 to 1 that never change."""
    if isinstance(q, Tracer):
        raise CannotTrace("np.quantile at a traced place")
    levels = np.atleast_1d(np.asarray(q, float))
    flat = x.ravel()[None] if axis is None else x.view(lambda a: np.moveaxis(a, axis, -1))
    value = np.moveaxis(np.quantile(flat.read().value, levels, axis=-1), 0, -1)
    found = add("quantile", (solid(flat.astype(float).read()),), tuple(levels.tolist()), value)
    found = found.view(lambda a: np.moveaxis(a, -1, 0))
    if axis is None:
        found = found[:, 0]
    if keepdims:
        raise CannotTrace("np.quantile with keepdims")
    return found if np.ndim(q) else found[0]


def dot(a, b):
    """np.dot of vectors and matrices."""
    if np.ndim(example(a)) > 2 or np.ndim(example(b)) > 2:
        raise CannotTrace("np.dot of more than two axes; use @")
    return a * b if 0 in (np.ndim(example(a)), np.ndim(example(b))) else matmul(a, b)


def norm(x, ord=None, axis=None, keepdims=False):
    """np.linalg.norm, the Euclidean one."""
    if ord not in (None, 2, "fro"):
        raise CannotTrace(f"np.linalg.norm with ord={ord!r}")
    return np.sqrt(fold(x * x, "sum", axis, keepdims))


def full_like(x, value, dtype=None):
    """np.full_like; traced, so that it can be filled in place."""
    return traced(np.full(x.shape, value, dtype or x.dtype))


FUNCTIONS = {
    np.shape: lambda x: x.shape,
    np.ndim: lambda x: x.ndim,
    np.size: lambda x, axis=None: x.size if axis is None else x.shape[axis],
    np.sum: method("sum"),
    np.prod: method("prod"),
    np.max: method("max"),
    np.min: method("min"),
    np.amax: method("max"),
    np.amin: method("min"),
    np.any: method("any"),
    np.all: method("all"),
    np.mean: method("mean"),
    np.var: method("var"),
    np.std: method("std"),
    np.argmax: method("argmax"),
    np.argmin: method("argmin"),
    np.clip: lambda x, low=None, high=None: traced(x).clip(low, high),
    np.count_nonzero: lambda x, axis=None, keepdims=False: fold(x.astype(bool), "sum", axis, keepdims, np.int64),
    np.where: where,
    np.reshape: method("reshape"),
    np.ravel: method("ravel"),
    np.transpose: viewing(np.transpose),
    np.swapaxes: viewing(np.swapaxes),
    np.moveaxis: viewing(np.moveaxis),
    np.expand_dims: viewing(np.expand_dims),
    np.squeeze: viewing(np.squeeze),
    np.broadcast_to: viewing(np.broadcast_to),
    np.flip: viewing(np.flip),
    np.diagonal: viewing(np.diagonal),
    np.atleast_1d: viewing(np.atleast_1d),
    np.atleast_2d: viewing(np.atleast_2d),
    np.take_along_axis: take_along_axis,
    np.put_along_axis: put_along_axis,
    np.take: lambda x, indices, axis=None: (
        traced(x).ravel()[indices]
        if axis is None
        else traced(x)[(*[slice(None)] * (axis % traced(x).ndim), np.asarray(indices))]
    ),
    np.concatenate: join,
    np.stack: stack,
    np.copy: method("copy"),
    np.sort: sort,
    np.quantile: quantile,
    np.percentile: lambda x, q, axis=None: quantile(x, np.asarray(q) / 100, axis),
    np.median: lambda x, axis=None: quantile(x, 0.5, axis),
    np.dot: dot,
    np.linalg.norm: norm,
    np.outer: lambda a, b: traced(a).ravel()[:, None] * traced(b).ravel()[None, :],
    np.full_like: full_like,
    np.zeros_like: lambda x, dtype=None: full_like(x, 0, dtype),
    np.ones_like: lambda x, dtype=None: full_like(x, 1, dtype),
    np.empty_like: lambda x, dtype=None: full_like(x, 0, dtype),
}
