"""Exercises of chapter 6: RMS norm, group norm, and batch renormalization."""

import numpy as np

from . import inputs
from .exercise import Case, Exercise, Mistake

# RMS norm


def rms_norm_solution(x, gamma, eps):
    mean_square = (x**2).mean(axis=1, keepdims=True)
    return gamma * x / np.sqrt(mean_square + eps)


def _rms_cases(rng):
    for label, sizes, x, eps in inputs.batches(rng):
        yield Case(label, (x, inputs.scales(rng, x.shape[1])[0], eps), sizes)


rms_norm = Exercise(
    name="rms_norm",
    chapter=6,
    title="RMS normalization",
    task="Divide each example by the root mean square of its features, then multiply each feature by its gamma. eps is "
    "added to the mean square.",
    arguments={"x": "(m, d), one example per row", "gamma": "(d,), the scale", "eps": "a number"},
    returns={"y": "(m, d)"},
    cases=_rms_cases,
    solve=rms_norm_solution,
    mistakes={
        "layer": Mistake(
            "the mean is subtracted (that is layer norm)", "what RMS norm leaves out.",
            lambda x, gamma, eps: gamma * (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + eps),
        ),
        "deviation": Mistake(
            "it is divided by the standard deviation", "around which number the squares are taken: zero.",
            lambda x, gamma, eps: gamma * x / np.sqrt(x.var(1, keepdims=True) + eps),
        ),
        "axis": Mistake(
            "the mean square is taken over the batch", "whether an example's output may depend on the others.",
            lambda x, gamma, eps: gamma * x / np.sqrt((x**2).mean(0) + eps),
        ),
        "whole": Mistake(
            "one mean square is taken over the whole batch", "whether an example's output may depend on the others.",
            lambda x, gamma, eps: gamma * x / np.sqrt((x**2).mean() + eps),
        ),
        "sum": Mistake(
            "the squares are added up and not averaged",
            "the mean square of your output, for gamma = 1 and a tiny eps.",
            lambda x, gamma, eps: gamma * x / np.sqrt((x**2).sum(1, keepdims=True) + eps),
        ),
        "root": Mistake(
            "the root is missing", "what happens to the output when x is made twice as large.",
            lambda x, gamma, eps: gamma * x / ((x**2).mean(1, keepdims=True) + eps),
        ),
        "eps-outside": Mistake(
            "eps is added outside of the square root", "the unit of eps: that of a square.",
            lambda x, gamma, eps: gamma * x / (np.sqrt((x**2).mean(1, keepdims=True)) + eps),
        ),
        "eps-forgotten": Mistake(
            "eps is left out", "what the square root is taken of.",
            lambda x, gamma, eps: gamma * x / np.sqrt((x**2).mean(1, keepdims=True)),
        ),
        "gamma": Mistake(
            "gamma is forgotten", "the last step.", lambda x, gamma, eps: rms_norm_solution(x, 1.0, eps)
        ),
    },
    help="Root, mean, square: from right to left. keepdims=True keeps the axis that the division needs.",
    others={
        "rows": lambda x, gamma, eps: [gamma * row / (row @ row / len(row) + eps) ** 0.5 for row in x],
        "einsum": lambda x, gamma, eps: np.einsum(
            "ij,j,i->ij", x, gamma, (np.einsum("ij,ij->i", x, x) / x.shape[1] + eps) ** -0.5
        ),
    },
)  # fmt: skip


# group norm


