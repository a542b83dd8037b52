"""Weight normalization: lengths and directions of columns, with the gradient."""

import numpy as np
import pytest

from bn import layers

SHAPES = [(5, 3), (1, 4), (2, 6, 3)]


def draw(rng, shape, kind):
    v = rng.normal(size=shape) * 3
    g = rng.normal(2, 1, size=shape[-1:] if len(shape) == 2 else (shape[0], 1, shape[2]))
    x = rng.normal(size=(40, shape[-2])) @ rng.normal(size=(shape[-2], shape[-2]))
    return v, g, {"usual": None, "covariance": x.T @ x / len(x)}[kind]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("eps", [0.0, 0.3])
@pytest.mark.parametrize("kind", ["usual", "covariance"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_gradient_is_the_slope(is_the_slope, shape, kind, eps, seed):
    rng = np.random.default_rng(seed)
    v, g, s = draw(rng, shape, kind)
    dw = rng.normal(size=shape)
    gradients = layers.weight_norm_grad(dw, layers.weight_norm(v, g, s, eps)[1])
    is_the_slope(lambda v, g: (dw * layers.weight_norm(v, g, s, eps)[0]).sum(), (v, g), gradients, rng)


@pytest.mark.parametrize("kind", ["usual", "covariance"])
@pytest.mark.parametrize("shape", SHAPES[:1] + SHAPES[2:])
def test_the_gradient_of_every_column_is_at_right_angles_to_it(shape, kind):
    rng = np.random.default_rng(0)
    v, g, s = draw(rng, shape, kind)
    dv, _ = layers.weight_norm_grad(rng.normal(size=shape), layers.weight_norm(v, g, s)[1])
    assert np.abs((v * dv).sum(axis=-2)).max() < 1e-14 * np.abs(v).max() * np.abs(dv).max() * v.shape[-2]
    assert np.abs(dv).max() > 0.01


def test_the_length_of_v_does_not_matter_and_g_is_the_length():
    rng = np.random.default_rng(1)
    v, g, s = draw(rng, (5, 3), "covariance")
    w = layers.weight_norm(v, g)[0]
    assert np.linalg.norm(w, axis=0) == pytest.approx(np.abs(g))
    assert layers.weight_norm(v * [0.1, 3, 70], g)[0] == pytest.approx(w)
    w = layers.weight_norm(v, g, s)[0]
    assert np.diag(w.T @ s @ w) == pytest.approx(g**2)


def test_with_the_batch_covariance_it_does_what_batch_norm_does():
    """The book's step from normalization to reparameterization, in numbers, with eps too."""
    rng = np.random.default_rng(2)
    x = rng.normal(1, 2, size=(30, 4)) @ rng.normal(size=(4, 4))
    v, g, beta = rng.normal(size=(4, 3)), rng.normal(2, 1, size=3), rng.normal(size=3)
    centered = x - x.mean(axis=0)
    w, _ = layers.weight_norm(v, g, centered.T @ centered / len(x), eps=0.1)
    y, _ = layers.batch_norm(x @ v, g, beta, eps=0.1)
    assert centered @ w + beta == pytest.approx(y, rel=1e-10)


def test_the_start_gives_outputs_of_mean_0_and_variance_1():
    rng = np.random.default_rng(3)
    x, v = rng.normal(3, 2, size=(50, 4)), 0.01 * rng.normal(size=(4, 6))
    g, b = layers.weight_norm_start(v, x)
    y = x @ layers.weight_norm(v, g)[0] + b
    assert y.mean(axis=0) == pytest.approx(np.zeros(6), abs=1e-12) and y.std(axis=0) == pytest.approx(np.ones(6))


def test_float32_stays():
    v, g = np.ones((3, 2), np.float32), np.ones(2, np.float32)
    w, cache = layers.weight_norm(v, g)
    dv, dg = layers.weight_norm_grad(w, cache)
    assert w.dtype == dv.dtype == dg.dtype == np.float32


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: layers.weight_norm(np.ones(3), np.ones(3)), r"v has shape \(3,\)"),
        (lambda: layers.weight_norm(np.ones((3, 2)), np.ones(3)), r"g has shape \(3,\); allowed is \(2,\)"),
        (lambda: layers.weight_norm(np.eye(3)[:, :2] * [1, 0], np.ones(2)), "v has length 0 in column 1"),
        (lambda: layers.weight_norm(np.ones((3, 2)), np.ones(2), np.ones((2, 2))), r"s has shape \(2, 2\)"),
        (lambda: layers.weight_norm(np.ones((3, 2)), np.ones(2), eps=-1), "eps is -1"),
        (lambda: layers.weight_norm_start(np.ones((3, 2)), np.ones((5, 3))), "constant outputs in column 0"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
