"""A small convolutional network on 4,000 images: no norm, batch, group and layer norm, batches of 2 to 256.

MNIST, 14 x 14 pixels, 4,000 images to train and 1,000 held out. Three convolutions of 3 x 3 with 8, 16 and 16 channels,
each followed by a norm and ReLU, max pooling behind the first two; one linear layer. Start weights of
variance 2 / fan-in, plain SGD, float32. Every batch size sees the same number of images. Group norm has four groups;
layer norm takes the channels and places of an image together; batch norm has one mean and variance a channel, over
all places of all images. Controls that know no batch: group and layer norm, and no norm with the gradient shortened.

All arrays have a leading axis k, one network for each learning rate.
"""

from itertools import pairwise

import numpy as np

from bn.data import batch_order, mnist
from bn.layers import convolve, convolve_grad, max_pool, max_pool_grad, softmax_cross_entropy
from bn.layers.losses import softmax_cross_entropy_grad
from bn.layers.standardizing import standardize, standardize_grad
from bn.network import accuracy
from bnbook.experiments.own_best import at_own_best, usual
from bnbook.experiments.spread import paired, spread

SIDE, CLASSES = 14, 10
CHANNELS = (1, 8, 16, 16)
POOLED = (True, True, False)
GROUPS = {"group": 4, "layer": 1}
METHODS = ("none", "clipped", "batch", "group", "layer")  # "clipped" is "none", its gradient no longer than LONGEST
LONGEST = 1.0
BATCH_SIZES = (256, 16, 2)  # from the cheapest, so that a shorter run is the beginning of this one
RATES = (0.01, 0.03, 0.1, 0.3, 1.0)
EPS, MOMENTUM, BOUND = 1e-5, 0.1, 1e6
ONES = (1, 3, 4)  # what one channel's statistics are taken over, of (k, N, C, H, W)


def of_seed(seed, methods=METHODS, sizes=BATCH_SIZES, rates=RATES, images=4000):
    """Held-out accuracy of one seed after `images` images, whatever the batch size. A kept finding.

    N methods, M batch sizes, L rates.
    accuracy (N, M, L) : batch norm with its running statistics (momentum 0.1).
    recomputed (N, M, L) : batch norm with those of 1,000 training images in one batch; of the others the same again.
    diverged (N, M, L) : whether a loss or a parameter was not finite, or a loss above 1e6.
    """
    data = mnist((seed,), side=SIDE, dtype=np.float32)
    x, labels = (part[0] for part in (data.train_x, data.train_y))
    x, held = (pixels.reshape(-1, 1, SIDE, SIDE) for pixels in (x, data.test_x[0]))
    found = {"accuracy": [], "recomputed": [], "diverged": []}
    for method in methods:
        for m in sizes:
            params, running, lost = trained(x, labels, method, m, rates, seed, images)
            found["accuracy"].append(_right(params, held, data.test_y[0], method, running))
            if method == "batch":
                _, caches = forward(params, x[:1000], method)
                running = [(c[1].mu, c[1].var) for c in caches[:-1]]
            found["recomputed"].append(_right(params, held, data.test_y[0], method, running))
            found["diverged"].append(lost)
    shape = (len(methods), len(sizes), len(rates))
    return {name: np.array(rows).reshape(shape) for name, rows in found.items()}


