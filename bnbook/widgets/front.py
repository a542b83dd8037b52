"""The widget of the front page: covariate shift at a glance."""

from functools import lru_cache

import numpy as np
import sympy as sp

from bn.data import digits
from bnbook.proofs.formulas import transform
from explorable import Arrow, Axis, Bar, Chart, Dot, Explorable, Slider, Symbolic, Toggle, Vector
from explorable.models import histogram, mean, total

BINS = 40
CENTERS = (np.arange(BINS) + 0.5) / BINS
IMAGES = 300


def two_main_directions(images, seed=0):
    """Coordinates (images, 2) of digits along their two main directions, each with mean 0 and spread 1.

    A seeded choice of `images` of all digits. Rounded to 3 decimals, which the page ships.
    """
    points = projected_digits()
    points = points[np.random.default_rng(seed).permutation(len(points))[:images]]
    return np.round((points - points.mean(axis=0)) / points.std(axis=0), 3)


@lru_cache(maxsize=1)
def projected_digits():
    """All digits (1797, 2) along the first two right singular vectors of the centered pixels (principal components).

    The signs of these are fixed, so that every machine draws the same picture.
    """
    data = digits(prepare="pixels")
    pixels = np.concatenate([data.train_x[0], data.test_x[0]])
    pixels = pixels - pixels.mean(axis=0)
    _, _, directions = np.linalg.svd(pixels, full_matrices=False)
    directions = directions[:2] * np.sign(directions[:2].sum(axis=1, keepdims=True))
    return pixels @ directions.T


def neuron(norm, gain, shift, angle, first, second):
    """What a sigmoid unit receives from the two inputs, with or without batch normalization before it."""
    radians = angle * sp.pi / 180
    received = gain * (sp.cos(radians) * first + sp.sin(radians) * second) + shift
    normalized = transform.normalize(received, mean, sp.Float("1e-5"))
    return norm * normalized + (1 - norm) * received


def shift_at_a_glance():
    """Move the weights of one neuron; see what the second layer receives, with and without batch normalization."""
    points = two_main_directions(IMAGES)
    return Explorable(
        key="shift-at-a-glance",
        title="What does the second layer receive?",
        controls=[
            Toggle("norm", "batch normalization", start=False),
            Slider("gain", "gain", low=0.1, high=10, log=True, start=1, format=".2g"),
            Slider("shift", "shift", low=-4, high=4, step=0.1, start=1.5, format="+.1f"),
            Slider("angle", "rotation", low=0, high=360, step=5, start=30, unit="°", format="d"),
        ],
        model=Symbolic(outputs(), constants={"first": points[:, 0], "second": points[:, 1]}),
        figures=[_cloud(points), _answers()],
        columns=2,
        readout="Mean {average:.2f}, spread {spread:.2f}. "
        "For {flat:.0f}% of the digits the answer lies in a flat end of the sigmoid, below 0.05 or above 0.95.",
        caption="One sigmoid neuron reads 300 handwritten digits; the histogram is what the next layer works with.",
    )


def outputs():
    """The histogram of the answers, their mean and spread, and the direction of the weights."""
    norm, gain, shift, angle = sp.symbols("norm gain shift angle")
    received = neuron(norm, gain, shift, angle, Vector("first"), Vector("second"))
    answer = 1 / (1 + sp.exp(-received))
    radians = angle * sp.pi / 180
    return {
        "counts": histogram(answer, 0, 1, BINS),
        "average": mean(answer),
        "bare": 1 - norm,
        "spread": sp.sqrt(mean((answer - mean(answer)) ** 2)),
        "flat": 100 / sp.Integer(IMAGES) * _count_flat(answer),
        "tip_x": 2 * sp.cos(radians),
        "tip_y": 2 * sp.sin(radians),
    }


def _count_flat(answer):
    return total(sp.Piecewise((1, sp.Or(answer < sp.Float("0.05"), answer > sp.Float("0.95"))), (0, True)))


def _cloud(points):
    return Chart(
        [
            Dot(points[:, 0], points[:, 1], "muted", size=2.5),
            Arrow(0, 0, "tip_x", "tip_y", "moved"),
        ],
        title="300 digits, and the way the neuron looks",
        x=Axis("first main direction", domain=(-3, 3)),
        y=Axis("second main direction", domain=(-3, 3)),
        alt="A cloud of 300 points; an arrow from its middle shows the direction that the neuron looks at.",
    )


def _answers():
    return Chart(
        [
            Bar(CENTERS, "counts", "plain", width=1 / BINS, when="bare"),
            Bar(CENTERS, "counts", "batchnorm", width=1 / BINS, when="norm"),
        ],
        title="What the second layer receives",
        x=Axis("the neuron's answer", domain=(0, 1)),
        y=Axis("digits"),
        alt="Histogram of 300 answers between 0 and 1, mean {average:.2f}, spread {spread:.2f}.",
    )
