"""Running statistics, shards, synchronized batch norm, folding."""

from functools import reduce

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from bn.layers import (
    Running,
    batch_norm,
    batch_norm_grad,
    batch_norm_inference,
    batch_norm_synchronized,
    batch_norm_synchronized_grad,
    convolve,
    linear,
    merge,
    precise_statistics,
    running_start,
    shard,
    update_running,
)  # fmt: skip
from bn.serving import fold
from tests.bn.properties.strategies import (
    TAME,
    alike,
    batches,
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


def cut(data, x):
    """x cut along its first axis at drawn places, no part empty."""
    places = data.draw(st.lists(st.integers(1, max(1, len(x) - 1)), max_size=3))
    return [part for part in np.split(x, sorted(set(places))) if len(part)]


@search
@given(st.data(), batches(shapes), eps_values, st.sampled_from([None, 0.0, 0.1, 1.0]))
def test_running_statistics_are_a_weighted_mean_or_refused(data, x, eps, momentum):
    d = x.shape[1]
    cache = batch_norm(x, np.ones(d), np.zeros(d), eps)[1]
    old = Running(data.draw(vectors(d)), np.abs(data.draw(vectors(d))), data.draw(st.integers(0, 5)))
    kind = data.draw(st.sampled_from(["biased", "unbiased"]))
    with untouched(*cache[:5], old.mean, old.var):
        new = finite_or_refused(update_running, old, cache, momentum, kind)
    if new is None:
        assert cache.var.max() > 1e300 or (kind == "unbiased" and cache.m == 1)
        return
    assert np.isfinite(new.mean).all() and np.isfinite(new.var).all() and (new.var >= 0).all()
    assert new.batches == old.batches + 1
    if momentum == 0:
        np.testing.assert_array_equal(new.mean, old.mean)
    if momentum == 1:
        np.testing.assert_allclose(new.mean, cache.mu, rtol=1e-15)


@search
@given(st.data(), batches(shapes, kinds=TAME, dtypes=st.just(np.float64)))
def test_merging_is_associative_and_gives_the_whole(data, x):
    a, b, c = map(shard, (x, data.draw(alike(x)), data.draw(alike(x, scale=100.0))))
    one, two = merge(merge(a, b), c), merge(a, merge(b, c))
    assert one.count == two.count
    np.testing.assert_allclose(one.mean, two.mean, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(one.m2, two.m2, rtol=1e-11, atol=1e-10)
    whole, parts = shard(x), reduce(merge, map(shard, cut(data, x)))
    np.testing.assert_allclose(parts.mean, whole.mean, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(parts.m2, whole.m2, rtol=1e-10, atol=1e-9)


@search
@given(batches(shapes))
def test_a_shard_is_finite_or_refused(x):
    found = finite_or_refused(shard, x)
    if found:
        assert np.isfinite(found.mean).all() and np.isfinite(found.m2).all() and found.count == x.size // x.shape[1]
        merged = finite_or_refused(merge, found, found)
        assert merged is None or (np.isfinite(merged.m2).all() and np.isfinite(merged.mean).all())


@search
@given(st.data(), batches(shapes, kinds=TAME, least=2), st.integers(2, 4))
def test_precise_statistics_are_those_of_all_examples(data, x, k):
    parts = [x, *(data.draw(alike(x)) for _ in range(k - 1))]
    d = x.shape[1]
    caches = [batch_norm(part, np.ones(d), np.zeros(d))[1] for part in parts]
    mean, var = precise_statistics([c.mu for c in caches], [c.var for c in caches], [c.m for c in caches])
    flat = np.concatenate([np.moveaxis(part, 1, -1).reshape(-1, d) for part in parts]).astype(np.float64)
    np.testing.assert_allclose(mean, flat.mean(axis=0), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(var, flat.var(axis=0), rtol=1e-5, atol=1e-6)


@search
@given(st.data(), batches(shapes), eps_values)
def test_synchronized_is_batch_norm_on_the_whole_batch_wherever_the_cuts_are(data, x, eps):
    d = x.shape[1]
    gamma, beta, dy = data.draw(vectors(d)), data.draw(vectors(d)), data.draw(alike(x))
    y, cache = batch_norm(x, gamma, beta, eps)
    parts = cut(data, x)
    with untouched(x, gamma, beta):
        results = finite_or_refused(batch_norm_synchronized, parts, gamma, beta, eps)
    if results is None:
        return
    assert all(part.dtype == x.dtype and np.isfinite(part).all() for part, _ in results)
    ordinary = (cache.std > 1e-100) & (cache.std < 1e100) & (np.abs(cache.mu) < 1e100)
    if not ordinary.all() or np.abs(cache.mu / cache.std).max() > 1e6:
        return
    precision = 1e-5 if x.dtype == np.float32 else 1e-8
    np.testing.assert_allclose(np.concatenate([part for part, _ in results]), y, rtol=precision, atol=precision * 100)
    dys = np.split(dy, np.cumsum([len(part) for part in parts])[:-1])
    whole = finite_or_refused(batch_norm_grad, dy, cache)
    found = finite_or_refused(batch_norm_synchronized_grad, dys, [c for _, c in results])
    if whole is None or found is None:
        return
    dx, dgamma, dbeta = whole
    scale = np.abs(dx).max() + np.abs(gamma / cache.std).max()
    np.testing.assert_allclose(np.concatenate(found[0]), dx, rtol=precision * 10, atol=precision * 100 * scale)
    np.testing.assert_allclose(found[1], dgamma, rtol=precision * 10, atol=precision * 100)
    np.testing.assert_allclose(found[2], dbeta, rtol=precision * 10, atol=precision * 100)


@search
@given(st.data(), batches(tables, kinds=TAME), positive_eps, seeds)
def test_a_folded_layer_is_inference(data, u, eps, seed):
    rng, d = np.random.default_rng(seed), data.draw(st.integers(1, 4))
    w, b = rng.normal(size=(u.shape[1], d)).astype(u.dtype), rng.normal(size=d).astype(u.dtype)
    gamma, beta, mean, var = data.draw(vectors(d)), rng.normal(size=d), rng.normal(size=d), rng.uniform(0, 4, d)
    with untouched(u, w, b, gamma, beta, mean, var):
        expected = batch_norm_inference(linear(u, w, b)[0], gamma, beta, mean, var, eps)
        found = linear(u, *fold(w, b, gamma, beta, mean, var, eps))[0]
    precision = 1e-5 if u.dtype == np.float32 else 1e-12
    size = (np.abs(u).max() + 1) * np.abs(gamma / np.sqrt(var + eps)).max() * 10 + 1
    assert found.dtype == u.dtype
    np.testing.assert_allclose(found, expected, atol=precision * size)


@search
@given(st.data(), batches(images, kinds=TAME, dtypes=st.just(np.float64)), positive_eps, seeds)
def test_a_folded_convolution_is_inference(data, x, eps, seed):
    rng = np.random.default_rng(seed)
    filters, padding = rng.normal(size=(2, x.shape[1], 1, 1)), data.draw(st.integers(0, 2))
    gamma, beta, mean, var = rng.normal(size=2), rng.normal(size=2), rng.normal(size=2), rng.uniform(0, 4, 2)
    expected = batch_norm_inference(convolve(x, filters, None, padding)[0], gamma, beta, mean, var, eps)
    found = convolve(x, *fold(filters, None, gamma, beta, mean, var, eps), padding)[0]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9 * (1 + np.abs(expected).max()))


@search
@given(st.data(), st.sampled_from([np.float32, np.float64]), eps_values)
def test_folding_extreme_statistics_is_finite_or_refused(data, dtype, eps):
    w = data.draw(batches(tables, dtypes=st.just(dtype)))
    d = w.shape[1]
    gamma, beta, mean = (data.draw(vectors(d)) for _ in range(3))
    var = np.abs(data.draw(vectors(d))) * data.draw(st.sampled_from([1.0, 1e-300, 1e300]))
    folded = finite_or_refused(fold, w, None, gamma, beta, mean, var, eps)
    assert folded is None or all(np.isfinite(part).all() and part.dtype == dtype for part in folded)


@search
@given(batches(tables, dtypes=st.just(np.float64), least=2), st.integers(1, 4))
def test_cumulative_statistics_are_the_mean_over_batches(x, k):
    assume(np.abs(x).max() < 1e100)
    d, running, caches = x.shape[1], running_start(x.shape[1]), []
    for j in range(k):
        caches.append(batch_norm(x * (j + 1.0), np.ones(d), np.zeros(d))[1])
        running = update_running(running, caches[-1], None)
    expected = np.mean([c.mu for c in caches], axis=0)
    np.testing.assert_allclose(running.mean, expected, rtol=1e-12, atol=1e-12 * np.abs(x).max() + 1e-320)
