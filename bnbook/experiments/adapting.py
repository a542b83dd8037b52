"""New statistics for new images, and where they fail: AdaBN (Li et al. 2016) on four cameras and five kinds of batch.

The networks of `companions`: digits, 64-(64 x 3)-10 ReLU with batch norm, 300 steps of 0.1 in batches of 64. Weights,
gamma and beta stand still. Cameras, in standardized pixels:

same : that of the training images.   dimmed : x <- 0.4 x + 0.8.   noisy : x + a standard normal number for each pixel.
moved : one pixel to the right; the last column comes in at the left.

Batches of held-out images, 20 of each kind, two for each class that stands out:

32, 8, 1 : drawn at random.   half : of 32, one half from one class, the other half from all others.
class : 32 of one class.
"""

import numpy as np

from bn.network import accuracy, forward
from bn.serving import recompute_statistics
from bnbook.experiments.companions import seen, trained

CAMERAS = ("same", "dimmed", "noisy", "moved")
KINDS = ("32", "8", "1", "half", "class")
BATCHES, SIZE, CLASSES, SIDE = 20, 32, 10, 8


def of_seed(seed, cameras=CAMERAS):
    """Share of right answers of one seed, A cameras and B kinds of batches. A kept finding.

    remembered (A, B) : with the running statistics.   batch (A, B) : the same images, with the statistics of the batch.
    recomputed (A, B) : the same images, with the statistics of 500 training images of this camera.
    """
    data, net = trained((seed,), 300)
    images, labels = data.test_x[0], data.test_y[0]
    picks = {kind: batches(labels, kind, seed) for kind in KINDS}
    found = {"remembered": [], "batch": [], "recomputed": []}
    for camera in cameras:
        new = taken(images, camera, seed)
        fresh = recompute_statistics(net, taken(data.train_x[0, :500], camera, seed + 1000))
        for name, each, live in (("remembered", net, False), ("batch", net, True), ("recomputed", fresh, False)):
            found[name].append([_right(each, new, labels, picks[kind], live) for kind in KINDS])
    return {name: np.array(rows) for name, rows in found.items()}


def taken(images, camera, seed):
    """The images (n, 64) as this camera takes them."""
    if camera == "noisy":
        return images + np.random.default_rng([seed, 12]).normal(size=images.shape)
    if camera == "moved":
        return np.roll(images.reshape(-1, SIDE, SIDE), 1, axis=2).reshape(images.shape)
    return seen(images, camera)


def batches(labels, kind, seed):
    """Indices (20, m) into the images."""
    rng, everybody = np.random.default_rng([seed, KINDS.index(kind)]), np.arange(len(labels))
    if kind in ("32", "8", "1"):
        return np.stack([rng.choice(everybody, int(kind), replace=False) for _ in range(BATCHES * SIZE // int(kind))])
    ours = SIZE if kind == "class" else SIZE // 2
    found = []
    for i in range(BATCHES):
        one, rest = (everybody[which] for which in (labels == i % CLASSES, labels != i % CLASSES))
        found.append(
            np.concatenate([rng.choice(one, ours, replace=False), rng.choice(rest, SIZE - ours, replace=False)])
        )
    return np.stack(found)


def _right(net, images, labels, picks, live):
    """Share of right answers in all batches; live : each batch with its own statistics."""
    return np.mean([accuracy(forward(net, images[pick], training=live)[0], labels[pick])[0] for pick in picks])
