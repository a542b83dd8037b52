"""The other norms: each gradient is the slope, each layer has the properties that its name promises."""

import numpy as np
import pytest

from bn import layers, network
from bn.layers import Running

EPS = [0.0, 1e-5, 0.3]


def draw(rng, shape, features):
    """x with an offset and a spread of its own per feature, dy, and gamma, beta away from 1 and 0."""
    x, dy = rng.normal(2, 3, size=shape), rng.normal(size=shape)
    return x, dy, rng.normal(2, 1, size=features), rng.normal(size=features)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("eps", EPS)
@pytest.mark.parametrize("shape", [(4, 5), (2, 3, 6)])
def test_layer_norm_gradient_is_the_slope(is_the_slope, shape, eps, seed):
    rng = np.random.default_rng(seed)
    x, dy, gamma, beta = draw(rng, shape, shape[-1])
    gradients = layers.layer_norm_grad(dy, layers.layer_norm(x, gamma, beta, eps)[1])
    is_the_slope(lambda *a: (dy * layers.layer_norm(*a, eps)[0]).sum(), (x, gamma, beta), gradients, rng)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("eps", EPS)
@pytest.mark.parametrize("shape", [(4, 5), (2, 3, 6)])
def test_rms_norm_gradient_is_the_slope(is_the_slope, shape, eps, seed):
    rng = np.random.default_rng(seed)
    x, dy, gamma, _ = draw(rng, shape, shape[-1])
    gradients = layers.rms_norm_grad(dy, layers.rms_norm(x, gamma, eps)[1])
    is_the_slope(lambda *a: (dy * layers.rms_norm(*a, eps)[0]).sum(), (x, gamma), gradients, rng)


@pytest.mark.parametrize("eps", EPS)
@pytest.mark.parametrize(("shape", "groups"), [((3, 6), 2), ((2, 6, 2, 3), 1), ((2, 6, 2, 3), 3), ((2, 6, 2, 3), 6)])
def test_group_norm_gradient_is_the_slope(is_the_slope, shape, groups, eps):
    rng = np.random.default_rng(groups)
    x, dy, gamma, beta = draw(rng, shape, 6)
    gradients = layers.group_norm_grad(dy, layers.group_norm(x, gamma, beta, groups, eps)[1])
    is_the_slope(lambda *a: (dy * layers.group_norm(*a, groups, eps)[0]).sum(), (x, gamma, beta), gradients, rng)


@pytest.mark.parametrize("limits", [(1.0, 0.0), (1.5, 0.2), (100.0, 100.0)])
@pytest.mark.parametrize("shape", [(6, 3), (3, 3, 2, 2)])
def test_batch_renorm_gradient_is_the_slope_with_r_and_d_held(is_the_slope, shape, limits):
    """Held means: in the difference quotient too, so the loss is written with the r and d of the point."""
    rng = np.random.default_rng(0)
    x, dy, gamma, beta = draw(rng, shape, 3)
    running = Running(rng.normal(size=3), rng.uniform(0.5, 4, size=3))
    cache = layers.batch_renorm(x, gamma, beta, running, *limits, eps=0.1)[1]
    along = lambda v: v.reshape(-1, *(1,) * (x.ndim - 2))

    def loss(x, gamma, beta):
        xtilde = layers.batch_norm(x, np.ones(3), np.zeros(3), 0.1)[0]
        return (dy * (along(gamma) * (along(cache.r) * xtilde + along(cache.d)) + along(beta))).sum()

    is_the_slope(loss, (x, gamma, beta), layers.batch_renorm_grad(dy, cache), rng)


@pytest.mark.parametrize("eps", EPS)
@pytest.mark.parametrize("shape", [(6, 3), (2, 5, 4)])
def test_weight_standardization_gradient_is_the_slope(is_the_slope, shape, eps):
    rng = np.random.default_rng(0)
    v, dw = rng.normal(1, 2, size=shape), rng.normal(size=shape)
    gradient = layers.weight_standardization_grad(dw, layers.weight_standardization(v, 0.7, eps)[1])
    is_the_slope(lambda v: (dw * layers.weight_standardization(v, 0.7, eps)[0]).sum(), (v,), (gradient,), rng)


