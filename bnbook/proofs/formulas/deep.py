"""Deep networks at the start, as expressions: the stream of a residual network, rank, and cosines from layer to layer.

alpha : what a branch is multiplied by.   l : how many branches have joined the stream.   m : the batch size.
c : the cosine of the angle between what two examples give in one layer.
"""

import sympy as sp

from bnbook.proofs.formulas.gradient import ordered, times


def joined(stream, branch, alpha):
    """The mean square of the stream after a branch has joined it."""
    return ordered(stream, times(alpha**2, branch))


def normed_share(alpha, l):
    """The share of branch l in the stream just after it, if a norm stands first in the branch."""
    return alpha**2 / ordered(1, times(l, alpha**2))


def plain_share(alpha, l):
    """The same without a norm: it does not depend on l."""
    return alpha**2 / (1 + alpha**2)


def rank_from_cosines(m, square):
    """The effective rank of m examples of equal length.   square : the mean squared cosine of two of them."""
    return m / ordered(1, times(m - 1, square))


def centered_cosine(m):
    """The mean cosine of two of m examples of equal length whose sum is 0."""
    return -1 / (m - 1)


def relu_cosine(c):
    """The cosine behind a ReLU, in a wide layer with Gaussian weights, from the cosine before it."""
    return ordered(sp.sqrt(1 - c**2), times(c, sp.pi - sp.acos(c))) / sp.pi


def relu_cosine_slope(c):
    """Its slope."""
    return (sp.pi - sp.acos(c)) / sp.pi


def batchnorm_growth(m, c):
    """Yang et al. (2019): the growth per layer of the squared gradient, ReLU.   c : `centered_cosine(m)`."""
    return (relu_cosine_slope(c) + m - 1) / ((m - 3) * (1 - relu_cosine(c))) - 1 / (m - 3)


def plain_growth(sigma):
    """The same without a norm, for weights of variance sigma^2 / fan-in."""
    return sigma**2 / 2
