"""The widgets of the chapter on tuning, compared with `bn` and with the kept findings."""

import numpy as np
import pytest

from bn.network import Network, forward
from bnbook.experiments import best_rates, convolutional, kept
from bnbook.experiments import folds as plane
from bnbook.widgets import tuned


@pytest.fixture(scope="module")
def folds():
    return tuned.folds().check()


@pytest.mark.parametrize("norm", ["none", "batch"])
@pytest.mark.parametrize("step", [0, 20])
def test_folds_are_drawn_where_the_units_of_bn_turn_on_and_off(folds, norm, step):
    settings = {"norm": norm, "right": -1.0, "up": 0.5, "shape": 1, "seed": 3, "spread": 0.5, "shown": 8}
    seen = folds.evaluate(**settings, step=step)
    state = plane.start(3, norm, 0.5)
    data = plane.points()
    for _ in range(step):
        state, _ = plane.step(state, **data, norm=norm, shape=1, right=-1.0, up=0.5, rate=0.1)
    x = data["clouds"][1] + [-1.0, 0.5]
    net = Network(state["params"], [None, None], np.zeros(1, int), norm)
    trace = forward(net, x)[1]
    np.testing.assert_allclose(seen["x_all"], x[:, 0])
    on = np.concatenate([trace.y[0][0] > 0, trace.y[1][0] > 0], axis=1)
    assert seen["parting"] == ((on.any(axis=0)) & (~on.all(axis=0))).sum()
    assert seen["regions"] == len(np.unique(on, axis=0))
    for k in range(plane.WIDTH):  # a point on a drawn line gets exactly 0, and the mean of the points is on it at first
        ends = np.stack([seen["line_x"][k], seen["line_y"][k]], axis=1)
        on_line = ends.mean(axis=0)
        whole = np.vstack([x, ends, on_line])
        z = whole @ net.params[0]["w"][0][:, k] + (0 if norm == "batch" else net.params[0]["b"][0, 0, k])
        at = z[len(x) :]
        if norm == "batch":
            cache, own = trace.norm_caches[0], net.params[0]
            at = own["gamma"][0, 0, k] * (at - cache.mu[0, 0, k]) / cache.std[0, 0, k] + own["beta"][0, 0, k]
        np.testing.assert_allclose(at, 0, atol=1e-9)
        across = np.cross(np.append(ends[1] - ends[0], 0), np.append(x.mean(axis=0) - ends[0], 0))[2]
        assert norm == "none" or step or abs(across) < 1e-9


def test_with_batch_norm_all_folds_part_the_points_wherever_they_are(folds):
    for shape in range(3):
        for seed in (0, 7):
            seen = folds.evaluate(norm="batch", right=2.5, up=-2.0, shape=shape, seed=seed, step=0)
            assert seen["parting"] == 16
    plain = folds.evaluate(norm="none", right=2.5, up=-2.0, shape=0, seed=0, step=0)
    assert plain["parting"] < 12


def test_units_that_are_not_shown_are_out_of_the_window(folds):
    seen = folds.evaluate(norm="batch", shown=3, step=0)
    assert (np.abs(seen["line_x"][3:]).min(axis=1) + np.abs(seen["line_y"][3:]).min(axis=1) > 5).all()
    assert (seen["heights_4"] == 1).all() and (seen["heights_3"] < 0).any()


@pytest.mark.parametrize(("place", "way"), [("usual", "sgd"), ("deep", "adam")])
def test_the_ends_of_the_curves_are_those_that_the_text_quotes(place, way):
    widget = tuned.best().check()
    seen = widget.evaluate(place=place, way=way, at="own")
    told = best_rates.judged(kept.load("best-rates"), place, baseline=("none", way))
    for line, norm in (("plain", "none"), ("batchnorm", "batch"), ("othernorm", "layer")):
        assert seen[f"end_{line}"] == pytest.approx(told[norm, way]["final"].median, abs=1e-4)
        assert seen[line][-1] == pytest.approx(seen[f"end_{line}"]) and seen[f"rate_{line}"] == told[norm, way]["rate"]
    more = told["batch", way]["final_more"]
    assert (seen["more"], seen["ahead"]) == (pytest.approx(more.median, abs=1e-4), more.more)
    shared = widget.evaluate(place=place, way=way, at="batch")
    assert shared["end_batchnorm"] == seen["end_batchnorm"] and shared["rate_plain"] == shared["rate_batchnorm"]


def test_accuracies_by_batch_size_are_those_that_the_text_quotes():
    widget, run = tuned.convolution().check(), kept.load("convolution")
    for size in (2, 256):
        seen, told = widget.evaluate(batch_size=size), convolutional.judged(run, size)
        for name in ("clipped", "group", "layer"):
            assert seen[f"now_{name}"] == pytest.approx(told[name]["final"].median)
        assert seen["now_batchnorm"] == pytest.approx(told["batch"]["final"].median)
    by_rate = 100 * run["accuracy"][:, convolutional.METHODS.index("batch"), convolutional.BATCH_SIZES.index(16)]
    np.testing.assert_allclose(widget.evaluate(batch_size=16)["rates_batchnorm"], np.median(by_rate, axis=0))
