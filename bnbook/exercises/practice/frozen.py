"""The gradients of a layer whose statistics stand still."""

import numpy as np

from .. import inputs
from ..exercise import Case, Exercise, Mistake


def frozen_gradient_solution(dy, x, gamma, mean, var, eps):
    s = np.sqrt(var + eps)
    return gamma / s * dy, (dy * (x - mean) / s).sum(axis=0)


def _frozen_cases(rng):
    for label, sizes, x, eps in inputs.batches(rng):
        d = x.shape[1]
        args = rng.normal(0.6, 1, x.shape), x, inputs.scales(rng, d)[0], rng.normal(-1, 1, d), rng.uniform(1.5, 4, d)
        yield Case(label, (*args, eps), sizes)


def _as_in_training(dy, x, gamma, mean, var, eps):
    c = x - x.mean(axis=0)
    xhat = c / np.sqrt(x.var(axis=0) + eps)
    s = np.sqrt(x.var(axis=0) + eps)
    return gamma / s * (dy - dy.mean(0) - xhat * (dy * xhat).mean(0)), (dy * xhat).sum(0)


def _paths_kept(dy, x, gamma, mean, var, eps):
    s = np.sqrt(var + eps)
    xhat = (x - mean) / s
    return gamma / s * (dy - dy.mean(0) - xhat * (dy * xhat).mean(0)), (dy * xhat).sum(0)


frozen_gradient = Exercise(
    name="frozen_gradient",
    chapter="07_practice",
    title="The gradient of a frozen layer",
    task="In fine-tuning the running statistics are often frozen: the layer computes gamma (x - mean) / sqrt(var + "
    "eps) + beta. Compute the gradients by x and by gamma.",
    arguments={
        "dy": "(m, d), the upstream gradient",
        "x": "(m, d), the batch",
        "gamma": "(d,)",
        "mean": "(d,), frozen",
        "var": "(d,), frozen",
        "eps": "a number",
    },
    returns={"dx": "(m, d)", "dgamma": "(d,)"},
    cases=_frozen_cases,
    solve=frozen_gradient_solution,
    mistakes={
        "training": Mistake(
            "these are the gradients of the layer in training", "which statistics move when x moves.", _as_in_training
        ),
        "paths": Mistake(
            "the paths through mean and variance are there, though both are frozen",
            "which statistics move when x moves.", _paths_kept
        ),
        "batch": Mistake(
            "dgamma has values that were normalized with the batch", "what gamma multiplies in the forward pass.",
            lambda dy, x, gamma, mean, var, eps: (
                gamma / np.sqrt(var + eps) * dy, _as_in_training(dy, x, gamma, mean, var, eps)[1]
            ),
        ),
        "gamma": Mistake(
            "gamma is forgotten in dx", "the slope of the layer.",
            lambda dy, x, gamma, mean, var, eps: (
                dy / np.sqrt(var + eps), frozen_gradient_solution(dy, x, gamma, mean, var, eps)[1]
            ),
        ),
        "eps-forgotten": Mistake(
            "eps is left out", "the spread that the layer divides by.",
            lambda dy, x, gamma, mean, var, eps: frozen_gradient_solution(dy, x, gamma, mean, var, 0.0),
        ),
        "mean": Mistake(
            "dgamma is a mean over the batch where a sum belongs", "how many outputs gamma has an arrow to.",
            lambda *args: (frozen_gradient_solution(*args)[0], frozen_gradient_solution(*args)[1] / len(args[0])),
        ),
        "centered": Mistake(
            "dgamma has centered values, not divided by the spread", "what gamma multiplies in the forward pass.",
            lambda dy, x, gamma, mean, var, eps: (
                gamma / np.sqrt(var + eps) * dy, (dy * (x - mean)).sum(axis=0)
            ),
        ),
    },
    help="With frozen statistics the layer is a straight line, for every number by itself.",
    others={
        "einsum": lambda dy, x, gamma, mean, var, eps: (
            np.einsum("ij,j->ij", dy, gamma * (var + eps) ** -0.5),
            np.einsum("ij,ij,j->j", dy, x - mean, (var + eps) ** -0.5),
        )
    },
)  # fmt: skip
