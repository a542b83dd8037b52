"""How the distribution of a layer's inputs drifts during training: Figure 1 of Ioffe & Szegedy on the digits.

Ioffe & Szegedy (2015), section 4.1: three hidden layers of 100 sigmoid units on binary images, batches of 60,
small Gaussian start weights; percentiles {15, 50, 85} of what enters a sigmoid, over training. They use MNIST
and 50,000 steps and give neither learning rate nor start weights. Here: scikit-learn's digits, binarised at
0.5, 64 inputs, start weights of standard deviation 0.1, biases 0, 2000 steps of plain SGD, learning rates
listed below, float32. The percentiles are taken over the 500 held-out images every 50 steps; batch norm uses
their statistics for that.
"""

import numpy as np

from bn.data import digits
from bn.experiments.common import NORMS, cast, crossed, uncrossed
from bn.network import accuracy, forward, init
from bn.optim import train

PERCENTILES = (15, 50, 85)
HIDDEN, WIDTH = 3, 100


def run(
    learning_rates=(0.1, 0.5, 2.0, 10.0),
    seeds=(0, 1, 2, 3),
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

    N norms, L learning rates, S seeds, H = 3 hidden layers (the paper shows the last), R records:

    steps (R,), learning_rates (L,), seeds (S,), edges (bins + 1,).
    percentiles (N, L, S, H, R, 3) : of every unit, averaged over the 100 units.
    median_drift (N, L, S, H) : range over time of a unit's median, averaged over the units.
    unit (N, L, H) : index of a typical unit at the first seed, see `typical_unit`.
    unit_percentiles (N, L, H, R, 3) : of that unit.
    histogram (N, L, H, R, bins) : counts over units and images (100 x 500) at the first seed.
    unit_histogram (N, L, H, R, bins) : counts over the 500 images of the typical unit.
    accuracy (N, L, S, R) : held out; batch norm with its running statistics.
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
        look = _observer(data, net_seeds == seeds[0], edges)
        _, history = train(net, data, lr, batch_size=batch_size, steps=steps, record=look, record_at=at)
        parts.append(_collect(history, learning_rates, seeds, every))
    result = {key: np.stack([part[key] for part in parts]) for key in parts[0]}
    return {
        "steps": at,
        "learning_rates": np.array(learning_rates),
        "seeds": np.array(seeds),
        "edges": edges,
        **result,
    }


def _observer(data, first_seed, edges):
    """What `train` records: percentiles (k, H, 3, units), counts (L, H, units, bins), accuracy (k,)."""

    def look(step, net, x, labels):
        images, right = data.test(net.seeds)
        _, trace = forward(net, images)
        entering = [np.ascontiguousarray(np.swapaxes(y, 1, 2)) for y in trace.y]  # (k, units, images)
        percentiles = np.stack([np.percentile(y, PERCENTILES, axis=-1) for y in entering])  # (H, 3, k, units)
        counts = np.stack([[unit_histograms(y, edges) for y in layer[first_seed]] for layer in entering], axis=1)
        logits, _ = forward(net, images, training=False)
        return percentiles.transpose(2, 0, 1, 3), counts, accuracy(logits, right)

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
    percentiles, counts, right = (np.stack(column) for column in zip(*history.records))
    percentiles = uncrossed(percentiles, learning_rates, seeds, axis=1).swapaxes(2, 3)  # L S H R 3 units
    counts = counts.transpose(1, 2, 0, 3, 4)  # L H R units bins
    unit = np.array([[typical_unit(layer) for layer in layers] for layers in percentiles[:, 0]])
    pick = unit[:, :, None, None, None]
    windows = history.losses[: len(right[1:]) * every].reshape(-1, every, right.shape[1])
    return {
        "percentiles": percentiles.mean(axis=-1),
        "median_drift": np.ptp(percentiles[..., 1, :], axis=3).mean(axis=-1),
        "unit_percentiles": np.take_along_axis(percentiles[:, 0], pick, axis=-1)[..., 0],
        "unit": unit,
        "histogram": counts.sum(axis=-2),
        "unit_histogram": np.take_along_axis(counts, pick, axis=-2)[..., 0, :],
        "accuracy": uncrossed(right, learning_rates, seeds),
        "train_loss": uncrossed(windows.mean(axis=1), learning_rates, seeds),
        "diverged_at": uncrossed(history.diverged_at, learning_rates, seeds),
    }


def summary(result, layer=-1):
    """The figures of a run that a sentence can quote; every array is (N, L, S).

    median_drift : of the layer.   relative_drift : that in units of the mean 15-85 spread.
    spread_ratio : largest over smallest 15-85 spread.   steps_to_80 : first record with 80 % held-out
    accuracy, inf if none.   final_accuracy : at the last record.
    """
    low, _, high = np.moveaxis(result["percentiles"][:, :, :, layer], -1, 0)
    spread, drift = high - low, result["median_drift"][:, :, :, layer]
    reached = result["accuracy"] >= 0.8
    first = np.where(reached.any(axis=-1), result["steps"][reached.argmax(axis=-1)], np.inf)
    return {
        "median_drift": drift,
        "relative_drift": drift / spread.mean(axis=-1),
        "spread_ratio": spread.max(axis=-1) / spread.min(axis=-1),
        "steps_to_80": first,
        "final_accuracy": result["accuracy"][..., -1],
    }
