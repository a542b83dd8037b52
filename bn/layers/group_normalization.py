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
    inside = (len(x), as_groups(groups, x.shape[1]), -1)
    wide = along_features(gamma, x), along_features(beta, x)
    with checks.no_overflow("gamma or beta", x.dtype):
        y, cache = group_core(x, *wide, inside, checks.as_eps(eps), strict=True)
    return y, cache._replace(gamma=gamma)


def group_core(x, gamma, beta, inside, eps, strict=False):
    """`group_norm` for gamma and beta that broadcast; checks x alone, if `strict`.

    inside : the shape of x with the numbers of one group along the last axis, and the groups before it.
    """
    in_groups = x.reshape(inside)
    xhat, _, _, std = standardize(in_groups, (in_groups.ndim - 1,), eps, strict)
    xhat = xhat.reshape(x.shape)
    return gamma * xhat + beta, GroupNormCache(xhat, gamma, std)


def group_norm_grad(dy, cache):
    """dx like x, dgamma and dbeta (C,), from dy = d loss / d y; exact for every eps.

    In each group, with g = gamma dy: dx = (g - mean(g) - xhat mean(g xhat)) / std, as in layer norm.
    Raises ValueError for a wrong or infinite dy, and for a group of equal numbers at eps = 0.
    """
    xhat, gamma, std = checks.as_cache(cache, GroupNormCache, "group_norm")
    dy = as_upstream(dy, xhat, std)
    axes, wide = batch_axes(xhat), cache._replace(gamma=along_features(gamma, xhat))
    with np.errstate(all="ignore"):
        return checks.representable(STEEP, *group_core_grad(dy, wide, lambda values: values.sum(axis=axes)))


def group_core_grad(dy, cache, add):
    """dx, dgamma and dbeta, unchecked.   add : the function that sums up what belongs to one entry of gamma."""
    xhat, gamma, std = cache
    inside, last = (*std.shape[:-1], -1), (std.ndim - 1,)
    dx = standardize_grad((dy * gamma).reshape(inside), xhat.reshape(inside), std, last)
    return dx.reshape(dy.shape), add(dy * xhat), add(dy)


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
