"""Finite differences against the gradient of the layer: the two regimes of error, in both precisions."""

from bnbook.experiments import gradient_check as experiment
from explorable import Axis, Band, Chart, Choice, Dot, Drag, Explorable, Line, Rule, Sampled, Slider

OFFSETS = (0, 1, 10, 100, 1000, 10000)
FLOOR, CEILING = 1e-12, 10  # what the picture shows


def tables(precision, scheme, offset, step):
    """The error over all steps (H,), and where the slider stands: per stop (Q,)."""
    run = experiment.run(precision, scheme, float(offset))
    curves = {
        name: run[name].clip(FLOOR / 10, 10 * CEILING)[None]
        for name in ("error", "low", "high", "truncation", "rounding")
    }
    best = int(run["error"].argmin())
    return curves | {
        "error_now": run["error"].clip(FLOOR / 10, 10 * CEILING),
        "true_error_now": run["error"],
        "best": run["best"][None],
        "best_error": run["error"][[best]],
        "forecast_best": run["forecast_best"][None],
    }


def numerical_check():
    """The error of a finite difference against its step, for the loss sum(dy y) of random batches of eight."""
    return Explorable(
        key="numerical-check",
        title="How far can you trust a finite difference?",
        controls=[
            Slider("step", "step h", values=experiment.STEPS, start=1e-10, format=".0e"),
            Choice(
                "scheme",
                "difference",
                options={"one-sided": "one-sided", "central": "central"},
                start="one-sided",
            ),
            Choice("precision", "numbers", options={"float64": "float64", "float32": "float32"}, start="float64"),
            Slider("offset", "mean of the inputs", values=OFFSETS, start=0),
        ],
        model=Sampled(tables, along="step"),
        figures=[_chart()],
        readout="A step of {step} is off by {true_error_now:.1e} of the gradient. Best is {best:.0e}, off by "
        "{best_error:.1e}; the broken lines cross at {forecast_best:.0e}.",
        caption="The error of the gradient by finite differences, relative to the gradient of the layer: median of 40 "
        "random batches, the band from the 10th to the 90th percentile. Dashed, what is expected of truncation; "
        "dotted, of rounding. Drag the dot.",
    )


def _chart():
    steps = list(experiment.STEPS)
    return Chart(
        [
            Line(steps, "truncation", color="predicted", dash=True, width=1.5, label="truncation, expected"),
            Line(steps, "rounding", color="predicted", dash="dots", width=2, label="rounding, expected"),
            Band(steps, "low", "high", color="batchnorm"),
            Line(steps, "error", color="batchnorm", label="measured"),
            Rule(x="best", color="truth", label="best step"),
            Dot("step", "error_now", color="moved", size=7, drag=Drag("step", along="x")),
        ],
        title="Error against step",
        x=Axis("step h", log=True, domain=(steps[0], steps[-1])),
        y=Axis("relative error", log=True, domain=(FLOOR, CEILING)),
        height=340,
        alt="The error falls as the step shrinks, down to {best_error:.1e} at a step of {best:.0e}, and rises again "
        "for smaller steps; at {step} it is {true_error_now:.1e}.",
    )