@pytest.mark.parametrize("shape", [(4, 5), (2, 3, 6)])
def test_dynamic_tanh_gradient_is_the_slope(is_the_slope, shape):
    rng = np.random.default_rng(0)
    x, dy, gamma, beta = draw(rng, shape, shape[-1])
    dx, dalpha, dgamma, dbeta = layers.dynamic_tanh_grad(dy, layers.dynamic_tanh(x, 0.3, gamma, beta)[1])
    loss = lambda x, alpha, gamma, beta: (dy * layers.dynamic_tanh(x, float(alpha), gamma, beta)[0]).sum()
    is_the_slope(loss, (x, np.array(0.3), gamma, beta), (dx, np.array(dalpha), dgamma, dbeta), rng)


def test_group_norm_at_its_ends_is_layer_norm_and_instance_norm():
    rng = np.random.default_rng(1)
    x, _, gamma, beta = draw(rng, (3, 4, 2, 5), 4)
    per_channel = lambda v: v[:, None, None]
    flat = layers.layer_norm(x.reshape(3, -1), np.ones(40), np.zeros(40))[0].reshape(x.shape)
    one = layers.group_norm(x, gamma, beta, 1)[0]
    np.testing.assert_allclose(one, per_channel(gamma) * flat + per_channel(beta), rtol=1e-13)
    own = (x - x.mean(axis=(2, 3), keepdims=True)) / np.sqrt(x.var(axis=(2, 3), keepdims=True) + 1e-5)
    for result in (layers.group_norm(x, gamma, beta, 4)[0], layers.instance_norm(x, gamma, beta)[0]):
        np.testing.assert_allclose(result, per_channel(gamma) * own + per_channel(beta), rtol=1e-12)


def test_layer_norm_is_rms_norm_of_the_centered_row():
    x, _, gamma, _ = draw(np.random.default_rng(2), (4, 7), 7)
    centered = layers.rms_norm(x - x.mean(axis=1, keepdims=True), gamma)[0]
    np.testing.assert_allclose(layers.layer_norm(x, gamma, np.zeros(7))[0], centered, rtol=1e-13)
    assert np.abs(layers.rms_norm(x, gamma)[0] - centered).max() > 0.1


def test_batch_renorm_lies_between_batch_norm_and_inference():
    rng = np.random.default_rng(3)
    x, _, gamma, beta = draw(rng, (8, 3), 3)
    running = Running(rng.normal(size=3), rng.uniform(0.5, 4, size=3))
    free, cache = layers.batch_renorm(x, gamma, beta, running, 1e9, 1e9)
    np.testing.assert_allclose(free, layers.batch_norm_inference(x, gamma, beta, *running[:2]), rtol=1e-12)
    held = layers.batch_renorm(x, gamma, beta, running, 1.0, 0.0)[0]
    np.testing.assert_array_equal(held, layers.batch_norm(x, gamma, beta)[0])
    moved = layers.update_running(running, cache)  # its cache serves the running statistics
    np.testing.assert_array_equal(moved.mean, layers.update_running(running, layers.batch_norm(x, gamma, beta)[1]).mean)
    half, held_back = layers.batch_renorm(x, gamma, beta, running, 1.1, 0.1)
    assert (held_back.r <= 1.1).all() and (np.abs(held_back.d) <= 0.1).all() and (half != free).any()


def test_standardized_weights_have_mean_0_and_the_spread_asked_for():
    v = np.random.default_rng(4).normal(5, 2, size=(50, 3))
    w, cache = layers.weight_standardization(v, layers.RELU_GAIN / np.sqrt(50), eps=0.0)
    assert w.mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-15)
    assert (w**2).sum(axis=0) == pytest.approx(np.full(3, layers.RELU_GAIN**2))
    dv = layers.weight_standardization_grad(np.random.default_rng(5).normal(size=(50, 3)), cache)
    assert np.abs(dv.sum(axis=0)).max() < 1e-12 and np.abs((v * dv).sum(axis=0)).max() < 1e-12


def test_huge_and_tiny_rows_keep_their_digits():
    row = np.array([[1.0, 2.0, -4.0, 3.0]])
    truth = layers.rms_norm(row, np.ones(4), 0.0)[0]
    for factor in (1e-200, 1e160, 1e300):
        np.testing.assert_allclose(layers.rms_norm(row * factor, np.ones(4), 0.0)[0], truth, rtol=1e-14)
        np.testing.assert_allclose(
            layers.layer_norm(row * factor, np.ones(4), np.zeros(4), 0.0)[0],
            layers.layer_norm(row, np.ones(4), np.zeros(4), 0.0)[0],
            rtol=1e-14,
        )
    assert (layers.rms_norm(0 * row, np.ones(4), 0.0)[0] == 0).all()


