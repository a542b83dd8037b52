"""The statistics of two workers together."""

import numpy as np

from ..exercise import Case, Exercise, Mistake


def merge_solution(n_a, mean_a, var_a, n_b, mean_b, var_b):
    n = n_a + n_b
    mean = (n_a * mean_a + n_b * mean_b) / n
    within = (n_a * var_a + n_b * var_b) / n
    between = n_a * n_b / n**2 * (mean_b - mean_a) ** 2
    return mean, within + between


def _merge(mean=None, var=None):
    """With another mean or variance: functions of shares p and q of the examples, and the statistics."""

    def wrong(n_a, mean_a, var_a, n_b, mean_b, var_b):
        first, second = merge_solution(n_a, mean_a, var_a, n_b, mean_b, var_b)
        p, q = n_a / (n_a + n_b), n_b / (n_a + n_b)
        return (
            mean(p, mean_a, q, mean_b) if mean else first,
            var(p, var_a, q, var_b, mean_b - mean_a) if var else second,
        )

    return wrong


def _unbiased(n_a, mean_a, var_a, n_b, mean_b, var_b):
    mean, var = merge_solution(n_a, mean_a, var_a, n_b, mean_b, var_b)
    return mean, var * (n_a + n_b) / (n_a + n_b - 1)


def _merge_by_examples(n_a, mean_a, var_a, n_b, mean_b, var_b):
    """From sums and sums of squares."""
    mean = (n_a * mean_a + n_b * mean_b) / (n_a + n_b)
    squares = (n_a * (var_a + mean_a**2) + n_b * (var_b + mean_b**2)) / (n_a + n_b)
    return mean, squares - mean**2


def _merge_cases(rng):
    for n_a, n_b, d in ((3, 5, 2), (8, 2, 3), (6, 4, 4)):
        means, variances = rng.normal(0.5, 2, size=(2, d)), rng.uniform(1, 3, size=(2, d))
        args = (n_a, means[0], variances[0], n_b, means[1], variances[1])
        yield Case(f"parts of {n_a} and {n_b} examples with {d} features", args, {"examples": n_a + n_b})


merge = Exercise(
    name="merge",
    chapter="07_practice",
    title="Synchronized statistics",
    task="Two workers hold parts of one batch. From the number, mean and biased variance of each part, compute mean "
    "and biased variance of the whole batch.",
    arguments={
        "n_a": "a number, the examples of the first part",
        "mean_a": "(d,)",
        "var_a": "(d,), biased",
        "n_b": "a number, the examples of the second part",
        "mean_b": "(d,)",
        "var_b": "(d,), biased",
    },
    returns={"mean": "(d,)", "var": "(d,), biased"},
    cases=_merge_cases,
    solve=merge_solution,
    mistakes={
        "equal": Mistake(
            "both parts count the same, whatever their sizes", "a part with one example and a part with a thousand.",
            lambda n_a, mean_a, var_a, n_b, mean_b, var_b: merge_solution(1, mean_a, var_a, 1, mean_b, var_b),
        ),
        "equal-mean": Mistake(
            "the mean counts both parts the same", "a part with one example and a part with a thousand.",
            _merge(mean=lambda p, a, q, b: (a + b) / 2),
        ),
        "within": Mistake(
            "the variances are averaged, and the distance of the means is left out",
            "two parts that are constant, one at 0 and one at 10.",
            _merge(var=lambda p, a, q, b, delta: p * a + q * b),
        ),
        "unweighted": Mistake(
            "the distance of the means is not weighted by the sizes of the parts",
            "two parts that are constant: what is the variance of the whole?",
            _merge(var=lambda p, a, q, b, delta: p * a + q * b + delta**2),
        ),
        "quarter": Mistake(
            "the distance of the means counts as if the parts were equal",
            "a part with one example and a part with a thousand.",
            _merge(var=lambda p, a, q, b, delta: p * a + q * b + delta**2 / 4),
        ),
        "not squared": Mistake(
            "the distance of the means is not squared", "the unit of a variance.",
            _merge(var=lambda p, a, q, b, delta: p * a + q * b + p * q * np.abs(delta)),
        ),
        "unbiased": Mistake("the result is the unbiased variance", "what is asked for.", _unbiased),
        "exchanged": Mistake(
            "each part has the weight of the other", "a part with one example and a part with a thousand.",
            lambda n_a, mean_a, var_a, n_b, mean_b, var_b: merge_solution(n_b, mean_a, var_a, n_a, mean_b, var_b),
        ),
    },
    help="Try two constant parts first: then only the means matter. The rest is an average with weights.",
    others={"squares": _merge_by_examples, "list": lambda *args: list(merge_solution(*args))},
)  # fmt: skip
