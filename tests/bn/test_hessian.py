"""The Hessian of a network times a vector: slopes of its gradient, symmetry, and the scale that batch norm ignores."""

from dataclasses import replace

import numpy as np
import pytest

from bn.hessian import hessian_vector_product, logits_speed
from bn.layers.dense import ACTIVATIONS
from bn.network import forward, init, loss_and_grads

ACTS = ("relu", "tanh", "sigmoid", "linear")


def case(norm, activation, seed=0, eps=1e-5, sizes=(5, 6, 4, 3)):
    """A stack of two networks with every parameter away from its start value, a batch, labels, two vectors."""
    rng = np.random.default_rng(seed)
    net = init(sizes, norm=norm, activation=activation, seeds=(seed, seed + 1), eps=eps)
    net = replace(
        net, params=[{n: p + 0.3 * rng.normal(size=p.shape) for n, p in layer.items()} for layer in net.params]
    )
    x, labels = rng.normal(size=(2, 8, sizes[0])), rng.integers(0, sizes[-1], (2, 8))
    vectors = [[{n: rng.normal(size=p.shape) for n, p in layer.items()} for layer in net.params] for _ in range(2)]
    for still in (layer[n] for both in vectors for layer in both for n in ("mean", "std") if n in layer):
        still[...] = 0.0  # constants of frozen statistics
    return net, x, labels, *vectors


def moved(net, vectors, t):
    pairs = zip(net.params, vectors, strict=True)
    return replace(net, params=[{n: p + t * v[n] for n, p in layer.items()} for layer, v in pairs])


def inner(a, b):
    """Inner product over all parameters, one number per network."""
    return sum((p * q[n]).sum(axis=(1, 2)) for layer, q in zip(a, b, strict=True) for n, p in layer.items())


@pytest.mark.parametrize("loss", ["softmax", "squared"])
@pytest.mark.parametrize("activation", ACTS)
@pytest.mark.parametrize("norm", ["none", "batch", "frozen"])
def test_it_is_the_slope_of_the_gradient(norm, activation, loss):
    net, x, labels, v, _ = case(norm, activation, seed=3)
    goal = labels if loss == "softmax" else np.eye(3)[labels] * 2 - 0.5
    product = hessian_vector_product(net, x, goal, v, loss)
    h = 1e-5 if activation == "relu" else 1e-4  # short of every kink
    at = lambda t: loss_and_grads(moved(net, v, t), x, goal, loss)[1]
    grads = {t: at(t * h) for t in (-2, -1, 1, 2)}
    for i, layer in enumerate(product):
        assert layer.keys() == net.params[i].keys()
        for name, given in layer.items():
            ahead, back, far, far_back = (grads[t][i][name] for t in (1, -1, 2, -2))
            slope = (8 * (ahead - back) - (far - far_back)) / (12 * h)
            assert given.shape == net.params[i][name].shape
            assert np.abs(given - slope).max() <= 2e-8 * max(1, np.abs(slope).max()), (i, name)


@pytest.mark.parametrize("activation", ACTS)
@pytest.mark.parametrize("norm", ["none", "batch", "frozen"])
def test_the_hessian_is_symmetric(norm, activation):
    net, x, labels, u, v = case(norm, activation, seed=1)
    left = inner(u, hessian_vector_product(net, x, labels, v))
    right = inner(v, hessian_vector_product(net, x, labels, u))
    np.testing.assert_allclose(left, right, rtol=1e-10)


def test_the_hessian_of_one_linear_layer_is_that_of_softmax_regression():
    net, x, labels, v, _ = case("none", "linear", sizes=(4, 3))
    logits = x @ net.params[0]["w"] + net.params[0]["b"]
    p = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    moves = x @ v[0]["w"] + v[0]["b"]
    speeds = np.stack([[(np.diag(q) - np.outer(q, q)) @ z for q, z in zip(*pair)] for pair in zip(p, moves)]) / 8
    product = hessian_vector_product(net, x, labels, v)
    np.testing.assert_allclose(product[0]["w"], x.transpose(0, 2, 1) @ speeds, atol=1e-14)
    np.testing.assert_allclose(product[0]["b"], speeds.sum(axis=1, keepdims=True), atol=1e-14)


def test_stretching_weights_before_batch_norm_only_shrinks_their_gradient():
    """eps = 0: the gradient at a w is that at w over a, so the Hessian times w is minus the gradient."""
    net, x, labels, v, _ = case("batch", "tanh", eps=0.0)
    zero = [{n: np.zeros_like(p) for n, p in layer.items()} for layer in v]
    along = [{**zero[0], "w": net.params[0]["w"]}, *zero[1:]]
    _, grads, _ = loss_and_grads(net, x, labels)
    product = hessian_vector_product(net, x, labels, along)
    np.testing.assert_allclose(product[0]["w"], -grads[0]["w"], atol=1e-13)
    assert max(np.abs(p).max() for layer in product[1:] for p in layer.values()) < 1e-13


def test_networks_of_a_stack_are_alone_and_float32_stays():
    net, x, labels, v, _ = case("batch", "relu", seed=2)
    quiet = [{n: p * np.array([1.0, 0.0])[:, None, None] for n, p in layer.items()} for layer in v]
    both, one = (hessian_vector_product(net, x, labels, vectors) for vectors in (v, quiet))
    assert all(np.array_equal(a[n][0], b[n][0]) and not b[n][1].any() for a, b in zip(both, one) for n in a)
    small = replace(net, params=[{n: p.astype(np.float32) for n, p in layer.items()} for layer in net.params])
    product = hessian_vector_product(small, x.astype(np.float32), labels, v)
    assert {p.dtype for layer in product for p in layer.values()} == {np.dtype(np.float32)}
    for low, high in zip(product, both, strict=True):
        for name, p in low.items():
            np.testing.assert_allclose(p, high[name], atol=5e-4 * max(1, np.abs(high[name]).max()))


def test_every_activation_of_a_network_is_known():
    assert set(ACTIVATIONS) == set(ACTS)


def test_wrong_arguments_are_named():
    net, x, labels, v, _ = case("batch", "tanh")
    with pytest.raises(ValueError, match=r"norm is 'other'; allowed are 'none', 'batch'"):
        hessian_vector_product(replace(net, norm="other"), x, labels, v)
    with pytest.raises(ValueError, match="loss is 'other'"):
        hessian_vector_product(net, x, labels, v, "other")
    with pytest.raises(ValueError, match=r"vectors has the form .* allowed is that of net\.params"):
        hessian_vector_product(net, x, labels, v[1:])
    with pytest.raises(ValueError, match="vectors has the form"):
        hessian_vector_product(net, x, labels, [{"w": layer["w"]} for layer in v])


@pytest.mark.parametrize("norm", ["none", "batch", "frozen"])
def test_the_speed_of_the_logits_is_their_slope(norm):
    net, x, _, v, _ = case(norm, "tanh", seed=4)
    ahead, back = (forward(moved(net, v, t), x)[0] for t in (1e-5, -1e-5))
    np.testing.assert_allclose(logits_speed(net, x, v), (ahead - back) / 2e-5, atol=1e-7)
