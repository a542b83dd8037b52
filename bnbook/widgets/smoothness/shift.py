"""Both definitions of the shift in the same networks, at equal learning rate or at equal movement, beside the loss."""

import numpy as np

from bnbook.experiments import kept
from bnbook.experiments.spread import spread
from bnbook.experiments.two_definitions import MOVEMENTS
from bnbook.widgets.reach import decades
from explorable import Axis, Band, Chart, Choice, Dot, Explorable, Line, Sampled, Select, Text

NETWORKS = {"plain": "plain", "batchnorm": "batch norm"}
RUNS = {kind: kept.load(f"gradient_shift_{kind}") for kind in ("digits", "linear")}
RATES = {"digits": (0.03, 0.1, 0.3), "linear": (1e-4, 4e-4, 1e-3)}
STEPS = {"digits": 300, "linear": 200}
LAST = 20  # steps over which the loss at the end is averaged
MEASURES = ("cosine", "drift")


def tables(kind, rate, move):
    """Per layer the two measures, means over training; over training the steps taken; and what every run reached."""
    run, k = RUNS[kind], ("low", "middle", "high").index(rate)
    outputs = {"layers": run["layers"][0], "records": run["steps"][0], "lr": RATES[kind][k]}
    outputs["record_window"] = np.array([0, STEPS[kind]])
    outputs["layer_window"] = outputs["layers"][[0, -1]]
    start = run["loss"][:, 0, :, :1].mean()  # so that both kinds of network fit one axis
    for n, name in enumerate(NETWORKS):
        for measure in MEASURES:
            by_layer = run[measure][:, n, k, move].mean(axis=-1)  # seeds, layers
            outputs |= intervals(measure, name, by_layer)
            outputs[f"{measure}_all_{name}"] = spread(by_layer.mean(axis=1)).median
        step = np.median(run["relative_step"][:, n, k], axis=1)  # seeds, records; the median weight matrix
        outputs |= intervals("step", name, step)
        outputs[f"step_all_{name}"] = spread(np.median(step, axis=1)).median
        shift = 1 - run["cosine"][:, n, :, move].mean(axis=(-1, -2))  # seeds, rates
        loss = run["loss"][:, n, :, -LAST:].mean(axis=-1) / start
        for axis, values in (("shift", shift), ("loss", loss)):
            outputs[f"points_{axis}_{name}"] = values.ravel()
            outputs[f"chosen_{axis}_{name}"] = values[:, k]
        outputs[f"middle_shift_{name}"], outputs[f"middle_loss_{name}"] = (
            np.median(shift, axis=0),
            np.median(loss, axis=0),
        )
        outputs[f"loss_end_{name}"] = spread(loss[:, k]).median
    return outputs


def intervals(part, name, values):
    """Median over the seeds, the first axis, with its interval: (seeds, places) -> three outputs (places,)."""
    found = [spread(column) for column in values.T]
    parts = {"low": "low", "middle": "median", "high": "high"}
    return {f"{part}_{how}_{name}": np.array([getattr(one, of) for one in found]) for how, of in parts.items()}


def shift():
    """How far a step of the layers below turns a layer's gradient, and how far it moves the layer's inputs."""
    moves = {m: f"{share:g} of their length" for m, share in enumerate(MOVEMENTS, 1)}
    return Explorable(
        key="gradient-shift",
        title="The same networks, two ways to measure the shift",
        controls=[
            Choice(
                "kind",
                "network",
                options={"digits": "6 hidden layers, digits", "linear": "25 linear layers"},
                start="digits",
            ),
            Choice(
                "move",
                "the weights below move by",
                options={0: "one learning rate", **moves},
                start=0,
                help="One learning rate: the step that training takes. Else every weight matrix goes down its own "
                "gradient by the same share of its length, in both networks.",
            ),
            Choice(
                "rate",
                "trained at a learning rate that is",
                options={name: name for name in ("low", "middle", "high")},
                start="middle",
            ),
        ],
        model=Sampled(tables),
        figures=[
            _against(),
            _by_layer("cosine", "Does the gradient keep its direction?", "cosine of G and G′", (-1, 1)),
            _by_layer("drift", "How far do its inputs drift?", "drift in one step, in spreads", None),
            _steps(),
        ],
        columns=2,
        wide=True,
        readout="Cosine of a layer's gradient before and after the move: {cosine_all_plain:.2f} plain, "
        "{cosine_all_batchnorm:.2f} with batch norm. Loss at the end {loss_end_plain:.2g} and "
        "{loss_end_batchnorm:.2g}.",
        caption="First, all 24 networks of each kind, three learning rates, 8 seeds, one dot each: their shift, and "
        "the loss at the end in units of that at the start; ringed, those of the chosen rate. Press a cross, the "
        "middle of a rate, to choose it. Second, the shift by the second definition: whether a layer's gradient still "
        "points the same way after the layers before it have moved (1 is perfect). Third, the shift by the first: how "
        "far the mean and spread of the layer's inputs move. Fourth, why the two networks are hard to compare: how far "
        "one learning rate moves their weights. Line: median of 8 seeds; band: its interval, from the second smallest "
        "to the second largest. The cosine of the sentence is a mean over the layers shown and over training.",
    )


def _marks(part, x):
    for name, words in NETWORKS.items():
        yield Band(x, f"{part}_low_{name}", f"{part}_high_{name}", color=name)
        yield Line(x, f"{part}_middle_{name}", color=name, label=words)


def _by_layer(measure, title, label, domain):
    return Chart(
        [*_marks(measure, "layers")],
        direct=True,
        title=title,
        x=Axis("layer, counted from the input", domain="layer_window"),
        y=Axis(label, domain=domain),
        height=240,
        alt=f"{title} Mean over the layers: plain {{{measure}_all_plain:.2g}}, with batch norm "
        f"{{{measure}_all_batchnorm:.2g}}.",
    )


def _typical_steps():
    """How far the median weight matrix moves: of every run, in every state of the widget."""
    return [np.median(run["relative_step"], axis=3) for run in RUNS.values()]


def _steps():
    return Chart(
        [*_marks("step", "records")],
        direct=True,
        title="How far one learning rate moves the weights",
        x=Axis("training step", domain="record_window"),
        y=Axis("share of their length", log=True, domain=decades(*_typical_steps())),
        height=240,
        alt="Relative step of the typical weight matrix over training. Median: plain {step_all_plain:.2g}, with batch "
        "norm {step_all_batchnorm:.2g}.",
    )


def _against():
    marks = []
    for (name, words), symbol in zip(NETWORKS.items(), ("circle", "diamond"), strict=True):
        marks += [
            Dot(f"chosen_shift_{name}", f"chosen_loss_{name}", color="moved", symbol=symbol, size=9, opacity=0.45),
            Dot(f"points_shift_{name}", f"points_loss_{name}", color=name, symbol=symbol, size=4, label=words),
        ]
    for name in NETWORKS:
        at = f"middle_shift_{name}", f"middle_loss_{name}"
        marks += [
            Dot(*at, color=name, symbol="plus", size=6, select=Select("rate")),
            Text(*at, ["low", "middle", "high"], color=name, dy=-17),
        ]
    return Chart(
        marks,
        title="Shift against what was reached",
        x=Axis("mean shift, 1 − cosine", domain=(0, 1.6), ticks=(0, 0.25, 0.5, 0.75, 1, 1.25, 1.5)),
        y=Axis("loss at the end", log=True),
        height=240,
        alt="One dot for each network: its mean shift and its final loss, {loss_end_plain:.2g} plain and "
        "{loss_end_batchnorm:.2g} with batch norm at the chosen rate.",
    )
