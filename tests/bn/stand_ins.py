"""Stand-ins for arrays: what a traced program puts in their place, and what it can do with them.

A stand-in computes by ufuncs and by the methods below. It has no truth value, is no number and gives away no array:
code that asks what a number is, instead of computing with it, fails.
"""

import contextlib
from unittest import mock

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin


def _method(name):
    return lambda self, *args, **kwargs: stood_in(getattr(self._hidden, name)(*seen(args), **seen(kwargs)))


class StandIn(NDArrayOperatorsMixin):
    """An array that can be computed with, but not looked at."""

    def __init__(self, hidden):
        self._hidden = np.asarray(hidden)

    shape = property(lambda self: self._hidden.shape)
    dtype = property(lambda self: self._hidden.dtype)
    ndim = property(lambda self: self._hidden.ndim)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if method != "__call__":
            raise TypeError(f"{ufunc.__name__}.{method} cannot be traced")
        return stood_in(ufunc(*seen(inputs), **seen(kwargs)))

    def __array_function__(self, function, types, args, kwargs):
        if function not in (np.swapaxes, np.clip, np.broadcast_to, np.zeros_like, np.ones_like, np.full_like):
            raise TypeError(f"np.{function.__name__} cannot be traced")
        return stood_in(function(*seen(args), **seen(kwargs)))

    def __getitem__(self, index):
        return stood_in(self._hidden[seen(index)])

    def astype(self, dtype, copy=True):
        return stood_in(np.asarray(self._hidden).astype(dtype, copy=copy))

    sum, mean, max, min, reshape, copy = map(_method, ("sum", "mean", "max", "min", "reshape", "copy"))

    def _refused(self, *_):
        raise TypeError("a stand-in has no value")

    __bool__ = __float__ = __int__ = __index__ = __array__ = __iter__ = __len__ = _refused


def stood_in(value):
    """The numbers and arrays of nested lists, tuples and dicts as stand-ins."""
    return _nested(value, lambda a: StandIn(a) if isinstance(a, (np.ndarray, np.generic, float)) else a)


def seen(value):
    """What stands behind the stand-ins of nested lists, tuples and dicts."""
    return _nested(value, lambda a: a._hidden if isinstance(a, StandIn) else a)


def _nested(value, of):
    if isinstance(value, dict):
        return {name: _nested(part, of) for name, part in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(_nested(part, of) for part in value))
    if isinstance(value, (list, tuple)):
        return type(value)(_nested(part, of) for part in value)
    return of(value)


@contextlib.contextmanager
def tracing():
    """`np.asarray` leaves a stand-in as it is, as a tracer makes it do."""
    asarray = np.asarray

    def kept(a, *args, **kwargs):
        return a if isinstance(a, StandIn) else asarray(a, *args, **kwargs)

    with mock.patch("numpy.asarray", kept):
        yield
