"""Group norm and instance norm: statistics of one example, over groups of its channels.

Wu & He (2018), arXiv:1803.08494; Ulyanov, Vedaldi & Lempitsky (2016), arXiv:1607.08022. With one group it is layer norm
over the whole example, with as many groups as channels it is instance norm. Nothing depends on the batch.
"""

from typing import NamedTuple

import numpy as np

from . import checks
from .batch_normalization import along_features, batch_axes
from .layer_normalization import STEEP, as_upstream
from .standardizing import standardize, standardize_grad


class GroupNormCache(NamedTuple):
    """What the gradient needs: xhat like x, gamma (C,), and the spread of each group, (N, G, 1), float64."""

    xhat: np.ndarray
    gamma: np.ndarray
    std: np.ndarray


def group_norm(x, gamma, beta, groups, eps=1e-5):
    """Normalize each example over groups of channels, then scale and shift each channel.

    x : (N, C), (N, C, H, W) or its like.   gamma, beta : (C,).   groups : G, which divides C; channels 0 to C / G - 1
    form the first group.   eps : in the unit of x, squared.
    Returns y, shaped like x, and the cache. float32 stays, with the statistics in float64.
    A group of equal numbers gives beta, so for (N, C) and G = C every input does.
    Raises ValueError for wrong shapes and types, a G that does not divide C, a negative eps, NaN or infinity.
    """
    x = checks.as_batch(x)
    gamma = checks.as_feature_vector("gamma", gamma, x.shape[1], x.dtype)
    beta = checks.as_feature_vector("beta", beta, x.shape[1], x.dtype)
    in_groups = x.reshape(len(x), as_groups(groups, x.shape[1]), -1)
    xhat, _, _, std = standardize(in_groups, (2,), checks.as_eps(eps), strict=True)
    xhat = xhat.reshape(x.shape)
    with checks.no_overflow("gamma or beta", x.dtype):
        return xhat * along_features(gamma, x) + along_features(beta, x), GroupNormCache(xhat, gamma, std)


def group_norm_grad(dy, cache):
    """dx like x, dgamma and dbeta (C,), from dy = d loss / d y; exact for every eps.

    In each group, with g = gamma dy: dx = (g - mean(g) - xhat mean(g xhat)) / std, as in layer norm.
    Raises ValueError for a wrong or infinite dy, and for a group of equal numbers at eps = 0.
    """
    xhat, gamma, std = checks.as_cache(cache, GroupNormCache, "group_norm")
    dy = as_upstream(dy, xhat, std)
    in_groups = (len(xhat), std.shape[1], -1)
    axes = batch_axes(xhat)
    with np.errstate(all="ignore"):
        g = dy * along_features(gamma, xhat)
        dx = standardize_grad(g.reshape(in_groups), xhat.reshape(in_groups), std, (2,)).reshape(xhat.shape)
        return checks.representable(STEEP, dx, (dy * xhat).sum(axis=axes), dy.sum(axis=axes))


def instance_norm(x, gamma, beta, eps=1e-5):
    """Normalize each channel of each image over its own places: `group_norm` with as many groups as channels.

    x : (N, C, H, W), (N, C, L) or (N, C, D, H, W); without places, (N, C), every value would be its own mean.
    gamma, beta : (C,).   Returns y and the cache, for `group_norm_grad`.   Raises ValueError as `group_norm` does.
    """
    x = checks.as_batch(x)
    if x.ndim == 2:
        raise ValueError(f"x has shape {x.shape}; allowed are (N, C, H, W) and its like: one number has no spread")
    return group_norm(x, gamma, beta, x.shape[1], eps)


def as_groups(groups, channels):
    """`groups` as an int that divides the number of channels."""
    whole = isinstance(groups, (int, np.integer)) and not isinstance(groups, bool)
    if not whole or groups < 1 or channels % groups:
        fitting = ", ".join(str(g) for g in range(1, channels + 1) if channels % g == 0)
        raise ValueError(f"groups is {groups!r} for {channels} channels; allowed are {fitting}")
    return int(groups)
