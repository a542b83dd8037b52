"""A look ahead along the gradient."""

import numpy as np

from explorable.writing.exercise import Written

from ..exercise import Case, Exercise, Mistake


def look_ahead_solution(loss, gradient, w, steps):
    start = gradient(w)
    losses, changes, ratios = [loss(w)], [], []
    for step in steps:
        moved = w - step * start
        change = np.linalg.norm(gradient(moved) - start)
        losses.append(loss(moved))
        changes.append(change)
        ratios.append(change / np.linalg.norm(moved - w))
    return max(losses) - min(losses), max(changes), max(ratios)


def _look(at=None, losses=None, change=None, ratio=None):
    """With another way to go, other losses, another change or ratio."""

    def wrong(loss, gradient, w, steps):
        start = gradient(w)
        points = at(gradient, w, steps) if at else [w - step * start for step in steps]
        values = [loss(w), *(loss(p) for p in points)][1 if losses else 0 :]
        measure = change or (lambda here, start: np.linalg.norm(here - start))
        changes = np.array([measure(gradient(p), start) for p in points])
        lengths = np.linalg.norm(np.array(points) - w, axis=1) if ratio is None else ratio(start, np.array(steps))
        return max(values) - min(values), changes.max(), (changes / lengths).max()

    return wrong


def _walk(gradient, w, steps):
    points = []
    for step in steps:
        w = w - step * gradient(w)
        points.append(w)
    return points


def _uphill(gradient, w, steps):
    return [w + step * gradient(w) for step in steps]


def _unit(gradient, w, steps):
    return [w - step * gradient(w) / np.linalg.norm(gradient(w)) for step in steps]


def _look_cases(rng):
    """Smooth losses that are neither quadratic nor symmetric."""
    for d, steps in ((2, (0.1, 0.2, 0.4)), (3, (0.05, 0.3)), (4, (0.1, 0.15, 0.2, 0.25))):
        a, b = rng.normal(size=(d, d)), rng.normal(size=d)
        s = a @ a.T / d + 0.5 * np.eye(d)

        loss = Written("lambda w: 0.5 * w @ s @ w + np.sin(w @ b)", s=s, b=b)
        gradient = Written("lambda w: s @ w + np.cos(w @ b) * b", s=s, b=b)
        w = rng.normal(0.8, 0.6, d)
        yield Case(
            f"{d} weights and the steps {', '.join(map(str, steps))}", (loss, gradient, w, steps), {"weights": d}
        )


look_ahead = Exercise(
    name="look_ahead",
    chapter="05_smoothness",
    title="Look ahead along the gradient",
    task="From w, look along the negative gradient, as far as each of the steps times the gradient at w. Measure the "
    "range of the loss (largest minus least, the start counted), the largest change of the gradient against the one "
    "at w, and the largest ratio of that change to the distance.",
    arguments={
        "loss": "a function of w that returns a number",
        "gradient": "a function of w that returns an array like w",
        "w": "(d,)",
        "steps": "a tuple of numbers, ascending",
    },
    returns={"loss_range": "a number", "gradient_change": "a number", "beta": "a number, the effective smoothness"},
    cases=_look_cases,
    solve=look_ahead_solution,
    mistakes={
        "walk": Mistake(
            "each step starts where the last one ended, with a new gradient", "a line is looked along, not a path.",
            _look(at=_walk),
        ),
        "uphill": Mistake("the look goes uphill", "the sign of the step.", _look(at=_uphill)),
        "unit": Mistake(
            "the gradient is divided by its length first", "how far each look goes: a multiple of the gradient.",
            _look(at=_unit),
        ),
        "start": Mistake(
            "the loss at the start is not counted in the range", "what the range is taken over.", _look(losses="ahead")
        ),
        "lengths": Mistake(
            "the difference of two lengths stands where the length of a difference belongs",
            "a gradient that only turns.",
            _look(change=lambda here, start: abs(np.linalg.norm(here) - np.linalg.norm(start))),
        ),
        "step": Mistake(
            "the change is divided by the step and not by the distance", "how far w has moved.",
            _look(ratio=lambda start, steps: steps),
        ),
        "squared": Mistake(
            "the change is the square of a length", "its unit: that of a gradient.",
            _look(change=lambda here, start: ((here - start) ** 2).sum()),
        ),
    },
    help="One loop over the steps, and inside it always the gradient from before the loop. The last number is a change "
    "divided by how far you are from w.",
    others={
        "arrays": lambda loss, gradient, w, steps: _look()(loss, gradient, w, list(steps)),
    },
)  # fmt: skip
