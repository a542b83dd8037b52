"""The batch-normalizing transform as expressions: normalize, scale, shift; and what inference does.

Ioffe & Szegedy (2015), Algorithms 1 and 2. In every function `x` is the entry of one example and `mean` the
mean over the batch, given as a function (`batch.Moments`, `batch.listed`, `batch.indexed`, or the widgets'
own reduction). Variances divide by m unless a name says otherwise. `tau` is a momentum: the weight of the new
value.
"""

import sympy as sp


def steps(x, mean, gamma, beta, eps):
    """Every quantity of Algorithm 1 by name and in order: mu, centered, squared, var, s, xhat, y."""
    mu = mean(x)
    centered = x - mu
    var = mean(centered**2)
    s = sp.sqrt(var + eps)
    xhat = centered / s
    y = gamma * xhat + beta
    return {"mu": mu, "centred": centered, "squared": centered**2, "var": var, "s": s, "xhat": xhat, "y": y}


def normalize(x, mean, eps):
    """xhat = (x - mu) / sqrt(var + eps)."""
    return steps(x, mean, 1, 0, eps)["xhat"]


def batch_norm(x, mean, gamma, beta, eps):
    """y = gamma xhat + beta."""
    return steps(x, mean, gamma, beta, eps)["y"]


def kappa(var, eps):
    """Share of eps in the denominator, between 0 and 1: how much of the variance eps hides."""
    return eps / (var + eps)


def mean_square_of_xhat(var, eps):
    """1 - kappa: the mean square of xhat, 1 only if eps = 0."""
    return var / (var + eps)


def identity_parameters(mu, var, eps):
    """The gamma and beta that give the batch back: sqrt(var + eps) and mu."""
    return sp.sqrt(var + eps), mu


def scale_ratio(var, eps, a):
    """What multiplying the batch by `a` multiplies xhat by: sign(a) for eps = 0."""
    return sp.sign(a) * sp.sqrt((var + eps) / (var + eps / a**2))


def largest_gap(c, x, mean, m):
    """m - 1 - xhat**2 for an example with centered entry c (eps = 0, m > 1), written as a sum of squares.

    (m - 1) / (m var) times the sum of (c_k + c / (m - 1))**2 over the other examples k, c_k their centered
    entries; so no |xhat| exceeds sqrt(m - 1).
    """
    centered = x - mean(x)
    over_all = m * mean((centered + c / (m - 1)) ** 2)
    own = (c + c / (m - 1)) ** 2
    return (m - 1) / (m * mean(centered**2)) * (over_all - own)


def inference(x, running_mean, running_var, gamma, beta, eps):
    """The layer after training: the same for every example, whatever else is in the batch."""
    return gamma * (x - running_mean) / sp.sqrt(running_var + eps) + beta


def folded(weight, bias, running_mean, running_var, gamma, beta, eps):
    """Weight and bias of the layer before, once the inference transform is folded into them."""
    a = gamma / sp.sqrt(running_var + eps)
    return weight * a, a * (bias - running_mean) + beta


def unbiased(var, m):
    """The variance rescaled by m / (m - 1): right in expectation for independent examples. m > 1."""
    return var * m / (m - 1)


def running_next(running, value, tau):
    """One update of a running statistic: (1 - tau) old + tau new."""
    return (1 - tau) * running + tau * value


def momentum_from_keras(momentum):
    """Keras and TensorFlow call the weight of the old value momentum; tau is the weight of the new one."""
    return 1 - momentum


def running_closed(t, start, value, tau):
    """The running statistic after t updates with the same value: value + (1 - tau)**t (start - value)."""
    return value + (1 - tau) ** t * (start - value)


def running_weight(t, k, tau):
    """Weight of the k-th of t values in the running statistic; the start value keeps (1 - tau)**t."""
    return tau * (1 - tau) ** (t - k)


def pooled_variance(mean_of_variances, mean_of_squared_means, mean_of_means):
    """Variance of all examples of several equal batches: the law of total variance."""
    return mean_of_variances + mean_of_squared_means - mean_of_means**2


def bias_outside(t, eta, target):
    """A bias after t steps, from 0, if its gradient ignores that the mean moves with it: t eta target.

    Ioffe & Szegedy (2015), section 2. The layer is x = u + b, normalized by subtracting the batch mean; the
    loss is mean((xhat - target)**2) / 2, target a number.
    """
    return t * eta * target


def affine_next(gamma, beta, spread, shift, eta, mean_square):
    """gamma and beta after one gradient step towards a wanted mean and spread of the output.

    The loss is ((mean of y - shift)**2 + (spread of y - spread)**2) / 2, for gamma > 0. The batch itself
    enters only through mean_square = mean of xhat**2, which is 1 for eps = 0.
    """
    r = sp.sqrt(mean_square)
    return gamma - eta * r * (gamma * r - spread), beta - eta * (beta - shift)


def affine_closed(t, gamma, beta, spread, shift, eta, mean_square):
    """gamma and beta after t such steps from the given start."""
    r = sp.sqrt(mean_square)
    return spread / r + (1 - eta * mean_square) ** t * (gamma - spread / r), shift + (1 - eta) ** t * (beta - shift)
