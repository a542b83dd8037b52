"""Learning a halfspace: gradient descent, Nesterov's and GDNP, on Gaussian data and on real data.

Kohler et al. (2019), section 5. The loss is E[softplus(-y x^T v)]. Ways down, L the largest eigenvalue of S:

- "gd": gradient descent with step size 4 / L, one over the bound of the curvature;
- "gd-best": with the one of five constant step sizes, 4 / L to 64 / L, that is quickest on the problem at hand;
- "gd-length": "gd" with the best length after each step;
- "nesterov": accelerated with step size 4 / L and momentum t / (t + 3);
- "gdnp": in length and direction, step size -|w|_S^3 / (L g h), the length by bisection;
- "gdnp-quoted": with h as often quoted, (u^T w)^2 in place of (u^T w)(u^T w~).

All but GDNP start from a random direction with `start` times its best length; GDNP chooses its own length, so it
starts from that direction with the best one. Gaussian data: z = -y x of mean u and second moment S; S has a random
orthogonal basis and eigenvalues in geometric progression from 1 to the condition number, u^T S^-1 u = 0.5. Real
data: five columns of scikit-learn's breast cancer data, standardized, without a bias; they are not Gaussian.
"""

import numpy as np

from bn.data import breast_cancer
from bn.descent import best_length, gdnp, gradient_descent, nesterov, quoted_h, scaled_descent
from bn.objectives import GaussianHalfspaces, LeastSquares, SampleHalfspaces
from bnbook.experiments.least_squares import first_step, start_direction

METHODS = ("gd", "nesterov", "gdnp", "gdnp-quoted")
FACTORS = (1, 2, 4, 8, 16)  # of the step size 4 / L, for "gd-best"


def run(condition=30.0, seeds=(0, 1, 2, 3, 4), steps=300, d=10, start=1.0, methods=METHODS, target=1e-8, bisections=60):
    """Gaussian data, one problem a seed.

    M methods, S seeds, T steps:
    gradient (M, S, T + 1) : squared gradient |grad f|^2 in the norm of S^-1.
    bound (S, T + 1) : (1 - mu / L)^(2 t) Phi^2 (rho(w_0) - rho*), Phi = 1: the first term of their Theorem 2.
    excess (M, S, T + 1) : f - f*.   direction (M, S, T + 1) : rho(w) - rho*, zero in the best direction.
    reached (M, S) : first step with a squared gradient of `target` or less, or -1.
    diverged_at (M, S).   lengths (M, S, T + 1) : |w~|_S.
    least_squares_gap (S,) : largest angle, in radians, between the directions of "gdnp" here and those of GDNP for
        least squares with the same S and u; absent without "gdnp".
    condition (S,), methods (M,), seeds (S,).
    `bisections` of the length in each step of GDNP: 30 leave a relative excess of the order of 1e-16.
    """
    problems = [gaussian_problem(condition, d, seed) for seed in seeds]
    return _compare(problems, seeds, steps, start, methods, target, bisections)


def run_breast_cancer(seeds=(0, 1, 2, 3, 4), steps=300, start=1.0, methods=METHODS, target=1e-8, bisections=60):
    """The same on the breast cancer data; the seeds are of the start directions."""
    return _compare([breast_cancer_problem()] * len(seeds), seeds, steps, start, methods, target, bisections)


def gaussian_problem(condition, d, seed, share=0.5):
    """`GaussianHalfspaces` of d weights.   share : u^T S^-1 u, from 0 (no signal) to 1 (nothing but signal)."""
    rng = np.random.default_rng([2020, int(seed)])
    basis, _ = np.linalg.qr(rng.normal(size=(d, d)))
    values = np.geomspace(1, condition, d)
    s = basis * values @ basis.T
    n = rng.normal(size=d)
    u = np.sqrt(share) * (basis * np.sqrt(values)) @ (n / np.linalg.norm(n))
    return GaussianHalfspaces((s + s.T) / 2, u)


