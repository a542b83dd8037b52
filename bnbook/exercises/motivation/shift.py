"""How far a gradient turns when the layers below have moved."""

import numpy as np

from ..exercise import Case, Exercise, Mistake


def gradient_shift_solution(before, after):
    change = np.sqrt(np.sum((after - before) ** 2))
    cosine = np.sum(before * after) / np.sqrt(np.sum(before**2) * np.sum(after**2))
    return change, cosine


def _shift(change=None, cosine=None):
    def wrong(before, after):
        first, second = gradient_shift_solution(before, after)
        return (first if change is None else change(before, after)), (
            second if cosine is None else cosine(before, after)
        )

    return wrong


def _shift_cases(rng):
    for rows, columns in ((3, 4), (2, 2), (5, 1)):
        before = rng.normal(0.3, 1.5, size=(rows, columns))
        after = 0.6 * before + rng.normal(0, 0.9, size=before.shape)
        yield Case(f"two gradients of a weight matrix ({rows}, {columns})", (before, after), {"entries": before.size})


gradient_shift = Exercise(
    name="gradient_shift",
    chapter="01_motivation",
    title="How far a gradient turns",
    task="A layer's gradient is known before and after the layers below it have taken their step. Compute the length "
    "of its change and the cosine of the angle by which it turned.",
    arguments={"before": "(rows, columns), the gradient G", "after": "(rows, columns), the gradient G'"},
    returns={"change": "a number, the length of G' - G", "cosine": "a number"},
    cases=_shift_cases,
    solve=gradient_shift_solution,
    mistakes={
        "squared": Mistake(
            "the change is the square of a length", "its unit: that of a gradient.",
            _shift(change=lambda g, h: np.sum((h - g) ** 2)),
        ),
        "mean": Mistake(
            "the change is a root of a mean square", "whether the number of weights should matter.",
            _shift(change=lambda g, h: np.sqrt(np.mean((h - g) ** 2))),
        ),
        "spectral": Mistake(
            "the change is the largest singular value, which np.linalg.norm(..., 2) gives for a matrix",
            "what norm the gradient has when it is written as one long vector.",
            _shift(change=lambda g, h: np.linalg.norm(h - g, 2)),
        ),
        "lengths": Mistake(
            "the change is the difference of the two lengths", "a gradient that turns and keeps its length.",
            _shift(change=lambda g, h: abs(np.linalg.norm(h) - np.linalg.norm(g))),
        ),
        "product": Mistake(
            "the cosine is the inner product, not divided by the lengths", "what the cosine of G with 2 G is.",
            _shift(cosine=lambda g, h: np.sum(g * h)),
        ),
        "one length": Mistake(
            "the cosine is divided by one of the two lengths only, squared", "what the cosine of G with 2 G is.",
            _shift(cosine=lambda g, h: np.sum(g * h) / np.sum(g * g)),
        ),
        "roots": Mistake(
            "the cosine is divided by the squares of the lengths", "what the cosine of G with 2 G is.",
            _shift(cosine=lambda g, h: np.sum(g * h) / (np.sum(g * g) * np.sum(h * h))),
        ),
        "angle": Mistake(
            "the angle is returned and not its cosine", "what the number is when nothing turned.",
            _shift(cosine=lambda g, h: np.arccos(gradient_shift_solution(g, h)[1])),
        ),
    },
    help="Write both gradients as one long vector each (ravel). Then these are the length of a difference and an inner "
    "product divided by two lengths.",
    others={
        "ravel": lambda g, h: (
            np.linalg.norm((h - g).ravel()),
            g.ravel() @ h.ravel() / np.linalg.norm(g) / np.linalg.norm(h),
        )
    },
)  # fmt: skip
