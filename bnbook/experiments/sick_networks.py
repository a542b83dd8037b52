"""One trained network on digits, healthy and with one fault at a time, as the doctor is shown it.

Digits, standardized; 64-(48 x 3)-10 ReLU with batch norm, 200 steps of 0.1 with batches of 64, momentum 0.1, seed 0.
Each fault is a mistake that people make; its arrays are those of a batch of 64 held-out images (4 in "four").
"""

from dataclasses import replace
from functools import cache

import numpy as np

from bn.data import digits
from bn.doctor import observe
from bn.layers.running import running_start
from bn.network import init
from bn.optim import train
from bnbook.experiments.companions import seen

WIDTH, DEPTH, BATCH, STEPS = 48, 3, 64, 200
SILENCED = 12  # units of layer 2
FAULTS = {
    "none": "nothing",
    "lag": "momentum 0.001 instead of 0.1",
    "keras": "momentum 0.99, copied from Keras",
    "never": "running statistics never updated",
    "switch": "no switch to inference",
    "frozen": "no switch back to training",
    "four": "a batch of four",
    "dead": "beta run far below zero",
    "tiny": "pictures divided by 255 twice",
    "camera": "another camera in use",
    "outlier": "one broken picture",
}


@cache
def trained(momentum=0.1, unit=1.0):
    """The data, with pictures in the given unit, and the network."""
    data = digits((0,))
    data = replace(data, train_x=data.train_x * unit, test_x=data.test_x * unit)
    net = init((64, *[WIDTH] * DEPTH, 10), norm="batch")
    return data, train(net, data, 0.1, steps=STEPS, batch_size=BATCH, momentum=momentum)[0]


def layers(fault="none"):
    """The hidden layers of the network with this fault, a list of `bn.Layer`."""
    momentum = {"lag": 0.001, "keras": 0.99}.get(fault, 0.1)
    data, net = trained(momentum, 1 / 255 if fault == "tiny" else 1.0)
    x = data.test_x[0][: 4 if fault == "four" else BATCH]
    if fault == "never":
        net = replace(net, running=[running_start((1, 1, WIDTH))] * DEPTH)
    if fault == "dead":
        net = replace(net, params=[*net.params])
        beta = net.params[1]["beta"].copy()
        beta[..., :SILENCED] -= 6
        net.params[1] = {**net.params[1], "beta": beta}
    if fault == "camera":
        x = seen(x, "dimmed")
    if fault == "outlier":
        x = np.concatenate([x[:-1], 1e3 * x[-1:]])
    found = observe(net, x, training=fault != "frozen", mode="inference" if fault == "switch" else "training")
    return [replace(layer, momentum=momentum) for layer in found]
