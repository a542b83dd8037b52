"""Statistics for inference: running averages, precise statistics, merging of shards; and their conventions.

Two conventions differ between libraries, and a silent mix-up costs accuracy. Here, as in PyTorch:
- `momentum` is the weight of the NEW value: running <- (1 - momentum) running + momentum new. Keras weighs
  the OLD value: `momentum_from_old_weight` converts its momentum to ours.
- The batch is normalized with the biased variance (divided by m). The running variance takes the unbiased one
  (divided by m - 1) unless `variance="biased"` is asked for.
"""

from typing import NamedTuple

import numpy as np

from . import checks
from .standardizing import standardize

VARIANCES = ("unbiased", "biased")


class Running(NamedTuple):
    """Running mean and variance, (d,) each, and the number of batches they have seen."""

    mean: np.ndarray
    var: np.ndarray
    batches: int = 0


class Shard(NamedTuple):
    """A part of a batch: its count, mean (d,), and m2 (d,), the sum of squared distances from that mean."""

    count: int
    mean: np.ndarray
    m2: np.ndarray


def running_start(shape):
    """Mean 0 and variance 1, before any batch, as in PyTorch.   shape : d, or the shape of the statistics."""
    return Running(np.zeros(shape), np.ones(shape), 0)


def momentum_from_old_weight(old_weight):
    """Our `momentum` from that of a library where it weighs the old value (Keras: 0.99 -> 0.01).

    >>> round(momentum_from_old_weight(0.99), 6)
    0.01
    """
    return 1.0 - checks.as_number("old_weight", old_weight, 0.0, 1.0, allowed="a number from 0 to 1")


def update_running(running, cache, momentum=0.1, variance="unbiased"):
    """A new `Running` after one more training batch: (1 - momentum) old + momentum new.

    cache : from `batch_norm`.   momentum : weight of the new value, 0 to 1; None: cumulative average, so that
    every batch counts the same and the start value not at all.
    variance : "unbiased" (times m / (m - 1), as Ioffe & Szegedy, Algorithm 2, step 10) or "biased".
    Raises ValueError for a batch of one with "unbiased", where m / (m - 1) is undefined, for a variance too large
    for float64, and for running statistics that are not finite.

    >>> from bn.layers import batch_norm
    >>> _, cache = batch_norm(np.array([[0.0], [2.0]]), gamma=[1.0], beta=[0.0])
    >>> new = update_running(running_start(1), cache, momentum=0.5)
    >>> new.mean.tolist(), new.var.tolist(), new.batches  # 0.5 * 1 + 0.5 * 1 * 2 / (2 - 1)
    ([0.5], [1.5], 1)
    """
    checks.one_of("variance", variance, VARIANCES)
    as_running(running)
    if not isinstance(cache, tuple) or not {"mu", "var", "m"} <= set(getattr(cache, "_fields", ())):
        raise ValueError(
            f"cache is of type {type(cache).__name__}; allowed is what batch_norm or batch_renorm returns with y"
        )
    if momentum is None:
        momentum = 1.0 / (running.batches + 1)
    momentum = checks.as_number("momentum", momentum, 0.0, 1.0, allowed="a number from 0 to 1, or None")
    for name, value in (("running.mean", running.mean), ("running.var", running.var)):
        if np.shape(value) != cache.mu.shape:
            raise ValueError(f"{name} has shape {np.shape(value)}; allowed is {cache.mu.shape}, one entry per feature")
        checks.finite(name, np.asarray(value))
    if np.min(running.var) < 0:
        raise ValueError(f"running.var goes down to {np.min(running.var)}; allowed is 0 or more")
    with np.errstate(over="ignore"):
        new = cache.var * _correction(cache.m, variance)
    if np.isinf(new).any():
        raise ValueError("cache holds a variance that overflows float64; running statistics need spreads below 1e154")
    return Running(
        (1 - momentum) * running.mean + momentum * cache.mu,
        (1 - momentum) * running.var + momentum * new,
        running.batches + 1,
    )


def as_running(running):
    """`running` itself, if it is a `Running`."""
    if isinstance(running, Running):
        return running
    raise ValueError(
        f"running is of type {type(running).__name__}; allowed is a Running: running_start(d), Running(mean, var)"
    )


