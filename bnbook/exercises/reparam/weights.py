"""Weights by direction and length."""

import numpy as np

from ..exercise import Case, Exercise, Mistake


def weight_norm_solution(v, g):
    return g * v / np.sqrt((v**2).sum(axis=0))


def _weight_cases(rng):
    for rows, columns in ((4, 3), (3, 3), (2, 5)):
        label = f"weights of {columns} units with {rows} inputs each"
        g = rng.uniform(1.3, 2.5, columns) * np.where(np.arange(columns) == 1, -1, 1)
        yield Case(label, (rng.normal(0.3, 1.4, size=(rows, columns)), g), {"inputs": rows, "units": columns})


weight_norm = Exercise(
    name="weight_norm",
    chapter="coordinates",
    title="Weight normalization",
    task="Each column of v belongs to one unit. Make the weights that have its direction, and the length that g says.",
    arguments={"v": "(fan_in, fan_out), one column per unit", "g": "(fan_out,), lengths"},
    returns={"w": "(fan_in, fan_out)"},
    cases=_weight_cases,
    solve=weight_norm_solution,
    mistakes={
        "rows": Mistake(
            "the rows are normalized, not the columns", "which weights belong to one unit.",
            lambda v, g: g * v / np.linalg.norm(v, axis=1, keepdims=True),
        ),
        "whole": Mistake(
            "one length is taken for the whole matrix", "whether every unit has a length of its own.",
            lambda v, g: g * v / np.linalg.norm(v),
        ),
        "squared": Mistake(
            "the weights are divided by the square of their length", "the length of each column of your result.",
            lambda v, g: g * v / (v**2).sum(axis=0),
        ),
        "mean": Mistake(
            "the length is a root of a mean of squares", "the length of each column of your result.",
            lambda v, g: g * v / np.sqrt((v**2).mean(axis=0)),
        ),
        "sum": Mistake(
            "the length is the sum of the sizes", "the length of each column of your result.",
            lambda v, g: g * v / np.abs(v).sum(axis=0),
        ),
        "centered": Mistake(
            "the mean of the weights is subtracted (that is part of weight standardization)",
            "what weight normalization leaves as it is: the direction.",
            lambda v, g: g * (v - v.mean(axis=0)) / np.linalg.norm(v - v.mean(axis=0), axis=0),
        ),
        "g": Mistake(
            "g is left out", "the length of each column of your result.", lambda v, g: v / np.linalg.norm(v, axis=0)
        ),
    },
    help="np.linalg.norm of your result, along the right axis, must be the size of g.",
    others={"norm": lambda v, g: v * (g / np.linalg.norm(v, axis=0))},
)  # fmt: skip
