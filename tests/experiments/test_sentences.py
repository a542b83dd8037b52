"""Experiments of the chapters on the descendants, on practice and on smoothness: leaks, places, attacks, bits."""

import numpy as np
import pytest

from bn.network import forward, init
from bn.serving import fold_network
from bnbook.experiments import attacked, future_leak, kept, norm_places, one_class, quantized

T = future_leak.LENGTH


def test_a_row_holds_the_coins_before_its_position_and_no_other():
    coins = np.random.default_rng(0).choice([-1.0, 1.0], size=(3, T))
    rows = future_leak.rows(coins)
    for position in range(T):
        turned = coins.copy()
        turned[:, position:] *= -1
        np.testing.assert_array_equal(future_leak.rows(turned)[:, position], rows[:, position])
        assert rows[0, position, T + position] == rows[0, position, T:].sum() == 1
    assert not np.array_equal(future_leak.rows(-coins)[:, 1], rows[:, 1])


def test_together_all_positions_are_of_one_sequence_and_apart_each_row_has_its_own():
    x, labels = future_leak.batch(np.random.default_rng(1), 1, "together")
    assert x.shape == (1, T, 2 * T) and labels.shape == (1, T)
    np.testing.assert_array_equal(x[0, -1, : T - 1] > 0, labels[0, : T - 1] == 1)  # the last row holds what was asked
    agree = []
    for seed in range(400):
        x, labels = future_leak.batch(np.random.default_rng(seed), 1, "apart")
        np.testing.assert_array_equal(x[0, :, T:], np.eye(T))
        agree.append((x[0, -1, : T - 1] > 0) == (labels[0, : T - 1] == 1))
    assert np.all(np.abs(np.mean(agree, axis=0) - 0.5) < 0.12)  # no more than chance
    with pytest.raises(ValueError, match="way"):
        future_leak.batch(np.random.default_rng(0), 1, "alone")


def test_only_a_batch_statistic_lets_an_untrained_network_feel_the_future():
    for norm in future_leak.NORMS:
        net = init((2 * T, 16, 2), norm=norm, seeds=(0,))
        ahead = future_leak.felt(net, 0, 2, True)[np.triu_indices(T)].reshape(-1)
        known = np.triu_indices(T)[1] < T - 1  # the last coin is in no row
        assert np.all((ahead > 0) == (known & (norm == "batch")))
        assert np.all(np.triu(future_leak.felt(net, 0, 2, False)) == 0)


def test_gradients_by_place_are_those_of_the_network():
    rows = norm_places.lengths(3, "layer", "pre", 6)
    assert rows.shape == (6,) and np.all(rows > 0)
    assert not np.allclose(rows, norm_places.lengths(3, "layer", "post", 6))
    with pytest.raises(ValueError, match="place"):
        norm_places.lengths(0, "layer", "end", 6)


@pytest.fixture
def reader():
    """Two plain networks with one hidden layer, pictures and labels."""
    rng = np.random.default_rng(4)
    net = init((64, 24, 10), norm="none", seeds=(0, 1))
    return net, rng.uniform(size=(2, 5, 64)), rng.integers(10, size=(2, 5))


def margin(net, x, labels):
    logits = forward(net, x, training=False)[0]
    right = np.take_along_axis(logits, labels[..., None], 2)[..., 0]
    others = np.where(np.arange(10) == labels[..., None], -np.inf, logits)
    return others.max(axis=2) - right


def test_the_gradient_of_the_margin_is_its_slope(reader):
    net, x, labels = reader
    along = np.random.default_rng(5).normal(size=x.shape)
    step = 1e-6
    slope = (margin(net, x + step * along, labels) - margin(net, x - step * along, labels)) / (2 * step)
    np.testing.assert_allclose((attacked.margin_grad(net, x, labels) * along).sum(axis=2), slope, rtol=1e-6)


def test_an_attack_stays_near_between_black_and_white_and_raises_the_margin(reader):
    net, x, labels = reader
    start = np.random.default_rng(6).uniform(-1, 1, size=x.shape[1:])
    moved = attacked.attack(net, x, labels, 0.05, start)
    assert np.abs(moved - x).max() <= 0.05 + 1e-12 and moved.min() >= 0 and moved.max() <= 1
    assert np.all(margin(net, moved, labels) > margin(net, x, labels))
    np.testing.assert_array_equal(attacked.attack(net, x, labels, 0.0, start), x)


def test_the_first_row_of_an_attack_is_what_is_read_unchanged():
    run = kept.load("attacked")
    told = attacked.judged(run)
    assert set(told) == set(attacked.METHODS) and set(told["none"]["rate"]) <= set(attacked.RATES)
    for one in told.values():
        assert np.all(np.array(one["attacked"][0]) >= np.array(one["attacked"][-1]))
        assert one["rate"].max() < max(attacked.RATES)  # the best rate is not the end of the list


@pytest.fixture
def trained():
    """A network with batch norm whose statistics are not those of the start."""
    rng = np.random.default_rng(7)
    net = init((64, 16, 12, 10), norm="batch", seeds=(0,))
    running = [
        was._replace(mean=rng.normal(size=was.mean.shape), var=rng.uniform(0.5, 3, size=was.var.shape))
        for was in net.running
    ]
    return type(net)(**{**vars(net), "running": running, "eps": 0.0}), rng.normal(size=(9, 64))


def test_units_of_unequal_length_compute_the_same_function_and_fold_to_the_same_weights(trained):
    net, x = trained
    other = quantized.uneven(net, 0)
    assert not np.allclose(other.params[0]["w"], net.params[0]["w"])
    logits = [forward(each, x, training=False)[0] for each in (net, other)]
    np.testing.assert_allclose(logits[1], logits[0], rtol=1e-9, atol=1e-9)
    for layer, same in zip(fold_network(net).params, fold_network(other).params, strict=True):
        np.testing.assert_allclose(same["w"], layer["w"], rtol=1e-12)


def test_rounded_weights_are_few_values_near_the_weights():
    w = np.random.default_rng(8).normal(size=(1, 40, 6)) * [1, 1, 1, 1, 1, 0.01]
    for bits in (3, 8):
        near = quantized.rounded(w, bits)
        assert len(np.unique(near)) <= 2**bits - 1
        assert np.abs(near - w).max() <= np.abs(w).max() / (2 ** (bits - 1) - 1) / 2 + 1e-12
    assert np.all(quantized.rounded(w, 3)[..., 5] == 0)  # a short unit loses everything
    by_unit = quantized.rounded(w, 3, by_unit=True)
    assert np.any(by_unit[..., 5] != 0) and np.all(quantized.rounded(np.zeros((1, 3, 2)), 4) == 0)
    with pytest.raises(ValueError, match="bits"):
        quantized.rounded(w, 1)
    with pytest.raises(ValueError, match="way"):
        quantized.in_bits(init((4, 3, 2), norm="batch"), 8, "twice")


def test_a_batch_of_one_class_holds_one_class_and_a_mixed_one_many():
    labels = np.repeat(np.arange(10), 40)
    rng = np.random.default_rng(0)
    for _ in range(20):
        assert len(set(labels[one_class.drawn(rng, labels, "one class")])) == 1
        assert len(set(labels[one_class.drawn(rng, labels, "mixed")])) > 4
    with pytest.raises(ValueError, match="kind"):
        one_class.drawn(rng, labels, "sorted")
    right = kept.load("one_class")["right"]
    assert right[:, 0, 1, 1, 2].max() < 0.25 < 0.9 < right[:, 1:, 1, 1, 2].min()  # what the page says
