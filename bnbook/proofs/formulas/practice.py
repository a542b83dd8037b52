"""Formulas for using batch norm: folding, merging parts of a batch, accumulation, running statistics, dropout.

As elsewhere `x` is the entry of one example, `mean` the mean over the batch, variances divide by m, and `tau` is the
weight of the new value in a running statistic.
"""

import sympy as sp

from bnbook.proofs.formulas.gradient import ordered, times


def fold_after(weight, bias, mean, var, gamma, beta, eps):
    """Weights and bias of the affine layer before batch norm once the norm is folded into it: scale a, a (b - mean)."""
    a = gamma / sp.sqrt(var + eps)
    return times(a, weight), ordered(times(a, ordered(bias, -mean)), beta)


def fold_before(weight, mean, var, gamma, beta, eps):
    """Of one input of the layer after batch norm: its new weight, and what it adds to the bias."""
    a = gamma / sp.sqrt(var + eps)
    return times(a, weight), times(weight, ordered(beta, -a * mean))


def merged_mean(mean_a, mean_b, n_a, n_b):
    """The mean of two parts together. Chan, Golub & LeVeque (1983)."""
    return ordered(mean_a, times(n_b / (n_a + n_b), ordered(mean_b, -mean_a)))


def merged_m2(m2_a, m2_b, mean_a, mean_b, n_a, n_b):
    """The sum of squared distances from the mean of two parts together."""
    return ordered(m2_a, m2_b, times(n_a * n_b / (n_a + n_b), ordered(mean_b, -mean_a) ** 2))


def merged_variance(var_a, var_b, mean_a, mean_b, n_a, n_b):
    """The variance of two parts together."""
    n = n_a + n_b
    own = times(1 / n, ordered(n_a * var_a, n_b * var_b))
    return ordered(own, times(n_a * n_b / n**2, ordered(mean_b, -mean_a) ** 2))


def from_part(xhat_k, mean_k, s_k, mean, s):
    """xhat by the whole batch's statistics from xhat by those of its part k: the r and d of batch renormalization."""
    return ordered(times(s_k / s, xhat_k), times(1 / s, ordered(mean_k, -mean)))


def part_sum(dy_part, dy_mean, xhat_part, dy_xhat_mean, gamma, s, count):
    """Sum of dx over a part of `count` examples: dy_part, xhat_part are sums over it, the means are over all."""
    return times(gamma / s, ordered(dy_part, -count * dy_mean, -times(dy_xhat_mean, xhat_part)))


def running_noise(t, tau):
    """Sum of the squared weights of t values in a running statistic: its variance in units of one value's."""
    return times(tau / (2 - tau), ordered(1, -((1 - tau) ** (2 * t))))


def running_batches(tau):
    """How many batches a running statistic is worth in the long run."""
    return (2 - tau) / tau


def running_lag(t, drift, tau):
    """How far a running statistic is behind after t steps if the value moves by `drift` a step, from a right start."""
    return times(drift * (1 - tau) / tau, ordered(1, -((1 - tau) ** t)))


def running_corrected(running, t, tau):
    """A running statistic that started at 0, divided by the weight of what it has seen."""
    return running / (1 - (1 - tau) ** t)


def dropped_variance(mean, var, keep):
    """The variance of d x / keep with d = 1 with probability keep, and 0 else: dropout while training."""
    return ordered(var, times((1 - keep) / keep, ordered(var, mean**2)))


def influence(xhat_i, xhat_j, s, m):
    """d xhat_i / d x_j for two different examples of one batch: what i learns of j."""
    return -times(1 / (m * s), ordered(1, xhat_i * xhat_j))


def one_pass_variance(mean_square, mean):
    """The variance as the mean square less the squared mean: right in exact arithmetic only."""
    return ordered(mean_square, -(mean**2))


def one_pass_condition(mean, var):
    """By how much that amplifies a relative error of the mean square."""
    return ordered(1, mean**2 / var)