def group_norm_solution(x, groups, gamma, beta, eps):
    n, c, h, w = x.shape
    parts = x.reshape(n, groups, c // groups, h, w)
    mean = parts.mean(axis=(2, 3, 4), keepdims=True)
    var = parts.var(axis=(2, 3, 4), keepdims=True)
    xhat = ((parts - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)
    return gamma[:, None, None] * xhat + beta[:, None, None]


def _grouped(axes, interleaved=False):
    """Group norm with statistics over other axes of (N, groups, channels of the group, H, W)."""

    def wrong(x, groups, gamma, beta, eps):
        n, c, h, w = x.shape
        shape = (n, c // groups, groups, h, w) if interleaved else (n, groups, c // groups, h, w)
        parts = x.reshape(shape)
        xhat = (parts - parts.mean(axes, keepdims=True)) / np.sqrt(parts.var(axes, keepdims=True) + eps)
        return gamma[:, None, None] * xhat.reshape(x.shape) + beta[:, None, None]

    return wrong


def _broadcast(x, groups, gamma, beta, eps):
    xhat = group_norm_solution(x, groups, np.ones_like(gamma), np.zeros_like(beta), eps)
    return gamma * xhat + beta


def _per_group(x, groups, gamma, beta, eps):
    first = np.arange(len(gamma)) // (len(gamma) // groups)
    return group_norm_solution(x, groups, gamma[first], beta[first], eps)


def _group_loops(x, groups, gamma, beta, eps):
    y, size = np.empty_like(x), x.shape[1] // groups
    for i in range(len(x)):
        for k in range(groups):
            channels = slice(k * size, (k + 1) * size)
            part = x[i, channels]
            y[i, channels] = (part - part.mean()) / np.sqrt(part.var() + eps)
    return y * gamma.reshape(1, -1, 1, 1) + beta.reshape(1, -1, 1, 1)


def _group_cases(rng):
    for n, c, groups, h, eps in ((2, 4, 2, 3, 0.5), (3, 6, 2, 2, 0.3), (1, 6, 3, 2, 0.8)):
        x = rng.normal(1, 1.2, size=(n, c, h, c)) + rng.normal(0, 1.5, size=(n, c, 1, 1))
        label = f"{n} images of {c} channels in {groups} groups, {h} by {c} places, eps = {eps}"
        yield Case(label, (x, groups, *inputs.scales(rng, c), eps), {"images": n, "channels": c, "groups": groups})


group_norm = Exercise(
    name="group_norm",
    chapter=6,
    title="Group normalization",
    task="Split the channels of each image into groups of neighbors, and normalize each group over its channels and "
    "places; then scale and shift each channel.",
    arguments={
        "x": "(N, C, H, W)",
        "groups": "a whole number that divides C",
        "gamma": "(C,)",
        "beta": "(C,)",
        "eps": "a number",
    },
    returns={"y": "(N, C, H, W)"},
    cases=_group_cases,
    solve=group_norm_solution,
    mistakes={
        "interleaved": Mistake(
            "every so-many-th channel is in one group, not neighbors", "the order of the two new axes in reshape.",
            _grouped((1, 3, 4), interleaved=True),
        ),
        "instance": Mistake(
            "each channel is normalized by itself (that is instance norm)", "how many means an image has.",
            _grouped((2 + 1, 4))
        ),
        "layer": Mistake(
            "all channels of an image share one mean (that is layer norm)", "how many means an image has.",
            _grouped((1, 2, 3, 4))
        ),
        "batch": Mistake(
            "the images share their statistics", "whether an image's output may depend on the others.",
            _grouped((0, 2, 3, 4))
        ),
        "places": Mistake(
            "each place has its own mean", "which axes belong to a group.", _grouped((2,))
        ),
        "broadcast": Mistake(
            "gamma and beta run along the width of the image",
            "which axis NumPy lines up with an array of shape (C,).", _broadcast
        ),
        "per-group": Mistake(
            "gamma and beta belong to groups", "how many entries gamma has.", _per_group
        ),
    },
    help="Reshape to (N, groups, C / groups, H, W). Which axes of this does one group have?",
    others={"loops": _group_loops},
)  # fmt: skip


# batch renormalization


def renorm_solution(x, mean, var, r_max, d_max, eps):
    mu, s = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    running = np.sqrt(var + eps)
    r = np.clip(s / running, 1 / r_max, r_max)
    d = np.clip((mu - mean) / running, -d_max, d_max)
    return r * (x - mu) / s + d


def _renorm(r=None, d=None):
    """With another r or d, functions of (mu, s, mean, running, limit)."""

    def wrong(x, mean, var, r_max, d_max, eps):
        mu, s, running = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps), np.sqrt(var + eps)
        first = r(s, running, r_max) if r else np.clip(s / running, 1 / r_max, r_max)
        second = d(mu, mean, s, running, d_max) if d else np.clip((mu - mean) / running, -d_max, d_max)
        return first * (x - mu) / s + second

    return wrong


def _renorm_cases(rng):
    """Some features within the limits, some held back on either side."""
    for m, d, r_max, d_max, eps in ((5, 4, 1.5, 0.6, 0.3), (4, 6, 1.3, 1.0, 0.1), (3, 4, 2.0, 0.4, 0.5)):
        x = rng.normal(1, 1.3, size=(m, d))
        ratio = np.resize([0.25, 0.9, 3.5, 1.1], d)
        var = (x.var(axis=0) + eps) / ratio**2 + 0.05
        mean = x.mean(axis=0) + np.resize([2.0, 0.1, -1.5, -0.15], d) * np.sqrt(var)
        label = f"a batch of {m} with {d} features, r_max = {r_max}, d_max = {d_max}, eps = {eps}"
        yield Case(label, (x, mean, var, r_max, d_max, eps), {"examples": m})


renorm = Exercise(
    name="renorm",
    chapter=6,
    title="Batch renormalization",
    task="Normalize with the batch, then correct towards the running statistics: multiply by r, the batch's spread "
    "divided by the running one, and add d, the distance of the means in units of the running spread. r is held "
    "between 1 / r_max and r_max, d between -d_max and d_max. Every spread is sqrt(variance + eps).",
    arguments={
        "x": "(m, d), the batch",
        "mean": "(d,), the running mean",
        "var": "(d,), the running variance",
        "r_max": "a number, 1 or more",
        "d_max": "a number, 0 or more",
        "eps": "a number",
    },
    returns={"xhat": "(m, d), before gamma and beta"},
    cases=_renorm_cases,
    solve=renorm_solution,
    mistakes={
        "running": Mistake(
            "nothing is held back: these are the running statistics alone", "the limits.",
            lambda x, mean, var, r_max, d_max, eps: (x - mean) / np.sqrt(var + eps),
        ),
        "batch": Mistake(
            "nothing is corrected: this is batch norm", "r and d.",
            lambda x, mean, var, r_max, d_max, eps: (x - x.mean(0)) / np.sqrt(x.var(0) + eps),
        ),
        "upside down": Mistake(
            "r is upside down", "what the output should be where nothing is held back.",
            _renorm(r=lambda s, running, limit: np.clip(running / s, 1 / limit, limit)),
        ),
        "one-sided": Mistake(
            "r has no lower limit", "both sides of the limits of r.",
            _renorm(r=lambda s, running, limit: np.minimum(s / running, limit)),
        ),
        "r free": Mistake("r is not held back", "the limits of r.", _renorm(r=lambda s, running, limit: s / running)),
        "d free": Mistake(
            "d is not held back", "the limits of d.",
            _renorm(d=lambda mu, mean, s, running, limit: (mu - mean) / running)
        ),
        "d batch": Mistake(
            "d is measured in units of the batch's spread", "what the output should be where nothing is held back.",
            _renorm(d=lambda mu, mean, s, running, limit: np.clip((mu - mean) / s, -limit, limit)),
        ),
        "d sign": Mistake(
            "d has the wrong sign", "what the output should be where nothing is held back.",
            _renorm(d=lambda mu, mean, s, running, limit: np.clip((mean - mu) / running, -limit, limit)),
        ),
    },
    help="Leave the limits out first: then the result must be (x - mean) / sqrt(var + eps) exactly. Then add np.clip.",
    others={
        "min and max": _renorm(
            r=lambda s, running, limit: np.maximum(1 / limit, np.minimum(limit, s / running)),
            d=lambda mu, mean, s, running, limit: np.maximum(-limit, np.minimum(limit, (mu - mean) / running)),
        )
    },
)  # fmt: skip

EXERCISES = (rms_norm, group_norm, renorm)
