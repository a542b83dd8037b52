"""A causal network and a batch statistic over positions: what the guess at one position feels of later ones."""

import numpy as np

from bnbook.experiments import future_leak as experiment
from bnbook.experiments import kept
from bnbook.experiments.spread import bands
from explorable import Axis, Band, Cases, Chart, Choice, Drag, Explorable, Line, Raster, Rule, Sampled, Slider

T = experiment.LENGTH
SEQUENCES = np.array(experiment.SEQUENCES, float)
WORDS = {"batch": "batch norm", "layer": "layer norm", "none": "none"}
MODES = {0: "by the batch's statistics", 1: "in use"}
# Where the past ends: a guess may feel only what stands left of this line.
PLACES = np.arange(1, T + 1)
STAIRS = np.repeat(PLACES, 2) - 0.5, np.stack([PLACES - 0.5, PLACES + 0.5], axis=1).ravel()


def tables(sequences, norm, mode):
    """The map of what is felt, and how many coins are guessed right, over the number of sequences in a batch."""
    run = kept.load("future_leak")
    n, at = experiment.NORMS.index(norm), [experiment.SEQUENCES.index(int(each)) for each in sequences]
    felt = np.median(run["felt"][:, n, :, int(mode)], axis=0)[at]  # sequences, position, coin
    future = np.triu(np.ones((T, T)))
    outputs = {"felt": felt, "most": (felt * future).max(axis=(1, 2)), "past": (felt * (1 - future)).max(axis=(1, 2))}
    for name, values in {
        "together": run["right"][:, n, 0, :, 0],
        "apart": run["right"][:, n, 1, :, 0],
        "used": run["right"][:, n, 0, :, 1],
    }.items():
        middle, low, high = bands(values)
        outputs |= {f"middle_{name}": middle[None], f"low_{name}": low[None], f"high_{name}": high[None]}
        outputs[f"right_{name}"] = middle[at]
    return outputs


def future():
    """What a causal network that was trained on coin flips has found."""
    return Explorable(
        key="future",
        title="Who told it?",
        controls=[
            Slider("sequences", "sequences in a batch", values=experiment.SEQUENCES, start=2),
            Choice("norm", "norm", options=WORDS, start="layer"),
            Choice("mode", "the map shows it", options=MODES, start=0),
        ],
        model=Sampled(tables, along="sequences", error=0.001),
        figures=[_map(), _right()],
        columns=2,
        readout=Cases(
            "mode",
            {
                0: "By the batch's statistics {right_together:.1%} of the coins are guessed right; {right_apart:.1%} "
                "if every row comes from another sequence.",
                1: "In use {right_used:.1%} of the coins are guessed right.",
            },
        ),
        caption="First, a sequence of eight coins: by how much the probability given at a position moves when one coin "
        "is turned over. Right of the stairs lie the coins that it must not know: its own and the later ones. Second, "
        "how many coins are guessed right, against the number of sequences that share the statistics. Median of 8 "
        "seeds, and the interval that holds it.",
    )


def _map():
    return Chart(
        [
            Raster("felt", x=(0.5, T + 0.5), y=(0.5, T + 0.5), domain=(0, 1), color="accent", label="felt"),
            Line(*STAIRS, color="moved", width=2),
        ],
        title="What a guess feels",
        x=Axis("coin that is turned", domain=(0.5, T + 0.5), ticks=PLACES.tolist(), format="d"),
        y=Axis("guess at position", domain=(0.5, T + 0.5), ticks=PLACES.tolist(), format="d"),
        height=300,
        aspect=1,
        alt="A map of eight by eight. The strongest cell among the coins that it must not know: {most:.2f}; among "
        "those before: {past:.2f}.",
    )


def _right():
    colors = {"together": ("noisy", "whole sequences", False), "apart": ("muted", "each row from another", True),
              "used": ("accent", "in use", "dots")}  # fmt: skip
    marks = [Rule(x="sequences", color="moved", drag=Drag("sequences", "x"))]
    for name, (color, words, dash) in colors.items():
        marks += [
            Band(SEQUENCES, f"low_{name}", f"high_{name}", color=color),
            Line(SEQUENCES, f"middle_{name}", color=color, label=words, dash=dash),
        ]
    return Chart(
        marks,
        title="Guessed right",
        x=Axis("sequences in a batch", domain=(0.9, 35), log=True, ticks=list(experiment.SEQUENCES), format="d"),
        y=Axis("share of the coins", domain=(0.4, 1), format=".0%"),
        height=300,
        alt="Shares guessed right with {sequences:d} sequences in a batch: {right_together:.1%} by the batch, "
        "{right_used:.1%} in use, {right_apart:.1%} with rows of other sequences.",
    )
