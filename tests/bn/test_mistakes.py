"""The catalog of wrong gradients: one is right, one is harmless, each of the others is wrong and is recognized."""

import numpy as np
import pytest

from bn.layers import batch_norm, batch_norm_grad
from bn.mistakes import EDGES, MISTAKES, SPREADS, gradient, recognize

GAMMA, EPS = 1.7, 0.05
RIGHT = ("none", "variance-to-mean")


@pytest.fixture(params=range(3))
def batch(request):
    """x, dy : (7, 4), and the true dx of the layer, with beta away from 0."""
    x, dy = np.random.default_rng(request.param).normal(size=(2, 7, 4))
    x = 3 * x + 2
    _, cache = batch_norm(x, np.full(4, GAMMA), np.full(4, -0.6), EPS)
    return x, dy, batch_norm_grad(dy, cache)[0]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_wrong_unless_it_is_said_to_be_harmless(batch, name):
    x, dy, true = batch
    off = np.abs(gradient(name, x, dy, GAMMA, EPS) - true).max() / np.abs(true).max()
    assert MISTAKES[name].harmless == (name in RIGHT)
    assert off < 1e-13 if name in RIGHT else off > 1e-3


@pytest.mark.parametrize("name", [name for name in MISTAKES if name not in RIGHT])
def test_a_mistake_is_recognized_and_taken_for_no_other(batch, name):
    x, dy, _ = batch
    assert recognize(gradient(name, x, dy, GAMMA, EPS), x, dy, GAMMA, EPS) == [name]


def test_the_layer_itself_is_recognized_as_right(batch):
    x, dy, true = batch
    assert recognize(true, x, dy, GAMMA, EPS) == list(RIGHT)


def test_what_is_no_known_mistake_is_not_recognized(batch):
    x, dy, true = batch
    assert recognize(true + 0.01, x, dy, GAMMA, EPS) == []


def test_at_gamma_one_nobody_can_tell(batch):
    """The exercise of the chapter: three formulas give the same numbers."""
    x, dy, _ = batch
    assert recognize(gradient("gamma", x, dy, 1.0, EPS), x, dy, 1.0, EPS) == ["none", "gamma", "variance-to-mean"]


def test_one_feature_may_come_without_its_axis(batch):
    x, dy, true = batch
    np.testing.assert_allclose(gradient("none", x[:, 0], dy[:, 0], GAMMA, EPS), true[:, 0], rtol=1e-12)


def test_an_unknown_name_is_refused_with_those_allowed():
    with pytest.raises(ValueError, match=r"name is 'sigma'; allowed are none, mean-path"):
        gradient("sigma", np.arange(3.0), np.ones(3), 1.0)


def test_records_name_edges_and_spreads_that_exist():
    for mistake in MISTAKES.values():
        assert set(mistake.cut) | set(mistake.times_m) <= set(EDGES) and mistake.spread in SPREADS
