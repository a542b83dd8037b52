"""The cases of the chapter on practice, at settings small enough for a test."""

import numpy as np
import pytest

from bn.data import digits
from bn.network import accuracy, forward, init, loss_and_grads
from bn.optim import train
from bn.serving import recompute_statistics
from bnbook.experiments import (
    accumulation,
    companions,
    equal_examples,
    fine_tuning,
    fold_wrongly,
    half_precision,
    sick_networks,
)
from bnbook.experiments.common import cast

SMALL = {"seeds": (0,), "steps": 150}


@pytest.fixture(scope="module")
def by_kind():
    return {kind: companions.run_accuracy(kind, sizes=(1, 8, 64), **SMALL) for kind in companions.KINDS}


def test_training_mode_in_use_is_a_disaster_on_sorted_images_and_on_single_ones(by_kind):
    mixed, alike = by_kind["mixed"], by_kind["one class"]
    assert mixed["batch"][2, 0] > 0.85 > mixed["batch"][1, 0] > 0.3 > mixed["batch"][0, 0]
    assert alike["batch"][2, 0] < 0.5
    assert mixed["running"] == alike["running"] > 0.9


def test_statistics_of_another_camera_mislead_and_new_ones_help(by_kind):
    dimmed = by_kind["dimmed"]
    assert dimmed["running"][0] < 0.7 < 0.85 < dimmed["recomputed"][0]
    np.testing.assert_array_equal(dimmed["batch"], by_kind["mixed"]["batch"])  # each batch brings its own statistics


def test_one_image_gets_other_answers_in_other_company_but_not_with_running_statistics():
    one = companions.run_one_image("mixed", size=4, draws=3)
    assert np.ptp(one["batch"][:, one["label"]]) > 0.05
    np.testing.assert_allclose(one["batch"].sum(axis=1), 1)
    other = companions.run_one_image("one class", size=4, draws=3)
    np.testing.assert_array_equal(one["running"], other["running"])
    alone = companions.run_one_image("mixed", size=1, draws=3)
    assert np.ptp(alone["batch"], axis=0).max() == 0


@pytest.mark.parametrize("norm", ["none", "batch"])
def test_accumulated_gradients_are_the_mean_over_the_micro_batches(norm):
    data = digits((0, 1))
    net = init((64, 6, 10), norm=norm, seeds=(0, 1))
    images, labels = (a[:, :12] for a in data.train((0, 1)))
    loss, grads, _ = accumulation.accumulated(net, images, labels, 4)
    parts = [loss_and_grads(net, images[:, i : i + 4], labels[:, i : i + 4]) for i in (0, 4, 8)]
    np.testing.assert_allclose(loss, np.mean([part[0] for part in parts], axis=0), rtol=1e-12)
    for i, layer in enumerate(grads):
        for name, g in layer.items():
            mean = np.mean([part[1][i][name] for part in parts], axis=0)
            np.testing.assert_allclose(g, mean, rtol=1e-10, atol=1e-13)
    whole = loss_and_grads(net, images, labels)[1]
    difference = accumulation.relative_difference(grads, whole).max()
    assert difference < 1e-14 if norm == "none" else difference > 0.1


def test_accumulation_hurts_in_tiny_pieces_and_not_in_large_ones():
    runs = {m: accumulation.run(m, steps=60, every=60, seeds=(0,)) for m in (2, 16, 64)}
    end = {m: run["accuracy"][-1, 0] for m, run in runs.items()}
    assert end[2] < 0.5 < 0.8 < end[16] and abs(end[16] - end[64]) < 0.06
    assert runs[64]["difference"].max() == 0 < 0.3 < runs[16]["difference"].min() < runs[2]["difference"].min()


def test_the_running_statistics_move_once_per_micro_batch():
    net = init((64, 6, 10), norm="batch")
    images, labels = (a[:, :12] for a in digits((0,)).train((0,)))
    trace = accumulation.accumulated(net, images, labels, 4)[2]
    moved = accumulation.statistics_moved(net, trace, 3)
    means = trace.norm_caches[0].mu[:, 0]
    expected = 0.1 * (means[2] + 0.9 * means[1] + 0.81 * means[0])
    np.testing.assert_allclose(moved.running[0].mean[0, 0], expected, rtol=1e-12)
    assert moved.running[0].batches == 3


def test_float16_is_rounded_as_numpy_does_and_bfloat16_to_eight_bits():
    x = np.random.default_rng(0).normal(size=1000).astype(np.float32)
    np.testing.assert_array_equal(half_precision.rounded(x, "float16"), x.astype(np.float16))
    coarse = half_precision.rounded(x, "bfloat16")
    assert (np.abs(coarse / x - 1) <= 2**-8).all()
    mantissa, _ = np.frexp(coarse.astype(np.float64))
    np.testing.assert_array_equal(mantissa * 2**8, np.round(mantissa * 2**8))
    ties = np.array([1 + 2**-8, 1 + 3 * 2**-8, -1 - 2**-8], np.float32)
    np.testing.assert_array_equal(half_precision.rounded(ties, "bfloat16"), [1, 1 + 2**-6, -1])


