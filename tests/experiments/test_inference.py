"""Running statistics against the library's own, and the gap between the two modes."""

import numpy as np
import pytest

from bn.data import digits
from bn.layers import standardizing
from bn.network import accuracy, forward, init
from bn.optim import train
from bnbook.experiments import inference


@pytest.fixture(scope="module")
def deep():
    return inference.run_gap(depth=10, batch_sizes=(1, 4, 64), checkpoints=(20, 60), seeds=(0, 1))


@pytest.mark.parametrize(("momentum", "variance"), [(0.1, "unbiased"), (0.3, "biased")])
def test_averaging_afterwards_is_what_training_does(momentum, variance):
    data = digits((3,))
    net = init((64, 64, 64, 10), norm="batch", seeds=(3,))
    net, _ = train(net, data, 0.1, batch_size=32, steps=40, momentum=momentum, variance=variance)
    found = inference.run_convergence(32, (momentum,), steps=40, depth=2, seed=3, unit=5)
    u = inference.VARIANCES.index(variance)
    for layer, running in enumerate(net.running):
        assert found["running_mean"][0, layer, -1] == pytest.approx(running.mean[0, 0, 5], rel=1e-12)
        assert found["running_var"][u, 0, layer, -1] == pytest.approx(running.var[0, 0, 5], rel=1e-12)


def test_running_statistics_of_the_gap_are_the_librarys():
    data = digits((0, 1))
    net = init((64, 64, 64, 10), norm="batch", seeds=(0, 1))
    net, _ = train(net, data, 0.1, batch_size=16, steps=25)
    images, labels = data.test((0, 1))
    expected = accuracy(forward(net, images, training=False)[0], labels)
    found = inference.run_gap(2, (16,), (0.1,), (25, 60), (0, 1))  # the first checkpoint, and not the last batches
    assert found["accuracy_running"][0, 0, 0, 0] == pytest.approx(expected)


def test_the_population_statistics_are_those_of_all_images():
    found = inference.run_convergence(32, (0.1,), steps=10, depth=1, seed=0, unit=2)
    images, _ = digits((0,)).train((0,))
    z = images[0] @ init((64, 64, 10), norm="batch", seeds=(0,)).params[0]["w"][0, :, 2]
    assert found["population_mean"][0, 0] == pytest.approx(z.mean(), abs=1e-12)
    assert found["population_var"][0, 0] == pytest.approx(z.var())


def test_small_momentum_lags_and_momentum_one_forgets():
    found = inference.run_convergence(32, (0.01, 0.1, 1.0), steps=100)
    slow, usual, _ = np.abs(found["running_var"][1, :, 1:, 20] - found["population_var"][1:, 4]).mean(axis=-1)
    assert slow > 1.5 * usual
    assert np.array_equal(found["running_mean"][2, :, 1:], found["batch_mean"])
    assert np.array_equal(found["running_var"][1, 2, :, 1:], found["batch_var"])
    assert found["running_var"][0, 2, :, 1:] == pytest.approx(found["batch_var"] * 32 / 31)


def test_a_batch_of_one_loses_the_variance():
    found = inference.run_convergence(1, (0.1,), steps=30, depth=2)
    assert (found["batch_var"] == 0).all()
    assert found["running_var"][1, 0, :, -1] == pytest.approx(0.9**30)
    assert np.isnan(found["running_var"][0, 0, :, 1:]).all()


def test_the_shapes_are_those_of_the_docstring(deep):
    assert deep["accuracy_batch"].shape == deep["accuracy_precise"].shape == (3, 2, 2)
    assert deep["accuracy_running"].shape == (3, 2, 2, 3, 2)
    assert deep["gap"].shape == (3, 2, 2, 3, 2, 10) and deep["gap_precise"].shape == (3, 2, 2, 10)


def test_the_gap_grows_through_the_stack_and_with_smaller_batches(deep):
    usual = deep["gap"][:, -1, 0, 1].mean(axis=1)  # unbiased, momentum 0.1, after 60 steps: (M, layers)
    assert usual[2, -1] > 2 * usual[2, 0] and usual[1, -1] > 1.3 * usual[1, 0]
    assert (usual[1] > 1.5 * usual[2]).all()
    precise = deep["gap_precise"][2, -1].mean(axis=0)
    assert precise[-1] > 2 * precise[0]


def test_in_the_first_layer_the_gap_is_the_noise_of_the_batch(deep):
    """Mean off by 1/sqrt(m), scale by 1/sqrt(2 m), for Gaussian inputs: together sqrt(1.5 / m)."""
    assert deep["gap_precise"][2, -1, :, 0] == pytest.approx(np.sqrt(1.5 / 64), rel=0.25)


def test_a_batch_of_one_learns_nothing_and_explodes_at_inference(deep):
    assert (deep["accuracy_batch"][0] < 0.3).all() and (deep["accuracy_precise"][0] < 0.3).all()
    assert np.isnan(deep["accuracy_running"][0, :, 0]).all()
    biased = deep["gap"][0, -1, 1, 1].mean(axis=0)
    assert (biased[1:] > 2 * biased[:-1]).all() and biased[-1] > 1e6


def test_a_slow_average_costs_accuracy_that_precise_statistics_give_back():
    found = inference.run_gap(4, (32,), (0.01, 0.1), (60,), (0, 1, 2))
    slow, usual = found["accuracy_running"][0, 0, 0].mean(axis=-1)
    precise = found["accuracy_precise"].mean()
    assert precise - slow > 0.03 and abs(precise - usual) < 0.02


def test_running_path_is_the_recursion():
    path = inference.running_path(np.array([1.0]), np.array([[2.0, 4.0]]), 0.25)
    assert path.tolist() == [[1.0, 1.25, 1.9375]]


def test_batch_mode_uses_each_batchs_own_statistics():
    data = digits((0,))
    net = init((64, 64, 10), norm="batch", seeds=(0,))
    entering, _ = inference._batch_mode(net, data, 4)
    z = data.test((0,))[0][0, 4:8] @ net.params[0]["w"][0]
    expected = standardizing.standardize(z, (0,), 1e-5).xhat
    assert entering[0][0, 4:8] == pytest.approx(expected)
    assert entering[0].shape == (1, 200, 64)
