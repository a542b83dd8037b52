"""Figure 1 of Ioffe & Szegedy on the digits: what enters a layer's sigmoids while two networks learn."""

from functools import lru_cache

import numpy as np

import bn.widgets.palette  # noqa: F401  registers the colours
from bn.experiments import drift as experiment
from explorable import Axis, Band, Bar, Chart, Explorable, Line, Rule, Sampled, Slider

LEARNING_RATES = (0.1, 0.5, 2.0)
STEPS = tuple(range(0, 2001, 50))
LOW, HIGH, BINS = -8.0, 8.0, 64
NETWORKS = {"plain": "without normalization", "batchnorm": "with batch normalization"}


@lru_cache(maxsize=4)
def result(learning_rates):
    """The experiment at the given learning rates, four seeds, 2000 steps; kept for the chapter's own cells."""
    return experiment.run(learning_rates=learning_rates, low=LOW, high=HIGH, bins=BINS)


def tables(lr, layer, step):
    """Percentiles (mean over seeds and units), histograms (first seed) and held-out accuracy of both networks."""
    run = result(tuple(float(rate) for rate in lr))
    layers, records = np.asarray(layer) - 1, np.searchsorted(run["steps"], step)
    outputs = {"records": run["steps"][None, None, None, :]}
    for n, name in enumerate(NETWORKS):
        percentiles = run["percentiles"][n].mean(axis=1)[:, layers]  # (L, H, R, 3)
        for k, part in enumerate(("low", "middle", "high")):
            outputs[f"{part}_{name}"] = percentiles[:, :, None, :, k]
            outputs[f"{part}_now_{name}"] = percentiles[:, :, records, k]
        counts = run["histogram"][n][:, layers][:, :, records]
        outputs[f"share_{name}"] = 100 * counts / counts.sum(axis=-1, keepdims=True)
        outputs[f"accuracy_{name}"] = 100 * run["accuracy"][n].mean(axis=1)[:, None, records]
    both = [outputs[f"{part}_{name}"] for name in NETWORKS for part in ("low", "high")]
    outputs["window"] = np.stack([np.min(both, axis=(0, -1)), np.max(both, axis=(0, -1))], axis=-1)
    return outputs


def drift():
    """Percentiles over training for both networks, and the whole distribution at a chosen step."""
    return Explorable(
        key="drift",
        title="What a layer receives while the network learns",
        controls=[
            Slider("step", "training step", values=STEPS, start=1000, play=8),
            Slider("layer", "hidden layer", values=(1, 2, 3), start=3),
            Slider("lr", "learning rate", values=LEARNING_RATES, start=0.5),
        ],
        model=Sampled(tables, along=("lr", "layer", "step"), error=0.01),
        figures=[*(_percentiles(name, words) for name, words in NETWORKS.items()), _histogram()],
        columns=2,
        readout="At step {step}, half of what enters the sigmoids of layer {layer} lies below "
        "{middle_now_plain:.2f} in the plain network and below {middle_now_batchnorm:.2f} with batch normalization. "
        "Held-out accuracy: {accuracy_plain:.1f}% and {accuracy_batchnorm:.1f}%.",
        caption="Above, the 15th, 50th and 85th percentile of what enters the sigmoids, over training; mean over 100 "
        "units and 4 seeds. Below, its whole distribution at the chosen step (seed 0; the outermost bars hold what "
        "lies beyond the picture).",
    )


def _percentiles(name, words):
    return Chart(
        [
            Band("records", f"low_{name}", f"high_{name}", color=name, label="15th to 85th percentile"),
            Line("records", f"middle_{name}", color=name, width=2.5, label="median"),
            Rule(x="step", color="moved", dash=False),
        ],
        title=words[0].upper() + words[1:],
        x=Axis("training step", domain=(0, STEPS[-1])),
        y=Axis("input of the sigmoid", domain="window"),
        height=230,
        alt=f"Percentiles over training, {words}. At the chosen step the middle 70 percent lie between "
        f"{{low_now_{name}:.2f}} and {{high_now_{name}:.2f}}.",
    )


def _histogram():
    width = (HIGH - LOW) / BINS
    centres = LOW + width * (np.arange(BINS) + 0.5)
    bars = [
        Bar(centres, f"share_{name}", color=name, width=width, opacity=0.55, label=words)
        for name, words in NETWORKS.items()
    ]
    return Chart(
        bars,
        title="The distribution at the chosen step",
        x=Axis("input of the sigmoid", domain=(LOW, HIGH)),
        y=Axis("share", unit="%"),
        height=230,
        alt="Two histograms of what enters the sigmoids: plain around {middle_now_plain:.2f}, with batch "
        "normalization around {middle_now_batchnorm:.2f}.",
    )
