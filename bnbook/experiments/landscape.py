"""The loss along the gradient, as training meets it: does batch norm make the landscape smoother?

Santurkar et al. (2018), Figure 4 and appendix A.2.2: at a training step, move along the negative gradient by several
multiples of the learning rate, half to four, and take (a) the range of the loss, (b) how far the gradient moves
away from the one at the start ("predictiveness"), (c) the largest ratio of that to the distance moved (the
effective beta-smoothness, here of the loss itself). Digits, standardized; three configurations:

A  10 hidden layers of 64 ReLU units, start weights of variance 2 / fan-in, learning rate 0.3.
B  the same at learning rate 0.1.
C  6 hidden layers of 64 tanh units, start weights of variance 1 / fan-in, learning rate 0.3.

A smaller gradient alone proves little: multiply a weight that batch norm follows by a, and nothing changes in
what the network computes, but every gradient by it is divided by a, every curvature by a^2. Two controls:

SCALES   "raw": distances and gradients in the weights as they are, all parameters moved, by multiples of
         the learning rate times the gradient, as in the paper.
         "matched": every weight matrix is measured in units of its own length, W = |W| V, its gradient in
         the reciprocal unit, and all networks move by the same distances in V. Multiplying a weight that
         batch norm follows by any a > 0 then changes nothing at all (eps aside), and neither does moving a
         factor from one layer of a plain ReLU network to the next. Only weights are moved; gamma, beta and
         biases stay, which have no such unit.
NETWORKS "plain" and "batch", each trained on its own; and "twin", the plain network that is equal to "batch"
         at the start of every probe: the same weights, with the statistics of that batch frozen. It has the
         same activations and the same scale everywhere, and lacks only that the statistics answer to the
         weights. What "batch" has beyond "twin" is not rescaling.
"""

from dataclasses import replace

import numpy as np

from bn.data import digits
from bn.network import init, loss_and_grads
from bn.optim import train
from bnbook.experiments.common import cast

NETWORKS = ("plain", "batch", "twin")
SCALES = ("raw", "matched")
QUANTITIES = ("loss_range", "gradient_change", "beta")
MULTIPLES = (0.5, 1.0, 2.0, 3.0, 4.0)  # of the learning rate, for "raw"
DISTANCES = (0.02, 0.05, 0.1, 0.2, 0.3)  # in units of a weight matrix's length, for "matched"; steps take 0.02 to 0.2
CONFIGS = {
    "A": {"depth": 10, "activation": "relu", "init": "he", "lr": 0.3},
    "B": {"depth": 10, "activation": "relu", "init": "he", "lr": 0.1},
    "C": {"depth": 6, "activation": "tanh", "init": "lecun", "lr": 0.3},
}


def run(
    config="A",
    seeds=(0, 1, 2, 3),
    steps=100,
    every=5,
    batch_size=64,
    width=64,
    dtype=np.float64,
    norms=("none", "batch"),
):
    """Probe the loss along the gradient while the networks of one configuration train.

    norms : trained, in this order; the twin stands behind "batch".
    N = 3 NETWORKS (4 with "layer"), C = 2 SCALES, S seeds, R probes, D = 5 distances:
    steps (R,), seeds (S,), multiples (D,), distances (D,).
    losses (N, C, S, R, 1 + D) : on the batch of that step, at the start and at each distance.
    gradient_change (N, C, S, R, D) : length of the change of the gradient, in the unit of the scale.
    moved (N, C, S, R, D) : the distance moved, in the unit of the scale.
    gradient (N, C, S, R) : length of the gradient at the start.
    train_loss (norms, S, steps) : of every batch.   diverged_at (norms, S) : step, or -1.
    Values too large for a number are inf.   `summary` makes the three quantities of them.
    Raises ValueError for an unknown configuration.
    """
    kind = kind_of(config)
    data = cast(digits(seeds), dtype)
    at = np.arange(0, steps, every)
    probes, losses, diverged = [], [], []
    for norm in norms:
        net = network(norm, kind, seeds, width, dtype)
        _, history = train(
            net, data, kind["lr"], batch_size=batch_size, steps=steps, record=_observer(kind["lr"]), record_at=at
        )
        parts = zip(*history.records)  # of every network that was probed, its records
        probes += [[_stacked(records, scale) for scale in range(2)] for records in parts]
        losses.append(history.losses.T)
        diverged.append(history.diverged_at)
    arrays = {key: np.stack([np.stack([scale[key] for scale in row]) for row in probes]) for key in probes[0][0]}
    settings = {"steps": at, "seeds": seeds, "multiples": MULTIPLES, "distances": DISTANCES}
    return {
        **{k: np.array(v) for k, v in settings.items()},
        **arrays,
        "train_loss": np.stack(losses),
        "diverged_at": np.stack(diverged),
    }


