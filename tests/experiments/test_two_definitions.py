"""The two definitions of covariate shift rank plain and batch norm the opposite way round."""

import numpy as np
import pytest

from bn.experiments import two_definitions
from bn.network import init


@pytest.fixture(scope="module")
def on_digits():
    return two_definitions.run_digits(seeds=(0, 1, 2), layers=(2, 4, 6))


@pytest.fixture(scope="module")
def linear():
    return two_definitions.run_linear(seeds=(0, 1, 2), every=20)


def test_the_shapes_are_those_of_the_docstring(on_digits):
    for key in two_definitions.MEASURES:
        assert on_digits[key].shape == (2, 1, 3, 3, 20)
    assert on_digits["loss"].shape == (2, 1, 3, 400) and on_digits["layers"].tolist() == [2, 4, 6]


def test_by_drift_batch_norm_shifts_less_on_digits(on_digits):
    since_start = on_digits["drift_since_start"][:, 0, :, :, -1].mean(axis=-1)
    assert (since_start[0] > 5 * since_start[1]).all()
    one_step = on_digits["drift"][:, 0].mean(axis=(-1, -2))
    assert (one_step[0] > 1.5 * one_step[1]).all()


def test_by_gradients_batch_norm_shifts_more_on_digits_after_the_first_steps(on_digits):
    later = on_digits["steps"] >= 100
    change = np.median(on_digits["gradient_change"][:, 0][..., later], axis=(-1, -2))
    assert (change[1] > change[0]).all()
    cosine = on_digits["cosine"][:, 0][..., later].mean(axis=(-1, -2, -3))
    assert 0.6 < cosine[1] < cosine[0]


def test_the_deep_linear_network_shows_the_same_contradiction_and_batch_norm_trains_better(linear):
    change, cosine = (linear[key][:, 0].mean(axis=(-1, -2)) for key in ("gradient_change", "cosine"))
    assert (change[1] > 2 * change[0]).all()
    assert (cosine[1] < 0.5).all() and (cosine[0] > 0.5).all()
    drift = linear["drift"][:, 0].mean(axis=(-1, -2))
    assert (drift[0] > 3 * drift[1]).all()
    assert (linear["loss"][1, ..., -1] < linear["loss"][0, ..., -1]).all()


def test_drift_starts_at_nothing_and_measures_shift_and_spread_in_units_of_the_spread():
    x = np.random.default_rng(0).normal(size=(2, 400, 5)) * np.array([2.0, 5.0])[:, None, None]
    unit = np.sqrt(x.var(axis=1).mean(axis=1))
    assert two_definitions.drift(x, x) == pytest.approx(0.0)
    assert two_definitions.drift(x, x + 3.0) == pytest.approx(3.0 / unit)
    assert two_definitions.drift(x - x.mean(axis=1, keepdims=True), 1.5 * (x - x.mean(axis=1, keepdims=True))) == (
        pytest.approx(0.5)
    )


def test_comparing_gradients():
    g = np.array([[[3.0, 4.0]]])
    assert two_definitions.compare(g, g) == (pytest.approx(0.0), pytest.approx(1.0))
    assert two_definitions.compare(g, -g) == (pytest.approx(2.0), pytest.approx(-1.0))
    assert two_definitions.compare(g, np.array([[[-4.0, 3.0]]]))[1] == pytest.approx(0.0)


def test_only_the_layers_before_move():
    """A chain of single linear units, where G' is known: two examples +1 and -1, so that no bias ever moves."""
    weights, eta, target = [1.3, 0.7, -1.1, 0.9], 0.05, 2.0
    net = init((1, 1, 1, 1, 1), activation="linear", seeds=(0,))
    for layer, w in zip(net.params, weights):
        layer["w"] = np.full((1, 1, 1), w)
    x = np.array([[1.0], [-1.0]])
    y = np.prod(weights)
    data = two_definitions.Data(x[None], target * x[None], x[None], target * x[None])
    look = two_definitions._observer(net, data, (2, 4), np.array([eta]), "squared")
    drift, since_start, change, cosine = look(0, net, x, target * x)[:, :, 0]
    delta = 2 * (y - target)
    for found, before in zip(range(2), (1, 3)):  # how many weights come before layers 2 and 4
        factor = np.prod([1 - eta * delta * y / w**2 for w in weights[:before]])
        ratio = factor * (y * factor - target) / (y - target)  # of G' to G; delta follows y here
        assert change[found] == pytest.approx(abs(ratio - 1))
        assert cosine[found] == pytest.approx(np.sign(ratio))
        assert drift[found] == pytest.approx(abs(abs(factor) - 1))
    assert since_start == pytest.approx(0.0)


def test_a_seed_alone_gives_what_it_gives_in_a_stack():
    both = two_definitions.run_digits(seeds=(0, 1), layers=(3,), steps=41)
    alone = two_definitions.run_digits(seeds=(1,), layers=(3,), steps=41)
    for key in two_definitions.MEASURES:
        assert np.array_equal(both[key][:, :, 1:], alone[key])
