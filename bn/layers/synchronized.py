"""Batch norm over several workers: each holds a part of the batch, and they exchange a few numbers per feature.

Forward they exchange count, mean and m2 (`shard`, `merge`), backward the two sums that dx needs. The result is that
of `batch_norm` on the whole batch, wherever the cuts are.
"""

from functools import reduce

import numpy as np

from . import checks
from .batch_normalization import BatchNormCache, along_features, batch_axes
from .running import merge, shard
from .standardizing import total


def batch_norm_synchronized(parts, gamma, beta, eps=1e-5):
    """`batch_norm` of a batch that is split over workers: y and cache of each part.

    parts : list of (m_k, d) or (N_k, C, H, W) and their like, one per worker; the sizes may differ.
    gamma, beta : (d,).
    The mu, var, std and m of every cache are those of the whole batch.
    Raises ValueError as `batch_norm` does, for no part at all, where merged variance and eps are both 0, and for
    spreads of 1e154 and more: the workers exchange squares.
    """
    parts = list(parts)
    if not parts:
        raise ValueError("parts is empty; allowed is one part of the batch or more")
    merged = reduce(merge, map(shard, parts))
    eps, var = checks.as_eps(eps), merged.m2 / merged.count
    with checks.no_overflow("the variance of x, or eps,"):
        std = np.sqrt(var + eps)
    if (std == 0).any():
        j = int(np.argmin(std))
        raise ValueError(f"feature {j} is constant over all workers, or its squares vanish; allowed is an eps above 0")
    results = []
    for part in parts:
        x = checks.as_batch(part)
        g, b = (checks.as_feature_vector(n, v, x.shape[1]) for n, v in (("gamma", gamma), ("beta", beta)))
        with checks.no_overflow("gamma or beta", x.dtype):
            xhat = (x - along_features(merged.mean, x, np.float64)) / along_features(std, x, np.float64)
            y = along_features(g, x, np.float64) * xhat + along_features(b, x, np.float64)
            cache = BatchNormCache(xhat.astype(x.dtype), g.astype(x.dtype), std, merged.mean, var, merged.count)
            results.append((y.astype(x.dtype), cache))
    return results


def batch_norm_synchronized_grad(dys, caches):
    """dx of each part, and dgamma, dbeta of the whole batch, (d,) each, which are sums over the workers.

    dys : one upstream gradient per worker, shaped like its part, of the same loss.   caches : their caches.
    Raises ValueError for a dy of wrong shape or not finite, and where the result would overflow.
    """
    dys, caches = list(dys), list(caches)
    if len(dys) != len(caches) or not dys:
        raise ValueError(f"dys has {len(dys)} entries; allowed are {len(caches)}, one per cache, and at least one")
    caches = [checks.as_cache(cache, BatchNormCache, "batch_norm_synchronized") for cache in caches]
    dys = [checks.same_shape(f"dys[{k}]", dy, caches[k].xhat.shape, "its part") for k, dy in enumerate(dys)]
    for k, dy in enumerate(dys):
        checks.finite(f"dys[{k}]", dy)
    axes = batch_axes(caches[0].xhat)
    with np.errstate(all="ignore"):
        dbeta = sum(total(dy, axes).ravel() for dy in dys)
        dgamma = sum(total(dy * c.xhat, axes).ravel() for dy, c in zip(dys, caches))
        dxs = [_input_grad(dy, cache, dgamma, dbeta) for dy, cache in zip(dys, caches)]
    checks.representable("a dy, or gamma / sqrt(var + eps),", *dxs, dgamma, dbeta)
    return dxs, dgamma, dbeta


def _input_grad(dy, cache, dgamma, dbeta):
    """dx of one part, from the sums over all."""
    xhat, gamma, std, _, _, m = cache
    centered = dy - along_features(dbeta / m, xhat, np.float64) - xhat * along_features(dgamma / m, xhat, np.float64)
    return (centered * along_features(gamma / std, xhat, np.float64)).astype(xhat.dtype)
