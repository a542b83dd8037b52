"""Convolution and pooling: by loops, gradients as slopes, stacks, and what does not fit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bn.layers import (
    average_pool,
    average_pool_grad,
    batch_norm,
    batch_norm_grad,
    convolve,
    convolve_grad,
    linear,
    max_pool,
    max_pool_grad,
    relu,
    relu_grad,
)
from tests.bn.properties.strategies import search, seeds, untouched

POOLS = {"max": (max_pool, max_pool_grad, np.max), "average": (average_pool, average_pool_grad, np.mean)}


def convolved_by_loops(x, w, b, padding, stride):
    """The definition, place by place."""
    n, _, height, width = x.shape
    padded = np.zeros((n, x.shape[1], height + 2 * padding, width + 2 * padding))
    padded[:, :, padding : padding + height, padding : padding + width] = x
    kh, kw = w.shape[2:]
    rows, columns = (range(0, size - k + 1, stride) for size, k in zip(padded.shape[2:], (kh, kw), strict=True))
    y = np.zeros((n, len(w), len(rows), len(columns)))
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            seen = padded[:, None, :, row : row + kh, column : column + kw]
            y[:, :, i, j] = (seen * w).sum(axis=(2, 3, 4)) + b
    return y


@search
@given(st.data(), seeds)
def test_a_convolution_is_its_definition_and_its_gradient_the_slope(data, seed):
    rng, size = np.random.default_rng(seed), lambda low, high: data.draw(st.integers(low, high))
    n, c, o, kh, kw, padding, stride = (size(1, 3) for _ in range(7))
    padding -= 1
    x = rng.normal(size=(n, c, kh + size(0, 4), kw + size(0, 4)))
    w, b = rng.normal(size=(o, c, kh, kw)), rng.normal(size=o)
    with untouched(x, w, b):
        y, cache = convolve(x, w, b, padding, stride)
        np.testing.assert_allclose(y, convolved_by_loops(x, w, b, padding, stride), rtol=1e-12, atol=1e-12)
        dy = rng.normal(size=y.shape)
        grads = convolve_grad(dy, cache)
    for given_one, gradient in zip((x, w, b), grads, strict=True):
        assert gradient.shape == given_one.shape
    for i, gradient in enumerate(grads):  # y is linear in each: the slope along a direction is y of the direction
        arrays, direction = [x, w, b], rng.normal(size=(x, w, b)[i].shape)
        arrays[i] = arrays[i] + direction
        moved = convolve(*arrays, padding, stride)[0] - y
        assert (gradient * direction).sum() == pytest.approx((dy * moved).sum(), rel=1e-9, abs=1e-9)
    assert convolve_grad(dy, cache, input_too=False)[0] is None
    assert convolve_grad(dy, convolve(x, w, None, padding, stride)[1])[2] is None


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("bias", [False, True])
def test_a_stack_is_what_its_networks_are_alone(shared, bias):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4, 2, 6, 5) if shared else (3, 4, 2, 6, 5))
    w, b = rng.normal(size=(3, 7, 2, 3, 2)), rng.normal(size=(3, 1, 7)) if bias else None
    y, cache = convolve(x, w, b, 1, 2)
    dy = rng.normal(size=y.shape)
    dx, dw, db = convolve_grad(dy, cache)
    assert dx.shape == (3, 4, 2, 6, 5) and dw.shape == w.shape and (db is None or db.shape == b.shape)
    for k in range(3):
        alone, own = convolve(x if shared else x[k], w[k], b[k, 0] if bias else None, 1, 2)
        np.testing.assert_allclose(y[k], alone, rtol=1e-13, atol=1e-13)
        for ours, theirs in zip((dx[k], dw[k], db[k, 0] if bias else None), convolve_grad(dy[k], own), strict=True):
            assert (ours is None and theirs is None) or np.allclose(ours, theirs, rtol=1e-12, atol=1e-12)


def test_a_filter_of_one_pixel_is_a_linear_layer():
    rng = np.random.default_rng(1)
    x, w = rng.normal(size=(5, 3, 1, 1)), rng.normal(size=(4, 3, 1, 1))
    np.testing.assert_allclose(convolve(x, w)[0][:, :, 0, 0], linear(x[:, :, 0, 0], w[:, :, 0, 0].T)[0], rtol=1e-13)


@pytest.mark.parametrize("stride", [None, 1, 2, 3])
@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("name", POOLS)
def test_pooling_takes_each_window_and_its_gradient_is_the_slope(name, size, stride, is_the_slope):
    pool, gradient, taken = POOLS[name]
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3, 7, 8))
    with untouched(x):
        y, cache = pool(x, size, stride)
    step = stride or size
    assert y.shape == (2, 3, (7 - size) // step + 1, (8 - size) // step + 1)
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            window = x[:, :, i * step : i * step + size, j * step : j * step + size]
            np.testing.assert_allclose(y[:, :, i, j], taken(window, axis=(2, 3)), rtol=1e-14)
    dy = rng.normal(size=y.shape)
    is_the_slope(lambda v: (pool(v, size, stride)[0] * dy).sum(), [x], [gradient(dy, cache)], rng, h=1e-5, rel=1e-7)


def test_of_equal_numbers_the_first_gets_the_gradient_and_the_rest_belongs_to_no_window():
    x = np.zeros((1, 1, 3, 5))
    dx = max_pool_grad(np.array([[[[1.0, 2.0]]]]), max_pool(x)[1])
    np.testing.assert_array_equal(dx[0, 0], [[1, 0, 2, 0, 0], [0] * 5, [0] * 5])
    np.testing.assert_array_equal(average_pool_grad(np.ones((1, 1, 1, 2)), average_pool(x)[1])[0, 0, :, 4], 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_types_stay(dtype):
    x, w, b = np.ones((2, 1, 4, 4), dtype), np.ones((3, 1, 2, 2), dtype), np.ones(3, dtype)
    y, cache = convolve(x, w, b)
    pooled, pools = zip(*(pool(y) for pool, _, _ in POOLS.values()), strict=True)
    back = [grad(p, c) for (_, grad, _), p, c in zip(POOLS.values(), pooled, pools, strict=True)]
    assert {a.dtype for a in (y, *pooled, *back, *convolve_grad(y, cache))} == {np.dtype(dtype)}


def test_a_small_network_of_all_of_them_has_the_right_gradients(is_the_slope):
    """Convolution, batch norm over (N, H, W), ReLU, both pools."""
    rng = np.random.default_rng(2)
    x, w, gamma, beta = (
        rng.normal(size=(4, 2, 8, 8)),
        rng.normal(size=(3, 2, 3, 3)),
        rng.normal(2, 1, 3),
        rng.normal(size=3),
    )
    dy = rng.normal(size=(4, 3, 2, 2))

    def run(x, w, gamma, beta):
        z, one = convolve(x, w, padding=1)
        y, two = batch_norm(z, gamma, beta)
        a, three = relu(y)
        p, four = max_pool(a)
        q, five = average_pool(p)
        return q, (one, two, three, four, five)

    _, (one, two, three, four, five) = run(x, w, gamma, beta)
    dz, dgamma, dbeta = batch_norm_grad(relu_grad(max_pool_grad(average_pool_grad(dy, five), four), three), two)
    dx, dw, _ = convolve_grad(dz, one)
    loss = lambda *arrays: (run(*arrays)[0] * dy).sum()
    is_the_slope(loss, [x, w, gamma, beta], [dx, dw, dgamma, dbeta], rng, h=1e-5, rel=1e-6)


X, W = np.ones((2, 3, 4, 4)), np.ones((5, 3, 3, 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: convolve(X, np.ones((5, 2, 3, 3))), r"x has shape \(2, 3, 4, 4\) and w \(5, 2, 3, 3\); allowed are"),
        (lambda: convolve(X[0], W), r"x has shape \(3, 4, 4\) and w"),
        (lambda: convolve(np.ones((2, *X.shape)), W), r"x has shape \(2, 2, 3, 4, 4\) and w"),
        (lambda: convolve(np.ones((2, *X.shape)), np.ones((3, *W.shape))), "allowed in a stack are equally many"),
        (lambda: convolve(X, np.ones((5, 3, 5, 3))), "allowed are filters no larger than the padded image"),
        (lambda: convolve(X, W, np.ones(3)), r"b has shape \(3,\); allowed is \(5,\)"),
        (lambda: convolve(X, W, padding=-1), "padding is -1; allowed are whole numbers, 0 or larger"),
        (lambda: convolve_grad(np.ones((2, 5, 3, 2)), convolve(X, W)[1]), r"dy has shape \(2, 5, 3, 2\); allowed is"),
        (lambda: max_pool(X, 5), r"x has shape \(2, 3, 4, 4\); allowed is \(N, C, H, W\) with H and W of 5 or more"),
        (lambda: max_pool(X[0], 2), r"x has shape \(3, 4, 4\); allowed is"),
        (lambda: average_pool(X, 0), "size is 0; allowed are whole numbers, 1 or larger"),
        (lambda: average_pool(X, 2.0), "size is 2.0; allowed are whole numbers"),
        (lambda: max_pool(X, 2, 0), "stride is 0; allowed are whole numbers, 1 or larger"),
        (lambda: max_pool_grad(X, max_pool(X)[1]), r"dy has shape \(2, 3, 4, 4\); allowed is \(2, 3, 2, 2\)"),
        (lambda: average_pool_grad(X, average_pool(X)[1]), r"dy has shape \(2, 3, 4, 4\); allowed is"),
    ],
)
def test_what_does_not_fit_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
