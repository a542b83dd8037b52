"""The largest curvature while gradient descent trains, against 2 over the learning rate.

Drawn from the kept finding "edge", eight seeds.
"""

import numpy as np

from bnbook.experiments import kept
from bnbook.experiments.edge import EVERY, KINDS, RATES
from bnbook.experiments.spread import FEWEST, bands
from explorable import Axis, Band, Cases, Chart, Choice, Explorable, Line, Rule, Sampled, Slider

RUN = kept.load("edge")  # curvature, equal, loss (S, A, N, L, R)
STEPS = EVERY * np.arange(1, RUN["loss"].shape[-1])  # without the start, where it may be negative
SEEDS = len(RUN["loss"])
LAST = 5  # looks that are averaged for the sentence
LINES = {"plain": 0, "batchnorm": 1}
TITLES = {"share": "Largest curvature, over 2/η", "equal": "Largest curvature at equal scale"}
WORDS = {"plain": "plain", "batchnorm": "batch norm"}


def tables(kind, lr):
    """Curvatures over the steps, median and interval, for one activation and every rate that is asked for.

    Of the seeds that did not diverge; where fewer than five are left, nothing is drawn.
    """
    a, rates = list(KINDS).index(kind), [float(rate) for rate in np.atleast_1d(lr)]
    outputs = {"edge": 2 / np.array(rates)}
    for line, n in LINES.items():
        runs = [_left(a, n, RATES.index(rate)) for rate in rates]
        for what in TITLES:
            found = [run[what] for run in runs]
            for k, part in enumerate(("mid", "low", "high")):
                outputs[f"{what}_{line}_{part}"] = np.stack([values[k] for values in found])
        outputs[f"lost_{line}"] = np.array([run["lost"] for run in runs])
        ends = np.array([np.mean(run["share"][0][-LAST:]) for run in runs])
        outputs[f"share_{line}"] = np.round(np.nan_to_num(ends), 3)
    outputs["drawn"] = (outputs["lost_plain"] <= SEEDS - FEWEST).astype(int)
    return outputs


def _left(a, n, row):
    """{share, equal: median, low and high over the steps; lost: how many seeds diverged} of one setting.

    share : the largest curvature over 2 / eta.
    """
    left = RUN["diverged_at"][:, a, n, row] < 0
    found = {"lost": int(SEEDS - left.sum())}
    kept_as = {"share": RUN["curvature"] * RATES[row] / 2, "equal": RUN["equal"]}
    for what, run in kept_as.items():
        values = run[left, a, n, row, 1:]
        parts = bands(values) if len(values) >= FEWEST else [np.full(len(STEPS), np.nan)] * 3
        found[what] = [np.array([float(f"{value:.4g}") for value in part]) for part in parts]
    return found


def edge():
    """Largest curvature over training, plain and with batch norm, at four learning rates."""
    return Explorable(
        key="edge",
        title="The largest curvature, and what a step can bear",
        controls=[
            Slider("lr", "learning rate η", values=RATES, start=0.05),
            Choice("kind", "activation", options={"tanh": "tanh", "relu": "ReLU"}, start="tanh"),
        ],
        model=Sampled(
            tables, along="lr", gaps=[f"{what}_plain_{part}" for what in TITLES for part in ("mid", "low", "high")]
        ),
        figures=[_chart("share"), _chart("equal")],
        columns=2,
        wide=True,
        readout=Cases(
            "drawn",
            {
                1: "A step of η = {lr} bears a curvature of {edge:.3g}. At the end the plain network has "
                "{share_plain:.2f} times that, batch norm {share_batchnorm:.2f} times.",
                0: "A step of η = {lr} bears a curvature of {edge:.3g}. Plain diverged in {lost_plain:d} of 8 seeds; "
                "batch norm ends at {share_batchnorm:.2f} times that.",
            },
        ),
        caption="Networks of two hidden layers of 32 units, trained on 200 digits, all at once, by gradient descent on "
        "the squared error. First, the largest eigenvalue of the Hessian, in units of what a step can bear. Second, "
        "with each weight matrix in units of its own length. Line, median of 8 seeds; band, its interval. "
        "At the end means the last five looks. Seeds that diverged are left out.",
    )


def _chart(what):
    share = what == "share"
    marks = [Rule(y=1, color="predicted", label="what a step can bear")] if share else []
    for line, words in WORDS.items():
        marks += [
            Band(STEPS, f"{what}_{line}_low", f"{what}_{line}_high", color=line),
            Line(STEPS, f"{what}_{line}_mid", color=line, label=words),
        ]
    return Chart(
        marks,
        title=TITLES[what],
        x=Axis("step", domain=(0, int(STEPS[-1])), format="d"),
        y=Axis("times 2/η", domain=(0, 1.5)) if share else Axis("largest eigenvalue", log=True),
        height=260,
        alt=f"{TITLES[what]} of the loss over the steps, plain and with batch norm; at the end {{share_plain:.2f}} and "
        "{share_batchnorm:.2f} of two over the rate.",
    )
