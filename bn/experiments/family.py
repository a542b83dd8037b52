"""The same network with one norm after the other: who wins, at which batch size, learning rate, depth and start scale.

Digits, standardised; 64-(48 x depth)-10 ReLU, start weights of variance 2 / fan-in, times a factor; plain SGD for 200
steps whatever the batch size, so that small batches see fewer examples; float32. Weight norm starts as the plain
network does (g = |v|). Batch renormalization has its widest limits, 3 and 5, from the first step. Batch norm and batch
renormalization are read with their running statistics (momentum 0.1); a batch of one has no unbiased variance, so
there they collect the biased one, which is 0.
"""

import numpy as np

from bn.data import digits
from bn.experiments.common import cast, crossed, uncrossed
from bn.layers import checks
from bn.layers.norms import NORMS as NORM_TABLE
from bn.network import accuracy, forward, init, keep_function
from bn.optim import train

NORMS = ("none", "weight", "batch", "renorm", "layer", "rms", "tanh")
BATCH_SIZES = (1, 4, 16, 64, 256)
LEARNING_RATES = (0.01, 0.1, 1.0)
SCALES = (0.1, 1.0, 3.0)
DEPTHS = (2, 6)


def run(
    depth=6,
    scale=1.0,
    norms=NORMS,
    batch_sizes=BATCH_SIZES,
    learning_rates=LEARNING_RATES,
    seeds=(0, 1, 2),
    steps=200,
    width=48,
):
    """Train one network per norm, batch size, learning rate and seed; all of a norm and batch size in one stack.

    depth : number of hidden layers.   scale : factor of all start weights.
    N norms in the order of `norms`, M batch sizes, L learning rates, S seeds:
    batch_sizes (M,), learning_rates (L,), seeds (S,).
    accuracy (N, M, L, S) : on the 500 held-out images, in use, after the last step or at divergence.
    diverged_at (N, M, L, S) : the step at which the loss was not finite or above 1e6, or -1.
    Raises ValueError for an unknown norm.
    """
    for norm in norms:
        checks.one_of("norm", norm, NORM_TABLE)
    data = cast(digits(seeds), np.float32)
    lr, net_seeds = crossed(learning_rates, seeds)
    shape = (len(norms), len(batch_sizes), len(learning_rates), len(seeds))
    right, diverged = np.empty(shape), np.empty(shape, int)
    for n, norm in enumerate(norms):
        for m, batch_size in enumerate(batch_sizes):
            net = init((64, *[width] * depth, 10), norm=norm, seeds=net_seeds, scale=scale, dtype=np.float32)
            net = keep_function(net) if norm == "weight" else net
            variance = "biased" if batch_size == 1 else "unbiased"
            net, history = train(net, data, lr, batch_size=batch_size, steps=steps, variance=variance)
            right[n, m] = uncrossed(_accuracy(net, data), learning_rates, seeds)
            diverged[n, m] = uncrossed(history.diverged_at, learning_rates, seeds)
    return {
        "batch_sizes": np.array(batch_sizes),
        "learning_rates": np.array(learning_rates),
        "seeds": np.array(seeds),
        "accuracy": right,
        "diverged_at": diverged,
    }


def _accuracy(net, data):
    images, labels = data.test(net.seeds)
    with np.errstate(over="ignore", invalid="ignore"):  # a diverged network may overflow here
        return accuracy(forward(net, images, training=False)[0], labels)


def winners(right):
    """Which norms nobody beats: (N, ...) booleans from accuracies (N, ..., S).

    A norm is among the winners if its best seed reaches the mean of the norm with the highest mean, and that mean is
    above 0.2: where nobody learns, nobody wins.
    """
    mean = right.mean(axis=-1)
    top = mean.max(axis=0)
    return (right.max(axis=-1) >= top) & (top > 0.2)
