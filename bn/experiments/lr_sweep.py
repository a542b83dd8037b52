"""Learning rates up to divergence, plain and with batch norm, at several depths.

Ioffe & Szegedy (2015), section 3.3 and Figure 2, and Bjorck et al. (2018): batch norm permits larger
learning rates. Here: digits, standardised; 64-(64 x depth)-10 ReLU networks, start weights of variance 2 /
fan-in, batches of 64, 300 steps of plain SGD, learning rates half a decade apart, float32. Training accuracy
and loss are read from one pass over all 1297 training images, with their own batch statistics.
"""

import numpy as np

from bn.data import digits
from bn.experiments.common import NORMS, cast, crossed, uncrossed
from bn.layers import softmax_cross_entropy
from bn.network import accuracy, forward, init
from bn.optim import train

LEARNING_RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
DEPTHS = (2, 4, 6, 8)
GUESSING = np.log(10)  # loss of ten equal probabilities
OUTCOMES = ("learns", "stuck", "diverges")


def run(
    depth=6,
    learning_rates=LEARNING_RATES,
    seeds=(0, 1, 2, 3, 4, 5),
    steps=300,
    batch_size=64,
    width=64,
    norms=NORMS,
):
    """Train one network per norm, learning rate and seed, all of a norm in one stack.

    depth : number of hidden layers.
    N norms, L learning rates, S seeds:
    learning_rates (L,), seeds (S,).
    accuracy (N, L, S) : training accuracy after the last step, or at divergence.
    loss (N, L, S) : training loss then; inf if the network diverged.
    diverged_at (N, L, S) : the step at which the loss was not finite or above 1e6, or -1.
    outcome (N, L, S) : index into OUTCOMES: 2 if diverged, 1 if the loss is not below that of guessing, log
        10 (the network has died or jumps about), else 0.
    losses (N, L, S, steps) : of every batch; inf after divergence.
    """
    data = cast(digits(seeds), np.float32)
    lr, net_seeds = crossed(learning_rates, seeds)
    parts = [_train(norm, data, lr, net_seeds, depth, steps, batch_size, width) for norm in norms]
    arrays = {key: np.stack([uncrossed(part[key], learning_rates, seeds) for part in parts]) for key in parts[0]}
    diverged = arrays["diverged_at"] >= 0
    arrays["loss"] = np.where(diverged, np.inf, arrays["loss"])
    arrays["outcome"] = np.where(diverged, 2, np.where(arrays["loss"] < GUESSING, 0, 1))
    return {"learning_rates": np.array(learning_rates), "seeds": np.array(seeds), **arrays}


def _train(norm, data, lr, seeds, depth, steps, batch_size, width):
    net = init((64, *[width] * depth, 10), norm=norm, seeds=seeds, dtype=np.float32)
    net, history = train(net, data, lr, batch_size=batch_size, steps=steps)
    images, labels = data.train(seeds)
    with np.errstate(over="ignore", invalid="ignore"):  # a diverged network may overflow here
        logits, _ = forward(net, images)
        loss, _ = softmax_cross_entropy(logits, labels)
    return {
        "accuracy": accuracy(logits, labels),
        "loss": loss,
        "diverged_at": history.diverged_at,
        "losses": history.losses,
    }


def largest_working(result, share=0.9):
    """Largest learning rate at which every seed reaches a training accuracy of `share`: (N,), 0 if none."""
    works = (result["accuracy"] >= share).all(axis=-1) & (result["outcome"] == 0).all(axis=-1)
    return (works * result["learning_rates"]).max(axis=-1)
