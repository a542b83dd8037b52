"""Small batches: batch norm against networks that do not look at the other examples.

Digits, standardized; 64-(64 x 4)-10 ReLU, start weights of variance 2 / fan-in, plain SGD, float32, 300 steps whatever
the batch size: small batches see fewer examples, so what may be compared is one norm with another at the same size.
"""

from dataclasses import replace

import numpy as np

from bn.data import digits
from bn.network import init
from bn.optim import train
from bnbook.experiments.common import cast, held_out
from bnbook.experiments.inference import precise_running

BATCH_SIZES = (2, 4, 16, 64)
NORMS = ("none", "batch", "layer")


def run(batch_sizes=BATCH_SIZES, seeds=(0, 1, 2, 3), steps=300, lr=0.1, depth=4, width=64, norms=NORMS):
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
        arrays["accuracy"].append([held_out(net, data) for net, _ in nets])
        arrays["loss"].append([history.losses[-50:].mean(axis=0) for _, history in nets])
        if norm == "batch":
            precise = [
                held_out(replace(net, running=precise_running(net, data, m)), data)
                for (net, _), m in zip(nets, batch_sizes)
            ]
    result = {key: np.array(value) for key, value in arrays.items()}
    if precise:
        result["precise"] = np.array(precise)
    return {"batch_sizes": np.array(batch_sizes), "seeds": np.array(seeds), **result}


def _train(norm, batch_size, data, seeds, steps, lr, depth, width):
    net = init((64, *[width] * depth, 10), norm=norm, seeds=seeds, dtype=np.float32)
    return train(net, data, lr, batch_size=batch_size, steps=steps)


def finding(seed, norms=NORMS, sizes=BATCH_SIZES, rates=(0.1, 0.3), steps=300):
    """One seed at several learning rates: N norms, M batch sizes, L rates.

    accuracy (N, M, L) : held out; batch norm with its running statistics (momentum 0.1).
    precise (N, M, L) : batch norm with the statistics of up to 50 training batches; of the others the same as accuracy.
    end_loss (N, M, L) : training loss, mean of the last 50 steps; inf after divergence.
    """
    data = cast(digits((seed,)), np.float32)
    found = {"accuracy": [], "precise": [], "end_loss": []}
    for norm in norms:
        rows = {name: [] for name in found}
        for m in sizes:
            net = init((64, *[64] * 4, 10), norm=norm, seeds=[seed] * len(rates), dtype=np.float32)
            net, history = train(net, data, rates, batch_size=m, steps=steps)
            precise = replace(net, running=precise_running(net, data, m)) if norm == "batch" else net
            rows["accuracy"].append(held_out(net, data))
            rows["precise"].append(held_out(precise, data))
            rows["end_loss"].append(history.losses[-50:].mean(axis=0))
        for name, row in rows.items():
            found[name].append(row)
    return {name: np.array(values) for name, values in found.items()}
