"""Running statistics, and the variance of many batches together."""

import numpy as np

from .. import registered
from ..exercise import Case, Exercise, Mistake

# running statistics


def running_solution(mean, var, x, momentum):
    m = len(x)
    new_mean = x.mean(axis=0)
    new_var = ((x - new_mean) ** 2).sum(axis=0) / (m - 1)
    return (1 - momentum) * mean + momentum * new_mean, (1 - momentum) * var + momentum * new_var


def _running(weight=lambda momentum: momentum, variance=lambda x, mean, new: x.var(axis=0, ddof=1), late=False):
    def wrong(mean, var, x, momentum):
        rho, fresh = weight(momentum), x.mean(axis=0)
        averaged = (1 - rho) * mean + rho * fresh
        return averaged, (1 - rho) * var + rho * variance(x, averaged if late else mean, fresh)

    return wrong


def _running_cases(rng):
    for m, d, momentum in ((5, 4, 0.1), (3, 3, 0.3), (8, 2, 0.8)):
        x = rng.normal(1.5, 1.4, size=(m, d))
        label = f"a batch of {m} examples with {d} features, momentum = {momentum}"
        yield Case(label, (rng.normal(-1, 1, d), rng.uniform(2, 4, d), x, momentum), {"examples": m, "features": d})


running = Exercise(
    name="running",
    chapter="in_use",
    title="Running statistics",
    task="Update the running mean and the running variance after one more training batch, as PyTorch and this book do: "
    "momentum is the weight of the new value, and the variance that is stored is the unbiased one.",
    arguments={
        "mean": "(d,), the running mean so far",
        "var": "(d,), the running variance so far",
        "x": "(m, d), the batch",
        "momentum": "a number from 0 to 1",
    },
    returns={"mean": "(d,)", "var": "(d,)"},
    cases=_running_cases,
    solve=running_solution,
    mistakes={
        "convention": Mistake(
            "momentum weighs the old value, as it does in Keras", "which of the two values momentum multiplies.",
            _running(weight=lambda momentum: 1 - momentum),
        ),
        "biased": Mistake(
            "the stored variance is the biased one, divided by m", "by what the stored variance is divided.",
            _running(variance=lambda x, mean, new: x.var(axis=0)),
        ),
        "own-mean": Mistake(
            "the variance is taken around the running mean", "around which mean the distances are measured.",
            _running(variance=lambda x, mean, new: ((x - mean) ** 2).sum(axis=0) / (len(x) - 1)),
        ),
        "new-mean": Mistake(
            "the variance is taken around the running mean that was just updated",
            "around which mean the distances are measured, and in which order things are updated.",
            _running(variance=lambda x, mean, new: ((x - mean) ** 2).sum(axis=0) / (len(x) - 1), late=True),
        ),
        "deviation": Mistake(
            "the standard deviation is averaged and not the variance", "the unit of what is averaged.",
            _running(variance=lambda x, mean, new: x.std(axis=0, ddof=1)),
        ),
        "batch-only": Mistake(
            "the batch's own statistics are returned, without the old ones", "what has become of the old values.",
            _running(weight=lambda momentum: 1.0),
        ),
        "sum": Mistake(
            "the old values are not made smaller", "the two weights of the average: they add up to 1.",
            lambda mean, var, x, momentum: (
                mean + momentum * x.mean(axis=0), var + momentum * x.var(axis=0, ddof=1)
            ),
        ),
    },
    help="Two decisions hide in this task: which value momentum weighs, and whether a variance is divided by m or by "
    "m - 1. NumPy's var divides by m unless it is told something else.",
    others={
        "ddof": lambda mean, var, x, momentum: [
            mean + momentum * (x.mean(0) - mean), var + momentum * (np.var(x, axis=0, ddof=1) - var)
        ]
    },
)  # fmt: skip


# many batches


def pooled_solution(means, variances):
    return variances.mean(axis=0) + ((means - means.mean(axis=0)) ** 2).mean(axis=0)


def _pooled(form):
    """An entry of the registry, or one of its wrong versions, on the statistics of the batches."""
    return lambda means, variances: form(variances.mean(axis=0), (means**2).mean(axis=0), means.mean(axis=0))


def _pooled_cases(rng):
    for k, d in ((4, 3), (3, 3), (2, 5)):
        label = f"{k} batches with {d} features"
        yield Case(
            label, (rng.normal(1, 2, size=(k, d)), rng.uniform(1, 3, size=(k, d))), {"batches": k, "features": d}
        )


pooled = Exercise(
    name="pooled",
    chapter="in_use",
    title="The variance of many batches",
    task="From the means and the biased variances of several batches of equal size, compute the variance of all their "
    "examples together.",
    arguments={"means": "(K, d), the mean of each batch", "variances": "(K, d), the biased variance of each batch"},
    returns={"var": "(d,)"},
    cases=_pooled_cases,
    solve=pooled_solution,
    mistakes={
        "mean of the variances only": Mistake(
            "the variances are averaged and nothing else",
            "two batches that are constant, one at 0 and one at 10: what do you get, and what should you?",
            _pooled(registered.mutant("pooled-variance", "mean of the variances only")),
        ),
        "sign": Mistake(
            "the variance of the means is subtracted and not added", "two constant batches with different means.",
            _pooled(registered.mutant("pooled-variance", "sign")),
        ),
        "unbiased": Mistake(
            "the variance of the means is divided by K - 1", "what the number of batches is divided by.",
            lambda means, variances: variances.mean(axis=0) + means.var(axis=0, ddof=1),
        ),
        "squares": Mistake(
            "the squares of the means are added, without the square of their mean", "what the result is when a million "
            "is added to every example.",
            lambda means, variances: variances.mean(axis=0) + (means**2).mean(axis=0),
        ),
        "roots": Mistake(
            "standard deviations are averaged instead of variances", "which of the two may be averaged.",
            lambda means, variances: np.sqrt(variances).mean(axis=0) ** 2 + means.var(axis=0),
        ),
        "means-only": Mistake(
            "only the variance of the means is there", "one batch alone: what should come out?",
            lambda means, variances: means.var(axis=0),
        ),
    },
    help="Think of two batches that are constant, one at 0 and one at 10. Then of two batches with the same mean. The "
    "answer has one term for each.",
    others={"registry": _pooled(registered.form("pooled-variance"))},
)  # fmt: skip
