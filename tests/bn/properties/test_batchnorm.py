"""Batch norm, forward, backward, at inference: laws for every shape, type, layout and size of numbers."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from bn.layers import batch_norm, batch_norm_double_backward, batch_norm_grad, batch_norm_inference
from bn.layers.batch_normalization import along_features, batch_axes
from tests.bn.properties.strategies import (
    LAYOUTS,
    TAME,
    alike,
    batches,
    check_slope,
    eps_values,
    finite_or_refused,
    positive_eps,
    search,
    seeds,
    shapes,
    untouched,
    vectors,
)  # fmt: skip

PRECISION = {np.dtype(np.float32): 1e-6, np.dtype(np.float64): 1e-14}


def standard(x, eps):
    d = x.shape[1]
    return batch_norm(x, np.ones(d), np.zeros(d), eps)


def rows(x):
    """(m, d) in float64: for images, every pixel is a row."""
    return np.moveaxis(x, 1, -1).reshape(-1, x.shape[1]).astype(np.float64)


@search
@given(st.data(), batches(shapes), eps_values)
def test_forward_keeps_shape_type_and_arguments_and_is_finite(data, x, eps):
    gamma, beta = data.draw(vectors(x.shape[1])), data.draw(vectors(x.shape[1]))
    with untouched(x, gamma, beta):
        y, cache = batch_norm(x, gamma, beta, eps)
    assert y.shape == x.shape and y.dtype == x.dtype and cache.xhat.dtype == x.dtype
    assert cache.mu.dtype == cache.var.dtype == cache.std.dtype == np.float64
    assert cache.mu.shape == cache.var.shape == cache.std.shape == (x.shape[1],) and cache.m == len(rows(x))
    assert np.isfinite(y).all() and np.isfinite(cache.mu).all() and np.isfinite(cache.std).all()


@search
@given(batches(shapes), eps_values)
def test_xhat_has_mean_zero_mean_square_one_minus_kappa_and_is_bounded(x, eps):
    xhat, cache = standard(x, eps)
    precision, r = PRECISION[x.dtype] * 100, rows(xhat)
    assert np.abs(r.mean(axis=0)).max() <= precision * max(1, np.abs(r).max())
    assert np.abs(r).max() <= np.sqrt(cache.m - 1) * (1 + precision)
    with np.errstate(over="ignore", under="ignore"):
        kappa = np.divide(eps, cache.std**2, out=np.ones(x.shape[1]), where=cache.std > 1e-150)
    varies = (cache.std > 1e-140) & (cache.std < 1e150)
    constant = (rows(x) == rows(x)[:1]).all(axis=0)
    share = np.where(constant, 0.0, 1 - kappa)
    np.testing.assert_allclose((r**2).mean(axis=0)[varies], share[varies], rtol=precision, atol=precision)
    assert (r[:, constant] == 0).all()


@search
@given(st.data(), batches(shapes, kinds=TAME), eps_values)
def test_features_are_independent_and_examples_can_be_permuted(data, x, eps):
    y = standard(x, eps)[0]
    order = data.draw(st.permutations(range(len(x))))
    tolerance = {"rtol": PRECISION[x.dtype] * 1e4, "atol": PRECISION[x.dtype] * 1e3}
    np.testing.assert_allclose(standard(x[order], eps)[0], y[order], **tolerance)
    j = data.draw(st.integers(0, x.shape[1] - 1))
    np.testing.assert_allclose(standard(x[:, j : j + 1], eps)[0], y[:, j : j + 1], **tolerance)


@search
@given(st.data(), batches(shapes, kinds=TAME, dtypes=st.just(np.float64)))
def test_shift_and_positive_scale_change_nothing_at_eps_zero(data, x):
    shift, scale = data.draw(st.sampled_from([-1e3, 0.5, 7.0])), data.draw(st.sampled_from([1e-30, 0.3, 4.0, 1e30]))
    assume((x.var(axis=batch_axes(x)) > 1e-3).all())
    y = standard(x, 0.0)[0]
    np.testing.assert_allclose(standard((x + shift) * scale, 0.0)[0], y, atol=1e-9)
    np.testing.assert_allclose(standard(-scale * x, 0.0)[0], -y, atol=1e-11)


@search
@given(st.data(), batches(shapes), eps_values)
def test_float32_agrees_with_float64(data, x, eps):
    """As far as single precision goes: a few units in the last place of xhat, whatever mean and spread are."""
    x = x.astype(np.float32) if x.dtype == np.float32 else np.clip(x, -1e30, 1e30).astype(np.float32)
    y, cache = standard(x, eps)
    wide, wide_cache = standard(x.astype(np.float64), eps)
    np.testing.assert_allclose(y, wide, rtol=3e-6, atol=3e-7 * max(1.0, np.abs(wide).max()))
    np.testing.assert_allclose(cache.std, wide_cache.std, rtol=1e-6)


@search
@given(st.data(), batches(shapes), eps_values)
def test_the_layout_in_memory_does_not_matter(data, x, eps):
    plain = np.ascontiguousarray(x)
    dy = data.draw(alike(x))
    y, cache = standard(plain, eps)
    for layout in LAYOUTS.values():
        z, other = standard(layout(plain), eps)
        np.testing.assert_allclose(z, y, rtol=PRECISION[x.dtype] * 1e3, atol=PRECISION[x.dtype] * 100)
        one, two = finite_or_refused(batch_norm_grad, layout(dy), other), finite_or_refused(batch_norm_grad, dy, cache)
        assert (one is None) == (two is None)
    if x.ndim == 2 and x.dtype == np.float64:
        np.testing.assert_array_equal(batch_norm(x.tolist(), np.ones(x.shape[1]).tolist(), [0] * x.shape[1], eps)[0], y)


@search
@given(st.data(), batches(shapes), eps_values)
def test_backward_is_finite_or_refused_and_its_gradient_cannot_move_the_batch(data, x, eps):
    gamma, dy = data.draw(vectors(x.shape[1], x.dtype)), data.draw(alike(x))
    cache = batch_norm(x, gamma, np.zeros(x.shape[1]), eps)[1]
    with untouched(dy, gamma, *cache[:5]):
        result = finite_or_refused(batch_norm_grad, dy, cache)
    if result is None:
        return
    dx, dgamma, dbeta = result
    assert dx.shape == x.shape and dgamma.shape == dbeta.shape == (x.shape[1],)
    assert {part.dtype for part in result} == {x.dtype} and all(np.isfinite(part).all() for part in result)
    r, xhat, precision = rows(dx), rows(cache.xhat), PRECISION[x.dtype] * 30
    # By what was put in, not by dx: dx is small where dy lies along 1 and xhat.
    if cache.m == 1:
        assert (dx == 0).all()
        return
    size = np.abs(gamma / cache.std) * np.abs(rows(dy)).max(axis=0) * cache.m * max(1.0, np.abs(xhat).max() ** 2)
    if not np.isfinite(size).all():
        return
    top = np.finfo(x.dtype).max
    size = np.minimum(size, top)
    tiny = cache.m * float(np.finfo(x.dtype).smallest_subnormal)
    assert (np.abs(r.sum(axis=0)) <= precision * size + tiny).all()
    share = (xhat**2).mean(axis=0)  # 1 - kappa: what is left of the way along xhat is kappa
    leak = (gamma / cache.std).astype(np.float64) * (rows(dy) * xhat).sum(axis=0) * (1 - share)
    assert (np.abs((r * xhat).sum(axis=0) - leak) <= precision * size + tiny * max(1, np.abs(xhat).max())).all()


@search
@given(st.data(), batches(shapes, kinds=TAME, dtypes=st.just(np.float64), least=2), positive_eps)
def test_backward_is_the_slope_of_forward(data, x, eps):
    assume((np.sqrt(x.var(axis=batch_axes(x)) + eps) > 0.05).all())
    gamma, beta, dy = data.draw(vectors(x.shape[1])), data.draw(vectors(x.shape[1])), data.draw(alike(x))
    rng = np.random.default_rng(data.draw(seeds))
    dx, dgamma, dbeta = batch_norm_grad(dy, batch_norm(x, gamma, beta, eps)[1])
    h = 2e-4 if np.abs(x).max() > 100 else 2e-3
    check_slope(lambda v: (dy * batch_norm(v, gamma, beta, eps)[0]).sum(), x, dx, rng, h)
    check_slope(lambda v: (dy * batch_norm(x, v, beta, eps)[0]).sum(), gamma, dgamma, rng)
    check_slope(lambda v: (dy * batch_norm(x, gamma, v, eps)[0]).sum(), beta, dbeta, rng)


@search
@given(st.data(), batches(shapes), eps_values)
def test_double_backward_is_finite_or_refused_and_symmetric(data, x, eps):
    gamma, dy, u = data.draw(vectors(x.shape[1], x.dtype)), data.draw(alike(x)), data.draw(alike(x))
    cache = batch_norm(x, gamma, np.zeros(x.shape[1]), eps)[1]
    with untouched(dy, u, gamma, *cache[:5]):
        result = finite_or_refused(batch_norm_double_backward, u, dy, cache)
        other = finite_or_refused(batch_norm_double_backward, dy, u, cache)
    if result is None or other is None:
        return
    assert result[0].shape == result[1].shape == x.shape and result[2].shape == gamma.shape
    assert all(np.isfinite(part).all() and part.dtype == x.dtype for part in result)
    if cache.m == 1:
        assert all((part == 0).all() for part in result)
        return
    with np.errstate(over="ignore"):  # by what was put in: with two examples nothing but rounding is left
        size = np.abs(gamma / cache.std / cache.std).max() * np.abs(u).max() * np.abs(dy).max() * cache.m
    atol = PRECISION[x.dtype] * 100 * max(size, np.abs(result[0]).max())
    np.testing.assert_allclose(other[0], result[0], rtol=PRECISION[x.dtype] * 1e3, atol=atol)


@search
@given(st.data(), batches(shapes, kinds=TAME, dtypes=st.just(np.float64), least=2), positive_eps)
def test_double_backward_is_the_slope_of_backward(data, x, eps):
    assume((np.sqrt(x.var(axis=batch_axes(x)) + eps) > 0.3).all() and np.abs(x).max() < 1e4)
    d = x.shape[1]
    gamma, dy, u = data.draw(vectors(d)), data.draw(alike(x)), data.draw(alike(x))
    rng = np.random.default_rng(data.draw(seeds))

    def pulled(x, dy, gamma):
        return (u * batch_norm_grad(dy, batch_norm(x, gamma, np.zeros(d), eps)[1])[0]).sum()

    to_x, to_dy, to_gamma = batch_norm_double_backward(u, dy, batch_norm(x, gamma, np.zeros(d), eps)[1])
    check_slope(lambda v: pulled(v, dy, gamma), x, to_x, rng)
    check_slope(lambda v: pulled(x, v, gamma), dy, to_dy, rng)
    check_slope(lambda v: pulled(x, dy, v), gamma, to_gamma, rng)


@search
@given(st.data(), batches(shapes), eps_values)
def test_inference_treats_examples_alone_and_is_finite_or_refused(data, x, eps):
    d = x.shape[1]
    gamma, beta, mean = (data.draw(vectors(d)) for _ in range(3))
    var = np.abs(data.draw(vectors(d))) * data.draw(st.sampled_from([1.0, 1e-300, 1e300]))
    with untouched(x, gamma, beta, mean, var):
        y = finite_or_refused(batch_norm_inference, x, gamma, beta, mean, var, eps)
    if y is None:
        return
    assert y.shape == x.shape and y.dtype == x.dtype and np.isfinite(y).all()
    np.testing.assert_array_equal(batch_norm_inference(x[-1:], gamma, beta, mean, var, eps), y[-1:])


@search
@given(batches(shapes, kinds=TAME), positive_eps)
def test_inference_with_the_statistics_of_the_batch_is_training(x, eps):
    d, precision = x.shape[1], PRECISION[x.dtype]
    y, cache = standard(x, eps)
    z = batch_norm_inference(x, np.ones(d), np.zeros(d), cache.mu, cache.var, eps)
    scale = np.abs(x).max(axis=batch_axes(x)) / cache.std + 1
    assert (np.abs(z - y) <= 100 * precision * along_features(scale, x)).all()
