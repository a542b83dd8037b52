"""What batch norm makes worse: gradients that explode with depth at the start, and small batches."""

from functools import lru_cache

import numpy as np

import bn.widgets.palette  # noqa: F401  registers the colours
from bn.experiments import explosion, small_batches
from explorable import Axis, Band, Cases, Chart, Choice, Dot, Explorable, Line, Rule, Sampled, Slider

SIZES = small_batches.BATCH_SIZES
DEPTH = 30
NORMS = {"plain": "none", "batchnorm": "batch", "othernorm": "layer"}
GROWTH = (
    "Going back, the squared gradient grows by a factor of {growth_batchnorm:.3f} a layer with batch norm (theory: "
    "{theory:.3f}; for ReLU it is that of large batches) and {growth_plain:.3f} without. Over the whole network that "
    "makes {first_batchnorm:.2g} and {first_plain:.2g}. "
)
TINY = (
    "Two examples normalize to +1 and −1: only a unit whose two values nearly agree, so that ε counts, lets a gradient "
    "through, and then a huge one. The squared gradient grows by {growth_batchnorm:.1f} a layer. "
)
TRAINED = (
    "With batches of {batch_size}, a network with batch norm ends at {right_now_batchnorm:.0f}% held-out accuracy, a "
    "plain one at {right_now_plain:.0f}%, one with layer norm at {right_now_othernorm:.0f}%."
)
PARTS = {"low": np.min, "mean": np.mean, "high": np.max}
WORDS = {"plain": "plain", "batchnorm": "batch norm", "othernorm": "layer norm"}


@lru_cache(maxsize=1)
def trained():
    """Held-out accuracy by batch size."""
    return small_batches.run(batch_sizes=SIZES)


def tables(activation, batch_size):
    """Squared gradients of every layer at the start; accuracy after training, by batch size."""
    runs = [explosion.run(activation, int(b), depth=DEPTH) for b in batch_size]
    layers = runs[0]["layers"]
    outputs = {"layers": layers[None, :], "tiny": batch_size <= 2}
    theory = np.array([run["theory"] if np.isfinite(run["theory"]) else np.nan for run in runs])
    outputs["theory"], outputs["forecast"] = theory, theory[:, None] ** (DEPTH - layers + 0 * theory[:, None])
    for n, name in enumerate(("plain", "batchnorm")):
        squared = np.stack([run["squared"][n] for run in runs])  # B, S, H
        for how, pick in PARTS.items():
            outputs[f"squared_{how}_{name}"] = pick(squared, axis=1)
        outputs[f"growth_{name}"] = [run["growth"][n].mean() for run in runs]
        outputs[f"first_{name}"] = squared[:, :, 0].mean(axis=1)
    outputs["power"] = np.log10(outputs["first_batchnorm"])
    run, chosen = trained(), np.searchsorted(SIZES, batch_size)
    for name, norm in NORMS.items():
        accuracy = 100 * run["accuracy"][small_batches.NORMS.index(norm)]  # M, S
        for how, pick in PARTS.items():
            outputs[f"right_{how}_{name}"] = pick(accuracy, axis=1)[None, :]
        outputs[f"right_now_{name}"] = accuracy.mean(axis=1)[chosen]
    return outputs


def other_side():
    """Gradients through 30 random layers, and accuracy after 400 steps, at one batch size."""
    return Explorable(
        key="other-side",
        title="What batch norm makes worse",
        controls=[
            Slider("batch_size", "batch size", values=SIZES, start=64, unit="examples"),
            Choice(
                "activation", "layers of the deep network", options={"relu": "ReLU", "linear": "linear"}, start="relu"
            ),
        ],
        model=Sampled(tables, along="batch_size", error=None, gaps=["forecast", "theory"]),
        figures=[_gradients(), _accuracy()],
        columns=2,
        readout=Cases("tiny", {0: GROWTH + TRAINED, 1: TINY + TRAINED}),
        caption="First, random networks at the start: the mean squared gradient of every layer, in units of the last; "
        "dashed, the growth that the theory gives. With ReLU the first layer falls out of line, "
        "since its own inputs come from no ReLU. Second, 4 hidden ReLU layers on digits after 400 steps of 0.1. Line: "
        "mean of 3 or 4 seeds; band: from the least to the largest.",
    )


def _gradients():
    marks = []
    for name in ("plain", "batchnorm"):
        marks += [
            Band("layers", f"squared_low_{name}", f"squared_high_{name}", color=name),
            Line("layers", f"squared_mean_{name}", color=name, label=WORDS[name]),
        ]
    return Chart(
        [*marks, Line("layers", "forecast", color="predicted", dash=True, label="theory")],
        title="Gradients at the start, layer by layer",
        x=Axis("layer", domain=(1, DEPTH)),
        y=Axis("squared gradient", log=True),
        alt="Squared gradient by layer. At the first layer: 10 to the power {power:.1f} with batch norm, "
        "{first_plain:.3g} without.",
    )


def _accuracy():
    marks = [Rule(x="batch_size", color="moved", dash=False)]
    for name in NORMS:
        marks += [
            Band(SIZES, f"right_low_{name}", f"right_high_{name}", color=name),
            Line(SIZES, f"right_mean_{name}", color=name, label=WORDS[name]),
            Dot(SIZES, f"right_mean_{name}", color=name, size=3.5),
        ]
    return Chart(
        marks,
        title="Accuracy after 400 steps",
        x=Axis("batch size", log=True, domain=(1.9, 70), ticks=SIZES, format="d"),
        y=Axis("held-out accuracy", unit="%", domain=(0, 100)),
        alt="Held-out accuracy against the batch size. With batches of {batch_size}: {right_now_batchnorm:.0f} "
        "percent with batch norm, {right_now_plain:.0f} without, {right_now_othernorm:.0f} with layer norm.",
    )
