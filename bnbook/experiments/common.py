"""What several experiments share: the two networks compared, and grids of settings and seeds as one stack."""

from dataclasses import replace

import numpy as np

from bn.network import accuracy, forward

NORMS = ("none", "batch")  # the order of every "norm" axis


def cast(data, dtype):
    """The same data with inputs of another type. float32 halves the time; labels stay integers."""
    return replace(data, train_x=data.train_x.astype(dtype), test_x=data.test_x.astype(dtype))


def crossed(values, seeds):
    """Every value with every seed: two arrays with one entry per network, seeds fastest."""
    return np.repeat(np.asarray(values), len(seeds)), np.tile(np.asarray(seeds), len(values))


def uncrossed(array, values, seeds, axis=-1):
    """Split the network axis of `array` into (values, seeds), moved to the front."""
    front = np.moveaxis(np.asarray(array), axis, 0)
    return front.reshape(len(values), len(seeds), *front.shape[1:])


def held_out(net, data):
    """Accuracy (k,) on the held-out images, in inference mode; a diverged network may overflow here."""
    images, labels = data.test(net.seeds)
    with np.errstate(over="ignore", invalid="ignore"):
        return accuracy(forward(net, images, training=False)[0], labels)
