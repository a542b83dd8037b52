"""Learning rates to divergence, reduced to four rates and three seeds."""

import numpy as np
import pytest

from bn.network import init
from bn.steps import sgd_step
from bnbook.experiments import lr_sweep

RATES = (0.01, 0.1, 1.0, 3.0, 30.0)
TWO = ("plain", "batchnorm")


@pytest.fixture(scope="module")
def deep():
    return lr_sweep.run(depth=6, learning_rates=RATES, seeds=(0, 1, 2), steps=300, methods=TWO)


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
    shallow = lr_sweep.run(2, (1.0, 3.0), seeds=(0, 1, 2), steps=300, methods=TWO)
    assert (shallow["accuracy"][:, 0] > 0.95).all() and (shallow["accuracy"][1] > 0.95).all()
    assert deep["accuracy"][0, 2].mean() < 0.6 and (deep["accuracy"][1, 2] > 0.95).all()


def test_clipping_and_a_slow_output_layer_move_the_border():
    controls = ("plain", "plain_clipped", "batchnorm", "batchnorm_slow_output")
    run = lr_sweep.run(6, (1.0, 5.62), seeds=(0, 1, 2), methods=controls)
    plain, plain_clipped, batch, batch_slow = run["accuracy"].min(axis=-1)  # methods, rates
    assert plain[0] < 0.6 and plain_clipped[0] > 0.95
    assert batch[1] < 0.6 and batch_slow[1] > 0.95


def test_clipping_shortens_the_whole_gradient_to_length_1_and_leaves_a_short_one():
    net = init((64, 8, 10), seeds=(0, 1))
    rng = np.random.default_rng(0)
    grads = [{name: rng.normal(size=p.shape) for name, p in layer.items()} for layer in net.params]
    for layer in grads:
        for g in layer.values():
            g[1] *= 1e-3  # of the second network, whose gradient is then shorter than 1
    lr = np.array([0.5, 0.5])
    after, free = lr_sweep.clipped(net, grads, lr, np.zeros(2)), sgd_step(net, grads, lr)
    pairs = [(p[name] - q[name]) for p, q in zip(net.params, after.params) for name in p]
    length = np.sqrt(sum((change**2).sum(axis=(1, 2)) for change in pairs))
    assert length[0] == pytest.approx(0.5) and length[1] < 0.5
    assert all(np.allclose(p[name][1], q[name][1]) for p, q in zip(after.params, free.params) for name in p)


def test_a_slow_output_layer_is_slow_and_the_others_are_not():
    net = init((64, 8, 10), norm="batch", seeds=(0,))
    grads = [{name: np.ones_like(p) for name, p in layer.items()} for layer in net.params]
    after = lr_sweep.slow_output(net, grads, np.array([0.5]), np.zeros(1))
    for layer, (p, q) in enumerate(zip(net.params, after.params)):
        assert all(np.allclose(p[name] - q[name], 0.05 if layer == 1 else 0.5) for name in p)


def test_the_largest_working_rate_is_the_largest_that_reaches_the_share():
    accuracy = np.array([[1.0, 0.96, 0.5, 0.97], [0.5, 0.5, 0.5, 0.5]])
    rates = (0.1, 1.0, 10.0, 20.0)
    assert lr_sweep.largest_working(accuracy, rates).tolist() == [20.0, 0.0]
    assert lr_sweep.largest_working(accuracy, rates, share=0.99).tolist() == [0.1, 0.0]


def test_a_network_alone_gives_what_it_gives_in_a_stack():
    settings = {"depth": 3, "steps": 40, "methods": TWO}
    both = lr_sweep.run(learning_rates=(0.1, 1.0), seeds=(0, 1), **settings)
    alone = lr_sweep.run(learning_rates=(1.0,), seeds=(1,), **settings)
    assert np.array_equal(both["losses"][:, 1:, 1:], alone["losses"])
    assert np.array_equal(both["accuracy"][:, 1:, 1:], alone["accuracy"])


def test_what_is_kept_of_a_seed_is_its_run():
    kept = lr_sweep.of_seed(1, depths=(2,), steps=5)
    run = lr_sweep.run(2, seeds=(1,), steps=5)
    assert kept["accuracy"].shape == (1, 7, 12) and kept["accuracy"][0] == pytest.approx(run["accuracy"][..., 0])
    assert np.array_equal(kept["diverged_at"][0], run["diverged_at"][..., 0])
