"""A small convolutional network: four norms, batches of 2 to 256."""

import numpy as np

from bnbook.experiments import kept
from bnbook.experiments.convolutional import BATCH_SIZES, METHODS, RATES
from bnbook.experiments.own_best import at_own_best
from bnbook.experiments.spread import bands
from explorable import Axis, Band, Chart, Dot, Explorable, Line, Rule, Sampled, Slider

RUN = kept.load("convolution")  # accuracy, recomputed, diverged (S, N, M, L)
SIZES = tuple(sorted(BATCH_SIZES))
LINES = {"plain": "none", "clipped": "clipped", "batchnorm": "batch", "group": "group", "layer": "layer"}
LOOKS = {  # color, dash, words
    "plain": ("plain", False, "no norm"),
    "clipped": ("plain", True, "no norm, clipped"),
    "batchnorm": ("batchnorm", False, "batch norm"),
    "group": ("othernorm", False, "group norm"),
    "layer": ("othernorm", True, "layer norm"),
}


def tables(batch_size):
    """Accuracy in percent by batch size, each at its own best rate, and by rate at this batch size."""
    sizes = np.atleast_1d(batch_size).tolist()
    outputs = {"here": np.array(sizes, float)}
    for name, method in LINES.items():
        n = METHODS.index(method)
        path = accuracy("accuracy", n)
        outputs[name], outputs[f"low_{name}"], outputs[f"high_{name}"] = (part[None] for part in bands(path))
        by_rate = [bands(100 * RUN["accuracy"][:, n, BATCH_SIZES.index(m)]) for m in sizes]
        outputs[f"rates_{name}"] = np.stack([found[0] for found in by_rate])
        outputs[f"now_{name}"] = np.array([np.median(path[:, SIZES.index(m)]) for m in sizes])
    outputs["recomputed"] = bands(accuracy("recomputed", METHODS.index("batch")))[0][None]
    return outputs


def accuracy(what, n):
    """Percent (S, M), batch sizes from the smallest, at the rate that the other seeds choose."""
    return np.stack([at_own_best(100 * RUN[what][:, n, BATCH_SIZES.index(m)]) for m in SIZES], axis=1)


def convolution():
    """Held-out accuracy of a small convolutional network, by batch size and by learning rate."""
    return Explorable(
        key="convolution",
        title="Convolution, and the size of the batch",
        controls=[Slider("batch_size", "batch size", values=SIZES, start=2)],
        model=Sampled(tables, along="batch_size"),
        figures=[_sizes(), _rates()],
        columns=2,
        wide=True,
        readout="In batches of {batch_size}: no norm {now_plain:.1f}%, with clipping {now_clipped:.1f}%; batch norm "
        "{now_batchnorm:.1f}%, group norm {now_group:.1f}%, layer norm {now_layer:.1f}%.",
        caption="Accuracy on 1,000 held-out images of MNIST after 4,000 training images, seen once; line, median of 8 "
        "seeds, band, the interval that holds it. First, by batch size, each at its own best rate; dotted, batch norm "
        "with statistics computed anew. Second, for each learning rate, in batches of the size chosen.",
    )


def _sizes():
    marks = [Rule(x="here", color="moved", dash=False)]
    for name, (color, dash, words) in LOOKS.items():
        if not dash:
            marks.append(Band(SIZES, f"low_{name}", f"high_{name}", color=color))
        marks += [
            Line(SIZES, name, color=color, dash=dash, label=words),
            Dot(SIZES, name, color=color, size=3),
        ]
    marks.append(Line(SIZES, "recomputed", color="truth", dash="dots", width=1.5, label="batch norm, recomputed"))
    return Chart(
        marks,
        title="By batch size",
        x=Axis("batch size", log=True, domain=(1.7, 300), ticks=SIZES, format="d"),
        y=Axis("held-out accuracy", unit="%", domain=(30, 100)),
        alt="Held-out accuracy by batch size; in batches of {batch_size} {now_batchnorm:.1f} percent with batch norm, "
        "{now_plain:.1f} without a norm.",
    )


def _rates():
    marks = []
    for name, (color, dash, _) in LOOKS.items():
        marks += [
            Line(RATES, f"rates_{name}", color=color, dash=dash),
            Dot(RATES, f"rates_{name}", color=color, size=3),
        ]
    return Chart(
        marks,
        title="By learning rate, in these batches",
        x=Axis("learning rate", log=True, domain=(0.009, 1.1), ticks=(0.01, 0.1, 1), format=".2g"),
        y=Axis("held-out accuracy", unit="%", domain=(0, 100)),
        alt="Held-out accuracy for five learning rates in batches of {batch_size}.",
    )
