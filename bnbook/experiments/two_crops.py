"""Contrastive learning with a batch norm in small groups: the statistics tell which two views are a pair.

A batch has 16 pairs of views. A small network makes a query of each first view and a key of each second one, by a last
layer for either, and the loss asks each query for its key among all 16 (InfoNCE: cross-entropy of the scores
query . key). As on several devices, the rows are split into groups of 2 g, and each group is normalized by itself; the
loss is that of the whole batch.

together : both views of a pair are in one group.
shuffled : the second views are dealt to the groups at random, so that the groups know nothing of the pairs. (If no
partners ever met, that would be a hint: it is none of my group.)

noise : the views of a pair are independent random numbers. There is nothing to find; a share of 1 / 16 is chance. The
keys of a group are on a par for each of its queries, so that statistics bring it to 1 / g at most.
halves : the left and the right half of a digit, which do belong together.
"""

import numpy as np

import bn
from bn.data import digits
from bn.layers import checks
from bn.layers.losses import softmax_cross_entropy, softmax_cross_entropy_grad
from bn.network import accuracy, backward, forward, init, take
from bn.steps import sgd_step

KINDS, WAYS = ("noise", "halves"), ("together", "shuffled")
PAIRS, PIXELS, WIDTH, CODE = 16, 32, 64, 32
ARMS = (  # norm, way and pairs in a group; with all pairs in one group the ways are the same
    *(("batch", way, group) for group in (1, 2, 4) for way in WAYS),
    *((norm, "together", PAIRS) for norm in ("batch", "layer", "none")),
)
STEPS, RATE, TESTED, LABELED = 1500, 0.1, 100, 100


def halves(images):
    """(n, 64) digits -> (2, n, 32), their left and their right halves."""
    left, right = np.split(images.reshape(-1, 8, 8), 2, axis=2)
    return np.stack([left, right]).reshape(2, len(images), PIXELS)


def views(rng, kind, images, pairs=PAIRS):
    """(2, pairs, 32): the first and the second views of a batch."""
    if checks.one_of("kind", kind, KINDS) == "noise":
        return rng.normal(size=(2, pairs, PIXELS))
    return halves(images[rng.choice(len(images), pairs, replace=False)])


def dealt(rng, way):
    """(PAIRS,) : which pair's second view stands at which place; the first views stand in order."""
    return np.arange(PAIRS) if checks.one_of("way", way, WAYS) == "together" else rng.permutation(PAIRS)


def grouped(batch, order, group):
    """(2, PAIRS, d) -> (groups, 2 group, d): in each group first views, then as many second ones."""
    return np.concatenate([part.reshape(-1, group, part.shape[-1]) for part in (batch[0], batch[1][order])], axis=1)


def ungrouped(rows, order):
    """What `grouped` was given."""
    first, second = np.split(rows, 2, axis=1)
    batch = np.stack([first, second]).reshape(2, PAIRS, -1)
    batch[1, order] = batch[1].copy()
    return batch


def scores(outputs, order):
    """(PAIRS, PAIRS) : of each query with each key; and the queries and keys, (PAIRS, CODE).

    outputs : (groups, 2 group, 2 CODE), of each row what it is as a query, then what it is as a key.
    """
    first, second = ungrouped(outputs, order)
    queries, keys = first[:, :CODE], second[:, CODE:]
    return queries @ keys.T / np.sqrt(CODE), queries, keys


def contrast(outputs, order):
    """The loss, and its gradient by the outputs (groups, 2 group, 2 CODE)."""
    table, queries, keys = scores(outputs, order)
    loss, cache = softmax_cross_entropy(table, np.arange(PAIRS))
    dtable = softmax_cross_entropy_grad(1.0, cache) / np.sqrt(CODE)
    batch = np.zeros((2, PAIRS, 2 * CODE))
    batch[0, :, :CODE], batch[1, :, CODE:] = dtable @ keys, dtable.T @ queries
    return loss, grouped(batch, order, outputs.shape[1] // 2)


def trained(seed, arm, kind, images, steps=STEPS):
    """A network after plain SGD, one copy a group; its statistics in use are those of 600 pairs of views."""
    (norm, way, group), rng = arm, np.random.default_rng([2020, int(seed)])
    net = init((PIXELS, WIDTH, WIDTH, 2 * CODE), norm=norm, seeds=(int(seed),) * (PAIRS // group))
    for _ in range(steps):
        order = dealt(rng, way)
        outputs, trace = forward(net, grouped(views(rng, kind, images), order, group))
        grads = backward(net, trace, contrast(outputs, order)[1])
        total = [{name: g.sum(axis=0, keepdims=True) for name, g in layer.items()} for layer in grads]
        net = sgd_step(net, total, np.array([RATE]))
    if norm == "batch":
        net = bn.recompute_statistics(net, views(rng, kind, images, 600).reshape(-1, PIXELS))
    return net


def judged(net, seed, arm, kind, images):
    """Shares of partners found among new views: by the statistics of the groups, and in use."""
    (_, way, group), rng = arm, np.random.default_rng([2021, int(seed)])
    found = []
    for _ in range(TESTED):
        order, batch = dealt(rng, way), views(rng, kind, images)
        rows = grouped(batch, order, group)
        tables = [scores(forward(net, rows, training=training)[0], order)[0] for training in (True, False)]
        found.append([accuracy(table, np.arange(PAIRS)) for table in tables])
    return np.mean(found, axis=0)


def worth(net, data):
    """Share of held-out digits read right from the nearest of 100 labeled ones, by the features of both halves."""

    def features(images):
        left, right = (forward(take(net, [0]), half, training=False)[1].a[-1][0] for half in halves(images))
        rows = np.concatenate([left, right], axis=1)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)  # where all are off, 0

    nearest = features(data.test_x[0]) @ features(data.train_x[0, :LABELED]).T
    return np.mean(data.train_y[0, :LABELED][nearest.argmax(axis=1)] == data.test_y[0])


def of_seed(seed, kinds=KINDS, arms=ARMS, steps=STEPS):
    """One seed.

    found (kinds, arms, 2) : shares of partners found, by the statistics of the groups and in use; 1 / 16 is chance.
    worth (kinds, arms) : what the features then are worth for reading digits, see `worth`.   start : before training.
    """
    data = digits((int(seed),))
    found, use = np.empty((len(kinds), len(arms), 2)), np.empty((len(kinds), len(arms)))
    for k, a in np.ndindex(use.shape):
        net = trained(seed, arms[a], kinds[k], data.train_x[0], steps)
        found[k, a] = judged(net, seed, arms[a], kinds[k], data.test_x[0])
        use[k, a] = worth(net, data)
    untrained = trained(seed, ("batch", "together", PAIRS), "halves", data.train_x[0], steps=0)
    return {"found": found, "worth": use, "start": worth(untrained, data)}
