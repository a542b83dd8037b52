"""A network of 25 linear layers: batch norm helps where there is nothing nonlinear to keep in range.

Santurkar et al. (2018), appendix A.2: minimize |x W_1 ... W_25 - x A|^2 for Gaussian x and a Gaussian 10 x 10 matrix A,
full-batch gradient descent. Data and networks are those of `two_definitions.run_linear`:
10 units a layer, Glorot start weights, batch norm after every layer but the last; the loss is a mean over the
examples, so the learning rates are larger than theirs (1e-6). Float64.
"""

import numpy as np

from bn.network import init
from bn.optim import train
from bnbook.experiments.common import NORMS, crossed, uncrossed
from bnbook.experiments.two_definitions import linear_data

LEARNING_RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)


def run(
    learning_rates=LEARNING_RATES, seeds=(0, 1, 2), steps=600, every=10, depth=25, width=10, examples=200, norms=NORMS
):
    """Train at every learning rate.

    N norms, L learning rates, S seeds, R = steps / every records:
    steps (R,), learning_rates (L,), seeds (S,).
    loss (N, L, S, R) : of every `every`-th step, in units of the mean of |y|^2 over the examples, which is the
        loss of the answer 0; inf from divergence on.
    final (N, L, S) : of the last step.   diverged_at (N, L, S) : step, or -1.
    """
    data = linear_data(seeds, width, examples)
    scale = (data.train_y**2).sum(axis=-1).mean(axis=-1)  # (S,)
    lr, net_seeds = crossed(learning_rates, seeds)
    parts = []
    for norm in norms:
        net = init([width] * (depth + 1), norm=norm, activation="linear", init="glorot", seeds=net_seeds)
        _, history = train(net, data, lr, batch_size=None, steps=steps, loss="squared")
        loss = uncrossed(history.losses, learning_rates, seeds) / scale[:, None]
        diverged = uncrossed(history.diverged_at, learning_rates, seeds)
        parts.append({"loss": loss[..., ::every], "final": loss[..., -1], "diverged_at": diverged})
    result = {key: np.stack([part[key] for part in parts]) for key in parts[0]}
    settings = {"steps": np.arange(0, steps, every), "learning_rates": learning_rates, "seeds": seeds}
    return {**{key: np.array(value) for key, value in settings.items()}, **result}


def best(result):
    """(N, S) : the smallest final loss over the learning rates that is reached without divergence."""
    return result["final"].min(axis=1)


def finding(seed, learning_rates=LEARNING_RATES, steps=600):
    """One seed of `run`: final, diverged_at (N, L)."""
    found = run(learning_rates, (seed,), steps)
    return {name: found[name][:, :, 0] for name in ("final", "diverged_at")}
