"""Batch norm before the activation, behind it, or nowhere: each at its own best learning rate, on three networks.

before : linear, norm, ReLU.   after : linear with a bias, ReLU, norm.   none : linear with a bias, ReLU.

"dense"  digits, 64-(64 x 3)-10.   "deep"  the same with eight hidden layers.
"conv"   MNIST at 14 x 14: the channels of `convolutional`, 3 x 3, max pooling last in the first two layers.

Start weights of variance 2 / fan-in, the same draws for all three; plain SGD, batches of 64, float32. All arrays have a
leading axis k, one network for each learning rate. In use the running statistics (momentum 0.1).
"""

from itertools import pairwise

import numpy as np

from bn.data import batch_order, digits, mnist
from bn.layers import convolve, convolve_grad, max_pool, max_pool_grad, softmax_cross_entropy
from bn.layers.dense import linear, linear_grad
from bn.layers.losses import softmax_cross_entropy_grad
from bn.layers.standardizing import standardize, standardize_grad
from bn.network import accuracy
from bnbook.experiments.own_best import at_own_best, usual
from bnbook.experiments.spread import paired, spread

PLACES = ("none", "before", "after")
NETWORKS = {  # widths or channels, and steps
    "dense": {"sizes": (64, 64, 64, 64, 10), "steps": 300},
    "deep": {"sizes": (64, *[64] * 8, 10), "steps": 300},
    "conv": {"sizes": (1, 8, 16, 16, 10), "steps": 160},
}
RATES = (0.0316, 0.1, 0.316, 1.0, 3.16, 10.0)
SIDE, POOLED = 14, 2  # of a convolutional network: pixels, and how many layers end in pooling
BATCH, EPS, MOMENTUM, BOUND = 64, 1e-5, 0.1, 1e6


def of_seed(seed, networks=tuple(NETWORKS), places=PLACES, rates=RATES):
    """One seed after training: T networks, P places, L rates. A kept finding.

    accuracy (T, P, L) : held out.   diverged (T, P, L) : whether a loss was not finite or above 1e6.
    dead, always (T, P, L) : share of the hidden units (channels) whose ReLU is off, or on, for 1,000 training images.
    lean (T, P, L) and lean_start (T, P) : of what the second to the last layer are given, the share of the mean square
    that is the square of the mean, unit by unit, then the median of the units; those of zero variance left out.
    """
    runs = [[_run(seed, network, place, rates) for place in places] for network in networks]
    return {name: np.array([[run[name] for run in row] for row in runs]) for name in runs[0][0]}


def _run(seed, network, place, rates):
    images, labels, held, held_labels = load(seed, network)
    steps, few = NETWORKS[network]["steps"], images[:1000]
    params = start(seed, network, place, len(rates))
    _, begin = forward(params, few, place)
    found = {"lean_start": _lean(begin[1:])[0]}
    params, running, lost = trained(params, images, labels, place, rates, seed, steps)
    with np.errstate(all="ignore"):
        logits, _ = forward(params, held, place, running)
        _, caches = forward(params, few, place, running)
    gates = [np.moveaxis(c["on"], 2, -1).reshape(len(rates), -1, c["on"].shape[2]) for c in caches[:-1]]
    return found | {
        "accuracy": accuracy(logits, held_labels),
        "diverged": lost,
        "dead": np.concatenate([~gate.any(axis=1) for gate in gates], axis=1).mean(axis=1),
        "always": np.concatenate([gate.all(axis=1) for gate in gates], axis=1).mean(axis=1),
        "lean": _lean(caches[1:]),
    }


def load(seed, network):
    """Training images and labels, held-out images and labels."""
    data = mnist((seed,), side=SIDE, dtype=np.float32) if network == "conv" else digits((seed,))
    shape = (-1, 1, SIDE, SIDE) if network == "conv" else (-1, 64)
    images, held = (x[0].astype(np.float32).reshape(shape) for x in (data.train_x, data.test_x))
    return images, data.train_y[0], held, data.test_y[0]


