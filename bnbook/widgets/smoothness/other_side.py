"""What batch norm makes worse: gradients that explode with depth at the start, and small batches."""

import numpy as np

from bnbook.experiments import explosion, kept, small_batches
from explorable import Axis, Band, Cases, Chart, Choice, Dot, Explorable, Line, Rule, Sampled, Slider

SIZES = small_batches.BATCH_SIZES
DEPTH = 30
NORMS = {"plain": "none", "batchnorm": "batch", "othernorm": "layer"}
GROWTH = (
    "The squared gradient grows by {growth_batchnorm:.3f} a layer (theory {theory:.3f}), plain by {growth_plain:.3f}. "
)
TINY = "Two examples normalize to +1 and −1: only where they nearly agree does a gradient pass, a huge one. "
TRAINED = (
    "Batches of {batch_size} end at {right_now_batchnorm:.0f}%, plain {right_now_plain:.0f}%, layer norm "
    "{right_now_othernorm:.0f}%."
)
PARTS = {"low": np.min, "middle": np.median, "high": np.max}
WORDS = {"plain": "plain", "batchnorm": "batch norm", "othernorm": "layer norm"}


GRADIENTS, TRAINING = kept.load("explosion"), kept.load("small_batches")


def best(accuracy):
    """(S, M, L) -> (S, M): at every batch size the rate whose median over the seeds is the highest."""
    chosen = np.median(accuracy, axis=0).argmax(axis=-1)
    return np.take_along_axis(accuracy, chosen[None, :, None], axis=-1)[..., 0]


def tables(activation, batch_size):
    """Squared gradients of every layer at the start; accuracy after training at the best rate, by batch size."""
    places = [SIZES.index(int(size)) for size in batch_size]
    by_size = GRADIENTS["by_size"][:, list(explosion.STARTS).index(activation)][:, places]  # S, B, N, H
    layers = np.arange(1, DEPTH + 1)
    outputs = {"layers": layers[None, :], "tiny": batch_size <= 2}
    theory = np.array([explosion.theory(activation, int(size)) for size in batch_size])
    theory = np.where(np.isfinite(theory), theory, np.nan)
    outputs["theory"], outputs["forecast"] = theory, theory[:, None] ** (DEPTH - layers + 0 * theory[:, None])
    for n, name in enumerate(("plain", "batchnorm")):
        squared = by_size[:, :, n]
        for how, pick in PARTS.items():
            outputs[f"squared_{how}_{name}"] = pick(squared, axis=0)
        outputs[f"growth_{name}"] = np.median(explosion.growth_of(squared), axis=0)
        outputs[f"first_{name}"] = np.median(squared[..., 0], axis=0)
    outputs["power"] = np.log10(outputs["first_batchnorm"])
    for name, norm in NORMS.items():
        accuracy = 100 * best(TRAINING["accuracy"][:, small_batches.NORMS.index(norm)])
        for how, pick in PARTS.items():
            outputs[f"right_{how}_{name}"] = pick(accuracy, axis=0)[None, :]
        outputs[f"right_now_{name}"] = np.median(accuracy, axis=0)[places]
    return outputs


def other_side():
    """Gradients through 30 random layers, and accuracy after 300 steps, at one batch size."""
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
        "since its own inputs come from no ReLU. Second, 4 hidden ReLU layers on digits after 300 steps, each norm and "
        "batch size at the better of the learning rates 0.1 and 0.3. Line: median of 8 seeds; band: from the "
        "least to the largest.",
    )


def _gradients():
    marks = []
    for name in ("plain", "batchnorm"):
        marks += [
            Band("layers", f"squared_low_{name}", f"squared_high_{name}", color=name),
            Line("layers", f"squared_middle_{name}", color=name, label=WORDS[name]),
        ]
    return Chart(
        [*marks, Line("layers", "forecast", color="predicted", dash=True, label="theory")],
        direct=True,
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
            Line(SIZES, f"right_middle_{name}", color=name, label=WORDS[name]),
            Dot(SIZES, f"right_middle_{name}", color=name, size=3.5),
        ]
    return Chart(
        marks,
        direct=True,
        title="Accuracy after 300 steps",
        x=Axis("batch size", log=True, domain=(1.9, 70), ticks=SIZES, format="d"),
        y=Axis("held-out accuracy", unit="%", domain=(0, 100)),
        alt="Held-out accuracy against the batch size. With batches of {batch_size}: {right_now_batchnorm:.0f} "
        "percent with batch norm, {right_now_plain:.0f} without, {right_now_othernorm:.0f} with layer norm.",
    )
