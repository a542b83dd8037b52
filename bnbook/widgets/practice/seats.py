"""Who is in the batch: thumbnails of companions, to drag in and out."""

import numpy as np
import sympy as sp

from bnbook.experiments import seats as experiment
from explorable import Axis, Band, Bar, Chart, Dot, Drag, Explorable, Numbers, Picture, Presets, Symbolic, Text, Vector
from explorable.models import component, total

CLASSES = np.arange(10.0)
PLACES = np.arange(1.0, 1 + len(experiment.OTHERS))
ROOM = (-0.7, PLACES[-1] + 0.7)
STATES = {
    "all seven": (1, 1, 1, 1, 1, 1, 1),
    "only threes": (0, 0, 0, 1, 1, 1, 1),
    "no other three": (1, 1, 1, 0, 0, 0, 0),
    "nobody": (0, 0, 0, 0, 0, 0, 0),
}
BOUNDS = {"low": 0, "high": 1, "step": 1, "min_count": 7, "max_count": 7, "format": "d", "paste": False}


def seats():
    """One picture, and seven that can share its batch."""
    run = experiment.run()
    label, bits = int(run["labels"][0]), Vector("bits", axis="companion")
    seat = sp.Piecewise((1, Vector("seats", axis="companion") > sp.Rational(1, 2)), (0, True))  # a half may be typed
    answer = component(Vector("answers", axis=("company", "class")), total(bits * seat, "companion"), axis="company")
    return Explorable(
        key="seats",
        title="Send them out, call them in",
        controls=[Numbers("seats", "companions: 1 is in the batch, 0 is not", start=STATES["only threes"], **BOUNDS)],
        presets=Presets("Who is there?", {words: {"seats": state} for words, state in STATES.items()}),
        model=Symbolic(
            {"answer": answer, "right": component(answer, label, axis="class"), "inside": total(seat), "row": seat},
            constants={"answers": np.round(run["answers"], 4), "bits": 2.0 ** np.arange(len(PLACES))},
        ),
        figures=[_batch(run), _answer(run, label)],
        columns=2,
        layout="stacked",
        readout=f"With {{inside:d}} of the seven beside it, the picture is a {label} with probability "
        f"{{right:.2f}}; by the running statistics with {run['running'][label]:.2f}, whoever is there.",
        caption="First, the batch: drag a companion out of it, or in again. Second, the answer to the picture at the "
        "left. The weights stand still. One network, and a company that was chosen because it makes a difference.",
    )


def _batch(run):
    return Chart(
        [
            Band(list(ROOM), [0.5, 0.5], [1.62, 1.62], color="batchnorm", opacity=0.14),
            Text(ROOM[0] + 0.1, 1.48, "in the batch", color="batchnorm", anchor="start"),
            Text(ROOM[0] + 0.1, -0.5, "outside", color="muted", anchor="start"),
            Text(ROOM[0] + 0.1, 0.58, "the picture", color="ink", anchor="start"),
            Picture([0], [1], run["pictures"][:1], color="ink", size=34),
            Dot(PLACES, "row", color="paper", size=12, drag=Drag("seats", "y")),
            Picture(PLACES, "row", run["pictures"][1:], color="batchnorm", size=28),
        ],
        title="Who shares the batch",
        x=Axis(domain=ROOM, ticks=()),
        y=Axis(domain=(-0.65, 1.65), ticks=()),
        height=250,
        low=220,
        alt="A picture and {inside:d} of seven companions in the batch; the others stand outside.",
    )


def _answer(run, label):
    return Chart(
        [
            Bar(CLASSES - 0.2, "answer", color="batchnorm", width=0.38, label="statistics of this batch"),
            Bar(CLASSES + 0.2, run["running"], color="frozen", width=0.38, label="running statistics"),
        ],
        title="The answer to the picture",
        x=Axis("class", domain=(-0.6, 9.6), ticks=tuple(range(10))),
        y=Axis("probability", domain=(0, 1)),
        height=250,
        low=200,
        alt=f"Probabilities of ten classes for a picture of a {label}: {{right:.2f}} for the right one with the "
        f"statistics of this batch, {run['running'][label]:.2f} with running statistics.",
    )