def start(seed, network, place, k):
    """The parameters before the first step: the same draws wherever the norm stands, k times."""
    rng, sizes = np.random.default_rng([seed, 6]), NETWORKS[network]["sizes"]
    params = []
    for i, (fan_in, out) in enumerate(pairwise(sizes)):
        last = i == len(sizes) - 2
        fan_in *= 9 if network == "conv" else 1  # 3 x 3 places; at the end 3 x 3 pixels are left of 14 x 14
        w = rng.standard_normal((fan_in, out)) * np.sqrt(2 / fan_in)
        wide = (1, out, 1, 1) if network == "conv" else (1, out)
        if network == "conv" and not last:
            w = w.T.reshape(out, -1, 3, 3)
        layer = {"w": w}
        if last or place != "before":
            layer["b"] = np.zeros((1, out))
        if not last and place != "none":
            layer |= {"gamma": np.ones(wide), "beta": np.zeros(wide)}
        params.append(layer)
    return [{n: np.repeat(p[None], k, axis=0).astype(np.float32) for n, p in layer.items()} for layer in params]


def forward(params, x, place, running=None):
    """Logits (k, N, classes) and a cache for each layer; with `running`, one (mean, variance) a layer, as in use."""
    caches, a = [], x
    for i, layer in enumerate(params[:-1]):
        cache = {"input": a}
        if layer["w"].ndim == 5:
            y, cache["linear"] = convolve(a, layer["w"], layer.get("b"), padding=1)
            y = np.ascontiguousarray(y)
        else:
            y, cache["linear"] = linear(a, layer["w"], layer.get("b"))
        if place == "before":
            y, cache["norm"] = _normalized(y, layer, running and running[i])
        cache["on"] = y > 0
        y = np.where(cache["on"], y, 0)
        if place == "after":
            y, cache["norm"] = _normalized(y, layer, running and running[i])
        if y.ndim == 5 and i < POOLED:
            y, cache["pool"] = max_pool(y)
        caches.append(cache)
        a = y
    flat = a.reshape(*a.shape[:2], -1)
    logits, cache = linear(flat, params[-1]["w"], params[-1]["b"])
    caches.append({"input": a, "linear": cache})
    return logits, caches


def loss_and_grads(params, x, labels, place):
    """Losses (k,), gradients in the form of the parameters, and the caches of the pass."""
    logits, caches = forward(params, x, place)
    losses, cache = softmax_cross_entropy(logits, labels)
    d, dw, db = linear_grad(softmax_cross_entropy_grad(1.0, cache), caches[-1]["linear"])
    grads = [{"w": dw, "b": db}]
    d = d.reshape(caches[-1]["input"].shape)
    for i in reversed(range(len(params) - 1)):
        cache, own = caches[i], {}
        d = max_pool_grad(d, cache["pool"]) if "pool" in cache else d
        if place == "after":
            d, own = _normalized_grad(d, cache["norm"], params[i])
        d = d * cache["on"]
        if place == "before":
            d, own = _normalized_grad(d, cache["norm"], params[i])
        back = convolve_grad if d.ndim == 5 else linear_grad
        d, dw, db = back(d, cache["linear"], input_too=i > 0)
        grads.insert(0, {"w": dw, **({} if db is None else {"b": db}), **own})
    return losses, grads, caches


def trained(params, images, labels, place, rates, seed, steps):
    """Parameters, running statistics (None without a norm), and which of the networks diverged: they stay still."""
    rates, lost = np.array(rates, np.float32), np.zeros(len(rates), bool)
    running = None if place == "none" else [(0.0, 1.0)] * (len(params) - 1)
    for index in batch_order(len(images), BATCH, steps, seed):
        with np.errstate(all="ignore"):
            loss, grads, caches = loss_and_grads(params, images[index], labels[index], place)
            square = sum(np.square(g).reshape(len(rates), -1).sum(axis=1) for layer in grads for g in layer.values())
            lost |= ~(np.isfinite(loss) & (loss < BOUND) & np.isfinite(square))
            step = np.where(lost, 0, rates)
            params = [{n: _moved(p, g[n], step, lost) for n, p in layer.items()} for layer, g in zip(params, grads)]
            if running:
                running = [_updated(r, c["norm"], lost) for r, c in zip(running, caches)]
    return params, running, lost


