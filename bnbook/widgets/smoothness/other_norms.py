"""Normalization by other norms: does it train as well when the shift is not held?"""

import numpy as np

from bnbook.experiments import kept
from bnbook.experiments import lp_norm as experiment
from explorable import Axis, Band, Chart, Choice, Dot, Explorable, Line, Rule, Sampled, Select, Text

KINDS = {"sigmoid": "3 sigmoid layers, rate 0.5", "relu": "6 ReLU layers, rate 1"}
CHOICES = {"l1": "p = 1", "l2": "p = 2", "linf": "p = ∞"}
SHOWN = {"plain": "plain", "batchnorm": "batch norm", "othernorm": "ℓₚ norm"}
LARGEST = 1e3  # a drift beyond is that of a network that has diverged


STEPS = np.arange(0, 301, 20)
RUN = kept.load("lp_norm")


def result(kind):
    """The experiment on one kind of network: all norms, then eight seeds in front."""
    run = {name: np.moveaxis(values[:, list(KINDS).index(kind)], 0, 1) for name, values in RUN.items()}
    return {"steps": STEPS, **run}


def tables(kind, p):
    """Training loss and drift since the start, for plain, batch norm and the chosen l_p norm."""
    run = result(kind)
    outputs = {"steps": run["steps"], "windows": run["steps"][1:]}
    for name, norm in zip(SHOWN, ("none", "batch", p), strict=True):
        n = experiment.NORMS.index(norm)
        drift = np.where(run["drift"][n] < LARGEST, run["drift"][n], np.nan)[:, 1:]
        loss = np.where(np.isfinite(run["loss"][n]), run["loss"][n], np.nan)
        for part, values in (("drift", drift), ("loss", loss)):
            for how, pick in (("low", np.min), ("middle", np.median), ("high", np.max)):
                outputs[f"{part}_{how}_{name}"] = pick(values, axis=0)
        outputs[f"right_{name}"] = 100 * np.median(run["accuracy"][n])
        last = np.median(run["drift"][n, :, -1])
        outputs[f"drift_end_{name}"] = min(last, LARGEST)
        outputs[f"loss_end_{name}"] = min(float(np.median(run["loss"][n, :, -1])), LARGEST)
    ends = [np.median(run["loss"][experiment.NORMS.index(each), :, -1]) for each in CHOICES]
    outputs["ends"] = np.minimum(ends, LARGEST)
    return outputs


def other_norms():
    """Loss and drift of plain, batch norm, and normalization by an l_p norm."""
    gaps = [f"{part}_{how}_{name}" for part in ("drift", "loss") for how in ("low", "middle", "high") for name in SHOWN]
    return Explorable(
        key="other-norms",
        title="Normalize by something else",
        controls=[
            Choice("kind", "network", options=KINDS, start="sigmoid"),
            Choice("p", "divide by the mean ℓₚ norm", options=CHOICES, start="linf"),
        ],
        model=Sampled(tables, error=0.0005, gaps=gaps),
        figures=[
            _chart("loss", "windows", "Training loss", "loss", (0.005, 4)),
            _chart(
                "drift", "windows", "How far the last layer's inputs have drifted", "drift since the start", (0.03, 200)
            ),
            _ends(),
        ],
        columns=3,
        layout="stacked",
        wide=True,
        readout="At the end the drift is {drift_end_batchnorm:.2g} with batch norm, {drift_end_othernorm:.2g} with ℓₚ; "
        "held-out accuracy {right_batchnorm:.0f}% and {right_othernorm:.0f}%, plain {right_plain:.0f}%.",
        caption="First, training loss; second, how far mean and spread of what enters the last hidden activation have "
        "moved since the start, in units of the spread then. Line: median of 8 seeds; band: from the least to the "
        "largest. Third, the loss at the end for all three; press one. A line ends where a network diverges. Held-out "
        "accuracy is that of use: with averages over training batches.",
    )


def _ends():
    places = np.arange(len(CHOICES), dtype=float)
    return Chart(
        [
            Rule(y="loss_end_plain", color="plain", dash=False),
            Rule(y="loss_end_batchnorm", color="batchnorm", dash=False),
            Dot(places, "ends", color="othernorm", size=7, select=Select("p")),
            Text(-0.45, "loss_end_plain", "plain", color="plain", anchor="start", dy=-9),
            Text(-0.45, "loss_end_batchnorm", "batch norm", color="batchnorm", anchor="start", dy=9),
        ],
        title="The loss at the end",
        x=Axis(kind="category", categories=tuple(CHOICES.values())),
        y=Axis("loss", log=True, domain=(0.005, 10)),
        alt="The loss at the end of the three norms, beside {loss_end_plain:.3f} plain and {loss_end_batchnorm:.3f} "
        "with batch norm.",
    )


def _chart(part, x, title, label, domain):
    marks = []
    for name, words in SHOWN.items():
        marks += [
            Band(x, f"{part}_low_{name}", f"{part}_high_{name}", color=name),
            Line(x, f"{part}_middle_{name}", color=name, label=words),
        ]
    most = f" (it has diverged where this is {LARGEST:g} or more)" if part == "drift" else ""
    return Chart(
        marks,
        direct=True,
        title=title,
        x=Axis("training step", domain=(0, 300)),
        y=Axis(label, log=True, domain=domain),
        alt=f"{title} over training. At the end: batch norm {{{part}_end_batchnorm:.3g}}, l_p "
        f"{{{part}_end_othernorm:.3g}}, plain {{{part}_end_plain:.3g}}{most}.",
    )
