"""Theorem 4.1 of Santurkar et al. for a batch in the reader's hands: both sides, what is subtracted, the slack."""

import numpy as np
import sympy as sp

from bnbook.proofs.formulas import gradient, smoothness, transform
from explorable import (
    Axis,
    Bar,
    Cases,
    Chart,
    Dot,
    Drag,
    Explorable,
    Line,
    Numbers,
    Rule,
    Slider,
    Symbolic,
    Text,
    Toggle,
    Vector,
)
from explorable.models import component, mean, total

M = 5  # examples
REACH = 6
EPS_STOPS = (0, *(float(f"{a}e{b}") for b in range(-3, 1) for a in (1, 2, 5)), 10)
CLOUD = 120  # inputs for which the gradient of two weights is drawn
NEAR = 0.45  # values closer than this have their numbers one below the other
LEVEL = 0.17  # from one such number to the next, in units of the chart's upright axis
BARS = ("scaled", "mean", "x̂", "bound", "slack", "truth")


def lipschitz():
    """Five examples, five targets, gamma and eps; the gradient before the layer, bounded by the one after it."""
    return Explorable(
        key="lipschitz-bound",
        title="Both sides of the bound, for a batch in your hands",
        controls=[
            _five("x", "inputs x", (1, 0, 2, 5, -3)),
            _five("target", "targets t", (2.5, -0.5, 1, 3.1, 0)),
            Slider("gamma", "γ (gamma)", low=0.2, high=4, step=0.1, start=1.5, format=".1f"),
            Slider("eps", "ε (eps)", values=EPS_STOPS, start=0),
            Toggle(
                "literal",
                "read literally: take the plain gradient at x",
                start=False,
                help="Off: both gradients belong to the same values, those that leave the layer.",
            ),
        ],
        model=Symbolic(outputs(), constants=constants()),
        figures=[_lines(), _bars(), _cloud()],
        columns=3,
        layout="stacked",
        wide=True,
        readout=Cases(
            "verdict",
            {
                0: "True |dx|² = {truth:.4g}, bound {bound:.4g}: they are equal. Of the scaled plain gradient "
                "{whole:.4g}, the mean part takes {off_mean:.3g} and the x̂ part {off_spread:.3g}.",
                1: "True |dx|² = {truth:.4g}, bound {bound:.4g}. The slack, {slack:.3g}, is κ times the x̂ part, "
                "with κ = {kappa:.3f}: what ε adds to the subtraction.",
                2: "Read literally, the bound is {bound:.4g} and the true |dx|² is {truth:.4g}: the statement is "
                "false for this batch.",
                3: "Read literally, the bound is {bound:.4g} and the true |dx|² is {truth:.4g}: it happens to hold "
                "here.",
                4: "All inputs agree and ε is 0: the spread is 0, and there is no gradient.",
            },
        ),
        caption="First, the batch; drag the inputs and the targets. The loss is the sum of (y − t)⁴/4 over the "
        "outputs y. Second, the plain gradient's square times γ²/s², the two parts that the theorem subtracts, "
        "the bound that is left, its slack, and the truth. Third, the gradient of two weights before the layer, for "
        "120 random inputs of norm at most 1, and the circles that no input can leave.",
    )


def _five(name, label, start):
    return Numbers(name, label, start=start, low=-REACH, high=REACH, step=0.1, min_count=M, max_count=M)


def constants():
    """Random inputs X, (CLOUD, M) for each of two weights, with largest singular value from 0.6 to 1; a circle."""
    rng = np.random.default_rng(44)
    x = rng.normal(size=(CLOUD, M, 2))
    x *= (rng.uniform(0.6, 1, size=CLOUD) / np.linalg.norm(x, ord=2, axis=(1, 2)))[:, None, None]
    turn = np.linspace(0, 2 * np.pi, 61)
    first, second = np.round(x, 3).transpose(2, 0, 1)
    order = np.arange(M)
    return {
        "first": first,
        "second": second,
        "cosine": np.cos(turn),
        "sine": np.sin(turn),
        "place": order,
        "other": order,
    }


