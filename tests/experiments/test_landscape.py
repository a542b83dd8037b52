"""The loss along the gradient, reduced to three seeds; and what its controls control."""

from dataclasses import replace

import numpy as np
import pytest

from bn.network import forward, init, loss_and_grads
from bnbook.experiments import landscape, landscape_slice, twins

PLAIN, BATCH, TWIN = range(3)
RAW, MATCHED = range(2)


@pytest.fixture(scope="module")
def deep():
    return landscape.summary(landscape.run("A", seeds=(0, 1, 2)))


def test_the_shapes_are_those_of_the_docstring():
    found = landscape.run("C", seeds=(0, 1), steps=11)
    assert found["losses"].shape == (3, 2, 2, 3, 6)
    assert found["gradient_change"].shape == found["moved"].shape == (3, 2, 2, 3, 5)
    assert found["gradient"].shape == (3, 2, 2, 3) and found["train_loss"].shape == (2, 2, 11)
    assert found["steps"].tolist() == [0, 5, 10]


def test_in_the_deep_relu_network_batch_norm_is_smoother_by_all_three_measures(deep):
    loss_range, change, beta = deep["median"][:, :, RAW]
    assert (loss_range[BATCH] < 0.4 * loss_range[PLAIN]).all()
    assert (change[BATCH] < 0.5 * change[PLAIN]).all()
    assert (beta[BATCH] < beta[PLAIN]).all()


def test_equal_scale_does_not_take_the_advantage_away(deep):
    for other in (PLAIN, TWIN):
        for quantity in deep["median"][:, :, MATCHED]:
            assert (quantity[BATCH] < 0.8 * quantity[other]).all()
    assert (deep["median"][0, BATCH, RAW] < 0.4 * deep["median"][0, TWIN, RAW]).all()


def test_in_the_tanh_network_the_smoothing_does_not_appear():
    found = landscape.summary(landscape.run("C", seeds=(0, 1, 2)))["median"]
    _, change, beta = found[:, :, RAW]
    assert change[BATCH].mean() > change[PLAIN].mean() and (beta[BATCH] > 1.2 * beta[PLAIN]).all()
    assert (found[2, BATCH, MATCHED] > 1.2 * found[2, PLAIN, MATCHED]).all()


def test_layer_norm_can_be_looked_at_as_well():
    found = landscape.run("B", seeds=(0,), steps=11, every=10, norms=("none", "batch", "layer"))
    assert found["losses"].shape[0] == 4 and found["diverged_at"].tolist() == [[-1]] * 3


def test_looks_are_paired_where_the_losses_agree():
    found = {
        "losses": np.zeros((2, 2, 1, 3, 3)),
        "gradient_change": np.ones((2, 2, 1, 3, 2)),
        "moved": np.ones((2, 2, 1, 3, 2)),
        "train_loss": np.zeros((2, 1, 20)),
    }
    found["losses"][..., 1:] = 3.0, 5.0
    found["losses"][0, :, 0, :, 0], found["losses"][1, :, 0, :, 0] = (2.0, 1.0, 0.5), (1.05, 0.3, 0.1)
    found["gradient_change"][0, :, 0, 1] = 7.0
    ratios, counts = landscape.equal_loss(found)
    assert counts.tolist() == [1] and ratios[1, 0, 0] == ratios[2, 1, 0] == 7.0


def test_one_configuration_of_what_is_kept_has_the_form_of_a_run():
    kept = {name: value[None] for name, value in landscape.finding(1, "BC", 11, 10, 16).items()}
    run = landscape.run("C", (1,), 11, 10, width=16, norms=("none", "batch", "layer"))
    again = landscape.kept_run(kept, 1)
    for name in ("losses", "gradient_change", "moved", "train_loss", "diverged_at"):
        assert again[name] == pytest.approx(run[name], rel=1e-5)


def _held(net, x, labels, *variant):
    caches = loss_and_grads(net, x, labels)[2].norm_caches
    return twins.held(caches, *variant)


def test_holding_nothing_is_batch_norm_and_holding_all_is_the_frozen_twin():
    net, x, labels = _trained("batch")
    moved = replace(net, params=[{**p, "w": 1.05 * p["w"] + 0.01} for p in net.params])
    everywhere = range(net.hidden)
    pairs = [
        ((False, False, everywhere), moved),
        ((True, True, ()), moved),
        (
            (True, True, everywhere),
            replace(landscape.twin(net, x, labels), params=_frozen_there(net, moved, x, labels)),
        ),
    ]
    for variant, other in pairs:
        loss, grads, _ = twins.loss_and_grads_held(moved, x, labels, *_held(net, x, labels, *variant))
        true, others, _ = loss_and_grads(other, x, labels)
        assert loss == pytest.approx(true, rel=1e-10)
        for one, two in zip(grads, others):
            for name in one:
                assert one[name] == pytest.approx(two[name], abs=1e-10)