def network(norm, kind, seeds, width=64, dtype=np.float64):
    """The networks of one configuration at the start."""
    shape = (64, *[width] * kind["depth"], 10)
    return init(shape, norm=norm, activation=kind["activation"], init=kind["init"], seeds=seeds, dtype=dtype)


def kind_of(config):
    """The entry of CONFIGS; ValueError for an unknown name."""
    if config not in CONFIGS:
        raise ValueError(f"config is {config!r}; allowed are {', '.join(map(repr, CONFIGS))}")
    return CONFIGS[config]


def _observer(lr):
    """What `train` records: for every network probed, for every scale, the arrays of `along_gradient`."""

    def look(step, net, x, labels):
        nets = [net, twin(net, x, labels)] if net.norm == "batch" else [net]
        return [[along_gradient(one, x, labels, *scaled(one, scale, lr)) for scale in SCALES] for one in nets]

    return look


def scaled(net, scale, lr):
    """Units of the parameters (see `along_gradient`) and how far to move."""
    if scale == "raw":
        return [{name: 1.0 for name in layer if name not in ("mean", "std")} for layer in net.params], lr, None
    return [{"w": np.sqrt((layer["w"] ** 2).sum(axis=(1, 2), keepdims=True))} for layer in net.params], None, DISTANCES


def twin(net, x, labels):
    """`net` with the statistics of the batch x frozen: equal on that batch, layer by layer."""
    caches = loss_and_grads(net, x, labels)[2].norm_caches
    params = [
        {**layer, "mean": cache.mu.astype(layer["w"].dtype), "std": cache.std.astype(layer["w"].dtype)}
        for layer, cache in zip(net.params, caches)
    ]
    return replace(net, params=[*params, net.params[-1]], norm="frozen")


def along_gradient(net, x, labels, units, lr=None, distances=None, evaluate=loss_and_grads):
    """Losses and gradients at several places along the negative gradient.

    units : one dict per layer, name -> unit u of that parameter, broadcastable. A parameter p is seen as u v
    with u constant, so its gradient is u dp, and a step of -t u dp in v is one of -t u^2 dp in p. What has no
    unit is not moved and not looked at.
    lr : moves by MULTIPLES of lr times the gradient; or   distances : the lengths of the moves in v.
    evaluate : what gives loss, gradients and a third thing, as `loss_and_grads` does.
    Returns losses (1 + D, k), change, moved (D, k), gradient (k,).
    """
    with np.errstate(over="ignore", invalid="ignore"):
        loss, grads, _ = evaluate(net, x, labels)
        start = _in_units(grads, units)
        length = norm_of(start)
        times = [m * lr + 0 * length for m in MULTIPLES] if distances is None else [d / length for d in distances]
        losses, changes = [loss], []
        for time in times:
            there, grads, _ = evaluate(step(net, start, units, time), x, labels)
            difference = [{n: g[n] - s[n] for n in s} for g, s in zip(_in_units(grads, units), start)]
            losses.append(there)
            changes.append(norm_of(difference))
    moved = np.array(times) * length
    finite = (np.nan_to_num(np.array(a), nan=np.inf, posinf=np.inf) for a in (losses, changes))
    return (*finite, moved, length)


def step(net, direction, units, time):
    """The networks after a move of -time times `direction` in the given units; time : (k,)."""
    time = time[:, None, None]
    params = [
        {n: p - (time * unit[n] * d[n]).astype(p.dtype) if n in unit else p for n, p in layer.items()}
        for layer, d, unit in zip(net.params, direction, units, strict=True)
    ]
    return replace(net, params=params)


