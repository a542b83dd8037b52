"""Gradient accumulation: 64 examples a step in micro-batches, with batch norm and without a norm."""

import numpy as np

from bnbook.experiments import accumulation as experiment
from bnbook.experiments import kept
from bnbook.experiments.spread import bands
from explorable import Axis, Band, Chart, Dot, Explorable, Line, Rule, Sampled, Slider

RUN = kept.load("accumulation")
SIZES, RATES = experiment.MICRO, experiment.RATES
STEPS = np.arange(0, 151, 10)
FLOOR = 1e-3  # where a difference that is rounding, or exactly 0, is drawn


def tables(micro, lr):
    """Difference of the gradient by size; accuracy over the steps; in percent: medians and intervals."""
    rate = RATES.index(lr)
    at = [SIZES.index(m) for m in np.atleast_1d(micro).tolist()]
    difference = np.median(RUN["difference"][:, rate], axis=2)  # over training: S, M
    middle, low, high = bands(100 * RUN["accuracy"][:, rate])  # M, R
    plain = bands(100 * RUN["plain_accuracy"][:, rate])[0]
    return {
        "difference": np.maximum(np.median(difference, axis=0), FLOOR)[None],
        "plain_difference": [np.median(RUN["plain_difference"][:, rate])],
        "difference_now": np.median(difference, axis=0)[at],
        "low": low[at],
        "middle": middle[at],
        "high": high[at],
        "whole": middle[-1][None],
        "plain": plain[None],
        "end": middle[at, -1],
        "whole_end": [middle[-1, -1]],
        "plain_end": [plain[-1]],
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
        readout="Accumulated by {micro}, the gradient is off by {difference_now:.2g} of its length; without a norm by "
        "rounding. Held-out accuracy {end:.0f}%, all 64 at once {whole_end:.0f}%.",
        caption="First, the relative difference between the accumulated gradient and that of the whole batch at the "
        "same weights, median over training and 8 seeds; at the lower edge, no more than rounding. Second, held-out "
        "accuracy with running statistics: median of 8 seeds, band: the interval that holds it.",
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
            Band(STEPS, "low", "high", color="batchnorm"),
            Line(STEPS, "middle", color="batchnorm", label="batch norm, accumulated"),
            Line(STEPS, "whole", color="predicted", dash=True, label="batch norm, all 64 at once"),
            Line(STEPS, "plain", color="plain", label="no norm, either way"),
        ],
        direct=True,
        title="Accuracy in use",
        x=Axis("step", domain=(0, 150)),
        y=Axis("held-out accuracy", unit="%", domain=(0, 100)),
        alt="Held-out accuracy over 150 steps. At the end {end:.0f} percent accumulated, {whole_end:.0f} percent with "
        "whole batches, {plain_end:.0f} percent without a norm.",
    )
