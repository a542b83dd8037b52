"""Normalization by another length: subtract the batch mean, divide by the average l_p norm.

Santurkar et al. (2018), section 3.3 there: the norm is that of the values before the
mean is taken away. n_1 = mean |x|, n_2 = sqrt(mean x^2), n_inf = max |x|; xhat = (x - mu) / (n_p + eps).
The mean of the output is held, but its spread is not: it depends on the batch's mean and shape.
"""

import numpy as np


def lp_forward(z, params, eps, p):
    """y = gamma (z - mu) / (n_p(z) + eps) + beta over the batch axis of z (k, m, d), and the cache.

    p : 1, 2 or numpy.inf.
    """
    centered = z - z.mean(axis=1, keepdims=True)
    size = np.abs(z)
    if p == np.inf:
        norm = size.max(axis=1, keepdims=True)
        slope = size == norm
        slope = slope / slope.sum(axis=1, keepdims=True)  # shared, should two values be the largest
    elif p == 1:
        norm, slope = size.mean(axis=1, keepdims=True), np.full_like(z, 1 / z.shape[1])
    else:
        norm = np.sqrt((z * z).mean(axis=1, keepdims=True))
        slope = size / (z.shape[1] * np.maximum(norm, np.finfo(z.dtype).tiny))
    norm = norm + eps
    xhat = (centered / norm).astype(z.dtype, copy=False)
    return params["gamma"] * xhat + params["beta"], (xhat, norm, np.sign(z) * slope, params["gamma"])


def lp_backward(dy, cache):
    """dz and the gradients of gamma and beta: dz = P(dxhat) / n - <dxhat, xhat> / n dn/dz, P taking the mean."""
    xhat, norm, slope, gamma = cache
    dxhat = dy * gamma
    through_norm = (dxhat * xhat).sum(axis=1, keepdims=True) * slope
    dz = (dxhat - dxhat.mean(axis=1, keepdims=True) - through_norm) / norm
    grads = {"gamma": (dy * xhat).sum(axis=1, keepdims=True), "beta": dy.sum(axis=1, keepdims=True)}
    return dz.astype(dy.dtype, copy=False), grads