def outputs():
    """Both sides of the bound, with the gradient of the loss after the layer or, read literally, at x itself."""
    x, target = Vector("x"), Vector("target")
    gamma, eps, literal = sp.symbols("gamma eps literal")
    step = transform.steps(x, mean, gamma, 0, eps)
    whole_var = step["var"] + eps
    s = sp.sqrt(sp.Piecewise((whole_var, whole_var > 0), (1, True)))
    xhat = step["centred"] / s
    y = gamma * xhat
    after = (y - target) ** 3
    plain = literal * (x - target) ** 3 + (1 - literal) * after
    fine = sp.Piecewise((1, whole_var > 0), (0, True))
    before = fine * gradient.dx_means(after, xhat, gamma, s, mean)
    square, along_ones, along_xhat = total(plain**2), total(plain), total(plain * xhat)
    whole, off_mean, off_spread = (
        fine * smoothness.rescaled_square(part, gamma, s) for part in (square, along_ones**2 / M, along_xhat**2 / M)
    )
    bound = fine * smoothness.bounded_square(square, along_ones, along_xhat, gamma, s, M)
    true = total(before**2)
    kappa = transform.kappa(step["var"], sp.Piecewise((eps, whole_var > 0), (1, True)))
    first, second = Vector("first", axis=("cloud", "batch")), Vector("second", axis=("cloud", "batch"))
    cosine, sine = Vector("cosine", axis="turn"), Vector("sine", axis="turn")
    radius, own = sp.sqrt(total(plain**2)), sp.sqrt(true)
    edge = sp.Float("1.1") * sp.Max(radius, own, sp.Float("0.01"))
    correct = sp.Piecewise((0, eps <= 0), (1, True))
    read = sp.Piecewise((2, true > bound * (1 + sp.Float("1e-9")) + sp.Float("1e-9")), (3, True))
    return {
        "y": y,
        **{f"level_{name}": _heights(row, values) for name, (row, values) in rows_of(x, y, target).items()},
        "whole": whole,
        "off_mean": off_mean,
        "off_spread": off_spread,
        "bound": bound,
        "truth": true,
        "slack": bound - true,
        "kappa": kappa,
        "bar_window": [0, sp.Float("1.12") * sp.Max(whole, true, sp.Float("0.001"))],
        "tops": [whole, whole, whole - off_mean, bound, sp.Max(bound, true), true],
        "bases": [0, whole - off_mean, bound, 0, sp.Min(bound, true), 0],
        "plain_first": total(first * plain, "batch"),
        "plain_second": total(second * plain, "batch"),
        "own_first": total(first * before, "batch"),
        "own_second": total(second * before, "batch"),
        "plain_circle": [radius * cosine],
        "plain_circle_y": [radius * sine],
        "own_circle": [own * cosine],
        "own_circle_y": [own * sine],
        "radius": radius,
        "own_radius": own,
        "window": [-edge, edge],
        "verdict": sp.Piecewise((4, whole_var <= 0), (read, literal > 0), (correct, True)),
    }


def rows_of(x, y, target):
    """{name: (height of its line in the first picture, values)}."""
    return {"x": (2, x), "y": (1, y), "target": (0, target)}


def _heights(row, values):
    """Where the number below each dot stands: lower by a level for each earlier example that is close to it."""
    place, other = Vector("place", axis="batch"), Vector("other", axis="other")
    close = sp.And(other < place, sp.Abs(component(values, other) - values) < sp.Float(str(NEAR)))
    return row - sp.Float(str(LEVEL)) * total(sp.Piecewise((1, close), (0, True)), "other")


def _lines():
    rows = {2: ("inputs x", "x", "moved"), 1: ("outputs y", "y", "batchnorm"), 0: ("targets t", "target", "moved")}
    marks = [Rule(y=height, color="grid", dash=False, width=1) for height in rows]
    for height, (words, values, color) in rows.items():
        drag = None if values == "y" else Drag(values, along="x")
        marks += [
            Text(-REACH, height, words, color="muted", anchor="start", dy=-22),
            Dot(values, height, color=color, size=5 if drag is None else 7, drag=drag),
            Text(values, f"level_{values}", [str(i + 1) for i in range(M)], color=color, dy=18),
        ]
    return Chart(
        marks,
        title="The batch",
        x=Axis("value", domain=(-REACH, REACH)),
        y=Axis(domain=(-0.8, 2.6), ticks=()),
        height=330,
        alt="Three number lines: the inputs {x}, the outputs {y:.2f}, the targets {target}.",
    )


def _bars():
    colors = ["plain", "upstream", "upstream", "predicted", "muted", "truth"]
    return Chart(
        [
            Bar(np.arange(6.0), "tops", base="bases", color=colors, width=0.8),
            Rule(y="truth", color="truth", width=1),
            Text(np.arange(6.0), "tops", list(BARS), dy=-8),
        ],
        title="What is subtracted, and what is left",
        x=Axis(domain=(-0.6, 5.6), ticks=()),
        y=Axis("squared length of the gradient", domain="bar_window"),
        height=330,
        alt="Bars: plain gradient squared and scaled {whole:.3g}; taken away {off_mean:.3g} for the mean and "
        "{off_spread:.3g} for x̂; the bound {bound:.3g}; slack {slack:.3g}; the true value {truth:.3g}.",
    )


def _cloud():
    return Chart(
        [
            Line("plain_circle", "plain_circle_y", color="plain", width=1.5, label="plain"),
            Line("own_circle", "own_circle_y", color="batchnorm", width=1.5, label="batch norm"),
            Dot("plain_first", "plain_second", color="plain", size=2.5, opacity=0.6),
            Dot("own_first", "own_second", color="batchnorm", size=2.5, opacity=0.8),
        ],
        title="The gradient of two weights, over many inputs",
        x=Axis("first weight", domain="window"),
        y=Axis("second weight", domain="window"),
        height=320,
        aspect=1,
        alt="Two clouds around zero. Plain gradients lie within a circle of radius {radius:.3g}, those with batch norm "
        "within {own_radius:.3g}.",
    )
