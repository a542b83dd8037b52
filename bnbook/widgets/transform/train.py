"""Gamma and beta on their way to a mean and a spread that the reader chooses."""

import numpy as np
import sympy as sp

from bnbook.proofs.formulas import transform
from bnbook.widgets.front import two_main_directions
from explorable import (
    Axis,
    Bar,
    Cases,
    Chart,
    Dot,
    Drag,
    Explorable,
    Line,
    Recurrence,
    Rule,
    Slider,
    Symbolic,
    Text,
    Vector,
)
from explorable.models import component, histogram, mean

LENGTH = 81  # entries of a path: the start and 80 steps of gradient descent
LOW, HIGH, BINS = -12, 12, 96
EPS = sp.Float("1e-5")

BRACKET = 35  # how high it hangs, in digits
_READOUT = (
    "After step {step}: γ = {gamma_now:.3f}, β = {beta_now:.3f}. The outputs have mean {mean_now:.3f} and spread "
    "{spread_now:.3f}."
)


def train_gamma_beta():
    """Gradient descent on gamma and beta alone, for a batch of 300 digits seen by one unit."""
    unit = two_main_directions(300)[:, 0] * 3 + 4
    return Explorable(
        key="train-gamma-beta",
        title="Two parameters decide the mean and the spread",
        controls=[
            Slider("target_mean", "wanted mean", low=-3, high=3, step=0.1, start=2, format="+.1f"),
            Slider("target_spread", "wanted spread", low=0.1, high=3, step=0.1, start=2.5, format=".1f"),
            Slider("lr", "learning rate", values=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 1.5, 2, 2.1), start=0.05),
            Slider("step", "step", values=range(LENGTH), start=80, play=6),
        ],
        model=Symbolic(_outputs(), constants={"unit": np.round(unit, 3)}, recurrences=[_descent()]),
        figures=[_histogram(), _paths()],
        columns=2,
        readout=Cases(
            "diverges",
            {
                0: _READOUT,
                1: _READOUT + " Above a rate of 2 each step overshoots by more than it mends.",
            },
        ),
        caption="Gradient descent on γ and β alone, from γ = 1 and β = 0. First, grey, the inputs, which never change, "
        "and blue, the outputs at the chosen step; the bracket is the mean and the spread that you want: drag its "
        "middle and its end. What is higher than the frame is cut. Second, γ and β while they learn.",
    )


def _unit():
    """Every quantity of Algorithm 1 for the batch, with gamma = 1 and beta = 0."""
    return transform.steps(Vector("unit"), mean, 1, 0, EPS)


def _descent():
    gamma, beta = Vector("gamma", axis="t"), Vector("beta", axis="t")
    wanted_mean, wanted_spread, lr = sp.symbols("target_mean target_spread lr")
    square = mean(_unit()["xhat"] ** 2)
    after = transform.affine_next(gamma, beta, wanted_spread, wanted_mean, lr, square)
    return Recurrence(axis="t", steps=LENGTH, state={gamma: (1, after[0]), beta: (0, after[1])})


def _outputs():
    step, wanted_mean, wanted_spread = sp.symbols("step target_mean target_spread")
    gamma, beta = Vector("gamma", axis="t"), Vector("beta", axis="t")
    gamma_now, beta_now = component(gamma, step), component(beta, step)
    unit = _unit()
    y = gamma_now * unit["xhat"] + beta_now
    return {
        "gamma_path": gamma,
        "beta_path": beta,
        "gamma_now": gamma_now,
        "beta_now": beta_now,
        "mean_now": mean(y),
        "spread_now": sp.sqrt(mean((y - mean(y)) ** 2)),
        "mean_in": unit["mu"],
        "spread_in": sp.sqrt(unit["var"]),
        "counts": histogram(y, LOW, HIGH, BINS),
        "counts_in": histogram(Vector("unit"), LOW, HIGH, BINS),
        "bracket_low": [wanted_mean - wanted_spread] * 2,
        "wanted_high": wanted_mean + wanted_spread,
        "bracket": [wanted_mean - wanted_spread, wanted_mean + wanted_spread],
        "diverges": sp.Piecewise((1, sp.Symbol("lr") > 2), (0, True)),
    }


def _paths():
    return Chart(
        [
            Rule(y="target_mean", color="predicted"),
            Rule(y="target_spread", color="predicted", dash="dots"),
            Line(np.arange(LENGTH), "gamma_path", color="truth"),
            Line(np.arange(LENGTH), "beta_path", color="batchnorm"),
            Rule(x="step", color="moved", dash=False),
            Text(0, "target_mean", "wanted mean", color="predicted", anchor="start", dx=4, dy=-9),
            Text(LENGTH / 2, "target_spread", "wanted spread", color="predicted", dy=-9),
            Text("step", "gamma_now", "γ {gamma_now:.2f}", color="truth", anchor="end", dx=-8, dy=-12),
            Text("step", "beta_now", "β {beta_now:.2f}", color="batchnorm", anchor="end", dx=-8, dy=12),
        ],
        title="γ and β while they learn",
        x=Axis("step", domain=(0, LENGTH - 1)),
        y=Axis("γ and β", domain=(-7, 7)),
        alt="Two lines over {step} steps: gamma reaches {gamma_now:.2f}, beta reaches {beta_now:.2f}.",
    )


def _histogram():
    width = (HIGH - LOW) / BINS
    places = LOW + width * (np.arange(BINS) + 0.5)
    return Chart(
        [
            Bar(places, "counts_in", color="muted", width=width, opacity=0.5, label="inputs"),
            Bar(places, "counts", color="batchnorm", width=width, opacity=0.85, label="outputs at that step"),
            Line("bracket", [BRACKET, BRACKET], color="moved", width=3),
            Line("bracket_low", [BRACKET - 2, BRACKET + 2], color="moved", width=3),
            Dot("target_mean", BRACKET, color="moved", size=5, drag=Drag("target_mean", "x")),
            Dot("wanted_high", BRACKET, color="moved", size=5, symbol="square", drag=Drag("target_spread", "path")),
            Text("target_mean", BRACKET, "wanted", color="moved", dy=18),
        ],
        title="What goes in and what comes out",
        x=Axis("value", domain=(LOW, HIGH)),
        y=Axis("digits", domain=(0, 40)),
        alt="Histogram of the outputs: mean {mean_now:.2f}, spread {spread_now:.2f}.",
    )
