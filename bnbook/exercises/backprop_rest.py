"""Exercises of chapter 3: the gradients of the parameters, and of layer normalization."""

import numpy as np

from . import inputs, registered
from .backprop import GRADIENT, LOOK, backward_solution, normalized, over_features
from .exercise import Exercise, Mistake

# the parameters


def parameters_solution(dy, x, eps):
    c = x - x.mean(axis=0)
    s = np.sqrt((c**2).mean(axis=0) + eps)
    xhat = c / s
    return (dy * xhat).sum(axis=0), dy.sum(axis=0)


def _parameters(dgamma=None, dbeta=None):
    def wrong(dy, x, eps):
        first, second = parameters_solution(dy, x, eps)
        c, s, xhat = normalized(x, eps)
        return (dgamma(dy, c, s, xhat) if dgamma else first), (dbeta(dy) if dbeta else second)

    return wrong


def _parameter_cases(rng):
    return inputs.backward_cases(rng, with_gamma=False)


parameters = Exercise(
    name="parameters",
    chapter=3,
    title="The gradients of gamma and beta",
    task="Compute the gradients of the loss by the scale and by the shift.",
    arguments={name: GRADIENT[name] for name in ("dy", "x", "eps")},
    returns={"dgamma": "(d,)", "dbeta": "(d,)"},
    cases=_parameter_cases,
    solve=parameters_solution,
    mistakes={
        "means": Mistake(
            "both are means over the batch where sums belong",
            "how many outputs each parameter has an arrow to. (A loss that is a mean has its 1 / m in dy already.)",
            _parameters(lambda dy, c, s, xhat: (dy * xhat).mean(axis=0), lambda dy: dy.mean(axis=0)),
        ),
        "dgamma-mean": Mistake(
            "dgamma is a mean over the batch where a sum belongs", "how many outputs gamma has an arrow to.",
            _parameters(lambda dy, c, s, xhat: (dy * xhat).mean(axis=0)),
        ),
        "dbeta-mean": Mistake(
            "dbeta is a mean over the batch where a sum belongs", "how many outputs beta has an arrow to.",
            _parameters(dbeta=lambda dy: dy.mean(axis=0)),
        ),
        "centered": Mistake(
            "dgamma has the centered values where the normalized ones belong", "by what gamma was multiplied.",
            _parameters(lambda dy, c, s, xhat: (dy * c).sum(axis=0)),
        ),
        "inputs": Mistake(
            "dgamma has the inputs where the normalized values belong", "by what gamma was multiplied.",
            lambda dy, x, eps: ((dy * x).sum(axis=0), dy.sum(axis=0)),
        ),
        "eps-forgotten": Mistake(
            "dgamma has normalized values without eps", "the values that the forward pass used.",
            lambda dy, x, eps: parameters_solution(dy, x, 0.0),
        ),
        "exchanged": Mistake(
            "the two are exchanged", "the order of what is returned.",
            lambda dy, x, eps: parameters_solution(dy, x, eps)[::-1],
        ),
        "apart": Mistake(
            "dgamma is the product of two sums and not the sum of products",
            "what is added up: one product for each example.",
            _parameters(lambda dy, c, s, xhat: dy.sum(axis=0) * xhat.std(axis=0)),
        ),
    },
    help="y = gamma xhat + beta for every example. Each parameter is used by all m of them.",
    others={"einsum": lambda dy, x, eps: (np.einsum("ij,ij->j", dy, normalized(x, eps)[2]), np.einsum("ij->j", dy))},
)  # fmt: skip


# layer norm


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
    chapter=3,
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

EXERCISES = (parameters, layer_norm)
