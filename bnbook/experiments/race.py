"""Ways down on four kinds of problems, as a finding: what GDNP gains, on eight problems or starts.

Random problems of `least_squares` and `halfspaces` at five condition numbers, one problem a seed; the diabetes and the
breast cancer data, which have a condition number of their own, one start a seed.
"""

import numpy as np

from bnbook.experiments import halfspaces, least_squares

CONDITIONS = (3, 10, 30, 100, 300)
METHODS = ("gd", "gd-best", "nesterov", "gdnp", "gd-length")
SHOWN = np.arange(0, 301, 5)  # the steps whose errors are kept
TARGET = 1e-6  # "arrived": the loss above its minimum is this share of that of the start
BISECTIONS = 30  # leave a relative error of the order of 1e-16
STEPS = {"squares": 3000, "diabetes": 3000, "halfspaces": 600, "cancer": 600}
ROUNDING = {"squares": 1e-20, "diabetes": 1e-20, "halfspaces": 1e-12, "cancer": 1e-12}  # an error below it is noise


def one_seed(seed, kinds=tuple(STEPS)):
    """For each kind of problem, C condition numbers (one for real data), M methods in the order of METHODS:

    KIND_share (C, M, len(SHOWN)) : loss above the minimum over that of the start, at the steps SHOWN; NaN if diverged.
    KIND_needed (C, M) : the first step at which it is TARGET or less, or inf.
    KIND_rate (C, M) : by which a step multiplies it in the long run.   KIND_condition (C,).
    """
    result = {}
    for kind in kinds:
        runs = [_run(kind, condition, seed) for condition in (CONDITIONS if kind in DRAWN else (None,))]
        parts = [_measures(run["excess"][:, 0], ROUNDING[kind]) for run in runs]
        for name, values in zip(("share", "needed", "rate"), zip(*parts, strict=True), strict=True):
            result[f"{kind}_{name}"] = np.array(values)
        result[f"{kind}_condition"] = np.array([run["condition"][0] for run in runs])
    return result


DRAWN = {"squares": least_squares.run, "halfspaces": halfspaces.run}
REAL = {"diabetes": least_squares.run_diabetes, "cancer": halfspaces.run_breast_cancer}


def _run(kind, condition, seed):
    more = {"bisections": BISECTIONS} if kind in ("halfspaces", "cancer") else {}
    settings = {"seeds": (seed,), "steps": STEPS[kind], "methods": METHODS, **more}
    return REAL[kind](**settings) if condition is None else DRAWN[kind](float(condition), **settings)


def _measures(excess, rounding):
    """Share of the error left at the steps SHOWN, steps needed and rate of every method, from `excess` (M, T)."""
    share = excess / excess[:, :1]
    share = np.where(np.isfinite(share), share, np.nan)
    reached = least_squares.first_step(share <= TARGET)
    rates = [np.exp(least_squares.fitted_rate(row, rounding)) for row in share]
    return np.maximum(share[:, SHOWN], 1e-30), np.where(reached < 0, np.inf, reached), np.array(rates)
