"""Exercises of chapter 4: weight normalization, the best length, a step of GDNP, and the balance with weight decay."""

import numpy as np

from . import registered
from .exercise import Case, Exercise, Mistake

# weight normalization


def weight_norm_solution(v, g):
    return g * v / np.sqrt((v**2).sum(axis=0))


def _weight_cases(rng):
    for rows, columns in ((4, 3), (3, 3), (2, 5)):
        label = f"weights of {columns} units with {rows} inputs each"
        g = rng.uniform(1.3, 2.5, columns) * np.where(np.arange(columns) == 1, -1, 1)
        yield Case(label, (rng.normal(0.3, 1.4, size=(rows, columns)), g), {"inputs": rows, "units": columns})


weight_norm = Exercise(
    name="weight_norm",
    chapter=4,
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


# one linear unit on least squares


def _problem(rng):
    """w, u and a covariance, whose ruler is far from the usual one."""
    for d in (2, 3, 5):
        a = rng.normal(size=(d, d)) * np.linspace(0.7, 1.6, d)
        s, u, w = a @ a.T + 0.3 * np.eye(d), rng.normal(0.5, 1, d), rng.normal(0.4, 1, d)
        yield Case(f"{d} weights", (w, u, s), {"weights": d})


PROBLEM = {
    "w": "(d,), the weights, whose direction counts",
    "u": "(d,), E[-y x]",
    "s": "(d, d), the covariance S of the inputs",
}


def best_length_solution(w, u, s):
    return -(u @ w) / np.sqrt(w @ s @ w)


best_length = Exercise(
    name="best_length",
    chapter=4,
    title="The best length for a direction",
    task="On least squares: which length g is best for the direction of w?",
    arguments=PROBLEM,
    returns={"g": "a number"},
    cases=_problem,
    solve=best_length_solution,
    mistakes={
        "sign": Mistake(
            "the sign is wrong", "that u is E[-y x], with a minus.", registered.mutant("ls-best-length", "sign")
        ),
        "not divided": Mistake(
            "it is not divided by the length of w", "what happens to g when w is made twice as long.",
            registered.mutant("ls-best-length", "not divided"),
        ),
        "variance for its root": Mistake(
            "it is divided by the square of the length: that is the number that w is multiplied with",
            "the difference between the length g and the factor g / |w|_S.",
            registered.mutant("ls-best-length", "variance for its root"),
        ),
        "usual length": Mistake(
            "the usual length stands where the length that S measures belongs", "which ruler batch normalization has.",
            lambda w, u, s: -(u @ w) / np.linalg.norm(w),
        ),
        "mixed": Mistake(
            "this is the best length for weight normalization", "which ruler batch normalization has.",
            lambda w, u, s: -(u @ w) * np.linalg.norm(w) / (w @ s @ w),
        ),
        "loss": Mistake(
            "this is the loss that is left and not the length", "what g is measured in.",
            lambda w, u, s: -((u @ w) ** 2) / (w @ s @ w),
        ),
    },
    help="In the new coordinates the loss is a parabola in g. Where is its lowest point?",
    others={
        "registry": registered.form("ls-best-length"),
        "einsum": lambda w, u, s: -np.einsum("i,i", u, w) / np.einsum("i,ij,j", w, s, w) ** 0.5,
    },
)  # fmt: skip


def gdnp_step_solution(w, u, s):
    square = w @ s @ w
    rho = -((u @ w) ** 2) / square
    gradient = -2 * (u * (u @ w) + rho * (s @ w)) / square
    largest = np.linalg.eigvalsh(s)[-1]
    rate = square / (2 * largest * abs(rho))
    return w - rate * gradient


def _step(largest=lambda s: np.linalg.eigvalsh(s)[-1], name=None):
    step = registered.mutant("gdnp-step", name) if name else registered.form("gdnp-step")
    return lambda w, u, s: step(w, u, s, largest(s))


gdnp_step = Exercise(
    name="gdnp_step",
    chapter=4,
    title="A step of GDNP",
    task="Take one gradient step on the direction, on least squares, with the step size of Kohler and co-authors. "
    "It asks for the largest eigenvalue of S.",
    arguments=PROBLEM,
    returns={"w": "(d,), the next weights, before the length is set"},
    cases=_problem,
    solve=gdnp_step_solution,
    mistakes={
        "sign of u": Mistake(
            "the part along u has the wrong sign", "the sign of R(w), and the two minus signs of its gradient.",
            _step(name="sign of u"),
        ),
        "half": Mistake(
            "the part along u is half of what it should be",
            "the factor 2 in the gradient and the one in the step size.",
            _step(name="half"),
        ),
        "not S": Mistake(
            "w is shrunk evenly, without S", "what the gradient of w^T S w is.", _step(name="not S")
        ),
        "uphill": Mistake(
            "the step goes uphill", "that R(w) is negative and the step size is not.",
            lambda w, u, s: 2 * w - gdnp_step_solution(w, u, s),
        ),
        "trace": Mistake(
            "the trace of S stands where its largest eigenvalue belongs",
            "which eigenvalue the step size asks for.",
            _step(largest=np.trace),
        ),
        "least": Mistake(
            "the least eigenvalue of S stands where the largest belongs", "the order in which eigenvalues come out.",
            _step(largest=lambda s: np.linalg.eigvalsh(s)[0]),
        ),
        "double": Mistake(
            "the step is twice as long", "the factor 2 in the gradient and the one in the step size.",
            lambda w, u, s: 2 * gdnp_step_solution(w, u, s) - w,
        ),
        "descent": Mistake(
            "this is a step of plain gradient descent on the weights w", "which function is differentiated.",
            lambda w, u, s: w - (s @ w + u) / np.linalg.eigvalsh(s)[-1],
        ),
    },
    help="Three lines: R(w), its gradient, the step size. Test: with S = I one step must give a multiple of u.",
    others={"multiplied out": _step()},
)  # fmt: skip

EXERCISES = (weight_norm, best_length, gdnp_step)
