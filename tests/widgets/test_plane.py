"""The networks that divide the plane are those of `bn.train`, and the picture is what they say of each place."""

import numpy as np
import pytest

from bn import accuracy, forward, init, train
from bn.data import Data
from bnbook.experiments import plane
from bnbook.widgets.plane import plane_laboratory


@pytest.fixture(scope="module")
def widget():
    return plane_laboratory().check()


def trained(norm, problem, offset, steps):
    raw = plane.raw_data()
    x, sides = raw["points"][problem] + offset, raw["sides"]
    n = plane.TRAINING
    data = Data(x[None, :n], sides[None, :n], x[None, n:], sides[None, n:])
    net = init((2, 16, 16, 2), norm=norm, seeds=(0,))
    return train(net, data, lr=0.1, steps=steps, batch_size=32)[0], data


@pytest.mark.parametrize(("problem", "offset"), [(0, 0.0), (0, 10.0), (1, 0.0)])
def test_both_networks_are_those_of_bn(widget, problem, offset):
    found = widget.evaluate(step=150, problem=problem, offset=offset)
    for lane, norm in (("a", "none"), ("b", "batch")):
        net, data = trained(norm, problem, offset, 150)
        logits, _ = forward(net, data.test_x[0], training=False)
        assert found[f"right_{lane}"] == pytest.approx(accuracy(logits, data.test_y[0])[0])
        places = np.array([[plane.CELLS[3], plane.CELLS[30]], [plane.CELLS[20], plane.CELLS[5]]]) + offset
        two, _ = forward(net, places, training=False)
        sides = 1 / (1 + np.exp(two[0, :, 0] - two[0, :, 1]))
        np.testing.assert_allclose([found[f"side_{lane}"][30, 3], found[f"side_{lane}"][5, 20]], sides, rtol=1e-9)


def test_the_points_are_standardized_and_half_of_each_side():
    raw = plane.raw_data()
    np.testing.assert_allclose(raw["points"].mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(raw["points"].std(axis=1), 1)
    assert raw["sides"][: plane.TRAINING].mean() == raw["sides"][plane.TRAINING :].mean() == 0.5


@pytest.mark.parametrize("problem", [0, 1])
def test_no_line_parts_the_sides(problem):
    """Else a network of one layer would do, and the problem would be none."""
    raw = plane.raw_data()
    x = np.c_[raw["points"][problem], np.ones(len(raw["sides"]))]
    w, *_ = np.linalg.lstsq(x, 2.0 * raw["sides"] - 1, rcond=None)
    assert ((x @ w > 0) == (raw["sides"] == 1)).mean() < 0.92


def test_moved_far_the_plain_network_fails_and_the_normalized_one_does_not(widget):
    """What the chapter says, for the seeds it can be seen with."""
    for seed in range(2):
        found = widget.evaluate(step=600, offset=10, seed=seed)
        assert found["right_a"] == 0.5 and found["own_b"] > 0.95
        assert (found["side_a"] == np.median(found["side_a"])).mean() > 0.85  # nearly all of the plane has one color
        slow = widget.evaluate(step=600, offset=10, rate=0.01, seed=seed)
        assert 0.8 < slow["right_a"] < 0.92
