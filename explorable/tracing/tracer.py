"""The tracer: a traced array with NumPy's operators, indexes and methods."""

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from explorable.tracing.arrays import elementwise, first_place, fold, gather, matmul, where
from explorable.tracing.graph import DTYPES, CannotTrace, cast
from explorable.tracing.operations import REDUCTIONS
from explorable.tracing.traced import Recording, Traced, node_of


class Tracer(Traced, NDArrayOperatorsMixin):
    """An array that is being traced."""

    __array_priority__ = 1000
    T = property(lambda self: self.transpose())

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, axis=0, keepdims=False, dtype=None, **others):
        if any(value is not None for value in others.values()):
            raise CannotTrace(f"np.{ufunc.__name__} with {', '.join(others)}")
        if method == "reduce" and ufunc.__name__ in REDUCTIONS and out is None:
            return fold(inputs[0], REDUCTIONS[ufunc.__name__], axis, keepdims, dtype)
        if method != "__call__":
            raise CannotTrace(f"np.{ufunc.__name__}.{method}")
        result = matmul(*inputs) if ufunc is np.matmul else elementwise(ufunc, *inputs)
        if dtype is not None:
            result = result.astype(dtype)
        if not out:
            return result
        if not isinstance(out[0], Tracer):
            raise CannotTrace("a traced array is written into an array that is not traced")
        if not np.can_cast(result.dtype, out[0].dtype, "same_kind"):
            raise CannotTrace(f"np.{ufunc.__name__} gives {result.dtype}, which is written into {out[0].dtype}")
        return out[0].write(result.read())

    def __array_function__(self, function, types, args, kwargs):
        from explorable.tracing.functions import FUNCTIONS

        if function not in FUNCTIONS:
            raise CannotTrace(f"{_called(function)} of a traced array")
        try:
            return FUNCTIONS[function](*args, **kwargs)
        except TypeError as error:
            raise CannotTrace(f"{_called(function)}: {error}") from error

    def __getitem__(self, key):
        keys = key if isinstance(key, tuple) else (key,)
        if not any(each is Ellipsis for each in keys):
            keys = (*keys, Ellipsis)  # else NumPy gives a number instead of a view of one
        arrays = [each for each in keys if isinstance(each, (Tracer, np.ndarray, list))]
        if not arrays:
            return self.view(lambda a: a[keys])
        if any(each.dtype.kind == "b" for each in arrays if not isinstance(each, list)):
            raise CannotTrace("a mask as index: how many it picks is not known before; use np.where")
        return gather(self, keys)

    def __setitem__(self, key, value):
        if isinstance(key, (Tracer, np.ndarray)) and key.dtype.kind == "b":
            shape = np.shape(value)
            if key.shape != self.shape[: key.ndim] or any(n != 1 for n in shape[: len(shape) - self.ndim + key.ndim]):
                raise CannotTrace("several values are set where a mask holds; use np.where")
            value = value if isinstance(value, Tracer) else np.asarray(value)
            value = value.reshape(shape[max(len(shape) - self.ndim + key.ndim, 0) :])
            chosen = where(key.reshape(key.shape + (1,) * (self.ndim - key.ndim)), value, self)
            self.write(chosen.read())
        elif key is Ellipsis or (isinstance(key, slice) and key == slice(None)):
            self.write(node_of(value))
        else:
            raise CannotTrace("a part of a traced array is set; use np.where, or np.concatenate of parts")

    def reshape(self, *shape, order="C"):
        shape = shape[0] if len(shape) == 1 else shape
        if order == "F":
            shape = shape if isinstance(shape, (tuple, list)) else (shape,)
            return self.transpose().reshape(tuple(shape)[::-1]).transpose()
        if order != "C":
            raise CannotTrace(f"reshape in the order {order!r}")
        return self.view(lambda a: a.reshape(shape))

    def ravel(self):
        return self.reshape(-1)

    def flatten(self):
        return self.ravel().copy()

    def transpose(self, *axes):
        axes = axes[0] if len(axes) == 1 else axes or None
        return self.view(lambda a: a.transpose(axes))

    def swapaxes(self, one, other):
        return self.view(lambda a: a.swapaxes(one, other))

    def squeeze(self, axis=None):
        return self.view(lambda a: a.squeeze(axis))

    def astype(self, dtype, *, copy=True):
        node, wanted = self.read(), np.dtype(dtype)
        if wanted not in DTYPES.values():
            raise CannotTrace(f"an array as {wanted}; a program computes with float64, int64 and booleans")
        return self if not copy and node.dtype == wanted else Tracer(cast(Recording.graph, node, wanted))

    def copy(self):
        return Tracer(self.read())

    def sum(self, axis=None, *, dtype=None, keepdims=False):
        return fold(self, "sum", axis, keepdims, dtype)

    def prod(self, axis=None, *, dtype=None, keepdims=False):
        return fold(self, "prod", axis, keepdims, dtype)

    def max(self, axis=None, *, keepdims=False, initial=None):
        most = fold(self, "max", axis, keepdims)
        return most if initial is None else np.maximum(most, initial)

    def min(self, axis=None, *, keepdims=False, initial=None):
        least = fold(self, "min", axis, keepdims)
        return least if initial is None else np.minimum(least, initial)

    def any(self, axis=None, *, keepdims=False):
        return fold(self, "any", axis, keepdims)

    def all(self, axis=None, *, keepdims=False):
        return fold(self, "all", axis, keepdims)

    def mean(self, axis=None, *, dtype=None, keepdims=False):
        total = fold(self.astype(float), "sum", axis, keepdims, dtype)
        return total / _shared(self, total)

    def var(self, axis=None, *, ddof=0, keepdims=False):
        centered = self - self.mean(axis=axis, keepdims=True)
        total = fold(centered * centered, "sum", axis, keepdims)
        return total / max(_shared(self, total) - ddof, 0)

    def std(self, axis=None, *, ddof=0, keepdims=False):
        return np.sqrt(self.var(axis, ddof=ddof, keepdims=keepdims))

    def argmax(self, axis=None, *, keepdims=False):
        return first_place(self, lambda x: x.max(axis=-1, keepdims=True), axis, keepdims)

    def argmin(self, axis=None, *, keepdims=False):
        return first_place(self, lambda x: x.min(axis=-1, keepdims=True), axis, keepdims)

    def clip(self, min=None, max=None):
        low = self if min is None else np.maximum(self, min)
        return low if max is None else np.minimum(low, max)


def _called(function):
    """The name by which an author calls one of NumPy's functions."""
    return f"{function.__module__.replace('numpy', 'np', 1)}.{function.__name__}"


def _shared(whole, total):
    return whole.size // max(total.size, 1)


Recording.kind = Tracer
