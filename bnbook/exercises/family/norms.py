"""RMS norm and group norm."""

import numpy as np

from .. import inputs
from ..exercise import Case, Exercise, Mistake

# RMS norm


def rms_norm_solution(x, gamma, eps):
    mean_square = (x**2).mean(axis=1, keepdims=True)
    return gamma * x / np.sqrt(mean_square + eps)


def _rms_cases(rng):
    for label, sizes, x, eps in inputs.batches(rng):
        yield Case(label, (x, inputs.scales(rng, x.shape[1])[0], eps), sizes)


rms_norm = Exercise(
    name="rms_norm",
    chapter="06_descendants",
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
    chapter="06_descendants",
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
