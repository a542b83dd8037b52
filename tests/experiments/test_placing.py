"""Where the norm stands, the dose of its noise, new statistics for new images: are the experiments what they say?"""

import numpy as np
import pytest

from bn.data import digits
from bn.network import forward, init, loss_and_grads
from bnbook.experiments import adapting, dose, placing
from bnbook.experiments.ghost import grouped_gradient
from tests.experiments.slopes import both_slopes


@pytest.mark.parametrize("place", placing.PLACES)
@pytest.mark.parametrize("network", ["dense", "conv"])
def test_the_gradient_is_the_slope_of_the_loss_wherever_the_norm_stands(network, place):
    rng = np.random.default_rng(0)
    images = rng.normal(size=(6, 1, 14, 14) if network == "conv" else (6, 64))
    labels = rng.integers(0, 10, 6)
    params = [{n: p.astype(float) for n, p in layer.items()} for layer in placing.start(0, network, place, 2)]
    for layer in params[:-1]:  # no ReLU stands at its kink
        layer[("beta" if place == "before" else "b")] += 0.1
    _, grads, _ = placing.loss_and_grads(params, images, labels, place)
    assert [set(g) for g in grads] == [set(layer) for layer in params]
    difference, slope = both_slopes(lambda p: placing.loss_and_grads(p, images, labels, place)[:2], params, rng)
    np.testing.assert_allclose(difference, slope, rtol=1e-5)


@pytest.mark.parametrize(("place", "norm"), [("none", "none"), ("before", "batch")])
def test_a_dense_network_is_that_of_the_library(place, norm):
    rng = np.random.default_rng(1)
    x, labels = rng.normal(size=(20, 64)), rng.integers(0, 10, 20)
    params = [{n: p.astype(float) for n, p in layer.items()} for layer in placing.start(3, "dense", place, 1)]
    net = init(placing.NETWORKS["dense"]["sizes"], norm=norm)
    for mine, its in zip(params, net.params):
        its.update(mine)
    losses, grads, _ = placing.loss_and_grads(params, x, labels, place)
    wanted, slopes, _ = loss_and_grads(net, x, labels)
    np.testing.assert_allclose(losses, wanted)
    for mine, its in zip(grads, slopes):
        for name, g in mine.items():
            np.testing.assert_allclose(g.ravel(), its[name].ravel(), atol=1e-12)


@pytest.mark.parametrize("network", ["dense", "conv"])
def test_the_statistics_of_a_batch_used_as_stored_ones_give_the_same_answers(network):
    images = placing.load(0, network)[0][:40].astype(float)
    for place in ("before", "after"):
        params = placing.start(0, network, place, 1)
        logits, caches = placing.forward(params, images, place)
        stored = [(c["norm"].mu, c["norm"].var) for c in caches[:-1]]
        np.testing.assert_allclose(placing.forward(params, images, place, stored)[0], logits, atol=1e-4)


def test_only_behind_the_relu_does_the_norm_center_what_the_next_layer_receives():
    images = placing.load(0, "dense")[0][:300]
    for place, low, high in (("before", 0.25, 0.4), ("after", 0, 1e-9), ("none", 0.25, 0.4)):
        _, caches = placing.forward(placing.start(0, "dense", place, 1), images, place)
        assert low <= placing._lean(caches[1:])[0] <= high  # of a normal number that goes through a ReLU: 1 / pi


def few():
    data = digits((0,))
    return init((64, *[12] * 2, 10), norm="batch"), data.train_x[0][: dose.IMAGES], data.train_y[0][: dose.IMAGES]


def test_all_together_is_a_group_of_all():
    net, x, labels = few()
    for mine, its in zip(dose.gradient_of_first(net, x, labels, len(x)), grouped_gradient(net, x, labels, len(x))):
        for name, g in mine.items():
            np.testing.assert_allclose(g, its[name], atol=1e-12)


def test_only_the_first_examples_make_the_gradient_and_all_make_the_statistics():
    net, x, labels = few()
    first = dose.gradient_of_first(net, x, labels, 128)
    other = labels.copy()
    other[128:] = (other[128:] + 1) % 10
    again = dose.gradient_of_first(net, x, other, 128)
    np.testing.assert_array_equal(first[0]["w"], again[0]["w"])
    assert np.abs(first[0]["w"] - grouped_gradient(net, x[:128], labels[:128], 128)[0]["w"]).max() > 1e-3


@pytest.mark.parametrize("size", [4, 64])
def test_noise_from_outside_is_what_mean_and_spread_of_a_group_would_give(size):
    net, x, _ = few()
    net.params[0]["gamma"][:] = 1.5
    net.params[0]["beta"][:] = 0.3
    factor, shift = dose.outside(net, size, np.random.default_rng(0))[0]
    assert factor.shape == (1, dose.IMAGES, 12) and np.ptp(factor[:, :size], axis=1).max() == 0
    xhat = forward(net, x)[1].norm_caches[0].xhat
    y = factor * (1.5 * xhat + 0.3) + shift
    drawn = -(shift - 0.3 * (1 - factor)) / (1.5 * factor)
    np.testing.assert_allclose(y, 1.5 * (xhat - drawn) * factor + 0.3, atol=1e-6)
    assert drawn.std() == pytest.approx(1 / np.sqrt(size), rel=0.15)


def test_batches_of_images_have_the_shares_that_they_are_named_for():
    labels = digits((0,)).test_y[0]
    picks = {kind: adapting.batches(labels, kind, 0) for kind in adapting.KINDS}
    assert {kind: pick.shape for kind, pick in picks.items()} == {
        "32": (20, 32),
        "8": (80, 8),
        "1": (640, 1),
        "half": (20, 32),
        "class": (20, 32),
    }
    for kind, share in (("half", 16), ("class", 32)):
        assert [(labels[row] == i % 10).sum() for i, row in enumerate(picks[kind])] == [share] * 20
        assert all(len(set(row)) == 32 for row in picks[kind])


def test_cameras_are_what_they_are_called():
    images = digits((0,)).test_x[0]
    taken = {camera: adapting.taken(images, camera, 0) for camera in adapting.CAMERAS}
    np.testing.assert_array_equal(taken["same"], images)
    np.testing.assert_allclose(taken["dimmed"], 0.4 * images + 0.8)
    assert (taken["noisy"] - images).std() == pytest.approx(1, rel=0.02)
    np.testing.assert_array_equal(taken["moved"].reshape(-1, 8, 8)[:, :, 1:], images.reshape(-1, 8, 8)[:, :, :-1])
