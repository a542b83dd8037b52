"""Curvature before and behind batch norm in networks in training, reduced to two seeds and few steps."""

import numpy as np
import pytest

from bn.network import init, loss_and_grads
from bnbook.experiments import second_order


@pytest.fixture(scope="module", params=["relu", "tanh"])
def result(request):
    return second_order.run(request.param, seeds=(0, 1), at=(0, 20, 50), width=24)


def test_the_shapes_are_those_of_the_docstring(result):
    for key in ("curvature", "first", "second", "exact", "behind", "inner", "scale"):
        assert result[key].shape == (2, 3, 24), key
    assert result["asked"].shape == (2, 3, 3) and result["loss"].shape == (2, 3)


def test_the_theorem_with_exact_eps_is_what_the_double_backward_gives(result):
    assert second_order.summary(result)["error"] < 1e-12


def test_without_eps_it_is_right_up_to_eps_and_the_sign_of_the_second_term_is_told(result):
    curvature, given = result["curvature"], result["first"] - result["second"]
    assert np.nanmax(np.abs(curvature - given)) < 1e-3 * np.nanmax(np.abs(curvature))
    assert np.nanmax(np.abs(curvature - result["first"] - result["second"])) > 0.02 * np.nanmax(np.abs(curvature))


def test_the_condition_holds_for_most_units_at_the_start_and_fails_for_most_in_training(result):
    holds = second_order.summary(result)["condition"]
    assert (holds[:, 0] > 0.5).all() and (holds[:, 1:] < 0.4).all()
    assert np.array_equal(holds, second_order.summary(result)["below_first"])
    assert np.abs(holds - result["asked"][:, :, -1]).max() < 1e-12
    assert (np.abs(result["asked"][:, :, :-1].mean(axis=(0, 1)) - 0.5) < 0.2).all()


def test_the_rest_of_a_relu_network_has_no_negative_curvature(result):
    """Behind the last hidden layer it is convex: piecewise linear, then softmax. With tanh it is not."""
    lowest = np.nanmin(result["behind"])
    assert lowest >= 0 or lowest < -1e-4


def test_the_hessian_block_against_differences_of_the_gradient():
    rng = np.random.default_rng(0)
    net = init((5, 4, 3), norm="batch", activation="tanh", seeds=(0, 1))
    z, labels, v = rng.normal(size=(2, 7, 4)), rng.integers(0, 3, (2, 7)), rng.normal(size=(2, 7, 4))
    net.params[0]["gamma"] += rng.normal(size=(2, 1, 4))
    found = second_order.along(second_order.head(net, z, "batch"), labels, v, v)
    for j in range(4):
        only = v * (np.arange(4) == j)
        ahead, back = (
            loss_and_grads(second_order.head(net, z + t * only, "batch"), np.eye(7), labels)[1][0]["w"]
            for t in (1e-5, -1e-5)
        )
        assert found[:, j] == pytest.approx((only * (ahead - back)).sum(axis=(1, 2)) / 2e-5, rel=1e-6)


def test_shares_leave_out_what_is_zero_or_not_there():
    assert second_order.share(np.array([1.0, -1.0, 0.0, np.nan, 2.0, -3.0]), 0.0) == 0.5


def test_an_unknown_activation_is_refused():
    with pytest.raises(ValueError, match="activation is 'sigmoid'; allowed are 'relu', 'tanh'"):
        second_order.run("sigmoid")
