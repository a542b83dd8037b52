"""Learning rates to divergence, reduced to four rates and three seeds."""

import numpy as np
import pytest

from bn.experiments import lr_sweep

RATES = (0.01, 0.1, 1.0, 3.0, 30.0)


@pytest.fixture(scope="module")
def deep():
    return lr_sweep.run(depth=6, learning_rates=RATES, seeds=(0, 1, 2), steps=300)


def test_the_shapes_are_those_of_the_docstring(deep):
    for key in ("accuracy", "loss", "diverged_at", "outcome"):
        assert deep[key].shape == (2, 5, 3)
    assert deep["losses"].shape == (2, 5, 3, 300)


def test_only_batch_norm_trains_at_large_learning_rates(deep):
    plain, batch = deep["accuracy"]
    for rate in (2, 3):
        assert batch[rate].mean() > 0.95 and plain[rate].mean() < 0.6


def test_batch_norm_is_not_better_at_a_small_learning_rate(deep):
    plain, batch = deep["accuracy"][:, 0]
    assert batch.mean() < plain.mean() + 0.01
    assert deep["loss"][1, 0].mean() > deep["loss"][0, 0].mean()


def test_both_train_in_between_and_both_fail_in_the_end(deep):
    assert (deep["accuracy"][:, 1] > 0.95).all() and (deep["outcome"][:, 1] == 0).all()
    assert (deep["accuracy"][:, 4] < 0.3).all() and (deep["outcome"][:, 4] == 2).all()


def test_a_diverged_network_says_when_and_has_an_infinite_loss(deep):
    diverged = deep["diverged_at"] >= 0
    assert ((deep["outcome"] == 2) == diverged).all() and np.isinf(deep["loss"][diverged]).all()
    assert np.isfinite(deep["loss"][~diverged]).all()
    for where in zip(*np.nonzero(diverged)):
        step = deep["diverged_at"][where]
        assert np.isinf(deep["losses"][where][step:]).all() and np.isfinite(deep["losses"][where][:step]).all()
    assert not np.isnan(deep["losses"]).any()


def test_depth_takes_the_large_learning_rate_from_the_plain_network_only(deep):
    """At 1, two plain layers train for every seed and six for hardly any; at which of them exactly is chance."""
    shallow = lr_sweep.run(2, (1.0, 3.0), seeds=(0, 1, 2), steps=300)
    assert (shallow["accuracy"][:, 0] > 0.95).all() and (shallow["accuracy"][1] > 0.95).all()
    assert deep["accuracy"][0, 2].mean() < 0.6 and (deep["accuracy"][1, 2] > 0.95).all()


def test_the_largest_working_rate_is_one_at_which_every_seed_works():
    accuracy = np.array([[[1.0, 0.95], [0.9, 0.92], [0.99, 0.5]], [[0.5, 0.5], [0.5, 0.5], [1.0, 0.0]]])
    result = {"accuracy": accuracy, "outcome": np.zeros((2, 3, 2), int), "learning_rates": np.array([0.1, 1.0, 10.0])}
    assert lr_sweep.largest_working(result).tolist() == [1.0, 0.0]
    result["outcome"][0, 1, 0] = 2
    assert lr_sweep.largest_working(result).tolist() == [0.1, 0.0]


def test_a_network_alone_gives_what_it_gives_in_a_stack():
    settings = {"depth": 3, "steps": 40}
    both = lr_sweep.run(learning_rates=(0.1, 1.0), seeds=(0, 1), **settings)
    alone = lr_sweep.run(learning_rates=(1.0,), seeds=(1,), **settings)
    assert np.array_equal(both["losses"][:, 1:, 1:], alone["losses"])
    assert np.array_equal(both["accuracy"][:, 1:, 1:], alone["accuracy"])
