"""The dose of the noise: groups of 4 to 128 that share statistics, few training images, and two controls.

Digits, standardized; 256 training images of the 1,297, so that a network can learn them by heart; 64-(64 x 4)-10 ReLU
with batch norm, start weights of variance 2 / fan-in, plain SGD with 128 examples a step, 200 steps, float32.

groups : the 128 examples are normalized `size` at a time, as in `ghost`.
all : the same 128 examples make the gradient, and mean and variance are those of all 256 training images.
noise : as "all", and then each group of `size` examples gets a shift and a factor of its own, drawn for each unit from
outside: those that the mean and the spread of `size` standard normal numbers would give. It is as large as the noise of
a batch, and independent of the examples; the gradient takes it as given.

For use, statistics of the 256 training images, taken in groups of the same size (in "all" and "noise", all at once).
"""

from dataclasses import replace

import numpy as np

from bn.data import batch_order, digits
from bn.layers.losses import softmax_cross_entropy, softmax_cross_entropy_grad
from bn.network import accuracy, backward, forward, init
from bn.serving import recompute_statistics
from bn.steps import sgd_step
from bnbook.experiments.common import cast
from bnbook.experiments.ghost import grouped_gradient
from bnbook.experiments.spread import paired, spread

SIZES = (4, 8, 16, 32, 64, 128)
RATES = (0.3, 1.0)
IMAGES, BATCH = 256, 128
NAMES = ("accuracy", "test_loss", "train_loss")


def of_seed(seed, sizes=SIZES, rates=RATES, steps=200):
    """One seed, G sizes and L rates. A kept finding.

    groups_*, noise_* (G, L), all_* (L,) : accuracy, held out; test_loss; train_loss over the 256 images, as in use.
    """
    found = {f"all_{name}": [] for name in NAMES}
    found |= {f"{kind}_{name}": [] for kind in ("groups", "noise") for name in NAMES}
    data = cast(digits((seed,)), np.float32)
    data = replace(data, train_x=data.train_x[:, :IMAGES], train_y=data.train_y[:, :IMAGES])
    for kind, of in (("all", (None,)), ("groups", sizes), ("noise", sizes)):
        rows = np.array([[_trained(seed, data, kind, size, lr, steps) for lr in rates] for size in of])
        for i, name in enumerate(NAMES):
            found[f"{kind}_{name}"] = rows[0, :, i] if kind == "all" else rows[..., i]
    return found


def _trained(seed, data, kind, size, lr, steps):
    """Accuracy and loss on new images and loss on the training images, after training."""
    x, labels = data.train_x[0], data.train_y[0]
    net = init((64, *[64] * 4, 10), norm="batch", seeds=(seed,), dtype=np.float32)
    for step, index in enumerate(batch_order(IMAGES, BATCH, steps, seed)):
        if kind == "groups":
            grads = grouped_gradient(net, x[index], labels[index], size)
        else:
            rng = np.random.default_rng([seed, step, size or 0])
            noise = outside(net, size, rng) if kind == "noise" else None
            order = np.concatenate([index, np.setdiff1d(np.arange(IMAGES), index)])
            grads = gradient_of_first(net, x[order], labels[order], BATCH, noise)
        net = sgd_step(net, grads, lr)
    net = recompute_statistics(net, x, size if kind == "groups" else None)
    looks = [(forward(net, a, training=False)[0], b) for a, b in ((data.test_x[0], data.test_y[0]), (x, labels))]
    losses = [float(softmax_cross_entropy(*look)[0][0]) for look in looks]
    return float(accuracy(*looks[0])[0]), *losses


def gradient_of_first(net, x, labels, m, noise=None):
    """The gradient of the mean loss of the first m examples, normalized by the statistics of all of x."""
    logits, trace = forward(net, x, noise=noise)
    _, cache = softmax_cross_entropy(logits[:, :m], labels[:m])
    dlogits = np.zeros_like(logits)
    dlogits[:, :m] = softmax_cross_entropy_grad(1.0, cache)
    return backward(net, trace, dlogits)


def outside(net, size, rng):
    """A factor and a shift for each hidden layer, (1, 256, d): y becomes gamma (xhat - mean) / spread + beta.

    mean, spread : of `size` standard normal numbers, drawn anew for each group of `size` examples and each unit.
    """
    noise = []
    for layer in net.params[:-1]:
        gamma, beta = layer["gamma"], layer["beta"]
        drawn = rng.standard_normal((1, IMAGES // size, size, gamma.shape[-1]), dtype=np.float32)
        mean, factor = (np.repeat(a, size, axis=1) for a in (drawn.mean(axis=2), 1 / drawn.std(axis=2)))
        noise.append((factor, beta - factor * (beta + gamma * mean)))
    return noise


def judged(kept, rate, name="accuracy"):
    """At one rate: {(kind, size): (`Spread`, `Paired` minus "all")}; accuracy in percent."""
    at, times = RATES.index(rate), 100.0 if name == "accuracy" else 1.0
    base = times * kept[f"all_{name}"][:, at]
    found = {("all", None): (spread(base), paired(base, base))}
    for kind in ("groups", "noise"):
        for g, size in enumerate(SIZES):
            values = times * kept[f"{kind}_{name}"][:, g, at]
            found[kind, size] = spread(values), paired(values, base)
    return found
