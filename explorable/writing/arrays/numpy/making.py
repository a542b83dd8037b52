"""Arrays made of numbers, of nothing and of other arrays."""

import _arrays as _js

from numpy import crossing, ndarray
from numpy.crossing import _HERE, _arg, _axes, _check, _index, _j, _kind, _many, _out, _shape


def _leaves(x, depth, shape, flat, kinds):
    """All numbers of nested lists, one after the other, with the lengths of the lists and the types of the numbers."""
    if len(shape) == depth and not flat:
        shape.append(len(x))
    elif len(shape) <= depth or shape[depth] != len(x):
        _ragged(shape, depth)
    if len(shape) == depth + 1 and {type(v) for v in x} == {float}:
        flat.extend(x)
        kinds.add(float)
        return
    for v in x:
        t = type(v)
        if t is ndarray:
            v = v.tolist()
            t = type(v)
        if t is float or t is int or t is bool:
            if len(shape) != depth + 1:
                _ragged(shape, depth + 1)
            flat.append(float(v))
            kinds.add(t)
        elif t is list or t is tuple or t is range:
            _leaves(v, depth + 1, shape, flat, kinds)
        else:
            raise TypeError(f"an array of '{t.__name__}' has no place{_HERE}")


def _ragged(shape, depth):
    raise ValueError(
        "setting an array element with a sequence. The requested array has an inhomogeneous shape after "
        f"{depth} dimensions. The detected shape was {tuple(shape[:depth])} + inhomogeneous part."
    )


def array(object, dtype=None, *, copy=True, ndmin=0):
    t = type(object)
    if t is ndarray:
        a = object if dtype is None else object.astype(dtype, copy=False)
        a = a.copy() if copy and a is object else a
    elif t is list or t is tuple or t is range:
        if object and {type(each) for each in object} == {ndarray} and len({each.shape for each in object}) == 1:
            return asarray(stack(object), dtype)
        shape, flat, kinds = [], [], set()
        _leaves(object, 0, shape, flat, kinds)
        kind = 2 if float in kinds or not kinds else 1 if int in kinds else 0
        j = _check(_js.make(_shape(shape), kind, *flat[:500]))
        for i in range(500, len(flat), 500):
            _check(_js.fill(j, i, *flat[i : i + 500]))
        a = ndarray(j if dtype is None or _kind(dtype) == kind else _js.astype(j, _kind(dtype)))
    elif t in (float, int, bool):
        a = ndarray(_js.lift(_arg(object), t is float))
        a = a if dtype is None else a.astype(dtype)
    else:
        raise TypeError(f"an array of '{t.__name__}' has no place{_HERE}")
    while ndmin > a.ndim:
        a = a[None]
    return a


def asarray(a, dtype=None):
    return array(a, dtype, copy=False)


def copy(a):
    return array(a)


def zeros(shape, dtype=None):
    return ndarray(_check(_js.full(_shape(shape), 0, _kind(dtype))))


def ones(shape, dtype=None):
    return ndarray(_check(_js.full(_shape(shape), 1, _kind(dtype))))


def full(shape, fill_value, dtype=None):
    value = array(fill_value)
    out = zeros(shape, value.dtype if dtype is None else dtype)
    out[...] = value
    return out


def _like(a, value, dtype, shape):
    a = asarray(a)
    out = zeros(a.shape if shape is None else shape, a.dtype if dtype is None else dtype)
    if value is not None:
        out[...] = value
    return out


def zeros_like(a, dtype=None, *, shape=None):
    return _like(a, None, dtype, shape)


def ones_like(a, dtype=None, *, shape=None):
    return _like(a, 1, dtype, shape)


def full_like(a, fill_value, dtype=None, *, shape=None):
    return _like(a, fill_value, dtype, shape)


def arange(start, stop=None, step=1, dtype=None):
    if stop is None:
        start, stop = 0, start
    kind = 2 if float in (type(start), type(stop), type(step)) else 1
    a = ndarray(_check(_js.arange(_arg(start), _arg(stop), _arg(step), kind)))
    return a if dtype is None else a.astype(dtype)


def linspace(start, stop, num=50, endpoint=True, *, dtype=None):
    a = ndarray(_check(_js.linspace(_arg(start), _arg(stop), _index(num), endpoint)))
    return a if dtype is None else a.astype(dtype)


def eye(N, M=None, k=0, dtype=None):
    return ndarray(_check(_js.eye(_index(N), _index(N if M is None else M), k, _kind(dtype))))


def where(condition, *xy):
    if not xy:
        return nonzero(condition)
    if len(xy) != 2:
        raise ValueError("either both or neither of x and y should be given")
    return _out(_js.where(_j(condition), _j(xy[0]), _j(xy[1])))


def reshape(a, shape):
    return ndarray(_check(_js.reshape(_j(a), _shape(shape))))


def transpose(a, axes=None):
    return ndarray(_check(_js.transpose(_j(a), None if axes is None else _axes(axes))))


def concatenate(arrays, axis=0):
    js = [_j(a) for a in arrays]
    if axis is None:
        js, axis = [_js.ravel(j) for j in js], 0
    return ndarray(_check(_js.concatenate(axis, *js)))


def stack(arrays, axis=0):
    return ndarray(_check(_js.stack(axis, *[_j(a) for a in arrays])))


def matmul(a, b):
    return _out(_js.matmul(_j(a), _j(b)))


def dot(a, b):
    a, b = asarray(a), asarray(b)
    return _out(_js.dot(a._j, b._j)) if a.ndim and b.ndim else a * b if type(a) is ndarray else b * a


def nonzero(a):
    return tuple(_many(_js.nonzero(_j(a))))


def round(a, decimals=0):
    return _out(_js.round(_j(a), decimals))


def clip(a, a_min=None, a_max=None, *, min=None, max=None):
    low, high = a_min if min is None else min, a_max if max is None else max
    return _out(_js.clip(_j(a), None if low is None else _j(low), None if high is None else _j(high)))


crossing.array = array
