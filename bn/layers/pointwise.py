"""Dynamic tanh: no statistics at all, only a curve that holds large values back.

Zhu et al. (2025), arXiv:2503.10622. In place of layer norm: y = gamma tanh(alpha x) + beta, with one learned alpha.
"""

from typing import NamedTuple

import numpy as np

from . import checks
from .layer_normalization import as_dy, as_rows, over_rows


class DynamicTanhCache(NamedTuple):
    """What the gradient needs: x, t = tanh(alpha x), alpha, gamma (D,)."""

    x: np.ndarray
    t: np.ndarray
    alpha: float
    gamma: np.ndarray


def dynamic_tanh(x, alpha, gamma, beta):
    """y = gamma tanh(alpha x) + beta, entry by entry.

    x : (..., D), features last.   alpha : one number for the whole layer, 0.5 at the start in the authors' code.
    gamma, beta : (D,).   Returns y, shaped like x, and the cache.
    Raises ValueError for wrong shapes and types, NaN or infinity.
    """
    x = as_rows(x)
    checks.finite("x", x)
    top = float(np.finfo(x.dtype).max)
    alpha = checks.as_number("alpha", alpha, -top, top, allowed="a finite number of the type of x")
    gamma = checks.as_feature_vector("gamma", gamma, x.shape[-1], x.dtype)
    beta = checks.as_feature_vector("beta", beta, x.shape[-1], x.dtype)
    with checks.no_overflow("gamma or beta", x.dtype):
        return tanh_core(x, alpha, gamma, beta)


def tanh_core(x, alpha, gamma, beta):
    """`dynamic_tanh` of any x, for alpha, gamma and beta that broadcast; unchecked."""
    with np.errstate(over="ignore"):  # far out alpha x overflows to infinity, and tanh is rightly 1
        t = np.tanh(alpha * x)
    return gamma * t + beta, DynamicTanhCache(x, t, alpha, gamma)


def dynamic_tanh_grad(dy, cache):
    """dx like x, dalpha (a number), dgamma and dbeta (D,), from dy = d loss / d y.

    dx = alpha gamma (1 - t^2) dy;  dalpha = sum of gamma x (1 - t^2) dy over everything;
    dgamma = sum of dy t and dbeta = sum of dy over rows.
    Raises ValueError for a dy of wrong shape or not finite, and where the result would overflow.
    """
    checks.as_cache(cache, DynamicTanhCache, "dynamic_tanh")
    dy = as_dy(dy, cache.x)
    with np.errstate(all="ignore"):
        grads = tanh_core_grad(dy, cache, over_rows, lambda values: float(values.sum(dtype=np.float64)))
        return checks.representable("dy, or alpha gamma,", *grads)


def tanh_core_grad(dy, cache, add, add_all):
    """dx, dalpha, dgamma and dbeta, unchecked.

    add, add_all : the functions that sum up what belongs to one entry of gamma, and to alpha.
    """
    x, t, alpha, gamma = cache
    inner = dy * gamma * (1 - t * t)
    return alpha * inner, add_all(inner * x), add(dy * t), add(dy)
