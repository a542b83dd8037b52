"""The same network with one norm after the other: who leads, at which batch size, learning rate, depth and start scale.

Digits, standardized; 64-(48 x depth)-10 ReLU, start weights of variance 2 / fan-in, times a factor; plain SGD for 200
steps whatever the batch size, so that small batches see fewer examples; float32. Weight norm starts as the plain
network does (g = |v|). Batch renormalization has its widest limits, 3 and 5, from the first step. Batch norm and batch
renormalization are read with their running statistics (momentum 0.1); a batch of one has no unbiased variance, so
there they collect the biased one, which is 0.
"""

import numpy as np

from bn.data import digits
from bn.layers import checks
from bn.layers.norms import NORMS as NORM_TABLE
from bn.network import init, keep_function
from bn.optim import train
from bnbook.experiments.common import cast, crossed, held_out, uncrossed
from bnbook.experiments.spread import paired

NORMS = ("none", "weight", "batch", "renorm", "layer", "rms", "tanh")
BATCH_SIZES = (1, 4, 16, 64)
LEARNING_RATES = (0.01, 0.03, 0.1, 0.3, 1.0)
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
    parts = [
        [
            [
                uncrossed(part, learning_rates, seeds)
                for part in _trained(norm, depth, width, m, scale, lr, net_seeds, data, steps)
            ]
            for m in batch_sizes
        ]
        for norm in norms
    ]
    right, diverged = (np.array([[part[k] for part in row] for row in parts]) for k in (0, 1))
    return {
        "batch_sizes": np.array(batch_sizes),
        "learning_rates": np.array(learning_rates),
        "seeds": np.array(seeds),
        "accuracy": right,
        "diverged_at": diverged,
    }


def one_seed(
    seed,
    depths=DEPTHS,
    scales=SCALES,
    norms=NORMS,
    batch_sizes=BATCH_SIZES,
    learning_rates=LEARNING_RATES,
    steps=200,
    width=48,
):
    """A finding (`bnbook.experiments.findings`): `run` at every depth and scale, for one seed.

    D depths, A scales, N norms, M batch sizes, L learning rates:
    accuracy, diverged_at (D, A, N, M, L) : as in `run`.
    """
    for norm in norms:
        checks.one_of("norm", norm, NORM_TABLE)
    data = cast(digits((seed,)), np.float32)
    scale, lr = (grid.ravel() for grid in np.meshgrid(scales, learning_rates, indexing="ij"))
    seeds, shape = np.full(len(lr), seed), (len(scales), len(learning_rates))
    rows = [
        [[_trained(norm, depth, width, m, scale, lr, seeds, data, steps) for m in batch_sizes] for norm in norms]
        for depth in depths
    ]
    both = np.array(rows).reshape(len(depths), len(norms), len(batch_sizes), 2, *shape)
    right, diverged = np.moveaxis(both, (3, 4), (0, 2))
    return {"accuracy": right, "diverged_at": diverged.astype(int)}


def _trained(norm, depth, width, batch_size, scale, lr, seeds, data, steps):
    """A stack of networks after training: accuracies and steps of divergence, (k,) each. scale : a number or (k,)."""
    net = init((64, *[width] * depth, 10), norm=norm, seeds=seeds, scale=scale, dtype=np.float32)
    net = keep_function(net) if norm == "weight" else net
    variance = "biased" if batch_size == 1 else "unbiased"
    net, history = train(net, data, lr, batch_size=batch_size, steps=steps, variance=variance)
    return held_out(net, data), history.diverged_at


def leaders(right):
    """Which norms are not told apart from the best: (N,) booleans from accuracies (N, S), one column a seed.

    The best is the norm with the highest median; another is tied with it if the interval of the paired differences
    holds 0. Where the highest median is 0.2 or less nobody learns, and nobody leads.
    """
    middle = np.median(right, axis=-1)
    best = middle.argmax()
    if middle[best] <= 0.2:
        return np.zeros(len(right), bool)
    return np.array([n == best or paired(right[best], row).tie for n, row in enumerate(right)])


def at_own_rate(right):
    """Accuracies (N, S) from (N, L, S): each norm and seed at the learning rate that is best for the other seeds.

    So no seed has a say in the choice of its own rate. Also the index of the rate that is best over all seeds, (N,).
    """
    total = right.sum(axis=-1, keepdims=True)
    chosen = (total - right).argmax(axis=1)  # (N, S)
    return np.take_along_axis(right, chosen[:, None], axis=1)[:, 0], total[..., 0].argmax(axis=1)
