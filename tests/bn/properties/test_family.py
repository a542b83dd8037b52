"""Layer, RMS, group, instance, weight norm, weight standardization, batch renorm, dynamic tanh."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bn.layers import (
    Running,
    batch_norm,
    batch_norm_inference,
    batch_renorm,
    batch_renorm_grad,
    dynamic_tanh,
    dynamic_tanh_grad,
    group_norm,
    group_norm_grad,
    instance_norm,
    layer_norm,
    layer_norm_grad,
    rms_norm,
    rms_norm_grad,
    weight_norm,
    weight_norm_grad,
    weight_norm_start,
    weight_standardization,
    weight_standardization_grad,
)  # fmt: skip
from tests.bn.properties.strategies import (
    KINDS,
    TAME,
    alike,
    batches,
    check_slope,
    eps_values,
    finite_or_refused,
    images,
    positive_eps,
    search,
    seeds,
    shapes,
    tables,
    untouched,
    vectors,
)  # fmt: skip


def channels(x):
    return x.shape[1]


def last(x):
    return x.shape[-1]


# name: (forward(x, gamma, beta, eps), backward, how many entries gamma has, shapes)
LAYERS = {
    "layer": (layer_norm, layer_norm_grad, last, shapes),
    "rms": (lambda x, g, b, eps: rms_norm(x, g, eps), rms_norm_grad, last, shapes),
    "one group": (lambda x, g, b, eps: group_norm(x, g, b, 1, eps), group_norm_grad, channels, shapes),
    "all groups": (
        lambda x, g, b, eps: group_norm(x, g, b, channels(x), eps), group_norm_grad, channels, shapes,
    ),
    "instance": (instance_norm, group_norm_grad, channels, images),
    "renorm": (
        lambda x, g, b, eps: batch_renorm(x, g, b, Running(np.ones(channels(x)), np.full(channels(x), 2.0)), eps=eps),
        batch_renorm_grad, channels, shapes,
    ),
    "tanh": (lambda x, g, b, eps: dynamic_tanh(x, 0.7, g, b), dynamic_tanh_grad, last, shapes),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYERS)
def test_finite_or_refused_with_the_shapes_and_types_of_the_docstring(name):
    forward, backward, features, shapes = LAYERS[name]

    @search
    @given(st.data(), batches(shapes, axis=0 if features is last else 1), eps_values)
    def holds(data, x, eps):
        d = features(x)
        gamma, beta, dy = data.draw(vectors(d)), data.draw(vectors(d)), data.draw(alike(x))
        with untouched(x, gamma, beta):
            result = finite_or_refused(forward, x, gamma, beta, eps)
        if result is None:
            return
        y, cache = result
        assert y.shape == x.shape and y.dtype == x.dtype and np.isfinite(y).all()
        with untouched(dy, *(part for part in cache if isinstance(part, np.ndarray))):
            gradients = finite_or_refused(backward, dy, cache)
        if gradients is not None:
            assert gradients[0].shape == x.shape and gradients[0].dtype == x.dtype
            assert gradients[-1].shape == (d,) and all(np.isfinite(part).all() for part in gradients)

    holds()


@pytest.mark.parametrize("name", LAYERS)
def test_backward_is_the_slope_of_forward(name):
    forward, backward, features, shapes = LAYERS[name]

    @search
    @given(st.data(), batches(shapes, kinds=("ordinary",), dtypes=st.just(np.float64)), positive_eps)
    def holds(data, x, eps):
        d = features(x)
        gamma, beta, dy = data.draw(vectors(d)), data.draw(vectors(d)), data.draw(alike(x))
        rng = np.random.default_rng(data.draw(seeds))
        cache = forward(x, gamma, beta, eps)[1]
        if "std" in cache._fields:
            assume(cache.std.min() > 0.1)
        gradients = backward(dy, cache)

        def loss(x, gamma):
            # Batch renorm holds its corrections, so they must not move with x; and they are clipped.
            if name == "renorm":
                fixed = batch_norm(x, np.ones(d), np.zeros(d), eps)[0]
                wide = (1, -1, *(1,) * (x.ndim - 2))
                y = gamma.reshape(wide) * (cache.r.reshape(wide) * fixed + cache.d.reshape(wide)) + beta.reshape(wide)
                return (dy * y).sum()
            return (dy * forward(x, gamma, beta, eps)[0]).sum()

        check_slope(lambda v: loss(v, gamma), x, gradients[0], rng)
        check_slope(lambda v: loss(x, v), gamma, gradients[1 if name != "tanh" else 2], rng)

    holds()


@pytest.mark.parametrize("name", ["layer", "rms", "one group", "instance", "tanh"])
def test_each_example_is_treated_alone(name):
    forward, _, features, shapes = LAYERS[name]

    @search
    @given(st.data(), batches(shapes, kinds=TAME), positive_eps)
    def holds(data, x, eps):
        gamma, beta = data.draw(vectors(features(x))), data.draw(vectors(features(x)))
        i = data.draw(st.integers(0, len(x) - 1))
        whole, single = forward(x, gamma, beta, eps)[0], forward(x[i : i + 1], gamma, beta, eps)[0]
        precision = 1e-5 if x.dtype == np.float32 else 1e-12
        np.testing.assert_allclose(single, whole[i : i + 1], rtol=precision, atol=precision * 100)

    holds()


@search
@given(st.data(), batches(shapes, kinds=TAME), positive_eps, st.sampled_from([1e-30, 0.2, 50.0]))
def test_rows_can_be_scaled_and_for_layer_norm_shifted(data, x, eps, scale):
    x = x.astype(np.float64)
    assume((x.std(axis=-1) > 1e-2).all())
    ones, zeros = np.ones(last(x)), np.zeros(last(x))
    np.testing.assert_allclose(rms_norm(scale * x, ones, 0.0)[0], rms_norm(x, ones, 0.0)[0], atol=1e-12)
    shifted = layer_norm(scale * (x + 3.0), ones, zeros, 0.0)[0]
    np.testing.assert_allclose(shifted, layer_norm(x, ones, zeros, 0.0)[0], atol=1e-8)


@search
@given(st.data(), batches(shapes, kinds=TAME, dtypes=st.just(np.float64)), positive_eps)
def test_renorm_lies_between_batch_norm_and_inference(data, x, eps):
    d = channels(x)
    running = Running(data.draw(vectors(d)), np.abs(data.draw(vectors(d))))
    gamma, beta = data.draw(vectors(d)), data.draw(vectors(d))
    y = batch_renorm(x, gamma, beta, running, 1.0, 0.0, eps)[0]
    np.testing.assert_allclose(y, batch_norm(x, gamma, beta, eps)[0], atol=1e-12 * (1 + np.abs(y).max()))
    y = batch_renorm(x, gamma, beta, running, 1e300, 1e300, eps)[0]
    expected = batch_norm_inference(x, gamma, beta, running.mean, running.var, eps)
    np.testing.assert_allclose(y, expected, atol=1e-9 * (1 + np.abs(expected).max()))


weights = batches(st.tuples(st.integers(1, 6), st.integers(1, 4)), kinds=KINDS)
stacks = batches(st.tuples(st.integers(1, 3), st.integers(1, 5), st.integers(1, 4)), kinds=KINDS, axis=2)


@search
@given(st.data(), st.one_of(weights, stacks), eps_values)
def test_weight_norm_has_the_wanted_lengths_or_is_refused(data, v, eps):
    g, dw = data.draw(vectors(v.shape[-1], v.dtype)), data.draw(alike(v))
    with untouched(v, g):
        result = finite_or_refused(weight_norm, v, g, None, eps)
    if result is None:
        return
    w, cache = result
    assert w.shape == v.shape and w.dtype == v.dtype and np.isfinite(w).all()
    if eps == 0 and 1e-10 < np.abs(v).max() < 1e10 and np.abs(v).max(axis=-2).min() > 1e-10:
        np.testing.assert_allclose(
            np.linalg.norm(w, axis=-2), np.broadcast_to(np.abs(g), w.shape[:-2] + g.shape), rtol=1e-5
        )
    gradients = finite_or_refused(weight_norm_grad, dw, cache)
    if gradients is not None:
        assert gradients[0].shape == v.shape and gradients[1].shape == g.shape
        assert all(np.isfinite(part).all() for part in gradients)


@search
@given(st.data(), st.one_of(weights, stacks), eps_values)
def test_weight_standardization_has_mean_zero_or_is_refused(data, v, eps):
    dw = data.draw(alike(v))
    with untouched(v):
        result = finite_or_refused(weight_standardization, v, 0.5, eps)
    if result is None:
        return
    w, cache = result
    assert w.shape == v.shape and w.dtype == v.dtype and np.isfinite(w).all()
    assert np.abs(w.mean(axis=-2)).max() <= (1e-5 if v.dtype == np.float32 else 1e-13) * max(1, len(v))
    dv = finite_or_refused(weight_standardization_grad, dw, cache)
    if dv is not None:
        assert dv.shape == v.shape and dv.dtype == v.dtype and np.isfinite(dv).all()


@search
@given(st.data(), batches(st.tuples(st.integers(2, 6), st.integers(1, 4)), kinds=TAME, dtypes=st.just(np.float64)))
def test_weight_gradients_are_slopes(data, v):
    g, dw = data.draw(vectors(v.shape[-1])), data.draw(alike(v))
    rng = np.random.default_rng(data.draw(seeds))
    assume(v.std(axis=0).min() > 0.3 and np.abs(v).max() < 1e4)
    dv, dg = weight_norm_grad(dw, weight_norm(v, g)[1])
    check_slope(lambda u: (dw * weight_norm(u, g)[0]).sum(), v, dv, rng)
    check_slope(lambda u: (dw * weight_norm(v, u)[0]).sum(), g, dg, rng)
    assert np.abs((dv * v).sum(axis=0)).max() < 1e-9 * (1 + np.abs(v).max()) ** 2 * (1 + np.abs(dw).max()) * 100
    dv = weight_standardization_grad(dw, weight_standardization(v)[1])
    check_slope(lambda u: (dw * weight_standardization(u)[0]).sum(), v, dv, rng)


@search
@given(st.data(), batches(tables), seeds)
def test_the_data_dependent_start_gives_mean_0_and_variance_1_or_is_refused(data, x, seed):
    v = np.random.default_rng(seed).normal(size=(x.shape[1], 3))
    found = finite_or_refused(weight_norm_start, v, x)
    if found is None:
        return
    g, b = found
    assert np.isfinite(g).all() and np.isfinite(b).all()
    if 1e-3 < np.abs(x).max() < 1e3:
        t = x.astype(np.float64) @ weight_norm(v, np.ones(3))[0]
        assume((t.std(axis=0) > 1e-3).all())
        np.testing.assert_allclose((t * g + b).mean(axis=0), 0, atol=1e-3)
        np.testing.assert_allclose((t * g + b).std(axis=0), 1, rtol=1e-3)