def _axes(y):
    """What a unit's or a channel's statistics are taken over."""
    return (1, 3, 4) if y.ndim == 5 else (1,)


def _normalized(y, layer, running):
    """Batch norm of y, and what its gradient needs; `running` is None in training."""
    if running is not None:
        xhat, made = ((y - running[0]) / np.sqrt(running[1] + EPS)).astype(y.dtype), None
    else:
        made = standardize(y, _axes(y), EPS)
        xhat = made.xhat
    return layer["gamma"] * xhat + layer["beta"], made


def _normalized_grad(d, made, layer):
    """The gradient of what the norm was given, and those of gamma and beta."""
    axes = _axes(d)
    own = {name: g.sum(axis=axes, keepdims=True) for name, g in (("gamma", d * made.xhat), ("beta", d))}
    own = {name: g.reshape(layer[name].shape) for name, g in own.items()}
    return standardize_grad(d * layer["gamma"], made.xhat, made.std, axes), own


def _moved(p, grad, step, lost):
    """A parameter after a step; that of a network that has diverged stays."""
    wide = (-1, *[1] * (p.ndim - 1))
    return np.where(lost.reshape(wide), p, p - step.astype(p.dtype).reshape(wide) * grad.reshape(p.shape))


def _updated(running, made, lost):
    """The running mean and variance after one more batch, the variance unbiased."""
    m = made.xhat[0, :, 0].size
    now = made.mu, made.var * m / (m - 1)
    still = lost.reshape(-1, *[1] * (made.mu.ndim - 1))
    return tuple(np.where(still, old, (1 - MOMENTUM) * old + MOMENTUM * new) for old, new in zip(running, now))


def _lean(caches):
    """For each network: how much of the mean square of a layer's inputs is the square of their mean."""
    shares = []
    for cache in caches:
        a = cache["input"].astype(float)
        with np.errstate(all="ignore"):
            mean, square = a.mean(axis=_axes(a)), np.square(a).mean(axis=_axes(a))
            shares.append(np.where(square > mean**2 * (1 + 1e-9), mean**2 / square, np.nan))
    shares = np.concatenate(shares, axis=1)
    return np.array([np.nanmedian(row) if np.isfinite(row).any() else np.nan for row in shares])


def judged(kept, network, baseline="before"):
    """Each place at its own best rate, chosen by the other seeds: {place: {what: value}}.

    final : `Spread` of the held-out accuracy in percent.   more : `Paired`, minus the baseline.
    dead, always, lean : `Spread` at that rate, in percent.   rate : that at which most seeds are judged; edge : whether
    it is an end of the list.   wide : how many of the rates come, in the median, within two points of the best.
    """
    t = list(NETWORKS).index(network)
    score = {place: 100.0 * kept["accuracy"][:, t, p].astype(float) for p, place in enumerate(PLACES)}
    own, found = {place: at_own_best(values) for place, values in score.items()}, {}
    for p, (place, values) in enumerate(score.items()):
        pick, middle = usual(values), np.median(values, axis=0)
        at = {name: at_own_best(values, 100.0 * kept[name][:, t, p]) for name in ("dead", "always", "lean")}
        found[place] = {
            "final": spread(own[place]),
            "more": paired(own[place], own[baseline]),
            **{name: spread(value) for name, value in at.items()},
            "rate": RATES[pick],
            "edge": pick in (0, len(RATES) - 1),
            "wide": int((middle >= middle.max() - 2).sum()),
        }
    return found
