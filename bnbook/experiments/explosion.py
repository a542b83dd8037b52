"""What batch norm makes worse: at the start, gradients of deep networks with it explode backward.

Yang et al. (2019), arXiv:1902.08129, Theorems 3.9 and 3.10: without skip connections the squared length of the gradient
grows with every layer further back, for every activation of a wide class and every scale of the weights, in wide
networks at eps = 0. Per layer: linear (B - 2) / (B - 3) with B the batch size, so hardly in large batches; ReLU pi /
(pi - 1) as B grows, from above.
Here: random networks of one width, Gaussian inputs, start weights of variance 2 / fan-in ("relu") or 1 / fan-in
("linear"), and a random gradient handed to the last layer.
"""

from math import inf, pi

import numpy as np

from bn.layers import checks
from bn.layers.dense import ACTIVATIONS, linear_grad
from bn.layers.norms import NORMS as NORM_TABLE
from bn.network import forward, init
from bnbook.experiments.common import NORMS

STARTS = {"relu": "he", "linear": "lecun"}


def run(activation="relu", batch_size=128, depth=30, width=256, seeds=(0, 1, 2), norms=NORMS, dtype=np.float32):
    """Send a random gradient back through random networks.

    N norms, S seeds, H = depth hidden layers:
    layers (H,) : counted from 1, the first.   seeds (S,).
    squared (N, S, H) : mean square of d loss / d (what layer h puts out before its norm) over examples and units,
        in units of that at the last hidden layer.
    growth (N, S) : factor per layer going back, from the mean slope of log(squared) with the first and the last
        two layers left out.
    theory : what the source gives for batch norm; inf for a linear network with a batch of 3 or less.
    Raises ValueError for an unknown activation, or a depth below 6.
    """
    checks.one_of("activation", activation, STARTS)
    if depth < 6:
        raise ValueError(f"depth is {depth}; allowed is 6 or more")
    squared = np.stack([_squared(norm, activation, batch_size, depth, width, seeds, dtype) for norm in norms])
    return {
        "layers": np.arange(1, depth + 1),
        "seeds": np.array(seeds),
        "squared": squared,
        "growth": growth_of(squared),
        "theory": theory(activation, batch_size),
    }


def theory(activation, batch_size):
    """Growth per layer of the squared gradient under batch norm, at the start."""
    if activation == "relu":
        return pi / (pi - 1)
    return (batch_size - 2) / (batch_size - 3) if batch_size > 3 else inf


def _squared(norm, activation, batch_size, depth, width, seeds, dtype):
    """(S, H). One seed at a time: a stack would only cost memory."""
    rows = []
    for seed in seeds:
        rng = np.random.default_rng([1902, int(seed)])
        net = init(
            [*[width] * (depth + 1), 1],
            norm=norm,
            activation=activation,
            init=STARTS[activation],
            seeds=(seed,),
            dtype=dtype,
        )
        x, upstream = (rng.normal(size=(1, batch_size, width)).astype(dtype) for _ in range(2))
        rows.append(squared_gradients(net, x, upstream))
    return np.array(rows)


def squared_gradients(net, x, upstream):
    """Mean square of d loss / dz of every hidden layer's z = a w, in units of that of the last one: (H,).

    net : one network (k = 1).   upstream : d loss / d (what the last hidden activation gives), (1, m, d).
    """
    trace = forward(net, x)[1]
    norm, act_grad = NORM_TABLE[net.norm], ACTIVATIONS[net.activation][1]
    found, da = [], upstream
    for i in reversed(range(net.hidden)):
        dz, _ = norm.backward(act_grad(da, trace.activation_caches[i]), trace.norm_caches[i])
        found.append(float((dz.astype(np.float64) ** 2).mean()))
        da = linear_grad(dz, trace.linear_caches[i])[0]
    return np.array(found[::-1]) / found[0]


def finding(seed, sizes=(2, 4, 16, 64), widths=(64, 256, 1024), depth=30):
    """One seed: the squared gradients at every batch size (256 units), and at every width (batches of 64).

    by_size (A, B, N, H) : A activations "relu" and "linear", N norms none, batch and layer, H layers.
    by_width (W, N, H) : ReLU.
    """
    norms = ("none", "batch", "layer")

    def squared(activation, size, width):
        return run(activation, size, depth, width, (seed,), norms)["squared"][:, 0]

    by_size = [[squared(activation, size, 256) for size in sizes] for activation in STARTS]
    return {"by_size": np.array(by_size), "by_width": np.array([squared("relu", 64, width) for width in widths])}


def growth_of(squared):
    """Factor per layer going back, (..., H) -> (...): the mean slope of the logarithm without both ends' two layers."""
    inner = np.log(squared[..., 2:-2])
    return np.exp((inner[..., 0] - inner[..., -1]) / (squared.shape[-1] - 5))
