"""The layer in training, for a batch and for images."""

import numpy as np

from .. import inputs
from ..exercise import Case, Exercise, Mistake
from .faults import BATCH, SHARED, standardized, titled

# forward


def forward_solution(x, gamma, beta, eps):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta


def _forward(**faults):
    return lambda x, gamma, beta, eps: gamma * standardized(x, eps, **faults) + beta


def _one_pass(x, gamma, beta, eps):
    var = (x * x).mean(axis=0) - x.mean(axis=0) ** 2
    return gamma * (x - x.mean(axis=0)) / np.sqrt(var + eps) + beta


def _by_variance(x, gamma, beta, eps):
    return gamma * (x - x.mean(axis=0)) / (x.var(axis=0) + eps) + beta


def forward_loops(x, gamma, beta, eps):
    """The same with loops, number by number."""
    y = np.zeros_like(x)
    for j in range(x.shape[1]):
        mean = sum(x[:, j]) / len(x)
        var = sum((value - mean) ** 2 for value in x[:, j]) / len(x)
        for i in range(len(x)):
            y[i, j] = gamma[j] * (x[i, j] - mean) / (var + eps) ** 0.5 + beta[j]
    return y


FAR = "a batch of 6 examples with 2 features, a million away from zero"


def _forward_cases(rng):
    for label, sizes, x, eps in inputs.batches(rng):
        yield Case(label, (x, *inputs.scales(rng, x.shape[1]), eps), sizes)
    x = 1e6 + rng.normal(size=(6, 2))
    yield Case(FAR, (x, *inputs.scales(rng, 2), 0.1), {"examples": 6, "features": 2}, wide=True)


forward = Exercise(
    name="forward",
    chapter="02_transform",
    title="The transform",
    task="Normalize each feature over the batch, then scale and shift.",
    arguments=BATCH,
    returns={"y": "(m, d)"},
    cases=_forward_cases,
    solve=forward_solution,
    mistakes={
        **{name: titled(name, _forward(spread=spread)) for name, spread in SHARED.items()},
        "variance": titled("variance", _by_variance),
        "axis": titled("axis", _forward(axis=1)),
        "whole": titled("whole", _forward(axis=None)),
        "mean": titled("mean", _forward(center=False)),
        "gamma": titled("gamma", lambda x, gamma, beta, eps: standardized(x, eps) + beta),
        "beta": titled("beta", lambda x, gamma, beta, eps: gamma * standardized(x, eps)),
        "beta-scaled": titled("beta-scaled", lambda x, gamma, beta, eps: gamma * (standardized(x, eps) + beta)),
        "one-pass": titled("one-pass", _one_pass, erratic=(FAR,)),
    },
    help="Write the four lines of the algorithm one below the other, each with its own name: mean, var, xhat, y. "
    "Print their shapes: two of them have one entry per feature, two have one per number of the batch.",
    others={"loops": forward_loops},
)


# images


def images_solution(x, gamma, beta, eps):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma[:, None, None] * xhat + beta[:, None, None]


def _over(axis):
    def wrong(x, gamma, beta, eps):
        return gamma[:, None, None] * standardized(x, eps, axis) + beta[:, None, None]

    return wrong


def images_einsum(x, gamma, beta, eps):
    """Rows instead of images, and einsum for the sums."""
    rows = np.einsum("nchw->nhwc", x).reshape(-1, x.shape[1])
    mean = np.einsum("ij->j", rows) / len(rows)
    var = np.einsum("ij,ij->j", rows - mean, rows - mean) / len(rows)
    y = gamma * (rows - mean) / np.sqrt(var + eps) + beta
    n, c, h, w = x.shape
    return y.reshape(n, h, w, c).transpose(0, 3, 1, 2)


def _image_cases(rng):
    """As wide as there are channels, so that gamma along the wrong axis is no error but wrong."""
    for n, c, h, eps in ((2, 3, 4, 0.5), (3, 2, 2, 0.3), (1, 4, 3, 0.8)):
        x = rng.normal(1, 1.3, size=(n, c, h, c)) + rng.normal(size=(n, c, 1, 1))
        label = f"{n} images of {c} channels, {h} by {c} places, eps = {eps}"
        yield Case(label, (x, *inputs.scales(rng, c), eps), {"images": n, "channels": c})


images = Exercise(
    name="images",
    chapter="in_use",
    title="The transform for images",
    task="Normalize each channel over all examples and all places, then scale and shift.",
    arguments={**BATCH, "x": "(N, C, H, W)", "gamma": "(C,), the scale", "beta": "(C,), the shift"},
    returns={"y": "(N, C, H, W)"},
    cases=_image_cases,
    solve=images_solution,
    mistakes={
        "places": Mistake(
            "each place has its own mean and variance", "whether a place at the left may differ from one at the right.",
            _over(0),
        ),
        "instance": Mistake(
            "each image is normalized by itself (that is instance norm)", "which images share a mean.", _over((2, 3))
        ),
        "layer": Mistake(
            "the channels share one mean (that is layer norm)", "how many means there should be.", _over((1, 2, 3))
        ),
        "whole": Mistake("all numbers share one mean", "how many means there should be.", _over(None)),
        "broadcast": Mistake(
            "gamma and beta run along the width of the image",
            "which axis NumPy lines up with an array of shape (C,): the last one.",
            lambda x, gamma, beta, eps: gamma * standardized(x, eps, (0, 2, 3)) + beta,
        ),
        "eps-outside": titled(
            "eps-outside",
            lambda x, gamma, beta, eps: gamma[:, None, None]
            * standardized(x, eps, (0, 2, 3), "eps outside the root")
            + beta[:, None, None],
        ),
    },
    help="Ask which numbers share a mean: there are C means. The axis option of mean takes a tuple of axes. Then look "
    "at the shape that gamma needs to line up with the second of four axes.",
    others={"einsum": images_einsum},
)  # fmt: skip
