"""The steepest direction of the loss, and what it does: Page's argument that shift does matter, in small.

Page (2019), in the notebook that the book cites: three networks in training, plain, with batch norm, and the latter
with its statistics frozen. Without live statistics the largest eigenvalues of the Hessian were one to two orders of
magnitude larger, and their eigenvectors belonged to changes of the outputs' means, which a small move against the
weights of every layer adds up to: internal shift becomes external. He used a convolutional network on CIFAR-10.

Here: networks, twin and units are those of `landscape` (digits; every weight matrix in units of its own length, so
that the networks may be compared; only weights move). Eigenvectors come from power iteration with Hessian-vector
products.
"""

import numpy as np

from bn.data import digits
from bn.hessian import hessian_vector_product, logits_speed
from bn.layers import checks
from bn.network import backward, forward, loss_and_grads
from bn.optim import train
from bnbook.experiments.landscape import CONFIGS, network, norm_of, step, twin

ITERATIONS = 60
NAMES = ("curvature", "common", "common_random", "sent", "loss")


def run(config="A", seeds=(0, 1, 2), at=(0, 20, 50), batch_size=64, moves=(0.02, 0.05, 0.1)):
    """Train the networks of one configuration and look at chosen steps, on the batch of that step.

    N = 3 NETWORKS of `landscape`, S seeds, R steps:
    steps (R,), seeds (S,).
    curvature (N, S, R) : the largest eigenvalue in absolute value.
    common (N, S, R) : of the change of the logits along its eigenvector, the share that all examples have in common
        (square of the mean change over the mean square, the part that softmax does not see left out).
    common_random (N, S, R) : the same along a random direction.
    moves (M,).   sent (N, S, R, M) : share of the batch that gets one and the same class, the best of the ten, after a
        move that far along the gradient of that class's mean logit.
    loss (N, S, R) : of that batch.
    Raises ValueError for an unknown configuration.
    """
    kind = CONFIGS[checks.one_of("config", config, CONFIGS)]
    data = digits(seeds)
    records = []
    for norm in ("none", "batch"):
        _, history = train(
            network(norm, kind, seeds),
            data,
            kind["lr"],
            batch_size=batch_size,
            steps=max(at) + 1,
            record=_observer(moves),
            record_at=tuple(at),
        )
        records += list(zip(*history.records))  # of each network probed, one dict per step
    arrays = {key: np.array([[r[key] for r in row] for row in records]).swapaxes(1, 2) for key in records[0][0]}
    return {"steps": np.array(sorted(at)), "seeds": np.array(seeds), "moves": np.array(moves), **arrays}


def _observer(moves):
    def look(at, net, x, labels):
        nets = [net] if net.norm == "none" else [net, twin(net, x, labels)]
        return [probe(one, x, labels, moves, np.random.default_rng([2019, at])) for one in nets]

    return look


def probe(net, x, labels, moves, rng):
    """The arrays of `run` for one stack of networks, (k,) or (k, M) each."""
    units = [{"w": np.sqrt((layer["w"] ** 2).sum(axis=(1, 2), keepdims=True))} for layer in net.params]
    start = [{"w": rng.normal(size=layer["w"].shape)} for layer in net.params]
    with np.errstate(over="ignore", invalid="ignore"):
        value, vector = steepest(net, x, labels, units, unit(start))
        return {
            "loss": loss_and_grads(net, x, labels)[0],
            "curvature": value,
            "common": common(logits_speed(net, x, scaled(net, units, vector))),
            "common_random": common(logits_speed(net, x, scaled(net, units, unit(start)))),
            "sent": np.max([sent(net, x, units, moves, c) for c in range(10)], axis=0),
        }


def steepest(net, x, labels, units, vector, iterations=ITERATIONS):
    """Largest eigenvalue in absolute value (k,) of the Hessian in the given units, and its eigenvector."""
    for _ in range(iterations):
        product = hessian_vector_product(net, x, labels, scaled(net, units, vector))
        product = [{"w": u["w"] * p["w"]} for u, p in zip(units, product)]
        value = sum((a["w"] * b["w"]).sum(axis=(1, 2)) for a, b in zip(vector, product))
        vector = unit(product)
    return value, vector


def unit(vector):
    """The vector at length 1, for every network of the stack."""
    length = norm_of(vector)[:, None, None]
    return [{"w": layer["w"] / np.where(length > 0, length, 1)} for layer in vector]


def scaled(net, units, vector):
    """A move of the weights in their units as a move of all parameters; the others stay."""
    still = ({n: np.zeros_like(p) for n, p in layer.items()} for layer in net.params)
    return [{**zero, "w": u["w"] * v["w"]} for zero, u, v in zip(still, units, vector)]


def common(change):
    """Share of the change of the logits (k, m, c) that all examples have in common, (k,)."""
    change = change - change.mean(axis=-1, keepdims=True)  # a number added to all logits of an example has no effect
    return (change.mean(axis=1) ** 2).sum(axis=-1) / (change**2).sum(axis=-1).mean(axis=-1)


def sent(net, x, units, moves, c):
    """Share of the examples classified as c after moves along the gradient of c's mean logit, (k, M)."""
    logits, trace = forward(net, x)
    upstream = np.zeros_like(logits)
    upstream[..., c] = 1 / logits.shape[1]
    gradient = [{"w": u["w"] * g["w"]} for u, g in zip(units, backward(net, trace, upstream))]
    direction = unit(gradient)
    moved = (step(net, direction, units, np.full(net.size, -far)) for far in moves)
    return np.stack([(forward(one, x)[0].argmax(axis=-1) == c).mean(axis=-1) for one in moved], axis=-1)


def finding(seed, configs="AB", at=(0, 5, 20, 50, 99), moves=(0.02, 0.05, 0.1)):
    """One seed of `run` for several configurations, which stand in front.

    C configurations, N networks: curvature, common, common_random, loss (C, N, R), sent (C, N, R, M).
    """
    runs = [run(config, (seed,), at, moves=moves) for config in configs]
    return {k: np.stack([one[k][:, 0] for one in runs]) for k in NAMES}
