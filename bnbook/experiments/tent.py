"""Certain answers without labels: TENT (Wang et al. 2021, arXiv:2006.10726) on three cameras of `adapting`.

Unlabeled batches come one after the other. Each is answered with its own statistics; then gamma and beta of all norm
layers take one step down the gradient of the mean entropy of these answers, and the next batch comes. All else stands
still. That is what the abstract says and the paper's code does, there with Adam or with SGD and momentum. Here: Adam or
plain SGD; the small networks of `companions`; 100 batches of 32, so that each image comes back a dozen times.

The 500 held-out images are halved. A stream is drawn with replacement from one half, its batches of one of three kinds:

mixed : at random.   half : one half from one class, the other half from all others.   class : of one class.

Afterwards 20 mixed batches of the other half are answered, each with its own statistics. Then the halves change places;
what is returned are means of the two. The control, "random": after each step gamma and beta of each layer are as far
from their start as those of TENT, but in a direction that was drawn once. At rate 0 both ways are AdaBN with the
statistics of the batch.
"""

from dataclasses import replace
from itertools import product

import numpy as np

from bn.layers import checks
from bn.network import accuracy, backward, forward, take
from bn.steps import OPTIMIZERS
from bnbook.experiments.adapting import CAMERAS, taken
from bnbook.experiments.companions import trained
from bnbook.experiments.only_affine import masked

USED = ("dimmed", "noisy", "moved")  # with its own statistics a batch of "same" is one of "dimmed", but for eps
KINDS = ("mixed", "half", "class")
WAYS = ("entropy", "random")
NAMES = ("online", "after", "entropy", "largest")
RATES = {"sgd": (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0), "adam": (0.0, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1)}
BATCHES, FRESH, SIZE, CLASSES = 100, 20, 32, 10


def of_seed(seed, optimizers=tuple(RATES), cameras=USED, kinds=KINDS, steps=BATCHES, rates=RATES):
    """One seed: O optimizers, A cameras, B kinds of batches, W ways, L rates; all are (O, A, B, W, L). A kept finding.

    online : share of right answers in the stream, each given before the step that its batch makes.
    after : share of right answers to mixed batches of the other half, with the last gamma and beta.
    entropy : of the answers after, the mean in nats.   largest : share of the answer that is given most often after.
    Raises ValueError for an unknown optimizer, camera or kind.
    """
    for name, given, known in (("optimizer", optimizers, rates), ("camera", cameras, CAMERAS), ("kind", kinds, KINDS)):
        for value in given:
            checks.one_of(name, value, known)
    data, net = trained((seed,), 300)
    photos = {camera: taken(data.test_x[0], camera, seed) for camera in cameras}
    found = []
    for optimizer, camera, kind in product(optimizers, cameras, kinds):
        how = (optimizer, rates[optimizer], steps)
        found.append([_of_half(i, net, photos[camera], data.test_y[0], kind, seed, how) for i in (0, 1)])
    shape = (len(optimizers), len(cameras), len(kinds), 2, len(WAYS), -1)
    return {name: np.reshape([[half[name] for half in both] for both in found], shape).mean(axis=3) for name in NAMES}


def _of_half(i, net, images, labels, kind, seed, how):
    """The stream from half i, then the answers to the other half: {name: (W, L)}.   how : (optimizer, rates, steps)."""
    optimizer, rates, steps = how
    here, there = np.array_split(np.arange(len(labels)), 2)[:: 1 - 2 * i]
    rng = np.random.default_rng([seed, i, KINDS.index(kind)])
    picks = here[stream(labels[here], kind, steps, rng)]
    nets, online = adapted(net, images[picks], labels[picks], optimizer, rates, rng)
    fresh = there[stream(labels[there], "mixed", FRESH, rng)]
    logits = np.stack([np.concatenate([forward(each, images[pick])[0] for pick in fresh], axis=1) for each in nets])
    largest = np.max([(logits.argmax(axis=-1) == c).mean(axis=-1) for c in range(CLASSES)], axis=0)
    return dict(zip(NAMES, (online, accuracy(logits, labels[fresh.ravel()]), entropy(logits)[0], largest), strict=True))


def stream(labels, kind, steps, rng):
    """Indices (steps, 32) into the images that have these labels (n,), drawn with replacement."""
    ours = {"mixed": 0, "half": SIZE // 2, "class": SIZE}[checks.one_of("kind", kind, KINDS)]
    found = []
    for i in range(steps):
        one, rest = (np.flatnonzero(which) for which in (labels == i % CLASSES, labels != i % CLASSES))
        rest = rest if ours else np.arange(len(labels))
        found.append(np.concatenate([rng.choice(one, ours), rng.choice(rest, SIZE - ours)]))
    return np.stack(found)


def adapted(net, images, labels, optimizer, rates, rng):
    """The network at the end of a stream, images (n, m, d) and labels (n, m), at L rates by W ways.

    Returns two stacks of L networks in the order of `WAYS`, and online (W, L).
    """
    start = take(net, np.zeros(len(rates), int))
    tent, control, state, right = start, start, None, []
    directions = _directions(start, rng)
    for x, y in zip(images, labels, strict=True):
        logits, trace = forward(tent, x)
        right.append([accuracy(logits, y), accuracy(forward(control, x)[0], y)])
        grads = masked(backward(tent, trace, entropy(logits)[1]), "affine")
        tent, state = OPTIMIZERS[optimizer](tent, grads, state, np.array(rates), 0.0)
        control = as_far(start, tent, directions)
    return (tent, control), np.mean(right, axis=0)


def entropy(logits):
    """Mean entropy (...) in nats of answers softmax(logits), (..., m, c), and its gradient with respect to the logits.

    Of one answer H = -sum p log p, and since d p_i / d z_j = p_i (1[i = j] - p_j), d H / d z_j = -p_j (log p_j + H).
    """
    shifted = logits - logits.max(axis=-1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    p = np.exp(logs)
    each = -(p * logs).sum(axis=-1, keepdims=True)
    return each.mean(axis=(-1, -2)), -p * (logs + each) / logits.shape[-2]


def _directions(net, rng):
    """A direction of length 1 for gamma and for beta (1, 1, d) of each norm layer, the same for all networks."""
    sizes = [{name: layer[name].shape[-1] for name in ("gamma", "beta")} for layer in net.params[:-1]]
    drawn = [{name: rng.normal(size=(1, 1, d)) for name, d in layer.items()} for layer in sizes]
    return [{name: v / np.linalg.norm(v) for name, v in layer.items()} for layer in drawn]


def as_far(start, net, directions):
    """`start` with each gamma and beta moved along its direction, as far as that of `net` has moved."""
    hidden = []
    for was, now, along in zip(start.params[:-1], net.params[:-1], directions, strict=True):
        far = {name: np.linalg.norm(now[name] - was[name], axis=-1, keepdims=True) for name in along}
        hidden.append({**was, **{name: was[name] + far[name] * v for name, v in along.items()}})
    return replace(start, params=[*hidden, start.params[-1]])
