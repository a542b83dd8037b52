"""The steepest direction and the move to one class, reduced to two seeds and one step."""

import numpy as np
import pytest

from bn.hessian import hessian_vector_product
from bn.network import init
from bnbook.experiments import landscape, steepest

PLAIN, BATCH, TWIN = range(3)


@pytest.fixture(scope="module")
def deep():
    return steepest.run("A", seeds=(0, 1), at=(20,))


def test_the_shapes_are_those_of_the_docstring(deep):
    assert deep["curvature"].shape == deep["common"].shape == deep["common_random"].shape == (3, 2, 1)
    assert deep["sent"].shape == (3, 2, 1, 3) and deep["moves"].tolist() == [0.02, 0.05, 0.1]


def test_a_small_move_sends_all_examples_into_one_class_unless_the_statistics_answer(deep):
    sent = deep["sent"][:, :, 0, 1]
    assert (sent[PLAIN] > 2 * sent[BATCH]).all() and (sent[TWIN] > 1.5 * sent[BATCH]).all()


def test_the_steepest_direction_moves_all_examples_together_in_the_plain_network_only(deep):
    common = deep["common"][:, :, 0]
    assert (common[PLAIN] > 0.2).all() and (common[BATCH] < 0.02).all() and (common[TWIN] < common[PLAIN]).all()


def test_frozen_statistics_make_the_ground_steeper_but_not_by_orders_of_magnitude(deep):
    ratio = deep["curvature"][TWIN] / deep["curvature"][BATCH]
    assert (ratio > 1.1).all() and (ratio < 5).all()


def test_power_iteration_finds_the_largest_eigenvalue_of_the_hessian_in_units_of_the_weights():
    rng = np.random.default_rng(1)
    net = init((3, 4, 3), norm="batch", activation="tanh", seeds=(5,))
    x, labels = rng.normal(size=(9, 3)), np.arange(9) % 3
    units = [{"w": np.sqrt((layer["w"] ** 2).sum(axis=(1, 2), keepdims=True))} for layer in net.params]
    sizes = [layer["w"].shape for layer in net.params]

    def column(i):
        flat = np.eye(24)[i]
        vector = [{"w": part.reshape(size)} for part, size in zip(np.split(flat, [12]), sizes)]
        product = hessian_vector_product(net, x, labels, steepest.scaled(net, units, vector))
        return np.concatenate([(u["w"] * p["w"]).ravel() for u, p in zip(units, product)])

    start = [{"w": rng.normal(size=size)} for size in sizes]
    value, _ = steepest.steepest(net, x, labels, units, steepest.unit(start), iterations=400)
    eigenvalues = np.linalg.eigvalsh(np.stack([column(i) for i in range(24)]))
    assert value == pytest.approx(eigenvalues[np.abs(eigenvalues).argmax()], rel=1e-6)


def test_what_all_examples_share():
    together = np.ones((1, 5, 1)) * np.array([1.0, -1.0, 0.0])
    assert steepest.common(together) == pytest.approx(1.0)
    assert steepest.common(together + 7) == pytest.approx(1.0)
    alone = together * np.array([1.0, -1.0, 1.0, -1.0, 0.0])[:, None]
    assert steepest.common(alone) == pytest.approx(0.0)


def test_an_unknown_configuration_is_refused():
    with pytest.raises(ValueError, match="config is 'D'"):
        steepest.run("D")
    assert set(landscape.CONFIGS) == set("ABC")
