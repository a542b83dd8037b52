"""The layer in use, with running statistics."""

import numpy as np

from bn.mistakes import SPREADS

from .. import inputs
from ..exercise import Case, Exercise, Mistake
from .faults import BATCH, SHARED, standardized, titled


def inference_solution(x, gamma, beta, mean, var, eps):
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


def _inference_cases(rng):
    for label, sizes, x, eps in inputs.batches(rng):
        d = x.shape[1]
        statistics = rng.normal(-1, 1, d), rng.uniform(1.5, 4, d)
        yield Case(label, (x, *inputs.scales(rng, d), *statistics, eps), sizes)


inference = Exercise(
    name="inference",
    chapter="in_use",
    title="The layer in use",
    task="Compute the layer's output in use, with running statistics.",
    arguments={
        **{name: BATCH[name] for name in ("x", "gamma", "beta")},
        "mean": "(d,), the running mean",
        "var": "(d,), the running variance",
        "eps": BATCH["eps"],
    },
    returns={"y": "(m, d)"},
    cases=_inference_cases,
    solve=inference_solution,
    mistakes={
        "batch": Mistake(
            "the statistics of the batch are used, as in training",
            "whether the output of one example changes when the others are taken away.",
            lambda x, gamma, beta, mean, var, eps: gamma * standardized(x, eps) + beta,
        ),
        "batch-mean": Mistake(
            "the mean is that of the batch, only the variance is the running one", "which mean is subtracted.",
            lambda x, gamma, beta, mean, var, eps: gamma * (x - x.mean(axis=0)) / np.sqrt(var + eps) + beta,
        ),
        "batch-variance": Mistake(
            "the variance is that of the batch, only the mean is the running one", "which variance is used.",
            lambda x, gamma, beta, mean, var, eps: gamma * (x - mean) / np.sqrt(x.var(axis=0) + eps) + beta,
        ),
        **{
            name: titled(
                name,
                lambda x, gamma, beta, mean, var, eps, s=SHARED[name]: gamma * (x - mean)
                / SPREADS[s](var, eps, len(x), np.sqrt) + beta,
            )
            for name in ("eps-forgotten", "eps-outside")
        },
        "again-unbiased": Mistake(
            "the running variance is multiplied by m / (m - 1), though it is the unbiased one already",
            "what has been stored: in use there is no m.",
            lambda x, gamma, beta, mean, var, eps: gamma * (x - mean) / np.sqrt(var * len(x) / (len(x) - 1) + eps)
            + beta,
        ),
        "variance": titled(
            "variance", lambda x, gamma, beta, mean, var, eps: gamma * (x - mean) / (var + eps) + beta
        ),
        "beta-scaled": titled(
            "beta-scaled",
            lambda x, gamma, beta, mean, var, eps: gamma * ((x - mean) / np.sqrt(var + eps) + beta),
        ),
    },
    help="In use the layer is a straight line for each feature. Nothing in it may depend on the other examples.",
    others={
        "folded": lambda x, gamma, beta, mean, var, eps: x * (gamma / np.sqrt(var + eps))
        + (beta - mean * gamma / np.sqrt(var + eps))
    },
)  # fmt: skip
