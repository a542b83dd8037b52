"""The double backward of batch norm: the gradient of its gradient.

dx is a function of x, dy and gamma. A loss that holds dx (a penalty on a gradient, a Hessian times a vector) sends back
a gradient u = d loss / d dx, and this goes on to x, dy and gamma. Derived in the book's chapter on the gradient, and
proved there for any batch: the formulas double-dx, double-ddy and double-dgamma of `bnbook.proofs.formulas.curvature`.
"""

import numpy as np

from . import checks
from .batch_normalization import BatchNormCache, along_features, batch_axes
from .standardizing import count, standardize_grad, total


def batch_norm_double_backward(u, dy, cache):
    """d loss / d x, d loss / d dy, d loss / d gamma through dx = batch_norm_grad(dy, cache)[0].

    u = d loss / d dx is given.

    With P subtracting the mean over the batch, J = d xhat / d x, s = sqrt(var + eps), and means over the batch
    a = mean(u P dy), alpha = mean(u xhat), delta = mean(dy xhat):
        to x      -gamma / s^2 ((a - 3 alpha delta) xhat + delta P u + alpha P dy),
        to dy      gamma J u,
        to gamma   sum(u J dy);
    beta gets nothing. Exact for every eps.

    u, dy : shaped like y.   cache : as returned by `batch_norm`.   Returns two arrays like x, and (d,).
    A batch of one gives zeros: its dx is 0 whatever x, dy and gamma are.
    Raises ValueError for a u or dy of wrong shape or not finite, and where the result is not finite: a constant feature
    at eps = 0 has no gradient, and gamma / (var + eps) may overflow.
    """
    xhat, gamma, std, _, _, m = checks.as_cache(cache, BatchNormCache, "batch_norm")
    u, dy = checks.same_shape("u", u, xhat.shape, "y"), checks.same_shape("dy", dy, xhat.shape, "y")
    checks.finite("u", u)
    checks.finite("dy", dy)
    with checks.no_overflow("u or dy", xhat.dtype):
        u, dy = u.astype(xhat.dtype, copy=False), dy.astype(xhat.dtype, copy=False)
    if m == 1:
        return np.zeros_like(xhat), np.zeros_like(xhat), np.zeros_like(gamma)
    axes, wide = batch_axes(xhat), along_features(gamma, xhat)
    spread = along_features(std, xhat, np.float64)
    with np.errstate(all="ignore"):
        ju = standardize_grad(u, xhat, spread, axes)
        to_x = wide * standardize_double_backward(u, dy, xhat, spread, axes)
        to_gamma = total(ju * dy, axes).ravel().astype(xhat.dtype, copy=False)  # J is symmetric: <u, J dy> = <J u, dy>
        to_dy = wide * ju
    for name, array in (("x", to_x), ("dy", to_dy), ("gamma", to_gamma)):
        if not checks.all_finite(array):
            _explain(name, gamma, std)
    return to_x, to_dy, to_gamma


def standardize_double_backward(u, dxhat, xhat, std, axes):
    """d sum(u dx) / d x with dx = standardize_grad(dxhat, xhat, std, axes); checks nothing.

    It is symmetric in u and dxhat, and so it is also the change of dx when x moves along u.
    std : shaped to broadcast against xhat.   axes : the entries that share one mean.
    """
    m = count(xhat.shape, axes)

    def mean(values):
        return (total(values, axes) / m).astype(xhat.dtype, copy=False)

    u, g = u - mean(u), dxhat - mean(dxhat)
    a, alpha, delta = mean(u * g), mean(u * xhat), mean(g * xhat)
    curved = (a - 3 * alpha * delta) * xhat + delta * u + alpha * g
    std = std.astype(xhat.dtype, copy=False)
    return -curved / std / std  # not by std^2, which overflows and vanishes sooner


def _explain(name, gamma, std):
    """Raise the ValueError that says which feature has no double backward."""
    with np.errstate(all="ignore"):
        slopes = gamma / std / std
    j = int(np.argmax(~np.isfinite(slopes))) if not checks.all_finite(slopes) else int(np.argmin(std))
    raise ValueError(
        f"the double backward to {name} is not finite; feature {j} has gamma {gamma[j]} and sqrt(var + eps) {std[j]}; "
        "a feature that is constant over the batch has no gradient at eps = 0: allowed is an eps above 0; or "
        "u and dy are too large"
    )
