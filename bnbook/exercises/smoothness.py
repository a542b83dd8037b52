"""Exercises of chapter 5: the squared length of a gradient, a look ahead along it, and other norms."""

import numpy as np

from . import inputs, registered
from .exercise import Case, Exercise, Mistake

# the length of the gradient


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
    chapter=5,
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
    help="Two ways lead there: compute the gradient by the one line of chapter 3 and add up its squares, or multiply "
    "the square out. Do both, and compare.",
    others={
        "by the gradient": lambda dy, x, gamma, eps: (inputs.one_line(dy, x, gamma, eps) ** 2).sum(),
        "registry": _square(),
    },
)  # fmt: skip


# a look ahead


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

        def loss(w, s=s, b=b):
            return 0.5 * w @ s @ w + np.sin(w @ b)

        def gradient(w, s=s, b=b):
            return s @ w + np.cos(w @ b) * b

        w = rng.normal(0.8, 0.6, d)
        yield Case(
            f"{d} weights and the steps {', '.join(map(str, steps))}", (loss, gradient, w, steps), {"weights": d}
        )


look_ahead = Exercise(
    name="look_ahead",
    chapter=5,
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


# other norms


def lp_normalize_solution(x, p):
    size = np.abs(x)
    norm = size.max(axis=0) if p == np.inf else (size**p).mean(axis=0) ** (1 / p)
    return (x - x.mean(axis=0)) / norm


def _lp(size, centered=False):
    def wrong(x, p):
        mean = x.mean(axis=0)
        return (x - mean) / size(x - mean if centered else x, p)

    return wrong


def _lp_size(x, p, axis=0, reduce=np.mean):
    size = np.abs(x)
    return size.max(axis=axis) if p == np.inf else reduce(size**p, axis=axis) ** (1 / p)


def _lp_cases(rng):
    for m, d, p in ((5, 4, 1), (3, 3, 3), (6, 2, np.inf), (4, 3, 2)):
        yield Case(f"{m} examples with {d} features, p = {p}", (rng.normal(1, 1.5, size=(m, d)), p), {"examples": m})


lp_normalize = Exercise(
    name="lp_normalize",
    chapter=5,
    title="Another ruler",
    task="Subtract the mean of each feature over the batch, and divide by the feature's mean l_p norm, that of the "
    "values before the mean is taken away: for p = 1 the mean size, for p = 2 the root of the mean square, for p = "
    "infinity the largest size.",
    arguments={"x": "(m, d), the batch", "p": "a number, 1 or more, or numpy.inf"},
    returns={"xhat": "(m, d)"},
    cases=_lp_cases,
    solve=lp_normalize_solution,
    mistakes={
        "centered": Mistake(
            "the norm is taken after the mean was subtracted", "whose norm is asked for.", _lp(_lp_size, centered=True)
        ),
        "sum": Mistake(
            "the norm is that of the whole vector, a sum and not a mean", "what the norm of a constant 1 should be.",
            _lp(lambda x, p: _lp_size(x, p, reduce=np.sum)),
        ),
        "root": Mistake(
            "the p-th root is missing", "the unit of what you divide by.",
            _lp(lambda x, p: _lp_size(x, p) ** (1 if p == np.inf else p)),
        ),
        "signed": Mistake(
            "the values have kept their signs", "what happens to 1 and -1 for p = 1.",
            _lp(lambda x, p: x.max(axis=0) if p == np.inf else np.cbrt((x**p).mean(axis=0)) if p == 3
                else (x**p).mean(axis=0) ** (1 / p)),
        ),
        "not centered": Mistake(
            "the mean is not subtracted", "the mean of your result.", lambda x, p: x / _lp_size(x, p)
        ),
        "deviation": Mistake(
            "p is not used: this divides by the standard deviation", "where p enters.", _lp(lambda x, p: x.std(axis=0))
        ),
        "axis": Mistake(
            "the norm is taken over the features", "who shares a norm: axis=0 runs over examples.",
            lambda x, p: (x - x.mean(axis=0)) / _lp_size(x, p, axis=1)[:, None],
        ),
    },
    help="Sizes first (np.abs), then the power, then the mean over the batch, then the root. Infinity is a case "
    "of its own.",
    others={"columns": lambda x, p: np.stack([(c - c.mean()) / _lp_size(c, p) for c in x.T], axis=1)},
)  # fmt: skip

EXERCISES = (gradient_length, look_ahead, lp_normalize)
