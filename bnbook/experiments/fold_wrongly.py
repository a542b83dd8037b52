"""A convolution and its batch norm, folded rightly and in four wrong ways, on one image of a digit."""

import numpy as np

from bn.data import load_digits
from bn.layers import batch_norm_inference, convolve
from bn.serving import fold

FILTER = np.array([[[[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]]])  # an upright edge
BIAS, GAMMA, BETA, MEAN = (np.array([v]) for v in (0.5, 1.5, -0.3, 0.4))
EPS = 1e-5
IMAGE = 3
CASES = ("right", "eps", "mean", "batch", "order")


def run(case="right", var=1.0, padding=1):
    """Outputs (H', W') before and after folding, and the largest difference relative to the largest output.

    case : "right"; "eps": eps left out; "mean": the bias not moved by the running mean; "batch": folded with the mean
    and the variance of this image instead of the running ones; "order": the norm stands before the convolution.
    var : the running variance.   padding : zeros around the image.
    """
    x = load_digits()["images"][IMAGE][None, None]
    var = np.array([float(var)])
    norm = (GAMMA, BETA, MEAN, var)
    before = batch_norm_inference(convolve(x, FILTER, BIAS, padding)[0], *norm, EPS)
    if case == "order":
        before = convolve(batch_norm_inference(x, *norm, EPS), FILTER, BIAS, padding)[0]
    after = convolve(x, *folded(case, x, norm, padding), padding)[0]
    largest = np.abs(before).max()
    return {
        "before": before[0, 0] / largest,
        "after": after[0, 0] / largest,
        "error": np.abs(after - before).max() / largest,
    }


def folded(case, x, norm, padding):
    """Weight and bias, folded in the way of `case`."""
    gamma, beta, mean, var = norm
    if case == "eps":
        return fold(FILTER, BIAS, *norm, 0.0)
    if case == "mean":
        return fold(FILTER, BIAS, gamma, beta, np.zeros(1), var, EPS)
    if case == "batch":
        z = convolve(x, FILTER, BIAS, padding)[0]
        return fold(FILTER, BIAS, gamma, beta, z.mean().reshape(1), z.var().reshape(1), EPS)
    if case == "order":
        a = gamma / np.sqrt(var + EPS)
        return FILTER * a, BIAS + FILTER.sum() * (beta - a * mean)
    return fold(FILTER, BIAS, *norm, EPS)
