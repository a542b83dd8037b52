"""One image among others: what its answer owes to them, in training mode and in inference mode."""

import numpy as np

import bnbook.widgets.palette  # noqa: F401  registers the colors
from bnbook.experiments import companions as experiment
from bnbook.experiments import kept
from bnbook.experiments.spread import bands
from explorable import Axis, Band, Bar, Chart, Choice, Dot, Explorable, Line, Rule, Sampled, Slider

WORDS = {
    "mixed": "held-out images in random order",
    "one class": "each batch from one class (sorted)",
    "dimmed": "images from a dimmer camera",
}
RUN = kept.load("companions")
CLASSES = np.arange(10.0)


def tables(kind, size, draw):
    """Probabilities of the watched image, and accuracies in percent: medians and intervals."""
    which = experiment.KINDS.index(kind)
    middle, low, high = bands(100 * RUN["batch"][:, which])
    running, recomputed = (bands(100 * RUN[name][:, which])[0] for name in ("running", "recomputed"))
    answers = [experiment.run_one_image(kind, int(s)) for s in size]
    probabilities = np.stack([one["batch"][np.asarray(draw) - 1] for one in answers])  # size, draw, 10
    right = probabilities[..., answers[0]["label"]]
    at = [experiment.SIZES.index(s) for s in np.asarray(size).tolist()]
    return {
        "batch_probability": probabilities,
        "running_probability": answers[0]["running"][None, None],
        "batch_right": right,
        "running_right": np.full((1, 1), answers[0]["running"][answers[0]["label"]]),
        "label": np.full((1, 1), answers[0]["label"]),
        "low": low[None, None],
        "middle": middle[None, None],
        "high": high[None, None],
        "now": middle[at][:, None],
        "running": np.full((1, 1), running),
        "recomputed": np.full((1, 1), recomputed),
    }


def companions():
    """The same image, the same weights, other companions."""
    return Explorable(
        key="companions",
        title="Who else is in the batch?",
        controls=[
            Slider("size", "batch size in use", values=experiment.SIZES, start=8, unit="images"),
            Slider("draw", "companions, drawn anew", values=range(1, experiment.DRAWS + 1), start=2),
            Choice("kind", "what comes in", options=WORDS, start="mixed"),
        ],
        model=Sampled(tables, along=("size", "draw"), error=1e-3),
        figures=[_one_image(), _accuracy()],
        columns=2,
        readout="One picture of a {label:d}: with the statistics of its batch the network gives the {label:d} a "
        "probability of {batch_right:.2f}, with the running statistics {running_right:.2f}, whoever comes along. On "
        "all 500 pictures it is right in {now:.0f}% with each batch's statistics, {running:.0f}% with running and "
        "{recomputed:.0f}% with recomputed ones.",
        caption="First, the answer to one picture. Second, accuracy over all 500 held-out pictures by batch size; "
        "line: median of 8 seeds, band: the interval that holds it.",
    )


def _one_image():
    return Chart(
        [
            Bar(CLASSES - 0.2, "batch_probability", color="batchnorm", width=0.38, label="statistics of this batch"),
            Bar(CLASSES + 0.2, "running_probability", color="frozen", width=0.38, label="running statistics"),
        ],
        title="The answer to one picture",
        x=Axis("class", domain=(-0.6, 9.6), ticks=tuple(range(10))),
        y=Axis("probability", domain=(0, 1)),
        alt="Probabilities of ten classes for one picture of a {label:d}: {batch_right:.2f} for the right one with the "
        "statistics of its batch, {running_right:.2f} with running statistics.",
    )


def _accuracy():
    sizes = experiment.SIZES
    return Chart(
        [
            Rule(x="size", color="moved", dash=False),
            Band(sizes, "low", "high", color="batchnorm"),
            Line(sizes, "middle", color="batchnorm", label="statistics of the batch"),
            Dot(sizes, "middle", color="batchnorm", size=3.5),
            Rule(y="running", color="frozen", dash=False, width=2, label="running"),
            Rule(y="recomputed", color="truth", dash=True, label="recomputed on such images"),
        ],
        title="All 500 pictures",
        x=Axis("batch size in use", log=True, domain=(0.9, 72), ticks=sizes, format="d"),
        y=Axis("accuracy", unit="%", domain=(0, 100)),
        alt="Accuracy by batch size: {now:.0f} percent with batches of {size}, {running:.0f} percent with running and "
        "{recomputed:.0f} percent with recomputed statistics.",
    )
