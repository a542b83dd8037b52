"""Two definitions of internal covariate shift, measured on the same networks at the same steps.

Drift (Ioffe & Szegedy 2015, section 2, in words): the change in the distribution of a layer's inputs when the
parameters before it change. Here in numbers: with mean and standard deviation of each input over the examples
before and after, the root mean square over the inputs of their changes, in units of the root mean square
spread: sqrt(mean(dmu**2 + dsigma**2) / mean(sigma**2)). Batch norm sets these two moments of every unit to beta and
|gamma| (before the ReLU), so a small drift is there by construction. Two measures that it does not set stand beside
it, on held-out images: how far the correlations between units move, and how far the values themselves.

Gradient change (Santurkar et al. 2018, Definition 2.1): the gradient G of a layer's weights, and the
gradient G' on the same batch after the parameters of the layers before it, and only those, have taken their
step. Reported as |G - G'| / |G| and as the cosine between G and G'.

A step of one learning rate is not the same move in two networks: the gradients differ in length, and so do the
weights. So each measure is taken for the step of the learning rate, with all parameters, and for steps of equal size:
every weight matrix goes down its own gradient by a given share of its own length (`MOVEMENTS`); biases and the
parameters of the norm, which have no such unit, stay.

Two kinds of network. `run_digits`: digits, standardized, 64-(64 x 6)-10 ReLU, start weights of variance
2 / fan-in, batches of 64, plain SGD, float32. `run_linear`: their deep linear network, 25 linear layers of 10
units, y = A x with Gaussian A and x, 300 examples, full-batch gradient descent on the mean squared error,
Glorot start weights; batch norm after every layer but the last; float64.
"""

from dataclasses import replace

import numpy as np

from bn.data import Data, digits
from bn.network import forward, init, loss_and_grads
from bn.optim import train
from bn.steps import sgd_step
from bnbook.experiments.common import NORMS, cast, crossed, uncrossed

MOVEMENTS = (0.001, 0.003, 0.01)  # in units of a weight matrix's length
MEASURES = ("drift", "correlation", "value", "gradient_change", "cosine")
DIGITS_LAYERS, LINEAR_LAYERS = (2, 3, 4, 5, 6, 7), (5, 9, 13, 17, 21, 25)


def run_digits(
    learning_rates=(0.03, 0.1, 0.3),
    seeds=(0,),
    layers=DIGITS_LAYERS,
    steps=300,
    every=30,
    depth=6,
    width=64,
    batch_size=64,
    norms=NORMS,
    movements=MOVEMENTS,
):
    """Both definitions for the given layers, counted from 1; the output layer is depth + 1, the least is 2.

    N norms, L learning rates, S seeds, M = 1 + len(movements) steps, the first that of the learning rate, H layers,
    R records:
    steps (R,), layers (H,), learning_rates (L,), movements (M - 1,), seeds (S,).
    drift (N, L, S, M, H, R) : of the layer's inputs, on the batch of that training step.
    correlation (N, L, S, M, H, R) : root mean square change of the correlations of every two of the layer's inputs.
    value (N, L, S, M, H, R) : root mean square change of the inputs in units of their spread. Both on held-out images.
    gradient_change (N, L, S, M, H, R), cosine (N, L, S, M, H, R) : on the batch of that training step.
    relative_step (N, L, S, W, R) : how far a step of the learning rate moves each weight matrix, in its own length.
    loss (N, L, S, steps) : of every batch.   diverged_at (N, L, S) : step, or -1.
    Batch norm uses the statistics of the examples it is given, throughout.
    """
    networks = [((64, *[width] * depth, 10), {"norm": norm, "dtype": np.float32}) for norm in norms]
    data = cast(digits(seeds), np.float32)
    return _run(networks, data, learning_rates, seeds, layers, steps, every, batch_size, "softmax", movements)


def run_linear(
    learning_rates=(1e-4, 4e-4, 1e-3),
    seeds=(0,),
    layers=LINEAR_LAYERS,
    steps=200,
    every=20,
    depth=25,
    width=10,
    examples=300,
    norms=NORMS,
    movements=MOVEMENTS,
):
    """The same on the deep linear network, measured on its 300 examples. Returns what `run_digits` does."""
    kind = {"activation": "linear", "init": "glorot"}
    networks = [([width] * (depth + 1), {"norm": norm, **kind}) for norm in norms]
    data = linear_data(seeds, width, examples)
    return _run(networks, data, learning_rates, seeds, layers, steps, every, None, "squared", movements)


def of_seed(seed, kind="digits", **settings):
    """What `run_digits` or `run_linear` returns of one seed, without the axis of the seeds: a kept finding."""
    result = {"digits": run_digits, "linear": run_linear}[kind](seeds=(seed,), **settings)
    kept = {key: result[key][:, :, 0] for key in (*MEASURES, "relative_step", "loss", "diverged_at")}
    small = {key: value.astype(np.float32) if value.dtype == np.float64 else value for key, value in kept.items()}
    return {**small, "steps": result["steps"], "layers": result["layers"]}


def linear_data(seeds, width, examples):
    """x Gaussian and targets A x with a Gaussian A, for each seed; the held-out set is the training set."""
    rngs = [np.random.default_rng([2018, int(seed)]) for seed in seeds]
    a, x = (np.stack([rng.normal(size=size) for rng in rngs]) for size in ((width, width), (examples, width)))
    return Data(x, x @ a, x, x @ a, tuple(int(seed) for seed in seeds))


