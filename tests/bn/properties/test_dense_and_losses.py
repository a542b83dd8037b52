"""The linear layer, the activations, the losses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bn.layers import (
    ACTIVATIONS,
    linear,
    linear_grad,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
    squared_error,
    squared_error_grad,
)  # fmt: skip
from tests.bn.properties.strategies import (
    TAME,
    alike,
    batches,
    check_slope,
    search,
    seeds,
    tables,
    untouched,
)  # fmt: skip

small = batches(tables, kinds=("ordinary", "offset", "constant", "small", "denormal", "zero"))


@search
@given(st.data(), small, st.integers(1, 4), st.booleans(), seeds)
def test_linear_has_the_slopes_of_its_output(data, x, fan_out, biased, seed):
    rng = np.random.default_rng(seed)
    w = rng.normal(size=(x.shape[1], fan_out)).astype(x.dtype)
    b = rng.normal(size=fan_out).astype(x.dtype) if biased else None
    with untouched(x, w):
        y, cache = linear(x, w, b)
    assert y.shape == (len(x), fan_out) and y.dtype == x.dtype
    dx, dw, db = linear_grad(np.ones_like(y), cache)
    assert dx.shape == x.shape and dw.shape == w.shape and (db is None) == (b is None)
    np.testing.assert_allclose(dx, np.tile(w.sum(axis=1), (len(x), 1)), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(dw[:, 0], x.sum(axis=0), rtol=1e-3, atol=1e-3)
    if biased:
        np.testing.assert_allclose(db, len(x))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_keep_shape_and_type_and_are_finite_for_every_finite_input(name):
    forward, backward = ACTIVATIONS[name]

    @search
    @given(st.data(), batches())
    def holds(data, x):
        with untouched(x):
            y, cache = forward(x)
        assert y.shape == x.shape and y.dtype == x.dtype and np.isfinite(y).all()
        dx = backward(data.draw(alike(x)), cache)
        assert dx.shape == x.shape and dx.dtype == x.dtype and np.isfinite(dx).all()

    holds()


@search
@given(st.data(), batches(kinds=(*TAME, "large", "huge", "constant", "small")), st.sampled_from([0.0, 1.0, 1e3]))
def test_softmax_cross_entropy_is_finite_as_far_as_it_can_be_and_its_gradient_sums_to_zero(data, logits, shift):
    labels = data.draw(st.lists(st.integers(0, logits.shape[1] - 1), min_size=len(logits), max_size=len(logits)))
    with untouched(logits):
        result = softmax_cross_entropy(logits, labels)
    loss, cache = result
    wide = np.abs(logits).max() > np.finfo(logits.dtype).max / (2 * len(logits))  # else no sum of losses can overflow
    assert loss >= 0 and (np.isfinite(loss) or wide)
    gradient = softmax_cross_entropy_grad(1.0, cache)
    assert gradient.shape == logits.shape and gradient.dtype == logits.dtype
    assert np.abs(gradient.sum(axis=1)).max() < 1e-6 and np.abs(gradient).max() <= 1.0
    if logits.dtype == np.float64 and np.abs(logits).max() < 1e4:
        np.testing.assert_allclose(softmax_cross_entropy(logits + shift, labels)[0], loss, rtol=1e-9, atol=1e-9)


@search
@given(st.data(), batches(kinds=("ordinary",), dtypes=st.just(np.float64)), seeds)
def test_gradients_of_the_losses_are_slopes(data, output, seed):
    rng = np.random.default_rng(seed)
    labels, target = rng.integers(0, output.shape[1], size=len(output)), data.draw(alike(output))
    gradient = softmax_cross_entropy_grad(1.0, softmax_cross_entropy(output, labels)[1])
    check_slope(lambda v: softmax_cross_entropy(v, labels)[0], output, gradient, rng)
    gradient = squared_error_grad(1.0, squared_error(output, target)[1])
    check_slope(lambda v: squared_error(v, target)[0], output, gradient, rng)


@search
@given(st.data(), batches())
def test_squared_error_is_finite_as_far_as_it_can_be_and_zero_only_at_the_target(data, output):
    target = data.draw(alike(output))
    with untouched(output, target):
        loss, cache = squared_error(output, target)
    largest = np.abs(output.astype(np.float64)).max() + 10
    top = float(np.finfo(output.dtype).max)
    assert loss >= 0 and (np.isfinite(loss) or largest > np.sqrt(top / output.size) / 2)
    assert np.isfinite(squared_error_grad(1.0, cache)).all() or largest > top / 4
    assert squared_error(output, output)[0] == 0
