"""Fine-tuning on forty images: a live layer, frozen statistics, and new ones."""

import numpy as np

from bnbook.experiments import kept
from bnbook.experiments.fine_tuning import BATCHES, CAMERAS, RATES, STEPS, WAYS
from bnbook.experiments.spread import bands
from explorable import Axis, Bar, Chart, Choice, Dot, Explorable, Line, Rule, Sampled, Slider, Text

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
    over = 100 * np.median(RUN["accuracy"][:, a, :, m, :, k], axis=0)  # W, T
    paths = {f"over_{way}": row for way, row in zip(WAYS, over, strict=True)}
    return paths | {
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
        figures=[_accuracy(), _over()],
        columns=2,
        readout="Tuned: live {middle[0]:.0f}%, frozen {middle[1]:.0f}%, renewed and then frozen {middle[2]:.0f}%, live "
        "and then renewed {middle[3]:.0f}%. With fixed statistics {lost:d} of 16 diverged.",
        caption="First, accuracy on 500 held-out images of the same camera, in inference mode, after tuning on 40 "
        'labeled ones ("both": live, then renewed): bar, median; dots, 8 seeds. Rules: untuned, with old statistics '
        "and with new ones. Second, the medians over the steps of tuning; the step can be dragged. A network that "
        "diverged did so within 400 steps.",
    )


def _over():
    looks = dict(zip(WAYS, COLORS, strict=False))
    return Chart(
        [
            Rule(x="steps", color="moved", dash=False),
            *(Line(STEPS, f"over_{way}", color=color) for way, color in looks.items()),
            *(Dot(STEPS, f"over_{way}", color=color, size=4) for way, color in looks.items()),
            *(
                Text(STEPS, f"over_{way}", [way, "", ""], color=color, anchor="start", dx=8, dy=dy)
                for (way, color), dy in zip(looks.items(), (-10, 12, -10), strict=True)
            ),
        ],
        title="Over the steps",
        x=Axis("steps of tuning", log=True, domain=(STEPS[0] * 0.9, STEPS[-1] * 1.1), ticks=STEPS, format="d"),
        y=Axis("held-out accuracy", unit="%", domain=(0, 100)),
        height=280,
        alt="Median accuracy of three ways over the steps of tuning; after {steps}: live {middle[0]:.0f} percent, "
        "frozen {middle[1]:.0f}, renewed {middle[2]:.0f}.",
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
