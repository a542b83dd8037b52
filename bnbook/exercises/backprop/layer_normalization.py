"""The way back through layer normalization."""

import numpy as np

from .. import inputs, registered
from ..exercise import Exercise, Mistake
from .common import GRADIENT, LOOK, normalized
from .layer import backward_solution, over_features


def layer_norm_solution(dy, x, gamma, eps):
    c = x - x.mean(axis=1, keepdims=True)
    s = np.sqrt((c**2).mean(axis=1, keepdims=True) + eps)
    xhat = c / s
    g = gamma * dy
    return (g - g.mean(axis=1, keepdims=True) - xhat * (g * xhat).mean(axis=1, keepdims=True)) / s


def _layer_norm(name):
    """A wrong version of the registry's formula, row by row."""
    wrong = registered.mutant("layernorm-dx", name)

    def apply(dy, x, gamma, eps):
        _, s, xhat = normalized(x.T, eps)
        return wrong((gamma * dy).T, xhat, s).T

    return apply


layer_norm = Exercise(
    name="layer_norm",
    chapter="03_backprop",
    title="The gradient of layer normalization",
    task="Layer normalization takes mean and variance over the d features of each example; gamma has one entry for "
    "each feature. Send the upstream gradient back to the input.",
    arguments=GRADIENT,
    returns={"dx": "(m, d), d L / d x"},
    cases=inputs.backward_cases,
    solve=layer_norm_solution,
    mistakes={
        "gamma-outside": Mistake(
            "gamma is multiplied at the end, as in batch normalization",
            "which numbers share a mean, and whether they share their gamma.",
            over_features,
        ),
        "gamma": Mistake(
            "gamma is forgotten", "the last line of the forward pass.",
            lambda dy, x, gamma, eps: layer_norm_solution(dy, x, 1.0, eps),
        ),
        "axis": Mistake(
            "this is the gradient of batch normalization",
            "over which axis the statistics were taken.", backward_solution
        ),
        "mean path left out": Mistake(
            "the path through the mean is missing", LOOK["mean-path"].replace("columns", "rows"),
            _layer_norm("mean path left out"),
        ),
        "variance path left out": Mistake(
            "the path through the variance is missing", LOOK["variance-path"], _layer_norm("variance path left out")
        ),
        "sign": Mistake(
            "a sign is wrong: one of the two terms is added",
            "which directions are taken away.",
            _layer_norm("sign"),
        ),
        "eps-forgotten": Mistake(
            "eps is left out", LOOK["eps-forgotten"], lambda dy, x, gamma, eps: layer_norm_solution(dy, x, gamma, 0.0)
        ),
        "both-paths": Mistake(
            "mean and variance are taken for constants", LOOK["both-paths"],
            lambda dy, x, gamma, eps: gamma * dy / np.sqrt(x.var(axis=1, keepdims=True) + eps),
        ),
    },
    help="Start with g = gamma dy, the gradient by the normalized values. From there on it is the same derivation, "
    "with rows in place of columns.",
    others={"transposed": lambda dy, x, gamma, eps: backward_solution((gamma * dy).T, x.T, np.ones(len(x)), eps).T},
)  # fmt: skip
