"""Gradient descent, Nesterov's and GDNP on least squares, against the rate that is proved for GDNP.

Kohler et al. (2019), section 4. Five ways, on f(v) = 2 u^T v + v^T S v with mu and L the extreme eigenvalues of S:

- "gd": gradient descent with step size 1 / (2 L);
- "gd-best": with step size 1 / (L + mu), the best constant one;
- "nesterov": accelerated, step size 1 / (2 L), momentum (sqrt(k) - 1) / (sqrt(k) + 1), k = L / mu;
- "gdnp": in length and direction, the paper's step size, the best length in closed form;
- "gd-length": "gd" with the best length after each step, which is the same as "gdnp".

All start from the same point, a random direction with its best length. Random problems: a random orthogonal basis,
eigenvalues in geometric progression from 1 to k, u such that the best weights are a random direction. Real data:
scikit-learn's diabetes, standardized, k = 470.
"""

import numpy as np

from bn.data import diabetes
from bn.descent import gdnp, gradient_descent, nesterov, scaled_descent
from bn.objectives import LeastSquares

METHODS = ("gd", "gd-best", "nesterov", "gdnp", "gd-length")


def run(condition=100.0, seeds=(0, 1, 2, 3, 4), steps=700, d=50, methods=METHODS, target=1e-8):
    """Random problems, one a seed.

    M methods, S seeds, T steps:
    excess (M, S, T + 1) : f - f* over that of the start.   bound (S, T + 1) : (1 - mu / L)^(2 t), for GDNP.
    reached (M, S) : the first step with an excess of `target` or less, or -1.
    rate (M, S) : fitted slope of ln(excess) per step, over the second half of what lies above 1e-20.
    promised (S,) : 2 ln(1 - mu / L), the slope of the bound.   condition (S,).
    diverged_at (M, S) : the step from which on a path has diverged, or -1.
    length_gap (S,) : largest distance of the weights of "gdnp" and "gd-length", over that from start to minimum.
    """
    problems = [random_problem(condition, d, seed) for seed in seeds]
    return _compare(problems, seeds, steps, methods, target)


def run_diabetes(seeds=(0, 1, 2, 3, 4), steps=3000, methods=METHODS, target=1e-8):
    """The same on the diabetes data; the seeds are of the start directions."""
    return _compare([diabetes_problem()] * len(seeds), seeds, steps, methods, target)


def random_problem(condition, d, seed):
    """A `LeastSquares` of d weights with the given condition number.   Raises ValueError if that is below 1."""
    if condition < 1:
        raise ValueError(f"condition is {condition}; allowed is 1 or larger")
    rng = np.random.default_rng([2019, int(seed)])
    basis, _ = np.linalg.qr(rng.normal(size=(d, d)))
    s = basis * np.geomspace(1, condition, d) @ basis.T
    s = (s + s.T) / 2
    return LeastSquares(s, -s @ rng.normal(size=d))


def plane_problem(condition, angle, target):
    """In two dimensions: eigenvalues 1 / sqrt(k) and sqrt(k), the larger one's direction at `angle` radians.

    target : (2,) the best weights.
    """
    long, short = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    root = np.sqrt(condition)
    s = root * np.outer(long, long) + np.outer(short, short) / root
    return LeastSquares(s, -s @ np.asarray(target, dtype=float))


def diabetes_problem():
    """Regression of disease progression on ten measurements, all standardized: S = x^T x / n, u = -x^T y / n."""
    x, y = diabetes()
    return LeastSquares(x.T @ x / len(x), -x.T @ y / len(x))


def start_direction(problem, seed):
    """A random direction with u^T w not 0."""
    return np.random.default_rng([7, int(seed)]).normal(size=len(problem.u))


def paths(problem, start, steps, methods=METHODS, factor=1.0):
    """Method -> `Path`, all from the best length for the direction `start`.

    factor : times the step sizes of all but "gdnp"; gradient descent diverges from 2 on.
    """
    first = problem.weights(start, problem.best_length(start))
    rate, best = factor / (2 * problem.largest), factor / (problem.largest + problem.least)
    root = np.sqrt(problem.condition)
    ways = {
        "gd": lambda: gradient_descent(problem, first, rate, steps),
        "gd-best": lambda: gradient_descent(problem, first, best, steps),
        "nesterov": lambda: nesterov(problem, first, rate, steps, (root - 1) / (root + 1)),
        "gdnp": lambda: gdnp(problem, start, steps),
        "gd-length": lambda: scaled_descent(problem, first, rate, steps),
    }
    unknown = [name for name in methods if name not in ways]
    if unknown:
        raise ValueError(f"methods has {unknown}; allowed are {', '.join(ways)}")
    return {name: ways[name]() for name in methods}


def bound(problem, steps):
    """(1 - mu / L)^(2 t) for t = 0, ..., steps: what GDNP's excess over that of the start cannot exceed."""
    return (1 - problem.least / problem.largest) ** (2 * np.arange(steps + 1))


def _compare(problems, seeds, steps, methods, target):
    runs = [paths(p, start_direction(p, seed), steps, methods) for p, seed in zip(problems, seeds)]
    excess = np.array([[run[name].excess / run[name].excess[0] for run in runs] for name in methods])
    bounds = np.array([bound(problem, steps) for problem in problems])
    result = {
        "excess": excess,
        "bound": bounds,
        "reached": first_step(excess <= target),
        "rate": np.array([[fitted_rate(row) for row in rows] for rows in excess]),
        "promised": np.array([2 * np.log1p(-problem.least / problem.largest) for problem in problems]),
        "condition": np.array([problem.condition for problem in problems]),
        "diverged_at": np.array([[run[name].diverged_at for run in runs] for name in methods]),
        "methods": np.array(methods),
        "seeds": np.array(seeds),
    }
    if {"gdnp", "gd-length"} <= set(methods):
        result["length_gap"] = np.array([_gap(p, run) for p, run in zip(problems, runs)])
    return result


def first_step(reached):
    """Index of the first True along the last axis, or -1."""
    return np.where(reached.any(axis=-1), reached.argmax(axis=-1), -1)


def fitted_rate(excess, floor=1e-20):
    """Slope of ln(excess) per step over the second half of the steps before it falls below `floor`."""
    usable = np.flatnonzero(np.isfinite(excess) & (excess > floor))
    steps = usable[len(usable) // 2 :]
    return np.polyfit(steps, np.log(excess[steps]), 1)[0] if len(steps) > 2 else np.nan


def _gap(problem, run):
    away = np.linalg.norm(run["gdnp"].points - run["gd-length"].points, axis=1).max()
    return away / np.linalg.norm(run["gdnp"].points[0] - problem.minimizer)
