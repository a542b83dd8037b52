"""Other norms to divide by."""

import numpy as np

from ..exercise import Case, Exercise, Mistake


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
    chapter="05_smoothness",
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
