"""How far the mean and the variance of a batch stray from the truth, sampled and by formula.

For m independent Gaussian examples of mean 0 and variance 1: the batch mean has variance 1/m; the (biased)
batch variance has mean (m - 1)/m and variance 2 (m - 1)/m**2; the mean of 1/sigma, which scales what
training sees, is sqrt(m/2) Gamma((m - 2)/2) / Gamma((m - 1)/2) for m > 2 and infinite for m = 2.

That mean is above 1, and yet no normalized batch is too large: its mean square is 1, whatever m (at eps = 0). What a
small batch changes is the map from a value to its normalized value, see `squeeze`: an outlier raises its own divisor.
The regression of xhat on x, in units of the true spread, has the slope E[mean of xhat x] = E[sigma], which is
sqrt(2/m) Gamma(m/2) / Gamma((m - 1)/2), below 1.
"""

from math import exp, inf, lgamma, sqrt

import numpy as np

BATCH_SIZES = (2, 4, 8, 16, 32, 64, 128)


def run(batch_sizes=BATCH_SIZES, draws=4000, seed=0):
    """Draw batches and measure their statistics.

    M batch sizes, B draws:
    batch_sizes (M,).   mean (M, B), variance (M, B) : of each batch, the variance divided by m.
    mean_spread, variance_mean, variance_spread, inverse_scale (M,) : measured over the draws: standard
        deviation of the means, mean and standard deviation of the variances, mean of 1 / sqrt(variance).
    exact (M, 4) : what the formulas give for those four.
    """
    batches = [np.random.default_rng([seed, m]).normal(size=(draws, m)) for m in batch_sizes]
    mean, variance = (np.stack([f(axis=1) for f in fs]) for fs in zip(*((b.mean, b.var) for b in batches)))
    return {
        "batch_sizes": np.array(batch_sizes),
        "mean": mean,
        "variance": variance,
        "mean_spread": mean.std(axis=1),
        "variance_mean": variance.mean(axis=1),
        "variance_spread": variance.std(axis=1),
        "inverse_scale": (1 / np.sqrt(variance)).mean(axis=1),
        "exact": np.array([exact(m) for m in batch_sizes]),
    }


def exact(m):
    """Spread of the batch mean, mean and spread of the batch variance, mean of 1 / sigma, for a batch of m > 1."""
    inverse = sqrt(m / 2) * exp(lgamma((m - 2) / 2) - lgamma((m - 1) / 2)) if m > 2 else inf
    return 1 / sqrt(m), (m - 1) / m, sqrt(2 * (m - 1)) / m, inverse


def slope(m):
    """Slope of the regression of xhat on (x - mean) / spread of the population: E[sigma], for a batch of m > 1."""
    return sqrt(2 / m) * exp(lgamma(m / 2) - lgamma((m - 1) / 2))


def squeeze(m, values, draws=20_000, seed=0):
    """What becomes of given values in batches of m > 1 whose other examples are standard normal; eps = 0.

    values (V,), in spreads of the population from its mean.
    mean, low, high (V,) : mean of xhat over the draws, and the tenth and ninetieth percentile.
    """
    others = np.random.default_rng([seed, m]).normal(size=(draws, m - 1))
    total, squares = others.sum(axis=1), (others**2).sum(axis=1)
    values = np.asarray(values, dtype=float)[:, None]
    mu = (values + total) / m
    xhat = (values - mu) / np.sqrt((values**2 + squares) / m - mu**2)
    low, high = np.percentile(xhat, (10, 90), axis=1)
    return {"mean": xhat.mean(axis=1), "low": low, "high": high}


def regression(m, batches=20_000, seed=0):
    """Sampled: the slope of xhat on x (population of mean 0 and variance 1) and the mean square of xhat."""
    x = np.random.default_rng([seed, m, 1]).normal(size=(batches, m))
    xhat = (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)
    return float((xhat * x).sum() / (x * x).sum()), float(np.mean(xhat**2))
