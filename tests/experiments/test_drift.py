"""Figure 1 of Ioffe & Szegedy at a reduced setting: one learning rate, two seeds, 1000 steps."""

from dataclasses import replace

import numpy as np
import pytest

from bn.serving import recompute_statistics
from bnbook.experiments import drift


@pytest.fixture(scope="module")
def result():
    return drift.run(learning_rates=(0.5,), seeds=(0, 1), steps=1000)


def test_the_shapes_are_those_of_the_docstring(result):
    n, l, s, h, r, bins = 2, 1, 2, 3, 21, 64
    shapes = {
        "steps": (r,),
        "edges": (bins + 1,),
        "percentiles": (n, l, s, h, r, 3),
        "median_drift": (n, l, s, h, 100),
        "band": (n, l, s, h, 100),
        "unit": (n, l, s, h),
        "unit_percentiles": (n, l, s, h, r, 3),
        "histogram": (n, l, s, h, r, bins),
        "moved": (n, l, s, 3, h, r - 1),
        "accuracy": (n, l, s, r),
        "train_loss": (n, l, s, r - 1),
        "diverged_at": (n, l, s),
    }
    assert {key: result[key].shape for key in shapes} == shapes


def test_plain_inputs_drift_and_batch_normalized_ones_hardly_do(result):
    found = drift.summary(result)
    for measure in ("median_drift", "relative_drift", "relative_drift_most"):
        plain, batch = (found[measure][n].ravel() for n in (0, 1))
        assert (plain > 3 * batch).all()
    plain, batch = (found["spread_ratio"][n].ravel() for n in (0, 1))
    assert (plain > 10).all() and (batch < 3).all()


def test_batch_norm_learns_many_times_faster(result):
    plain, batch = drift.summary(result)["steps_to_80"]
    assert (plain > 5 * batch).all() and np.isfinite(batch).all()
    assert (drift.summary(result)["final_accuracy"][1] > 0.9).all()
    assert (result["train_loss"][1, ..., -1] < 0.25 * result["train_loss"][0, ..., -1]).all()


def test_at_the_start_batch_norm_has_mean_0_and_spread_1_in_every_layer(result):
    low, median, high = np.moveaxis(result["percentiles"][1, :, :, :, 0], -1, 0)
    assert np.abs(median).max() < 0.1
    assert low == pytest.approx(-1.05, abs=0.15) and high == pytest.approx(1.05, abs=0.15)


def test_every_value_is_counted_once(result):
    assert (result["histogram"].sum(axis=-1) == 500 * 100).all()


def test_the_mean_of_all_units_hides_how_far_each_drifts(result):
    """Units drift up and down: the range of their mean median is much less than the mean range of their medians."""
    range_of_mean = np.ptp(result["percentiles"][1, 0, :, 2, :, 1], axis=-1)
    assert (range_of_mean < 0.5 * result["median_drift"][1, 0, :, 2].mean(axis=-1)).all()


def test_the_typical_unit_s_band_is_that_of_its_percentiles(result):
    low, middle, high = np.moveaxis(result["unit_percentiles"], -1, 0)  # N L S H R
    unit = result["unit"][..., None]
    assert np.take_along_axis(result["band"], unit, axis=-1)[..., 0] == pytest.approx((high - low).mean(axis=-1))
    assert np.take_along_axis(result["median_drift"], unit, axis=-1)[..., 0] == pytest.approx(np.ptp(middle, axis=-1))


def test_batch_norm_holds_the_moments_that_it_sets_and_not_the_correlations(result):
    moved = result["moved"][:, 0].mean(axis=(1, -1))  # norms, measures, layers
    assert (moved[0, 0] > 5 * moved[1, 0]).all()
    assert (moved[1, 1] > 0.5 * moved[0, 1]).all()


def test_batch_norm_is_watched_with_the_statistics_of_the_training_images(monkeypatch):
    """Not with those of the held-out images that are looked at, which would hold mean and spread exactly."""
    seen = []

    def shifted(net, x):
        seen.append(x.shape)
        right = recompute_statistics(net, x)
        return replace(right, running=[r._replace(mean=r.mean + 3 * np.sqrt(r.var)) for r in right.running])

    monkeypatch.setattr(drift, "recompute_statistics", shifted)
    start = drift.run(learning_rates=(0.5,), steps=0)
    assert seen == [(1, 1297, 64)]
    assert start["percentiles"][1, 0, 0, 0, 0] == pytest.approx([-4.05, -3, -1.95], abs=0.25)


def test_values_beyond_the_range_go_to_the_outermost_bins():
    counts = drift.unit_histograms(np.array([[-9.0, -1.0, 0.0, 0.9, 1.0, 50.0]]), np.linspace(-1, 1, 5))
    assert counts.tolist() == [[2, 0, 1, 3]]


def test_the_typical_unit_is_the_middle_one():
    percentiles = np.zeros((4, 3, 5))
    percentiles[2, 1] = [3.0, 9.0, 1.0, 4.0, 2.0]
    assert drift.typical_unit(percentiles) == 0


def test_a_seed_alone_gives_what_it_gives_in_a_stack():
    settings = {"learning_rates": (0.5,), "steps": 60}
    both, alone = drift.run(seeds=(0, 1), **settings), drift.run(seeds=(1,), **settings)
    assert np.array_equal(both["percentiles"][:, :, 1:], alone["percentiles"])
    assert np.array_equal(both["accuracy"][:, :, 1:], alone["accuracy"])
    one = drift.of_seed(1, **settings)
    assert np.array_equal(one["histogram"], alone["histogram"][:, :, 0])
    assert one["moved"] == pytest.approx(alone["moved"][:, :, 0], rel=1e-6)