def test_float32_stays():
    x, one, zero = (
        np.ones((2, 4, 2, 2), np.float32) * np.arange(4, dtype=np.float32)[:, None, None],
        np.ones(4),
        np.zeros(4),
    )
    for y, grads in (
        (lambda: layers.group_norm(x, one, zero, 2), layers.group_norm_grad),
        (lambda: layers.batch_renorm(x, one, zero, Running(zero, one)), layers.batch_renorm_grad),
        (lambda: layers.layer_norm(x[..., 0], np.ones(2), np.zeros(2)), layers.layer_norm_grad),
        (lambda: layers.rms_norm(x[..., 0], np.ones(2)), layers.rms_norm_grad),
        (lambda: layers.dynamic_tanh(x[..., 0], 0.5, np.ones(2), np.zeros(2)), layers.dynamic_tanh_grad),
    ):
        out, cache = y()
        assert out.dtype == np.float32
        assert {np.asarray(g).dtype for g in grads(out, cache) if np.ndim(g)} == {np.dtype(np.float32)}


GOOD, ONE, ZERO = np.arange(12.0).reshape(3, 4), np.ones(4), np.zeros(4)
IMAGES = np.arange(48.0).reshape(2, 6, 2, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: layers.layer_norm(np.ones(4), ONE, ZERO), r"x has shape \(4,\)"),
        (lambda: layers.layer_norm(GOOD, np.ones(3), ZERO), r"gamma has shape \(3,\); allowed is \(4,\)"),
        (lambda: layers.layer_norm(GOOD * np.nan, ONE, ZERO), "x holds nan"),
        (lambda: layers.rms_norm(GOOD, ONE, -1), "eps is -1"),
        (lambda: layers.rms_norm(np.full((3, 4), np.inf), ONE), "x holds"),
        (lambda: layers.layer_norm_grad(GOOD[:2], layers.layer_norm(GOOD, ONE, ZERO)[1]), r"dy has shape \(2, 4\)"),
        (lambda: layers.layer_norm_grad(GOOD, layers.layer_norm(0 * GOOD, ONE, ZERO, 0)[1]), "no spread at index"),
        (lambda: layers.rms_norm_grad(GOOD, layers.rms_norm(0 * GOOD, ONE, 0)[1]), "no spread at index"),
        (
            lambda: layers.group_norm(IMAGES, np.ones(6), np.zeros(6), 4),
            "groups is 4 for 6 channels; allowed are 1, 2, 3, 6",
        ),
        (lambda: layers.group_norm(IMAGES, np.ones(6), np.zeros(6), 1.5), "groups is 1.5"),
        (lambda: layers.instance_norm(GOOD, ONE, ZERO), r"allowed are \(N, C, H, W\)"),
        (lambda: layers.batch_renorm(GOOD, ONE, ZERO, Running(ZERO, ONE), r_max=0.5), "r_max is 0.5"),
        (lambda: layers.batch_renorm(GOOD, ONE, ZERO, Running(ZERO, ZERO), eps=0), "running.var is 0"),
        (lambda: layers.batch_renorm(GOOD, ONE, ZERO, Running(np.zeros(3), ONE)), "running.mean has shape"),
        (lambda: layers.weight_standardization(ONE), r"v has shape \(4,\)"),
        (lambda: layers.dynamic_tanh(GOOD, np.nan, ONE, ZERO), "alpha is nan"),
        (lambda: network.init((4, 6, 2), norm="layer2"), "norm is 'layer2'"),
        (lambda: network.forward(network.init((4, 6, 2), norm="group"), GOOD), "a layer has 6 units"),
        (lambda: network.keep_function(network.init((4, 6, 2), norm="layer")), "norm is 'layer'"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


NETWORK_NORMS = ("renorm", "layer", "rms", "group", "weight", "tanh")


@pytest.mark.parametrize("norm", NETWORK_NORMS)
def test_in_a_network_every_gradient_is_the_slope(is_the_slope, norm):
    """All parameters at once, moved from the start so that gamma is not 1. Renorm: r, d held by limits of 1 and 0."""
    rng = np.random.default_rng(0)
    net = network.init((5, 32, 32, 3), norm=norm, activation="tanh", seeds=(0, 1))
    for layer in net.params:
        for name, p in layer.items():
            layer[name] = p + 0.3 * rng.normal(size=p.shape)
    x, labels = rng.normal(size=(6, 5)), rng.integers(0, 3, 6)
    names = [(i, name) for i, layer in enumerate(net.params) for name in layer]

    def loss(*arrays):
        for (i, name), array in zip(names, arrays, strict=True):
            net.params[i][name] = array
        return network.loss_and_grads(net, x, labels)[0].sum()

    arrays = [net.params[i][name] for i, name in names]
    with pytest.MonkeyPatch.context() as patch:
        if norm == "renorm":
            patch.setattr(layers.batch_renormalization, "R_MAX", 1.0)
            patch.setattr(layers.batch_renormalization, "D_MAX", 0.0)
        grads = network.loss_and_grads(net, x, labels)[1]
        is_the_slope(loss, arrays, [grads[i][name] for i, name in names], rng, h=1e-4, rel=2e-8)


@pytest.mark.parametrize("norm", NETWORK_NORMS)
def test_a_layer_of_a_stack_is_the_checked_layer(norm):
    """Forward and backward of `NORMS` against the functions that single batches go through."""
    rng = np.random.default_rng(1)
    z, dy, w = rng.normal(1, 2, size=(2, 5, 16)), rng.normal(size=(2, 5, 16)), rng.normal(size=(2, 7, 16))
    entry = layers.NORMS[norm]
    params = {n: p + rng.normal(size=p.shape) for n, p in entry.params(2, 16, np.float64).items()} | {"w": w}
    running = Running(rng.normal(size=(2, 1, 16)), rng.uniform(0.5, 2, size=(2, 1, 16)))
    extra = (running,) if entry.sees_running else ()
    y, cache = entry.forward(z, params, 1e-5, *extra)
    dz, grads = entry.backward(dy, cache)
    for k in range(2):
        own = {name: p[k].ravel() for name, p in params.items() if name != "w"}
        gamma, beta = own["gamma"], own.get("beta")
        if norm == "weight":
            truth, inner = z[k] / np.linalg.norm(w[k], axis=0) * gamma + beta, None
        elif norm == "tanh":
            truth, inner = layers.dynamic_tanh(z[k], own["alpha"][0], gamma, beta)
        elif norm == "renorm":
            truth, inner = layers.batch_renorm(z[k], gamma, beta, Running(running.mean[k, 0], running.var[k, 0]))
        elif norm == "rms":
            truth, inner = layers.rms_norm(z[k], gamma)
        else:
            function, more = (layers.layer_norm, ()) if norm == "layer" else (layers.group_norm, (8,))
            truth, inner = function(z[k], gamma, beta, *more)
        np.testing.assert_allclose(y[k], truth, rtol=1e-11, atol=1e-13)
        if inner is None:
            continue
        backward = {"tanh": layers.dynamic_tanh_grad, "renorm": layers.batch_renorm_grad, "rms": layers.rms_norm_grad,
                    "layer": layers.layer_norm_grad, "group": layers.group_norm_grad}[norm]  # fmt: skip
        dx, *others = backward(dy[k], inner)
        np.testing.assert_allclose(dz[k], dx, rtol=1e-10, atol=1e-13)
        for name, ours in zip(("alpha",) * (norm == "tanh") + ("gamma", "beta"), others):
            np.testing.assert_allclose(grads[name][k].ravel(), ours, rtol=1e-10)


def test_weight_norm_starts_as_the_plain_network_if_asked():
    x = np.random.default_rng(0).normal(size=(9, 5))
    plain = network.forward(network.init((5, 8, 8, 3), seeds=(0, 1), scale=3.0), x)[0]
    net = network.init((5, 8, 8, 3), norm="weight", seeds=(0, 1), scale=3.0)
    np.testing.assert_allclose(network.forward(network.keep_function(net), x)[0], plain, rtol=1e-12)
    assert np.abs(network.forward(net, x)[0] - plain).max() > 1


@pytest.mark.parametrize("norm", ["layer", "rms", "group", "weight", "tanh"])
def test_training_and_use_agree_and_the_rest_of_the_batch_does_not_matter(norm):
    rng = np.random.default_rng(0)
    net = network.init((5, 16, 16, 3), norm=norm, seeds=(0, 1))
    x = rng.normal(size=(9, 5))
    whole = network.forward(net, x)[0]
    np.testing.assert_array_equal(whole, network.forward(net, x, training=False)[0])
    np.testing.assert_allclose(whole[:, :1], network.forward(net, x[:1])[0], rtol=1e-12)
