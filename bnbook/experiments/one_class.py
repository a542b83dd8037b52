"""Training with batches that hold one class each, as a loader gives them that does not shuffle a sorted set.

Digits, standardized, 64-64-64-10 ReLU, 1,500 steps of plain SGD with batches of 32, drawn at random from all images
("mixed") or from those of one class, another one at every step ("one class"). Layer norm and no norm see the same
batches: what they bear, the order of the classes does not forbid.
"""

import numpy as np

from bn.data import digits
from bn.layers import checks
from bn.network import accuracy, forward, init, loss_and_grads, update_statistics
from bn.steps import sgd_step

NORMS = ("batch", "layer", "none")
KINDS = ("mixed", "one class")
RATES = (0.01, 0.1)
BATCH, STEPS, LOOKS = 32, 1500, 100


def drawn(rng, labels, kind):
    """Indexes (BATCH,) of a batch of this kind."""
    if checks.one_of("kind", kind, KINDS) == "mixed":
        return rng.integers(len(labels), size=BATCH)
    return rng.choice(np.flatnonzero(labels == rng.integers(10)), BATCH)


def of_seed(seed, norms=NORMS, kinds=KINDS, rates=RATES, steps=STEPS):
    """One seed. right (norms, kinds, rates, 3) : shares read right.

    The three: training images in batches as in training, by their own statistics; the same images in use; new ones.
    """
    data = digits((int(seed),))
    found = np.empty((len(norms), len(kinds), len(rates), 3))
    for n, k, r in np.ndindex(found.shape[:3]):
        found[n, k, r] = _trained(int(seed), data, norms[n], kinds[k], rates[r], steps)
    return {"right": found}


def _trained(seed, data, norm, kind, rate, steps):
    images, labels = data.train_x[0], data.train_y[0]
    rng = np.random.default_rng([1814, seed])
    net = init((64, 64, 64, 10), norm=norm, seeds=(seed,))
    for _ in range(steps):
        rows = drawn(rng, labels, kind)
        _, grads, trace = loss_and_grads(net, images[rows], labels[rows])
        net = update_statistics(sgd_step(net, grads, np.array([rate])), trace)
    batches = [drawn(rng, labels, kind) for _ in range(LOOKS)]
    own = [accuracy(forward(net, images[rows])[0], labels[rows])[0] for rows in batches]
    used = [
        accuracy(forward(net, x, training=False)[0], y)[0]
        for x, y in ((images, labels), (data.test_x[0], data.test_y[0]))
    ]
    return [np.mean(own), *used]