def _frozen_there(net, moved, x, labels):
    """The moved weights with the statistics of the network where it was."""
    still = landscape.twin(net, x, labels).params
    return [{**layer, **there} for layer, there in zip(still, moved.params)]


@pytest.mark.parametrize("variant", [(True, False, range(10)), (False, True, range(10)), (True, True, (3,))])
def test_the_gradient_of_a_part_of_the_twin_is_the_slope_of_its_loss(variant):
    net, x, labels = _trained("batch")
    held = _held(net, x, labels, *variant)
    rng = np.random.default_rng(0)
    net = replace(net, params=[{n: p + 0.02 * rng.normal(size=p.shape) for n, p in q.items()} for q in net.params])
    directions = [{n: rng.normal(size=p.shape) for n, p in layer.items()} for layer in net.params]
    grads = twins.loss_and_grads_held(net, x, labels, *held)[1]
    units = [dict.fromkeys(d, 1.0) for d in directions]
    up, down = (
        twins.loss_and_grads_held(landscape.step(net, directions, units, np.array([h])), x, labels, *held)[0]
        for h in (-1e-6, 1e-6)
    )
    slope = sum((g[n] * d[n]).sum() for g, d in zip(grads, directions) for n in d)
    assert (up - down) / 2e-6 == pytest.approx(slope, rel=1e-4)


def test_one_layer_held_changes_little_and_all_of_them_much():
    found = twins.run((0, 1), at=(20, 40))["loss_range"][:, RAW + 1].mean(axis=-1)  # variants, seeds
    assert (found[3] > 4 * found[0]).all() and (found[1] > found[2]).all()
    assert (np.median(found[4:], axis=0) < 1.5 * found[0]).all()


def _trained(norm, steps=20, dtype=np.float64, kind=None):
    data = landscape.digits((0,))
    net = landscape.network(norm, kind or landscape.CONFIGS["A"], (0,), 32, dtype)
    net, _ = landscape.train(net, data, 0.1, steps=steps)
    return net, data.train_x[0, :64], data.train_y[0, :64]


def test_matched_numbers_do_not_know_the_scale_of_weights_that_batch_norm_follows():
    net, x, labels = _trained("batch")
    net = replace(net, eps=0.0)
    scaled = replace(net, params=[{**p, "w": a * p["w"]} for p, a in zip(net.params, [3, 2, 5] + [7] * 7 + [1])])
    raw, matched = (
        [landscape.along_gradient(n, x, labels, *landscape.scaled(n, s, 0.1)) for n in (net, scaled)]
        for s in landscape.SCALES
    )
    for one, other in zip(*matched):
        assert one == pytest.approx(other, rel=1e-7)
    assert raw[0][3] > 1.5 * raw[1][3]


def test_matched_numbers_do_not_know_a_factor_moved_between_layers_of_a_plain_relu_network():
    net, x, labels = _trained("none")
    params = [dict(p) for p in net.params]
    params[1] = {name: 4 * p for name, p in params[1].items()}
    params[2] = {**params[2], "w": params[2]["w"] / 4}
    moved = replace(net, params=params)
    for one, other in zip(
        *(landscape.along_gradient(n, x, labels, *landscape.scaled(n, "matched", 0.1)) for n in (net, moved))
    ):
        assert one == pytest.approx(other, rel=1e-7)


def test_the_twin_is_equal_on_its_batch_and_differs_in_its_gradient():
    net, x, labels = _trained("batch")
    twin = landscape.twin(net, x, labels)
    loss, grads, trace = loss_and_grads(net, x, labels)
    same, others, other_trace = loss_and_grads(twin, x, labels)
    assert same == pytest.approx(loss, rel=1e-12)
    for y, other in zip(trace.y, other_trace.y):
        assert y == pytest.approx(other, abs=1e-10)
    assert others[-1]["w"] == pytest.approx(grads[-1]["w"])
    assert np.abs(others[-2]["w"] - grads[-2]["w"]).max() > 0.01 * np.abs(grads[-2]["w"]).max()


