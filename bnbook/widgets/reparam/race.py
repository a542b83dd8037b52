"""Gradient descent, Nesterov's method and GDNP on four problems: where treating length and direction apart gains.

Gradient descent comes in three kinds, which tell apart what GDNP gains by its length and by its step size: with the
step size that theory is sure of, with the best constant one, and with the best length after each step.
"""

import numpy as np

from bnbook.experiments import kept
from bnbook.experiments import race as experiment
from bnbook.experiments.spread import order
from bnbook.widgets.reparam.digits import rounded
from explorable import Axis, Band, Cases, Chart, Choice, Dot, Explorable, Line, Rule, Sampled, Slider

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
        ],
        model=Sampled(tables, along="condition", gaps=GAPS),
        figures=[_errors(), _needed()],
        columns=2,
        readout=Cases("outcome", {0: RATES + NEEDED, 1: RATES + TOO_SLOW}),
        caption="First, the loss above its minimum as a share of that of the start; line, median of 8 random problems "
        "(or starts, for the real data, which have a condition number of their own); band, from the second best to the "
        "second worst. Second, how many steps it takes to one millionth, for all condition numbers; squares, the "
        "chosen one. A method that does not come so far in time has no point there.",
    )


RATES = (
    "Condition number {kappa:.3g}. In the long run a step of GDNP multiplies the error by {rate_gdnp:.4f}, one of "
    "gradient descent by {rate_gd:.4f}, one of Nesterov's by {rate_nesterov:.4f}; promised to GDNP is {promised:.4f}. "
)
NEEDED = (
    "Steps to one millionth: GDNP {need_now_gdnp:d}, gradient descent {need_now_gd:d}, with the best constant step "
    "{need_now_gd_best:d}, Nesterov {need_now_nesterov:d}."
)
TOO_SLOW = "Not all of them come to one millionth within {limit:d} steps."
NAMES = {name: name.replace("-", "_") for name in METHODS}
GAPS = [f"{part}_{name}" for name in NAMES.values() for part in ("low", "mid", "high", "need", "need_now")]


def tables(problem, condition):
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
        outputs[f"rate_{name}"] = np.median(RUN[f"{kind}_rate"][:, own, m], axis=0)
    needs = [outputs[f"need_now_{name}"] for name in ("gd", "gd_best", "nesterov", "gdnp")]
    outputs["limit"] = np.full(len(own), experiment.STEPS[kind])
    outputs["outcome"] = np.isnan(needs).any(axis=0).astype(int)
    return outputs


def needed(steps):
    """Median over the seeds, (seeds, ...) -> (...), of the steps needed; NaN if half of them or more never arrive."""
    middle = np.median(steps, axis=0)
    return np.where(np.isfinite(middle), np.round(middle), np.nan)


def _errors():
    marks = [Line(SHOWN, "bound", color="predicted", dash=True, label="rate promised to GDNP")]
    for method, (color, words, dashed) in METHODS.items():
        name = NAMES[method]
        if not dashed:
            marks.append(Band(SHOWN, f"low_{name}", f"high_{name}", color=color, opacity=0.15))
        marks.append(Line(SHOWN, f"mid_{name}", color=color, dash=dashed, label=words))
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
    marks = [Rule(x="kappa", color="moved", dash=False)]
    for method, (color, _, dashed) in METHODS.items():
        name = NAMES[method]
        marks += [
            Line(CONDITIONS, f"need_{name}", color=color, dash=dashed),
            Dot(CONDITIONS, f"need_{name}", color=color, size=3),
            Dot("kappa", f"need_now_{name}", color=color, size=6, symbol="square"),
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
