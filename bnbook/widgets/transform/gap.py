"""The gap between training mode and inference mode, layer by layer through a stack of up to 20 layers."""

import numpy as np

from bnbook.experiments import kept
from bnbook.experiments.inference import BATCH_SIZES, DEPTHS, MOMENTA
from bnbook.experiments.spread import bands
from explorable import Axis, Band, Bar, Cases, Chart, Dot, Explorable, Line, Rule, Sampled, Slider

RUN = kept.load("training-and-use")
SEEDS = len(next(iter(RUN.values())))
DEEPEST = max(DEPTHS)
CHECKPOINTS = (20, 60, 200)
MODES = ("own", "running", "biased", "precise")


def tables(depth, batch_size, momentum, steps):
    """Gap of every layer (NaN beyond the stack) and held-out accuracy in four modes: medians and intervals."""
    stops = (batch_size, BATCH_SIZES), (steps, CHECKPOINTS), (momentum, MOMENTA)
    m, c, p = (np.array([known.index(v) for v in np.atleast_1d(values).tolist()]) for values, known in stops)
    run = {name: array[:, DEPTHS.index(int(depth))][:, m][:, :, c] for name, array in RUN.items()}  # S, M, C, ...
    running = {name: np.moveaxis(run[name][:, :, :, :, p], 4, 2) for name in ("gap", "accuracy_running")}  # S, M, P, C
    low, middle, high = _ordered(100 * running["gap"][..., 0, :])
    accuracy = 100 * np.stack(
        [
            *np.broadcast_arrays(run["accuracy_batch"][:, :, None], running["accuracy_running"][..., 0]),
            running["accuracy_running"][..., 1],
            np.broadcast_to(run["accuracy_precise"][:, :, None], running["gap"].shape[:4]),
        ],
        axis=-1,
    )
    last = middle[..., int(depth) - 1]
    return {
        "low": low,
        "middle": middle,
        "high": high,
        "biased": bands(100 * running["gap"][..., 1, :])[0],
        "precise": bands(100 * run["gap_precise"])[0][:, None],
        "accuracy": bands(accuracy)[0],
        "each": np.moveaxis(accuracy, 0, -1).reshape(*accuracy.shape[1:4], -1),
        "last": np.where(np.isfinite(last), last, 0),
        "missing": (~np.isfinite(last)).astype(int),
    }


def _ordered(values):
    middle, low, high = bands(values)
    return low, middle, high


def train_inference_gap():
    """How far the two modes drift apart through the layers, and what that does to the accuracy."""
    return Explorable(
        key="train-inference-gap",
        title="The same network in training mode and in use",
        controls=[
            Slider("depth", "hidden layers", values=DEPTHS, start=20),
            Slider("batch_size", "batch size in training", values=BATCH_SIZES, start=64),
            Slider("steps", "training steps", values=CHECKPOINTS, start=60),
            Slider("momentum", "momentum", values=MOMENTA, start=0.01),
        ],
        model=Sampled(
            tables,
            along=("batch_size", "momentum", "steps"),
            gaps=("low", "middle", "high", "biased", "precise", "accuracy", "each"),
        ),
        figures=[_gap(), _accuracy()],
        columns=2,
        readout=Cases(
            "missing",
            {
                0: "In the last layer the modes differ by {last:.0f}%. Accuracy: own statistics {accuracy[0]:.0f}%, "
                "running {accuracy[1]:.0f}%, precise {accuracy[3]:.0f}%.",
                1: "A batch of one has no unbiased variance, so no answer in use. With its own statistics every unit "
                "gives its β: {accuracy[0]:.0f}%.",
            },
        ),
        caption="First, how much the two modes disagree about what enters each layer's activation, in percent of the "
        "unit's scale γ (logarithmic; beyond 1000% outside the picture); line: median of 8 seeds, band: "
        "the interval that holds the median; the amber line stands at the last layer. Second, accuracy on 500 held-out "
        "images: with the own statistics of each batch, with running ones, with running ones of the biased variance, "
        "and with precise ones, computed anew; bar, median; dots, the 8 seeds.",
    )


def _gap():
    layers = np.arange(1, DEEPEST + 1)
    return Chart(
        [
            Rule(x="depth", color="moved", dash=False),
            Band(layers, "low", "high", color="frozen"),
            Line(layers, "middle", color="frozen", label="running statistics"),
            Line(layers, "biased", color="frozen", dash=True, width=1.5, label="running, biased variance"),
            Line(layers, "precise", color="truth", label="precise statistics"),
            Dot(layers, "middle", color="frozen", size=2.5),
            Dot(layers, "precise", color="truth", size=2.5),
        ],
        direct=True,
        title="Disagreement of the two modes",
        x=Axis("layer", domain=(0.5, DEEPEST + 0.5)),
        y=Axis("difference", unit="%", log=True, domain=(1, 1000)),
        alt="Disagreement of training mode and inference mode by layer; {last:.0f} percent in the last one.",
    )


def _accuracy():
    places = np.arange(len(MODES), dtype=float)
    colors = ["muted", "frozen", "frozen", "truth"]
    return Chart(
        [
            Bar(places, "accuracy", color=colors, width=0.7, opacity=0.6),
            Dot(_beside(places), "each", color="ink", size=2, opacity=0.7),
        ],
        title="Held-out accuracy",
        x=Axis("statistics", kind="category", categories=MODES),
        y=Axis("accuracy", unit="%", domain=(0, 100)),
        alt="Accuracy: with each batch's own statistics {accuracy[0]:.0f} percent, with running statistics "
        "{accuracy[1]:.0f}, with precise ones {accuracy[3]:.0f}.",
    )


def _beside(places):
    """One place for each seed of each bar."""
    return np.concatenate([place + np.linspace(-0.25, 0.25, SEEDS) for place in places])
