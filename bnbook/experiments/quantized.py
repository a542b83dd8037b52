"""A folded network in a few bits: rounding weights before the fold, after it, and after it unit by unit.

Digits, standardized, 64-64-64-64-10 ReLU with batch norm, 300 steps of 0.1 with batches of 64. In use every matrix of
weights is rounded to 2^bits - 1 equally spaced values around 0. `WAYS`: the matrix before the fold, the norm staying a
step of its own; the folded matrix, which is what runs when the norm has gone; and the folded matrix with a spacing for
each unit. Then the same with a network that computes the same function, but whose units have weights of unequal length
in front of their norms: each times a factor of its own, exp(1.5 N(0, 1)), and its running statistics with it.
"""

from dataclasses import replace

import numpy as np

from bn.data import digits
from bn.layers import checks
from bn.network import accuracy, forward, init
from bn.optim import train
from bn.serving import fold_network

WAYS = ("apart", "folded", "by unit")
BITS = (8, 6, 5, 4, 3)
UNEVEN = 1.5  # standard deviation of the logarithm of a unit's factor


def rounded(w, bits, by_unit=False):
    """Weights (k, fan_in, fan_out) at the nearest of 2^bits - 1 values around 0, up to the largest weight.

    by_unit : the largest of each unit's weights, instead of the largest of all.
    Raises ValueError for fewer than 2 bits.
    """
    checks.as_number("bits", bits, 2, 32, allowed="2 to 32")
    largest = np.abs(w).max(axis=1 if by_unit else (1, 2), keepdims=True)
    spacing = np.where(largest > 0, largest, 1) / (2 ** (int(bits) - 1) - 1)
    return np.round(w / spacing) * spacing


def in_bits(net, bits, way):
    """The network in use with rounded weights. way : one of `WAYS`."""
    checks.one_of("way", way, WAYS)
    base = net if way == "apart" else fold_network(net)
    params = [{**layer, "w": rounded(layer["w"], bits, way == "by unit")} for layer in base.params]
    return replace(base, params=params)


def uneven(net, seed, spread=UNEVEN):
    """The same function in use, up to eps: the weights before every norm times a positive factor for each unit."""
    rng = np.random.default_rng([2018, int(seed)])
    params, running = [], []
    for layer, was in zip(net.params[:-1], net.running, strict=True):
        factor = np.exp(spread * rng.normal(size=layer["w"].shape[-1]))
        params.append({**layer, "w": layer["w"] * factor})
        running.append(was._replace(mean=was.mean * factor, var=was.var * factor**2))
    return replace(net, params=[*params, net.params[-1]], running=running, eps=0.0)


def of_seed(seed, bits=BITS, steps=300):
    """One seed, and two networks N of one function: as trained, and uneven.

    error, right (N, ways, bits) : the logits' root mean square error over their own; shares of new digits read right.
    exact (N,) : the shares that they read right without rounding.
    """
    data = digits((int(seed),))
    net = train(init((64, 64, 64, 64, 10), norm="batch", seeds=(int(seed),)), data, 0.1, steps=steps)[0]
    images, labels = data.test(net.seeds)
    nets = (replace(net, eps=0.0), uneven(net, seed))
    error, right = np.empty((2, 2, len(WAYS), len(bits)))
    exact = [forward(each, images, training=False)[0] for each in nets]
    for n, w, b in np.ndindex(error.shape):
        told = forward(in_bits(nets[n], bits[b], WAYS[w]), images, training=False)[0]
        error[n, w, b] = np.sqrt(np.square(told - exact[n]).mean() / np.square(exact[n]).mean())
        right[n, w, b] = accuracy(told, labels)[0]
    return {"error": error, "right": right, "exact": np.array([accuracy(logits, labels)[0] for logits in exact])}
