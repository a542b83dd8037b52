"""Other explanations, and the other side: l_p norms, ghost batches, gamma and beta alone, depth without activations,
explosion, small batches. Reduced to two seeds and the settings that show the finding."""

from dataclasses import replace
from math import inf, pi

import numpy as np
import pytest

from bn.data import digits
from bn.network import accuracy, forward, init, loss_and_grads
from bnbook.experiments import deep_linear, explosion, ghost, lp_norm, only_affine, small_batches

SEEDS = (0, 1)


@pytest.fixture(scope="module")
def relu_norms():
    return lp_norm.summary(lp_norm.run("relu", seeds=SEEDS, steps=120, every=40, norms=("none", "batch", "l1", "linf")))


def test_l_p_norms_train_where_a_plain_network_does_not(relu_norms):
    right = relu_norms["final_accuracy"]
    assert (right[0] < 0.6).all() and (right[1:] > 0.85).all()


def test_l_p_norms_do_not_hold_the_distribution_and_train_as_well(relu_norms):
    assert (relu_norms["final_drift"][3] > 1.5 * relu_norms["final_drift"][1]).all()
    assert (relu_norms["final_loss"][2:] < 2.5 * relu_norms["final_loss"][1] + 0.02).all()


def test_the_shapes_of_the_l_p_norms_and_an_unknown_kind():
    found = lp_norm.run("sigmoid", seeds=SEEDS, steps=40, every=20, norms=("l2",))
    assert found["loss"].shape == (1, 2, 2) and found["accuracy"].shape == (1, 2)
    assert found["drift"].shape == (1, 2, 3)
    assert found["percentiles"].shape == (1, 2, 3, 3) and (found["drift"][..., 0] == 0).all()
    with pytest.raises(ValueError, match="kind is 'tanh'; allowed are 'sigmoid', 'relu'"):
        lp_norm.run("tanh")
    with pytest.raises(ValueError, match="norm is 'layer'"):
        lp_norm.run(norms=("layer",))


@pytest.mark.parametrize("norm", ["batch", "l1", "linf"])
def test_held_out_images_are_judged_one_by_one(norm):
    data = lp_norm.cast(digits((0,)), np.float32)
    net = init((64, 8, 8, 10), norm=norm, seeds=(0,), dtype=np.float32)
    few = replace(data, test_x=data.test_x[:, :40], test_y=data.test_y[:, :40])
    alone = [replace(data, test_x=data.test_x[:, [i]], test_y=data.test_y[:, [i]]) for i in range(40)]
    right = [lp_norm.held_out(net, one, 60)[0] for one in alone]
    assert np.mean(right) == pytest.approx(lp_norm.held_out(net, few, 60)[0])


def test_a_plain_network_is_judged_as_it_is():
    data = lp_norm.cast(digits((0,)), np.float32)
    net = init((64, 8, 10), norm="none", seeds=(0,), dtype=np.float32)
    images, labels = data.test(net.seeds)
    assert lp_norm.held_out(net, data, 60) == accuracy(forward(net, images)[0], labels)


def test_groups_that_are_normalized_alone_give_the_mean_of_their_gradients():
    net, data = init((64, 8, 8, 10), norm="batch", seeds=(3,)), digits((3,))
    x, labels = data.train_x[0, :128], data.train_y[0, :128]
    whole, halves = (ghost.grouped_gradient(net, x, labels, size) for size in (128, 64))
    both = [loss_and_grads(net, x[part], labels[part])[1] for part in (slice(64), slice(64, 128))]
    for i, true in enumerate(loss_and_grads(net, x, labels)[1]):
        for name in true:
            assert whole[i][name] == pytest.approx(true[name], abs=1e-12)
            assert halves[i][name] == pytest.approx((both[0][i][name] + both[1][i][name]) / 2, abs=1e-12)
    with pytest.raises(ValueError, match=r"sizes is \(5,\); allowed are divisors of 128"):
        ghost.run(sizes=(5,))


def test_without_batch_norm_gains_and_biases_are_trained_alone_as_well():
    found = only_affine.run(widths=(64,), trained=("affine",), seeds=(0,), steps=150, every=150, lr=0.3, norm="frozen")
    assert found["parameters"].tolist() == [[3 * 2 * 64]] and found["accuracy"][0, 0, 0, 1] > 0.6


