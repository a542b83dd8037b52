"""Two definitions of internal covariate shift, measured on the same networks."""

from functools import lru_cache

import bn.widgets.palette  # noqa: F401  registers the colours
from bn.experiments import two_definitions as experiment
from explorable import Axis, Band, Chart, Choice, Explorable, Line, Sampled

NETWORKS = ("plain", "batchnorm")
KINDS = {
    "digits": ((2, 4, 7), experiment.run_digits),  # the layers called early, middle and late
    "linear": ((6, 13, 21), experiment.run_linear),
}
MEASURES = ("drift", "cosine")


@lru_cache(maxsize=4)
def result(kind):
    """The experiment on one kind of network, five seeds, at its early, middle and late layer."""
    layers, run = KINDS[kind]
    return run(layers=layers)


def tables(kind, place):
    """For both networks: each measure over training, mean over seeds and the range of the seeds."""
    run = result(kind)
    places = [int(p) - 1 for p in place]
    outputs = {"steps": run["steps"][None, :], "layer": [KINDS[kind][0][p] for p in places]}
    for n, name in enumerate(NETWORKS):
        for measure in MEASURES:
            values = run[measure][n, 0][:, places]  # (S, H, R)
            for part, pick in (("low", values.min), ("mean", values.mean), ("high", values.max)):
                outputs[f"{measure}_{part}_{name}"] = pick(axis=0)
            outputs[f"{measure}_all_{name}"] = values.mean(axis=(0, 2))
    return outputs


def two_definitions():
    """Drift of the distribution beside change of the gradient, plain and with batch normalization."""
    return Explorable(
        key="two-definitions",
        title="The same networks, two ways to measure the shift",
        controls=[
            Choice(
                "kind",
                "network",
                options={"digits": "6 hidden layers, digits", "linear": "25 linear layers"},
                start="digits",
            ),
            Choice("place", "layer", options={1: "early", 2: "middle", 3: "late"}, start=2),
        ],
        model=Sampled(tables, along="place", error=0.001),
        figures=[
            _chart("drift", "How far one step moves the inputs", "drift, in spreads", None),
            _chart("cosine", "How well the gradient keeps its direction", "cosine of G and G′", (-1, 1)),
        ],
        columns=2,
        readout="Layer {layer:d}, mean over training. Drift of its inputs in one step: {drift_all_plain:.3f} plain, "
        "{drift_all_batchnorm:.3f} with batch normalization. Cosine between the gradient before and after the layers "
        "below have moved: {cosine_all_plain:.2f} plain, {cosine_all_batchnorm:.2f} with batch normalization.",
        caption="The first definition: how far the mean and spread of a layer's inputs move in one step. The second: "
        "whether the layer's gradient still points the same way after the layers before it have moved (1 "
        "is perfect). Line: mean of 5 seeds; band: from the least to the largest.",
    )


def _chart(measure, title, label, domain):
    marks = []
    for name, words in zip(NETWORKS, ("plain", "batch norm"), strict=True):
        marks += [
            Band("steps", f"{measure}_low_{name}", f"{measure}_high_{name}", color=name),
            Line("steps", f"{measure}_mean_{name}", color=name, label=words),
        ]
    return Chart(
        marks,
        title=title,
        x=Axis("training step"),
        y=Axis(label, domain=domain),
        alt=f"{title}, over training: plain {{{measure}_all_plain:.3f}} on average, with batch normalization "
        f"{{{measure}_all_batchnorm:.3f}}.",
    )
