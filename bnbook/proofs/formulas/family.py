"""The other norms as expressions: what each computes, and its gradient.

In every function `x` is one entry, `mean` and `total` are the mean and the sum over the entries that share their
statistics (a row of features, a group of channels, the weights of a unit), given as functions. g = gamma dy where gamma
differs from entry to entry. Everything is exact for every eps.
"""

import sympy as sp

from bnbook.proofs.formulas import gradient, transform
from bnbook.proofs.formulas.gradient import ordered, times


def rms(x, mean, eps):
    """r = sqrt(mean(x^2) + eps). Zhang & Sennrich (2019)."""
    return sp.sqrt(mean(x**2) + eps)


def rms_norm(x, mean, eps):
    """x / r: nothing is subtracted."""
    return x / rms(x, mean, eps)


def rms_norm_dx(g, xhat, r, mean):
    """dx of RMS norm, one row: the line of layer norm without the mean path."""
    return times(1 / r, ordered(g, -xhat * mean(g * xhat)))


def rms_norm_dx_along_x(along, share):
    """<x, dx> from <g, xhat>; share is eps / r^2, so that it is 0 without eps."""
    return times(share, along)


def group_mean(mean_of_means):
    """Mean over a group of channels of equal size: the mean of the channels' means."""
    return mean_of_means


def group_variance(mean_of_variances, variance_of_means):
    """Variance over a group of channels: inside the channels, and between them."""
    return ordered(mean_of_variances, variance_of_means)


def group_size(channels, groups, places):
    """How many numbers share their statistics in group norm."""
    return channels / groups * places


def renorm(xtilde, r, d):
    """xhat of batch renormalization from the batch-normalized xtilde. Ioffe (2017)."""
    return r * xtilde + d


def corrections(mu, s, running_mean, running_s):
    """r and d before they are held inside their limits."""
    return s / running_s, (mu - running_mean) / running_s


def renorm_dx(dy, xtilde, gamma, r, s, mean):
    """dx of batch renormalization, r and d held constant: that of batch norm, times r."""
    return gradient.dx_means(dy, xtilde, gamma * r, s, mean)


def standardized(v, mean, eps):
    """A weight less the mean of its unit's weights, over their spread. Qiao et al. (2019)."""
    return transform.normalize(v, mean, eps)


def standardized_dv(dw, vhat, s, mean):
    """dv of weight standardization: the same line, over the weights of one unit."""
    return gradient.dx_means(dw, vhat, 1, s, mean)


def dynamic_tanh(x, alpha, gamma, beta):
    """gamma tanh(alpha x) + beta. Zhu et al. (2025)."""
    return gamma * sp.tanh(alpha * x) + beta


def dynamic_tanh_dx(dy, t, alpha, gamma):
    """dx from t = tanh(alpha x): every entry for itself."""
    return times(alpha, gamma, 1 - t**2, dy)


def dynamic_tanh_dalpha(dy, x, t, gamma, total):
    """dalpha: one number, so every entry of the layer adds to it."""
    return total(times(gamma, x, 1 - t**2, dy))


def relu_gain():
    """The factor that gives relu of a standard normal variable a variance of 1. Brock et al. (2021)."""
    return sp.sqrt(2 / (1 - 1 / sp.pi), evaluate=False)
