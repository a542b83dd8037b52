"""Subtract the mean, divide by the spread: the numerical heart of every normalization.

The entries that share a mean and a variance are given by `axes`, so that the same two functions serve a batch
(m, d), images (N, C, H, W) and their like, and a stack of networks (k, m, d). Statistics are float64 whatever x is.
"""

from functools import cache
from math import prod, sqrt
from typing import NamedTuple

import numpy as np

from . import checks

# Spreads between these two are safe: their squares neither overflow nor lose digits by underflow.
SAFE = {np.dtype(np.float32): (1e-15, 1e18), np.dtype(np.float64): (1e-140, 1e150)}
FAR = 16  # spreads between the first example and the mean, above which it counts as an outlier: four bits at most


class Standardized(NamedTuple):
    """xhat, shaped and typed like x, and the float64 statistics, of length 1 along the axes averaged over."""

    xhat: np.ndarray
    mu: np.ndarray
    var: np.ndarray
    std: np.ndarray


def total(a, axes):
    """Sum over `axes`, accumulated in float64, keeping those axes with length 1."""
    if axes == (a.ndim - 2,):
        times = np.dot if a.ndim == 2 else np.matmul  # dot costs less, matmul takes stacks
        return times(_row_of_ones(a.shape[-2]), a)  # BLAS takes half the time of sum
    if axes == (a.ndim - 1,):
        return np.matmul(a, _row_of_ones(a.shape[-1]).T)
    return a.sum(axis=axes, dtype=np.float64, keepdims=True)


@cache
def _row_of_ones(m):
    return np.ones((1, m))


@cache
def _first(axes, ndim):
    """The index of the first entry along `axes`, with everything along the others."""
    return tuple(slice(1) if axis in axes else slice(None) for axis in range(ndim))


def count(shape, axes):
    """How many entries share one mean: the product of the lengths of `axes`."""
    return prod(shape[axis] for axis in axes)


def standardize(x, axes, eps, strict=False):
    """xhat = (x - mu) / std with std = sqrt(var + eps) and the biased variance; returns a `Standardized`.

    Where var + eps = 0 (a constant feature and eps = 0), xhat is 0: its limit as eps goes to 0.
    mu, xhat and std hold for every finite x; var is inf or 0 where the squared spread is not representable.
    NaN and infinities give NaN in the statistics of their feature, so no pass over x looks for them.
    strict : raise ValueError where there are any.
    """
    low, high = SAFE[x.dtype]
    root_eps = sqrt(eps)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        result = _two_pass(x, axes, root_eps)
        if (low < root_eps or low < result.std.min()) and result.std.max() < high:
            return result
        if strict:
            checks.finite("x", x)
        return _rescaled(x, axes, root_eps)


def _two_pass(x, axes, root_eps):
    """Mean first, then the mean of the squared distances; never mean(x^2) - mean(x)^2, which cancels."""
    # Measured from one of its own examples, a batch with mean 1e8 is as harmless as one with mean 0, and a constant
    # feature is exactly 0. An example that is an outlier would cost all others their digits: then from the mean.
    origin = x[_first(axes, x.ndim)]
    result = _measured_from(origin, x, axes, root_eps)
    far = np.abs(result.mu - origin) > FAR * result.std
    if far.any():
        return _measured_from(np.where(far, result.mu.astype(x.dtype), origin), x, axes, root_eps)
    return result


def _measured_from(origin, x, axes, root_eps):
    """The `Standardized` of x, by its distances from `origin`."""
    centered = x - origin
    m = count(x.shape, axes)
    offset = total(centered, axes) / m
    centered -= offset.astype(x.dtype, copy=False)
    var = total(centered * centered, axes) / m
    std = np.hypot(np.sqrt(var), root_eps)
    centered /= std.astype(x.dtype, copy=False)
    return Standardized(centered, origin + offset, var, std)


def _rescaled(x, axes, root_eps):
    """The same for huge and tiny x: features are first divided, exactly, by powers of two."""
    exponent = scale_exponent(np.abs(x).max(axis=axes, keepdims=True), root_eps)
    unit = _two_pass(np.ldexp(x.astype(np.float64), -exponent), axes, np.ldexp(root_eps, -exponent))
    xhat = np.where(unit.std > 0, unit.xhat, 0.0 * unit.mu)  # 0.0 * mu: 0, but NaN where x is
    return Standardized(
        xhat.astype(x.dtype, copy=False),
        np.ldexp(unit.mu, exponent),
        np.ldexp(unit.var, 2 * exponent),
        np.ldexp(unit.std, exponent),
    )


def scale_exponent(largest, root_eps):
    """The powers of two by which numbers up to `largest` are divided; not so small that root_eps would overflow."""
    return np.maximum(np.frexp(largest)[1], np.frexp(root_eps)[1] - 1000)


def standardize_grad(dxhat, xhat, std, axes):
    """d loss / d x, given dxhat = d loss / d xhat; exact for every eps (Ioffe & Szegedy, section 3).

    dx = (dxhat - mean(dxhat) - xhat mean(dxhat xhat)) / std, the means taken over `axes`.
    """
    m = count(xhat.shape, axes)
    mean = (total(dxhat, axes) / m).astype(xhat.dtype, copy=False)
    product = dxhat * xhat
    slope = (total(product, axes) / m).astype(xhat.dtype, copy=False)
    dx = np.multiply(xhat, slope, out=product)
    np.subtract(dxhat, dx, out=dx)
    dx -= mean
    return over_spread(dx, std)


def over_spread(dx, std):
    """dx / std, in place where std, which is float64, is an ordinary number of the type of dx."""
    narrow = std.astype(dx.dtype, copy=False)
    if narrow.min() < np.finfo(dx.dtype).smallest_normal:  # there numbers lose their digits one by one
        return (dx / std).astype(dx.dtype, copy=False)
    dx /= narrow
    return dx
