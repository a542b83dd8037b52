"""Two definitions of internal covariate shift, measured on the same networks at the same steps.

Drift (Ioffe & Szegedy 2015, section 2, in words): the change in the distribution of a layer's inputs when the
parameters before it change. Here in numbers: with mean and standard deviation of each input over the examples
before and after, the root mean square over the inputs of their changes, in units of the root mean square
spread: sqrt(mean(dmu**2 + dsigma**2) / mean(sigma**2)).

Gradient change (Santurkar et al. 2018, Definition 2.1): the gradient G of a layer's weights, and the
gradient G' on the same batch after the parameters of the layers before it, and only those, have taken their
step. Reported as |G - G'| / |G| and as the cosine between G and G'.

Two kinds of network. `run_digits`: digits, standardised, 64-(64 x 6)-10 ReLU, start weights of variance
2 / fan-in, batches of 64, plain SGD at 0.1. `run_linear`: their deep linear network, 25 linear layers of 10
units, y = A x with Gaussian A and x, 300 examples, full-batch gradient descent on the mean squared error at
4e-4, Glorot start weights; batch norm after every layer but the last. Both in float64.
"""

from dataclasses import replace

import numpy as np

from bn.data import Data, digits
from bn.experiments.common import NORMS, crossed, uncrossed
from bn.network import forward, init, loss_and_grads
from bn.optim import sgd_step, train

MEASURES = ("drift", "drift_since_start", "gradient_change", "cosine")


def run_digits(
    learning_rates=(0.1,),
    seeds=(0, 1, 2, 3, 4),
    layers=(2, 3, 4, 5, 6, 7),
    steps=400,
    every=20,
    depth=6,
    width=64,
    batch_size=64,
    norms=NORMS,
):
    """Both definitions for the given layers, counted from 1; the output layer is depth + 1, the least is 2.

    N norms, L learning rates, S seeds, H layers, R records:
    steps (R,), layers (H,), learning_rates (L,), seeds (S,).
    drift (N, L, S, H, R) : of the layer's inputs in one step, on the batch of that step.
    drift_since_start (N, L, S, H, R) : from the start weights to this step, on the held-out images.
    gradient_change (N, L, S, H, R), cosine (N, L, S, H, R) : from one step, on the batch of that step.
    loss (N, L, S, steps) : of every batch.
    Batch norm uses the statistics of the examples it is given, throughout.
    """
    networks = [((64, *[width] * depth, 10), {"norm": norm}) for norm in norms]
    return _run(networks, digits(seeds), learning_rates, seeds, layers, steps, every, batch_size, "softmax")


def run_linear(
    learning_rates=(4e-4,),
    seeds=(0, 1, 2, 3, 4),
    layers=(6, 13, 21),
    steps=200,
    every=10,
    depth=25,
    width=10,
    examples=300,
    norms=NORMS,
):
    """The same on the deep linear network, measured on its 300 examples. Returns what `run_digits` does."""
    kind = {"activation": "linear", "init": "glorot"}
    networks = [([width] * (depth + 1), {"norm": norm, **kind}) for norm in norms]
    data = linear_data(seeds, width, examples)
    return _run(networks, data, learning_rates, seeds, layers, steps, every, None, "squared")


def linear_data(seeds, width, examples):
    """x Gaussian and targets A x with a Gaussian A, for each seed; the held-out set is the training set."""
    rngs = [np.random.default_rng([2018, int(seed)]) for seed in seeds]
    a, x = (np.stack([rng.normal(size=size) for rng in rngs]) for size in ((width, width), (examples, width)))
    return Data(x, x @ a, x, x @ a, tuple(int(seed) for seed in seeds))


def _run(networks, data, learning_rates, seeds, layers, steps, every, batch_size, loss):
    lr, net_seeds = crossed(learning_rates, seeds)
    at = np.arange(0, steps, every)
    parts = []
    for shape, kind in networks:
        net = init(shape, seeds=net_seeds, **kind)
        look = _observer(net, data, layers, lr, loss)
        _, history = train(net, data, lr, batch_size=batch_size, steps=steps, loss=loss, record=look, record_at=at)
        measures = np.moveaxis(np.array(history.records), 0, -1)  # (measures, H, k, R)
        part = {name: uncrossed(m, learning_rates, seeds, axis=1) for name, m in zip(MEASURES, measures)}
        parts.append({**part, "loss": uncrossed(history.losses, learning_rates, seeds)})
    result = {key: np.stack([part[key] for part in parts]) for key in parts[0]}
    settings = {"steps": at, "layers": layers, "learning_rates": learning_rates, "seeds": seeds}
    return {**{key: np.array(value) for key, value in settings.items()}, **result}


def _observer(start, data, layers, lr, loss):
    """What `train` records: the four measures of each layer, (measures, H, k)."""
    held_out, _ = data.test(start.seeds)
    inputs_at_start = forward(start, held_out)[1].a

    def look(step, net, x, labels):
        _, grads, trace = loss_and_grads(net, x, labels, loss)
        after = sgd_step(net, grads, lr)
        inputs_after, inputs_now = forward(after, x)[1].a, forward(net, held_out)[1].a
        rows = []
        for i in (layer - 1 for layer in layers):
            only_before = replace(net, params=after.params[:i] + net.params[i:])
            _, moved, _ = loss_and_grads(only_before, x, labels, loss)
            one_step = drift(trace.a[i - 1], inputs_after[i - 1])
            so_far = drift(inputs_at_start[i - 1], inputs_now[i - 1])
            rows.append((one_step, so_far, *compare(grads[i]["w"], moved[i]["w"])))
        return np.array(rows).swapaxes(0, 1)

    return look


def drift(before, after):
    """How far the inputs' means and spreads have moved, in units of their spread: (k, m, d) twice -> (k,).

    For Gaussian inputs, dmu**2 + dsigma**2 is the squared Wasserstein distance of the two distributions.
    """
    means, spreads = after.mean(axis=1) - before.mean(axis=1), after.std(axis=1) - before.std(axis=1)
    return np.sqrt((means**2 + spreads**2).mean(axis=1) / before.var(axis=1).mean(axis=1))


def compare(g, moved):
    """|g - moved| / |g| and the cosine of the two, (k, a, b) twice -> (k,) each."""
    length, other = (np.sqrt((a**2).sum(axis=(1, 2))) for a in (g, moved))
    difference = np.sqrt(((g - moved) ** 2).sum(axis=(1, 2)))
    return difference / length, (g * moved).sum(axis=(1, 2)) / (length * other)
