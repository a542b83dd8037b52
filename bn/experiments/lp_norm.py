"""Normalization by l_p norms: does a network train as well when the shift is not held?

Santurkar et al. (2018), section 3.3, as read from summaries: subtract the batch mean and divide by the average
l_p norm of the values (`bn.layers.lp`), p = 1, 2, inf; they report training as good as batch norm with a
larger distributional shift. Two kinds of network on the digits, float32, batches of their own statistics
throughout:

"sigmoid"  64-100-100-100-10 on binary images, as in `drift`: start weights of standard deviation 0.1, batches
           of 60, learning rate 0.5. A plain network trains, slowly.
"relu"     64-(64 x 6)-10 on standardised images, as in `lr_sweep`: start weights of variance 2 / fan-in,
           batches of 64, learning rate 1. A plain network does not train.
"""

import numpy as np

from bn.data import digits
from bn.experiments.common import cast
from bn.experiments.two_definitions import drift
from bn.layers import checks
from bn.network import accuracy, forward, init
from bn.optim import train

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
        "prepare": "standardised",
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
    accuracy (N, S, R) : held out, the 500 images normalised as one batch.
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
    images, labels = data.test(seeds)
    start = forward(net, images)[1].y[-1]

    def look(step, net, x, y):
        with np.errstate(over="ignore", invalid="ignore"):
            logits, trace = forward(net, images)
            entering = trace.y[-1]
            percentiles = np.percentile(entering, PERCENTILES, axis=(1, 2)).T
            return accuracy(logits, labels), drift(start, entering), percentiles

    _, history = train(net, data, lr, batch_size=setting["batch_size"], steps=at[-1], record=look, record_at=at)
    right, moved, percentiles = (np.stack(part) for part in zip(*history.records))
    windows = history.losses.reshape(len(at) - 1, -1, len(seeds))
    return {
        "loss": windows.mean(axis=1).T,
        "accuracy": right.T,
        "drift": moved.T,
        "percentiles": percentiles.transpose(1, 0, 2),
    }


def summary(result):
    """final_loss, final_accuracy, final_drift, largest_drift (N, S) : at the last record; over all records."""
    return {
        "final_loss": result["loss"][..., -1],
        "final_accuracy": result["accuracy"][..., -1],
        "final_drift": result["drift"][..., -1],
        "largest_drift": result["drift"].max(axis=-1),
    }