def precise_statistics(mus, variances, counts=None, variance="biased"):
    """Mean and variance of all examples of K batches together, from those of each batch.

    Law of total variance: mean = E[mu], var = E[var] + Var[mu]; the average variance alone is too small.

    mus, variances : (K, d), the biased variance of each batch.   counts : (K,) batch sizes; None: all equal.
    variance : "biased" divides by the number n of all examples; "unbiased" by n - 1 and needs `counts`.
    Returns mean (d,) and variance (d,).   Source: Wu & Johnson (2021), arXiv:2105.07576, "precise BN".

    >>> mean, var = precise_statistics(mus=[[0.0], [2.0]], variances=[[1.0], [1.0]])
    >>> mean.tolist(), var.tolist()
    ([1.0], [2.0])
    """
    mus = checks.as_floats("mus", mus)
    variances = checks.same_shape("variances", variances, mus.shape, "mus")
    if mus.ndim < 2 or len(mus) == 0:
        raise ValueError(f"mus has shape {mus.shape}; allowed is (K, d) with K at least 1")
    checks.finite("mus", mus)
    checks.finite("variances", variances)
    if variances.min() < 0:
        raise ValueError(f"variances go down to {variances.min()}; allowed is 0 or more")
    weights = _weights(counts, len(mus)).reshape((-1,) + (1,) * (mus.ndim - 1))
    with checks.no_overflow("mus or variances"):
        mean = (weights * mus).sum(axis=0)
        var = (weights * (variances + (mus - mean) ** 2)).sum(axis=0)
    if checks.one_of("variance", variance, VARIANCES) == "unbiased" and counts is None:
        raise ValueError("counts is None; the unbiased variance needs the batch sizes")
    return mean, var if counts is None else var * _correction(int(np.sum(counts)), variance)


def shard(x):
    """The count, mean and m2 of one part of a batch, x : (m, d), (N, C, H, W) or its like.

    Raises ValueError for wrong shapes and types, NaN or infinity, and where m2 overflows: spreads of 1e154 and more.
    """
    x = checks.as_batch(x)
    checks.finite("x", x)
    axes = (0, *range(2, x.ndim))
    _, mu, var, _ = standardize(x, axes, 0.0)
    m = x.size // x.shape[1]
    with np.errstate(over="ignore"):
        m2 = var.ravel() * m
    return Shard(m, mu.ravel(), *checks.representable("x", m2))


def merge(a, b):
    """The `Shard` of two parts together, exact: synchronized batch norm over workers needs no more than this.

    Chan, Golub & LeVeque (1983): m2 = m2_a + m2_b + (mean_b - mean_a)^2 n_a n_b / n.

    >>> whole = merge(shard(np.array([[0.0], [1.0]])), shard(np.array([[5.0]])))
    >>> whole.count, whole.mean.tolist(), whole.m2.tolist()
    (3, [2.0], [14.0])
    """
    if np.shape(a.mean) != np.shape(b.mean):
        raise ValueError(f"b has shape {np.shape(b.mean)}; allowed is {np.shape(a.mean)}, the shape of a")
    n = a.count + b.count
    with checks.no_overflow("the spread of a and b together"):
        delta = b.mean - a.mean
        return Shard(n, a.mean + delta * (b.count / n), a.m2 + b.m2 + delta**2 * (a.count * b.count / n))


def _correction(m, variance):
    """m / (m - 1) for the unbiased variance, 1 for the biased one."""
    if variance == "biased":
        return 1.0
    if m < 2:
        raise ValueError(
            'variance is "unbiased" for a batch of one, where m / (m - 1) is undefined; allowed is "biased"'
        )
    return m / (m - 1)


def _weights(counts, k):
    """Each batch's share of all examples."""
    if counts is None:
        return np.full(k, 1.0 / k)
    counts = np.asarray(counts, dtype=np.float64)
    if counts.shape != (k,) or not (counts > 0).all() or not np.isfinite(counts).all():
        raise ValueError(f"counts is {counts}; allowed are {k} positive batch sizes")
    return counts / counts.sum()
