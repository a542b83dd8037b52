"""Where the fold of a unit behind batch norm is."""

import numpy as np

from ..exercise import Case, Exercise, Mistake


def fold_place_solution(w, b, x, gamma, beta, eps):
    z = x @ w + b
    return (x @ w).mean() - beta * np.sqrt(z.var() + eps) / gamma


def _by_searching(w, b, x, gamma, beta, eps):
    """The output is linear along w: from two of its values follows where it is zero."""
    z = x @ w + b
    here, there = ((level + b - z.mean()) / np.sqrt(z.var() + eps) * gamma + beta for level in (0.0, 1.0))
    return here / (here - there)


def _cases(rng):
    for m, d, gamma, beta, eps in ((5, 2, 1.4, 0.7, 0.4), (8, 3, -0.6, 0.5, 1.1), (4, 4, 2.3, -1.2, 0.2)):
        x = rng.normal(1.5, 1, (m, d))
        w, b = rng.normal(size=d), rng.normal(1.0, 0.3)
        settings = f"{m} examples of {d} inputs, gamma = {gamma}, beta = {beta}, eps = {eps}"
        yield Case(settings, (w, b, x, gamma, beta, eps), {"inputs": d, "examples": m})


fold_place = Exercise(
    name="fold_place",
    chapter="tuned",
    title="Where is the fold?",
    task="A unit computes z = w.x + b, batch normalization makes of it y = gamma zhat + beta, and a ReLU takes y. Its "
    "fold is the set of all x with y = 0: a hyperplane w.x = c. Compute c from the batch x.",
    arguments={
        "w": "(d,), the weights", "b": "a number, the bias", "x": "(m, d), the batch", "gamma": "a number, not 0",
        "beta": "a number", "eps": "a number",
    },
    returns={"c": "a number"},
    cases=_cases,
    solve=fold_place_solution,
    mistakes={
        "plain": Mistake(
            "this is the fold of the unit without batch normalization", "what is subtracted before the ReLU.",
            lambda w, b, x, gamma, beta, eps: -b,
        ),
        "bias stays": Mistake(
            "the bias is still in it", "what happens to a constant that all examples share.",
            lambda w, b, x, gamma, beta, eps: fold_place_solution(w, b, x, gamma, beta, eps) + b,
        ),
        "bias twice": Mistake(
            "the bias is taken away, and it was not there any more",
            "what happens to a constant that all examples share.",
            lambda w, b, x, gamma, beta, eps: fold_place_solution(w, b, x, gamma, beta, eps) - b,
        ),
        "beta left out": Mistake(
            "beta is left out: this is the hyperplane through the batch mean", "the shift behind the normalization.",
            lambda w, b, x, gamma, beta, eps: (x @ w).mean(),
        ),
        "sign of beta": Mistake(
            "beta has the other sign", "the direction in which a positive beta moves the fold.",
            lambda w, b, x, gamma, beta, eps: fold_place_solution(w, b, x, gamma, -beta, eps),
        ),
        "gamma left out": Mistake(
            "gamma is left out", "the unit in which beta counts.",
            lambda w, b, x, gamma, beta, eps: fold_place_solution(w, b, x, 1.0, beta, eps),
        ),
        "gamma multiplies": Mistake(
            "gamma multiplies where it should divide", "the equation y = 0, solved for zhat.",
            lambda w, b, x, gamma, beta, eps: (x @ w).mean() - beta * np.sqrt((x @ w).var() + eps) * gamma,
        ),
        "spread left out": Mistake(
            "the spread is left out", "the unit in which zhat counts.",
            lambda w, b, x, gamma, beta, eps: (x @ w).mean() - beta / gamma,
        ),
        "eps left out": Mistake(
            "eps is left out", "the spread that the layer divides by.",
            lambda w, b, x, gamma, beta, eps: fold_place_solution(w, b, x, gamma, beta, 0.0),
        ),
        "variance": Mistake(
            "this has the variance and not its root", "what the layer divides by.",
            lambda w, b, x, gamma, beta, eps: (x @ w).mean() - beta * ((x @ w).var() + eps) / gamma,
        ),
    },
    help="Set y to zero and solve: for zhat first, then for z, then for w.x.",
    others={"by searching": _by_searching},
)  # fmt: skip
