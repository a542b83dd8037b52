"""Is it the folds? Plain networks whose folds are put onto the data once, at the start, against batch norm.

Three tasks (`TASKS`): two moons whose middle is at (3, 2), for 2-16-16-2 networks; and the digits for 64-64-64-64-10,
with pixels from 0 to 1, whose mean is far from 0, and standardized, where it is 0 in the first layer. ReLU, start
weights of variance 2 / fan-in, plain SGD, batches of 64, 300 steps, float32. The methods:

"zero"       plain, biases 0.
"scattered"  plain, biases drawn evenly between the ends that libraries take, +- 1 / sqrt(fan-in).
"anchored"   plain; layer by layer a bias is set so that the fold goes through the mean of the first batch. Then it
             learns as all the others do.
"scaled"     the same, and the weights are divided so that the unit's spread over that batch is 1, as batch norm's is.
"batch"      batch norm.
"""

from dataclasses import replace
from functools import partial

import numpy as np

from bn.data import Data, digits
from bn.network import forward, init
from bn.optim import train
from bnbook.experiments.common import cast, held_out
from bnbook.experiments.own_best import at_own_best, usual
from bnbook.experiments.spread import paired, spread

METHODS = ("zero", "scattered", "anchored", "scaled", "batch")
TASKS = ("moons", "pixels", "standardized")
SIZES = {"moons": (2, 16, 16, 2), "pixels": (64, 64, 64, 64, 10), "standardized": (64, 64, 64, 64, 10)}
TARGETS = {"moons": 0.95, "pixels": 0.9, "standardized": 0.9}
RATES = (0.01, 0.0316, 0.1, 0.316, 1.0, 3.16)
MIDDLE = (3.0, 2.0)
BATCH = 64


def of_seed(seed, tasks=TASKS, steps=300, every=10):
    """T tasks, N methods, L rates, R records.

    accuracy (T, N, L, R) : held out; batch norm with its running statistics.
    parting (T, N, H) : the share of the folds of each hidden layer that part the first batch, before the first step;
    NaN for a layer that the task does not have.   steps (R,) : of the records.
    """
    at = np.arange(0, steps + 1, every)
    found = {"accuracy": [], "parting": []}
    for task in tasks:
        data = data_of(task, seed)
        stacks = [started(method, task, seed, data) for method in METHODS]
        found["accuracy"].append([_trained(net, data, steps, at) for net in stacks])
        found["parting"].append([_parting(net, data) for net in stacks])
    return {"steps": at, **{name: np.array(rows, np.float32) for name, rows in found.items()}}


def data_of(task, seed):
    """The `Data` of a task for one seed."""
    if task != "moons":
        return cast(digits((seed,), prepare=task), np.float32)
    rng = np.random.default_rng([seed, 5])
    count = 400
    along = rng.uniform(0, np.pi, (2, count))
    x = np.stack([np.cos(along), np.sin(along)], axis=-1)
    x[1] = np.array([1.0, 0.4]) - x[1]
    x = x.reshape(-1, 2) + 0.12 * rng.normal(size=(2 * count, 2)) + np.array(MIDDLE) - np.array([0.5, 0.2])
    labels = np.repeat([0, 1], count)
    order = rng.permutation(2 * count)
    x, labels = x[order].astype(np.float32)[None], labels[order][None]
    return Data(x[:, :count], labels[:, :count], x[:, count:], labels[:, count:], (seed,))


def started(method, task, seed, data):
    """The stack of one method before the first step, a network for each rate."""
    norm = "batch" if method == "batch" else "none"
    net = init(SIZES[task], norm=norm, seeds=[seed] * len(RATES), dtype=np.float32)
    if method == "scattered":
        rng = np.random.default_rng([seed, 6])
        params = [{**layer, "b": _scattered(rng, layer)} for layer in net.params[:-1]]
        net = replace(net, params=[*params, net.params[-1]])
    if method in ("anchored", "scaled"):
        net = anchored(net, data.train_x[0, :BATCH], scaled=method == "scaled")
    return net


def _scattered(rng, layer):
    bound = layer["w"].shape[1] ** -0.5
    return np.broadcast_to(rng.uniform(-bound, bound, layer["b"].shape[1:]), layer["b"].shape).astype(np.float32)


def anchored(net, x, scaled=False):
    """A plain network whose folds go through the means of what each layer is given for the batch x (m, d).

    scaled : each unit's spread over that batch is 1, too.
    """
    params = list(net.params)
    for i in range(net.hidden):
        z = forward(replace(net, params=params), x)[1].z[i] - params[i]["b"]
        spread_ = np.maximum(z.std(axis=1, keepdims=True), 1e-6) if scaled else np.ones((1, 1, 1), np.float32)
        params[i] = {**params[i], "w": params[i]["w"] / spread_, "b": -z.mean(axis=1, keepdims=True) / spread_}
    return replace(net, params=params)


def _parting(net, data):
    """(H,) the share of each hidden layer's units that are on for some of the first batch and off for the others."""
    _, trace = forward(net, data.train_x[0, :BATCH])
    shares = [float(((y[0] > 0).any(axis=0) & (y[0] <= 0).any(axis=0)).mean()) for y in trace.y]
    return shares + [np.nan] * (3 - len(shares))


def _trained(net, data, steps, at):
    _, history = train(
        net, data, np.array(RATES), steps=steps, batch_size=BATCH, record=partial(_look, data), record_at=at
    )
    return np.stack(history.records, axis=-1)


def _look(data, step, net, x, labels):
    return held_out(net, data)


def judged(kept, task, baseline="batch"):
    """Each method at its own best rate, chosen by the other seeds: {method: {what: value}}.

    final : `Spread` of the final held-out accuracy in percent.   steps : of the steps to the task's target, one look
    more than all where it is not reached.   final_more, steps_more : `Paired`, minus the baseline.   rate.
    """
    t = TASKS.index(task)
    accuracy, at = kept["accuracy"][:, t], kept["steps"][0]
    there = accuracy >= TARGETS[task]
    first = np.where(there.any(axis=-1), at[there.argmax(axis=-1)], at[-1] + at[1]).astype(float)
    final = 100.0 * accuracy[..., -1].astype(float)
    own = {}
    for n, name in enumerate(METHODS):
        own[name] = at_own_best(final[:, n]), at_own_best(-first[:, n], first[:, n])
    return {
        name: {
            "final": spread(end),
            "final_more": paired(end, own[baseline][0]),
            "steps": spread(reach),
            "steps_more": paired(reach, own[baseline][1]),
            "rate": RATES[usual(final[:, n])],
        }
        for n, (name, (end, reach)) in enumerate(own.items())
    }