def test_sums_of_squares_overflow_in_float16_silently():
    error = half_precision.run("float16", 0, 1e-5, (10.0, 21.5))["error"]
    assert error[:2, 0].max() < 0.01 and (error[:2, 1] == 1).all() and error[2].max() < 1e-3


def test_a_mean_far_from_zero_costs_digits_in_one_pass_first():
    one, two, single = half_precision.run("float16", 10, 1e-5)["error"][:, 0]
    assert one > 5 * two > 5 * single
    assert np.isnan(half_precision.run("bfloat16", 30, 1e-5, (0.1,))["error"][0, 0])  # a negative variance
    assert np.isnan(half_precision.run("float16", 0, 1e-8, (1e-5,))["error"][:2]).all()  # eps has become 0


@pytest.mark.parametrize("padding", [0, 1])
def test_only_the_right_fold_is_exact_and_the_norm_before_only_without_padding(padding):
    error = {case: fold_wrongly.run(case, 1e-4, padding)["error"] for case in fold_wrongly.CASES}
    assert error.pop("right") < 1e-12
    assert (error.pop("order") < 1e-12) == (padding == 0)
    assert min(error.values()) > 1e-3
    assert fold_wrongly.run("eps", 10.0)["error"] < 1e-6 < 0.1 < fold_wrongly.run("eps", 1e-5)["error"]


def test_fine_tuning_frozen_live_and_renewed():
    """Settings (camera, way, batch size, steps, rate) of which the chapter speaks, for one seed."""
    run = fine_tuning.run(0, batch_sizes=(2, 20), steps=(25, 100), rates=(0.005, 0.1), first_steps=150)
    live, frozen, renewed = np.moveaxis(run["accuracy"], 1, 0)  # cameras, sizes, steps, rates
    same, dimmed = range(2)
    assert (
        live[same, 0, 1, 0] + 0.05 < frozen[same, 0, 1, 0] and abs(frozen[same, 0, 1, 0] - run["before"][same]) < 0.02
    )
    assert run["renewed_before"][dimmed] > run["before"][dimmed] + 0.2
    assert renewed[dimmed, 1, 1, 0] > frozen[dimmed, 1, 1, 0] + 0.02
    assert renewed[dimmed, 0, 1, 1] < 0.5 < renewed[dimmed, 0, 1, 0]  # with fixed statistics large steps are ruinous
    assert live[dimmed, 1, 1, 1] > 0.8 and not run["diverged"][:, 0].any()  # and a live layer bears them


def test_the_tuned_images_are_not_those_of_the_first_training(monkeypatch):
    seen = []

    def train(net, data, *rest, **more):
        seen.append(data.train_x[0])
        return fine_tuning_train(net, data, *rest, **more)

    fine_tuning_train = fine_tuning.train
    monkeypatch.setattr(fine_tuning, "train", train)
    fine_tuning.run(0, cameras=("same",), batch_sizes=(20,), rates=(0.005,), steps=(2,), first_steps=2)
    first, *tuned = seen
    assert all(len(images) == fine_tuning.IMAGES for images in tuned)
    assert not (first[:, None] == tuned[0][None, :5]).all(axis=-1).any()


@pytest.mark.parametrize("norm", ["none", "batch"])
def test_small_batches_are_counted_by_steps_and_by_examples(norm):
    """Each count is the same training run as alone."""
    settings = {"shapes": ((1, 8),), "rates": (0.1,), "norms": (norm,)}
    both = equal_examples.run(0, batch_sizes=(64, 16), steps=3, examples=640, **settings)
    assert both["accuracy"].shape == (1, 1, 2, 2, 1) and not both["diverged"].any()
    data = cast(digits((0,)), np.float32)
    start = init((64, 8, 10), norm=norm, dtype=np.float32)
    for m, size in enumerate((64, 16)):
        for c, steps in enumerate((3, 640 // size)):
            net = train(start, data, 0.1, batch_size=size, steps=steps)[0]
            images, labels = data.test((0,))
            right = accuracy(forward(net, images, training=False)[0], labels)
            assert both["accuracy"][0, 0, m, c] == pytest.approx(right)
    if norm == "batch":
        fresh = recompute_statistics(net, data.train((0,))[0])
        right = accuracy(forward(fresh, images, training=False)[0], labels)
        assert both["recomputed"][0, 1, 1] == pytest.approx(right)


def test_the_faults_of_the_clinic_are_what_they_are_called():
    healthy, lag = (sick_networks.layers(fault)[1] for fault in ("none", "lag"))
    assert np.abs(lag.running_mean).max() < 0.3 < np.abs(healthy.running_mean).max()
    assert sick_networks.layers("four")[0].m == 4
    assert (sick_networks.layers("dead")[1].output[:, : sick_networks.SILENCED] <= 0).all()
