"""Layer norm and RMS norm: each example is normalized by itself, over its own features.

Ba, Kiros & Hinton (2016), arXiv:1607.06450; Zhang & Sennrich (2019), arXiv:1910.07467. Whoever else is in the batch
does not matter, so there are no running statistics and no difference between training and use.

x : (..., D), at least two axes; the last holds the features: (m, D) for a batch, (N, L, D) for sequences. Images
(N, C, H, W) go through `group_norm` with one group.
"""

from typing import NamedTuple

import numpy as np

from . import checks
from .standardizing import SAFE, over_spread, scale_exponent, standardize, standardize_grad, total

STEEP = "dy, or gamma over the spread,"  # what is too large where a gradient overflows


class LayerNormCache(NamedTuple):
    """What the gradient needs: xhat like x, gamma (D,), and the spread of each row, (..., 1), float64."""

    xhat: np.ndarray
    gamma: np.ndarray
    std: np.ndarray


class RMSNormCache(NamedTuple):
    """What the gradient needs: xhat like x, gamma (D,), and the root mean square of each row, (..., 1), float64."""

    xhat: np.ndarray
    gamma: np.ndarray
    r: np.ndarray


def layer_norm(x, gamma, beta, eps=1e-5):
    """y = gamma (x - mu) / sqrt(var + eps) + beta, mean and biased variance of each row.

    x : (..., D).   gamma, beta : (D,), one per feature.   eps : in the unit of x, squared.
    Returns y, shaped like x, and the cache. float32 stays, with the statistics in float64.
    A row of equal numbers gives beta, for eps = 0 too.
    Raises ValueError for wrong shapes and types, a negative eps, NaN or infinity.
    """
    x = as_rows(x)
    gamma = checks.as_feature_vector("gamma", gamma, x.shape[-1], x.dtype)
    beta = checks.as_feature_vector("beta", beta, x.shape[-1], x.dtype)
    with checks.no_overflow("gamma or beta", x.dtype):
        return layer_core(x, gamma, beta, checks.as_eps(eps), strict=True)


def layer_core(x, gamma, beta, eps, strict=False):
    """`layer_norm` along the last axis of any x, for gamma and beta that broadcast; checks x alone, if `strict`."""
    xhat, _, _, std = standardize(x, (x.ndim - 1,), eps, strict)
    return gamma * xhat + beta, LayerNormCache(xhat, gamma, std)


def layer_norm_grad(dy, cache):
    """dx like x, dgamma and dbeta (D,), from dy = d loss / d y; exact for every eps.

    With g = gamma dy, which stays inside the means since gamma differs from feature to feature:
        dx = (g - mean(g) - xhat mean(g xhat)) / std;   dgamma, dbeta: sums of dy xhat and dy over all rows.
    Raises ValueError for a wrong or infinite dy, and for a row of equal numbers at eps = 0.
    """
    checks.as_cache(cache, LayerNormCache, "layer_norm")
    dy = as_upstream(dy, cache.xhat, cache.std)
    with np.errstate(all="ignore"):
        return checks.representable(STEEP, *layer_core_grad(dy, cache, over_rows))


def layer_core_grad(dy, cache, add):
    """dx, dgamma and dbeta, unchecked.   add : the function that sums up what belongs to one entry of gamma."""
    xhat, gamma, std = cache
    return standardize_grad(gamma * dy, xhat, std, (xhat.ndim - 1,)), add(dy * xhat), add(dy)


def rms_norm(x, gamma, eps=1e-5):
    """y = gamma x / r, with r = sqrt(mean(x^2) + eps) of each row: no mean is taken away, no beta added.

    x : (..., D).   gamma : (D,).   eps : in the unit of x, squared.   Returns y, shaped like x, and the cache.
    A row of zeros gives zeros, for eps = 0 too.
    Raises ValueError for wrong shapes and types, a negative eps, NaN or infinity.
    """
    x = as_rows(x)
    checks.finite("x", x)
    gamma = checks.as_feature_vector("gamma", gamma, x.shape[-1], x.dtype)
    with checks.no_overflow("gamma", x.dtype):
        return rms_core(x, gamma, checks.as_eps(eps))


def rms_core(x, gamma, eps):
    """`rms_norm` along the last axis of any x, for a gamma that broadcasts; unchecked."""
    xhat, r = divide_by_rms(x, eps)
    return gamma * xhat, RMSNormCache(xhat, gamma, r)


def rms_norm_grad(dy, cache):
    """dx like x and dgamma (D,): dx = (g - xhat mean(g xhat)) / r with g = gamma dy; exact for every eps.

    Raises ValueError for a wrong or infinite dy, and for a row of zeros at eps = 0.
    """
    xhat, gamma, r = checks.as_cache(cache, RMSNormCache, "rms_norm")
    dy = as_upstream(dy, xhat, r)
    with np.errstate(all="ignore"):
        return checks.representable(STEEP, divide_by_rms_grad(gamma * dy, xhat, r), over_rows(dy * xhat))


def divide_by_rms(x, eps):
    """x over its root mean square along the last axis, and that root (..., 1), float64; checks nothing.

    Rows whose squares would overflow or vanish are first divided, exactly, by powers of two.
    """
    low, high = SAFE[x.dtype]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        r = np.sqrt(total(x * x, (x.ndim - 1,)) / x.shape[-1] + eps)
        if r.max() < high and (r.min() > low or eps > low**2):
            return x / r.astype(x.dtype, copy=False), r
        exponent = scale_exponent(np.abs(x).max(axis=-1, keepdims=True), np.sqrt(eps))
        unit = np.ldexp(x.astype(np.float64), -exponent)
        root = np.hypot(np.sqrt((unit * unit).mean(axis=-1, keepdims=True)), np.ldexp(np.sqrt(eps), -exponent))
        xhat = np.where(root > 0, unit / root, 0.0 * root)  # 0.0 * root: 0, but NaN where x is
        return xhat.astype(x.dtype, copy=False), np.ldexp(root, exponent)


def divide_by_rms_grad(dxhat, xhat, r):
    """d loss / d x, given dxhat: dx = (dxhat - xhat mean(dxhat xhat)) / r along the last axis."""
    along = (total(dxhat * xhat, (xhat.ndim - 1,)) / xhat.shape[-1]).astype(xhat.dtype, copy=False)
    return over_spread(dxhat - xhat * along, r)


def as_rows(x):
    """`x` as a float array (..., D) with at least two axes and no axis empty."""
    x = checks.as_floats("x", x)
    if x.ndim < 2 or x.size == 0:
        raise ValueError(f"x has shape {x.shape}; allowed are (..., D) with at least two axes and no axis empty")
    return x


def as_upstream(dy, xhat, std):
    """`dy` as floats of the shape and type of `xhat`, finite; refuses a spread of 0, where nothing has a slope."""
    dy = as_dy(dy, xhat)
    if not std.min() > 0:
        where = tuple(int(i) for i in np.argwhere(~(std > 0))[0])
        raise ValueError(
            f"x has no spread at index {where} of its statistics, and eps is 0: there is no gradient; "
            "allowed is an eps above 0"
        )
    return dy


def as_dy(dy, like):
    """`dy` as floats of the shape and type of `like`, finite."""
    dy = checks.same_shape("dy", dy, like.shape, "y")
    checks.finite("dy", dy)
    with checks.no_overflow("dy", like.dtype):
        return dy.astype(like.dtype, copy=False)


def over_rows(a):
    """The sum over all axes but the last."""
    return a.reshape(-1, a.shape[-1]).sum(axis=0)
