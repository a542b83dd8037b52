"""A layer in use, folded into the linear layer before it."""

import numpy as np

from bn.mistakes import SPREADS

from .. import inputs, registered
from ..exercise import Case, Exercise, Mistake


def fold_solution(w, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return w * scale, (b - mean) * scale + beta


def _fold(name=None):
    form = registered.mutant("inference-fold", name) if name else registered.form("inference-fold")
    return lambda w, b, gamma, beta, mean, var, eps: form(w, b, mean, var, gamma, beta, eps)


def _with_scale(scale, shift=lambda b, mean, scale, beta: (b - mean) * scale + beta):
    def wrong(w, b, gamma, beta, mean, var, eps):
        a = scale(gamma, var, eps)
        return w * a, shift(b, mean, a, beta)

    return wrong


def right_scale(gamma, var, eps):
    return gamma / np.sqrt(var + eps)


def _fold_cases(rng):
    for rows, columns, eps in ((4, 3, 0.4), (3, 3, 0.8), (2, 5, 0.2)):
        w, b = rng.normal(size=(rows, columns)), rng.normal(0.7, 1, columns)
        statistics = rng.normal(-1, 1, columns), rng.uniform(1.5, 4, columns)
        label = f"a layer of {columns} units with {rows} inputs, eps = {eps}"
        yield Case(label, (w, b, *inputs.scales(rng, columns), *statistics, eps), {"inputs": rows, "units": columns})


fold = Exercise(
    name="fold",
    chapter="07_practice",
    title="Folding",
    task="In use, batch norm after the linear layer x w + b is a straight line. Put it into the layer: which weights "
    "and which bias give the same output without batch norm?",
    arguments={
        "w": "(fan_in, fan_out)",
        "b": "(fan_out,)",
        "gamma": "(fan_out,)",
        "beta": "(fan_out,)",
        "mean": "(fan_out,), the running mean",
        "var": "(fan_out,), the running variance",
        "eps": "a number",
    },
    returns={"w": "(fan_in, fan_out)", "b": "(fan_out,)"},
    cases=_fold_cases,
    solve=fold_solution,
    mistakes={
        "bias not shifted": Mistake(
            "the running mean is left out of the bias", "the output for x = 0.", _fold("bias not shifted")
        ),
        "eps left out": Mistake("eps is left out", "the spread that the layer divides by.", _fold("eps left out")),
        "beta scaled too": Mistake("beta is scaled as well", "the output for x = 0.", _fold("beta scaled too")),
        "bias not scaled": Mistake(
            "the old bias is not scaled", "the output for x = 0.",
            _with_scale(right_scale, lambda b, mean, a, beta: b - mean * a + beta),
        ),
        "mean not scaled": Mistake(
            "the running mean is not scaled", "the output for x = 0.",
            _with_scale(right_scale, lambda b, mean, a, beta: b * a - mean + beta),
        ),
        "bias dropped": Mistake(
            "the old bias is dropped", "whether the running mean knows of the bias: it is the mean of x w + b.",
            _with_scale(right_scale, lambda b, mean, a, beta: beta - mean * a),
        ),
        "variance": Mistake(
            "the variance stands where its root belongs", "the unit of what you divide by.",
            _with_scale(lambda gamma, var, eps: gamma / (var + eps)),
        ),
        "eps-outside": Mistake(
            "eps is added outside of the square root", "the spread that the layer divides by.",
            _with_scale(lambda gamma, var, eps: gamma / SPREADS["eps outside the root"](var, eps, 2, np.sqrt)),
        ),
        "gamma": Mistake(
            "gamma is forgotten", "the slope of the layer in use.",
            lambda w, b, gamma, *rest: fold_solution(w, b, 1.0, *rest)
        ),
    },
    help="Write the layer in use as scale times (x w + b) plus something. Then multiply out, and sort by what x "
    "multiplies.",
    others={
        "registry": _fold(),
        "by probing": lambda w, b, gamma, beta, mean, var, eps: (
            w @ np.diag(gamma / np.sqrt(var + eps)), gamma * (b - mean) / np.sqrt(var + eps) + beta
        ),
    },
)  # fmt: skip
