"""Decay, or a rate that grows: the widget computes what `bn` does, and only the proved exponent keeps the two equal."""

import numpy as np
import pytest

from bn.layers import batch_norm, batch_norm_grad
from bnbook.experiments import growing as networks
from bnbook.widgets.reparam import growing, growing_rate, neuron


@pytest.fixture(scope="module")
def widget():
    return growing_rate().check()


def white_batch(seed, m=40):
    x = np.random.default_rng(seed).normal(size=(m, 2))
    x -= x.mean(axis=0)
    return x @ np.linalg.inv(np.linalg.cholesky(x.T @ x / m)).T


def gradient(w, x, turn):
    """Of the squared distance of a normalized unit to the best one, turned by the batch, by `bn`'s layer."""
    angle = np.radians(neuron.BEST + turn)
    best = x @ [np.cos(angle), np.sin(angle)]
    y, cache = batch_norm(x @ w[:, None], np.ones(1), np.zeros(1), 0.0)
    return (x.T @ batch_norm_grad(2 * (y - best[:, None]) / len(x), cache)[0])[:, 0]


@pytest.mark.parametrize("growth", range(4))
def test_both_runs_are_those_of_the_layer(widget, growth):
    lr, decay, x = 0.2, 0.1, white_batch(growth)
    w = v = start = np.array([-0.9, 0.4])
    out = widget.evaluate(lr=lr, decay=decay, noise=20, growth=growth, start=start, step=60)
    for t in range(growing.LENGTH):
        np.testing.assert_allclose([out["w_x"][t], out["w_y"][t]], w, rtol=1e-8, atol=1e-9)
        np.testing.assert_allclose([out["v_x"][t], out["v_y"][t]], v, rtol=1e-8, atol=1e-9)
        rate = lr * (1 - lr * decay) ** (-2 * t - 1, -2 * t, -t, 0)[growth]
        assert out["rates"][t] == pytest.approx(rate)
        turn = 20 * growing.NOISE[t]
        w, v = (1 - lr * decay) * w - lr * gradient(w, x, turn), v - rate * gradient(v, x, turn)


@pytest.mark.parametrize("noise", [10, 40, 60])
@pytest.mark.parametrize(("lr", "decay"), [(0.3, 0.1), (1, 0.1), (0.05, 0.02)])
def test_the_proved_exponent_keeps_the_direction_and_no_other_does(widget, lr, decay, noise):
    shown = [widget.evaluate(lr=lr, decay=decay, noise=noise, growth=growth, step=60) for growth in range(4)]
    assert shown[0]["apart_most"] < 1e-9
    stretch = (1 - lr * decay) ** -growing.STEPS.astype(float)
    np.testing.assert_allclose(shown[0]["v_lengths"], shown[0]["w_lengths"] * stretch, rtol=1e-9)
    assert min(out["apart_most"] for out in shown[1:]) > 1e-3
    assert shown[1]["apart_most"] < shown[2]["apart_most"] < shown[3]["apart_most"]


def test_without_decay_there_is_nothing_to_undo(widget):
    for growth in range(4):
        out = widget.evaluate(decay=0, growth=growth, step=60)
        assert out["apart_most"] < 1e-12 and out["rate_now"] == pytest.approx(0.3)


def test_two_networks_stay_equal_and_part_by_a_wrong_exponent():
    found = networks.run(seeds=(0, 1), steps=60)
    assert found["gap"][0].max() < 1e-11 and (found["gap"][1:].max(axis=-1) > 1e-3).all()
    kept = 1 - 0.2 * 0.03
    np.testing.assert_allclose(found["length"][0], found["length"][-1] * kept ** -np.arange(60.0), rtol=1e-10)
    np.testing.assert_allclose(found["rate"][0], 0.2 * kept ** (-2 * np.arange(60.0) - 1))