def test_gamma_and_beta_alone_learn_and_more_units_learn_more():
    found = only_affine.run(widths=(16, 128), trained=("affine",), seeds=SEEDS, steps=250, every=250)
    right = found["accuracy"][0]  # W, S, R
    assert (right[..., 0] < 0.3).all() and (right[1, :, 1] > 0.7).all() and (right[1, :, 1] > right[0, :, 1]).all()
    assert found["parameters"].tolist() == [[3 * 2 * 16, 3 * 2 * 128]]


def test_only_the_named_part_is_trained():
    net = init((64, 8, 8, 10), norm="batch", seeds=(0,))
    data = digits((0,))
    grads = loss_and_grads(net, data.train_x[0, :32], data.train_y[0, :32])[1]
    kept = only_affine.masked(grads, "affine")
    assert all((layer["w"] == 0).all() for layer in kept) and np.abs(kept[0]["gamma"]).max() > 0
    assert [sorted(layer) for layer in only_affine.masked(grads, "output", drop=True)] == [[], [], ["b", "w"]]
    with pytest.raises(ValueError, match="trained is 'weights'; allowed are 'affine', 'output', 'all'"):
        only_affine.run(trained=("weights",))


def test_in_25_linear_layers_batch_norm_gets_further_at_its_best_rate_and_bears_a_larger_one():
    found = deep_linear.run(learning_rates=(1e-3, 3e-3), seeds=SEEDS, steps=240, every=12)
    assert found["loss"].shape == (2, 2, 2, 20) and found["loss"][:, :, :, 0] == pytest.approx(1.0, rel=0.6)
    plain, own = deep_linear.best(found)
    assert (own < 0.8 * plain).all() and np.isfinite(found["final"][1]).all()


@pytest.mark.parametrize(("activation", "batch_size"), [("relu", 128), ("linear", 8)])
def test_gradients_explode_at_the_start_by_the_factor_of_the_theory(activation, batch_size):
    found = explosion.run(activation, batch_size, depth=14, width=192, seeds=SEEDS)
    plain, own = found["growth"]
    assert np.abs(plain.mean() - 1) < 0.08
    assert own.mean() == pytest.approx(found["theory"], rel=0.07)
    assert (found["squared"][1, :, 0] > 5 * found["squared"][0, :, 0]).all()


def test_what_the_theory_says():
    assert explosion.theory("relu", 64) == pytest.approx(pi / (pi - 1))
    assert explosion.theory("linear", 8) == 1.2 and explosion.theory("linear", 3) == inf
    with pytest.raises(ValueError, match="activation is 'tanh'; allowed are 'relu', 'linear'"):
        explosion.run("tanh")
    with pytest.raises(ValueError, match="depth is 5; allowed is 6 or more"):
        explosion.run(depth=5)


def test_squared_gradients_are_those_of_the_loss():
    """Against differences of <upstream, last activation>, with what one layer puts out moved."""
    rng = np.random.default_rng(2)
    net = init((4, 3, 3, 3, 1), norm="batch", activation="tanh", seeds=(0,))
    x, upstream = rng.normal(size=(1, 6, 4)), rng.normal(size=(1, 6, 3))

    def loss(layer, move):
        a = x
        for i, p in enumerate(net.params[:-1]):
            z = a @ p["w"] + (move if i == layer else 0)
            a = np.tanh((z - z.mean(axis=1, keepdims=True)) / np.sqrt(z.var(axis=1, keepdims=True) + net.eps))
        return (upstream * a).sum()

    moves = 1e-5 * np.eye(18).reshape(18, 1, 6, 3)
    slopes = np.array([[(loss(h, move) - loss(h, -move)) / 2e-5 for move in moves] for h in range(3)])
    squared = (slopes**2).mean(axis=1)
    assert explosion.squared_gradients(net, x, upstream) == pytest.approx(squared / squared[-1], rel=1e-6)


def test_small_batches_cost_batch_norm_more_than_networks_that_see_one_example():
    found = small_batches.run(batch_sizes=(2, 64), seeds=SEEDS, steps=300)
    (plain_2, plain_64), (own_2, own_64), (layer_2, layer_64) = found["accuracy"]
    assert (own_2 < 0.5).all() and (plain_2 > own_2 + 0.2).all() and (layer_2 > own_2 + 0.3).all()
    assert (own_64 > 0.93).all() and (plain_64 > 0.9).all() and (layer_64 > 0.9).all()
    assert found["precise"].shape == (2, 2) and (found["precise"][1] > 0.93).all()
