"""Three ways down on random and real problems, at reduced settings."""

import numpy as np
import pytest

from bnbook.experiments import halfspaces, least_squares

GD, BEST, NESTEROV, GDNP, LENGTH = range(5)


@pytest.fixture(scope="module")
def quadratic():
    return least_squares.run(10.0, seeds=(0, 1, 2), steps=150)


@pytest.fixture(scope="module")
def gaussian():
    return halfspaces.run(10.0, seeds=(0, 1), steps=60, d=5)


def test_shapes_are_those_of_the_docstrings(quadratic, gaussian):
    assert quadratic["excess"].shape == (5, 3, 151) and quadratic["bound"].shape == (3, 151)
    for key in ("reached", "rate", "diverged_at"):
        assert quadratic[key].shape == (5, 3)
    for key in ("gradient", "excess", "direction", "lengths"):
        assert gaussian[key].shape == (4, 2, 61)
    assert gaussian["bound"].shape == (2, 61) and gaussian["least_squares_gap"].shape == (2,)


def test_the_promised_bound_holds_at_every_step(quadratic):
    assert (quadratic["excess"][GDNP] <= quadratic["bound"] * (1 + 1e-9) + 1e-28).all()
    assert (quadratic["rate"][GDNP] <= quadratic["promised"]).all()


def test_gdnp_is_descent_with_the_best_length_and_not_much_quicker_than_descent(quadratic):
    assert (quadratic["length_gap"] < 1e-12).all()
    reached = quadratic["reached"]
    assert (reached > 0).all() and (reached[GDNP] == reached[LENGTH]).all()
    assert (reached[GDNP] <= reached[GD]).all() and reached[GDNP].mean() > 0.75 * reached[GD].mean()


def test_nesterov_needs_the_fewest_steps_and_the_best_constant_step_comes_next(quadratic):
    reached = quadratic["reached"].mean(axis=1)
    assert reached[NESTEROV] < reached[BEST] < reached[GDNP]


def test_the_diabetes_data_is_badly_conditioned_and_the_order_is_the_same():
    result = least_squares.run_diabetes(seeds=(0,), steps=400)
    assert result["condition"] == pytest.approx(470, rel=0.01)
    last = result["excess"][:, 0, -1]
    assert last[NESTEROV] < last[BEST] and last[NESTEROV] < last[GDNP] < last[GD]
    assert (result["excess"][GDNP] <= result["bound"] * (1 + 1e-9)).all()


def test_the_plane_problem_has_the_condition_and_the_best_weights_asked_for():
    problem = least_squares.plane_problem(25.0, 0.4, (1.0, -2.0))
    assert problem.condition == pytest.approx(25) and problem.minimizer == pytest.approx([1, -2])
    top = np.array([np.cos(0.4), np.sin(0.4)])
    assert problem.s @ top == pytest.approx(5 * top)


def test_too_large_steps_diverge_and_say_when():
    problem = least_squares.plane_problem(10.0, 0.4, (1.0, 1.0))
    runs = least_squares.paths(problem, np.array([1.0, -0.3]), 200, factor=2.5)
    assert runs["gd"].diverged_at > 0 and runs["gdnp"].diverged_at == -1


def test_on_halfspaces_gdnp_walks_the_directions_of_least_squares_and_keeps_the_bound(gaussian):
    assert (gaussian["least_squares_gap"] < 1e-9).all()
    assert (gaussian["gradient"][2] <= gaussian["bound"] * (1 + 1e-9) + 1e-20).all()


def test_on_halfspaces_gdnp_needs_the_fewest_steps(gaussian):
    last = gaussian["gradient"][..., 30]
    gd, nesterov, gdnp, quoted = last.mean(axis=1)
    assert gdnp < 0.3 * nesterov and gdnp < 0.1 * gd
    assert gdnp < 0.01 * quoted


def test_on_real_data_gdnp_gains_too_though_the_data_is_not_gaussian():
    result = halfspaces.run_breast_cancer(seeds=(0, 1), steps=60, start=10.0)
    gd, nesterov, gdnp, _ = result["gradient"][..., -1].mean(axis=1)
    assert gdnp < 1e-3 * nesterov and gdnp < 1e-3 * gd
    assert (result["least_squares_gap"] > 0.01).all()


@pytest.mark.parametrize("module", [least_squares, halfspaces])
def test_an_unknown_method_is_named(module):
    with pytest.raises(ValueError, match="methods has \\['adam'\\]"):
        module.run(seeds=(0,), steps=1, methods=("adam",))
