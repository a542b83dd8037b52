"""The gap between training mode and inference mode, layer by layer through a stack of up to 20 layers."""

import numpy as np

import bn.widgets.palette  # noqa: F401  registers the colours
from bn.experiments import inference as experiment
from explorable import Axis, Band, Bar, Cases, Chart, Choice, Explorable, Line, Sampled, Slider, Text

DEPTHS = (1, 2, 5, 10, 20)
DEEPEST = max(DEPTHS)
BATCH_SIZES, MOMENTA, CHECKPOINTS = (1, 2, 4, 16, 64), (0.01, 0.1, 0.5), (20, 60, 200)
VARIANCES = ("unbiased", "biased")
MODES = ("own batch", "running", "precise")


def tables(depth, variance, batch_size, momentum, steps):
    """Gap of every layer (NaN beyond the stack) and held-out accuracy in three modes; means over three seeds."""
    which = {"batch_sizes": batch_size, "momenta": momentum, "checkpoints": steps}
    settings = {name: tuple(np.asarray(values).tolist()) for name, values in which.items()}
    run = experiment.run_gap(depth=int(depth), **settings)
    u = VARIANCES.index(variance)
    gap = 100 * np.moveaxis(run["gap"][:, :, u], 1, 2)  # M, P, C, S, H
    padding = [(0, 0)] * 4 + [(0, DEEPEST - int(depth))]
    gap = np.pad(gap, padding, constant_values=np.nan)
    precise = np.pad(100 * run["gap_precise"].mean(axis=2), padding[:2] + padding[-1:], constant_values=np.nan)
    accuracy = [
        np.broadcast_to(run["accuracy_batch"].mean(axis=-1)[:, None], gap.shape[:3]),
        np.moveaxis(run["accuracy_running"][:, :, u], 1, 2).mean(axis=-1),
        np.broadcast_to(run["accuracy_precise"].mean(axis=-1)[:, None], gap.shape[:3]),
    ]
    last = gap[..., int(depth) - 1].mean(axis=-1)
    return {
        "low": gap.min(axis=3),
        "middle": gap.mean(axis=3),
        "high": gap.max(axis=3),
        "precise": precise[:, None],
        "accuracy": 100 * np.stack(accuracy, axis=-1),
        "last": np.where(np.isfinite(last), last, 0),
        "missing": (~np.isfinite(last)).astype(int),
    }


def train_inference_gap():
    """How far the two modes drift apart through the layers, and what that does to the accuracy."""
    return Explorable(
        key="train-inference-gap",
        title="The same network in training mode and in use",
        controls=[
            Slider("depth", "hidden layers", values=DEPTHS, start=20),
            Slider("batch_size", "batch size in training", values=BATCH_SIZES, start=16),
            Slider("steps", "training steps", values=CHECKPOINTS, start=60),
            Slider("momentum", "momentum (weight of the new value)", values=MOMENTA, start=0.1),
            Choice(
                "variance",
                "running variance takes",
                options={"unbiased": "the unbiased variance", "biased": "the biased one"},
                start="unbiased",
                fold=True,
            ),
        ],
        model=Sampled(
            tables,
            along=("batch_size", "momentum", "steps"),
            error=0.02,
            gaps=("low", "middle", "high", "precise", "accuracy"),
        ),
        figures=[_gap(), _accuracy()],
        columns=2,
        readout=Cases(
            "missing",
            {
                0: "In the last of {depth} the two modes differ by {last:.0f}% of the unit's own scale. Held-out "
                "accuracy with each batch's own statistics {accuracy[0]:.0f}%, with running statistics "
                "{accuracy[1]:.0f}%, with precise ones {accuracy[2]:.0f}%.",
                1: "A batch of one has no unbiased variance, so there is no running variance and no answer in use. "
                "With its own statistics it reaches {accuracy[0]:.0f}%: every unit gives its β, whatever the picture.",
            },
        ),
        caption="Left, how much the two modes disagree about what enters each layer's activation, in percent of the "
        "unit's scale γ; line: mean of 3 seeds, band: from the least to the largest. Right, accuracy on 500 held-out "
        "images in three modes.",
    )


def _gap():
    layers = np.arange(1, DEEPEST + 1)
    return Chart(
        [
            Band(layers, "low", "high", color="batchnorm"),
            Line(layers, "middle", color="batchnorm", label="running statistics"),
            Line(layers, "precise", color="predicted", dash=True, label="precise statistics"),
        ],
        title="Disagreement of the two modes",
        x=Axis("layer", domain=(1, DEEPEST)),
        y=Axis("difference", unit="%"),
        alt="Disagreement of training mode and inference mode by layer; {last:.0f} percent in the last one.",
    )


def _accuracy():
    places = np.arange(len(MODES), dtype=float)
    colours = ["batchnorm", "batchnorm", "predicted"]
    return Chart(
        [
            Bar(places, "accuracy", color=colours, width=0.7),
            *(Text(place, 0, words, color="muted", dy=14) for place, words in zip(places, MODES)),
        ],
        title="Held-out accuracy",
        x=Axis(domain=(-0.5, 2.5), ticks=()),
        y=Axis("accuracy", unit="%", domain=(0, 100)),
        alt="Accuracy: with each batch's own statistics {accuracy[0]:.0f} percent, with running statistics "
        "{accuracy[1]:.0f}, with precise ones {accuracy[2]:.0f}.",
    )
