"""Small batches, counted twice: the same number of steps, and the same number of examples.

Digits, standardized; two ReLU networks (5 hidden layers of 64, and 2), start weights of variance 2 / fan-in,
plain SGD, float32. With 100 steps a batch of 4 has seen 400 examples where a batch of 64 has seen 6,400: a difference
between the two is then one of training time as well. Networks without a norm and with layer norm, which do not look at
the other examples, are the controls.
"""

import numpy as np

from bn.data import digits
from bn.network import forward, init, take
from bn.optim import train
from bn.serving import recompute_statistics
from bnbook.experiments.common import cast, held_out

NORMS = ("none", "batch", "layer")
SHAPES = ((5, 64), (2, 64))  # depth, width
BATCH_SIZES = (64, 16, 4, 2)  # from the cheapest, so that a shorter run is the beginning of this one
RATES = (0.01, 0.03, 0.1, 0.3)
COUNTS = ("steps", "examples")


def run(seed, shapes=SHAPES, batch_sizes=BATCH_SIZES, rates=RATES, norms=NORMS, steps=100, examples=6_400):
    """Held-out accuracy after `steps` steps and after `examples` examples; the weights of one seed.

    A shapes, N norms, M batch sizes, K rates, C = 2 COUNTS.
    accuracy (A, N, M, C, K) : of all held-out images; batch norm with its running statistics (momentum 0.1).
    recomputed (A, M, C, K) : batch norm with the statistics of all training images in one batch, same weights.
    diverged (A, N, M, K) : whether training left every bound before its end.
    """
    data = cast(digits((seed,)), np.float32)
    parts = {"accuracy": [], "recomputed": [], "diverged": []}
    for depth, width in shapes:
        start = {norm: _start(norm, depth, width, seed, len(rates)) for norm in norms}
        runs = [[_trained(start[norm], data, rates, m, (steps, examples // m)) for m in batch_sizes] for norm in norms]
        parts["accuracy"].append([[[held_out(net, data) for net in nets] for nets, _ in row] for row in runs])
        parts["diverged"].append([[lost for _, lost in row] for row in runs])
        if "batch" in norms:
            row = runs[norms.index("batch")]
            parts["recomputed"].append([[_renewed(net, data) for net in nets] for nets, _ in row])
    return {name: np.array(values) for name, values in parts.items()}


def _start(norm, depth, width, seed, count):
    sizes = (64, *[width] * depth, 10)
    return init(sizes, norm=norm, seeds=(seed,) * count, dtype=np.float32)


def _trained(net, data, rates, batch_size, at):
    """The stack after each number of steps in `at`, and which networks have diverged (K,)."""
    seen = {}

    def keep(step, net, images, labels):
        seen[step] = net

    end, history = train(net, data, np.array(rates), batch_size=batch_size, steps=max(at), record=keep, record_at=at)
    seen[max(at)] = end
    return [seen[step] for step in at], history.diverged_at >= 0


def _renewed(net, data):
    """`held_out` with statistics of all training images; a network whose values are not finite stays as it is."""
    images = data.train(net.seeds[:1])[0][0]
    right = []
    for k in range(net.size):
        one = take(net, [k])
        with np.errstate(over="ignore", invalid="ignore"):
            trace = forward(one, images)[1]
        fine = all(np.isfinite(cache.var).all() for cache in trace.norm_caches)
        right.append(held_out(recompute_statistics(one, images) if fine else one, data)[0])
    return np.array(right)
