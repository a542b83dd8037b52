"""Batch renormalization: batch norm whose output is pulled to that of the running statistics, within limits.

Ioffe (2017), arXiv:1702.03275. The forward pass uses (nearly) the statistics that will be used later, the gradient
still goes through those of the batch. Helps where batches are small or their examples are alike.
"""

from typing import NamedTuple

import numpy as np

from . import checks
from .batch_normalization import along_features, batch_axes
from .layer_normalization import STEEP, as_upstream
from .running import Running, as_running
from .stacks import affine_grads
from .standardizing import count, standardize, standardize_grad, total

R_MAX, D_MAX = 3.0, 5.0  # the limits in a network, from the first step on


class BatchRenormCache(NamedTuple):
    """What the gradient and `update_running` need; one entry per feature, except xtilde, xhat and m.

    xtilde : (x - mu) / std with the batch's statistics.   xhat : r xtilde + d.   r, d : the corrections.
    """

    xtilde: np.ndarray
    xhat: np.ndarray
    gamma: np.ndarray
    std: np.ndarray
    mu: np.ndarray
    var: np.ndarray
    r: np.ndarray
    d: np.ndarray
    m: int


def batch_renorm(x, gamma, beta, running, r_max=3.0, d_max=5.0, eps=1e-5):
    """y = gamma (r xtilde + d) + beta, xtilde = (x - mu) / s normalized by the batch, s = sqrt(var + eps).

    r = s / s_run, held between 1 / r_max and r_max; d = (mu - mu_run) / s_run, held between -d_max and d_max, with
    s_run = sqrt(running.var + eps). Where neither is held back, y is exactly `batch_norm_inference`; with r_max = 1
    and d_max = 0 it is batch norm. Its author begins so and widens the limits to 3 and 5 during training.

    x : (m, d) or (N, C, H, W).   gamma, beta : (d,) or (C,).   running : a `Running`, as `update_running` gives; the
    author averages standard deviations instead of variances.
    Returns y, shaped like x, and the cache.
    Raises ValueError for wrong shapes and types, limits r_max < 1 or d_max < 0, NaN or infinity, and where
    running.var + eps is 0.
    """
    x, running = checks.as_batch(x), as_running(running)
    features = x.shape[1]
    gamma = checks.as_feature_vector("gamma", gamma, features, x.dtype)
    beta = checks.as_feature_vector("beta", beta, features, x.dtype)
    eps = checks.as_eps(eps)
    running = Running(
        checks.as_feature_vector("running.mean", running.mean, features),
        checks.as_feature_vector("running.var", running.var, features),
    )
    if running.var.min() < 0 or not running.var.min() + eps > 0:
        raise ValueError(f"running.var is {running.var.min()} with eps {eps}; allowed is 0 or more, and a sum above 0")
    axes = batch_axes(x)
    xtilde, mu, var, std = standardize(x, axes, eps, strict=True)
    r, d = corrections(mu.ravel(), std.ravel(), running, eps, r_max, d_max)
    with checks.no_overflow("gamma, beta or a limit", x.dtype):
        xhat = xtilde * along_features(r, x) + along_features(d, x)
        y = xhat * along_features(gamma, x) + along_features(beta, x)
    statistics = std.ravel(), mu.ravel(), var.ravel(), r, d
    return y, BatchRenormCache(xtilde, xhat, gamma, *statistics, count(x.shape, axes))


def corrections(mu, std, running, eps, r_max, d_max):
    """r and d, shaped like mu and std: how the batch's statistics differ from the running ones, within limits."""
    r_max = checks.as_number("r_max", r_max, 1.0, np.inf, allowed="a finite number, 1 or larger")
    d_max = checks.as_number("d_max", d_max, 0.0, np.inf, allowed="a finite number, 0 or larger")
    with np.errstate(over="ignore"):  # the limits hold infinity as well
        running_std = np.sqrt(running.var + eps)
        return np.clip(std / running_std, 1 / r_max, r_max), np.clip((mu - running.mean) / running_std, -d_max, d_max)


def batch_renorm_grad(dy, cache):
    """dx like x, dgamma and dbeta (d,), from dy = d loss / d y; r and d are held constant, as in the paper.

    dx = gamma r / s (dy - mean(dy) - xtilde mean(dy xtilde)), with xtilde, not xhat;   dgamma = sum(dy xhat).
    Raises ValueError for a wrong or infinite dy, and for a constant feature at eps = 0.
    """
    checks.as_cache(cache, BatchRenormCache, "batch_renorm")
    dy = as_upstream(dy, cache.xhat, cache.std)
    axes = batch_axes(dy)
    shape = (1, -1, *(1,) * (dy.ndim - 2))
    with np.errstate(all="ignore"):
        scaled = dy * along_features(cache.gamma * cache.r, dy)
        dx = standardize_grad(scaled, cache.xtilde, cache.std.reshape(shape), axes)
        sums = total(dy * cache.xhat, axes).ravel(), total(dy, axes).ravel()
        return checks.representable(STEEP, dx, *(each.astype(dy.dtype, copy=False) for each in sums))


def renorm_forward(z, params, eps, running):
    """`batch_renorm` for each network of the stack."""
    xtilde, mu, var, std = standardize(z, (1,), eps)
    r, d = (each.astype(z.dtype) for each in corrections(mu, std, running, eps, R_MAX, D_MAX))
    xhat = r * xtilde + d
    cache = BatchRenormCache(xtilde, xhat, params["gamma"], std, mu, var, r, d, z.shape[1])
    return params["gamma"] * xhat + params["beta"], cache


def renorm_backward(dy, cache):
    """`batch_renorm_grad` for each network of the stack."""
    dz = standardize_grad(dy * (cache.gamma * cache.r), cache.xtilde, cache.std, (1,))
    return dz, affine_grads(dy, cache.xhat)
