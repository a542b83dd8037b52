"""The widgets on deep networks against `bn` and the formulas, with no code in common."""

import numpy as np
import pytest

from bn.network import forward, init
from bnbook.widgets import deep


@pytest.mark.parametrize("kind, growth", [(0, lambda l, a: (1 + a * a) ** l), (1, lambda l, a: 1 + a * a * l)])
def test_the_stream_is_made_of_what_its_branches_bring(kind, growth):
    widget = deep.stream().check()
    for depth, factor in ((1, 1.0), (7, 0.3), (50, 1.0)):
        now = widget.evaluate(kind=kind, depth=depth, factor=factor)
        l = np.arange(depth + 1)
        height = growth(l, factor) / growth(depth, factor)
        assert np.allclose(now["surface"][: depth + 1], height) and now["source"] == pytest.approx(height[0])
        brought = np.diff(growth(l, factor)) / growth(l[1:], factor)
        assert now["last"] == pytest.approx(brought[-1]) and now["paths"] == pytest.approx(brought.sum())
        for first, name in ((1, "odd"), (2, "even")):  # each lies, at the right, on top of those before it
            for row, branch in enumerate(range(first, depth + 1, 2)):
                low, high = now[f"{name}_low"][row, -1], now[f"{name}_high"][row, -1]
                assert (low, high) == pytest.approx((height[branch - 1], height[branch]))


def test_a_silent_branch_brings_nothing_and_a_norm_behind_the_sum_changes_no_share():
    widget = deep.stream().check()
    silent = widget.evaluate(factor=0, depth=50)
    assert silent["source"] == 1 and silent["paths"] == 0 and not silent["share"].any() and not silent["heard"]
    plain, after = (widget.evaluate(kind=kind, depth=30) for kind in (0, 2))
    assert np.array_equal(plain["surface"], after["surface"])


def test_the_measured_shares_are_those_of_a_network_drawn_here():
    now = {kind: deep.stream().check().evaluate(kind=kind, depth=50)["dots"] for kind in (0, 1)}
    x = np.sqrt(0.5) * np.random.default_rng(5).normal(size=(96, 128))
    for kind, norm in ((0, "none"), (1, "batch")):
        trace = forward(init((128, *[128] * 11, 1), norm=norm, residual="pre", seeds=(5, 6, 7)), x)[1]
        for l in (1, 4, 10):
            branch, before = (np.mean(values**2) for values in (trace.branches[l], trace.z[l - 1]))
            assert branch / (branch + before) == pytest.approx(now[kind][l - 1], rel=0.15)


def test_ten_examples_lose_their_directions_as_in_a_network_drawn_here():
    widget = deep.directions().check()
    now = widget.evaluate(layer=20, inputs="alike", activation="relu")
    x = np.random.default_rng(3).normal(size=(1, 64)) + 0.3 * np.random.default_rng(4).normal(size=(10, 64))
    for name, norm in (("plain", "none"), ("batchnorm", "batch")):
        ranks = []
        for seed in range(20, 25):
            h = forward(init((64, *[64] * 20, 1), norm=norm, seeds=(seed,)), x)[1].a[-1][0]
            lengths = np.linalg.svd(h, compute_uv=False) ** 2
            ranks.append(lengths.sum() ** 2 / (lengths**2).sum())
        assert np.median(ranks) == pytest.approx(now[f"rank_{name}"], rel=0.15)
        assert now[f"low_{name}"][20] <= now[f"rank_{name}"] <= now[f"high_{name}"][20]
        assert np.hypot(now[f"x_{name}"], now[f"y_{name}"]).max() <= 1 + 1e-3
    assert np.hypot(now["x_plain"], now["y_plain"]).min() > 0.97  # all on one side of the rim, batch norm's are not
    assert np.ptp(now["y_plain"]) < 0.7 < np.ptp(now["y_batchnorm"])


def test_the_map_of_cosines_is_that_of_many_gaussian_weights():
    widget = deep.start().check()
    rng = np.random.default_rng(0)
    for activation, act in (("relu", lambda z: np.maximum(z, 0)), ("tanh", np.tanh)):
        now = widget.evaluate(sigma=2.0, activation=activation)
        q = 1.0
        for _ in range(200 if activation == "tanh" else 0):
            q = 4 * np.mean(act(np.sqrt(q) * rng.normal(size=100_000)) ** 2)
        first, second = rng.normal(size=(2, 400_000))
        own = np.mean(act(np.sqrt(q) * first) ** 2)
        for place in (10, 30, 50):
            c = -0.2 + 1.2 * place / 60
            other = np.sqrt(q) * (c * first + np.sqrt(1 - c * c) * second)
            assert np.mean(act(np.sqrt(q) * first) * act(other)) / own == pytest.approx(now["map"][place], abs=0.01)
        assert now["stairs_y"][-1] == pytest.approx(now["stairs_x"][-1], abs=0.02)


def test_gradients_grow_as_the_theory_says_where_it_says_something():
    widget = deep.start().check()
    for sigma in (0.7, 1.41, 3.0):
        relu, tanh = (widget.evaluate(sigma=sigma, activation=activation) for activation in ("relu", "tanh"))
        for now, slack in ((relu, 0.03), (tanh, 0.04)):
            for name in ("plain", "batchnorm"):
                assert now[f"now_{name}"] == pytest.approx(now[f"theory_{name}"], rel=slack), (sigma, name)
    assert relu["now_batchnorm"] == tanh["now_batchnorm"] or relu["now_batchnorm"] > 1.4 > tanh["now_batchnorm"] > 1.1