def breast_cancer_problem():
    """`SampleHalfspaces` of five measurements: benign against malignant."""
    x, y = breast_cancer()
    return SampleHalfspaces(-y[:, None] * x)


def paths(problem, direction, steps, start=1.0, methods=METHODS, bisections=60):
    """Method -> `Path`, see the head of this file."""
    first = problem.weights(direction, start * best_length(problem, direction))
    rate = 1 / problem.smoothness
    ways = {
        "gd": lambda: gradient_descent(problem, first, rate, steps),
        "gd-best": lambda: best_constant_step(problem, first, rate, steps),
        "gd-length": lambda: scaled_descent(problem, first, rate, steps, bisections),
        "nesterov": lambda: nesterov(problem, first, rate, steps),
        "gdnp": lambda: gdnp(problem, direction, steps, bisections),
        "gdnp-quoted": lambda: gdnp(problem, direction, steps, bisections, quoted_h),
    }
    unknown = [name for name in methods if name not in ways]
    if unknown:
        raise ValueError(f"methods has {unknown}; allowed are {', '.join(ways)}")
    return {name: ways[name]() for name in methods}


def best_constant_step(problem, start, rate, steps, share=1e-6):
    """The path of gradient descent that is the first to bring the excess down to a share of that of the start.

    One path for each of FACTORS, times `rate`; if none gets there, the one that ends lowest.
    """
    tried = [gradient_descent(problem, start, factor * rate, steps) for factor in FACTORS]
    reached = first_step(np.array([path.excess <= share * path.excess[0] for path in tried]))
    if (reached < 0).all():
        return min(tried, key=lambda path: path.excess[-1])
    return tried[int(np.where(reached < 0, steps + 1, reached).argmin())]


def gradient_square(problem, points):
    """|grad f|^2 in the norm of S^-1 at each of `points` (T, d): (T,)."""
    grads = np.array([problem.gradient(v) for v in points])
    return (grads * np.linalg.solve(problem.s, grads.T).T).sum(axis=1)


def _compare(problems, seeds, steps, start, methods, target, bisections):
    starts = [start_direction(problem, seed) for problem, seed in zip(problems, seeds)]
    runs = [paths(p, w, steps, start, methods, bisections) for p, w in zip(problems, starts)]

    def each(measure):
        return np.array([[measure(p, run[name]) for p, run in zip(problems, runs)] for name in methods])

    def diverged_too(problem, path):
        squares = gradient_square(problem, path.points)
        return squares if path.diverged_at < 0 else np.where(np.isinf(path.excess), np.inf, squares)

    gradient = each(diverged_too)
    factors = [(1 - p.least / p.largest) ** (2 * np.arange(steps + 1)) for p in problems]
    first = [p.phi_bound**2 * p.direction_excess(w) for p, w in zip(problems, starts)]
    result = {
        "gradient": gradient,
        "bound": np.array([c * factor for c, factor in zip(first, factors)]),
        "excess": each(lambda _, path: path.excess),
        "direction": each(lambda p, path: np.array([p.direction_excess(v) for v in path.points])),
        "lengths": each(lambda p, path: np.array([p.norm(v) for v in path.points])),
        "reached": first_step(gradient <= target),
        "diverged_at": each(lambda _, path: path.diverged_at),
        "condition": np.array([p.condition for p in problems]),
        "methods": np.array(methods),
        "seeds": np.array(seeds),
    }
    if "gdnp" in methods:
        result["least_squares_gap"] = np.array([_angle_gap(p, r["gdnp"]) for p, r in zip(problems, runs)])
    return result


def _angle_gap(problem, path):
    """Largest angle between the directions of `path` and those of GDNP for least squares with the same S and u."""
    twin = gdnp(LeastSquares(problem.s, problem.u), path.directions[0], len(path.directions) - 1).directions
    ours, theirs = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (path.directions, twin))
    return np.linalg.norm(ours - theirs, axis=1).max()
