"""Batch norm over several workers: each holds a part of the batch, and they exchange a few numbers per feature.

Forward they exchange count, mean and m2 (`shard`, `merge`), backward the two sums that dx needs. The result is that
of `batchnorm` on the whole batch, wherever the cuts are.
"""

from functools import reduce

import numpy as np

from . import checks
from .batchnorm import BatchNormCache, along_features, batch_axes
from .running import merge, shard
from .standardise import total


def batchnorm_synchronised(parts, gamma, beta, eps=1e-5):
    """`batchnorm` of a batch that is split over workers: y and cache of each part.

    parts : list of (m_k, d) or (N_k, C, H, W), one per worker; the sizes may differ.   gamma, beta : (d,).
    The mu, var, std and m of every cache are those of the whole batch.
    """
    merged = reduce(merge, map(shard, parts))
    var = merged.m2 / merged.count
    std = np.sqrt(var + checks.as_eps(eps))
    if (std == 0).any():
        raise ValueError(f"feature {int(np.argmin(std))} is constant over all workers; allowed is an eps above 0")
    results = []
    for part in parts:
        x = checks.as_batch(part)
        g, b = (checks.as_feature_vector(n, v, x.shape[1]) for n, v in (("gamma", gamma), ("beta", beta)))
        xhat = (x - along_features(merged.mean, x, np.float64)) / along_features(std, x, np.float64)
        y = along_features(g, x, np.float64) * xhat + along_features(b, x, np.float64)
        cache = BatchNormCache(xhat.astype(x.dtype), g.astype(x.dtype), std, merged.mean, var, merged.count)
        results.append((y.astype(x.dtype), cache))
    return results


def batchnorm_synchronised_grad(dys, caches):
    """dx of each part, and dgamma, dbeta of the whole batch, (d,) each, which are sums over the workers.

    dys : one upstream gradient per worker, shaped like its part, of the same loss.   caches : their caches.
    """
    axes = batch_axes(caches[0].xhat)
    dbeta = sum(total(dy, axes).ravel() for dy in dys)
    dgamma = sum(total(dy * c.xhat, axes).ravel() for dy, c in zip(dys, caches, strict=True))
    dxs = []
    for dy, (xhat, gamma, std, _, _, m) in zip(dys, caches, strict=True):
        centred = dy - along_features(dbeta / m, xhat, np.float64) - xhat * along_features(dgamma / m, xhat, np.float64)
        dxs.append((centred * along_features(gamma / std, xhat, np.float64)).astype(xhat.dtype))
    return dxs, dgamma, dbeta
