"""Small changes of the input, made by chance and made on purpose: networks with and without batch norm, in use.

Galloway et al. (2019), arXiv:1905.02161, report that batch norm costs robustness against both. Digits as pixels from
0 to 1; 64-64-64-64-10 ReLU, 300 steps of plain SGD with batches of 64, five learning rates. `METHODS`: no norm, batch
norm, and no norm with weight decay of every hidden layer, which the authors recommend in its place. An attack changes
every pixel by at most `size` in `ATTACK_STEPS` steps, from a random place on and staying between 0 and 1 (projected
gradient descent, Madry et al. 2018). It goes along the gradient of the margin, the largest wrong logit less the right
one, and not of the loss: where a network is sure of itself the loss has no gradient left, and an attack by it fails
without the network being any safer. Noise is Gaussian.
"""

import numpy as np

from bn.data import digits
from bn.network import accuracy, forward, init
from bn.optim import train
from bn.serving import fold_network
from bnbook.experiments.own_best import at_own_best

METHODS = {"none": ("none", 0.0), "batch": ("batch", 0.0), "decay": ("none", 0.003)}
RATES = (0.1, 0.3, 0.6, 1.0, 3.0)
SIZES = (0.0, 0.03, 0.06, 0.1, 0.15)  # of an attack, by pixel
NOISES = (0.1, 0.2, 0.3)
ATTACK_STEPS, PICTURES, STEPS = 10, 200, 300


def of_seed(seed, methods=tuple(METHODS), rates=RATES, steps=STEPS):
    """One seed. attacked (methods, rates, sizes), noisy (methods, rates, noises) : shares of new digits read right."""
    found = {"attacked": [], "noisy": []}
    for method in methods:
        norm, decay = METHODS[method]
        net, data = _trained(int(seed), norm, decay, rates, steps)
        images, labels = (part[:, :PICTURES] for part in data.test(net.seeds))
        rng = np.random.default_rng([1905, int(seed)])
        start, noise = rng.uniform(-1, 1, size=images.shape[1:]), rng.normal(size=images.shape[1:])
        with np.errstate(all="ignore"):  # networks that have diverged
            hit = [accuracy(_logits(net, attack(net, images, labels, size, start)), labels) for size in SIZES]
            shaken = [accuracy(_logits(net, images + size * noise), labels) for size in NOISES]
        for name, values in zip(found, (np.array(hit).T, np.array(shaken).T), strict=True):
            found[name].append(values)
    return {name: np.array(values, np.float32) for name, values in found.items()}


def _trained(seed, norm, decay, rates, steps):
    """One network for each rate, in the form without a norm that computes the same in use; and the data."""
    data = digits((seed,), prepare="pixels")
    net = init((64, 64, 64, 64, 10), norm=norm, seeds=(seed,) * len(rates))
    net = train(net, data, np.array(rates), steps=steps, decay=decay)[0]
    return (fold_network(net) if norm == "batch" else net), data


def _logits(net, x):
    return forward(net, x, training=False)[0]


def margin_grad(net, x, labels):
    """The gradient of each example's own margin by its input, (k, m, d); for ReLU networks without a norm."""
    logits, trace = forward(net, x)
    right = np.arange(logits.shape[2]) == labels[..., None]
    wrong = np.where(right, -np.inf, logits).argmax(axis=2)
    d = (np.arange(logits.shape[2]) == wrong[..., None]) - right.astype(float)
    for i in reversed(range(len(net.params))):
        d = d @ np.swapaxes(net.params[i]["w"], 1, 2)
        if i:
            d = d * (trace.a[i - 1] > 0)
    return d


def attack(net, x, labels, size, start):
    """Pictures within `size` of x in every pixel, between 0 and 1, at which the margin is large."""
    low, high = np.maximum(x - size, 0), np.minimum(x + size, 1)
    moved = np.clip(x + size * start, low, high)
    for _ in range(ATTACK_STEPS if size else 0):
        moved = np.clip(moved + size / 4 * np.sign(margin_grad(net, moved, labels)), low, high)
    return moved


def judged(run):
    """{method: {...}}, each at the rate that reads most of the unchanged digits, chosen by the other seeds.

    rate (S,).   attacked, noisy : lists over sizes and noises of the seeds' shares in percent, (S,) each.
    """
    told = {}
    for m, name in enumerate(METHODS):
        clean = 100 * run["attacked"][:, m, :, 0]
        rows = {part: np.moveaxis(100 * run[part][:, m], -1, 0) for part in ("attacked", "noisy")}
        told[name] = {part: [at_own_best(clean, values) for values in sizes] for part, sizes in rows.items()}
        told[name]["rate"] = at_own_best(clean, np.tile(RATES, (len(clean), 1)))
    return told
