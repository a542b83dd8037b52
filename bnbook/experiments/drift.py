"""How the distribution of a layer's inputs drifts during training: Figure 1 of Ioffe & Szegedy on the digits.

Ioffe & Szegedy (2015), section 4.1: three hidden layers of 100 sigmoid units on binary images, batches of 60,
small Gaussian start weights; percentiles {15, 50, 85} of what enters a sigmoid, over training. They use MNIST
and 50,000 steps and give neither learning rate nor start weights. Here: scikit-learn's digits, binarised at
0.5, 64 inputs, start weights of standard deviation 0.1, biases 0, 2000 steps of plain SGD, learning rates
listed below, float32. The percentiles are taken over the 500 held-out images every 50 steps; batch norm uses
for them the mean and variance of all training images, taken anew each time (`bn.recompute_statistics`).

Batch norm sets mean and spread of what enters a sigmoid to beta and |gamma|, so that these two stand still unless beta
and gamma move. `MOVED` compares them with what it does not set: from one record to the next, how far do the moments
move, the correlations between units, and the values on the same images?
"""

import numpy as np

from bn.data import digits
from bn.network import accuracy, forward, init
from bn.optim import train
from bn.serving import recompute_statistics
from bnbook.experiments.common import NORMS, cast, crossed, uncrossed
from bnbook.experiments.two_definitions import correlations_moved, drift, values_moved

PERCENTILES = (15, 50, 85)
HIDDEN, WIDTH = 3, 100
MOVED = {"moments": drift, "correlations": correlations_moved, "values": values_moved}


def run(
    learning_rates=(0.1, 0.5, 2.0),
    seeds=(0,),
    steps=2000,
    every=50,
    batch_size=60,
    low=-8.0,
    high=8.0,
    bins=64,
    norms=NORMS,
):
    """Train plain and with batch norm and watch what enters each sigmoid.

    low, high, bins : of the histograms, in units of the sigmoid's input; a value beyond the range is counted
    in the outermost bin.

    N norms, L learning rates, S seeds, H = 3 hidden layers (the paper shows the last), R records, U = 100 units:

    steps (R,), learning_rates (L,), seeds (S,), edges (bins + 1,).
    percentiles (N, L, S, H, R, 3) : of every unit, averaged over the units.
    median_drift (N, L, S, H, U) : range over time of a unit's median.
    band (N, L, S, H, U) : mean over time of the width of the unit's band, from the 15th to the 85th percentile.
    unit (N, L, S, H) : index of a typical unit, see `typical_unit`.
    unit_percentiles (N, L, S, H, R, 3) : of that unit.
    histogram (N, L, S, H, R, bins) : counts over units and images (100 x 500).
    moved (N, L, S, 3 MOVED, H, R - 1) : from each record to the next: moments, correlations, values on fixed images.
    accuracy (N, L, S, R) : held out.
    train_loss (N, L, S, R - 1) : batch loss averaged over the steps between two records.
    diverged_at (N, L, S) : step, or -1.
    """
    data = cast(digits(seeds, prepare="binary"), np.float32)
    lr, net_seeds = crossed(learning_rates, seeds)
    edges = np.linspace(low, high, bins + 1)
    at = np.arange(0, steps + 1, every)
    parts = []
    for norm in norms:
        net = init(
            (64, *[WIDTH] * HIDDEN, 10),
            norm=norm,
            activation="sigmoid",
            init=0.1,
            seeds=net_seeds,
            dtype=np.float32,
        )
        _, history = train(
            net, data, lr, batch_size=batch_size, steps=steps, record=_observer(data, edges), record_at=at
        )
        parts.append(_collect(history, learning_rates, seeds, every))
    result = {key: np.stack([part[key] for part in parts]) for key in parts[0]}
    return {
        "steps": at,
        "learning_rates": np.array(learning_rates),
        "seeds": np.array(seeds),
        "edges": edges,
        **result,
    }


def of_seed(seed, **settings):
    """What `run` returns of one seed, without the axis of the seeds, in small types: a kept finding."""
    result = run(seeds=(seed,), **settings)
    alone = {key: value[:, :, 0] for key, value in result.items() if value.ndim > 2}
    small = {"float64": np.float32, "int64": np.int32}
    return {"steps": result["steps"], **{k: v.astype(small.get(str(v.dtype), v.dtype)) for k, v in alone.items()}}