def _run(networks, data, learning_rates, seeds, layers, steps, every, batch_size, loss, movements):
    lr, net_seeds = crossed(learning_rates, seeds)
    at = np.arange(0, steps, every)
    parts = []
    for shape, kind in networks:
        net = init(shape, seeds=net_seeds, **kind)
        look = _observer(net, data, layers, lr, loss, movements)
        _, history = train(net, data, lr, batch_size=batch_size, steps=steps, loss=loss, record=look, record_at=at)
        measures, steps_taken = (np.array(column) for column in zip(*history.records))
        measures = np.moveaxis(measures, 0, -1)  # (measures, M, H, k, R)
        part = {name: uncrossed(m, learning_rates, seeds, axis=2) for name, m in zip(MEASURES, measures)}
        part["relative_step"] = uncrossed(np.moveaxis(steps_taken, 0, -1), learning_rates, seeds, axis=1)
        for name in ("losses", "diverged_at"):
            part[name.replace("losses", "loss")] = uncrossed(getattr(history, name), learning_rates, seeds)
        parts.append(part)
    result = {key: np.stack([part[key] for part in parts]) for key in parts[0]}
    settings = {
        "steps": at,
        "layers": layers,
        "learning_rates": learning_rates,
        "movements": movements,
        "seeds": seeds,
    }
    return {**{key: np.array(value) for key, value in settings.items()}, **result}


def _observer(start, data, layers, lr, loss, movements):
    """What `train` records: the measures of each step and layer, (measures, M, H, k), and the steps taken, (W, k)."""
    held_out, _ = data.test(start.seeds)

    def look(step, net, x, labels):
        _, grads, trace = loss_and_grads(net, x, labels, loss)
        before = trace.a, forward(net, held_out)[1].a, grads
        own = sgd_step(net, grads, lr)
        moves = [own, *(moved_by(net, grads, share) for share in movements)]
        rows = [_compared(net, after, before, x, labels, held_out, layers, loss) for after in moves]
        pairs = zip(net.params, own.params, strict=True)
        taken = [_length(q["w"] - p["w"]) / _length(p["w"]) for p, q in pairs]
        return np.array(rows).transpose(2, 0, 1, 3), np.array(taken)

    return look


def moved_by(net, grads, share):
    """The stack after every weight matrix has gone down its gradient by `share` of its own length."""
    params = []
    for layer, g in zip(net.params, grads, strict=True):
        length = _length(g["w"])
        unit = np.divide(_length(layer["w"]), length, out=np.zeros_like(length), where=length > 0)
        params.append({**layer, "w": layer["w"] - (share * unit)[:, None, None] * g["w"]})
    return replace(net, params=params)


def _compared(net, after, before, x, labels, held_out, layers, loss):
    """The measures of one move, (H, measures, k)."""
    inputs, inputs_held_out, grads = before
    inputs_after, held_out_after = forward(after, x)[1].a, forward(after, held_out)[1].a
    rows = []
    for i in (layer - 1 for layer in layers):
        rest = replace(net, params=net.params[i:], running=net.running[i:])  # has not moved, and sees moved inputs
        _, moved, _ = loss_and_grads(rest, inputs_after[i - 1], labels, loss)
        pair = inputs_held_out[i - 1], held_out_after[i - 1]
        shifted = drift(inputs[i - 1], inputs_after[i - 1]), correlations_moved(*pair), values_moved(*pair)
        rows.append((*shifted, *compare(grads[i]["w"], moved[0]["w"])))
    return rows


def drift(before, after):
    """How far the inputs' means and spreads have moved, in units of their spread: (k, m, d) twice -> (k,).

    For Gaussian inputs, dmu**2 + dsigma**2 is the squared Wasserstein distance of the two distributions.
    """
    means, spreads = after.mean(axis=1) - before.mean(axis=1), after.std(axis=1) - before.std(axis=1)
    return np.sqrt((means**2 + spreads**2).mean(axis=1) / before.var(axis=1).mean(axis=1))


def correlations(values):
    """Correlations of every two units over the examples, (k, m, d) -> (k, d, d); 0 for a unit that is constant."""
    off = values - values.mean(axis=1, keepdims=True)
    spread = np.sqrt((off**2).sum(axis=1, keepdims=True))
    unit = np.divide(off, spread, out=np.zeros_like(off), where=spread > 0)
    return unit.swapaxes(1, 2) @ unit


def correlations_moved(before, after):
    """Root mean square change of the correlations of two different units: (k, m, d) twice -> (k,)."""
    change = correlations(after) - correlations(before)
    d = change.shape[-1]
    pairs = max(d * (d - 1), 1)  # a single unit has none
    return np.sqrt((change**2 * (1 - np.eye(d))).sum(axis=(1, 2)) / pairs)


def values_moved(before, after):
    """Root mean square change of the values, in units of their spread: (k, m, d) twice -> (k,)."""
    return np.sqrt(((after - before) ** 2).mean(axis=(1, 2)) / before.var(axis=1).mean(axis=1))


def compare(g, moved):
    """|g - moved| / |g| and the cosine of the two, (k, a, b) twice -> (k,) each."""
    length, other, difference = _length(g), _length(moved), _length(g - moved)
    return difference / length, (g * moved).sum(axis=(1, 2)) / (length * other)


def _length(matrix):
    return np.sqrt((matrix**2).sum(axis=(1, 2)))
