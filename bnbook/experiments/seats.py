"""One picture among seven others: its answer for each of the 128 sets of them that can share its batch.

The network of seed 0 in `companions`, in training mode. A held-out three, a nought, a two, a one, and four more threes;
of 240 such companies that were tried, of six classes, the one in which they make the greatest difference.
"""

from functools import lru_cache

import numpy as np

from bn.data import digits
from bn.network import forward
from bnbook.experiments.companions import trained

PICTURE = 59  # of the held-out images of seed 0
OTHERS = (404, 487, 336, 325, 9, 233, 361)


@lru_cache(maxsize=1)
def run():
    """pictures (8, 8, 8), from 0, paper, to 1, ink, the one that is asked about first, and their labels (8,).

    answers (128, 10) : probabilities of the classes; companion i is in the batch of row r if bit i of r is set.
    running (10,) : the same by the running statistics, whoever is there.
    """
    data, net = trained()
    everybody = [PICTURE, *OTHERS]
    images = data.test_x[0, everybody]
    batches = [images[[0, *(1 + i for i in range(len(OTHERS)) if row >> i & 1)]] for row in range(2 ** len(OTHERS))]
    seen = digits(prepare="pixels").test_x[0, everybody]
    return {
        "pictures": np.clip(seen.reshape(-1, 8, 8), 0, 1),
        "labels": data.test_y[0, everybody],
        "answers": np.array([probabilities(net, batch, training=True) for batch in batches]),
        "running": probabilities(net, images[:1], training=False),
    }


def probabilities(net, batch, training):
    """What network 0 of the stack says of the first example, (10,)."""
    logits = forward(net, batch, training=training)[0][0, 0]
    share = np.exp(logits - logits.max())
    return share / share.sum()
