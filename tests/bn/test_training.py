"""Training stacks: divergence is found, recorded and contained; data and batches are seeded."""

import warnings

import numpy as np
import pytest

from bn.data import Batches, Data, batch_order, digits
from bn.network import accuracy, forward, init, take
from bn.optim import train
from bn.steps import sgd_step, stateless


@pytest.fixture(scope="module")
def data():
    return digits((0, 1))


def toy(n=40, seed=0):
    """A small two-class problem in one split."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    x = rng.normal(size=(n, 3)) + 2 * y[:, None]
    return Data(x[None], y[None], x[None], y[None])


def params_of(net, k=slice(None)):
    return [p[k] for layer in net.params for p in layer.values()]


def test_step_is_minus_the_learning_rate_of_each_network_times_the_gradient():
    net = init((3, 4, 2), seeds=(0, 1))
    grads = [{name: np.ones_like(p) for name, p in layer.items()} for layer in net.params]
    after = sgd_step(net, grads, np.array([0.5, 2.0]))
    for old, new in zip(params_of(net), params_of(after), strict=True):
        np.testing.assert_allclose(new[0], old[0] - 0.5)
        np.testing.assert_allclose(new[1], old[1] - 2.0)


@pytest.mark.parametrize("norm", ["none", "batch"])
def test_training_learns_the_digits(data, norm):
    net = init((64, 50, 10), norm=norm, seeds=(0, 1))
    net, history = train(net, data, 0.2, steps=200)
    x, labels = data.test(net.seeds)
    assert (accuracy(forward(net, x, training=False)[0], labels) > 0.9).all()
    assert (history.losses[-20:].mean(axis=0) < 0.3).all() and (history.diverged_at == -1).all()


def test_a_network_trains_alike_alone_and_in_company_that_diverges(data):
    rates = np.array([0.1, 1e4, 0.1, 1e4])
    net, history = train(init((64, 20, 20, 10), seeds=(0, 0, 1, 1)), data, rates, steps=40)
    for k, seed in ((0, 0), (2, 1)):
        alone, history_alone = train(init((64, 20, 20, 10), seeds=(seed,)), data, 0.1, steps=40)
        np.testing.assert_allclose(history.losses[:, k], history_alone.losses[:, 0], rtol=1e-9)
        for a, b in zip(params_of(net, k), params_of(alone, 0), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-7, atol=1e-10)
    assert list(history.diverged_at[[0, 2]]) == [-1, -1] and (history.diverged_at[[1, 3]] > 0).all()


def test_a_diverged_network_is_frozen_at_the_recorded_step_and_never_nan(data):
    net = init((64, 30, 30, 10), seeds=(0, 1))
    kept = {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net, history = train(
            net,
            data,
            [0.05, 100.0],
            steps=30,
            record=lambda step, net, x, y: kept.update({step: params_of(net, 1)}),
        )
    step = history.diverged_at[1]
    assert history.diverged_at[0] == -1 and 0 < step < 30
    assert np.isfinite(history.losses[:step, 1]).all() and np.isposinf(history.losses[step:, 1]).all()
    assert np.isfinite(history.losses[:, 0]).all()
    assert all(np.isfinite(p).all() for p in params_of(net))
    for at in (step, 30):
        assert all((a == b).all() for a, b in zip(kept[at], params_of(net, 1), strict=True))
    assert not all((a == b).all() for a, b in zip(kept[step - 1], kept[step], strict=True))


def test_networks_diverge_each_at_their_own_step_whether_watched_or_not(data):
    rates = np.array([1e3, 3.0, 0.05, 30.0])
    net = init((64, 30, 30, 10), seeds=(0, 0, 0, 1))
    unwatched, history = train(net, data, rates, steps=60)
    watched, _ = train(net, data, rates, steps=60, record=lambda *_: None)
    assert len(set(history.diverged_at)) >= 3 and history.diverged_at[2] == -1
    for k in range(4):
        _, history_alone = train(take(net, [k]), data, rates[k], steps=60)
        assert history.diverged_at[k] == history_alone.diverged_at[0]
        assert (np.isinf(history.losses[:, k]) == np.isinf(history_alone.losses[:, 0])).all()
    for a, b in zip(params_of(unwatched), params_of(watched), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_loss_above_the_bound_counts_as_diverged():
    net = init((3, 4, 2), seeds=(0, 1), scale=(0.1, 300.0))
    _, history = train(net, toy(), 0.1, batch_size=10, steps=3, bound=10.0)
    assert list(history.diverged_at) == [-1, 0]


def test_all_networks_may_diverge():
    net = init((3, 8, 8, 2), seeds=(0, 1))
    final, history = train(net, toy(), 1e200, batch_size=10, steps=8, record=lambda step, *_: step)
    assert (history.diverged_at > 0).all() and history.records == list(range(9))
    assert all(np.isfinite(p).all() for p in params_of(final))


def test_float32_networks_train_in_float32_and_nearly_alike(data):
    losses = []
    for dtype in (np.float32, np.float64):
        net, history = train(init((64, 20, 10), norm="batch", seeds=(0, 1), dtype=dtype), data, [0.1, 0.2], steps=20)
        assert {p.dtype for p in params_of(net)} == {np.dtype(dtype)}
        losses.append(history.losses)
    np.testing.assert_allclose(*losses, rtol=1e-3)


def test_records_see_every_network_before_the_step_and_after_the_last():
    seen = []
    net = init((3, 4, 2), norm="batch", seeds=(0, 1))

    def record(step, net, x, labels):
        seen.append((step, x.shape, labels.shape))
        return net

    final, history = train(net, toy(), 0.1, batch_size=8, steps=6, record=record, record_at=(0, 4, 6))
    assert seen == [(step, (2, 8, 3), (2, 8)) for step in (0, 4, 6)]
    for a, b in zip(params_of(history.records[0]), params_of(net), strict=True):
        np.testing.assert_array_equal(a, b)
    for a, b in zip(params_of(history.records[2]), params_of(final), strict=True):
        np.testing.assert_array_equal(a, b)
    assert history.records[1].running[0].batches == 4


def test_noise_reaches_the_training_pass():
    net = init((3, 4, 2), norm="batch")
    calm, _ = train(net, toy(), 0.1, batch_size=8, steps=3)
    still, _ = train(net, toy(), 0.1, batch_size=8, steps=3, noise=lambda step, net: [(1.0, 0.0)])
    noisy, _ = train(net, toy(), 0.1, batch_size=8, steps=3, noise=lambda step, net: [(1.5, 0.3 * step)])
    np.testing.assert_array_equal(calm.params[0]["w"], still.params[0]["w"])
    assert np.abs(noisy.params[0]["w"] - calm.params[0]["w"]).max() > 1e-4


def test_full_batch_takes_every_example():
    net = init((3, 4, 2))
    _, history = train(net, toy(), 0.0, batch_size=None, steps=2)
    assert history.losses[0] == history.losses[1]


def test_a_batch_of_one_needs_the_biased_running_variance():
    net = init((3, 4, 2), norm="batch")
    with pytest.raises(ValueError, match="batch of one"):
        train(net, toy(), 0.1, batch_size=1, steps=1)
    trained, _ = train(net, toy(), 0.1, batch_size=1, steps=2, variance="biased")
    assert (trained.running[0].var < 1).all()


def test_digits_are_split_by_seed_and_prepared_as_asked():
    data = digits((0, 3))
    assert data.train_x.shape == (2, 1297, 64) and data.test_x.shape == (2, 500, 64)
    assert np.abs(data.train_x.mean(axis=1)).max() < 1e-12 and data.train_x.std() == pytest.approx(0.88, abs=0.1)
    pixels = digits((3,), "pixels")
    train_pixels = pixels.train_x[0]
    expected = (pixels.test_x[0] - train_pixels.mean(axis=0)) / (train_pixels.std(axis=0) + 0.01)
    np.testing.assert_allclose(data.test_x[1], expected, atol=1e-13)  # nothing of the test set is used
    everything = np.concatenate([pixels.train_x[0], pixels.test_x[0]])
    assert everything.min() == 0 and everything.max() == 1 and len(everything) == 1797
    np.testing.assert_array_equal(digits((3,), "binary").train_x, pixels.train_x >= 0.5)
    np.testing.assert_array_equal(pixels.train_y[0], data.train_y[1])
    assert (data.train_y[0] != data.train_y[1]).any()
    order = np.random.default_rng(1003).permutation(1797)
    np.testing.assert_array_equal(digits((3,), "pixels").train_y[0], digits((3,)).train_y[0])
    from sklearn.datasets import load_digits

    np.testing.assert_array_equal(pixels.train_y[0], load_digits().target[order][:1297])


def test_batches_are_reshuffled_epochs_without_the_incomplete_rest():
    order = batch_order(10, 3, 7, seed=0)
    assert order.shape == (7, 3)
    for epoch in (order[:3], order[3:6]):
        assert len(set(epoch.ravel())) == 9
    assert (order[:3] != order[3:6]).any()
    np.testing.assert_array_equal(order, batch_order(10, 3, 7, seed=0))
    np.testing.assert_array_equal(order[:5], batch_order(10, 3, 5, seed=0))


def test_networks_of_one_seed_share_their_batches():
    data = digits((0, 1), "pixels")
    batches = Batches(data, [0, 0, 1], [0, 0, 1], 16, 5)
    x, labels = batches(2, np.arange(3))
    np.testing.assert_array_equal(x[0], x[1])
    assert (labels[0] != labels[2]).any()
    x, labels = batches(2, np.arange(2))
    assert x.shape == (16, 64) and labels.shape == (16,)
    np.testing.assert_array_equal(x, batches(2, np.arange(3))[0][0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: train(init((3, 2), seeds=(0,)), toy(), 0.1, batch_size=41),
            "batch_size is 41; allowed are 1 to 40",
        ),
        (lambda: train(init((3, 2), seeds=(0,)), toy(), 0.1, batch_size=0), "batch_size is 0"),
        (
            lambda: train(init((3, 2), seeds=(0,)), toy(), [0.1, 0.2]),
            r"lr has shape \(2,\); allowed is one number",
        ),
        (lambda: train(init((3, 2), seeds=(0,)), toy(), np.nan), "lr holds nan"),
        (lambda: train(init((3, 2), seeds=(0,)), toy(), 0.1, steps=-1), "steps is -1"),
        (lambda: train(init((3, 2), seeds=(0,)), toy(), 0.1, batch_size=8, loss="hinge"), "loss is 'hinge'"),
        (lambda: train(init((64, 10), seeds=(5,)), digits((0, 1)), 0.1), r"seeds \[5\] have no split"),
        (lambda: digits((0,), "whitened"), "prepare is 'whitened'"),
        (
            lambda: Data(np.full((1, 2, 3), np.nan), np.zeros((1, 2)), np.ones((1, 2, 3)), np.zeros((1, 2))),
            "train_x holds nan",
        ),
        (
            lambda: Data(np.ones((1, 2, 3)), np.zeros((1, 3)), np.ones((1, 2, 3)), np.zeros((1, 2))),
            r"train_x has shape \(1, 2, 3\), train_y \(1, 3\) for 1 seeds",
        ),
    ],
)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_function_of_ones_own_may_step():
    """Here it halves the rate, and gives what half the rate gives."""
    data, start = digits(), init((64, 8, 10), norm="batch", seeds=(0, 1))
    halved = stateless(lambda net, grads, lr, decay: sgd_step(net, grads, lr / 2, decay))
    own, _ = train(start, data, 0.2, steps=5, optimizer=halved)
    half, _ = train(start, data, 0.1, steps=5)
    for p, q in zip(own.params, half.params, strict=True):
        assert all(np.array_equal(p[name], q[name]) for name in p)
