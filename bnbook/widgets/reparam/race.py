"""Gradient descent, Nesterov's method and GDNP on four problems: where treating length and direction apart gains.

Gradient descent comes in three kinds, which tell apart what GDNP gains by its length and by its step size: with the
step size that theory is sure of, with the best constant one, and with the best length after each step.
"""

import numpy as np

from bnbook.experiments import kept
from bnbook.experiments import race as experiment
from bnbook.experiments.spread import order
from bnbook.widgets.reparam.digits import rounded
from explorable import (
    Axis,
    Band,
    Cases,
    Chart,
    Choice,
    Dot,
    Drag,
    Explorable,
    Line,
    Rule,
    Sampled,
    Slider,
    Text,
    Toggle,
)

CONDITIONS, SHOWN = experiment.CONDITIONS, experiment.SHOWN
RUN = kept.load("race")  # by value, so that the tables are made anew when the finding changes
SQUARES, DIABETES, HALFSPACES, CANCER = range(4)
PROBLEMS = {
    SQUARES: "least squares, 50 weights",
    DIABETES: "the same on diabetes data",
    HALFSPACES: "halfspaces, Gaussian, 10 weights",
    CANCER: "the same on breast cancer data",
}
KINDS = {SQUARES: "squares", DIABETES: "diabetes", HALFSPACES: "halfspaces", CANCER: "cancer"}
METHODS = {  # color, words, dashed
    "gd": ("plain", "descent, safe step", False),
    "gd-best": ("plain", "descent, best constant step", True),
    "nesterov": ("accelerated", "Nesterov", False),
    "gdnp": ("batchnorm", "GDNP", False),
    "gd-length": ("batchnorm", "descent, best length", True),
}


def where_the_gain_is():
    """Errors over the steps at a chosen condition number, and steps needed against the condition number."""
    return Explorable(
        key="the-race",
        title="Where is the gain?",
        controls=[
            Choice("problem", "problem", options=PROBLEMS, start=SQUARES),
            Slider("condition", "condition number of S", values=CONDITIONS, start=100),
            Slider("step", "steps taken", values=STEPS, start=60, play=8),
            Toggle("others", "show the others", start=False),
        ],
        model=Sampled(tables, along="condition", gaps=GAPS),
        figures=[_track(), _needed(), _errors()],
        columns=3,
        layout="stacked",
        wide=True,
        readout=Cases("outcome", {0: NEEDED, 1: TOO_SLOW}),
        caption="First, how far everyone has come: six digits of accuracy are one millionth of the error that there "
        "was at the start. Second, how many steps it takes to get there, for all condition numbers; squares, the "
        "chosen one, whose line can be dragged. A method that does not come so far in time has no point. Third, the "
        "error over the steps; line, median of 8 random problems (or starts, for the real data, which have a condition "
        "number of their own); band, from the second best to the second worst.",
    )


NEEDED = (
    "Steps to one millionth: Nesterov {need_now_nesterov:d}, GDNP {need_now_gdnp:d}, gradient descent {need_now_gd:d}. "
    "GDNP shrinks the error to {rate_gdnp:.4f} a step; {promised:.4f} is promised."
)
TOO_SLOW = (
    "Not all come to one millionth within {limit:d} steps. GDNP shrinks the error to {rate_gdnp:.4f} a step; "
    "{promised:.4f} is promised."
)
STEPS = tuple(map(int, SHOWN[::2]))
GOAL = 6  # digits of accuracy: one millionth
LANES = ("nesterov", "gdnp", "gd", "gd-best", "gd-length")
OTHERS = ("gd-best", "gd-length")
NAMES = {name: name.replace("-", "_") for name in METHODS}
GAPS = [f"{part}_{name}" for name in NAMES.values() for part in ("low", "mid", "high", "need", "need_now")]


