"""Sixteen examples on several workers: statistics of each, their average, and what merging them gives."""

import numpy as np
import sympy as sp

from explorable import (
    Arrow,
    Axis,
    Bar,
    Chart,
    Choice,
    Dot,
    Drag,
    Explorable,
    Rule,
    Slider,
    Symbolic,
    Text,
    Vector,
)
from explorable.models import component, position, total

EXAMPLES = 16
COUNTS = (1, 2, 4, 8, 16)


def numbers(seed=3):
    """Sixteen standard normal numbers, moved and scaled so that their mean is 0 and their variance 1, 2 decimals."""
    z = np.random.default_rng(seed).normal(size=EXAMPLES)
    return np.round((z - z.mean()) / z.std(), 2)


def orders(seed=4):
    """Which of two classes each example belongs to, 0 or 1: sorted, and shuffled."""
    classes = np.repeat([0.0, 1.0], EXAMPLES // 2)
    return classes, np.random.default_rng(seed).permutation(classes)


def workers():
    """Cut a batch into parts and watch the statistics of each part, the average and the merged ones."""
    in_order, shuffled = orders()
    return Explorable(
        key="workers",
        title="One batch on several workers",
        controls=[
            Slider("workers", "workers", values=COUNTS, start=4),
            Slider("apart", "distance of the two classes", low=0, high=6, step=0.5, start=3),
            Choice("sorted", "the examples are", options={0: "shuffled", 1: "sorted by class"}, start=1),
        ],
        model=Symbolic(
            _outputs(),
            constants={
                "z": numbers(),
                "in_order": in_order,
                "shuffled": shuffled,
                "slot": np.arange(max(COUNTS), dtype=float),
            },
            gaps=("means", "tops", "bottoms", "variances"),
        ),
        figures=[_batch(), _variances()],
        columns=2,
        readout="The workers' own variances average to {naive:.3f}; the variance of their means, {between:.3f}, is "
        "missing. Merged: {merged:.3f}, that of all 16.",
        caption="First, sixteen values of one unit on their workers, with each worker's mean (diamond) and one "
        "standard deviation to both sides; the lines across are those of all sixteen, and the upper one can be "
        "dragged: it takes the classes apart. Second, the variance of each worker, "
        "their average, and the one merged.",
    )


def _outputs():
    count, apart, is_sorted = sp.symbols("workers apart sorted")
    z, in_order, shuffled = (Vector(name, axis="example") for name in ("z", "in_order", "shuffled"))
    slot = Vector("slot", axis="worker")
    x = z + apart * sp.Piecewise((in_order, is_sorted > sp.Rational(1, 2)), (shuffled, True))
    mine = sp.floor(position("example") * count / EXAMPLES)
    member = sp.Piecewise((1, sp.Eq(mine, slot)), (0, True))
    used = sp.Piecewise((1, slot < count), (0, True))
    m = EXAMPLES / count
    mean = total(member * x, "example") / m
    var = total(member * x**2, "example") / m - mean**2

    def shown(value):
        return sp.Piecewise((value, slot < count), (sp.nan, True))

    all_mean = total(x, "example") / EXAMPLES
    whole = total((x - all_mean) ** 2, "example") / EXAMPLES
    naive = total(used * var, "worker") / count
    between = total(used * (mean - all_mean) ** 2, "worker") / count
    first = component(x, 0)
    first_mean, first_var = component(mean, 0, axis="worker"), component(var, 0, axis="worker")
    spread = sp.sqrt(sp.Max(var, 0))
    eps = sp.Float("1e-5")
    return {
        "x": x,
        "place": mine + 1 + sp.Rational(3, 5) * (position("example") * count / EXAMPLES - mine - (m - 1) / (2 * m)),
        "reach": [sp.Rational(2, 5), count + sp.Rational(3, 5)],
        "left": sp.Rational(2, 5),
        "means": shown(mean),
        "tops": shown(mean + spread),
        "bottoms": shown(mean - spread),
        "variances": shown(sp.Max(var, 0)),
        "all_mean": all_mean,
        "all_top": all_mean + sp.sqrt(whole),
        "all_bottom": all_mean - sp.sqrt(whole),
        "whole": whole,
        "naive": naive,
        "between": between,
        "merged": naive + between,
        "xhat_own": (first - first_mean) / sp.sqrt(sp.Max(first_var, 0) + eps),
        "xhat_whole": (first - all_mean) / sp.sqrt(whole + eps),
    }


def _batch():
    slots = np.arange(1, max(COUNTS) + 1)
    return Chart(
        [
            Rule(y="all_mean", color="truth", dash=False),
            Rule(y="all_top", color="moved", dash=True, width=1.5, drag=Drag("apart", "path")),
            Rule(y="all_bottom", color="truth", dash=True, width=1),
            Dot("place", "x", color="forward", size=4, label="an example"),
            Arrow(slots, "means", slots, "tops", color="batchnorm", width=1.5),
            Arrow(slots, "means", slots, "bottoms", color="batchnorm", width=1.5),
            Dot(slots, "means", color="batchnorm", symbol="diamond", size=6, label="a worker's mean and spread"),
            Text("left", "all_mean", "mean of all", color="truth", anchor="start", dx=4, dy=-9),
            Text("left", "all_top", "one standard deviation of all", color="moved", anchor="start", dx=4, dy=-9),
            Text(
                "left", 8.6, "example 1: {xhat_own:.2f} here, {xhat_whole:.2f} in all", color="forward", anchor="start"
            ),
        ],
        title="Who holds what",
        x=Axis("workers, side by side", domain="reach", ticks=()),
        y=Axis("value of the unit", domain=(-3, 9)),
        alt="Sixteen values on {workers} workers. The mean of all is {all_mean:.2f}, their standard deviation reaches "
        "from {all_bottom:.2f} to {all_top:.2f}.",
    )


def _variances():
    slots = np.arange(1, max(COUNTS) + 1)
    return Chart(
        [
            Bar(slots, "variances", color="batchnorm", width=0.7, label="each worker"),
            Rule(y="naive", color="plain", dash=False, width=2),
            Rule(y="merged", color="truth", dash=False, width=2),
            Text("left", "naive", "their average {naive:.2f}", color="plain", anchor="start", dx=4, dy=-9),
            Text("left", "merged", "merged, and of all {merged:.2f}", color="truth", anchor="start", dx=4, dy=-9),
        ],
        direct=True,
        title="The variances",
        x=Axis("workers, side by side", domain="reach", ticks=()),
        y=Axis("variance", domain=(0, 12)),
        alt="Variances of {workers} workers. Their average is {naive:.2f}, merged {merged:.2f}, of all sixteen "
        "{whole:.2f}.",
    )
