"""The gradient of batch norm: slopes, laws that hold for every eps, and the losses that see nothing."""

import numpy as np
import pytest

from bn.layers import batch_norm, batch_norm_grad

SHAPES = [(2, 1), (3, 4), (7, 5), (64, 10), (1, 2, 3, 3), (4, 3, 2, 5), (3, 2, 1, 1)]


def draw(shape, seed):
    """x with a mean and spread for each feature, gamma far from 1, beta far from 0, an upstream gradient."""
    rng = np.random.default_rng(seed)
    d = shape[1]
    per_feature = (1, d) + (1,) * (len(shape) - 2)
    x = rng.normal(size=shape) * rng.uniform(0.5, 2, per_feature) + rng.normal(size=per_feature)
    gamma, beta = rng.uniform(0.5, 2, d) * rng.choice([-1, 1], d), rng.normal(size=d)
    return rng, x, gamma, beta, rng.normal(size=shape)


def column(seed, m=6, eps=1e-2):
    """One feature: x, dy, gamma, cache and dx as vectors."""
    _, x, gamma, beta, dy = draw((m, 1), seed)
    _, cache = batch_norm(x, gamma, beta, eps)
    return x[:, 0], dy[:, 0], gamma[0], cache, batch_norm_grad(dy, cache)[0][:, 0]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("eps", [1e-5, 1e-2, 1.0])
@pytest.mark.parametrize("shape", SHAPES)
def test_gradient_is_the_slope_of_the_loss(shape, eps, seed, is_the_slope):
    rng, x, gamma, beta, dy = draw(shape, seed)
    if shape == (2, 1):
        eps = max(eps, 1e-2)  # two examples: at tiny eps xhat is a step, and no difference quotient follows it
    _, cache = batch_norm(x, gamma, beta, eps)
    loss = lambda x, gamma, beta: (dy * batch_norm(x, gamma, beta, eps)[0]).sum()
    h = 1e-4 * min(1, x.std(axis=0).min() if x.ndim == 2 else 1)
    is_the_slope(loss, (x, gamma, beta), batch_norm_grad(dy, cache), rng, h=h, rel=1e-8)


@pytest.mark.parametrize("shape", [(5, 3), (4, 2, 3, 3)])
def test_gradient_is_the_slope_at_eps_zero(shape, is_the_slope):
    rng, x, gamma, beta, dy = draw(shape, 7)
    _, cache = batch_norm(x, gamma, beta, 0.0)
    loss = lambda x, gamma, beta: (dy * batch_norm(x, gamma, beta, 0.0)[0]).sum()
    is_the_slope(loss, (x, gamma, beta), batch_norm_grad(dy, cache), rng, h=1e-4)


@pytest.mark.parametrize("shape", [(32, 6), (8, 3, 4, 4)])
def test_float32_gradient_agrees_with_float64(shape):
    _, x, gamma, beta, dy = draw(shape, 3)
    low = [a.astype(np.float32) for a in (x, gamma, beta, dy)]
    high = [a.astype(np.float64) for a in low]
    given = batch_norm_grad(low[3], batch_norm(*low[:3])[1])
    truth = batch_norm_grad(high[3], batch_norm(*high[:3])[1])
    for a, b in zip(given, truth, strict=True):
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6 * np.abs(b).max())


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("eps", [0.0, 1e-5, 0.3])
def test_laws_of_dx_hold_for_every_eps(eps, seed):
    x, dy, gamma, cache, dx = column(seed, eps=eps)
    xhat, s, m = cache.xhat[:, 0], cache.std[0], len(x)
    kappa = eps / (cache.var[0] + eps)
    assert dx.sum() == pytest.approx(0, abs=1e-13)
    assert xhat @ dx == pytest.approx(gamma * kappa / s * (dy @ xhat), abs=1e-13)
    assert x @ dx == pytest.approx(gamma * kappa * (dy @ xhat), abs=1e-12)
    norm = (gamma / s) ** 2 * (dy @ dy - dy.sum() ** 2 / m - (1 + kappa) / m * (xhat @ dy) ** 2)
    assert dx @ dx == pytest.approx(norm, rel=1e-11)


