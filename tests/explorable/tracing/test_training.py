"""Whole training steps of `bn`, traced without a change to it, give NumPy's numbers step after step."""

import itertools

import numpy as np
import pytest

from bn.layers.norms import NORMS
from tests.explorable.tracing import training
from tests.explorable.tracing.engine import walked

CLOSE = 1e-12  # of the largest number of each array
WIDTHS = {"group": 32}  # two units in a group are 1 and -1, or nearly so: what is left of a difference is all rounding


def check(net, steps, optimizer="sgd", close=CLOSE):
    """The losses, and the parameters and statistics at the end, agree; they have moved."""
    places = training.batches(steps)
    losses, state = training.by_numpy(net, places, optimizer)
    case, given = training.compiled(net, places, optimizer)
    found, outputs, failed = walked(case, given, places, "loss")
    assert failed == "" and found.shape == losses.shape
    np.testing.assert_allclose(found, losses, rtol=close)
    for name, wanted in state.items():
        size = max(np.abs(wanted).max(), 0.01)  # some are 0 but for rounding
        np.testing.assert_allclose(outputs[name], wanted, rtol=0, atol=close * size, err_msg=name)
    assert losses[-len(net.seeds) :].max() < losses[0]


@pytest.mark.parametrize("norm", NORMS)
def test_thirty_steps(norm):
    for activation, depth in itertools.product(("relu", "sigmoid", "tanh", "linear"), (1, 3)):
        width = WIDTHS.get(norm, training.WIDTH)
        check(training.network(depth, width, norm=norm, activation=activation), 30)


@pytest.mark.parametrize("optimizer", ["momentum", "adam", "adamw"])
def test_optimizers_that_remember(optimizer):
    check(training.network(2, norm="batch"), 30, optimizer)


@pytest.mark.parametrize("residual", ["pre", "end", "post"])
def test_residual_networks(residual):
    check(training.network(3, norm="layer", activation="tanh", residual=residual), 30)


def test_several_networks_at_once():
    check(training.network(2, norm="batch", activation="tanh", seeds=(0, 1, 2)), 30)


@pytest.mark.parametrize(("norm", "activation"), [("none", "sigmoid"), ("batch", "tanh"), ("layer", "relu")])
def test_three_hundred_steps(norm, activation):
    check(training.network(2, norm=norm, activation=activation), 300, close=1e-10)
