"""Gamma and beta on their way to a mean and a spread that the reader chooses."""

import numpy as np
import sympy as sp

import bnbook.widgets.palette  # noqa: F401  registers the colors
from bnbook.proofs.formulas import transform
from bnbook.widgets.front import two_main_directions
from explorable import Axis, Bar, Cases, Chart, Explorable, Line, Recurrence, Rule, Slider, Symbolic, Vector
from explorable.models import component, histogram, mean

LENGTH = 81  # entries of a path: the start and 80 steps of gradient descent
LOW, HIGH, BINS = -12, 12, 96
EPS = sp.Float("1e-5")

_READOUT = (
    "After step {step}: γ = {gamma_now:.3f}, β = {beta_now:.3f}. The outputs have mean {mean_now:.3f} and spread "
    "{spread_now:.3f}; their inputs had mean {mean_in:.2f} and spread {spread_in:.2f}."
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
        figures=[_paths(), _histogram()],
        columns=2,
        readout=Cases(
            "diverges",
            {
                0: _READOUT,
                1: _READOUT
                + " At a learning rate above 2 each step overshoots by more than it mends: γ and β diverge, "
                "and leave the picture.",
            },
        ),
        caption="Gradient descent on γ and β alone, from γ = 1 and β = 0. The inputs never change; the histogram "
        "shows the outputs at the chosen step.",
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
    step = sp.Symbol("step")
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
        "diverges": sp.Piecewise((1, sp.Symbol("lr") > 2), (0, True)),
    }


def _paths():
    return Chart(
        [
            Rule(y="target_mean", color="predicted", label="wanted mean"),
            Line(np.arange(LENGTH), "gamma_path", color="truth", label="γ"),
            Line(np.arange(LENGTH), "beta_path", color="batchnorm", label="β"),
            Rule(x="step", color="moved", dash=False),
        ],
        title="γ and β while they learn",
        x=Axis("step", domain=(0, LENGTH - 1)),
        y=Axis("γ and β", domain=(-7, 7)),
        alt="Two lines over {step} steps: gamma reaches {gamma_now:.2f}, beta reaches {beta_now:.2f}.",
    )


def _histogram():
    width = (HIGH - LOW) / BINS
    return Chart(
        [
            Bar(LOW + width * (np.arange(BINS) + 0.5), "counts", color="batchnorm", width=width),
            Rule(x="target_mean", color="predicted", label="wanted mean"),
        ],
        title="The outputs at that step",
        x=Axis("output y", domain=(LOW, HIGH)),
        y=Axis("digits"),
        alt="Histogram of the outputs: mean {mean_now:.2f}, spread {spread_now:.2f}.",
    )
