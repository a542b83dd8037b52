"""Exercises of chapter 7: folding, merging the statistics of two workers, and a frozen layer's gradient."""

import numpy as np

from bn.mistakes import SPREADS

from . import inputs, registered
from .exercise import Case, Exercise, Mistake

# folding


def fold_solution(w, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return w * scale, (b - mean) * scale + beta


def _fold(name=None):
    form = registered.mutant("inference-fold", name) if name else registered.form("inference-fold")
    return lambda w, b, gamma, beta, mean, var, eps: form(w, b, mean, var, gamma, beta, eps)


def _with_scale(scale, shift=lambda b, mean, scale, beta: (b - mean) * scale + beta):
    def wrong(w, b, gamma, beta, mean, var, eps):
        a = scale(gamma, var, eps)
        return w * a, shift(b, mean, a, beta)

    return wrong


def right_scale(gamma, var, eps):
    return gamma / np.sqrt(var + eps)


def _fold_cases(rng):
    for rows, columns, eps in ((4, 3, 0.4), (3, 3, 0.8), (2, 5, 0.2)):
        w, b = rng.normal(size=(rows, columns)), rng.normal(0.7, 1, columns)
        statistics = rng.normal(-1, 1, columns), rng.uniform(1.5, 4, columns)
        label = f"a layer of {columns} units with {rows} inputs, eps = {eps}"
        yield Case(label, (w, b, *inputs.scales(rng, columns), *statistics, eps), {"inputs": rows, "units": columns})


fold = Exercise(
    name="fold",
    chapter=7,
    title="Folding",
    task="In use, batch norm after the linear layer x w + b is a straight line. Put it into the layer: which weights "
    "and which bias give the same output without batch norm?",
    arguments={
        "w": "(fan_in, fan_out)",
        "b": "(fan_out,)",
        "gamma": "(fan_out,)",
        "beta": "(fan_out,)",
        "mean": "(fan_out,), the running mean",
        "var": "(fan_out,), the running variance",
        "eps": "a number",
    },
    returns={"w": "(fan_in, fan_out)", "b": "(fan_out,)"},
    cases=_fold_cases,
    solve=fold_solution,
    mistakes={
        "bias not shifted": Mistake(
            "the running mean is left out of the bias", "the output for x = 0.", _fold("bias not shifted")
        ),
        "eps left out": Mistake("eps is left out", "the spread that the layer divides by.", _fold("eps left out")),
        "beta scaled too": Mistake("beta is scaled as well", "the output for x = 0.", _fold("beta scaled too")),
        "bias not scaled": Mistake(
            "the old bias is not scaled", "the output for x = 0.",
            _with_scale(right_scale, lambda b, mean, a, beta: b - mean * a + beta),
        ),
        "mean not scaled": Mistake(
            "the running mean is not scaled", "the output for x = 0.",
            _with_scale(right_scale, lambda b, mean, a, beta: b * a - mean + beta),
        ),
        "bias dropped": Mistake(
            "the old bias is dropped", "whether the running mean knows of the bias: it is the mean of x w + b.",
            _with_scale(right_scale, lambda b, mean, a, beta: beta - mean * a),
        ),
        "variance": Mistake(
            "the variance stands where its root belongs", "the unit of what you divide by.",
            _with_scale(lambda gamma, var, eps: gamma / (var + eps)),
        ),
        "eps-outside": Mistake(
            "eps is added outside of the square root", "the spread that the layer divides by.",
            _with_scale(lambda gamma, var, eps: gamma / SPREADS["eps outside the root"](var, eps, 2, np.sqrt)),
        ),
        "gamma": Mistake(
            "gamma is forgotten", "the slope of the layer in use.",
            lambda w, b, gamma, *rest: fold_solution(w, b, 1.0, *rest)
        ),
    },
    help="Write the layer in use as scale times (x w + b) plus something. Then multiply out, and sort by what x "
    "multiplies.",
    others={
        "registry": _fold(),
        "by probing": lambda w, b, gamma, beta, mean, var, eps: (
            w @ np.diag(gamma / np.sqrt(var + eps)), gamma * (b - mean) / np.sqrt(var + eps) + beta
        ),
    },
)  # fmt: skip


# merging


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
    chapter=7,
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


# frozen


def frozen_gradient_solution(dy, x, gamma, mean, var, eps):
    s = np.sqrt(var + eps)
    return gamma / s * dy, (dy * (x - mean) / s).sum(axis=0)


def _frozen_cases(rng):
    for label, sizes, x, eps in inputs.batches(rng):
        d = x.shape[1]
        args = rng.normal(0.6, 1, x.shape), x, inputs.scales(rng, d)[0], rng.normal(-1, 1, d), rng.uniform(1.5, 4, d)
        yield Case(label, (*args, eps), sizes)


def _as_in_training(dy, x, gamma, mean, var, eps):
    c = x - x.mean(axis=0)
    xhat = c / np.sqrt(x.var(axis=0) + eps)
    s = np.sqrt(x.var(axis=0) + eps)
    return gamma / s * (dy - dy.mean(0) - xhat * (dy * xhat).mean(0)), (dy * xhat).sum(0)


def _paths_kept(dy, x, gamma, mean, var, eps):
    s = np.sqrt(var + eps)
    xhat = (x - mean) / s
    return gamma / s * (dy - dy.mean(0) - xhat * (dy * xhat).mean(0)), (dy * xhat).sum(0)


frozen_gradient = Exercise(
    name="frozen_gradient",
    chapter=7,
    title="The gradient of a frozen layer",
    task="In fine-tuning the running statistics are often frozen: the layer computes gamma (x - mean) / sqrt(var + "
    "eps) + beta. Compute the gradients by x and by gamma.",
    arguments={
        "dy": "(m, d), the upstream gradient",
        "x": "(m, d), the batch",
        "gamma": "(d,)",
        "mean": "(d,), frozen",
        "var": "(d,), frozen",
        "eps": "a number",
    },
    returns={"dx": "(m, d)", "dgamma": "(d,)"},
    cases=_frozen_cases,
    solve=frozen_gradient_solution,
    mistakes={
        "training": Mistake(
            "these are the gradients of the layer in training", "which statistics move when x moves.", _as_in_training
        ),
        "paths": Mistake(
            "the paths through mean and variance are there, though both are frozen",
            "which statistics move when x moves.", _paths_kept
        ),
        "batch": Mistake(
            "dgamma has values that were normalized with the batch", "what gamma multiplies in the forward pass.",
            lambda dy, x, gamma, mean, var, eps: (
                gamma / np.sqrt(var + eps) * dy, _as_in_training(dy, x, gamma, mean, var, eps)[1]
            ),
        ),
        "gamma": Mistake(
            "gamma is forgotten in dx", "the slope of the layer.",
            lambda dy, x, gamma, mean, var, eps: (
                dy / np.sqrt(var + eps), frozen_gradient_solution(dy, x, gamma, mean, var, eps)[1]
            ),
        ),
        "eps-forgotten": Mistake(
            "eps is left out", "the spread that the layer divides by.",
            lambda dy, x, gamma, mean, var, eps: frozen_gradient_solution(dy, x, gamma, mean, var, 0.0),
        ),
        "mean": Mistake(
            "dgamma is a mean over the batch where a sum belongs", "how many outputs gamma has an arrow to.",
            lambda *args: (frozen_gradient_solution(*args)[0], frozen_gradient_solution(*args)[1] / len(args[0])),
        ),
        "centered": Mistake(
            "dgamma has centered values, not divided by the spread", "what gamma multiplies in the forward pass.",
            lambda dy, x, gamma, mean, var, eps: (
                gamma / np.sqrt(var + eps) * dy, (dy * (x - mean)).sum(axis=0)
            ),
        ),
    },
    help="With frozen statistics the layer is a straight line, for every number by itself.",
    others={
        "einsum": lambda dy, x, gamma, mean, var, eps: (
            np.einsum("ij,j->ij", dy, gamma * (var + eps) ** -0.5),
            np.einsum("ij,ij,j->j", dy, x - mean, (var + eps) ** -0.5),
        )
    },
)  # fmt: skip

EXERCISES = (fold, merge, frozen_gradient)
