"""One block of a residual network, and how many directions a batch still has."""

import numpy as np

from .. import inputs
from ..exercise import Case, Exercise, Mistake


def residual_block_solution(x, w, eps):
    xhat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    return x + np.maximum(xhat, 0) @ w


def _normalized(x, eps, axis=0):
    return (x - x.mean(axis=axis, keepdims=True)) / np.sqrt(x.var(axis=axis, keepdims=True) + eps)


def _block_cases(rng):
    for label, sizes, x, eps in inputs.batches(rng):
        d = x.shape[1]
        yield Case(label, (x, rng.normal(0, np.sqrt(2 / d), size=(d, d)), eps), sizes)


residual_block = Exercise(
    name="residual_block",
    chapter="deep_networks",
    title="One block",
    task="Compute what a residual block gives whose branch is batch normalization (gamma = 1, beta = 0), then a ReLU, "
    "then a linear map without a bias.",
    arguments={"x": "(m, d), the stream", "w": "(d, d), an example is a row: x w", "eps": "a number"},
    returns={"x": "(m, d), the stream after the block"},
    cases=_block_cases,
    solve=residual_block_solution,
    mistakes={
        "no skip": Mistake(
            "what the branch gives is returned without the stream", "what the block gives for w = 0.",
            lambda x, w, eps: np.maximum(_normalized(x, eps), 0) @ w,
        ),
        "the normalized stream goes on": Mistake(
            "the branch is added to the normalized stream", "which of the two the skip connection takes along.",
            lambda x, w, eps: _normalized(x, eps) + np.maximum(_normalized(x, eps), 0) @ w,
        ),
        "behind the sum": Mistake(
            "the norm stands behind the sum", "where the norm stands: first in the branch.",
            lambda x, w, eps: _normalized(x + np.maximum(x, 0) @ w, eps),
        ),
        "ReLU last": Mistake(
            "the ReLU stands behind the linear map", "whether a branch may also take something away.",
            lambda x, w, eps: x + np.maximum(_normalized(x, eps) @ w, 0),
        ),
        "no ReLU": Mistake(
            "there is no ReLU", "what happens to normalized values below 0.",
            lambda x, w, eps: x + _normalized(x, eps) @ w,
        ),
        "no norm": Mistake(
            "there is no norm", "whether the branch grows when the stream does.",
            lambda x, w, eps: x + np.maximum(x, 0) @ w,
        ),
        "layer norm": Mistake(
            "mean and variance are those of each example", "who is averaged over: axis=0 runs over examples.",
            lambda x, w, eps: x + np.maximum(_normalized(x, eps, axis=1), 0) @ w,
        ),
    },
    help="Normalize a copy of the stream, send it through ReLU and linear map, and add it to the stream itself.",
    others={"columns": lambda x, w, eps: x + sum(
        np.outer(np.maximum(_normalized(x, eps)[:, i], 0), w[i]) for i in range(x.shape[1])
    )},
)  # fmt: skip


def effective_rank_solution(h):
    squares = np.linalg.svd(h, compute_uv=False) ** 2
    return squares.sum() ** 2 / (squares**2).sum()


def _rank_cases(rng):
    for m, d in ((4, 6), (3, 3), (6, 4)):
        common = rng.normal(size=d)
        yield Case(
            f"{m} examples with {d} features",
            (common + rng.normal(0, 0.8, size=(m, d)),),
            {"examples": m, "features": d},
        )


def _ratio(h):
    squares = np.linalg.svd(h, compute_uv=False) ** 2
    return squares.sum() ** 2 / (squares**2).sum()


effective_rank = Exercise(
    name="effective_rank",
    chapter="deep_networks",
    title="How many directions are left?",
    task="Compute the effective rank of a batch: the square of the sum of all squared lengths, divided by the sum of "
    "the squared products of all pairs of examples, each example with itself included.",
    arguments={"h": "(m, d), what a layer gives for m examples"},
    returns={"rank": "a number from 1 to m"},
    cases=_rank_cases,
    solve=effective_rank_solution,
    mistakes={
        "upside down": Mistake("numerator and denominator are exchanged", "the result for equal examples and for "
                               "orthogonal ones.", lambda h: 1 / _ratio(h)),
        "centered": Mistake(
            "the mean of the batch is subtracted first", "what the definition multiplies: the examples as they are.",
            lambda h: _ratio(h - h.mean(axis=0)),
        ),
        "stable rank": Mistake(
            "this is the stable rank: the largest squared singular value is in the denominator",
            "the denominator, in which all pairs have a say.",
            lambda h: np.sum(h**2) / np.linalg.svd(h, compute_uv=False)[0] ** 2,
        ),
        "not squared": Mistake(
            "the products of pairs are not squared", "what a negative product should do to the rank.",
            lambda h: np.sum(h**2) ** 2 / (h @ h.T).sum(),
        ),
        "lengths": Mistake(
            "the lengths are not squared", "the unit: lengths to the fourth power above as well as below.",
            lambda h: np.linalg.norm(h, axis=1).sum() ** 2 / np.square(h @ h.T).sum(),
        ),
        "cosines": Mistake(
            "the examples are first brought to length 1", "what the definition multiplies: the examples as they are.",
            lambda h: _ratio(h / np.linalg.norm(h, axis=1, keepdims=True)),
        ),
        "without themselves": Mistake(
            "the product of an example with itself is left out", "orthogonal examples: what would you divide by?",
            lambda h: np.sum(h**2) ** 2 / (np.square(h @ h.T).sum() - (np.square(h).sum(axis=1) ** 2).sum()),
        ),
    },
    help="All products at once are h @ h.T; the squared lengths stand on its diagonal.",
    others={"products": lambda h: np.trace(h @ h.T) ** 2 / np.square(h @ h.T).sum()},
)  # fmt: skip
