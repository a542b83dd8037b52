"""Folding batch norm into the layer before it, and the small convolution that it is shown on."""

import numpy as np
import pytest

import bn
from bn.data import digits
from bn.layers import batch_norm_inference, convolve, linear
from bn.network import forward, init
from bn.optim import train


def statistics(rng, d):
    """gamma (also negative), beta, running mean and variance."""
    return rng.normal(1, 2, size=d), rng.normal(size=d), rng.normal(3, 1, size=d), rng.uniform(0.01, 4, size=d)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("eps", [0.0, 1e-5, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_a_linear_layer_and_batch_norm_become_one_layer(seed, eps, bias):
    rng = np.random.default_rng(seed)
    x, w, b = rng.normal(size=(7, 5)), rng.normal(size=(5, 4)), rng.normal(size=4) if bias else None
    norm = statistics(rng, 4)
    wanted = batch_norm_inference(linear(x, w, b)[0], *norm, eps)
    folded = linear(x, *bn.fold(w, b, *norm, eps))[0]
    np.testing.assert_allclose(folded, wanted, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize(("padding", "stride"), [(0, 1), (1, 1), (2, 3)])
@pytest.mark.parametrize("bias", [True, False])
def test_a_convolution_and_batch_norm_become_one_convolution(padding, stride, bias):
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(2, 3, 7, 8)), rng.normal(size=(4, 3, 3, 2)), rng.normal(size=4) if bias else None
    norm = statistics(rng, 4)
    wanted = batch_norm_inference(convolve(x, w, b, padding, stride)[0], *norm)
    folded = convolve(x, *bn.fold(w, b, *norm), padding, stride)[0]
    np.testing.assert_allclose(folded, wanted, rtol=1e-11, atol=1e-11)


def test_axis_names_the_output_features():
    """PyTorch's linear layer has one row per output feature."""
    rng = np.random.default_rng(1)
    w, b, norm = rng.normal(size=(5, 4)), rng.normal(size=4), statistics(rng, 4)
    ours, theirs = bn.fold(w, b, *norm), bn.fold(w.T, b, *norm, axis=0)
    np.testing.assert_array_equal(ours[0], theirs[0].T)
    np.testing.assert_array_equal(ours[1], theirs[1])


def test_float32_weights_stay_float32():
    rng = np.random.default_rng(2)
    w, b = bn.fold(rng.normal(size=(5, 4)).astype(np.float32), None, *statistics(rng, 4))
    assert w.dtype == b.dtype == np.float32


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"w": np.ones(4)}, "w has shape"),
        ({"b": np.ones(3)}, "b has shape"),
        ({"gamma": np.ones(5)}, "gamma has shape"),
        ({"running_var": np.array([1, 1, -1, 1.0])}, "running_var is -1.0 at feature 2"),
        ({"running_var": np.zeros(4), "eps": 0.0}, "a sum above 0"),
        ({"axis": 2}, "axis is 2"),
        ({"eps": -1.0}, "eps is"),
        ({"beta": np.array([0, np.nan, 0, 0])}, "beta holds nan"),
    ],
)
def test_bad_input_is_named(change, words):
    good = {
        "w": np.ones((5, 4)),
        "b": None,
        **dict.fromkeys(("gamma", "beta", "running_mean", "running_var"), np.ones(4)),
    }
    with pytest.raises(ValueError, match=words):
        bn.fold(**{**good, **change})


def test_a_trained_network_gives_the_same_logits_when_folded():
    data = digits((0, 1))
    net, _ = train(init((64, 20, 15, 10), norm="batch", seeds=(0, 1)), data, 0.1, steps=40)
    folded = bn.fold_network(net)
    x, _ = data.test(net.seeds)
    wanted, got = (forward(each, x, training=False)[0] for each in (net, folded))
    np.testing.assert_allclose(got, wanted, rtol=1e-10, atol=1e-10)
    assert folded.norm == "none" and all("gamma" not in layer for layer in folded.params)
    with pytest.raises(ValueError, match=r'net.norm is "none"|net.norm is \'none\''):
        bn.fold_network(folded)


def test_norm_before_a_padded_convolution_does_not_fold():
    """The zeros of the padding are not normalized; without padding the fold into the layer after is exact."""
    rng = np.random.default_rng(3)
    x, w = rng.normal(2, 1, size=(1, 2, 6, 6)), rng.normal(size=(3, 2, 3, 3))
    gamma, beta, mean, var = statistics(rng, 2)
    a = gamma / np.sqrt(var + 1e-5)
    after_w, after_b = w * a[:, None, None], (w * (beta - a * mean)[:, None, None]).sum(axis=(1, 2, 3))
    normed = batch_norm_inference(x, gamma, beta, mean, var)
    without, with_padding = (
        np.abs(convolve(normed, w, None, p)[0] - convolve(x, after_w, after_b, p)[0]) for p in (0, 1)
    )
    assert without.max() < 1e-12
    assert with_padding[:, :, 1:-1, 1:-1].max() < 1e-12 < with_padding.max()


def test_convolution_by_hand():
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    w = np.array([[[[0, 1], [2, 0]]]])
    y, _ = convolve(x, w, np.array([10.0]), stride=2)
    np.testing.assert_array_equal(y[0, 0], [[1 + 2 * 4 + 10, 3 + 2 * 6 + 10], [9 + 2 * 12 + 10, 11 + 2 * 14 + 10]])
    padded, _ = convolve(x, w, padding=1)
    assert (
        padded.shape == (1, 1, 5, 5)
        and padded[0, 0, 0, 0] == 0
        and padded[0, 0, 4, 4] == 0
        and padded[0, 0, 4, 1] == 12 + 1 - 0
    )


@pytest.mark.parametrize(
    ("x", "w", "more"),
    [((2, 3, 4, 4), (5, 2, 3, 3), {}), ((2, 3, 4), (5, 3, 3, 3), {}), ((1, 1, 2, 2), (1, 1, 3, 3), {}),
     ((1, 1, 4, 4), (1, 1, 3, 3), {"padding": -1}), ((1, 1, 4, 4), (1, 1, 3, 3), {"stride": 0})],
)  # fmt: skip
def test_a_convolution_refuses_what_does_not_fit(x, w, more):
    with pytest.raises(ValueError, match="allowed"):
        convolve(np.ones(x), np.ones(w), **more)
