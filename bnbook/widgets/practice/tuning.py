"""Fine-tuning on forty images: a live layer, frozen statistics, and new ones."""

import numpy as np

import bnbook.widgets.palette  # noqa: F401  registers the colors
from bnbook.experiments import kept
from bnbook.experiments.fine_tuning import BATCHES, CAMERAS, RATES, STEPS, WAYS
from bnbook.experiments.spread import bands
from explorable import Axis, Bar, Chart, Choice, Dot, Explorable, Rule, Sampled, Slider

RUN = kept.load("fine-tuning")
SEEDS = len(next(iter(RUN.values())))
BARS = (*WAYS, "after")
NAMES = ("live", "frozen", "renewed", "both")
COLORS = ("batchnorm", "frozen", "truth", "batchnorm")
WORDS = {"same": "the camera of the first training", "dimmed": "another camera, dimmed"}


def tables(camera, batch_size, steps, rate):
    """Held-out accuracy of four ways, in percent: median and all seeds."""
    a, m, t, k = (
        known.index(value) for known, value in ((CAMERAS, camera), (BATCHES, batch_size), (STEPS, steps), (RATES, rate))
    )
    tuned = RUN["accuracy"][:, a, :, m, t, k]  # S, W
    every = 100 * np.column_stack([tuned, RUN["live_renewed"][:, a, m, t, k]])
    lost = RUN["diverged"][:, a, 1:, m, k].sum(axis=0)
    return {
        "middle": bands(every)[0],
        "each": every.T.ravel(),
        "before": 100 * np.median(RUN["before"][:, a]),
        "renewed_before": 100 * np.median(RUN["renewed_before"][:, a]),
        "lost": int(lost.sum()),
    }


def fine_tune():
    """Which way to tune a network with batch norm on a few images."""
    return Explorable(
        key="fine-tune",
        title="Forty new images",
        controls=[
            Choice("camera", "taken by", options=WORDS, start="dimmed"),
            Slider("batch_size", "batch size", values=BATCHES, start=2),
            Slider("rate", "learning rate", values=RATES, start=0.005),
            Slider("steps", "steps", values=STEPS, start=100),
        ],
        model=Sampled(tables),
        figures=[_accuracy()],
        readout="Untuned: {before:.0f}%, and {renewed_before:.0f}% with statistics of the forty images. Tuned: live "
        "{middle[0]:.0f}% ({middle[3]:.0f}% if its statistics are then renewed), frozen {middle[1]:.0f}%, renewed and "
        "then frozen {middle[2]:.0f}%. Of the 16 networks with fixed statistics {lost:d} diverged within 400 steps.",
        caption="Accuracy on 500 held-out images of the same camera, in inference mode, after tuning on 40 labeled "
        'ones ("both": live, then renewed): bar, median; dots, 8 seeds. Rules: untuned, with the old statistics and '
        "with new ones.",
    )


def _accuracy():
    places = np.arange(len(BARS), dtype=float)
    dots = np.concatenate([place + np.linspace(-0.25, 0.25, SEEDS) for place in places])
    return Chart(
        [
            Rule(y="before", color="muted", dash=False, label="untuned"),
            Rule(y="renewed_before", color="moved", label="new statistics, untuned"),
            Bar(places, "middle", color=list(COLORS), width=0.7, opacity=0.6),
            Dot(dots, "each", color="ink", size=2, opacity=0.7),
        ],
        title="After tuning",
        x=Axis("statistics", kind="category", categories=NAMES),
        y=Axis("held-out accuracy", unit="%", domain=(0, 100)),
        height=280,
        alt="Held-out accuracy after tuning: live {middle[0]:.0f} percent, frozen {middle[1]:.0f}, renewed "
        "{middle[2]:.0f}, live and then renewed {middle[3]:.0f}.",
    )
