"""Parts of the frozen twin: which of a batch norm network's statistics must answer within a step?

The frozen twin of `landscape` holds the means and the spreads of all layers at once. Here any part of them is held:
the means alone, the spreads alone, or both in a single layer. At the start of a look all are the same network.
"""

import numpy as np

from bn.layers.dense import ACTIVATIONS, linear, linear_grad
from bn.layers.losses import LOSSES
from bn.network import loss_and_grads
from bn.optim import train
from bnbook.experiments import landscape

PARTS = ("nothing", "means", "spreads", "both")
VALUE, VALUE_GRAD = LOSSES["softmax"]


def run(seeds=(0,), config="B", at=(0, 20, 40, 60, 80, 99), batch_size=64, width=64):
    """Train with batch norm and look ahead along the gradient of every variant, at equal scale and as they are.

    V variants: the four PARTS, held in all layers, then both held in one layer, the first to the last of H.
    S seeds, R steps, C = 2 `landscape.SCALES`, D distances:
    steps (R,), loss_range, gradient_change, beta (V, C, S, R) : as in `landscape.summary`.
    Raises ValueError for an unknown configuration.
    """
    kind = landscape.kind_of(config)
    data = landscape.digits(seeds)
    variants = [(part in ("means", "both"), part in ("spreads", "both"), range(kind["depth"])) for part in PARTS]
    variants += [(True, True, (i,)) for i in range(kind["depth"])]

    def look(step, net, x, labels):
        start = loss_and_grads(net, x, labels)[2].norm_caches
        return [
            [measures(net, x, labels, scale, kind["lr"], held(start, *variant)) for scale in landscape.SCALES]
            for variant in variants
        ]

    net = landscape.network("batch", kind, seeds, width)
    _, history = train(
        net, data, kind["lr"], batch_size=batch_size, steps=max(at) + 1, record=look, record_at=tuple(at)
    )
    found = np.array(history.records)  # R, V, C, 3, S
    names = zip(landscape.QUANTITIES, np.moveaxis(found, (1, 2, 3, 4, 0), (1, 2, 0, 3, 4)))
    return {"steps": np.array(sorted(at)), **dict(names)}


def measures(net, x, labels, scale, lr, means_and_spreads):
    """The three measures of one look, (3, k)."""

    def evaluate(there, x, labels):
        return loss_and_grads_held(there, x, labels, *means_and_spreads)

    losses, change, moved, _ = landscape.along_gradient(
        net, x, labels, *landscape.scaled(net, scale, lr), evaluate=evaluate
    )
    with np.errstate(invalid="ignore"):
        return [losses[1:].max(axis=0) - losses[1:].min(axis=0), change.max(axis=0), (change / moved).max(axis=0)]


def held(caches, means, spreads, layers):
    """Two lists with one entry per layer: the mean and the spread to hold, or None where it is to answer."""
    chosen = [i in layers for i in range(len(caches))]
    return (
        [cache.mu if means and one else None for cache, one in zip(caches, chosen)],
        [cache.std if spreads and one else None for cache, one in zip(caches, chosen)],
    )


def loss_and_grads_held(net, x, labels, means, spreads):
    """As `network.loss_and_grads` of a batch norm network, with the given means and spreads held fixed."""
    forward, slope = ACTIVATIONS[net.activation]
    a, passed = np.asarray(x), []
    for layer, mean, spread in zip(net.params[:-1], means, spreads, strict=True):
        z, linear_cache = linear(a, layer["w"], None)
        xhat, norm_cache = standardize_held(z, mean, spread, net.eps)
        a, act_cache = forward(layer["gamma"] * xhat + layer["beta"])
        passed.append((linear_cache, norm_cache, act_cache))
    logits, last = linear(a, net.params[-1]["w"], net.params[-1]["b"])
    losses, cache = VALUE(logits, labels)
    da, dw, db = linear_grad(VALUE_GRAD(1.0, cache), last)
    grads = [{"w": dw, "b": db}]
    for layer, (linear_cache, norm_cache, act_cache) in zip(net.params[-2::-1], passed[::-1]):
        dy = slope(da, act_cache)
        sums = {"gamma": (dy * norm_cache[0]).sum(axis=1, keepdims=True), "beta": dy.sum(axis=1, keepdims=True)}
        da, dw, _ = linear_grad(standardize_held_grad(dy * layer["gamma"], norm_cache), linear_cache)
        grads.append({"w": dw, **sums})
    return losses, grads[::-1], None


def standardize_held(z, mean, spread, eps):
    """(z - mean) / spread over the batch axis of z (k, m, d); what is None is taken from the batch."""
    own = z - z.mean(axis=1, keepdims=True)
    live = np.sqrt((own**2).mean(axis=1, keepdims=True) + eps) if spread is None else spread
    xhat = (own if mean is None else z - mean) / live
    return xhat, (xhat, own, live, mean is None, spread is None)


def standardize_held_grad(dxhat, cache):
    """The gradient by z: the way through the mean, and that through the spread, only where they are live."""
    xhat, own, spread, mean_answers, spread_answers = cache
    dz = dxhat - dxhat.mean(axis=1, keepdims=True) if mean_answers else dxhat
    if spread_answers:
        dz = dz - (dxhat * xhat).mean(axis=1, keepdims=True) * own / spread
    return dz / spread


def finding(seed, config="B", at=(0, 20, 40, 60, 80, 99), width=64):
    """One seed of `run`: loss_range, gradient_change, beta (V, C, R)."""
    found = run((seed,), config, at, width=width)
    return {name: found[name][:, :, 0] for name in landscape.QUANTITIES}
