"""Small batches: batch norm against networks that do not look at the other examples.

Digits, standardised; 64-(64 x 4)-10 ReLU, start weights of variance 2 / fan-in, plain SGD at 0.1, 400 steps
whatever the batch size (so that small batches see fewer examples), float32.
"""

from dataclasses import replace

import numpy as np

from bn.data import digits
from bn.experiments.common import cast
from bn.experiments.inference import precise_running
from bn.network import accuracy, forward, init
from bn.optim import train

BATCH_SIZES = (2, 4, 8, 16, 64)
NORMS = ("none", "batch", "layer")


def run(batch_sizes=BATCH_SIZES, seeds=(0, 1, 2, 3), steps=400, lr=0.1, depth=4, width=64, norms=NORMS):
    """Train with every batch size and read the held-out accuracy.

    N norms in the order of `norms`, M batch sizes, S seeds:
    batch_sizes (M,), seeds (S,).
    accuracy (N, M, S) : held out; batch norm with its running statistics (momentum 0.1).
    precise (M, S) : batch norm with the statistics of up to 50 training batches, weights frozen; only with
        "batch" among the norms.
    loss (N, M, S) : training loss, mean of the last 50 steps; inf after divergence.
    """
    data = cast(digits(seeds), np.float32)
    arrays = {"accuracy": [], "loss": []}
    precise = []
    for norm in norms:
        nets = [_train(norm, m, data, seeds, steps, lr, depth, width) for m in batch_sizes]
        arrays["accuracy"].append([_accuracy(net, data) for net, _ in nets])
        arrays["loss"].append([history.losses[-50:].mean(axis=0) for _, history in nets])
        if norm == "batch":
            precise = [
                _accuracy(replace(net, running=precise_running(net, data, m)), data)
                for (net, _), m in zip(nets, batch_sizes)
            ]
    result = {key: np.array(value) for key, value in arrays.items()}
    if precise:
        result["precise"] = np.array(precise)
    return {"batch_sizes": np.array(batch_sizes), "seeds": np.array(seeds), **result}


def _train(norm, batch_size, data, seeds, steps, lr, depth, width):
    net = init((64, *[width] * depth, 10), norm=norm, seeds=seeds, dtype=np.float32)
    return train(net, data, lr, batch_size=batch_size, steps=steps)


def _accuracy(net, data):
    images, labels = data.test(net.seeds)
    with np.errstate(over="ignore", invalid="ignore"):
        return accuracy(forward(net, images, training=False)[0], labels)
