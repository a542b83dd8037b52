"""A two-dimensional slice of the loss around a network in training: the gradient, and a random direction.

Both directions are laid out in units of the weights themselves, column by column (a column holds the weights
of one unit), as Li et al. (2018, arXiv:1712.09913) do for filters: in every layer each column of a direction
is scaled to the length of that unit's weights. So a distance of 1 moves every unit by its own length, whatever
the scale of the weights, and the slices of different networks can be compared. (The gradient's columns lose
their relative sizes thereby: the first direction goes downhill for every unit, but not the steepest way.)
Gamma, beta and biases stay. The loss is that of the batch of the step, with its own statistics for batch norm.
Networks and configurations are those of `landscape`.
"""

from dataclasses import replace

import numpy as np

from bn.data import digits
from bn.layers import checks, softmax_cross_entropy
from bn.network import forward, loss_and_grads
from bn.optim import train
from bnbook.experiments.common import cast
from bnbook.experiments.landscape import CONFIGS, NETWORKS, network, twin

STEPS = (0, 10, 30, 60, 99)
AT_ONCE = 63  # networks in one stack: enough to fill the matrix products, not the memory


def run(config="A", at=STEPS, seed=0, points=21, reach=0.5, batch_size=64, width=64):
    """The loss over a square around plain, batch norm and its frozen twin (see `landscape`), at chosen steps.

    at : training steps.   points : of each axis, odd, so that the middle is the network itself.   reach : of
    each axis, in lengths of a unit's weights, to both sides.
    N = 3 NETWORKS, R steps, P points:
    steps (R,), along (P,) : distance against the gradient, positive is downhill; across (P,) : distance in the
    random direction, the same direction for all networks and steps.
    loss (N, R, P across, P along) : inf where it is too large for a number.
    center (N, R) : the loss of the network itself.
    Raises ValueError for an unknown configuration.
    """
    kind = CONFIGS[checks.one_of("config", config, CONFIGS)]
    data = cast(digits((seed,)), np.float32)
    axis = np.linspace(-reach, reach, points).astype(np.float32)
    grids = []
    for norm in ("none", "batch"):
        net = network(norm, kind, (seed,), width, np.float32)
        look = _observer(axis, np.random.default_rng([1712, seed]))
        _, history = train(
            net, data, kind["lr"], batch_size=batch_size, steps=max(at) + 1, record=look, record_at=tuple(at)
        )
        grids += [np.stack(records) for records in zip(*history.records)]
    loss = np.stack(grids)
    middle = points // 2
    return {
        "steps": np.array(sorted(at)),
        "along": axis,
        "across": axis,
        "loss": loss,
        "centre": loss[..., middle, middle],
    }


def _observer(axis, rng):
    across = {}

    def look(step, net, x, labels):
        if not across:
            across["w"] = [rng.normal(size=layer["w"].shape).astype(np.float32) for layer in net.params]
        nets = [net] if net.norm == "none" else [net, twin(net, x, labels)]
        return [plane(one, x, labels, across["w"], axis) for one in nets]

    return look


def plane(net, x, labels, across, axis):
    """The loss of one network (k = 1) at every pair of distances, (P across, P along)."""
    grads = loss_and_grads(net, x, labels)[1]
    down = [like_units(-g["w"], layer["w"]) for g, layer in zip(grads, net.params)]
    side = [like_units(d, layer["w"]) for d, layer in zip(across, net.params)]
    second, first = (a.ravel() for a in np.meshgrid(axis, axis, indexing="ij"))
    losses = []
    for part in np.array_split(np.arange(len(first)), -(-len(first) // AT_ONCE)):
        moved = _moved(net, down, first[part], side, second[part])
        with np.errstate(over="ignore", invalid="ignore"):
            losses.append(softmax_cross_entropy(forward(moved, x)[0], labels)[0])
    losses = np.nan_to_num(np.concatenate(losses), nan=np.inf, posinf=np.inf)
    return losses.reshape(len(axis), len(axis))


def _moved(net, down, first, side, second):
    """A stack with one network per pair of distances."""
    first, second = first[:, None, None], second[:, None, None]
    params = [
        {
            **{n: np.repeat(p, len(first), axis=0) for n, p in layer.items() if n != "w"},
            "w": layer["w"] + first * d + second * s,
        }
        for layer, d, s in zip(net.params, down, side)
    ]
    return replace(net, params=params, seeds=np.repeat(net.seeds, len(first)))


def like_units(direction, w):
    """`direction` (k, fan_in, fan_out) with every column as long as that of w; columns of length 0 stay 0."""
    own, wanted = (np.sqrt((a**2).sum(axis=1, keepdims=True)) for a in (direction, w))
    return direction * np.divide(wanted, own, out=np.zeros_like(own), where=own > 0)


def finding(seed, configs="BC", at=(10,), points=21):
    """One seed of `run`, configurations in front: worst, the largest loss in the square, and center (C, N, R)."""
    runs = [run(config, at, seed, points) for config in configs]
    return {
        "worst": np.stack([one["loss"].max(axis=(-1, -2)) for one in runs]),
        "centre": np.stack([r["centre"] for r in runs]),
    }


__all__ = ["NETWORKS", "STEPS", "finding", "like_units", "plane", "run"]
