"""Batch normalization: training, its gradient, inference. Ioffe & Szegedy (2015), arXiv:1502.03167.

For a batch (m, d), each of the d features is normalized over the m examples. For images (N, C, H, W), each of
the C channels is normalized over all its N H W pixels (section 3.2 of the paper); then m below means N H W. Sequences
(N, C, L) and volumes (N, C, D, H, W) go the same way: features on axis 1, places behind it.
"""

from typing import NamedTuple

import numpy as np

from . import checks
from .standardizing import count, standardize, total


class BatchNormCache(NamedTuple):
    """What the gradient and the running statistics need. One entry per feature, except xhat and m.

    xhat : normalized x, shaped like x.   gamma : (d,).
    std : sqrt(var + eps).   mu, var : mean and biased variance (divided by m) of the batch; float64.
    m : the number of values that shared each mean.
    """

    xhat: np.ndarray
    gamma: np.ndarray
    std: np.ndarray
    mu: np.ndarray
    var: np.ndarray
    m: int


def batch_norm(x, gamma, beta, eps=1e-5):
    """Normalize each feature over the batch, then scale and shift.

    Ioffe & Szegedy (2015), Algorithm 1: y = gamma xhat + beta, xhat = (x - mu) / sqrt(var + eps).

    x : (m, d), one example per row, or (N, C, H, W); (N, C, L) and (N, C, D, H, W) too.  gamma, beta : (d,) or (C,).
    eps : added to the variance and in its unit (that of x, squared).
    Returns y, shaped like x, and the cache that `batch_norm_grad` and `update_running` need.
    float32 gives float32, with the statistics in float64; integers count as float64.
    A constant feature, so also a batch of one, has xhat = 0 and gives beta, for eps = 0 too (the limit).
    Raises ValueError for wrong shapes and types, an empty batch, a negative eps, NaN or infinity anywhere, and for a
    gamma or beta with which y would overflow.

    >>> y, cache = batch_norm(np.array([[1.0], [3.0]]), gamma=[2.0], beta=[5.0], eps=0.0)
    >>> y.tolist()
    [[3.0], [7.0]]
    """
    x = checks.as_batch(x)
    gamma = checks.as_feature_vector("gamma", gamma, x.shape[1], x.dtype)
    beta = checks.as_feature_vector("beta", beta, x.shape[1], x.dtype)
    axes = batch_axes(x)
    xhat, mu, var, std = standardize(x, axes, checks.as_eps(eps), strict=True)
    with checks.no_overflow("gamma or beta", x.dtype):
        y = xhat * along_features(gamma, x)
        y += along_features(beta, x)
    return y, BatchNormCache(xhat, gamma, std.ravel(), mu.ravel(), var.ravel(), count(x.shape, axes))


def batch_norm_grad(dy, cache):
    """d loss / d x, d loss / d gamma, d loss / d beta, given dy = d loss / d y.

    Ioffe & Szegedy (2015), section 3, with the chain collapsed; exact for every eps, m the batch size:
        dbeta = sum(dy),   dgamma = sum(dy xhat),
        dx = gamma / std (dy - dbeta / m - xhat dgamma / m).

    dy : shaped like y.   cache : as returned by `batch_norm`.   Returns dx like x, dgamma and dbeta (d,).
    A batch of one gives dx = 0: its output does not depend on x.
    Raises ValueError for a dy of wrong shape or not finite, another kind of cache, where the result would overflow, and
    where gamma / std is not finite: a constant feature at eps = 0 has a forward limit but no gradient.

    >>> _, cache = batch_norm(np.array([[0.0], [1.0], [2.0]]), gamma=[1.0], beta=[0.0])
    >>> dx, dgamma, dbeta = batch_norm_grad(np.array([[1.0], [0.0], [0.0]]), cache)
    >>> float(abs(dx.sum())) < 1e-12, dbeta.tolist()  # a gradient cannot shift the whole batch
    (True, [1.0])
    """
    xhat, gamma, std, _, _, m = checks.as_cache(cache, BatchNormCache, "batch_norm")
    given = checks.same_shape("dy", dy, xhat.shape, "y")
    axes = batch_axes(xhat)
    with np.errstate(all="ignore"):
        dy = given.astype(xhat.dtype, copy=False)
        product = dy * xhat
        dgamma, dbeta = total(product, axes).ravel(), total(dy, axes).ravel()
        slope = gamma / std if m > 1 else np.zeros_like(std)  # of y in x, were the statistics to stand still
        slope = slope.astype(xhat.dtype, copy=False)
        if not checks.all_finite(dgamma + dbeta + slope):
            _explain(given, gamma, std, slope)
    with checks.no_overflow("dy, or gamma / sqrt(var + eps),", xhat.dtype):
        dx = np.multiply(xhat, along_features(dgamma / m, xhat), out=product)
        np.subtract(dy, dx, out=dx)
        dx -= along_features(dbeta / m, xhat)
        dx *= along_features(slope, xhat)
        return dx, dgamma.astype(xhat.dtype, copy=False), dbeta.astype(xhat.dtype, copy=False)


def batch_norm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """Normalize with frozen statistics: y = gamma (x - running_mean) / sqrt(running_var + eps) + beta.

    Ioffe & Szegedy (2015), Algorithm 2, step 11. Each example is treated alone, whoever else is in the batch.

    x : as in `batch_norm`.  gamma, beta, running_mean, running_var : (d,) or (C,).  Returns y like x.
    Raises ValueError as `batch_norm` does, for a negative variance, where running_var + eps = 0, and where the result
    would overflow.

    >>> batch_norm_inference(np.array([[4.0]]), [1.0], [0.5], running_mean=[2.0], running_var=[4.0], eps=0.0).tolist()
    [[1.5]]
    """
    x = checks.as_batch(x)
    checks.finite("x", x)
    names = ("gamma", "beta", "running_mean", "running_var")
    given = (gamma, beta, running_mean, running_var)
    gamma, beta, mean, var = (checks.as_feature_vector(n, v, x.shape[1]) for n, v in zip(names, given, strict=True))
    eps = checks.as_eps(eps)
    with checks.no_overflow("running_var + eps"):
        variance = var + eps
    if var.min() < 0 or variance.min() == 0:
        j = int(np.argmin(var))
        raise ValueError(
            f"running_var is {var[j]} at feature {j} with eps {eps}; allowed is 0 or more, and a sum above 0"
        )
    with checks.no_overflow("x, gamma, beta or running_mean", x.dtype):
        scale = gamma / np.sqrt(variance)
        y = (x - along_features(mean, x, np.float64)) * along_features(scale, x, np.float64)
        y += along_features(beta, x, np.float64)
        return y.astype(x.dtype, copy=False)


def batch_axes(x):
    """The axes that share one mean: the batch and, for images, sequences and volumes, the places."""
    return (0, *range(2, x.ndim))


def along_features(v, x, dtype=None):
    """One number per feature, shaped to broadcast against x and of its type."""
    v = v.astype(dtype or x.dtype, copy=False)
    return v if x.ndim == 2 else v.reshape(-1, *(1,) * (x.ndim - 2))


def _explain(dy, gamma, std, slope):
    """Raise the ValueError that says why a gradient is not finite."""
    checks.finite("dy", dy)
    if checks.all_finite(slope):
        raise ValueError("dy is too large: its sum over the batch overflows")
    j = int(np.argmax(~np.isfinite(slope)))
    raise ValueError(
        f"gamma / sqrt(var + eps) is not finite at feature {j}: {gamma[j]} / {std[j]}; "
        "a feature that is constant over the batch has no gradient at eps = 0: allowed is an eps above 0"
    )
