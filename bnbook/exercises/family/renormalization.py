"""Batch renormalization."""

import numpy as np

from ..exercise import Case, Exercise, Mistake


def renorm_solution(x, mean, var, r_max, d_max, eps):
    mu, s = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    running = np.sqrt(var + eps)
    r = np.clip(s / running, 1 / r_max, r_max)
    d = np.clip((mu - mean) / running, -d_max, d_max)
    return r * (x - mu) / s + d


def _renorm(r=None, d=None):
    """With another r or d, functions of (mu, s, mean, running, limit)."""

    def wrong(x, mean, var, r_max, d_max, eps):
        mu, s, running = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps), np.sqrt(var + eps)
        first = r(s, running, r_max) if r else np.clip(s / running, 1 / r_max, r_max)
        second = d(mu, mean, s, running, d_max) if d else np.clip((mu - mean) / running, -d_max, d_max)
        return first * (x - mu) / s + second

    return wrong


def _renorm_cases(rng):
    """Some features within the limits, some held back on either side."""
    for m, d, r_max, d_max, eps in ((5, 4, 1.5, 0.6, 0.3), (4, 6, 1.3, 1.0, 0.1), (3, 4, 2.0, 0.4, 0.5)):
        x = rng.normal(1, 1.3, size=(m, d))
        ratio = np.resize([0.25, 0.9, 3.5, 1.1], d)
        var = (x.var(axis=0) + eps) / ratio**2 + 0.05
        mean = x.mean(axis=0) + np.resize([2.0, 0.1, -1.5, -0.15], d) * np.sqrt(var)
        label = f"a batch of {m} with {d} features, r_max = {r_max}, d_max = {d_max}, eps = {eps}"
        yield Case(label, (x, mean, var, r_max, d_max, eps), {"examples": m})


renorm = Exercise(
    name="renorm",
    chapter="06_descendants",
    title="Batch renormalization",
    task="Normalize with the batch, then correct towards the running statistics: multiply by r, the batch's spread "
    "divided by the running one, and add d, the distance of the means in units of the running spread. r is held "
    "between 1 / r_max and r_max, d between -d_max and d_max. Every spread is sqrt(variance + eps).",
    arguments={
        "x": "(m, d), the batch",
        "mean": "(d,), the running mean",
        "var": "(d,), the running variance",
        "r_max": "a number, 1 or more",
        "d_max": "a number, 0 or more",
        "eps": "a number",
    },
    returns={"xhat": "(m, d), before gamma and beta"},
    cases=_renorm_cases,
    solve=renorm_solution,
    mistakes={
        "running": Mistake(
            "nothing is held back: these are the running statistics alone", "the limits.",
            lambda x, mean, var, r_max, d_max, eps: (x - mean) / np.sqrt(var + eps),
        ),
        "batch": Mistake(
            "nothing is corrected: this is batch norm", "r and d.",
            lambda x, mean, var, r_max, d_max, eps: (x - x.mean(0)) / np.sqrt(x.var(0) + eps),
        ),
        "upside down": Mistake(
            "r is upside down", "what the output should be where nothing is held back.",
            _renorm(r=lambda s, running, limit: np.clip(running / s, 1 / limit, limit)),
        ),
        "one-sided": Mistake(
            "r has no lower limit", "both sides of the limits of r.",
            _renorm(r=lambda s, running, limit: np.minimum(s / running, limit)),
        ),
        "r free": Mistake("r is not held back", "the limits of r.", _renorm(r=lambda s, running, limit: s / running)),
        "d free": Mistake(
            "d is not held back", "the limits of d.",
            _renorm(d=lambda mu, mean, s, running, limit: (mu - mean) / running)
        ),
        "d batch": Mistake(
            "d is measured in units of the batch's spread", "what the output should be where nothing is held back.",
            _renorm(d=lambda mu, mean, s, running, limit: np.clip((mu - mean) / s, -limit, limit)),
        ),
        "d sign": Mistake(
            "d has the wrong sign", "what the output should be where nothing is held back.",
            _renorm(d=lambda mu, mean, s, running, limit: np.clip((mean - mu) / running, -limit, limit)),
        ),
    },
    help="Leave the limits out first: then the result must be (x - mean) / sqrt(var + eps) exactly. Then add np.clip.",
    others={
        "min and max": _renorm(
            r=lambda s, running, limit: np.maximum(1 / limit, np.minimum(limit, s / running)),
            d=lambda mu, mean, s, running, limit: np.maximum(-limit, np.minimum(limit, (mu - mean) / running)),
        )
    },
)  # fmt: skip
