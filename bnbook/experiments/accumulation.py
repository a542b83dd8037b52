"""Gradient accumulation with batch norm: 64 examples a step, sent through in micro-batches.

Digits, standardized; 64-(48 x 2)-10 ReLU, start weights of variance 2 / fan-in, plain SGD, 64 examples a step. The
gradients of 64 / m micro-batches of m examples are averaged, then comes one step. Running statistics (momentum 0.1)
move once per micro-batch, in turn, as in the common libraries. The micro-batches of one step are a stack of networks
with equal weights, so that they run at once.
"""

from dataclasses import replace

import numpy as np

from bn.data import digits
from bn.layers.running import update_running
from bn.network import init, loss_and_grads, take
from bn.serving import recompute_statistics
from bn.steps import sgd_step
from bnbook.experiments.common import held_out

TOTAL = 64
MICRO = (2, 4, 8, 16, 32, 64)
RATES = (0.03, 0.1, 0.3)
KEPT = ("accuracy", "difference", "recomputed")


def run(micro=8, lr=0.1, steps=150, every=10, seeds=(0, 1, 2), norm="batch"):
    """Train with micro-batches of `micro` examples. S seeds, R records.

    steps (R,) : number of steps before each record.   loss (steps, S) : mean of the step's micro-batches.
    accuracy (R, S) : held out, running statistics.   recomputed (S,) : at the end, statistics of batches of `micro`.
    difference (R, S) : || accumulated - whole || / || whole ||, gradients of the same 64 examples at the same weights.
    """
    data = digits(seeds)
    net = init((64, 48, 48, 10), norm=norm, seeds=seeds)
    rngs = [np.random.default_rng(int(s)) for s in seeds]
    pixels, answers = data.train(seeds)
    kept = {"loss": [], "accuracy": [], "difference": []}
    for step in range(steps + 1):
        rows = np.stack([rng.permutation(pixels.shape[1])[:TOTAL] for rng in rngs])
        x, labels = np.take_along_axis(pixels, rows[..., None], 1), np.take_along_axis(answers, rows, 1)
        loss, grads, trace = accumulated(net, x, labels, micro)
        if step % every == 0:
            kept["accuracy"].append(held_out(net, data))
            kept["difference"].append(relative_difference(grads, loss_and_grads(net, x, labels)[1]))
        if step < steps:
            kept["loss"].append(loss)
            net = sgd_step(statistics_moved(net, trace, TOTAL // micro), grads, lr)
    fresh = recompute_statistics(net, pixels, micro) if norm == "batch" else net
    result = {key: np.array(value) for key, value in kept.items()}
    return {"steps": np.arange(0, steps + 1, every), **result, "recomputed": held_out(fresh, data)}


def run_grid(seed, rates=RATES, sizes=MICRO, steps=150, every=10):
    """Every size of the micro-batches (M) at every rate (K), for one seed; R records.

    accuracy, difference (K, M, R), recomputed (K, M) : as in `run`, with batch norm.
    plain_accuracy, plain_difference (K, R) : without a norm, with micro-batches of 8; other sizes take the same path.
    """
    settings = {"steps": steps, "every": every, "seeds": (seed,)}
    batch = [[run(micro, lr, **settings) for micro in sizes] for lr in rates]
    plain = [run(8, lr, norm="none", **settings) for lr in rates]
    return {
        **{name: np.array([[r[name][..., 0] for r in row] for row in batch]) for name in KEPT},
        **{f"plain_{name}": np.array([r[name][:, 0] for r in plain]) for name in KEPT[:2]},
    }


def accumulated(net, x, labels, micro):
    """Loss (S,), gradients averaged over the micro-batches, and the trace of the stack of all of them."""
    parts = x.shape[1] // micro
    stack = take(net, np.repeat(np.arange(net.size), parts))
    x = x[:, : parts * micro].reshape(net.size * parts, micro, -1)
    losses, grads, trace = loss_and_grads(stack, x, labels[:, : parts * micro].reshape(-1, micro))

    def mean(a):
        return a.reshape(net.size, parts, *a.shape[1:]).mean(axis=1)

    return mean(losses), [{name: mean(g) for name, g in layer.items()} for layer in grads], trace


def statistics_moved(net, trace, parts):
    """The running statistics after each of the step's micro-batches in turn."""
    if net.norm != "batch":
        return net
    running = []
    for old, cache in zip(net.running, trace.norm_caches, strict=True):
        mu, var = (a.reshape(net.size, parts, *a.shape[1:]) for a in (cache.mu, cache.var))
        for k in range(parts):
            old = update_running(old, cache._replace(mu=mu[:, k], var=var[:, k]))
        running.append(old)
    return replace(net, running=running)


def relative_difference(grads, reference):
    """(S,) the length of the difference of two gradients over that of the second."""

    def square(layers):
        return sum((g**2).sum(axis=(1, 2)) for layer in layers for g in layer.values())

    apart = [{n: g - r[n] for n, g in layer.items()} for layer, r in zip(grads, reference, strict=True)]
    return np.sqrt(square(apart) / square(reference))