def tables(problem, condition, step=SHOWN[-1], others=False):
    """All outputs of one problem: arrays (conditions, ...), all the same for real data, which have their own."""
    kind, real = KINDS[problem], problem in (DIABETES, CANCER)
    own = [0] * len(condition) if real else [CONDITIONS.index(c) for c in condition]
    drawn = KINDS[problem - real]  # what the second chart shows for all condition numbers
    kappa = RUN[f"{kind}_condition"].mean(axis=0)[own]
    promised = (1 - 1 / kappa) ** 2
    outputs = {"kappa": kappa, "promised": promised, "bound": promised[:, None] ** SHOWN}
    ranked = np.sort(RUN[f"{kind}_share"], axis=0)[:, own]  # seeds, conditions, methods, steps
    k = order(len(ranked))
    for m, name in enumerate(NAMES.values()):
        for part, values in (("low", ranked[k - 1]), ("mid", np.median(ranked, axis=0)), ("high", ranked[-k])):
            outputs[f"{part}_{name}"] = rounded(values[:, m])
        outputs[f"need_{name}"] = needed(RUN[f"{drawn}_needed"][:, :, m])[None, :]
        outputs[f"need_now_{name}"] = needed(RUN[f"{kind}_needed"][:, own, m])
        won = -np.log10(np.maximum(ranked[..., list(SHOWN).index(step)], 1e-30))
        outputs[f"won_{name}"] = np.clip(np.median(won[:, :, m], axis=0), 0, GOAL).round(3)
        outputs[f"lane_{name}"] = np.stack([np.zeros(len(own)), outputs[f"won_{name}"]], axis=-1)
        outputs[f"rate_{name}"] = np.median(RUN[f"{kind}_rate"][:, own, m], axis=0)
    needs = [outputs[f"need_now_{name}"] for name in ("gd", "gd_best", "nesterov", "gdnp")]
    outputs["limit"] = np.full(len(own), experiment.STEPS[kind])
    outputs["outcome"] = np.isnan(needs).any(axis=0).astype(int)
    return outputs


def needed(steps):
    """Median over the seeds, (seeds, ...) -> (...), of the steps needed; NaN if half of them or more never arrive."""
    middle = np.median(steps, axis=0)
    return np.where(np.isfinite(middle), np.round(middle), np.nan)


def _track():
    marks = [Rule(x=GOAL, color="truth", dash=False, width=2.5)]
    for lane, method in enumerate(LANES):
        (color, words, dashed), name = METHODS[method], NAMES[method]
        row = float(len(LANES) - lane)
        when = {"when": "others"} if method in OTHERS else {}
        marks += [
            Line(f"lane_{name}", [row, row], color=color, width=5, opacity=0.4 if dashed else 0.8, **when),
            Dot(f"won_{name}", row, color=color, size=7, drag=Drag("step", "path"), **when),
            Text(0, row, words, color=color, anchor="start", dy=-15, **when),
        ]
    return Chart(
        marks,
        title="The race so far",
        x=Axis("digits of accuracy won", domain=(0, GOAL + 0.15), ticks=tuple(range(GOAL + 1))),
        y=Axis(domain=(0.6, len(LANES) + 0.7), ticks=[]),
        height=340,
        alt="A race after {step} steps, to six digits of accuracy: Nesterov has {won_nesterov:.1f}, GDNP "
        "{won_gdnp:.1f}, gradient descent {won_gd:.1f}.",
    )


def _errors():
    marks = [
        Line(SHOWN, "bound", color="predicted", dash=True, label="rate promised to GDNP"),
        Rule(x="step", color="moved", dash=False),
        Rule(y=10.0**-GOAL, color="truth", dash="dots"),
    ]
    for method, (color, words, dashed) in METHODS.items():
        name = NAMES[method]
        when = {"when": "others"} if method in OTHERS else {}
        if not dashed:
            marks.append(Band(SHOWN, f"low_{name}", f"high_{name}", color=color, opacity=0.15))
        marks.append(Line(SHOWN, f"mid_{name}", color=color, dash=dashed, label=words, **when))
    return Chart(
        marks,
        title="On the way",
        x=Axis("steps", domain=(0, SHOWN[-1])),
        y=Axis("share of the error left", log=True, domain=(1e-12, 3)),
        height=340,
        alt="The share of the error that is left against the steps, on a logarithmic axis. In the long run one step of "
        "gradient descent multiplies it by {rate_gd:.4f}, one of Nesterov's by {rate_nesterov:.4f}, one of GDNP by "
        "{rate_gdnp:.4f}.",
    )


def _needed():
    marks = [Rule(x="kappa", color="moved", dash=False, drag=Drag("condition", "path"))]
    for method, (color, _, dashed) in METHODS.items():
        name = NAMES[method]
        when = {"when": "others"} if method in OTHERS else {}
        marks += [
            Line(CONDITIONS, f"need_{name}", color=color, dash=dashed, **when),
            Dot(CONDITIONS, f"need_{name}", color=color, size=3, **when),
            Dot("kappa", f"need_now_{name}", color=color, size=6, symbol="square", **when),
        ]
    return Chart(
        marks,
        title="Steps to one millionth of the error",
        x=Axis("condition number", log=True, domain=(2, 600), ticks=(3, 10, 30, 100, 300)),
        y=Axis("steps", log=True, domain=(5, 5000)),
        height=340,
        alt="Steps needed against the condition number, both on logarithmic axes; the chosen problem has a condition "
        "number of {kappa:.3g}.",
    )
