"""Learning rates up to divergence, plain and with batch norm, at several depths, and beside three controls.

Ioffe & Szegedy (2015), section 3.3 and Figure 2, and Bjorck et al. (2018): batch norm permits larger
learning rates. Here: digits, standardized; 64-(64 x depth)-10 ReLU networks, start weights of variance 2 /
fan-in, batches of 64, 300 steps of plain SGD, learning rates a quarter of a decade apart (half at the ends), float32.
Training accuracy and loss are read from one pass over all 1297 training images, with their own batch statistics.

By what factor batch norm raises the largest rate depends on what it is compared with. So `METHODS` has, beside the two:
layer norm; the gradient of all parameters together shortened to length 1 where it is longer (clipping); and a tenth of
the rate for the output layer, the one layer that no norm follows.
"""

import numpy as np

from bn.data import digits
from bn.layers import softmax_cross_entropy
from bn.network import accuracy, forward, init
from bn.optim import train
from bn.steps import sgd_step, stateless
from bnbook.experiments.common import cast, crossed, uncrossed

LEARNING_RATES = tuple(float(f"{10 ** (k / 4):.3g}") for k in (-8, -6, *range(-4, 5), 6))  # from 0.01 to 31.6
DEPTHS = (2, 6)  # hidden layers
GUESSING = np.log(10)  # loss of ten equal probabilities
OUTCOMES = ("learns", "stuck", "diverges")
LONGEST = 1.0  # gradient that clipping lets through
SLOWER = 0.1  # the output layer's share of the learning rate


def clipped(net, grads, lr, decay):
    """`sgd_step` with the gradient of all parameters together no longer than `LONGEST`."""
    squares = sum(np.square(g.astype(np.float64)).sum(axis=(1, 2)) for layer in grads for g in layer.values())
    return sgd_step(net, grads, lr * np.minimum(1, LONGEST / np.sqrt(np.maximum(squares, 1e-30))), decay)


def slow_output(net, grads, lr, decay):
    """`sgd_step` with a tenth of the rate for the output layer."""
    return sgd_step(net, [*grads[:-1], {name: SLOWER * g for name, g in grads[-1].items()}], lr, decay)


METHODS = {  # norm and step
    "plain": ("none", sgd_step),
    "batchnorm": ("batch", sgd_step),
    "layernorm": ("layer", sgd_step),
    "plain_clipped": ("none", clipped),
    "batchnorm_clipped": ("batch", clipped),
    "plain_slow_output": ("none", slow_output),
    "batchnorm_slow_output": ("batch", slow_output),
}


def run(
    depth=6,
    learning_rates=LEARNING_RATES,
    seeds=(0,),
    steps=300,
    batch_size=64,
    width=64,
    methods=tuple(METHODS),
):
    """Train one network per method, learning rate and seed, all of a method in one stack.

    depth, width : of the hidden layers.
    N methods, L learning rates, S seeds:
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
    parts = [_train(METHODS[name], data, lr, net_seeds, depth, steps, batch_size, width) for name in methods]
    arrays = {key: np.stack([uncrossed(part[key], learning_rates, seeds) for part in parts]) for key in parts[0]}
    diverged = arrays["diverged_at"] >= 0
    arrays["loss"] = np.where(diverged, np.inf, arrays["loss"])
    arrays["outcome"] = np.where(diverged, 2, np.where(arrays["loss"] < GUESSING, 0, 1))
    return {"learning_rates": np.array(learning_rates), "seeds": np.array(seeds), **arrays}


def of_seed(seed, depths=DEPTHS, steps=300):
    """Of one seed, (depths, N, L): training accuracy and the step of divergence, or -1. A kept finding."""
    runs = [run(depth, seeds=(seed,), steps=steps) for depth in depths]
    kinds = {"accuracy": np.float32, "diverged_at": np.int16}
    return {name: np.stack([one[name][..., 0] for one in runs]).astype(kind) for name, kind in kinds.items()}


def _train(method, data, lr, seeds, depth, steps, batch_size, width):
    norm, update = method
    net = init((64, *[width] * depth, 10), norm=norm, seeds=seeds, dtype=np.float32)
    net, history = train(net, data, lr, batch_size=batch_size, steps=steps, optimizer=stateless(update))
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


def largest_working(accuracy, learning_rates, share=0.95):
    """The largest rate of the grid with a training accuracy of `share` or more: (..., L), (L,) -> (...), 0 if none.

    Asked of the accuracies of one seed it is that seed's own; of the least over the seeds, where all still work.
    """
    return ((np.asarray(accuracy) >= share) * np.asarray(learning_rates)).max(axis=-1)
