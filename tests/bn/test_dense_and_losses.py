"""Linear layer, activations and losses: gradients are slopes; stacks are what their networks are alone."""

import numpy as np
import pytest

from bn.layers import (
    ACTIVATIONS,
    LOSSES,
    linear,
    linear_grad,
    sigmoid,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
    squared_error,
)


def draw(*shapes, seed=0):
    rng = np.random.default_rng(seed)
    return rng, *(rng.normal(size=shape) for shape in shapes)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "shapes",
    [((6, 4), (4, 3), (3,), (6, 3)), ((2, 6, 4), (2, 4, 3), (2, 1, 3), (2, 6, 3))],
)
def test_linear_gradient_is_the_slope(shapes, seed, is_the_slope):
    rng, x, w, b, dy = draw(*shapes, seed=seed)
    _, cache = linear(x, w, b)
    is_the_slope(lambda x, w, b: (dy * linear(x, w, b)[0]).sum(), (x, w, b), linear_grad(dy, cache), rng)


def test_linear_without_bias_and_with_a_shared_input():
    _, x, w, dy = draw((6, 4), (5, 4, 3), (5, 6, 3))
    y, cache = linear(x, w)
    dx, dw, db = linear_grad(dy, cache)
    assert y.shape == (5, 6, 3) and dx.shape == (5, 6, 4) and db is None
    np.testing.assert_allclose(y[2], x @ w[2])
    np.testing.assert_allclose(dw[2], x.T @ dy[2])
    assert linear_grad(dy, cache, input_too=False)[0] is None


@pytest.mark.parametrize("shape", [(5, 4), (3, 5, 4)])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_gradient_is_the_slope(name, shape, is_the_slope):
    rng, x, dy = draw(shape, shape)
    x[np.abs(x) < 0.05] = 0.3  # off the kink of relu
    forward, gradient = ACTIVATIONS[name]
    is_the_slope(lambda x: (dy * forward(x)[0]).sum(), (x,), (gradient(dy, forward(x)[1]),), rng)


def test_sigmoid_is_exact_at_both_ends():
    y, _ = sigmoid(np.array([-1000.0, -40.0, 0.0, 40.0, 1000.0]))
    np.testing.assert_allclose(y, [0, np.exp(-40), 0.5, 1 - np.exp(-40), 1], rtol=1e-15)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_keep_float32(name):
    y, cache = ACTIVATIONS[name][0](np.float32([[1, -2]]))
    assert y.dtype == ACTIVATIONS[name][1](np.float32([[1, 1]]), cache).dtype == np.float32


@pytest.mark.parametrize("stack", [(), (3,)])
@pytest.mark.parametrize("name", LOSSES)
def test_loss_gradient_is_the_slope(name, stack, is_the_slope):
    rng, output = draw((*stack, 7, 4))
    target = rng.integers(0, 4, (*stack, 7)) if name == "softmax" else rng.normal(size=output.shape)
    dloss = rng.normal(size=stack)
    value, gradient = LOSSES[name]
    losses, cache = value(output, target)
    assert np.shape(losses) == stack
    is_the_slope(lambda o: (dloss * value(o, target)[0]).sum(), (output,), (gradient(dloss, cache),), rng)


@pytest.mark.parametrize("name", LOSSES)
def test_a_stack_is_its_networks_one_by_one_also_with_shared_targets(name):
    rng, output = draw((3, 7, 4))
    target = rng.integers(0, 4, 7) if name == "softmax" else rng.normal(size=(7, 4))
    value, gradient = LOSSES[name]
    losses, cache = value(output, target)
    together = gradient(1.0, cache)
    for k in range(3):
        loss, alone = value(output[k], target)
        assert loss == pytest.approx(losses[k], rel=1e-14)
        np.testing.assert_allclose(gradient(1.0, alone), together[k], rtol=1e-13)


def test_softmax_of_huge_logits_does_not_overflow():
    loss, cache = softmax_cross_entropy(np.array([[1e308, -1e300, 0.0]]), np.array([0]))
    assert loss == 0
    np.testing.assert_array_equal(softmax_cross_entropy_grad(1.0, cache), [[0, 0, 0]])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: linear(np.ones((2, 3)), np.ones((4, 2))), r"x has shape \(2, 3\) and w \(4, 2\)"),
        (
            lambda: linear(np.ones((2, 3)), np.ones((3, 2)), np.ones(3)),
            r"b has shape \(3,\); allowed is \(2,\)",
        ),
        (
            lambda: softmax_cross_entropy(np.ones((2, 3)), [0, 3]),
            "labels run from 0 to 3; allowed are 0 to 2",
        ),
        (lambda: softmax_cross_entropy(np.ones((2, 3)), [0, -1]), "labels run from -1"),
        (lambda: softmax_cross_entropy(np.ones((2, 3)), [0, 1, 2]), r"labels have shape \(3,\)"),
        (lambda: softmax_cross_entropy(np.ones((2, 3)), [0.0, 1.0]), "labels have dtype float64"),
        (lambda: softmax_cross_entropy(np.ones((0, 3)), np.ones(0, int)), r"logits have shape \(0, 3\)"),
        (lambda: squared_error(np.ones((2, 3)), np.ones((3, 2))), r"target has shape \(3, 2\)"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_relu_passes_nothing_at_zero():
    y, cache = ACTIVATIONS["relu"][0](np.array([-1.0, 0.0, 2.0]))
    assert list(y) == [0, 0, 2] and list(ACTIVATIONS["relu"][1](np.ones(3), cache)) == [0, 0, 1]
