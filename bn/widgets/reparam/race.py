"""Gradient descent, Nesterov's method and GDNP on four problems: where treating length and direction apart gains.

Gradient descent comes in three kinds, which tell apart what GDNP gains by its length and by its step size: with the
step size that theory is sure of, with the best constant one, and with the best length after each step.
"""

from functools import cache

import numpy as np

import bn.widgets.palette  # noqa: F401  registers the colours
from bn.experiments import halfspaces, least_squares
from bn.widgets.reparam.digits import rounded
from explorable import Axis, Band, Cases, Chart, Choice, Dot, Explorable, Line, Rule, Sampled, Slider

CONDITIONS = (3, 10, 30, 100, 300)
SEEDS = (0, 1, 2)
SHOWN = np.arange(0, 301, 5)  # the steps that the left chart shows
TARGET = 1e-6  # "arrived": the loss above its minimum is this share of that of the start
SQUARES, DIABETES, HALFSPACES, CANCER = range(4)
PROBLEMS = {
    SQUARES: "least squares, 50 weights",
    DIABETES: "the same on diabetes data",
    HALFSPACES: "halfspaces, Gaussian, 10 weights",
    CANCER: "the same on breast cancer data",
}
METHODS = {  # colour, words, dashed
    "gd": ("plain", "descent, safe step", False),
    "gd-best": ("plain", "descent, best constant step", True),
    "nesterov": ("accelerated", "Nesterov", False),
    "gdnp": ("batchnorm", "GDNP", False),
    "gd-length": ("batchnorm", "descent, best length", True),
}
BISECTIONS = 30  # leave a relative error of the order of 1e-16
STEPS = {SQUARES: 3000, DIABETES: 3000, HALFSPACES: 600, CANCER: 600}
ROUNDING = {SQUARES: 1e-20, DIABETES: 1e-20, HALFSPACES: 1e-12, CANCER: 1e-12}  # relative error below it is noise


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
        caption="First, the loss above its minimum as a share of that of the start; line, median of 3 random problems "
        "(or starts, for the real data, which have a condition number of their own); band, the best to the worst. "
        "Second, how many steps it takes to one millionth, for all condition numbers; squares, the chosen one. "
        "A method that does not come so far in time has no point there.",
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
    real = problem in (DIABETES, CANCER)
    family = [measured(problem - real, float(c)) for c in CONDITIONS]
    runs = [measured(problem)] * len(condition) if real else [family[CONDITIONS.index(c)] for c in condition]
    outputs = {
        "kappa": np.array([run["kappa"] for run in runs]),
        "promised": np.array([run["promised"] for run in runs]),
        "bound": np.array([run["promised"] ** SHOWN for run in runs]),
    }
    for method, name in NAMES.items():
        for part in ("low", "mid", "high"):
            outputs[f"{part}_{name}"] = rounded(np.array([run[part, method] for run in runs]))
        outputs[f"need_{name}"] = np.array([run["need", method] for run in family])[None, :]
        outputs[f"need_now_{name}"] = np.array([run["need", method] for run in runs])
        outputs[f"rate_{name}"] = np.array([run["rate", method] for run in runs])
    needs = [outputs[f"need_now_{name}"] for name in ("gd", "gd_best", "nesterov", "gdnp")]
    outputs["limit"] = np.full(len(runs), STEPS[problem])
    outputs["outcome"] = np.isnan(needs).any(axis=0).astype(int)
    return outputs


@cache
def measured(problem, condition=None):
    """One run of three seeds: what the charts need of it, by (part, method); NaN for what is not there."""
    steps = STEPS[problem]
    run = {
        SQUARES: lambda: least_squares.run(condition, SEEDS, steps, methods=tuple(METHODS)),
        DIABETES: lambda: least_squares.run_diabetes(SEEDS, steps, methods=tuple(METHODS)),
        HALFSPACES: lambda: halfspaces.run(condition, SEEDS, steps, methods=tuple(METHODS), bisections=BISECTIONS),
        CANCER: lambda: halfspaces.run_breast_cancer(SEEDS, steps, methods=tuple(METHODS), bisections=BISECTIONS),
    }[problem]()
    kappa = float(run["condition"].mean())
    result = {"kappa": kappa, "promised": (1 - 1 / kappa) ** 2}
    for method, excess in zip(METHODS, run["excess"], strict=True):
        share = excess / excess[:, :1]
        share = np.where(np.isfinite(share), share, np.nan)
        shown = np.maximum(share[:, SHOWN], 1e-30)
        result |= {
            ("low", method): shown.min(axis=0),
            ("mid", method): np.median(shown, axis=0),
            ("high", method): shown.max(axis=0),
            ("need", method): needed(share),
            ("rate", method): np.exp(np.median([least_squares.fitted_rate(row, ROUNDING[problem]) for row in share])),
        }
    return result


def needed(share):
    """Median over the seeds of the first step at which the share (S, T) is below TARGET; NaN if most never are."""
    reached = least_squares.first_step(share <= TARGET)
    middle = np.median(np.where(reached < 0, np.inf, reached))
    return float(middle) if np.isfinite(middle) else np.nan


def _errors():
    marks = [Line(SHOWN, "bound", color="predicted", dash=True, label="rate promised to GDNP")]
    for method, (colour, words, dashed) in METHODS.items():
        name = NAMES[method]
        if not dashed:
            marks.append(Band(SHOWN, f"low_{name}", f"high_{name}", color=colour, opacity=0.15))
        marks.append(Line(SHOWN, f"mid_{name}", color=colour, dash=dashed, label=words))
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
    for method, (colour, _, dashed) in METHODS.items():
        name = NAMES[method]
        marks += [
            Line(CONDITIONS, f"need_{name}", color=colour, dash=dashed),
            Dot(CONDITIONS, f"need_{name}", color=colour, size=3),
            Dot("kappa", f"need_now_{name}", color=colour, size=6, symbol="square"),
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
