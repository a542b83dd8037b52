"""Batch norm over workers is batch norm of the whole batch; statistics recomputed with frozen weights."""

import numpy as np
import pytest

import bn
from bn.data import digits
from bn.layers import batch_norm, batch_norm_grad, batch_norm_synchronized, batch_norm_synchronized_grad
from bn.network import accuracy, forward, init
from bn.optim import train


@pytest.mark.parametrize("shape", [(12, 3), (12, 3, 2, 4)])
@pytest.mark.parametrize("cuts", [(6,), (1, 5, 11), ()])
def test_forward_and_gradient_are_those_of_the_whole_batch(shape, cuts):
    rng = np.random.default_rng(0)
    x, dy = rng.normal(5, 2, size=shape), rng.normal(size=shape)
    gamma, beta = rng.normal(2, 1, size=3), rng.normal(size=3)
    y, cache = batch_norm(x, gamma, beta, 1e-3)
    dx, dgamma, dbeta = batch_norm_grad(dy, cache)
    results = batch_norm_synchronized(np.split(x, cuts), gamma, beta, 1e-3)
    np.testing.assert_allclose(np.concatenate([part for part, _ in results]), y, rtol=1e-11, atol=1e-12)
    dxs, ours_gamma, ours_beta = batch_norm_synchronized_grad(np.split(dy, cuts), [cache for _, cache in results])
    np.testing.assert_allclose(np.concatenate(dxs), dx, rtol=1e-10, atol=1e-11)
    np.testing.assert_allclose(ours_gamma, dgamma, rtol=1e-11)
    np.testing.assert_allclose(ours_beta, dbeta, rtol=1e-11)
    running = bn.update_running(bn.running_start(3), results[0][1])
    np.testing.assert_allclose(running.var, bn.update_running(bn.running_start(3), cache).var, rtol=1e-12)


def test_statistics_per_worker_are_another_function():
    x = np.random.default_rng(0).normal(size=(8, 2))
    ones, zeros = np.ones(2), np.zeros(2)
    apart = np.concatenate([batch_norm(part, ones, zeros)[0] for part in np.split(x, 4)])
    assert np.abs(apart - batch_norm(x, ones, zeros)[0]).max() > 0.1
    assert np.abs(apart).max() <= 1  # two examples leave only signs


def test_a_feature_that_no_worker_sees_vary_needs_eps():
    with pytest.raises(ValueError, match="feature 1 is constant over all workers"):
        batch_norm_synchronized([np.array([[1.0, 2]]), np.array([[3.0, 2]])], np.ones(2), np.zeros(2), eps=0.0)


def test_recomputed_statistics_are_those_of_all_examples():
    """With one hidden layer, batches do not matter: the law of total variance puts them together."""
    data = digits((0,))
    net, _ = train(init((64, 12, 10), norm="batch"), data, 0.1, steps=20, momentum=0.01)
    x = data.train_x[0][:120]
    z = forward(net, x)[1].z[0]
    for batch_size in (None, 40, 8):
        fresh = bn.recompute_statistics(net, x, batch_size)
        np.testing.assert_allclose(fresh.running[0].mean, z.mean(axis=1, keepdims=True), atol=1e-12)
        np.testing.assert_allclose(fresh.running[0].var, z.var(axis=1, keepdims=True), rtol=1e-11)
    assert fresh.running[0].batches == 15


def test_recomputing_cures_statistics_that_lag():
    data = digits((0,))
    net, _ = train(init((64, 32, 32, 32, 10), norm="batch"), data, 0.1, steps=60, momentum=0.01)
    x, labels = data.test(net.seeds)
    lagging, fresh = (
        accuracy(forward(each, x, training=False)[0], labels)[0]
        for each in (net, bn.recompute_statistics(net, data.train_x[0], 64))
    )
    assert fresh > lagging + 0.05


@pytest.mark.parametrize("batch_size", [1, 200])
def test_recomputing_needs_a_batch(batch_size):
    net = init((4, 3, 2), norm="batch")
    with pytest.raises(ValueError, match="batch_size is"):
        bn.recompute_statistics(net, np.ones((10, 4)), batch_size)
    with pytest.raises(ValueError, match=r"net\.norm"):
        bn.recompute_statistics(init((4, 3, 2)), np.ones((10, 4)))
