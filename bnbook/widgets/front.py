"""The widget of the front page: covariate shift at a glance."""

from functools import lru_cache

import numpy as np
import sympy as sp

from bn.data import digits
from bnbook.proofs.formulas import transform
from explorable import (
    Arrow,
    Axis,
    Bar,
    Chart,
    Demo,
    Dot,
    Drag,
    Explorable,
    Line,
    Picture,
    Raster,
    Rule,
    Slider,
    Symbolic,
    Text,
    Vector,
)
from explorable.models import mean, total

BINS = 20
CENTERS = (np.arange(BINS) + 0.5) / BINS
IMAGES = 300
SIDE = 2.8  # of the plane, from its middle
FIELD = SIDE + 0.1  # the tint reaches behind the frame
GRID = np.linspace(-FIELD, FIELD, 34)
APART = 0.4  # between two digits that are shown as pictures
MOST = 120  # digits in one bin that the picture has room for
UPPER = 150  # where the upper histogram stands
AWAY = 1.7  # how far from the arrow the edge is held


def two_main_directions(images, seed=0):
    """Coordinates (images, 2) of digits along their two main directions, each with mean 0 and spread 1.

    A seeded choice of `images` of all digits. Rounded to 3 decimals, which the page ships.
    """
    points = projected_digits()[chosen(images, seed)]
    return np.round((points - points.mean(axis=0)) / points.std(axis=0), 3)


def chosen(images, seed=0):
    """Which digits `two_main_directions` takes."""
    return np.random.default_rng(seed).permutation(len(all_digits()))[:images]


@lru_cache(maxsize=1)
def all_digits():
    """The pixels of all digits (1797, 64)."""
    data = digits(prepare="pixels")
    return np.concatenate([data.train_x[0], data.test_x[0]])


@lru_cache(maxsize=1)
def projected_digits():
    """All digits (1797, 2) along the first two right singular vectors of the centered pixels (principal components).

    The signs of these are fixed, so that every machine draws the same picture.
    """
    pixels = all_digits() - all_digits().mean(axis=0)
    _, _, directions = np.linalg.svd(pixels, full_matrices=False)
    directions = directions[:2] * np.sign(directions[:2].sum(axis=1, keepdims=True))
    return pixels @ directions.T


def spread_out(points, apart):
    """Indexes of points, the first ones before later ones, of which no two are nearer to each other than `apart`."""
    kept = []
    for i, point in enumerate(points):
        if np.abs(point).max() < SIDE - 0.1 and all(np.hypot(*(point - points[k])) >= apart for k in kept):
            kept.append(i)
    return np.array(kept)


def received(gain, shift, angle, first, second):
    """What a sigmoid unit gets from two inputs: its weights have the length `gain` and this direction, in degrees."""
    radians = angle * sp.pi / 180
    return gain * (sp.cos(radians) * first + sp.sin(radians) * second) + shift


def shift_at_a_glance():
    """Move the weights of one neuron; see what the second layer receives, with and without batch normalization."""
    points = two_main_directions(IMAGES)
    constants = {
        "first": points[:, 0],
        "second": points[:, 1],
        "up": GRID,
        "across": GRID,
        "ends": np.array([-9.0, 9.0]),
    }
    constants["bin"] = np.arange(float(BINS))
    return Explorable(
        key="shift-at-a-glance",
        title="What does the next layer get?",
        controls=[
            Slider("gain", "gain", low=0.1, high=10, log=True, per_decade=50, start=1, format=".2g"),
            Slider("shift", "shift", low=-4, high=4, step=0.05, start=1, format="+.1f"),
            Slider("angle", "rotation", low=0, high=360, step=1, start=30, unit="°", format="d"),
        ],
        model=Symbolic(outputs(), constants=constants),
        figures=[_plane(points), _answers()],
        columns=2,
        layout="under",
        demo=Demo(({"angle": 75}, {"gain": 10}, {"shift": 3.0}, {"gain": 1.0, "shift": -1.0}, {"angle": 30})),
        readout="In a flat end of the sigmoid lie {flat:.0f}% of the answers; after batch normalization "
        "{flat_norm:.0f}%.",
        caption="One sigmoid neuron reads 300 handwritten digits, which lie here along their two main directions. The "
        "stronger the tint, the nearer its answer to 1; on the line it is ½. The longer the arrow, the larger the "
        "gain. The histograms are what the next layer gets; their outermost bars are the flat ends, below 0.05 and "
        "above 0.95.",
    )


def outputs():
    """The histograms of the answers, and where the neuron stands in the plane."""
    gain, shift, angle = sp.symbols("gain shift angle")
    plain = received(gain, shift, angle, Vector("first"), Vector("second"))
    plane = received(gain, shift, angle, Vector("across", axis="column"), Vector("up", axis="row"))
    normalized = transform.normalize(plain, mean, sp.Float("1e-5"))
    return (
        _told(_sigmoid(plain), "", UPPER)
        | _told(_sigmoid(normalized), "_norm", 0)
        | _places(gain, shift, angle * sp.pi / 180)
        | {"tint": _sigmoid(plane)}
    )


