"""The squared length of a gradient, before a layer and behind it."""

import numpy as np

from .. import inputs, registered
from ..exercise import Case, Exercise, Mistake


def gradient_length_solution(dy, x, gamma, eps):
    m = len(x)
    var = x.var()
    xhat = (x - x.mean()) / np.sqrt(var + eps)
    kappa = eps / (var + eps)
    inside = dy @ dy - dy.sum() ** 2 / m - (1 + kappa) * (dy @ xhat) ** 2 / m
    return gamma**2 / (var + eps) * inside


def _parts(dy, x, gamma, eps):
    """What the registry's formula takes: squares and sums over the batch."""
    var, m = x.var(), len(x)
    xhat = (x - x.mean()) / np.sqrt(var + eps)
    return dy @ dy, dy.sum(), dy @ xhat, gamma, np.sqrt(var + eps), eps / (var + eps), m


def _square(name=None):
    form = registered.mutant("dx-square", name) if name else registered.form("dx-square")
    return lambda *args: form(*_parts(*args))


def _length_cases(rng):
    for m, gamma, eps in ((4, 1.6, 0.5), (6, -0.7, 1.2), (9, 2.2, 0.3)):
        dy, x = rng.normal(0.5, 1, m), rng.normal(1, 1.2, m)
        dy = dy + 0.8 * (x - x.mean())
        yield Case(f"a batch of {m}, gamma = {gamma}, eps = {eps}", (dy, x, gamma, eps), {"examples": m})


gradient_length = Exercise(
    name="gradient_length",
    chapter="theorems",
    title="How long is the gradient?",
    task="A layer sends x through batch normalization, and dy is the gradient of the loss behind it. Compute the "
    "squared length of dx, the gradient before it, exactly, for any eps.",
    arguments={
        "dy": "(m,), the gradient behind the layer", "x": "(m,), the batch", "gamma": "a number", "eps": "a number"
    },
    returns={"square": "a number"},
    cases=_length_cases,
    solve=gradient_length_solution,
    mistakes={
        "as for eps = 0": Mistake(
            "the last term is that for eps = 0: the theorem's bound and not the length itself",
            "the squared length of the normalized values when eps is not 0.",
            _square("as for eps = 0"),
        ),
        "1 - kappa": Mistake(
            "the last term has 1 minus the share of eps", "the cross term, which counts twice, and the square.",
            _square("1 - kappa"),
        ),
        "s for its square": Mistake(
            "the factor in front has s and not its square", "what is asked: the square of a length.",
            _square("s for its square"),
        ),
        "mean left out": Mistake(
            "the part along a constant is not taken away", "what the layer does to a shift of all examples.",
            _square("mean left out"),
        ),
        "spread left out": Mistake(
            "the part along the normalized values is not taken away",
            "what the layer does to a stretch of all examples.",
            lambda dy, x, gamma, eps: gamma**2 / (x.var() + eps) * (dy @ dy - dy.sum() ** 2 / len(dy)),
        ),
        "gamma": Mistake(
            "gamma is not squared", "what is asked: the square of a length.",
            lambda dy, x, gamma, eps: gradient_length_solution(dy, x, 1.0, eps) * gamma,
        ),
        "eps in front": Mistake(
            "eps is left out of the factor in front", "the spread that the layer divides by.",
            lambda dy, x, gamma, eps: gradient_length_solution(dy, x, gamma, eps) * (x.var() + eps) / x.var(),
        ),
        "length": Mistake(
            "this is the length and not its square", "what is asked.",
            lambda *args: np.sqrt(gradient_length_solution(*args)),
        ),
        "plain": Mistake(
            "this is the gradient of a layer whose mean and variance stand still", "what moves when an input moves.",
            lambda dy, x, gamma, eps: gamma**2 / (x.var() + eps) * (dy @ dy),
        ),
    },
    help="Two ways lead there: compute the gradient by its one line and add up the squares of its entries, or multiply "
    "the square out. Do both, and compare.",
    others={
        "by the gradient": lambda dy, x, gamma, eps: (inputs.one_line(dy, x, gamma, eps) ** 2).sum(),
        "registry": _square(),
    },
)  # fmt: skip
