"""Findings of the chapter on tuning: who chooses a rate, whether gradients are right, where folds are."""

import numpy as np
import pytest

from bn.layers import batch_norm, group_norm
from bn.network import forward, init
from bnbook.experiments import anchored, best_rates, convolutional, folds
from bnbook.experiments.own_best import at_own_best, chosen, usual
from tests.experiments.slopes import both_slopes


def test_a_seed_is_judged_at_the_rate_that_the_others_choose():
    scores = np.array([[0.0, 9.0, 1.0], [5.0, 0.0, 1.0], [5.0, 0.0, 1.0]])
    assert chosen(scores).tolist() == [0, 1, 1]  # no seed helps to choose its own
    assert at_own_best(scores).tolist() == [0, 0, 0] and usual(scores) == 1
    assert at_own_best(scores, scores + 10).tolist() == [10, 10, 10]
    for wrong, words in ((scores[:1], "two seeds"), (scores[0], "shape"), (np.full((2, 2), np.nan), "not finite")):
        with pytest.raises(ValueError, match=words):
            chosen(wrong)


@pytest.mark.parametrize("method", convolutional.METHODS)
def test_the_gradient_of_the_convolutional_network_is_the_slope_of_its_loss(method):
    rng = np.random.default_rng(0)
    images, labels = rng.normal(size=(5, 1, 14, 14)), rng.integers(0, 10, 5)
    params = [{name: p.astype(float) for name, p in layer.items()} for layer in convolutional.start(0, 2, method)]
    difference, slope = both_slopes(lambda p: convolutional.loss_and_grads(p, images, labels, method)[:2], params, rng)
    np.testing.assert_allclose(difference, slope, rtol=1e-6)


def test_the_norms_of_the_convolutional_network_are_those_of_bn():
    z = np.random.default_rng(1).normal(2, 3, size=(1, 4, 8, 5, 5))
    ones, zeros = np.ones(8), np.zeros(8)
    layer = {"gamma": np.ones((1, 1, 8, 1, 1)), "beta": np.zeros((1, 1, 8, 1, 1))}
    wanted = {
        "batch": batch_norm(z[0], ones, zeros)[0],
        "group": group_norm(z[0], ones, zeros, 4)[0],
        "layer": group_norm(z[0], ones, zeros, 1)[0],
    }
    for method, expected in wanted.items():
        y, _ = convolutional._normalized(z, layer, method, None)
        np.testing.assert_allclose(y[0], expected, atol=1e-12)
    statistics = [batch_norm(z[0], ones, zeros)[1]]
    in_use, _ = convolutional._normalized(
        z, layer, "batch", (statistics[0].mu[None, None, :, None, None], statistics[0].var[None, None, :, None, None])
    )
    np.testing.assert_allclose(in_use[0], wanted["batch"], atol=1e-12)


def test_a_network_that_diverges_keeps_what_it_had_and_is_counted():
    rng = np.random.default_rng(0)
    images, labels = rng.normal(size=(64, 1, 14, 14)).astype(np.float32), rng.integers(0, 10, 64)
    params, _, lost = convolutional.trained(images, labels, "none", 32, (0.01, 1e6), 0, 128)
    assert lost.tolist() == [False, True]
    assert all(np.isfinite(p).all() for layer in params for p in layer.values())


def test_anchored_folds_go_through_the_mean_of_what_each_layer_is_given():
    x = np.random.default_rng(0).normal(3, 1, (64, 2))
    net = init((2, 16, 16, 2), seeds=(0, 1))
    for scaled in (False, True):
        _, trace = forward(anchored.anchored(net, x, scaled), x)
        for y in trace.y:
            np.testing.assert_allclose(y.mean(axis=1), 0, atol=1e-12)
            assert ((y > 0).any(axis=1) & (y < 0).any(axis=1)).all()
            assert not scaled or np.allclose(y.std(axis=1), 1)


def test_places_and_methods_are_judged_by_name():
    seeds, looks = 8, best_rates.LOOKS + 1
    accuracy = np.full((seeds, 4, 3, 3, 6, looks), 0.5)
    accuracy[:, 1, 1, 2, 3, 8:] = 0.95  # large batches, batch norm, Adam, the fourth rate
    seen = np.tile(np.arange(looks) * 1000.0, (seeds, 4, 1))
    found = best_rates.judged({"accuracy": accuracy, "seen": seen}, "large batches")
    own = found["batch", "adam"]
    assert own["final"].median == pytest.approx(95) and own["final_more"].more == 8 and own["rate"] == 0.00316
    assert own["seen"].median == 8000 and own["reached"] == 8 and not own["edge"]
    assert found["none", "sgd"]["reached"] == 0 and found["none", "sgd"]["seen"].median == 17_000


def test_regions_are_counted_as_different_rows():
    on = np.array([[0, 1, 1], [1, 1, 1], [0, 1, 1], [0, 0, 0]], bool)
    assert folds.pieces(on) == 3


def test_a_seed_of_a_short_run_has_the_shapes_that_are_told():
    run = anchored.of_seed(2, tasks=("moons",), steps=20)
    assert run["accuracy"].shape == (1, 5, 6, 3) and run["parting"].shape == (1, 5, 3)
    assert np.isnan(run["parting"][0, :, 2]).all() and (run["parting"][0, 2:, :2] == 1).all()
