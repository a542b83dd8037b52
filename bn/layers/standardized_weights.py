"""Weight standardization: the weights of each unit are given mean 0 and a fixed spread.

Qiao et al. (2019), arXiv:1903.10520. Nothing of the data is looked at: this is a change of coordinates for the weights,
like weight norm, with one number more taken away. Each column of (fan_in, fan_out) belongs to one unit.
"""

from typing import NamedTuple

import numpy as np

from . import checks
from .layer_normalization import STEEP, as_upstream
from .standardizing import standardize, standardize_grad

RELU_GAIN = float(np.sqrt(2 / (1 - 1 / np.pi)))  # of Brock et al. (2021): it gives relu(N(0, 1)) a variance of 1


class WeightStandardizationCache(NamedTuple):
    """What the gradient needs: vhat like v, the spread of each column (..., 1, fan_out), and the scale."""

    vhat: np.ndarray
    std: np.ndarray
    scale: float


def weight_standardization(v, scale=1.0, eps=1e-5):
    """w = scale (v - mean) / sqrt(var + eps), mean and biased variance of each column.

    v : (fan_in, fan_out) or (k, fan_in, fan_out).   eps : in the unit of v, squared.
    The code of Qiao et al. divides by the unbiased standard deviation plus 1e-5 instead, eps outside the root.
    scale : 1 as in Qiao et al.; RELU_GAIN / sqrt(fan_in) gives the scaled form of Brock et al. (2021), with which
    a ReLU layer keeps the variance of its signals without looking at them.
    Returns w, shaped like v, and the cache.
    Raises ValueError for wrong shapes, a negative eps, NaN or infinity.
    """
    v = checks.as_floats("v", v)
    if v.ndim < 2 or v.size == 0:
        raise ValueError(f"v has shape {v.shape}; allowed are (fan_in, fan_out) and (k, fan_in, fan_out)")
    scale = checks.as_number("scale", scale, -np.inf, np.inf, allowed="a finite number")
    vhat, _, _, std = standardize(v, (v.ndim - 2,), checks.as_eps(eps), strict=True)
    with checks.no_overflow("scale", v.dtype):
        return scale * vhat, WeightStandardizationCache(vhat, std, scale)


def weight_standardization_grad(dw, cache):
    """dv, shaped like v, from dw = d loss / d w: dv = scale / std (dw - mean(dw) - vhat mean(dw vhat)).

    It sums to 0 over each column, and is at right angles to v for eps = 0.
    Raises ValueError for a wrong or infinite dw, and for a column of equal weights at eps = 0.
    """
    vhat, std, scale = checks.as_cache(cache, WeightStandardizationCache, "weight_standardization")
    dw = as_upstream(dw, vhat, std)
    with np.errstate(all="ignore"):
        return checks.representable(STEEP, standardize_grad(scale * dw, vhat, std, (vhat.ndim - 2,)))[0]
