"""The gap between training mode and inference mode, layer by layer through a stack of up to 20 layers."""

import numpy as np

import bn.widgets.palette  # noqa: F401  registers the colours
from bn.experiments import inference as experiment
from explorable import Axis, Band, Bar, Cases, Chart, Dot, Explorable, Line, Sampled, Slider

DEPTHS = (1, 2, 5, 10, 20)
DEEPEST = max(DEPTHS)
BATCH_SIZES, MOMENTA, CHECKPOINTS = (1, 2, 4, 16, 64), (0.01, 0.1, 0.5), (20, 60, 200)
MODES = ("own", "running", "biased", "precise")


def tables(depth, batch_size, momentum, steps):
    """Gap of every layer (NaN beyond the stack) and held-out accuracy in four modes; means over three seeds."""
    which = {"batch_sizes": batch_size, "momenta": momentum, "checkpoints": steps}
    settings = {name: tuple(np.asarray(values).tolist()) for name, values in which.items()}
    run = experiment.run_gap(depth=int(depth), **settings)
    gap = 100 * np.moveaxis(run["gap"], 3, 1)  # M, P, C, U, S, H
    unbiased, biased = gap[:, :, :, 0], gap[:, :, :, 1]
    everywhere = unbiased.shape[:3]
    own, precise = (
        np.broadcast_to(run[f"accuracy_{k}"].mean(axis=-1)[:, None], everywhere) for k in ("batch", "precise")
    )
    running = np.moveaxis(run["accuracy_running"].mean(axis=-1), 3, 1)  # M, P, C, U
    last = unbiased[..., -1].mean(axis=-1)
    return {
        "low": padded(unbiased.min(axis=3)),
        "middle": padded(unbiased.mean(axis=3)),
        "high": padded(unbiased.max(axis=3)),
        "biased": padded(biased.mean(axis=3)),
        "precise": padded(100 * run["gap_precise"].mean(axis=2))[:, None],
        "accuracy": 100 * np.stack([own, running[..., 0], running[..., 1], precise], axis=-1),
        "last": np.where(np.isfinite(last), last, 0),
        "missing": (~np.isfinite(last)).astype(int),
    }


def padded(values):
    """NaN for the layers that a shorter stack does not have."""
    space = np.full((*values.shape[:-1], DEEPEST - values.shape[-1]), np.nan)
    return np.concatenate([values, space], axis=-1)


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
            gaps=("low", "middle", "high", "biased", "precise", "accuracy"),
        ),
        figures=[_gap(), _accuracy()],
        columns=2,
        readout=Cases(
            "missing",
            {
                0: "In the last of {depth} the two modes differ by {last:.0f}% of the unit's own scale. Held-out "
                "accuracy with each batch's own statistics {accuracy[0]:.0f}%, with running statistics "
                "{accuracy[1]:.0f}%, with precise ones {accuracy[3]:.0f}%.",
                1: "A batch of one has no unbiased variance, so there is no running variance and no answer in use. "
                "With its own statistics it reaches {accuracy[0]:.0f}%: every unit gives its β, whatever the picture.",
            },
        ),
        caption="First, how much the two modes disagree about what enters each layer's activation, in percent of the "
        "unit's scale γ (logarithmic; beyond 1000% outside the picture); line: mean of 3 seeds, band: from the "
        "least to the largest. Second, accuracy on 500 held-out images.",
    )


def _gap():
    layers = np.arange(1, DEEPEST + 1)
    return Chart(
        [
            Band(layers, "low", "high", color="frozen"),
            Line(layers, "middle", color="frozen", label="running statistics"),
            Line(layers, "biased", color="frozen", dash=True, width=1.5, label="running, biased variance"),
            Line(layers, "precise", color="truth", label="precise statistics"),
            Dot(layers, "middle", color="frozen", size=2.5),
            Dot(layers, "precise", color="truth", size=2.5),
        ],
        title="Disagreement of the two modes",
        x=Axis("layer", domain=(0.5, DEEPEST + 0.5)),
        y=Axis("difference", unit="%", log=True, domain=(1, 1000)),
        alt="Disagreement of training mode and inference mode by layer; {last:.0f} percent in the last one.",
    )


def _accuracy():
    places = np.arange(len(MODES), dtype=float)
    colours = ["muted", "frozen", "frozen", "truth"]
    return Chart(
        [
            Bar(places, "accuracy", color=colours, width=0.7),
        ],
        title="Held-out accuracy",
        x=Axis("statistics", kind="category", categories=MODES),
        y=Axis("accuracy", unit="%", domain=(0, 100)),
        alt="Accuracy: with each batch's own statistics {accuracy[0]:.0f} percent, with running statistics "
        "{accuracy[1]:.0f}, with precise ones {accuracy[3]:.0f}.",
    )
