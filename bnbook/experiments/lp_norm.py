"""Normalization by l_p norms: does a network train as well when the shift is not held?

Santurkar et al. (2018), section 3.3: subtract the batch mean and divide by the average l_p norm of the values before
that (`bn.layers.lp`), p = 1, 2, inf; they report training as good as batch norm with a distributional shift larger than
even that of the network without normalization. Two kinds of network on the digits, float32:

"sigmoid"  64-100-100-100-10 on binary images, as in `drift`: start weights of standard deviation 0.1, batches
           of 60, learning rate 0.5. A plain network trains, slowly.
"relu"     64-(64 x 6)-10 on standardized images, as in `lr_sweep`: start weights of variance 2 / fan-in,
           batches of 64, learning rate 1. A plain network does not train.
"""

from dataclasses import replace

import numpy as np

from bn.data import digits
from bn.layers import checks
from bn.network import accuracy, forward, init
from bn.optim import train
from bnbook.experiments.common import cast
from bnbook.experiments.two_definitions import drift

NORMS = ("none", "batch", "l1", "l2", "linf")
PERCENTILES = (15, 50, 85)
KINDS = {
    "sigmoid": {
        "sizes": (64, 100, 100, 100, 10),
        "activation": "sigmoid",
        "init": 0.1,
        "prepare": "binary",
        "batch_size": 60,
        "lr": 0.5,
    },
    "relu": {
        "sizes": (64, *[64] * 6, 10),
        "activation": "relu",
        "init": "he",
        "prepare": "standardized",
        "batch_size": 64,
        "lr": 1.0,
    },
}


def run(kind="sigmoid", seeds=(0, 1, 2), steps=600, every=20, lr=None, norms=NORMS):
    """Train one network per norm and seed and watch what enters its last hidden activation.

    lr : default that of the kind.
    N norms in the order of `norms`, S seeds, R records (every `every` steps and after the last):
    steps (R,), seeds (S,).
    loss (N, S, R - 1) : training loss, mean over the steps between two records; inf from divergence on.
    accuracy (N, S) : held out, after the last step, with the statistics of training batches (`held_out`).
    drift (N, S, R) : change of mean and spread of the inputs since the start, on the held-out images, in units
        of their spread at the start (`two_definitions.drift`); of the last hidden layer.
    percentiles (N, S, R, 3) : 15th, 50th, 85th of all units' inputs there.
    Raises ValueError for an unknown kind or norm.
    """
    setting = KINDS[checks.one_of("kind", kind, KINDS)]
    for norm in norms:
        checks.one_of("norm", norm, NORMS)
    data = cast(digits(seeds, prepare=setting["prepare"]), np.float32)
    at = np.arange(0, steps + 1, every)
    parts = [_train(norm, setting, data, seeds, at, setting["lr"] if lr is None else lr) for norm in norms]
    result = {key: np.stack([part[key] for part in parts]) for key in parts[0]}
    return {"steps": at, "seeds": np.array(seeds), **result}


def _train(norm, setting, data, seeds, at, lr):
    kind = {"activation": setting["activation"], "init": setting["init"], "dtype": np.float32}
    net = init(setting["sizes"], norm=norm, seeds=seeds, **kind)
    images, _ = data.test(seeds)
    start = forward(net, images)[1].y[-1]

    def look(step, net, x, labels):
        with np.errstate(over="ignore", invalid="ignore"):
            entering = forward(net, images)[1].y[-1]
            percentiles = np.percentile(entering, PERCENTILES, axis=(1, 2)).T
            return drift(start, entering), percentiles

    net, history = train(net, data, lr, batch_size=setting["batch_size"], steps=at[-1], record=look, record_at=at)
    moved, percentiles = (np.stack(part) for part in zip(*history.records))
    windows = history.losses.reshape(len(at) - 1, -1, len(seeds))
    return {
        "loss": windows.mean(axis=1).T,
        "accuracy": held_out(net, data, setting["batch_size"]),
        "drift": moved.T,
        "percentiles": percentiles.transpose(1, 0, 2),
    }


def held_out(net, data, batch_size, batches=20):
    """Accuracy on the held-out images (k,), each as in use, where no other is at hand.

    Of a norm that looks at the batch, every unit's mean and the number it is divided by are averages over training
    batches, with the weights as they are.
    """
    images, labels = data.test(net.seeds)
    with np.errstate(over="ignore", invalid="ignore"):
        if net.norm != "none":
            x = data.train(net.seeds)[0]
            seen = [_statistics(net, x[:, i * batch_size : (i + 1) * batch_size]) for i in range(batches)]
            still = [{"mean": np.mean(mu, axis=0), "std": np.mean(n, axis=0)} for mu, n in map(_pairs, zip(*seen))]
            hidden = [{**layer, **one} for layer, one in zip(net.params, still)]
            net = replace(net, params=[*hidden, net.params[-1]], norm="frozen")
        return accuracy(forward(net, images)[0], labels)


def _statistics(net, x):
    """For every hidden layer, what its norm subtracts and what it divides by, (k, 1, d) each."""
    trace = forward(net, x)[1]
    norms = [cache.std if net.norm == "batch" else cache[1] for cache in trace.norm_caches]
    return [(z.mean(axis=1, keepdims=True), n.astype(z.dtype)) for z, n in zip(trace.z, norms)]


def _pairs(layer):
    """Of one layer, the means of all batches and the norms of all batches."""
    return zip(*layer)


def finding(seed, kinds=tuple(KINDS), steps=600, every=20):
    """One seed of `run` for both kinds, which stand in front: loss, drift (K, N, R), accuracy (K, N)."""
    runs = [run(kind, (seed,), steps, every) for kind in kinds]
    return {name: np.stack([one[name][:, 0] for one in runs]) for name in ("loss", "drift", "accuracy")}


def summary(result):
    """final_loss, final_accuracy, final_drift, largest_drift (N, S) : at the last record; over all records."""
    return {
        "final_loss": result["loss"][..., -1],
        "final_accuracy": result["accuracy"],
        "final_drift": result["drift"][..., -1],
        "largest_drift": result["drift"].max(axis=-1),
    }
