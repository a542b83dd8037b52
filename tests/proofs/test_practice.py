"""The formulas for practice against the NumPy library, enumeration and draws, with no code in common."""

import numpy as np
import pytest
import sympy as sp

from bn import layers
from bnbook.proofs import registry
from bnbook.proofs.formulas import practice

ENTRIES = registry.entries()


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def numbers(pair):
    return tuple(float(part) for part in pair)


def inference(x, gamma, beta, mean, var, eps):
    return layers.batch_norm_inference(x, np.array([gamma]), np.array([beta]), np.array([mean]), np.array([var]), eps)


def test_folding_into_the_layer_before(rng):
    u, w, b = rng.normal(size=(5, 3)), rng.normal(size=(3, 1)), 0.7
    norm = 1.3, -0.4, 0.9, 2.5, 0.3
    gamma, beta, mean, var, eps = norm
    after = inference(u @ w + b, *norm)
    weights = np.array([[float(practice.fold_after(x, b, mean, var, gamma, beta, eps)[0])] for x in w[:, 0]])
    bias = float(practice.fold_after(0, b, mean, var, gamma, beta, eps)[1])
    assert u @ weights + bias == pytest.approx(after, rel=1e-13)


def test_folding_into_the_layer_after(rng):
    u, w = rng.normal(size=(5, 3)), rng.normal(size=3)
    gamma, beta, mean, var = rng.normal(1.5, 0.3, 3), rng.normal(size=3), rng.normal(size=3), rng.uniform(1, 2, 3)
    after = layers.batch_norm_inference(u, gamma, beta, mean, var, 0.2) @ w
    folded = [numbers(practice.fold_before(*one, 0.2)) for one in zip(w, mean, var, gamma, beta)]
    weights, more = np.array(folded).T
    assert u @ weights + more.sum() == pytest.approx(after, rel=1e-12)


def test_merging_two_parts(rng):
    a, b = rng.normal(2, 3, size=(4, 1)), rng.normal(-1, 1, size=(9, 1))
    whole = np.concatenate([a, b])
    merged = layers.merge(layers.shard(a), layers.shard(b))
    parts = a.mean(), b.mean(), 4, 9
    assert float(practice.merged_mean(*parts)) == pytest.approx(whole.mean()) == merged.mean
    m2 = float(practice.merged_m2(4 * a.var(), 9 * b.var(), *parts))
    assert m2 == pytest.approx(13 * whole.var()) == merged.m2
    assert float(practice.merged_variance(a.var(), b.var(), *parts)) == pytest.approx(whole.var())


def test_a_part_of_a_batch(rng):
    """What accumulation over parts of 4 examples makes of a batch of 12."""
    x, dy = rng.normal(1, 2, size=(2, 12, 1))
    gamma, beta, eps, own = np.array([1.6]), np.array([-0.3]), 0.3, slice(4, 8)
    whole, cache = layers.batch_norm(x, gamma, beta, eps)
    part, part_cache = layers.batch_norm(x[own], gamma, beta, eps)
    xhat, xhat_part = (whole - beta) / gamma, (part - beta) / gamma
    s, s_part = np.sqrt(x.var() + eps), np.sqrt(x[own].var() + eps)
    ours = [float(practice.from_part(h, x[own].mean(), s_part, x.mean(), s)) for h in xhat_part[:, 0]]
    assert ours == pytest.approx(xhat[own, 0], rel=1e-12)
    dx = layers.batch_norm_grad(dy, cache)[0]
    sums = dy[own].sum(), dy.mean(), xhat[own].sum(), (xhat * dy).mean()
    claimed = float(practice.part_sum(*sums, gamma[0], s, 4))
    assert claimed == pytest.approx(dx[own].sum(), rel=1e-12) and abs(claimed) > 0.05
    assert layers.batch_norm_grad(dy[own], part_cache)[0].sum() == pytest.approx(0, abs=1e-14)


def test_the_influence_of_another_example(rng):
    x, eps, h = rng.normal(size=6), 0.4, 1e-6
    xhat = lambda x: (x - x.mean()) / np.sqrt(x.var() + eps)
    step = h * np.eye(6)[4]
    slope = (xhat(x + step) - xhat(x - step))[1] / (2 * h)
    ours = practice.influence(xhat(x)[1], xhat(x)[4], np.sqrt(x.var() + eps), 6)
    assert float(ours) == pytest.approx(slope, rel=1e-8)


def test_the_gradient_behind_frozen_statistics():
    y = lambda x: float(inference(np.array([[x]]), 1.7, 0.3, 0.9, 2.0, 0.5)[0, 0])
    claimed = ENTRIES["frozen-gradient"].form(sp.Float(-0.8), 1.7, 2.0, 0.5)
    assert float(claimed) == pytest.approx(-0.8 * (y(1) - y(0)), rel=1e-12)


@pytest.mark.parametrize("rho", [0.1, 0.5, 0.01])
def test_running_statistics_in_a_loop(rho):
    lag, from_zero, weights = 2.0, 0.0, np.zeros(0)
    for t in range(1, 31):
        lag = (1 - rho) * lag + rho * (2.0 + 0.3 * t)
        from_zero = (1 - rho) * from_zero + rho * 5.0
        weights = np.append(weights * (1 - rho), rho)
        assert 2.0 + 0.3 * t - lag == pytest.approx(float(practice.running_lag(t, 0.3, rho)))
        assert float(practice.running_corrected(from_zero, t, rho)) == pytest.approx(5.0)
        assert np.sum(weights**2) == pytest.approx(float(practice.running_noise(t, rho)))
    if rho == 0.1:
        assert practice.running_batches(rho) == pytest.approx(19)
    assert float(practice.running_noise(10_000, rho)) == pytest.approx(1 / practice.running_batches(rho))


def test_the_variance_behind_dropout_by_enumeration(rng):
    x, keep = rng.normal(1, 2, size=7), 0.8
    first, second = (np.mean(keep * (x / keep) ** power) for power in (1, 2))
    ours = practice.dropped_variance(x.mean(), x.var(), keep)
    assert float(ours) == pytest.approx(second - first**2) and ours > x.var()


def test_one_pass_loses_what_the_condition_says():
    x = 1e6 + np.random.default_rng(0).normal(size=1000)
    lost = abs(float(practice.one_pass_variance(np.mean(x * x), np.mean(x))) - x.var()) / x.var()
    amplified = float(practice.one_pass_condition(x.mean(), x.var()))
    assert 1e-7 < lost < 10 * amplified * np.finfo(float).eps
