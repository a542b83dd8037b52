"""Training nothing but gamma and beta: how much can a random network do?

Frankle, Schwab & Morcos (2021), arXiv:2003.00152. Digits, standardized; 3 hidden ReLU layers with batch norm,
start weights of variance 2 / fan-in, batches of 64, plain SGD at 0.5, float32. All weights and the whole
output layer stay as they were drawn. For comparison the same networks with other parameters trained, and networks
without batch norm that have the same parameters: norm "frozen" at mean 0 and spread 1, a gain and a bias for each unit.
"""

import numpy as np

from bn.data import Batches, digits
from bn.layers import checks
from bn.network import init, loss_and_grads, update_statistics
from bn.steps import sgd_step
from bnbook.experiments.common import cast, held_out

WIDTHS = (16, 64, 256)
TRAINED = ("affine", "output", "all")


def run(
    widths=WIDTHS, trained=TRAINED, seeds=(0, 1, 2), steps=1000, every=100, batch_size=64, lr=0.5, depth=3, norm="batch"
):
    """Train a part of the parameters, for several widths.

    trained : "affine" (gamma and beta of every layer), "output" (the output layer alone), "all".
    norm : "batch", or "frozen" for gains and biases without it.
    P parts in the order of `trained`, W widths, S seeds, R records:
    steps (R,), widths (W,), seeds (S,).
    accuracy (P, W, S, R) : held out, with running statistics; those move in every case.
    loss (P, W, S, steps) : of every batch.
    parameters (P, W) : how many numbers are trained.
    Raises ValueError for an unknown part.
    """
    for part in trained:
        checks.one_of("trained", part, TRAINED)
    data = cast(digits(seeds), np.float32)
    at = np.arange(0, steps + 1, every)
    grid = [[_train(part, w, data, seeds, steps, at, batch_size, lr, depth, norm) for w in widths] for part in trained]
    arrays = {key: np.array([[one[key] for one in row] for row in grid]) for key in grid[0][0]}
    return {"steps": at, "widths": np.array(widths), "seeds": np.array(seeds), **arrays}


def _train(part, width, data, seeds, steps, at, batch_size, lr, depth, norm):
    net = init((64, *[width] * depth, 10), norm=norm, seeds=seeds, dtype=np.float32)
    batches = Batches(data, net.seeds, net.seeds, batch_size, steps)
    everyone = np.arange(len(seeds))
    losses, right = [], []
    for step in range(steps + 1):
        if step in at:
            right.append(held_out(net, data))
        if step == steps:
            break
        with np.errstate(over="ignore", invalid="ignore"):
            loss, grads, trace = loss_and_grads(net, *batches(step, everyone))
            net = sgd_step(update_statistics(net, trace), masked(grads, part), lr)
        losses.append(loss)
    count = sum(g.size // len(seeds) for layer in masked(grads, part, drop=True) for g in layer.values())
    return {"accuracy": np.array(right).T, "loss": np.array(losses).T, "parameters": count}


def masked(grads, part, drop=False):
    """The gradients of the trained part; 0 for all others, or without them (`drop`)."""
    last = len(grads) - 1

    def kept(i, name):
        return part == "all" or (part == "output" and i == last) or (part == "affine" and name in ("gamma", "beta"))

    return [
        {name: g if kept(i, name) else np.zeros_like(g) for name, g in layer.items() if kept(i, name) or not drop}
        for i, layer in enumerate(grads)
    ]


def finding(seed, norms=("batch", "frozen"), rates=(0.1, 0.3, 1.0), widths=WIDTHS, steps=500):
    """One seed: held-out accuracy at the start and after `steps`, at every rate, with batch norm and without.

    N norms, L rates, P parts "affine" and "output", W widths: accuracy (N, L, P, W, 2), end_loss (N, L, P, W): mean of
    the last 50 steps.   parameters (P, W).
    """
    parts, accuracy_, loss = ("affine", "output"), [], []
    for norm in norms:
        runs = [run(widths, parts, (seed,), steps, steps, lr=lr, norm=norm) for lr in rates]
        accuracy_.append([one["accuracy"][:, :, 0] for one in runs])
        loss.append([one["loss"][:, :, 0, -50:].mean(axis=-1) for one in runs])
    return {"accuracy": np.array(accuracy_), "end_loss": np.array(loss), "parameters": runs[0]["parameters"]}
