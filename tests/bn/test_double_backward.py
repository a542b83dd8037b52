"""The double backward of batch norm: slopes of dx itself, its laws, and its edge cases."""

import numpy as np
import pytest

from bn.layers import batch_norm, batch_norm_double_backward, batch_norm_grad

SHAPES = [(3, 4), (7, 5), (64, 10), (1, 2, 3, 3), (4, 3, 2, 5)]


def draw(shape, seed):
    """x with a mean and spread for each feature, gamma far from 1, beta far from 0, dy, and u for dx."""
    rng = np.random.default_rng(seed)
    d = shape[1]
    per_feature = (1, d) + (1,) * (len(shape) - 2)
    x = rng.normal(size=shape) * rng.uniform(0.5, 2, per_feature) + rng.normal(size=per_feature)
    gamma, beta = rng.uniform(0.5, 2, d) * rng.choice([-1, 1], d), rng.normal(size=d)
    return rng, x, gamma, beta, rng.normal(size=shape), rng.normal(size=shape)


def psi(u, beta, eps):
    """sum(u dx) as a function of x, dy and gamma."""
    return lambda x, dy, gamma: (u * batch_norm_grad(dy, batch_norm(x, gamma, beta, eps)[1])[0]).sum()


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("eps", [0.0, 1e-5, 1e-2, 1.0])
@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_the_slope_of_dx(shape, eps, seed, is_the_slope):
    rng, x, gamma, beta, dy, u = draw(shape, seed)
    cache = batch_norm(x, gamma, beta, eps)[1]
    h = 2e-3 * cache.std.min()  # short against the spread of every feature
    is_the_slope(psi(u, beta, eps), (x, dy, gamma), batch_norm_double_backward(u, dy, cache), rng, h=h, rel=1e-8)


@pytest.mark.parametrize("eps", [0.0, 1e-3, 0.4])
def test_laws_of_the_double_backward(eps):
    _, x, gamma, beta, dy, u = draw((6, 3), 1)
    cache = batch_norm(x, gamma, beta, eps)[1]
    to_x, to_dy, to_gamma = batch_norm_double_backward(u, dy, cache)
    np.testing.assert_allclose(to_x.sum(axis=0), 0, atol=1e-12)  # dx does not depend on the mean of x
    np.testing.assert_allclose(to_dy, batch_norm_grad(u, cache)[0], atol=1e-13)  # J is symmetric
    np.testing.assert_allclose(to_dy.sum(axis=0), 0, atol=1e-13)
    exchanged = batch_norm_double_backward(dy, u, cache)[0]
    np.testing.assert_allclose(to_x, exchanged, atol=1e-12)  # and so is the tensor of second derivatives
    dx = batch_norm_grad(dy, cache)[0]
    np.testing.assert_allclose(gamma * to_gamma, (u * dx).sum(axis=0), atol=1e-12)  # dx is linear in gamma
    if eps == 0:  # dx has degree -1 in the batch, so its slope along x - mu is -dx
        np.testing.assert_allclose((to_x * x).sum(axis=0), -(u * dx).sum(axis=0), atol=1e-12)


def test_it_is_linear_in_u_and_each_feature_is_alone():
    _, x, gamma, beta, dy, u = draw((5, 4), 2)
    cache = batch_norm(x, gamma, beta)[1]
    only = np.zeros_like(u)
    only[:, 2] = -3 * u[:, 2]
    whole, part = (batch_norm_double_backward(v, dy, cache) for v in (u, only))
    for a, b in zip(whole, part, strict=True):
        np.testing.assert_allclose(b[..., 2], -3 * a[..., 2], rtol=1e-12)
        assert not np.delete(b, 2, axis=-1).any()


def test_images_are_the_dense_case_with_pixels_as_examples():
    _, x, gamma, beta, dy, u = draw((4, 3, 2, 5), 5)
    rows = lambda a: a.transpose(0, 2, 3, 1).reshape(-1, 3)
    images = batch_norm_double_backward(u, dy, batch_norm(x, gamma, beta)[1])
    dense = batch_norm_double_backward(rows(u), rows(dy), batch_norm(rows(x), gamma, beta)[1])
    for a, b in zip((rows(images[0]), rows(images[1]), images[2]), dense, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-12)