def _observer(data, edges):
    """What `train` records: percentiles (k, H, 3, U), counts (k, H, bins), what has moved (k, 3, H), accuracy (k,)."""
    before = []

    def look(step, net, x, labels):
        images, right = data.test(net.seeds)
        if net.norm == "batch":
            net = recompute_statistics(net, data.train(net.seeds)[0])
        logits, trace = forward(net, images, training=False)
        entering = [np.ascontiguousarray(np.swapaxes(y, 1, 2)) for y in trace.y]  # (k, units, images)
        percentiles = np.stack([np.percentile(y, PERCENTILES, axis=-1) for y in entering])  # (H, 3, k, U)
        counts = np.stack([[unit_histograms(y, edges).sum(axis=0) for y in layer] for layer in entering], axis=1)
        last = before[-1] if before else trace.y
        moved = np.array([[how(*pair) for pair in zip(last, trace.y)] for how in MOVED.values()])  # (3, H, k)
        before[:] = [trace.y]
        return percentiles.transpose(2, 0, 1, 3), counts, moved.transpose(2, 0, 1), accuracy(logits, right)

    return look


def unit_histograms(values, edges):
    """Counts (units, bins) of each row of values (units, n); the outermost bins take what lies beyond."""
    units, bins = len(values), len(edges) - 1
    width = (edges[-1] - edges[0]) / bins
    which = np.clip(np.floor((values - edges[0]) / width), 0, bins - 1).astype(np.int64)
    which += bins * np.arange(units)[:, None]
    return np.bincount(which.ravel(), minlength=units * bins).reshape(units, bins)


def typical_unit(percentiles):
    """The unit in the middle when ordered by the range of their median: percentiles (R, 3, units)."""
    drift = np.ptp(percentiles[:, 1], axis=0)
    return np.argsort(drift, kind="stable")[len(drift) // 2]


def _collect(history, learning_rates, seeds, every):
    """The arrays that `run` returns, of one norm."""
    percentiles, counts, moved, right = (
        uncrossed(np.stack(column), learning_rates, seeds, axis=1) for column in zip(*history.records)
    )
    percentiles = percentiles.swapaxes(2, 3)  # L S H R 3 U
    unit = np.array([[[typical_unit(layer) for layer in seed] for seed in rate] for rate in percentiles])
    band = percentiles[..., 2, :] - percentiles[..., 0, :]
    windows = history.losses[: (len(history.records) - 1) * every].reshape(-1, every, history.losses.shape[1])
    pick = unit[..., None, None, None]
    return {
        "percentiles": percentiles.mean(axis=-1),
        "median_drift": np.ptp(percentiles[..., 1, :], axis=3),
        "band": band.mean(axis=3),
        "unit": unit,
        "unit_percentiles": np.take_along_axis(percentiles, pick, axis=-1)[..., 0],
        "histogram": counts.swapaxes(2, 3),
        "moved": np.moveaxis(moved, 2, -1)[..., 1:],
        "accuracy": right,
        "train_loss": uncrossed(windows.mean(axis=1), learning_rates, seeds),
        "diverged_at": uncrossed(history.diverged_at, learning_rates, seeds),
    }


def summary(result, layer=-1):
    """The figures of a run that a sentence can quote; every array is (N, L, S).

    median_drift : of a unit, mean over the layer's units.   relative_drift : in units of the width of the unit's own
    band, the middle one of the units; relative_drift_most : the same, of which nine units of ten have less.
    spread_ratio : largest over smallest width of the averaged band.   steps_to_80 : first record with 80 % held-out
    accuracy, inf if none.   final_accuracy : at the last record.
    """
    low, _, high = np.moveaxis(result["percentiles"][:, :, :, layer], -1, 0)
    spread, drift = high - low, result["median_drift"][:, :, :, layer]
    relative = drift / result["band"][:, :, :, layer]
    reached = result["accuracy"] >= 0.8
    first = np.where(reached.any(axis=-1), result["steps"][reached.argmax(axis=-1)], np.inf)
    return {
        "median_drift": drift.mean(axis=-1),
        "relative_drift": np.median(relative, axis=-1),
        "relative_drift_most": np.quantile(relative, 0.9, axis=-1),
        "spread_ratio": spread.max(axis=-1) / spread.min(axis=-1),
        "steps_to_80": first,
        "final_accuracy": result["accuracy"][..., -1],
    }
