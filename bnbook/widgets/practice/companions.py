"""One image among others: what its answer owes to them, in training mode and in inference mode."""

import numpy as np

from bn.data import digits
from bnbook.experiments import companions as experiment
from bnbook.experiments import kept
from bnbook.experiments.spread import bands
from explorable import (
    Axis,
    Band,
    Bar,
    Chart,
    Choice,
    Dot,
    Drag,
    Explorable,
    Line,
    Raster,
    Rule,
    Sampled,
    Slider,
    Text,
)

WORDS = {
    "mixed": "held-out images in random order",
    "one class": "each batch from one class (sorted)",
    "dimmed": "images from a dimmer camera",
}
RUN = kept.load("companions")
ROWS, COLUMNS = 2, 4  # of the companions that are shown
LIGHT = (0, 1)  # pixels from white to ink
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
        "watched": as_pixels(answers[0]["batch_images"][0, 0]).reshape(1, 1, 8, 8)[:, :, ::-1],
        "faces": np.array([[faces(as_pixels(one["batch_images"][d - 1, 1:])) for d in draw] for one in answers]),
        "more": np.maximum(np.asarray(size) - 1 - ROWS * COLUMNS, 0)[:, None],
        "low": low[None, None],
        "middle": middle[None, None],
        "high": high[None, None],
        "now": middle[at][:, None],
        "running": np.full((1, 1), running),
        "recomputed": np.full((1, 1), recomputed),
    }


def as_pixels(images):
    """Standardized images of seed 0 as pixels, 0 is white and 1 is ink, as `digits` had made them of these."""
    seen = digits(prepare="pixels").train_x[0]
    return images * (seen.std(axis=0) + 0.01) + seen.mean(axis=0)


def faces(images):
    """The first companions side by side, (9 ROWS - 1, 9 COLUMNS - 1), from the bottom up; NaN where nobody is."""
    sheet = np.full((9 * ROWS - 1, 9 * COLUMNS - 1), np.nan)
    for k, image in enumerate(images[: ROWS * COLUMNS]):
        top, left = 9 * (k // COLUMNS), 9 * (k % COLUMNS)
        sheet[top : top + 8, left : left + 8] = image.reshape(8, 8)
    return sheet[::-1]


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
        model=Sampled(tables, along=("size", "draw"), error={"faces": 0.05, "watched": 0.05}, gaps=("faces",)),
        figures=[_pictures(), _one_image(), _accuracy()],
        columns=3,
        layout="stacked",
        wide=True,
        readout="In this company the picture is a {label:d} with probability {batch_right:.2f}, by the running "
        "statistics with {running_right:.2f}. Of all pictures {now:.0f}% are read rightly.",
        caption="First, the picture, and those that share its batch. Second, the answer to it. Third, accuracy over "
        "all 500 held-out pictures by batch size; line: median of 8 seeds, band: the interval that holds it.",
    )


def _pictures():
    return Chart(
        [
            Raster("watched", x=(0, 8), y=(0, 8), domain=LIGHT, color="ink"),
            Raster("faces", x=(9.5, 25), y=(0.25, 7.75), domain=LIGHT, color="batchnorm"),
            Text(4, 8.7, "the picture", color="ink"),
            Text(17.25, 8.7, "its companions, and {more:d} more", color="batchnorm"),
        ],
        x=Axis(domain=(-0.3, 25.3), ticks=()),
        y=Axis(domain=(-0.2, 9.4), ticks=()),
        height=250,
        low=170,
        aspect=1,
        alt="The picture of a {label:d}, and up to eight of the pictures that share its batch.",
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
            Dot("size", "now", color="moved", size=7, drag=Drag("size", "x")),
            Rule(y="running", color="frozen", dash=False, width=2, label="running"),
            Rule(y="recomputed", color="truth", dash=True, label="recomputed on such images"),
        ],
        title="All 500 pictures",
        x=Axis("batch size in use", log=True, domain=(0.9, 72), ticks=sizes, format="d"),
        y=Axis("accuracy", unit="%", domain=(0, 100)),
        alt="Accuracy by batch size: {now:.0f} percent with batches of {size}, {running:.0f} percent with running and "
        "{recomputed:.0f} percent with recomputed statistics.",
    )
