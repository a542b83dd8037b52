"""Gradient accumulation: 64 examples a step in micro-batches, with batch norm and without a norm."""

from functools import cache

import numpy as np

import bn.widgets.palette  # noqa: F401  registers the colours
from bn.experiments import accumulation as experiment
from explorable import Axis, Band, Chart, Dot, Explorable, Line, Rule, Sampled, Slider

SIZES = experiment.MICRO
RATES = (0.03, 0.1, 0.3)
FLOOR = 1e-3  # where a difference that is rounding, or exactly 0, is drawn


@cache
def runs(norm, lr):
    """One run per size of the micro-batches; without a norm one size is enough, the others follow the same path."""
    return {m: experiment.run(m, lr=float(lr), norm=norm) for m in (SIZES if norm == "batch" else (8,))}


def tables(micro, lr):
    """Difference of the gradient by size; accuracy over the steps; in percent."""
    batch, plain = runs("batch", lr), runs("none", lr)[8]
    difference = np.array([np.median(batch[m]["difference"]) for m in SIZES])
    accuracy = {m: 100 * run["accuracy"] for m, run in batch.items()}
    chosen = [accuracy[int(m)] for m in micro]
    return {
        "difference": np.maximum(difference, FLOOR)[None],
        "plain_difference": [np.median(plain["difference"])],
        "difference_now": difference[[SIZES.index(int(m)) for m in micro]],
        "steps": batch[64]["steps"][None],
        "low": [a.min(axis=1) for a in chosen],
        "middle": [a.mean(axis=1) for a in chosen],
        "high": [a.max(axis=1) for a in chosen],
        "whole": accuracy[64].mean(axis=1)[None],
        "plain": (100 * plain["accuracy"]).mean(axis=1)[None],
        "end": [a.mean(axis=1)[-1] for a in chosen],
        "whole_end": [accuracy[64].mean(axis=1)[-1]],
        "plain_end": [100 * plain["accuracy"].mean(axis=1)[-1]],
    }


def accumulate():
    """How far the accumulated gradient is from that of the whole batch, and what training makes of it."""
    return Explorable(
        key="accumulate",
        title="64 examples a step, in pieces",
        controls=[
            Slider("micro", "examples in a micro-batch", values=SIZES, start=4),
            Slider("lr", "learning rate", values=RATES, start=0.1),
        ],
        model=Sampled(tables, along="micro"),
        figures=[_difference(), _accuracy()],
        columns=2,
        readout="With batch norm, the gradient accumulated from micro-batches of {micro} differs from that of all 64 "
        "by {difference_now:.2g} of its length; without a norm by {plain_difference:.1e}, which is rounding. After 150 "
        "steps: {end:.0f}% held-out accuracy, {whole_end:.0f}% with all 64 at once, {plain_end:.0f}% without a norm.",
        caption="First, the relative difference between the accumulated gradient and that of the whole batch at the "
        "same weights, median over training and 3 seeds; at the lower edge, no more than rounding. Second, held-out "
        "accuracy with running statistics; band: from the least to the largest of 3 seeds.",
    )


def _difference():
    return Chart(
        [
            Rule(x="micro", color="moved", dash=False),
            Line(SIZES, "difference", color="batchnorm", label="batch norm"),
            Dot(SIZES, "difference", color="batchnorm", size=3.5),
            Rule(y=FLOOR, color="plain", dash=False, width=2, label="no norm, any size: rounding"),
        ],
        title="Is it the gradient of the whole batch?",
        x=Axis("examples in a micro-batch", log=True, domain=(1.8, 72), ticks=SIZES, format="d"),
        y=Axis("relative difference", log=True, domain=(7e-4, 300), ticks=(1e-3, 1e-2, 0.1, 1, 10, 100)),
        alt="Relative difference of the gradient by size of the micro-batch: {difference_now:.2g} at {micro}; without "
        "a norm {plain_difference:.1e} at every size.",
    )


def _accuracy():
    return Chart(
        [
            Band("steps", "low", "high", color="batchnorm"),
            Line("steps", "middle", color="batchnorm", label="batch norm, accumulated"),
            Line("steps", "whole", color="predicted", dash=True, label="batch norm, all 64 at once"),
            Line("steps", "plain", color="plain", label="no norm, either way"),
        ],
        title="Accuracy in use",
        x=Axis("step", domain=(0, 150)),
        y=Axis("held-out accuracy", unit="%", domain=(0, 100)),
        alt="Held-out accuracy over 150 steps. At the end {end:.0f} percent accumulated, {whole_end:.0f} percent with "
        "whole batches, {plain_end:.0f} percent without a norm.",
    )
