"""Three ways down a function of one unit's weights: gradient descent, Nesterov's, and in length and direction.

All take a problem of `bn.objectives` and return a `Path`. Plain functions of vectors; no randomness.
"""

from typing import NamedTuple

import numpy as np

from .objectives import bisected_length

FAR = 1e8  # times the first excess (plus 1): beyond it a path counts as diverged


class Path(NamedTuple):
    """points (T + 1, d) : the weights w~ from the start on.   excess (T + 1,) : loss minus its minimum.

    diverged_at : the step from which on the excess is not finite or beyond 1e8 times the first one plus 1, or -1;
    from there on `excess` is inf and `points` stay where they were.
    directions (T + 1, d), lengths (T + 1,) : for GDNP w and g, otherwise None.
    """

    points: np.ndarray
    excess: np.ndarray
    diverged_at: int
    directions: np.ndarray | None = None
    lengths: np.ndarray | None = None


def gradient_descent(problem, start, rate, steps):
    """v <- v - rate times the gradient."""
    return _follow(problem, start, steps, lambda v, _: (v - rate * problem.gradient(v), None))


def scaled_descent(problem, start, rate, steps, bisections=60):
    """The same, and after each step the best length for the direction. On least squares, with rate 1 / (2 L), GDNP."""

    def move(v, _):
        v = v - rate * problem.gradient(v)
        return problem.weights(v, best_length(problem, v, bisections)), None

    return _follow(problem, start, steps, move)


def nesterov(problem, start, rate, steps, momentum=None):
    """Nesterov's accelerated gradient: the gradient is taken ahead, at v + momentum (v - the point before).

    momentum : a number, for a strongly convex function (sqrt(k) - 1) / (sqrt(k) + 1) with k its condition number;
    None takes t / (t + 3) at step t = 0, 1, ..., for functions that are only convex.
    """

    def move(v, state):
        t, before = state or (0, v)
        ahead = v + (t / (t + 3) if momentum is None else momentum) * (v - before)
        return ahead - rate * problem.gradient(ahead), (t + 1, v)

    return _follow(problem, start, steps, move)


def correct_h(problem, w, v):
    """(u^T w) (E phi' - E phi'' u^T w~): with this h the direction goes as in least squares."""
    slope, curvature = problem.coefficients(v)
    return problem.u @ w * (slope - curvature * problem.u @ v)


def quoted_h(problem, w, v):
    """As often quoted, with (u^T w)^2 in place of (u^T w)(u^T w~): right only for a length of |w|_S."""
    slope, curvature = problem.coefficients(v)
    return problem.u @ w * (slope - curvature * problem.u @ w)


def gdnp(problem, start, steps, bisections=60, h=correct_h):
    """Gradient descent in normalized parametrization (Kohler et al. 2019): a step of the direction, then the length.

    start : (d,) the direction to start from, with rho(start) not 0; its own length does not matter.
    Direction: w <- w - rate * gradient by w, with rate = -|w|_S^3 / (L g h). Length: in closed form where the problem
    has one, else by `bisections`. Where h or g is 0 the path stays; a least-squares rate is w^T S w / (2 L |rho|).
    Raises ValueError if rho(start) is 0.
    """
    w = np.array(start, dtype=float)
    if problem.u @ w == 0:
        raise ValueError("start is at right angles to u, so rho(start) is 0; allowed are all other directions")
    g = best_length(problem, w, bisections)
    directions, lengths = [w], [g]

    def move(v, state):
        w, g = state or (directions[0], lengths[0])
        w = _next_direction(problem, w, g, v, h)
        g = best_length(problem, w, bisections)
        directions.append(w)
        lengths.append(g)
        return problem.weights(w, g), (w, g)

    path = _follow(problem, problem.weights(w, g), steps, move)
    rows = len(path.points)
    kept = [_filled(np.array(values), rows) for values in (directions, lengths)]
    return path._replace(directions=kept[0], lengths=kept[1])


def _next_direction(problem, w, g, v, h):
    norm, at = problem.norm(w), h(problem, w, v)
    if g == 0 or at == 0:
        return w
    upstream = problem.gradient(v)
    grad = g / norm * (upstream - problem.s @ w * (w @ upstream) / norm**2)
    return w + norm**3 / (problem.largest * g * at) * grad


def best_length(problem, w, bisections=60):
    """The length that minimizes the loss for the direction w: in closed form where there is one, or by bisection."""
    return problem.best_length(w) if problem.best_length else bisected_length(problem, w, bisections)


def _follow(problem, start, steps, move):
    """Apply `move` (v, state) -> (v, state) `steps` times, or until the excess leaves all bounds."""
    v, state = np.array(start, dtype=float), None
    points, excess = [v], [problem.excess(v)]
    for step in range(1, steps + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            v, state = move(v, state)
            value = problem.excess(v)
        if not (np.isfinite(value) and np.isfinite(v).all() and value <= FAR * (excess[0] + 1)):
            tail = np.full(steps + 1 - step, np.inf)
            return Path(_filled(np.array(points), steps + 1), np.concatenate([excess, tail]), step)
        points.append(v)
        excess.append(value)
    return Path(np.array(points), np.array(excess), -1)


def _filled(rows, count):
    """The first `count` rows, the last one repeated if there are fewer."""
    return rows[np.minimum(np.arange(count), len(rows) - 1)]
