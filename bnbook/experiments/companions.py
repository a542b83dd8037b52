"""What an answer owes to the other examples of its batch: training mode and inference mode on batches of several kinds.

Digits, standardized; a 64-(64 x 3)-10 ReLU network with batch norm, trained for 300 steps of 0.1 with batches of 64,
momentum 0.1. Then the weights stand still and the 500 held-out images come in batches of several sizes and kinds:

mixed : in random order.   one class : each batch holds images of one class only, as in a sorted test set.
dimmed : in random order, but every image has lost contrast and gained light: x <- 0.4 x + 0.8 in standardized pixels.
"""

from functools import lru_cache

import numpy as np

from bn.data import digits
from bn.network import accuracy, forward, init
from bn.optim import train
from bn.serving import recompute_statistics

KINDS = ("mixed", "one class", "dimmed")
SIZES = (1, 2, 4, 8, 16, 32, 64)
DRAWS = 6
CONTRAST, LIGHT = 0.4, 0.8
IMAGE = 5  # of the held-out images of seed 0: the one whose answer is watched


@lru_cache(maxsize=2)
def trained(seeds=(0, 1, 2), steps=300):
    """The data and the trained stack."""
    data = digits(seeds)
    return data, train(init((64, 64, 64, 64, 10), norm="batch", seeds=seeds), data, 0.1, steps=steps)[0]


def seen(images, kind):
    """The images as they come in."""
    return CONTRAST * images + LIGHT if kind == "dimmed" else images


def run_accuracy(kind="mixed", sizes=SIZES, seeds=(0, 1, 2), steps=300):
    """Held-out accuracy by batch size in three modes; S seeds, M sizes.

    batch (M, S) : training mode, the statistics of the batch at hand.   running (S,) : inference mode.
    recomputed (S,) : inference mode after the statistics were recomputed on 500 training images of this kind.
    """
    data, net = trained(seeds, steps)
    images, labels = data.test(seeds)
    incoming = seen(images, kind)
    order = (
        np.argsort(labels, axis=1, kind="stable") if kind == "one class" else np.tile(np.arange(500), (len(seeds), 1))
    )
    fresh = recompute_statistics(net, seen(data.train(seeds)[0][:, :500], kind))
    still = [accuracy(forward(n, incoming, training=False)[0], labels) for n in (net, fresh)]
    incoming, labels = (np.take_along_axis(a, i, 1) for a, i in ((incoming, order[..., None]), (labels, order)))
    own = [_in_batches(net, incoming, labels, size) for size in sizes]
    return {"sizes": np.array(sizes), "batch": np.array(own), "running": still[0], "recomputed": still[1]}


def run_kinds(seed, kinds=KINDS, sizes=SIZES, steps=300):
    """`run_accuracy` of one seed for each kind: batch (K, M), running (K,), recomputed (K,)."""
    runs = [run_accuracy(kind, sizes, (seed,), steps) for kind in kinds]
    return {
        "batch": np.stack([run["batch"][:, 0] for run in runs]),
        **{name: np.array([run[name][0] for run in runs]) for name in ("running", "recomputed")},
    }


def _in_batches(net, images, labels, size):
    """Accuracy (S,) with each batch's own statistics; what does not fill a batch at the end is left out."""
    right = [
        accuracy(forward(net, images[:, i : i + size])[0], labels[:, i : i + size])
        for i in range(0, images.shape[1] - size + 1, size)
    ]
    return np.mean(right, axis=0)


def run_one_image(kind="mixed", size=8, draws=DRAWS, image=IMAGE):
    """Probabilities of the ten classes for one image (seed 0) among `size` - 1 others, drawn anew several times.

    batch (D, 10) : training mode.   running (10,) : inference mode, the same whatever the others.
    label : the true class.   others : "one class" takes them from one class at random, which may be another one.
    batch_images (D, size, 64) : the pictures as they came in, the watched one first.
    """
    data, net = trained()
    images, labels = data.test_x[0], data.test_y[0]
    rng = np.random.default_rng([7, size, KINDS.index(kind)])
    rows, batches = [], []
    for _ in range(draws):
        pool = np.delete(np.arange(len(images)), image)
        if kind == "one class":
            pool = pool[labels[pool] == rng.integers(10)]
        others = rng.choice(pool, size=size - 1, replace=size - 1 > len(pool))
        batches.append(seen(images[[image, *others]], kind))
        rows.append(_probabilities(net, batches[-1], True)[0])
    alone = _probabilities(net, seen(images[[image]], kind), False)[0]
    return {
        "batch": np.array(rows),
        "running": alone,
        "label": int(labels[image]),
        "batch_images": np.array(batches),
    }


def _probabilities(net, x, training):
    """Softmax of the logits of network 0, (m, 10)."""
    logits = forward(net, x, training=training)[0][0]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