def _in_units(grads, units):
    return [{name: unit[name] * g[name] for name in unit} for g, unit in zip(grads, units, strict=True)]


def norm_of(parameters):
    """The length of all parameters together, (k,)."""
    return np.sqrt(sum((p.astype(np.float64) ** 2).sum(axis=(1, 2)) for layer in parameters for p in layer.values()))


def _stacked(records, scale):
    losses, changes, moved, length = (np.stack(part) for part in zip(*(record[scale] for record in records)))
    return {
        "losses": losses.transpose(2, 0, 1),
        "gradient_change": changes.transpose(2, 0, 1),
        "moved": moved.transpose(2, 0, 1),
        "gradient": length.T,
    }


def summary(result):
    """The three quantities at every probe, and their medians.

    loss_range, gradient_change, beta (N, C, S, R) : the range of the loss over the distances (the start left
    out), the largest change of the gradient, the largest change over distance moved.
    median (3 QUANTITIES, N, C, S) : over the probes.   final_loss (2, S) : training loss, mean of the last 10
    steps; inf for a network that diverged, which from then on is probed where it stopped.
    """
    losses, change = result["losses"][..., 1:], result["gradient_change"]
    with np.errstate(invalid="ignore"):
        found = {
            "loss_range": losses.max(axis=-1) - losses.min(axis=-1),
            "gradient_change": change.max(axis=-1),
            "beta": (change / result["moved"]).max(axis=-1),
        }
    found["median"] = np.stack([np.median(found[name], axis=-1) for name in QUANTITIES])
    return {**found, "final_loss": result["train_loss"][..., -10:].mean(axis=-1)}


def equal_loss(result, first=0, second=1, tolerance=1.1):
    """Ratios first / second of the three measures between probes of the two networks whose losses agree.

    Each probe of `second` is paired with that probe of `first`, of the same seed, whose loss at the start is nearest,
    if the two differ by less than the factor `tolerance`.
    Returns ratios (3 QUANTITIES, C, S), the medians over the pairs of a seed, NaN where it has none, and the number of
    pairs (S,).
    """
    found, losses = summary(result), result["losses"][:, 0, :, :, 0]  # N, S, R; the start is the same in both scales
    ratios, counts = [], []
    for s in range(losses.shape[1]):
        apart = np.abs(np.log(losses[first, s][:, None] / losses[second, s]))  # R of first, R of second
        mine, theirs = apart.argmin(axis=0), np.arange(apart.shape[1])
        good = apart[mine, theirs] < np.log(tolerance)
        pairs = mine[good], theirs[good]
        measures = [found[name] for name in QUANTITIES]
        one = [[m[first, c, s, pairs[0]] / m[second, c, s, pairs[1]] for c in range(2)] for m in measures]
        ratios.append(np.median(one, axis=-1) if good.any() else np.full((3, 2), np.nan))
        counts.append(good.sum())
    return np.moveaxis(ratios, 0, -1), np.array(counts)


def finding(seed, configs="ABC", steps=100, every=5, width=64):
    """One seed of `run` for several configurations, which stand in front; layer norm too, last of the networks."""
    runs = [run(config, (seed,), steps, every, width=width, norms=("none", "batch", "layer")) for config in configs]
    names = ("losses", "gradient_change", "moved")
    with np.errstate(over="ignore"):  # what float32 cannot hold is inf, as what float64 cannot hold is
        probes = {name: np.stack([one[name][:, :, 0] for one in runs]).astype(np.float32) for name in names}
    ends = {name: np.stack([one[name][:, 0] for one in runs]) for name in ("train_loss", "diverged_at")}
    return {**probes, **ends}


def kept_run(arrays, config):
    """A kept `finding`, one configuration of it by index, in the form of `run`: seeds behind networks and scales."""
    probes = {k: np.moveaxis(arrays[k][:, config], 0, 2) for k in ("losses", "gradient_change", "moved")}
    probes = {k: v.astype(np.float64) for k, v in probes.items()}
    return probes | {k: np.moveaxis(arrays[k][:, config], 0, 1) for k in ("train_loss", "diverged_at")}
