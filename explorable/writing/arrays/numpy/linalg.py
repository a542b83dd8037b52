"""np.linalg: systems, norms, eigenvalues and singular values."""

import _arrays as _js

from numpy import absolute, asarray, expand_dims, full, inf, max, min, moveaxis, ndarray, sqrt, square, sum
from numpy.crossing import _HERE, _axes, _check, _j, _many, _out


def inv(a):
    return ndarray(_check(_js.inv(_j(a))))


def solve(a, b):
    return ndarray(_check(_js.solve(_j(a), _j(b))))


def det(a):
    return _out(_js.det(_j(a)))


def eigh(a):
    return tuple(_many(_js.eigh(_j(a))))


def norm(x, ord=None, axis=None, keepdims=False):
    x = asarray(x)
    if axis is None and ord is None:
        out = _out(_js.norm(_js.ravel(x._j), 2, None, False))
        return full((1,) * x.ndim, out) if keepdims else out
    if axis is None and x.ndim == 2:
        axis = (0, 1)
    if type(axis) in (tuple, list) and len(axis) == 2:
        return _matrix_norm(x, ord, axis, keepdims)
    if axis is None and x.ndim != 1:
        raise ValueError("Improper number of dimensions to norm.")
    if type(ord) is str:
        raise ValueError(f"Invalid norm order '{ord}' for vectors")
    return _out(_js.norm(x._j, 2 if ord is None else ord, _axes(axis), keepdims))


def _matrix_norm(x, ord, axes, keepdims):
    if ord is None or ord == "fro":
        return sqrt(sum(square(absolute(x)), tuple(axes), keepdims=keepdims))
    m = moveaxis(x, axes, (-2, -1))
    if ord in (1, -1, inf, -inf):
        sums = sum(absolute(m), -2 if ord in (1, -1) else -1)
        out = max(sums, -1) if ord > 0 else min(sums, -1)
    elif ord in (2, -2, "nuc"):
        s = svd(m, compute_uv=False)
        out = sum(s, -1) if ord == "nuc" else max(s, -1) if ord > 0 else min(s, -1)
    else:
        raise ValueError("Invalid norm order for matrices.")
    return expand_dims(out, tuple(axes)) if keepdims else out


def svd(a, full_matrices=True, compute_uv=True):
    u, s, vt = _many(_js.svd(_j(a)))
    if not compute_uv:
        return s
    if full_matrices and u.shape[-2] != vt.shape[-1]:
        raise ValueError("svd needs full_matrices=False" + _HERE.replace("it has", "it need not"))
    return u, s, vt


def eigvalsh(a):
    return _many(_js.eigh(_j(a)))[0]


def __getattr__(name):
    raise AttributeError(name if name[:2] == "__" else f"numpy.linalg has no '{name}'{_HERE}")
