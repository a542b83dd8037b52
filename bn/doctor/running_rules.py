"""Findings from the running statistics, and about which statistics the layer has used."""

import numpy as np

from .batch_rules import SMALL
from .finding import of_features, of_layer
from .layer import LARGEST, as_rows

MEAN_OFF = 0.5  # in spreads of the batch
VAR_OFF = 2.0  # ratio
CHANCE = 4.0  # standard errors that a batch may be away by chance, on top of that
MOMENTUM = 0.5
SAME = 0.01  # two outputs agree if they differ by less than this share of gamma, root mean square


def valid(layer):
    """Running statistics that cannot be any, or that were never updated."""
    if not layer.has_running:
        return []
    mean, var = np.asarray(layer.running_mean, np.float64), np.asarray(layer.running_var, np.float64)
    bad = ~(np.abs(mean) <= LARGEST) | ~((var >= 0) & (var <= LARGEST))
    if bad.any():
        words = "{count} have running statistics that are no statistics (feature {worst}: mean {mean}, variance {var})."
        cure = "recompute the statistics; find the batch that broke them (a batch of one, an overflow)"
        numbers = {"mean": mean, "var": var}
        return of_features("running-invalid", "error", layer, bad, bad * 1.0, numbers, words, cure)
    if (mean == 0).all() and (var == 1).all():
        words = "All {d} running means are 0 and all running variances 1: they were never updated."
        cure = "train in training mode, check that momentum is not 0, or recompute the statistics"
        return of_layer("running-untouched", "error", layer, {"d": layer.d}, words, cure)
    return far(layer, mean, var)


def far(layer, mean, var):
    """Running statistics that are far from those of this batch, more than chance allows."""
    if layer.m < SMALL:  # too few to say what is far
        return []
    chance = CHANCE / np.sqrt(layer.examples)
    off = np.abs(mean - layer.mean) / np.sqrt(layer.var + max(layer.eps, 1e-300))
    with np.errstate(over="ignore"):  # infinitely large is also far
        ratio = (var + max(layer.eps, 1e-300)) / (layer.var + max(layer.eps, 1e-300))
    span = np.abs(np.log(ratio))
    bad = ((off > MEAN_OFF + chance) | (span > np.log(VAR_OFF) + np.sqrt(2) * chance)) & ~layer.constant
    words = (
        "{count}: running statistics far from this batch's; at feature {worst} the mean is off by {off:.2g} spreads "
        "and the variance {ratio:.2g} times as large."
    )
    cure = "recompute them on data of this kind; check momentum, its convention, and the mode while training"
    badness = np.maximum(off / MEAN_OFF, span / np.log(VAR_OFF))
    return of_features("running-far", "warning", layer, bad, badness, {"off": off, "ratio": ratio}, words, cure)


def momentum(layer):
    """A momentum that forgets everything but the last few batches: often the other convention."""
    if layer.momentum is None or layer.momentum < MOMENTUM:
        return []
    numbers = {"momentum": float(layer.momentum), "other": 1 - float(layer.momentum)}
    words = (
        "Momentum {momentum:g} as the weight of the new value: the running statistics are those of the last batches."
    )
    cure = f"{numbers['other']:.3g}, if the number comes from a library that weighs the old value (Keras, Flax, ONNX)"
    return of_layer("momentum", "warning", layer, numbers, words, cure)


def mode(layer):
    """Whether the output was made with the statistics of the batch or with the running ones, and was meant to be."""
    if layer.y is None or layer.mode is None or not layer.has_running or layer.m == 1:
        return []
    unit = np.sqrt((layer.scale**2).mean()) or 1.0
    y = as_rows(layer.y)
    running_std = np.sqrt(np.maximum(np.asarray(layer.running_var, np.float64), 0) + max(layer.eps, 1e-300))
    with np.errstate(over="ignore", invalid="ignore"):
        by_running = layer.scale * (layer.rows - layer.running_mean) / running_std + layer.shift
    distance = {"training": _apart(y, layer.output, unit), "inference": _apart(y, by_running, unit)}
    if not distance[layer.mode] > SAME:
        return []
    other = "inference" if layer.mode == "training" else "training"
    numbers = {"from_training": distance["training"], "from_inference": distance["inference"]}
    if distance[other] > SAME:
        words = (
            "The output fits neither the batch's statistics (off by {from_training:.2g}) nor the running ones "
            "({from_inference:.2g})."
        )
        cure = "check gamma, beta, eps, the order of the axes, and that x and y belong together"
        return of_layer("other-function", "warning", layer, numbers, words, cure)
    if layer.mode == "inference":
        words = (
            "The output was made with the statistics of this batch, not with the running ones ({from_inference:.2g} "
            "away)."
        )
        return of_layer("forgotten-switch", "error", layer, numbers, words, "switch to inference: model.eval()")
    words = "The output was made with the running statistics, not with those of this batch ({from_training:.2g} away)."
    cure = "switch to training: model.train(); or nothing, if the layer is frozen on purpose"
    return of_layer("frozen", "warning", layer, numbers, words, cure)


def _apart(y, other, unit):
    """The root mean square of y - other, in `unit`; infinity where the other output is no number."""
    with np.errstate(over="ignore", invalid="ignore"):
        difference = np.abs(y - other) / unit
    largest = difference.max()
    if not np.isfinite(largest):
        return float("inf")
    return float(largest * np.sqrt(((difference / (largest or 1.0)) ** 2).mean()))