def trained(x, labels, method, batch_size, rates, seed, images):
    """Parameters, running statistics, and which of the networks diverged: those keep what they had."""
    params = start(seed, len(rates), method)
    rates = np.array(rates, np.float32)
    running, lost = [(0.0, 1.0)] * len(POOLED), np.zeros(len(rates), bool)
    for index in batch_order(len(x), batch_size, images // batch_size, seed):
        with np.errstate(all="ignore"):
            loss, grads, caches = loss_and_grads(params, x[index], labels[index], method)
            square = sum(np.square(g).reshape(len(rates), -1).sum(axis=1) for layer in grads for g in layer.values())
            lost |= ~(np.isfinite(loss) & (loss < BOUND) & np.isfinite(square))
            step = np.where(lost, 0, rates)
            if method == "clipped":
                step = step * np.minimum(1, LONGEST / np.sqrt(np.maximum(square, 1e-30)))
            params = [
                {name: _moved(p, g[name], step, lost) for name, p in layer.items()} for layer, g in zip(params, grads)
            ]
        if method == "batch":
            running = [_updated(r, c[1]) for r, c in zip(running, caches)]
    return params, running, lost


def start(seed, k, method):
    """The parameters before the first step: the same draws for every method, k times."""
    rng = np.random.default_rng([seed, 14])
    params = []
    for fan_in, out in pairwise(CHANNELS):
        w = rng.standard_normal((out, fan_in, 3, 3)) * np.sqrt(2 / (9 * fan_in))
        layer = {"w": w}
        if method != "batch":
            layer["b"] = np.zeros((1, out))
        if method not in ("none", "clipped"):
            layer |= {"gamma": np.ones((1, out, 1, 1)), "beta": np.zeros((1, out, 1, 1))}
        params.append(layer)
    last = 9 * CHANNELS[-1]  # 14 x 14 pixels are 7 x 7 behind the first pooling, 3 x 3 behind the second
    w = rng.standard_normal((last, CLASSES)) * np.sqrt(2 / last)
    params.append({"w": w, "b": np.zeros((1, CLASSES))})
    return [{n: np.repeat(p[None], k, axis=0).astype(np.float32) for n, p in layer.items()} for layer in params]


def forward(params, x, method, running=None):
    """Logits (k, N, classes) and the caches; with `running`, one (mean, variance) a layer, as in use."""
    caches, a = [], x
    for i, layer in enumerate(params[:-1]):
        z, conv = convolve(a, layer["w"], layer.get("b"), padding=1)
        z = np.ascontiguousarray(z)
        y, norm = _normalized(z, layer, method, running and running[i])
        on = y > 0
        a, pool = np.where(on, y, 0), None
        if POOLED[i]:
            a, pool = max_pool(a)
        caches.append((conv, norm, on, pool))
    last = a.reshape(*a.shape[:2], -1)
    caches.append((last, a.shape))
    return last @ params[-1]["w"] + params[-1]["b"], caches


def loss_and_grads(params, x, labels, method):
    """Losses (k,), gradients in the form of the parameters, and the caches of the pass."""
    logits, caches = forward(params, x, method)
    losses, cache = softmax_cross_entropy(logits, labels)
    d = softmax_cross_entropy_grad(1.0, cache)
    last, shape = caches[-1]
    grads = [{"w": np.swapaxes(last, 1, 2) @ d, "b": d.sum(axis=1, keepdims=True)}]
    d = (d @ np.swapaxes(params[-1]["w"], 1, 2)).reshape(shape)
    for i in reversed(range(len(params) - 1)):
        conv, norm, on, pool = caches[i]
        d = on * (d if pool is None else max_pool_grad(d, pool))
        d, own = _normalized_grad(d, norm, params[i], method)
        d, dw, db = convolve_grad(d, conv, input_too=i > 0)
        grads.insert(0, {"w": dw, **({} if db is None else {"b": db}), **own})
    return losses, grads, caches


def _normalized(z, layer, method, running):
    """What a norm makes of z (k, N, C, H, W), and what its gradient needs; `running` is None in training."""
    if method in ("none", "clipped"):
        return z, None
    if method == "batch" and running is not None:
        mean, var = running
        xhat = ((z - mean) / np.sqrt(var + EPS)).astype(z.dtype)
        return layer["gamma"] * xhat + layer["beta"], None
    made = standardize(_apart(z, method), _axes(method), EPS)
    return layer["gamma"] * made.xhat.reshape(z.shape) + layer["beta"], made


def _normalized_grad(d, made, layer, method):
    """The gradient of z, and those of gamma and beta."""
    if made is None:
        return d, {}
    xhat = made.xhat.reshape(d.shape)
    own = {name: g.sum(axis=ONES, keepdims=True)[:, 0] for name, g in (("gamma", d * xhat), ("beta", d))}
    apart = _apart(d * layer["gamma"], method)
    return standardize_grad(apart, made.xhat, made.std, _axes(method)).reshape(d.shape), own


def _apart(z, method):
    """z as it is for batch norm; else (k, N, groups, numbers of one group)."""
    return z if method == "batch" else z.reshape(*z.shape[:2], GROUPS[method], -1)


def _axes(method):
    """Along which the statistics are taken."""
    return ONES if method == "batch" else (3,)


def _moved(p, grad, step, lost):
    """A parameter after a step; that of a network that has diverged stays."""
    wide = (-1, *[1] * (p.ndim - 1))
    return np.where(lost.reshape(wide), p, p - step.astype(p.dtype).reshape(wide) * grad.reshape(p.shape))


def _updated(running, made):
    """The running mean and variance after one more batch, the variance unbiased."""
    m = made.xhat[0, :, 0].size  # what one channel's statistics were taken over
    return tuple((1 - MOMENTUM) * old + MOMENTUM * new for old, new in zip(running, (made.mu, made.var * m / (m - 1))))


def _right(params, images, labels, method, running):
    """Held-out accuracy (k,)."""
    with np.errstate(all="ignore"):
        logits, _ = forward(params, images, method, running if method == "batch" else None)
    return accuracy(logits, labels)


def judged(kept, size, baseline="none"):
    """Each method at its own best rate in batches of `size`, chosen by the other seeds: {method: {what: value}}.

    "recomputed" is batch norm with statistics computed anew.   final : `Spread` of the held-out accuracy in percent.
    more : `Paired`, minus the baseline.   rate : that at which most seeds are judged.
    """
    m = BATCH_SIZES.index(size)
    scores = {name: 100.0 * kept["accuracy"][:, n, m] for n, name in enumerate(METHODS)}
    scores["recomputed"] = 100.0 * kept["recomputed"][:, METHODS.index("batch"), m]
    own = {name: at_own_best(values) for name, values in scores.items()}
    return {
        name: {
            "final": spread(values),
            "more": paired(values, own[baseline]),
            "rate": RATES[usual(scores[name])],
        }
        for name, values in own.items()
    }
