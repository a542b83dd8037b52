"""Facts about the forward pass and inference, as laws that hold for any batch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bn.layers import batch_norm, batch_norm_inference

numbers = st.floats(-1e6, 1e6, allow_nan=False, width=64)
batches = st.tuples(st.integers(1, 12), st.integers(1, 4)).flatmap(lambda s: arrays(np.float64, s, elements=numbers))
eps_values = st.sampled_from([0.0, 1e-8, 1e-5, 1e-2, 1.0])


def standard(x, eps):
    """Batch norm with gamma = 1, beta = 0: xhat, and the cache."""
    d = np.shape(x)[1]
    return batch_norm(x, np.ones(d), np.zeros(d), eps)


@given(batches, eps_values)
@settings(max_examples=200, deadline=None)
def test_xhat_has_mean_zero_variance_one_minus_kappa_and_is_bounded(x, eps):
    xhat, cache = standard(x, eps)
    m = len(x)
    assert np.isfinite(xhat).all()
    assert np.abs(xhat.mean(axis=0)).max() < 1e-12
    assert np.abs(xhat).max() <= np.sqrt(m - 1) * (1 + 1e-12)
    varies = cache.std > 1e-140  # below, var itself is not a float64
    expected = cache.var[varies] / cache.std[varies] ** 2
    np.testing.assert_allclose((xhat**2).mean(axis=0)[varies], expected, rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(cache.mu, x.mean(axis=0), rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(cache.std**2, cache.var + eps, rtol=1e-12)


@given(arrays(np.int64, (6, 3), elements=st.integers(-1000, 1000)), st.integers(-(10**8), 10**8))
@settings(max_examples=100, deadline=None)
def test_a_shift_of_the_input_changes_not_one_bit(x, shift):
    np.testing.assert_array_equal(standard(x, 1e-5)[0], standard(x + shift, 1e-5)[0])


@pytest.mark.parametrize("a", [3.0, 1e-3, -2.0])
def test_scaling_changes_only_the_sign_at_eps_zero_and_by_the_exact_factor_above(a):
    x = np.random.default_rng(1).normal(size=(9, 4))
    np.testing.assert_allclose(standard(a * x, 0.0)[0], np.sign(a) * standard(x, 0.0)[0], rtol=1e-13)
    eps = 0.1
    factor = np.sqrt((x.var(axis=0) + eps) / (x.var(axis=0) + eps / a**2))
    np.testing.assert_allclose(standard(a * x, eps)[0], np.sign(a) * factor * standard(x, eps)[0], rtol=1e-12)


@pytest.mark.parametrize("m", [2, 3, 10])
def test_the_bound_is_reached_by_one_example_against_the_rest(m):
    x = np.zeros((m, 1))
    x[0] = 5
    assert standard(x, 0.0)[0].max() == pytest.approx(np.sqrt(m - 1), rel=1e-14)


@given(batches.filter(lambda x: len(x) > 1), st.sampled_from([1e-8, 1e-5, 1.0]))
@settings(max_examples=100, deadline=None)
def test_gamma_sqrt_var_plus_eps_and_beta_mean_give_the_input_back(x, eps):
    y, _ = batch_norm(x, np.sqrt(x.var(axis=0) + eps), x.mean(axis=0), eps)
    np.testing.assert_allclose(y, x, rtol=1e-11, atol=1e-8)


def test_inference_with_the_statistics_of_the_batch_is_training():
    rng = np.random.default_rng(0)
    for shape in [(7, 3), (4, 3, 2, 2)]:
        x, gamma, beta = rng.normal(size=shape), rng.normal(size=3), rng.normal(size=3)
        y, cache = batch_norm(x, gamma, beta, 1e-3)
        np.testing.assert_allclose(batch_norm_inference(x, gamma, beta, cache.mu, cache.var, 1e-3), y, atol=1e-14)


def test_inference_treats_each_example_alone_and_folds_into_the_layer_before():
    rng = np.random.default_rng(0)
    u, w, b = rng.normal(size=(6, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)
    gamma, beta, mean, var = *rng.normal(size=(3, 3)), rng.uniform(0.1, 2, 3)
    y = batch_norm_inference(u @ w + b, gamma, beta, mean, var, 1e-5)
    one = batch_norm_inference((u @ w + b)[:1], gamma, beta, mean, var, 1e-5)
    np.testing.assert_array_equal(y[:1], one)
    a = gamma / np.sqrt(var + 1e-5)
    np.testing.assert_allclose(u @ (w * a) + (a * (b - mean) + beta), y, atol=1e-13)


def test_arguments_are_left_as_they_were():
    x, gamma, beta = np.random.default_rng(0).normal(size=(5, 3)), np.full(3, 2.0), np.ones(3)
    kept = x.copy()
    batch_norm(x, gamma, beta)
    batch_norm_inference(x, gamma, beta, beta, gamma)
    assert (x == kept).all() and (gamma == 2).all() and (beta == 1).all()


def test_views_and_orders_of_memory_do_not_matter():
    x = np.random.default_rng(0).normal(size=(6, 4))
    y = standard(x, 1e-5)[0]
    np.testing.assert_allclose(standard(np.asfortranarray(x), 1e-5)[0], y, atol=1e-14)
    np.testing.assert_allclose(standard(np.repeat(x, 2, axis=0)[::2], 1e-5)[0], y, atol=1e-14)
