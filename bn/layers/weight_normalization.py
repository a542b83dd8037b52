"""Weight normalization: the length of each unit's weights apart from their direction.

Salimans & Kingma (2016). Each column of a weight matrix (fan_in, fan_out) belongs to one unit: w = g v / |v|. With a
covariance S of the layer's input in place of 1, |v|_S = sqrt(v^T S v), it is what batch norm does to the weights.
"""

from typing import NamedTuple

import numpy as np

from . import checks
from .stacks import affine_grads
from .standardizing import SAFE, scale_exponent


class WeightNormCache(NamedTuple):
    """What the gradient needs: u = v / |v|, S u (u itself without an s), g, and the lengths (..., 1, fan_out)."""

    u: np.ndarray
    g: np.ndarray
    norm: np.ndarray
    su: np.ndarray


def weight_norm(v, g, s=None, eps=0.0):
    """w = g v / |v|, column by column.

    v : (fan_in, fan_out) or (k, fan_in, fan_out).   g : (fan_out,), or (k, 1, fan_out) for a stack.
    s : None, or the (fan_in, fan_in) covariance of the inputs; then |v|^2 is v^T s v, and a layer with the weights w
    computes what batch norm makes of one with the weights v, up to a constant.   eps : added to |v|^2.
    Returns w, shaped like v, and the cache.
    Raises ValueError if shapes do not fit, for NaN or infinity, if a column has length 0 (with eps = 0): it has no
    direction, and if s makes v too long for a number.
    """
    v, g = checks.as_floats("v", v), checks.as_floats("g", g)
    eps = checks.as_eps(eps)
    if v.ndim < 2 or v.size == 0:
        raise ValueError(f"v has shape {v.shape}; allowed are (fan_in, fan_out) and (k, fan_in, fan_out), not empty")
    if g.shape not in ((v.shape[-1],), (*v.shape[:-2], 1, v.shape[-1])):
        raise ValueError(f"g has shape {g.shape}; allowed is ({v.shape[-1]},), one length per column of v")
    checks.finite("v", v)
    checks.finite("g", g)
    with checks.no_overflow("v, s or eps", v.dtype):
        s = None if s is None else checks.same_shape("s", s, (v.shape[-2],) * 2, "v^T s v")
        u, su, norm = _over_length(v, s, eps)
    if not (norm > 0).all():
        column = int(np.argwhere(~(norm > 0))[0][-1])
        raise ValueError(f"v has length 0 in column {column}; allowed are columns with a direction")
    with checks.no_overflow("g", v.dtype):
        return g * u, WeightNormCache(u, g, norm, su)


def _over_length(v, s, eps):
    """v / |v|, S v / |v| and |v|; columns are first divided, exactly, by powers of two where squares might vanish."""
    low, high = SAFE[v.dtype]
    largest = np.abs(v).max(axis=-2, keepdims=True)
    exponent = np.zeros(1, np.int32)
    if not (largest.min() > low and largest.max() < high):
        exponent = scale_exponent(largest, np.sqrt(eps))
        v = np.ldexp(v, -exponent)
    sv = v if s is None else s @ v
    norm = np.sqrt((v * sv).sum(axis=-2, keepdims=True) + np.ldexp(eps, -2 * exponent).astype(v.dtype))
    over = np.where(norm > 0, norm, 1)  # length 0 is the caller's to refuse
    return v / over, sv / over, np.ldexp(norm, exponent)


def weight_norm_grad(dw, cache):
    """dv and dg, shaped like v and g, from dw = d loss / d w.

    dg = v^T dw / |v|;  dv = g / |v| (dw - S v (v^T dw) / |v|^2), at right angles to v for eps = 0: a step of gradient
    descent cannot shorten v.
    Raises ValueError for a dw of wrong shape or not finite, and where the result would overflow.
    """
    u, g, norm, su = checks.as_cache(cache, WeightNormCache, "weight_norm")
    dw = checks.same_shape("dw", dw, u.shape, "w")
    checks.finite("dw", dw)
    with np.errstate(all="ignore"):
        dg = (u * dw).sum(axis=-2, keepdims=True)
        dv = g * (dw - su * dg) / norm
        return checks.representable("dw, or g over the length of v,", dv, dg.reshape(g.shape))


def weight_norm_start(v, x):
    """g and b for which the layer's outputs on the batch x have mean 0 and variance 1 (data-dependent start).

    Salimans & Kingma (2016): afterwards weight norm starts where batch norm would be.
    v : (fan_in, fan_out).   x : (m, fan_in), a first batch.   Returns g (fan_out,) and b (fan_out,).
    Raises ValueError if an output is constant over x: no length gives it a variance of 1.
    """
    x, v = checks.as_floats("x", x), checks.as_floats("v", v)
    if x.ndim != 2 or v.ndim != 2 or x.size == 0 or x.shape[1] != len(v):
        raise ValueError(f"x has shape {x.shape} and v {v.shape}; allowed are (m, fan_in) and (fan_in, fan_out)")
    checks.finite("x", x)
    with checks.no_overflow("x", x.dtype):
        t = x @ weight_norm(v, np.ones(v.shape[-1], v.dtype))[0]
        mean, spread = t.mean(axis=-2), t.std(axis=-2)
    if not (spread > 1e-12 * np.abs(t).max()).all():  # not 0, because of rounding
        raise ValueError(f"x gives constant outputs in column {int(spread.argmin())}; allowed are batches that vary")
    return 1 / spread, -mean / spread


def weight_forward(z, params, eps):
    """Weight norm on the outputs of a stack: z = x v over the length of each column of v, times gamma, plus beta.

    gamma is the g of `weight_norm`; eps is not used. At the start gamma is 1, so every unit has weights of length 1.
    `network.keep_function` sets it to |v| instead.
    """
    length = np.sqrt(np.square(params["w"]).sum(axis=1, keepdims=True))
    zhat = z / length
    return params["gamma"] * zhat + params["beta"], (zhat, length, params)


def weight_backward(dy, cache):
    """dz, and the gradients of gamma, beta and, through the length, of the weights themselves ("w")."""
    zhat, length, params = cache
    grads = affine_grads(dy, zhat)
    through_length = -params["gamma"] * grads["gamma"] / length  # d loss / d |v|
    return dy * (params["gamma"] / length), {**grads, "w": params["w"] * (through_length / length)}
