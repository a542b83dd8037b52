"""NumPy's functions of traced arrays, beside the ufuncs: what is not in FUNCTIONS is refused by its name."""

import numpy as np

from explorable.tracing.arrays import counted_from_zero, fold, matmul, take_along_axis, where
from explorable.tracing.graph import AXES, CannotTrace
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
    if not isinstance(x, Tracer):
        raise CannotTrace("np.put_along_axis into an array that is not traced")
    if axis is None or np.shape(example(indices))[axis] != 1:
        raise CannotTrace("np.put_along_axis of several places of one row; use np.where")
    axis = axis % x.ndim
    shape = [1] * x.ndim
    shape[axis] = x.shape[axis]
    counted = np.arange(x.shape[axis]).reshape(shape)
    places = Tracer(counted_from_zero(indices, x.shape[axis]))
    x.write(where(counted == places, values, x).read())


def join(parts, axis=0):
    """np.concatenate."""
    if axis is None:
        return join([traced(part).ravel() for part in parts])
    parts = [traced(part) for part in parts]
    value = np.concatenate([example(part) for part in parts], axis)
    nodes = [copied(part.astype(value.dtype)) for part in parts]
    return add("join", nodes, axis % value.ndim, value)


def stack(parts, axis=0):
    """np.stack; one part alone is a view."""
    parts = [traced(part) for part in parts]
    wide = [part.view(lambda a: np.expand_dims(a, axis)) for part in parts]
    return wide[0].copy() if len(wide) == 1 else join(wide, axis)


def copied(x):
    """The node of an array that a call of its own copies piece by piece."""
    if len(x.read().long) > AXES:
        raise CannotTrace(f"an array of shape {x.shape} is joined or sorted; at most {AXES} axes")
    return solid(x.read())


def sort(x, axis=-1):
    """np.sort; NaN comes last."""
    if axis is None:
        return sort(x.ravel())
    moved = x.view(lambda a: np.moveaxis(a, axis, -1))
    ordered = add("sort", (copied(moved),), None, np.sort(moved.read().value, axis=-1))
    return ordered.view(lambda a: np.moveaxis(a, -1, axis)).copy()


def quantile(x, q, axis=None, keepdims=False):
    """np.quantile by the linear rule; q : numbers from 0 to 1 that never change."""
    if isinstance(q, Tracer) or np.ndim(q) > 1:
        raise CannotTrace("np.quantile at a traced place, or at a table of places")
    if keepdims:
        raise CannotTrace("np.quantile with keepdims")
    levels = np.atleast_1d(np.asarray(q, float))
    flat = x.ravel() if axis is None else x.view(lambda a: np.moveaxis(a, axis, -1))
    if flat.dtype.kind == "b" or not flat.shape[-1]:
        raise CannotTrace("np.quantile of booleans, or of nothing")
    with np.errstate(invalid="ignore"):
        value = np.moveaxis(np.quantile(flat.read().value, levels, axis=-1), 0, -1)
    found = add("quantile", (copied(flat.astype(float)),), tuple(levels.tolist()), value)
    found = found.view(lambda a: np.moveaxis(a, -1, 0))
    return (found if np.ndim(q) else found[0]).copy()


def median(x, axis=None):
    """np.median: NaN if there is any, else what stands in the middle."""
    flat = x.ravel() if axis is None else x.view(lambda a: np.moveaxis(a, axis, -1))
    ordered, n = sort(flat.astype(float)), flat.shape[-1]
    if not n:
        raise CannotTrace("np.median of nothing")
    middle = ordered[..., n // 2] if n % 2 else (ordered[..., n // 2 - 1] + ordered[..., n // 2]) / 2
    return np.where(np.isnan(ordered[..., -1]), ordered[..., -1], middle)


def take(x, indices, axis=None):
    """np.take."""
    x = traced(x)
    if axis is None:
        return take(x.ravel(), indices, 0)
    indices = indices if isinstance(indices, Tracer) else np.asarray(indices)
    return x[(*[slice(None)] * (axis % x.ndim), indices)]


def clip(x, a_min=None, a_max=None, *, min=None, max=None):
    """np.clip."""
    return traced(x).clip(a_min if min is None else min, a_max if max is None else max)


def dot(a, b):
    """np.dot of vectors and matrices."""
    if np.ndim(example(a)) > 2 or np.ndim(example(b)) > 2:
        raise CannotTrace("np.dot of more than two axes; use @")
    return a * b if 0 in (np.ndim(example(a)), np.ndim(example(b))) else matmul(a, b)


def norm(x, ord=None, axis=None, keepdims=False):
    """np.linalg.norm, the Euclidean one."""
    rows = x.ndim == 1 if axis is None else np.ndim(axis) == 0
    if ord is not None and (ord, rows) not in ((2, True), ("fro", False)):
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
    np.clip: clip,
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
    np.take: take,
    np.concatenate: join,
    np.stack: stack,
    np.copy: method("copy"),
    np.sort: sort,
    np.quantile: quantile,
    np.percentile: lambda x, q, axis=None: quantile(x, np.asarray(q) / 100, axis),
    np.median: median,
    np.dot: dot,
    np.linalg.norm: norm,
    np.outer: lambda a, b: traced(a).ravel()[:, None] * traced(b).ravel()[None, :],
    np.full_like: full_like,
    np.zeros_like: lambda x, dtype=None: full_like(x, 0, dtype),
    np.ones_like: lambda x, dtype=None: full_like(x, 1, dtype),
    np.empty_like: lambda x, dtype=None: full_like(x, 0, dtype),
}
