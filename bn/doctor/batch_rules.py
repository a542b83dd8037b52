"""Findings from the batch itself: its size, its features, what the activation will make of them."""

import numpy as np

from .finding import of_features, of_layer

SMALL = 16  # numbers a mean: below, the scale of a batch is off by 1 / sqrt(2 m) = 18 % or more
NEAR_EPS = 10.0  # a variance below this many eps: eps takes 9 % of the sum or more
RULES = 0.9  # share of the variance that a single example may own
OFFSET = 1000.0  # mean over spread: squares in float32 then lose (mean / spread)^2 2^-24 = 6 % of the variance
FAR = {"sigmoid": 4.0, "tanh": 2.0}  # beyond, the slope is below 7 % of its largest
SATURATED = 0.9  # share of examples out there
HALF_ROOT = 255.0  # squares of larger numbers overflow in float16, whose largest number is 65504


def small_batch(layer):
    """Too few numbers share a mean."""
    if layer.m == 1:
        words = "A batch of one: every feature equals its own mean, and the output is beta whatever the input."
        return of_layer("batch-of-one", "error", layer, {"m": 1}, words, "more examples a batch, or another norm")
    if layer.m >= SMALL:
        return []
    numbers = {"m": layer.m, "noise": 100 / np.sqrt(2 * layer.m)}
    words = "Only {m} numbers share a mean: the scale of a batch is off by about {noise:.0f}% by chance."
    cure = "a larger batch, statistics over all workers, or group norm; in fine-tuning, frozen statistics"
    return of_layer("small-batch", "warning", layer, numbers, words, cure)


def variance(layer):
    """Features without spread, and features whose spread is down where eps is."""
    if layer.m == 1:
        return []
    size = -layer.var
    words = "{count} are constant over the batch of {m} (the first: {worst}), so they come out as beta."
    cure = "look for dead units before the layer, or an input that never changes"
    found = of_features("constant-feature", "warning", layer, layer.constant, size, {"var": layer.var}, words, cure)
    near = (layer.var < NEAR_EPS * layer.eps) & ~layer.constant
    share = layer.eps / (layer.var + layer.eps) if layer.eps > 0 else np.zeros(layer.d)
    words = "{count} have a variance near eps = {eps:g}; at feature {worst} it is {var:.2g}, and eps takes {share:.0%}."
    cure = "larger weights or inputs before the layer, or a smaller eps"
    numbers = {"var": layer.var, "share": share}
    return found + of_features("variance-near-eps", "warning", layer, near, size, numbers, words, cure)


def outlier(layer):
    """One example that owns the statistics of a feature."""
    if layer.m < SMALL:
        return []
    square = layer.xhat**2
    share = square.max(axis=0) / np.maximum(square.sum(axis=0), 1e-300)
    bad = (share > RULES) & ~layer.constant
    words = "{count}: a single example owns {share:.0%} of the variance (feature {worst}); the other {m} are squeezed."
    cure = "look at that example; scale or clip the inputs; a larger batch"
    return of_features("one-example-rules", "warning", layer, bad, share, {"share": share}, words, cure)


def offset(layer):
    """A mean so far from 0 that sums of squares lose the variance; squares beyond the range of float16."""
    spread = np.sqrt(layer.var)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(layer.constant, 0, np.abs(layer.mean) / spread)
    words = (
        "{count}: the mean is {ratio:.3g} times the spread (feature {worst}); mean(x^2) - mean(x)^2 fails in float32."
    )
    cure = "center the inputs, or compute the variance from the centered values in float32"
    found = of_features("offset", "warning", layer, ratio > OFFSET, ratio, {"ratio": ratio}, words, cure)
    if np.asarray(layer.x).dtype != np.float16:
        return found
    largest = np.abs(layer.rows).max(axis=0)
    words = "{count} reach {largest:.3g} in float16, where squares overflow above 255 (feature {worst})."
    cure = "statistics in float32, whatever the type of the activations"
    bad = largest > HALF_ROOT
    return found + of_features("half-overflow", "error", layer, bad, largest, {"largest": largest}, words, cure)


def activation(layer):
    """Units that the activation after the layer has silenced or saturated."""
    if layer.m < SMALL or layer.activation is None:
        return []
    y, working = layer.output, (np.abs(layer.scale) > 0) & ~layer.constant
    if layer.activation == "relu":
        top = y.max(axis=0)
        words = "{count} are dead: ReLU gives 0 for all of {m} (feature {worst}: at most {top:.3g})."
        cure = "a smaller learning rate, or start again; beta has run far below zero"
        return of_features("dead-feature", "warning", layer, (top <= 0) & working, -top, {"top": top}, words, cure)
    share = (np.abs(y) > FAR[layer.activation]).mean(axis=0)
    words = "{count} are saturated: {share:.0%} of the batch is on the flat part (feature {worst})."
    cure = "a smaller gamma or learning rate"
    return of_features("saturated", "warning", layer, share > SATURATED, share, {"share": share}, words, cure)


def parameters(layer):
    """gamma at zero, and a bias that the layer takes away again."""
    found = []
    if layer.gamma is not None:
        size = np.abs(layer.scale)
        words = "{count} have gamma = 0 (the first: {worst}) and give beta, whatever the input."
        cure = "nothing, if gamma starts at 0 on purpose; else less decay on gamma"
        found += of_features("gamma-zero", "note", layer, size == 0, -size, {"gamma": size}, words, cure)
    if layer.bias is not None and np.any(layer.bias):
        size = np.abs(np.asarray(layer.bias, np.float64))
        words = "{count} have a bias before the layer, up to {bias:.3g}, which the batch mean takes away."
        cure = "leave the bias out; beta does its work"
        found += of_features("useless-bias", "note", layer, size > 0, size, {"bias": size}, words, cure)
    return found
