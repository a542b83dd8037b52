"""The scale and the shift that give a batch back."""

import numpy as np

from .. import inputs
from ..exercise import Case, Exercise, Mistake


def recover_solution(x, eps):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    return np.sqrt(var + eps), mean


def _recover_cases(rng):
    for label, sizes, x, eps in inputs.batches(rng):
        yield Case(label, (x, eps), sizes)


recover = Exercise(
    name="recover",
    chapter="02_transform",
    title="The batch, given back",
    task="Find the gamma and the beta with which batch normalization puts out the batch that came in.",
    arguments={"x": "(m, d), one example per row", "eps": "a number, added to the variance"},
    returns={"gamma": "(d,), the scale", "beta": "(d,), the shift"},
    cases=_recover_cases,
    solve=recover_solution,
    mistakes={
        "eps-forgotten": Mistake(
            "gamma is the standard deviation, without eps", "by what exactly the layer has divided.",
            lambda x, eps: (x.std(axis=0), x.mean(axis=0)),
        ),
        "eps-outside": Mistake(
            "eps is added outside of the square root", "what is added to what: eps has the unit of a variance.",
            lambda x, eps: (x.std(axis=0) + eps, x.mean(axis=0)),
        ),
        "unbiased": Mistake(
            "the variance is divided by m - 1", "the name of the variance that the batch is normalized with.",
            lambda x, eps: (np.sqrt(x.var(axis=0, ddof=1) + eps), x.mean(axis=0)),
        ),
        "variance": Mistake(
            "gamma is the variance and not its root", "the unit of gamma.",
            lambda x, eps: (x.var(axis=0) + eps, x.mean(axis=0)),
        ),
        "reciprocal": Mistake(
            "gamma is what the layer multiplies by, not what undoes it", "whether gamma should grow with the spread.",
            lambda x, eps: (1 / np.sqrt(x.var(axis=0) + eps), x.mean(axis=0)),
        ),
        "sign": Mistake(
            "beta has the wrong sign", "what has to be added to a batch of mean 0.",
            lambda x, eps: (np.sqrt(x.var(axis=0) + eps), -x.mean(axis=0)),
        ),
        "no-shift": Mistake(
            "beta is 0", "the mean of what the layer puts out then.",
            lambda x, eps: (np.sqrt(x.var(axis=0) + eps), np.zeros(x.shape[1])),
        ),
        "whole": Mistake(
            "one gamma and one beta are used for all features", "whether every feature has its own statistics.",
            lambda x, eps: (np.full(x.shape[1], np.sqrt(x.var() + eps)), np.full(x.shape[1], x.mean())),
        ),
    },
    help="Write down the last two lines of the algorithm, put y = x, and read off which factor and which shift undo "
    "the normalization.",
    others={"sums": lambda x, eps: ((((x * x).mean(0) - x.mean(0) ** 2) + eps) ** 0.5, x.sum(0) / len(x))},
)  # fmt: skip
