"""How little a layer's output moves when the weights before it are shaken, with and without batch normalization."""

import numpy as np

from bnbook.experiments import kept
from bnbook.experiments import noisy_updates as experiment
from bnbook.experiments.spread import bands
from explorable import Axis, Bar, Chart, Choice, Dot, Drag, Explorable, Sampled, Slider

RUN = kept.load("shield")  # kinds first: (S, K, V, Q, D, H)
NETWORKS = {"plain": 0, "batchnorm": 1}
MEASURES = {"moments": "mean and spread", "values": "values", "relations": "correlations"}
BAR_NAMES = ("μ and σ", "values", "relations")  # short enough to stand side by side
KINDS = {"scale": "their scale", "shift": "their shift", "direction": "their direction"}


def tables(kind, size, layer):
    """Twenty shakings of one network of each kind: a unit's mean and spread after each; three measures by seed."""
    sizes = [experiment.SIZES.index(s) for s in np.atleast_1d(size).tolist()]
    layers = np.atleast_1d(layer) - 1
    run = {name: array[:, experiment.KINDS.index(kind)] for name, array in RUN.items()}
    outputs = {}
    for name, v in NETWORKS.items():
        for part in ("unit_mean", "unit_spread"):
            outputs[f"{part}_{name}"] = np.moveaxis(run[part][0, v][sizes][:, :, layers], 1, 2)  # Q, H, D
        bars = [run[measure][:, v].mean(axis=2)[:, sizes][:, :, layers] for measure in MEASURES]  # (S, Q, H) each
        outputs[f"bars_{name}"], *ends = bands(np.stack(bars, axis=-1))
        outputs[f"values_{name}"] = outputs[f"bars_{name}"][..., 1]
        outputs[f"low_{name}"], outputs[f"high_{name}"] = ends
    for part in ("reference_mean", "reference_spread"):
        outputs[part] = run[part][0, 0, layers][None, :]
    return outputs


def shield():
    """Shake the weights before a layer; compare how far its input moves in two networks that compute the same."""
    return Explorable(
        key="shield",
        title="Shake the weights and see what the layer notices",
        controls=[
            Choice("kind", "shake", options=KINDS, start="scale"),
            Slider("size", "size of the shaking", values=experiment.SIZES, start=0.3),
            Slider("layer", "hidden layer to watch", values=(1, 2, 3), start=3),
        ],
        model=Sampled(tables, along=("size", "layer"), error=0.001),
        figures=[_cloud(), _bars()],
        columns=2,
        readout="Mean and spread move by {bars_plain[0]:.3f} of a spread, with batch norm by {bars_batchnorm[0]:.3f}; "
        "the values by {bars_plain[1]:.3f} and {bars_batchnorm[1]:.3f}.",
        caption="First, one unit of the watched layer: each dot is its mean and spread after one of 20 shakings, the "
        "diamond shows them before; dots that do not move lie on it, all twenty. Second, how far things move, averaged "
        "over all units and 20 shakings, in units of the spread before (median of 8 seeds; dark ends, the interval "
        "that holds it): mean and spread, the values themselves, and their correlations between units.",
    )


def _cloud():
    marks = [
        Dot(f"unit_mean_{name}", f"unit_spread_{name}", color=name, size=4, opacity=0.7, label=words)
        for name, words in (("plain", "plain"), ("batchnorm", "batch norm put in"))
    ]
    return Chart(
        [Dot("reference_mean", "reference_spread", color="moved", size=10, symbol="diamond", label="before"), *marks],
        title="One unit's mean and spread",
        x=Axis("mean"),
        y=Axis("spread"),
        alt="Twenty dots for each network around the diamond at mean {reference_mean:.2f} and spread "
        "{reference_spread:.2f}; those with batch norm lie closer to it.",
    )


def _bars():
    places = np.arange(len(MEASURES), dtype=float)
    marks = [
        Bar(places - 0.17, "bars_plain", color="plain", width=0.3, label="plain"),
        Bar(places + 0.17, "bars_batchnorm", color="batchnorm", width=0.3, label="batch norm put in"),
        Bar(places - 0.17, "high_plain", base="low_plain", color="ink", width=0.08),
        Bar(places + 0.17, "high_batchnorm", base="low_batchnorm", color="ink", width=0.08),
        Dot(1 - 0.17, "values_plain", color="moved", size=6, drag=Drag("size", "path")),
    ]
    return Chart(
        marks,
        title="What moves, and how far",
        x=Axis(kind="category", categories=BAR_NAMES),
        y=Axis("change, in spreads"),
        alt="Bars for mean and spread, values and correlations: plain {bars_plain:.3f}, with batch norm "
        "{bars_batchnorm:.3f}.",
    )
