"""The layer's arguments in words, and what can be wrong with it in training as well as in use."""

import numpy as np

from bn.mistakes import SPREADS

from ..exercise import Mistake

BATCH = {
    "x": "(m, d), one example per row",
    "gamma": "(d,), the scale",
    "beta": "(d,), the shift",
    "eps": "a number, added to the variance",
}

TITLES = {
    "eps-forgotten": ("eps is left out", "what the square root is taken of."),
    "eps-outside": (
        "eps is added outside of the square root",
        "what is added to what: eps has the unit of a variance.",
    ),
    "unbiased": ("the variance is divided by m - 1", "the name of the variance that the batch is normalized with."),
    "variance": ("the variance stands where the standard deviation belongs", "the unit of what you divide by."),
    "axis": ("the mean and the variance are taken over the features", "who shares a mean: axis=0 runs over examples."),
    "whole": ("one mean and one variance are used for all features", "whether every feature has its own statistics."),
    "mean": ("the mean is not subtracted", "the mean of your output: it should be beta."),
    "gamma": ("gamma is forgotten", "the spread of each column of your output."),
    "beta": ("beta is forgotten", "the mean of each column of your output."),
    "beta-scaled": ("beta is multiplied by gamma as well", "the order of scaling and shifting."),
    "one-pass": (
        "the variance is the mean of the squares minus the square of the mean, which loses its digits far from zero",
        "how many digits are left when two numbers of size 10^12 are subtracted.",
    ),
}
SHARED = {"eps-forgotten": "without eps", "eps-outside": "eps outside the root", "unbiased": "m - 1"}


def standardized(x, eps, axis=0, spread="right", center=True):
    """xhat with something wrong. spread : a name of `bn.mistakes.SPREADS`."""
    mu, var = x.mean(axis=axis, keepdims=True), x.var(axis=axis, keepdims=True)
    m = x.size if axis is None else np.prod([x.shape[a] for a in np.atleast_1d(axis)])
    return (x - mu * center) / SPREADS[spread](var, eps, m, np.sqrt)


def titled(name, function, erratic=()):
    return Mistake(*TITLES[name], function, erratic)