def _sigmoid(z):
    return 1 / (1 + sp.exp(-z))


def _told(answer, name, base):
    """About one kind of answers: how many fall into each bin, where the bars end that stand at `base`, and more.

    A bar of more than MOST digits is cut; its number is written on it.
    """
    flat = sp.Piecewise((1, sp.Or(answer < sp.Float("0.05"), answer > sp.Float("0.95"))), (0, True))
    here = sp.Eq(sp.Min(sp.floor(answer * BINS), BINS - 1), Vector("bin", axis="bins"))
    counts = total(sp.Piecewise((1, here), (0, True)), axis="batch")
    return {
        f"counts{name}": counts,
        f"tops{name}": base + sp.Min(counts, MOST),
        f"average{name}": mean(answer),
        f"spread{name}": sp.sqrt(mean((answer - mean(answer)) ** 2)),
        f"flat{name}": 100 / sp.Integer(IMAGES) * total(flat),
    }


def _places(gain, shift, radians):
    """Ends of the arrow, of the edge where the answer is 1/2, and the points by which they are held."""
    ahead, aside = (sp.cos(radians), sp.sin(radians)), (-sp.sin(radians), sp.cos(radians))
    length = sp.Float("1.3") + sp.Float("0.9") * sp.log(gain, 10)  # from 0.4 to 2.2
    edge = -shift / gain
    ends = Vector("ends", axis="end")
    places = {}
    for axis, along, across in zip("xy", ahead, aside, strict=True):
        places[f"tip_{axis}"] = length * along
        places[f"turn_{axis}"] = sp.Float("2.45") * along
        places[f"edge_{axis}"] = edge * along + ends * across
        places[f"held_{axis}"] = edge * along + AWAY * across
    return places


def _plane(points):
    shown = spread_out(points, APART)
    others = np.delete(points, shown, axis=0)
    return Chart(
        [
            Raster("tint", x=(-FIELD, FIELD), y=(-FIELD, FIELD), color="plain", smooth=True, opacity=0.5),
            Dot(others[:, 0], others[:, 1], "muted", size=2, opacity=0.8),
            Picture(points[shown, 0], points[shown, 1], all_digits()[chosen(IMAGES)[shown]].reshape(-1, 8, 8), size=20),
            Line("edge_x", "edge_y", "moved", width=2.5),
            Arrow(0, 0, "tip_x", "tip_y", "moved", width=3),
            Dot("held_x", "held_y", "moved", size=6, drag=Drag("shift", "path")),
            Dot("tip_x", "tip_y", "moved", size=6, drag=Drag("gain", "path")),
            Dot("turn_x", "turn_y", "moved", size=6, drag=Drag("angle", "path")),
            Text("held_x", "held_y", "shift", "moved", dy=-19),
            Text("tip_x", "tip_y", "gain", "moved", dy=-19),
            Text("turn_x", "turn_y", "turn", "moved", dy=-19),
        ],
        x=Axis(domain=(-SIDE, SIDE), ticks=[]),
        y=Axis(domain=(-SIDE, SIDE), ticks=[]),
        height=390,
        low=240,
        aspect=1,
        alt="A plane of 300 digits, some of them as pictures, tinted where the neuron's answer is near 1. An arrow "
        "points where the neuron looks, at {angle}°; a line across it is the edge, where the answer is one half.",
    )


def _answers():
    def words(i, name):
        return f"{{counts{name}[{i}]:.0f}}" if i in (0, BINS - 1) else ""

    return Chart(
        [
            Rule(y=[0, UPPER], color="grid", dash=False),
            Bar(CENTERS, "tops", "plain", base=UPPER, width=1 / BINS),
            Bar(CENTERS, "tops_norm", "batchnorm", width=1 / BINS),
            Raster(np.linspace(0, 1, 33)[None], y=(-16, -6), color="plain", smooth=True, opacity=0.5),
            Text(CENTERS, "tops", [words(i, "") for i in range(BINS)], "plain", dy=-9),
            Text(CENTERS, "tops_norm", [words(i, "_norm") for i in range(BINS)], "batchnorm", dy=-9),
            Text(0.5, UPPER + MOST - 8, "what it says: {flat:.0f}% in the flat ends", "plain"),
            Text(0.5, MOST - 8, "normalized: {flat_norm:.0f}% in the flat ends", "batchnorm"),
        ],
        x=Axis("the neuron's answer: 0 is no, 1 is yes", domain=(0, 1), ticks=[0, 0.5, 1]),
        y=Axis(domain=(-16, UPPER + MOST + 20), ticks=[]),
        height=390,
        low=170,
        alt="Two histograms of 300 answers between 0 and 1 on one scale. As they are: mean {average:.2f}, spread "
        "{spread:.2f}, {flat:.0f}% in the flat ends. With batch normalization: mean {average_norm:.2f}, spread "
        "{spread_norm:.2f}, {flat_norm:.0f}% in the flat ends.",
    )