def test_the_frozen_gradient_is_the_slope_of_the_loss():
    net, x, labels = _trained("batch")
    twin = landscape.twin(net, x, labels)
    rng = np.random.default_rng(0)
    _, grads, _ = loss_and_grads(twin, x, labels)
    directions = [
        {n: rng.normal(size=p.shape) for n, p in layer.items() if n not in ("mean", "std")} for layer in twin.params
    ]
    units = [dict.fromkeys(d, 1.0) for d in directions]
    up, down = (
        loss_and_grads(landscape.step(twin, directions, units, np.array([h])), x, labels)[0] for h in (-1e-6, 1e-6)
    )
    slope = sum((g[n] * d[n]).sum() for g, d in zip(grads, directions) for n in d)
    assert (up - down) / 2e-6 == pytest.approx(slope, rel=1e-5)


def test_along_the_gradient_against_a_step_by_hand():
    net, x, labels = _trained("none")
    _, grads, _ = loss_and_grads(net, x, labels)
    moved = replace(
        net, params=[{n: p - 2.0 * 0.1 * g[n] for n, p in layer.items()} for layer, g in zip(net.params, grads)]
    )
    losses, change, distance, length = landscape.along_gradient(net, x, labels, *landscape.scaled(net, "raw", 0.1))
    there, after, _ = loss_and_grads(moved, x, labels)
    assert losses[3] == pytest.approx(there)
    flat = [np.concatenate([g.ravel() for layer in gs for g in layer.values()]) for gs in (grads, after)]
    assert change[2] == pytest.approx(np.linalg.norm(flat[0] - flat[1]))
    assert distance[2] == pytest.approx(0.2 * np.linalg.norm(flat[0])) and length == pytest.approx(
        np.linalg.norm(flat[0])
    )


def test_the_slice_is_flatter_with_batch_norm_and_has_the_network_in_its_middle():
    found = landscape_slice.run("A", at=(10, 40), points=7)
    assert found["loss"].shape == (3, 2, 7, 7) and found["along"][[0, 3, 6]] == pytest.approx([-0.5, 0, 0.5])
    assert found["centre"][BATCH] == pytest.approx(found["centre"][TWIN], rel=1e-3)
    height = found["loss"].max(axis=(-1, -2))
    assert (height[PLAIN] > 20 * height[BATCH]).all() and (height[TWIN] > 20 * height[BATCH]).all()
    tanh = landscape_slice.run("C", at=(40,), points=7)["loss"].max(axis=(-1, -2))
    assert tanh[BATCH] == pytest.approx(tanh[PLAIN], rel=0.6)


def test_a_point_of_the_slice_is_the_loss_of_that_network():
    net, x, labels = _trained("batch", dtype=np.float32)
    rng = np.random.default_rng(1)
    across = [rng.normal(size=p["w"].shape) for p in net.params]
    axis = np.array([-0.2, 0.0, 0.2])
    found = landscape_slice.plane(net, x, labels, across, axis)
    _, grads, _ = loss_and_grads(net, x, labels)
    params = []
    for layer, g, d in zip(net.params, grads, across):
        lengths = np.linalg.norm(layer["w"], axis=1, keepdims=True)
        down, side = (v / np.linalg.norm(v, axis=1, keepdims=True) * lengths for v in (-g["w"], d))
        params.append({**layer, "w": layer["w"] + 0.2 * down - 0.2 * side})
    logits = forward(replace(net, params=params), x)[0]
    assert found[0, 2] == pytest.approx(landscape_slice.softmax_cross_entropy(logits, labels)[0][0], rel=1e-4)


def test_a_direction_gets_the_length_of_the_weights_and_zero_stays_zero():
    w = np.array([[[3.0, 1.0], [4.0, 0.0]]])
    found = landscape_slice.like_units(np.array([[[0.0, 0.0], [2.0, 0.0]]]), w)
    assert found.tolist() == [[[0.0, 0.0], [5.0, 0.0]]]


def test_an_unknown_configuration_is_refused():
    for run in (landscape.run, landscape_slice.run):
        with pytest.raises(ValueError, match="config is 'D'; allowed are 'A', 'B', 'C'"):
            run("D")


def test_a_seed_alone_gives_what_it_gives_in_a_stack():
    both, alone = (landscape.run("B", seeds=s, steps=11, width=32) for s in ((0, 1), (1,)))
    assert np.array_equal(both["losses"][:, :, 1:], alone["losses"])
    assert init((4, 3, 2), norm="frozen").params[0]["std"].shape == (1, 1, 3)
