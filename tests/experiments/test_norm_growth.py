"""The length of weights behind batch norm, on digits, at reduced settings."""

import numpy as np
import pytest

from bn.data import digits
from bn.network import init, loss_and_grads
from bn.optim import train
from bn.steps import sgd_step
from bnbook.experiments import norm_growth


@pytest.fixture(scope="module")
def grown():
    return norm_growth.run(((0.5, 0.0), (0.1, 0.0)), seeds=(0, 1), steps=60, every=5, widths=(32, 16), batch_size=64)


def test_shapes_are_those_of_the_docstring(grown):
    for key in (*norm_growth.MEASURES, "effective"):
        assert grown[key].shape == (2, 2, 2, 12)
    assert grown["fourth"].shape == grown["predicted_fourth"].shape == (2, 2, 2)
    assert grown["loss"].shape == (2, 2, 60) and grown["predicted_angle"].shape == (2,)


def test_without_decay_the_growth_is_exact_and_the_gradient_at_right_angles(grown):
    assert np.abs(grown["growth_error"]).max() < 1e-12 and np.abs(grown["radial"]).max() < 1e-12
    assert (np.diff(grown["norm"]) > 0).all() and (np.diff(grown["effective"]) < 0).all()
    assert np.isinf(grown["predicted_fourth"]).all() and (grown["predicted_angle"] == 0).all()


def test_the_angle_is_that_of_the_effective_step(grown):
    eta = grown["settings"][:, 0, None, None, None]
    assert np.tan(grown["angle"]) == pytest.approx(eta * grown["gradient"] / grown["norm"])


def test_every_unit_grows_by_itself():
    net, data = init((64, 16, 10), norm="batch", eps=0), digits()
    _, grads, _ = loss_and_grads(net, data.train_x[:, :64], data.train_y[:, :64])
    w, grad = net.params[0]["w"], grads[0]["w"]
    after = sgd_step(net, grads, 0.5).params[0]["w"]
    squares = [(a**2).sum(axis=1) for a in (w, grad, after)]
    assert squares[2] == pytest.approx(squares[0] + 0.25 * squares[1], rel=1e-13)
    assert np.abs((w * grad).sum(axis=1)).max() < 1e-13


def test_with_decay_length_and_angle_reach_the_predicted_balance():
    settings = ((0.2, 0.04), (0.3, 0.04))
    result = norm_growth.run(settings, seeds=(0, 1), steps=1500, every=3)
    ratio = result["fourth"].mean(axis=(1, 2)) / result["predicted_fourth"].mean(axis=(1, 2))
    half = result["angle"][..., result["angle"].shape[-1] // 2 :].mean(axis=(1, 2, 3))
    assert ratio == pytest.approx(1, abs=0.05)
    assert half == pytest.approx(result["predicted_angle"], rel=0.05)
    assert np.abs(result["growth_error"]).max() < 1e-12 and (result["diverged_at"] == -1).all()


def test_longer_weights_turn_less_in_the_end_with_the_square():
    turned = norm_growth.run_scales((1.0, 10.0, 30.0), seeds=(0, 1), steps=60)["rotation"][..., 0].mean(axis=1)
    assert turned[0] > 5 * turned[1] and turned[1] / turned[2] == pytest.approx(9, rel=0.1)


def test_a_squared_times_the_rate_goes_through_the_same_functions():
    result = norm_growth.run_equivalent(7.0, steps=60, seeds=(0, 1))
    assert result["gap"].max() < 1e-11
    assert result["norm"][1] == pytest.approx(7 * result["norm"][0])
    assert result["effective"][0] == pytest.approx(result["effective"][1])
    assert norm_growth.run_equivalent(0.01, steps=60, seeds=(0, 1), eps=1e-2)["gap"].max() > 1e-3


def test_eps_breaks_it_for_short_weights():
    result = norm_growth.run_eps((0.01, 1.0), (0.0, 1e-2), seeds=(0, 1), trained=20)
    exact, broken = np.abs(result["radial"])
    assert exact.max() < 1e-12 and (broken[0] > 100 * broken[1]).all() and (broken[0] > 0.05).all()
    assert (result["kappa"][0] == 0).all() and (result["kappa"][1, 0] > 0.5).all()
    assert np.abs(result["growth_error"][0]).max() < 1e-10 and (np.abs(result["growth_error"][1]) > 1e-3).all()
    assert result["change"][0].max() < 1e-12 and (result["change"][1, 0] > 0.1).all()


def test_noisy_labels_are_seeded_and_about_as_many_as_asked_for():
    clean, noisy = digits((0, 1)), norm_growth.noisy_digits((0, 1), 0.3)
    changed = (clean.train_y != noisy.train_y).mean(axis=1)
    assert changed == pytest.approx(0.27, abs=0.04)
    assert (noisy.train_y == norm_growth.noisy_digits((0, 1), 0.3).train_y).all()
    assert (noisy.train_y[1] == norm_growth.noisy_digits((1,), 0.3).train_y[0]).all()


def test_decay_shrinks_hidden_weights_only():
    net = init((64, 8, 10), norm="none", seeds=(0, 1))
    zero = [{name: 0 * p for name, p in layer.items()} for layer in net.params]
    after = sgd_step(net, zero, np.array([0.1, 0.2]), np.array([0.5, 0.0]))
    assert after.params[0]["w"] == pytest.approx(net.params[0]["w"] * np.array([0.95, 1])[:, None, None])
    for i, name in ((0, "b"), (1, "w"), (1, "b")):
        assert (after.params[i][name] == net.params[i][name]).all()


def test_training_with_decay_is_per_network():
    both, _ = train(init((64, 8, 10), norm="batch", seeds=(0, 0)), digits(), 0.1, steps=5, decay=[0.0, 0.1])
    alone, _ = train(init((64, 8, 10), norm="batch"), digits(), 0.1, steps=5)
    assert np.array_equal(both.params[0]["w"][:1], alone.params[0]["w"])
    assert norm_growth.length(both.params[0]["w"])[1] < norm_growth.length(both.params[0]["w"])[0]


def test_the_loss_of_one_run_among_several_is_that_of_the_run_alone():
    both = norm_growth.run(((0.5, 0.0), (0.05, 0.01)), seeds=(0, 1), steps=8, every=4)["loss"]
    alone = norm_growth.run(((0.05, 0.01),), seeds=(1,), steps=8, every=4)["loss"]
    assert both[1, 1] == pytest.approx(alone[0, 0])
    longer = norm_growth.run_scales((1.0, 10.0), seeds=(0, 1), steps=6)["loss"]
    assert longer[1, 1] == pytest.approx(norm_growth.run_scales((10.0,), seeds=(1,), steps=6)["loss"][0, 0])
