"""Least squares and halfspaces in length and direction: what is proved must hold on every problem drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bn import descent
from bn.objectives import GaussianHalfspaces, LeastSquares, SampleHalfspaces, bisected_length

drawn = settings(max_examples=25, deadline=None, derandomize=True)
seeds = st.integers(0, 10**6)
dimensions = st.integers(1, 8)
conditions = st.floats(1.0, 1e4)


def least_squares(seed, d=5, condition=30.0):
    rng = np.random.default_rng(seed)
    basis, _ = np.linalg.qr(rng.normal(size=(d, d)))
    s = basis * np.geomspace(1, condition, d) @ basis.T
    return LeastSquares((s + s.T) / 2, rng.normal(size=d)), rng.normal(size=d)


def gaussian(seed, d=4, share=0.6):
    problem, start = least_squares(seed, d)
    u = problem.u * np.sqrt(share / (problem.u @ np.linalg.solve(problem.s, problem.u)))
    return GaussianHalfspaces(problem.s, u), start


def sample(seed, d=4, n=60):
    rng = np.random.default_rng(seed)
    return SampleHalfspaces(rng.normal(-0.3, 1, size=(n, d))), rng.normal(size=d)


def slope(function, v, direction, h=1e-4):
    return (8 * (function(v + h * direction) - function(v - h * direction)) - (
        function(v + 2 * h * direction) - function(v - 2 * h * direction)
    )) / (12 * h)  # fmt: skip


@drawn
@given(seeds, dimensions, conditions)
def test_the_bound_of_theorem_1_holds(seed, d, condition):
    problem, start = least_squares(seed, d, condition)
    excess = descent.gdnp(problem, start, 60).excess
    bound = (1 - problem.least / problem.largest) ** (2 * np.arange(61)) * excess[0]
    scale = problem.minimizer @ problem.s @ problem.minimizer
    assert (excess <= bound * (1 + 1e-9) + 1e-24 * scale).all()


@drawn
@given(seeds, dimensions, conditions)
def test_gdnp_is_gradient_descent_and_the_best_length(seed, d, condition):
    problem, start = least_squares(seed, d, condition)
    path = descent.gdnp(problem, start, 40)
    other = descent.scaled_descent(problem, path.points[0], 1 / (2 * problem.largest), 40)
    size = np.abs(problem.minimizer).max() + np.abs(path.points).max()
    assert np.abs(path.points - other.points).max() < 1e-9 * size


@pytest.mark.parametrize("spectrum", [(1, 1.5, 3, 10), (0.3, 4, 7, 10)])
@pytest.mark.parametrize("seed", range(3))
def test_in_the_long_run_gdnp_is_descent_with_one_direction_less(seed, spectrum):
    """To first order an error e becomes P (1 - S / L) e, where P removes the part along the best weights."""
    rng = np.random.default_rng(seed)
    basis, _ = np.linalg.qr(rng.normal(size=(4, 4)))
    s = basis * np.array(spectrum) @ basis.T
    problem = LeastSquares((s + s.T) / 2, -s @ rng.normal(size=4))
    excess = descent.gdnp(problem, rng.normal(size=4), 600).excess
    late = np.flatnonzero(excess > 1e-22 * excess[0])[-8:]
    rate = (excess[late[-1]] / excess[late[0]]) ** (1 / (len(late) - 1))
    best = problem.minimizer
    off = np.eye(4) - np.outer(best, s @ best) / (best @ s @ best)
    factors = np.sort(np.abs(np.linalg.eigvals(off @ (np.eye(4) - s / problem.largest) @ off)))
    assert rate == pytest.approx(factors[-1] ** 2, rel=1e-3)
    slowest, second = ((1 - np.array(spectrum[:2]) / problem.largest) ** 2).tolist()
    assert second * (1 - 1e-3) <= rate <= slowest * (1 + 1e-3)


@drawn
@given(seeds, st.floats(0.01, 100))
def test_the_closed_form_is_the_best_length(seed, factor):
    problem, w = least_squares(seed)
    best = problem.best_length(w)
    at = lambda g: problem.excess(problem.weights(w, g))
    assert at(best) <= min(at(best * factor), at(best + factor), at(best - factor)) * (1 + 1e-12)
    assert best == pytest.approx(bisected_length(problem, w), rel=1e-9, abs=1e-9)
    assert at(best) == pytest.approx(problem.direction_excess(w))
    assert problem.rho(factor * w) == pytest.approx(problem.rho(w)) == pytest.approx(problem.rho(-w))


@drawn
@given(seeds, st.floats(0.01, 100))
def test_the_length_of_the_start_does_not_matter(seed, factor):
    for problem, start in (least_squares(seed), gaussian(seed)):
        one, other = (descent.gdnp(problem, a * start, 8).points for a in (1, factor))
        assert one == pytest.approx(other, rel=1e-6, abs=1e-9)


@settings(drawn, max_examples=8)
@given(seeds)
def test_on_gaussian_data_the_directions_are_those_of_least_squares(seed):
    problem, start = gaussian(seed)
    ours = descent.gdnp(problem, start, 25).directions
    theirs = descent.gdnp(LeastSquares(problem.s, problem.u), start, 25).directions
    assert np.abs(ours - theirs).max() < 1e-9 * np.abs(theirs).max()
    quoted = descent.gdnp(problem, start, 5, h=descent.quoted_h).directions
    assert np.abs(quoted - theirs[:6]).max() > 1e-3 * np.abs(theirs).max()


@pytest.mark.parametrize("make", [least_squares, gaussian, sample])
@pytest.mark.parametrize("seed", range(4))
def test_gradients_and_minimizers(make, seed):
    problem, v = make(seed)
    rng = np.random.default_rng(seed)
    direction = rng.normal(size=len(v))
    assert slope(problem.excess, v, direction) == pytest.approx(problem.gradient(v) @ direction, rel=1e-8, abs=1e-10)
    assert np.abs(problem.gradient(problem.minimizer)).max() < 1e-9
    assert problem.excess(problem.minimizer) < 1e-15
    if make is not sample:  # c1 u + c2 S v holds for least squares, and by Stein's lemma for Gaussian data
        a, b = problem.coefficients(v)
        assert (a - b * problem.u @ v) * problem.u + b * problem.s @ v == pytest.approx(problem.gradient(v))


def test_gaussian_expectations_are_those_of_a_large_sample():
    problem, v = gaussian(3)
    rng = np.random.default_rng(0)
    z = rng.multivariate_normal(problem.u, problem.s - np.outer(problem.u, problem.u), size=400_000)
    a = z @ v
    assert problem.value(v) == pytest.approx(np.logaddexp(0, a).mean(), rel=0.01)
    assert problem.gradient(v) == pytest.approx((1 / (1 + np.exp(-a))) @ z / len(z), abs=0.01)


def test_the_gradient_at_the_best_length_tells_the_distance_of_the_direction():
    problem, w = gaussian(5)
    v = problem.weights(w, bisected_length(problem, w))
    slope_, curvature = problem.coefficients(v)
    c1 = slope_ - curvature * problem.u @ v
    gradient = problem.gradient(v)
    assert gradient @ np.linalg.solve(problem.s, gradient) == pytest.approx(c1**2 * problem.direction_excess(w))


def test_too_large_a_step_is_reported_as_diverged():
    problem, start = least_squares(0)
    rate = 1 / problem.largest
    assert descent.gradient_descent(problem, start, 0.99 * rate, 500).diverged_at == -1
    path = descent.gradient_descent(problem, start, 1.2 * rate, 500)
    assert 0 < path.diverged_at < 200 and path.points.shape == (501, 5) and np.isfinite(path.points).all()
    assert np.isinf(path.excess[path.diverged_at :]).all() and np.isfinite(path.excess[: path.diverged_at]).all()


def test_nesterov_needs_fewer_steps_on_a_badly_conditioned_problem():
    problem, start = least_squares(1, 20, 1000.0)
    rate, root = 1 / problem.smoothness, np.sqrt(problem.condition)
    quick = descent.nesterov(problem, start, rate, 300, (root - 1) / (root + 1))
    slow = descent.gradient_descent(problem, start, rate, 300)
    assert quick.excess[-1] < 1e-6 * slow.excess[-1]
    assert descent.nesterov(problem, start, rate, 300).excess[-1] < slow.excess[-1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: LeastSquares(np.eye(2), np.ones(3)), r"u \(3,\); allowed are"),
        (lambda: LeastSquares(-np.eye(2), np.ones(2)), "positive definite"),
        (lambda: LeastSquares(np.array([[1.0, 0.5], [0, 1]]), np.ones(2)), "symmetric"),
        (lambda: GaussianHalfspaces(np.eye(2), np.ones(2)), r"u\^T S\^-1 u is 2"),
        (lambda: SampleHalfspaces(np.ones(3)), r"z has shape \(3,\)"),
        (lambda: SampleHalfspaces(np.array([[1.0, 0.2], [1, 0.5], [2, 0]])), "no minimum"),
        (lambda: descent.gdnp(LeastSquares(np.eye(2), np.array([1.0, 0])), [0, 1], 3), "right angles to u"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
