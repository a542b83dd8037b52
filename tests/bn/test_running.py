"""Running statistics: both conventions, precise statistics, shards."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bn.layers import (
    batch_norm,
    merge,
    momentum_from_old_weight,
    precise_statistics,
    running_start,
    shard,
    update_running,
)


def cache_of(x):
    d = x.shape[1]
    return batch_norm(x, np.ones(d), np.zeros(d))[1]


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(3, 2, size=shape)


def test_momentum_weighs_the_new_value():
    x = normal(5, 2)
    running = update_running(running_start(2), cache_of(x), momentum=0.25, variance="biased")
    np.testing.assert_allclose(running.mean, 0.25 * x.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(running.var, 0.75 + 0.25 * x.var(axis=0), rtol=1e-14)
    assert running.batches == 1


def test_the_other_convention_is_reached_by_its_converter():
    x = normal(5, 2)
    decay = 0.99
    running = update_running(running_start(2), cache_of(x), momentum_from_old_weight(decay), "biased")
    np.testing.assert_allclose(running.var, decay * 1 + (1 - decay) * x.var(axis=0), rtol=1e-14)
    assert momentum_from_old_weight(1) == 0 and momentum_from_old_weight(0) == 1


def test_the_running_variance_is_unbiased_unless_asked_otherwise():
    x = normal(4, 3)
    given, biased = (update_running(running_start(3), cache_of(x), 1.0, *v) for v in ((), ("biased",)))
    np.testing.assert_allclose(given.var, x.var(axis=0, ddof=1), rtol=1e-13)
    np.testing.assert_allclose(biased.var, x.var(axis=0), rtol=1e-13)


def test_for_images_the_correction_counts_pixels():
    x = normal(2, 3, 4, 5)
    running = update_running(running_start(3), cache_of(x), 1.0)
    np.testing.assert_allclose(running.var, x.var(axis=(0, 2, 3), ddof=1), rtol=1e-13)


def test_no_momentum_is_the_cumulative_average():
    xs = normal(6, 5, 2)
    running = running_start(2)
    for x in xs:
        running = update_running(running, cache_of(x), momentum=None)
    np.testing.assert_allclose(running.mean, xs.mean(axis=(0, 1)), rtol=1e-13)
    np.testing.assert_allclose(running.var, xs.var(axis=1, ddof=1).mean(axis=0), rtol=1e-13)


def test_a_batch_of_one_has_a_biased_variance_only():
    cache = cache_of(np.array([[1.0, 2.0]]))
    with pytest.raises(ValueError, match=r'batch of one.*allowed is "biased"'):
        update_running(running_start(2), cache)
    assert (update_running(running_start(2), cache, 0.5, "biased").var == 0.5).all()


def test_the_old_statistics_are_left_as_they_were():
    old = running_start(2)
    update_running(old, cache_of(normal(5, 2)))
    assert (old.mean == 0).all() and (old.var == 1).all() and old.batches == 0


@pytest.mark.parametrize("variance", ["biased", "unbiased"])
def test_precise_statistics_are_those_of_all_examples_together(variance):
    x = normal(20, 3)
    parts = [x[:5], x[5:7], x[7:]]
    mean, var = precise_statistics(
        [p.mean(axis=0) for p in parts], [p.var(axis=0) for p in parts], [5, 2, 13], variance
    )
    np.testing.assert_allclose(mean, x.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(var, x.var(axis=0, ddof=variance == "unbiased"), rtol=1e-13)


def test_precise_statistics_of_equal_batches_exceed_the_average_variance():
    x = normal(6, 4, 3)
    mean, var = precise_statistics(x.mean(axis=1), x.var(axis=1))
    np.testing.assert_allclose(mean, x.mean(axis=(0, 1)), rtol=1e-13)
    np.testing.assert_allclose(var, x.var(axis=(0, 1)), rtol=1e-13)
    assert (var > x.var(axis=1).mean(axis=0)).all()


@given(st.lists(st.integers(1, 6), min_size=1, max_size=5), st.sampled_from([0.0, 1e8]))
@settings(max_examples=60, deadline=None)
def test_merged_shards_are_the_whole_batch(sizes, mean):
    x = normal(sum(sizes), 3) + mean
    parts = np.split(x, np.cumsum(sizes)[:-1])
    merged = shard(parts[0])
    for part in parts[1:]:
        merged = merge(merged, shard(part))
    whole = shard(x)
    assert merged.count == whole.count == len(x)
    np.testing.assert_allclose(merged.mean, whole.mean, rtol=1e-14)
    np.testing.assert_allclose(merged.m2, whole.m2, rtol=1e-7 if mean else 1e-12, atol=1e-12)
    np.testing.assert_allclose(whole.m2, ((x - x.mean(axis=0)) ** 2).sum(axis=0), rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: update_running(running_start(3), c), r"running.mean has shape \(3,\); allowed is \(2,\)"),
        (
            lambda c: update_running(running_start(2), c, 1.5),
            "momentum is 1.5; allowed is a number from 0 to 1",
        ),
        (lambda c: update_running(running_start(2), c, True), "momentum is True"),
        (
            lambda c: update_running(running_start(2), c, variance="sample"),
            "variance is 'sample'; allowed are 'unb",
        ),
        (lambda c: momentum_from_old_weight(-0.1), "old_weight is -0.1"),
        (lambda c: precise_statistics(np.ones((2, 3)), np.ones((3, 2))), r"variances has shape \(3, 2\)"),
        (lambda c: precise_statistics(np.ones((0, 3)), np.ones((0, 3))), r"mus has shape \(0, 3\)"),
        (lambda c: precise_statistics(np.ones((2, 3)), np.ones((2, 3)), [4, 0]), "counts is"),
        (
            lambda c: precise_statistics(np.ones((2, 3)), np.ones((2, 3)), variance="unbiased"),
            "counts is None",
        ),
        (lambda c: merge(shard(np.ones((2, 3))), shard(np.ones((2, 2)))), r"b has shape \(2,\)"),
        (lambda c: shard(np.array([[np.nan]])), "x holds nan"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(cache_of(normal(4, 2)))
