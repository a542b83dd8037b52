"""One image among others: what its answer owes to them, in training mode and in inference mode."""

from functools import lru_cache

import numpy as np

import bn.widgets.palette  # noqa: F401  registers the colours
from bn.experiments import companions as experiment
from explorable import Axis, Band, Bar, Chart, Choice, Dot, Explorable, Line, Rule, Sampled, Slider

WORDS = {
    "mixed": "held-out images in random order",
    "one class": "each batch from one class (sorted)",
    "dimmed": "images from a dimmer camera",
}
CLASSES = np.arange(10.0)


@lru_cache(maxsize=len(WORDS))
def accuracies(kind):
    """The run of one kind of batches."""
    return experiment.run_accuracy(kind)


def tables(kind, size, draw):
    """Probabilities of the watched image, and accuracies in percent."""
    run = accuracies(kind)
    own = 100 * run["batch"]
    answers = [experiment.run_one_image(kind, int(s)) for s in size]
    probabilities = np.stack([one["batch"][np.asarray(draw) - 1] for one in answers])  # size, draw, 10
    right = probabilities[..., answers[0]["label"]]
    running, recomputed = (100 * run[name] for name in ("running", "recomputed"))
    at = [list(run["sizes"]).index(s) for s in size]
    return {
        "batch_probability": probabilities,
        "running_probability": answers[0]["running"][None, None],
        "batch_right": right,
        "running_right": np.full((1, 1), answers[0]["running"][answers[0]["label"]]),
        "label": np.full((1, 1), answers[0]["label"]),
        "low": own.min(axis=1)[None, None],
        "middle": own.mean(axis=1)[None, None],
        "high": own.max(axis=1)[None, None],
        "now": own.mean(axis=1)[at][:, None],
        "running": np.full((1, 1), running.mean()),
        "recomputed": np.full((1, 1), recomputed.mean()),
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
        "line: mean of 3 seeds, band: from the least to the largest.",
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
