"""Ghost batches: the same step from the same examples, normalized in smaller groups. Does the noise regularize?

Hoffer et al. (2017) call a group that is normalized by itself a ghost batch. Each step takes the mean gradient of all
examples; only the groups that share mean and spread differ. So what changes with their size is the noise of the batch
alone, not the number of examples or of steps, and no noise is added from outside.

Digits, standardized; 64-(64 x 4)-10 ReLU with batch norm, start weights of variance 2 / fan-in, plain SGD with 128
examples a step, float32. A stack of copies of one network takes one group each; the mean of their gradients is the
gradient of all.
"""

from dataclasses import replace

import numpy as np

from bn.data import Batches, digits
from bn.layers.losses import softmax_cross_entropy
from bn.layers.running import Running
from bn.network import accuracy, forward, init, loss_and_grads, take
from bn.steps import sgd_step
from bnbook.experiments.common import cast

SIZES = (4, 16, 128)
RATES = (0.3, 1.0)
BATCH = 128
PRECISE = 8  # batches of 128 whose groups give the statistics for use


def run(seeds=(0,), sizes=SIZES, rates=RATES, steps=300, width=64, depth=4):
    """Train at every size of the groups and every rate.

    G sizes, L rates, S seeds:
    sizes (G,), rates (L,), seeds (S,).
    accuracy (G, L, S) : held out.   train_loss, test_loss (G, L, S) : after training, over all images.
    All three with the means of mean and variance over the groups of 8 training batches, as in use.
    Raises ValueError for a size that does not divide 128.
    """
    if any(BATCH % size for size in sizes):
        raise ValueError(f"sizes is {sizes}; allowed are divisors of {BATCH}")
    grid = [[[_train(seed, g, lr, steps, width, depth) for seed in seeds] for lr in rates] for g in sizes]
    names = ("accuracy", "train_loss", "test_loss")
    arrays = {
        name: np.array([[[one[i] for one in row] for row in part] for part in grid]) for i, name in enumerate(names)
    }
    return {"sizes": np.array(sizes), "rates": np.array(rates), "seeds": np.array(seeds), **arrays}


def _train(seed, size, lr, steps, width, depth):
    data = cast(digits((seed,)), np.float32)
    net = init((64, *[width] * depth, 10), norm="batch", seeds=(seed,), dtype=np.float32)
    batches, one = Batches(data, net.seeds, net.seeds, BATCH, max(steps, PRECISE)), np.arange(1)
    for step in range(steps):
        net = sgd_step(net, grouped_gradient(net, *batches(step, one), size), lr)
    net = replace(net, running=_statistics(net, [batches(i, one)[0] for i in range(PRECISE)], size))
    sets = [(data.train_x[0], data.train_y[0]), (data.test_x[0], data.test_y[0])]
    logits = [forward(net, x, training=False)[0] for x, _ in sets]
    losses = [float(softmax_cross_entropy(z, y)[0][0]) for z, (_, y) in zip(logits, sets)]
    return float(accuracy(logits[1], sets[1][1])[0]), *losses


def grouped_gradient(net, x, labels, size):
    """The gradient of the mean loss of x (m, d) where every `size` examples that follow each other are normalized."""
    groups = len(x) // size
    copies = take(net, np.zeros(groups, dtype=int))
    grads = loss_and_grads(copies, x.reshape(groups, size, -1), labels.reshape(groups, size))[1]
    return [{name: g.mean(axis=0, keepdims=True) for name, g in layer.items()} for layer in grads]


def _statistics(net, batches, size):
    """Means over all groups of mean and variance, layer by layer; the variance divided by size - 1."""
    x = np.concatenate(batches).reshape(-1, size, batches[0].shape[-1])
    caches = forward(take(net, np.zeros(len(x), dtype=int)), x)[1].norm_caches
    factor = size / (size - 1)
    return [
        Running(c.mu.mean(axis=0, keepdims=True), factor * c.var.mean(axis=0, keepdims=True), len(x)) for c in caches
    ]


def finding(seed, sizes=SIZES, rates=RATES, steps=300):
    """One seed of `run`: accuracy, train_loss, test_loss (G, L)."""
    found = run((seed,), sizes, rates, steps)
    return {name: found[name][..., 0] for name in ("accuracy", "train_loss", "test_loss")}
