"""Figure 1 of Ioffe & Szegedy on the digits: what enters a layer's sigmoids while two networks learn."""

import numpy as np

from bnbook.experiments import kept
from bnbook.widgets.reach import decades, reach
from explorable import Axis, Band, Bar, Chart, Choice, Explorable, Line, Rule, Sampled, Slider

RUN = kept.load("drift")  # arrays with the seeds in front
LEARNING_RATES = (0.1, 0.5, 2.0)
STEPS = tuple(range(0, 2001, 50))
LOW, HIGH, BINS = -8.0, 8.0, 64
NETWORKS = {"plain": "without normalization", "batchnorm": "with batch normalization"}
SHORT = {"plain": "plain", "batchnorm": "batch norm"}
PARTS = ("low", "middle", "high")
LINEAR = ("share", "accuracy", *PARTS, *(f"{part}_now" for part in PARTS))
ERRORS = {f"{part}_{name}": 0.01 for part in LINEAR for name in NETWORKS}  # not of what stands on logarithmic axes
MOVED = ("moments", "correlations")  # the first two of bnbook.experiments.drift.MOVED


def tables(unit, lr, layer, step):
    """Percentiles, histograms, what moved between two records, and held-out accuracy of both networks."""
    rates = np.searchsorted(LEARNING_RATES, lr)
    layers, records = np.asarray(layer) - 1, np.searchsorted(STEPS, step)
    outputs = {"records": np.array(STEPS)[None, None, None, :], "later": np.array(STEPS[1:])[None, None, None, :]}
    for n, name in enumerate(NETWORKS):
        percentiles = RUN["percentiles"].mean(axis=0) if unit == "all" else RUN["unit_percentiles"][0]
        percentiles = percentiles[n][rates][:, layers]  # L, H, R, 3
        for k, part in enumerate(PARTS):
            outputs[f"{part}_{name}"] = percentiles[:, :, None, :, k]
            outputs[f"{part}_now_{name}"] = percentiles[:, :, records, k]
        counts = RUN["histogram"].sum(axis=0)[n][rates][:, layers][:, :, records]
        outputs[f"share_{name}"] = 100 * counts / counts.sum(axis=-1, keepdims=True)
        accuracy = np.median(RUN["accuracy"][:, n], axis=0)[rates]
        outputs[f"accuracy_{name}"] = 100 * accuracy[:, None, records]
        outputs[f"wander_{name}"] = wander(n)[rates][:, layers, None]
        for what, part in enumerate(MOVED):
            moved = np.median(RUN["moved"][:, n, :, what], axis=0)[rates][:, layers]  # L, H, R - 1
            outputs[f"{part}_{name}"] = moved[:, :, None, :]
    return outputs


def wander(n):
    """How far a unit's median wanders, in widths of its own band: median over units, then over seeds, (L, H)."""
    return np.median(wanders(n), axis=0)


def wanders(n):
    """The same of every seed, (seeds, L, H).   n : index of the network."""
    return np.median(RUN["median_drift"][:, n] / RUN["band"][:, n], axis=-1)


def drift():
    """Percentiles over training for both networks, and the whole distribution at a chosen step."""
    return Explorable(
        key="drift",
        title="What a layer receives while the network learns",
        controls=[
            Slider("step", "training step", values=STEPS, start=1000, play=8),
            Slider("layer", "hidden layer", values=(1, 2, 3), start=3),
            Slider("lr", "learning rate", values=LEARNING_RATES, start=0.5),
            Choice(
                "unit",
                "percentiles of",
                options={"typical": "one typical unit", "all": "the mean of 100 units"},
                start="typical",
                help="The typical unit is the one in the middle when the units are ordered by how far their median "
                "wanders. In the mean, units that drift up and units that drift down cancel.",
            ),
        ],
        model=Sampled(tables, along=("lr", "layer", "step"), error=ERRORS),
        figures=[
            *(_percentiles(name, words) for name, words in NETWORKS.items()),
            _moved("moments", "Mean and spread, which the layer sets", "change in 50 steps, in spreads"),
            _moved("correlations", "Correlations of units, which it does not set", "change in 50 steps"),
            _histogram(),
        ],
        columns=2,
        wide=True,
        readout="At step {step} the median input of layer {layer} is {middle_now_plain:.2f} plain, "
        "{middle_now_batchnorm:.2f} with batch normalization; it wanders over {wander_plain:.2f} and "
        "{wander_batchnorm:.2f} of its bands.",
        caption="First two pictures: the 15th, 50th and 85th percentile of what enters the sigmoids, over training "
        "(the typical unit is one of seed 0; the mean is over 100 units and 8 seeds). Next two: how far two kinds of "
        "statistics move in 50 steps, median of 8 seeds. Last, the whole distribution at the chosen step, all units "
        "and seeds (the outermost bars hold what lies beyond the picture).",
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
        y=Axis("input of the sigmoid", domain=reach(RUN["percentiles"].mean(axis=0), RUN["unit_percentiles"][0])),
        height=230,
        alt=f"Percentiles over training, {words}. At the chosen step the middle 70 percent lie between "
        f"{{low_now_{name}:.2f}} and {{high_now_{name}:.2f}}.",
    )


def _moved(part, title, label):
    lines = [Line("later", f"{part}_{name}", color=name, label=words) for name, words in SHORT.items()]
    return Chart(
        [Rule(x="step", color="moved", dash=False, width=1), *lines],
        title=title,
        direct=True,
        x=Axis("training step", domain=(0, STEPS[-1])),
        y=Axis(label, log=True, domain=decades(np.median(RUN["moved"][:, :, :, MOVED.index(part)], axis=0))),
        height=230,
        alt=f"{title}: how far they move in 50 steps, over training, for both networks.",
    )


def _histogram():
    width = (HIGH - LOW) / BINS
    centers = LOW + width * (np.arange(BINS) + 0.5)
    bars = [
        Bar(centers, f"share_{name}", color=name, width=width, opacity=0.55, label=words)
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
