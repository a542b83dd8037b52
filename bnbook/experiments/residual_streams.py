"""Residual networks at the start: how large is each branch, beside the stream that it joins?

De & Smith (2020), arXiv:2002.10444. ReLU, start weights of variance 2 / fan-in, so that a branch without a norm has the
mean square of what enters it. The stream begins with mean square 1. `KINDS` names where a norm stands: nowhere, first
in the branch (batch or layer norm), or behind the sum (batch norm), where it holds the scale and leaves the share.
"""

import numpy as np

from bn.layers import checks
from bn.network import forward, init

KINDS = {
    "plain": ("none", "pre"),
    "batchnorm": ("batch", "pre"),
    "layernorm": ("layer", "pre"),
    "after": ("batch", "post"),
}
FACTORS = (0.14, 0.5, 1.0)  # of the branches; 0.14 is about 1 / sqrt(50)
DEPTH = 50


def shares(seed, kinds=tuple(KINDS), factors=FACTORS, depth=DEPTH, width=128, examples=128):
    """One seed: what each of `depth` branches adds, and the stream before it, as mean squares over examples and units.

    branch, stream (K kinds, F factors, depth) : the branch with its factor; the stream that it joins.
    together (K, F, depth) : the stream after it. Without correlation it is the sum of the two.
    """
    found = {"branch": [], "stream": [], "together": []}
    for kind in kinds:
        norm, residual = KINDS[checks.one_of("kind", kind, KINDS)]
        rows = [_one(seed, norm, residual, factor, depth, width, examples) for factor in factors]
        for name, values in zip(found, zip(*rows, strict=True), strict=True):
            found[name].append(np.stack(values))
    return {name: np.stack(values) for name, values in found.items()}


def _one(seed, norm, residual, factor, depth, width, examples):
    rng = np.random.default_rng([2002, int(seed)])
    x = np.sqrt(0.5) * rng.normal(size=(1, examples, width))  # the first layer doubles mean squares
    sizes = (width, *[width] * (depth + 1), 1)
    net = init(sizes, norm=norm, residual=residual, skip_init=factor, seeds=(seed,))
    trace = forward(net, x)[1]
    before = trace.z if residual == "pre" else trace.y  # what the skip connection takes along
    branch = [factor**2 * np.mean(branch**2) for branch in trace.branches[1:]]
    stream = [np.mean(values**2) for values in before[:-1]]
    together = [np.mean(values**2) for values in trace.z[1:]]
    return np.array(branch), np.array(stream), np.array(together)


def share(branch, stream):
    """The share of a branch in the sum of itself and the stream; 0 / 0 is no share."""
    return branch / (branch + stream)