@pytest.mark.parametrize("eps", [0.0, 1e-5])
def test_a_batch_of_one_gives_zeros(eps):
    cache = batch_norm([[4.0, -1.0]], [2.0, 3.0], [0.5, 0.6], eps)[1]
    for array in batch_norm_double_backward([[1.0, 2.0]], [[3.0, -1.0]], cache):
        assert not array.any()


def test_two_examples_have_the_exact_curvature_of_a_step():
    """m = 2: dx = gamma eps / (2 s^3) (dy1 - dy2) (1, -1), so only s moves, by (x1 - x2) / (4 s)."""
    x, dy, u, gamma, eps = np.array([[0.3], [1.9]]), np.array([[2.0], [-0.7]]), np.array([[0.4], [1.1]]), 3.0, 0.1
    _, cache = batch_norm(x, [gamma], [1.0], eps)
    s, pair = cache.std[0], np.array([[1.0], [-1.0]])
    slope = -3 * gamma * eps / (2 * s**4) * (dy[0] - dy[1]) * (u[0] - u[1]) * (x[0] - x[1]) / (4 * s)
    np.testing.assert_allclose(batch_norm_double_backward(u, dy, cache)[0], slope * pair, rtol=1e-11)
    for array in batch_norm_double_backward(u, dy, batch_norm(x, [gamma], [1.0], 0.0)[1]):
        np.testing.assert_allclose(array, 0, atol=1e-14)


def test_a_constant_feature_has_a_curvature_only_above_eps_zero():
    x, dy, u = np.array([[1.0, 2.0], [1.0, 5.0], [1.0, 1.0]]), *np.random.default_rng(0).normal(size=(2, 3, 2))
    to_x, to_dy, _ = batch_norm_double_backward(u, dy, batch_norm(x, [2.0, 1.0], [0.0, 0.0], 0.25)[1])
    np.testing.assert_allclose(to_x[:, 0], 0, atol=1e-15)  # xhat = 0 there, and alpha and delta with it
    np.testing.assert_allclose(to_dy[:, 0], 2.0 / 0.5 * (u[:, 0] - u[:, 0].mean()))
    with pytest.raises(ValueError, match=r"feature 0 has gamma 2\.0 .* allowed is an eps above 0"):
        batch_norm_double_backward(u, dy, batch_norm(x, [2.0, 1.0], [0.0, 0.0], 0.0)[1])


@pytest.mark.parametrize("shape", [(32, 6), (8, 3, 4, 4)])
def test_float32_agrees_with_float64(shape):
    _, x, gamma, beta, dy, u = (a if i == 0 else a.astype(np.float32) for i, a in enumerate(draw(shape, 3)))
    given = batch_norm_double_backward(u, dy, batch_norm(x, gamma, beta)[1])
    high = [a.astype(np.float64) for a in (x, gamma, beta, dy, u)]
    truth = batch_norm_double_backward(high[4], high[3], batch_norm(*high[:3])[1])
    for a, b in zip(given, truth, strict=True):
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=4e-6 * np.abs(b).max())


def test_tiny_spreads_do_not_overflow_on_the_way():
    """s^2 = 1e-320 is no normal number, but gamma / s / s is finite."""
    _, x, _, _, dy, u = draw((5, 2), 0)
    plain = batch_norm_double_backward(u, dy, batch_norm(x, [1.0, 1.0], [0.0, 0.0], 0.0)[1])[0]
    tiny = batch_norm(x * 2.0**-500, [1.0, 1.0], [0.0, 0.0], 0.0)[1]
    scaled = batch_norm_double_backward(u * 2.0**-300, dy * 2.0**-300, tiny)[0]
    np.testing.assert_allclose(scaled, plain * 2.0**400, rtol=1e-10)


@pytest.mark.parametrize(
    ("u", "dy", "message"),
    [
        (np.ones((3, 2)), np.ones((4, 2)), r"u has shape \(3, 2\); allowed is \(4, 2\), the shape of y"),
        (np.ones((4, 2)), np.ones((2, 4)), r"dy has shape \(2, 4\); allowed is \(4, 2\)"),
        (np.full((4, 2), np.nan), np.ones((4, 2)), "u holds nan at index"),
        (np.ones((4, 2)), np.full((4, 2), np.inf), "dy holds inf at index"),
    ],
)
def test_wrong_arguments_are_named(u, dy, message):
    cache = batch_norm(np.arange(8.0).reshape(4, 2), [1.0, 1.0], [0.0, 0.0])[1]
    with pytest.raises(ValueError, match=message):
        batch_norm_double_backward(u, dy, cache)