@pytest.mark.parametrize("eps", [0.0, 1e-5, 0.3])
def test_jacobian_is_symmetric_with_the_spectrum_of_a_projector_but_for_kappa(eps):
    m = 6
    x = np.random.default_rng(2).normal(size=(m, 1))
    _, cache = batch_norm(x, [1.0], [0.0], eps)
    jacobian = np.stack([batch_norm_grad(e[:, None], cache)[0][:, 0] for e in np.eye(m)])
    np.testing.assert_allclose(jacobian, jacobian.T, atol=1e-14)
    kappa = eps / (cache.var[0] + eps)
    expected = np.sort([0.0, kappa] + [1.0] * (m - 2))
    np.testing.assert_allclose(np.linalg.eigvalsh(jacobian * cache.std[0]), expected, atol=1e-13)


def test_two_examples_pass_no_gradient_at_eps_zero_and_the_exact_rest_above():
    x, dy = np.array([[0.3], [1.9]]), np.array([[2.0], [-0.7]])
    assert np.abs(batch_norm_grad(dy, batch_norm(x, [3.0], [1.0], 0.0)[1])[0]).max() < 1e-15
    eps = 0.1
    _, cache = batch_norm(x, [1.0], [0.0], eps)
    jacobian = eps / (2 * cache.std[0] ** 3) * np.array([[1, -1], [-1, 1]])
    np.testing.assert_allclose(batch_norm_grad(dy, cache)[0], jacobian @ dy, rtol=1e-13)


@pytest.mark.parametrize("eps", [0.0, 1e-5])
def test_a_batch_of_one_passes_no_gradient_to_its_input(eps):
    _, cache = batch_norm([[4.0, -1.0]], [2.0, 3.0], [0.5, 0.6], eps)
    dx, dgamma, dbeta = batch_norm_grad([[1.0, 2.0]], cache)
    assert (dx == 0).all() and (dgamma == 0).all() and (dbeta == [1, 2]).all()


def test_blind_losses_have_no_gradient_to_check():
    """sum(y) is constant in x, and sum(xhat^2) nearly so: a gradient check with either is no check at all."""
    _, x, gamma, beta, _ = draw((9, 3), 1)
    y, cache = batch_norm(x, gamma, beta, 1e-5)
    assert np.abs(batch_norm_grad(np.ones_like(y), cache)[0]).max() < 1e-14
    y, cache = batch_norm(x, gamma, np.zeros(3), 1e-5)
    dx = batch_norm_grad(2 * y, cache)[0]
    assert 0 < np.abs(dx).max() < 1e-3


def test_weights_before_batch_norm_are_at_right_angles_to_their_gradient():
    rng = np.random.default_rng(0)
    u, w, dy = rng.normal(size=(12, 5)), rng.normal(size=(5, 3)), rng.normal(size=(12, 3))
    _, cache = batch_norm(u @ w, [1.5, 0.5, -2.0], np.ones(3), 0.0)
    dw = u.T @ batch_norm_grad(dy, cache)[0]
    np.testing.assert_allclose((w * dw).sum(axis=0), 0, atol=1e-13)


def test_images_are_the_dense_case_with_pixels_as_examples():
    _, x, gamma, beta, dy = draw((4, 3, 2, 5), 5)
    rows = lambda a: a.transpose(0, 2, 3, 1).reshape(-1, 3)
    y, cache = batch_norm(x, gamma, beta)
    y_rows, cache_rows = batch_norm(rows(x), gamma, beta)
    np.testing.assert_allclose(rows(y), y_rows, atol=1e-13)
    dx, dgamma, dbeta = batch_norm_grad(dy, cache)
    dx_rows, dgamma_rows, dbeta_rows = batch_norm_grad(rows(dy), cache_rows)
    np.testing.assert_allclose(rows(dx), dx_rows, atol=1e-13)
    np.testing.assert_allclose(dgamma, dgamma_rows, atol=1e-13)
    np.testing.assert_allclose(dbeta, dbeta_rows, atol=1e-13)
    assert cache.m == cache_rows.m == 40
