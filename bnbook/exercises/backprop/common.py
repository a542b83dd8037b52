"""What the ways back have in common: their arguments in words, the forward pass, and what to look at."""

import numpy as np

GRADIENT = {
    "dy": "(m, d), the upstream gradient",
    "x": "(m, d), the batch",
    "gamma": "(d,), the scale",
    "eps": "a number",
}


def normalized(x, eps):
    """c, s and xhat of each feature."""
    c = x - x.mean(axis=0)
    s = np.sqrt((c * c).mean(axis=0) + eps)
    return c, s, c / s


LOOK = {
    "mean-path": "what a change of one input does to the mean, and to whom the mean is subtracted; the columns of dx "
    "should add up to zero.",
    "variance-path": "what a change of one input does to the spread that divides all of them.",
    "both-paths": "whether mean and variance stand still when one input moves.",
    "gamma": "the last line of the forward pass.",
    "eps-forgotten": "the spread on the way back and the one on the way forward: they are the same number.",
    "eps-outside": "the spread on the way back and the one on the way forward: they are the same number.",
    "unbiased": "the variance that the forward pass divided by.",
    "one-over-m": "what one input contributes to a mean of m.",
    "factor": "how often each path is counted.",
    "sign": "the sign: a gradient is not a step.",
}
