"""A node of the graph: back to the variance."""

import numpy as np

from .. import inputs, registered
from ..exercise import Exercise, Mistake
from .common import GRADIENT, normalized


def to_variance_solution(dy, x, gamma, eps):
    c = x - x.mean(axis=0)
    s = np.sqrt((c**2).mean(axis=0) + eps)
    dxhat = gamma * dy
    return -(dxhat * c).sum(axis=0) / (2 * s**3)


def _dvar(name):
    """A wrong version of the registry's formula, that of the paper."""
    wrong = registered.mutant("chain-dvar", name)
    return _to_variance(lambda g, c, s, eps: wrong(g, c, (c * c).mean(axis=0), eps))


def _to_variance(change):
    """With a change made to (dxhat, c, s, eps)."""

    def wrong(dy, x, gamma, eps):
        c, s, _ = normalized(x, eps)
        return change(gamma * dy, c, s, eps)

    return wrong


to_variance = Exercise(
    name="to_variance",
    chapter="03_backprop",
    title="A node of the graph: back to the variance",
    task="Send the upstream gradient back to the variance of each feature, the node v of the graph.",
    arguments=GRADIENT,
    returns={"dvar": "(d,), d L / d var"},
    cases=inputs.backward_cases,
    solve=to_variance_solution,
    mistakes={
        "eps left out": Mistake(
            "eps is left out of the spread", "what s is the root of.", _dvar("eps left out")
        ),
        "power": Mistake(
            "the power of s is that of the forward pass", "the derivative of 1 / sqrt(v + eps) by v.",
            _dvar("power"),
        ),
        "sign": Mistake(
            "the sign is wrong", "whether the normalized values grow or shrink when the variance grows.",
            _dvar("sign"),
        ),
        "half": Mistake(
            "the factor 1 / 2 is missing", "the derivative of a square root.",
            lambda *args: 2 * to_variance_solution(*args),
        ),
        "mean": Mistake(
            "there is a mean over the batch where a sum belongs", "how many outputs the variance has an arrow to.",
            lambda dy, *args: to_variance_solution(dy, *args) / len(dy),
        ),
        "gamma": Mistake(
            "gamma is forgotten",
            "the first arrow on the way back.", lambda dy, x, gamma, eps: to_variance_solution(dy, x, 1, eps)
        ),
        "xhat": Mistake(
            "the normalized values stand where the centered ones belong",
            "which of the two an output was before the division.",
            _to_variance(lambda g, c, s, eps: -(g * c / s).sum(axis=0) / (2 * s**3)),
        ),
        "x": Mistake(
            "the inputs stand where the centered values belong", "what was divided by the spread.",
            lambda dy, x, gamma, eps: -(gamma * dy * x).sum(axis=0) / (2 * normalized(x, eps)[1] ** 3),
        ),
        "deviation": Mistake(
            "this is the gradient by the standard deviation", "one more arrow: from v to s.",
            _to_variance(lambda g, c, s, eps: -(g * c).sum(axis=0) / s**2),
        ),
    },
    help="Three arrows lead from v to each output: v to s, s to r, r to xhat. Multiply their derivatives, then add "
    "up over everything that the variance reaches.",
    others={
        "nodes": _to_variance(lambda g, c, s, eps: -(c * g).sum(axis=0) / s**2 / (2 * s)),
        "einsum": _to_variance(lambda g, c, s, eps: -0.5 * np.einsum("ij,ij,j->j", g, c, s**-3.0)),
    },
)  # fmt: skip
