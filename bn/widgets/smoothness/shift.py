"""Santurkar's shift over training, with the loss beside it: is it reduced, and does that go with the loss?"""

from functools import lru_cache

import numpy as np

import bn.widgets.palette  # noqa: F401  registers the colours
from bn.experiments import two_definitions as experiment
from explorable import Axis, Band, Chart, Choice, Dot, Explorable, Line, Sampled

NETWORKS = {"plain": "plain", "batchnorm": "batch norm"}
KINDS = {  # the layer looked at, the three learning rates, and the run
    "digits": (4, (0.03, 0.1, 0.3), experiment.run_digits),
    "linear": (13, (1e-4, 4e-4, 1e-3), experiment.run_linear),
}
SEEDS = (0, 1, 2)
LARGEST = {"change": 0.0005, "loss": 0.000005}
SHIFTS = {"digits": (0.2, 1.2), "linear": (0.008, 2)}  # what the axes show
LOSSES = {"digits": (0.00005, 1.5), "linear": (0.1, 1.2)}
RATES = ("low", "middle", "high")
PARTS = {"low": np.min, "mean": np.mean, "high": np.max}
# Largest errors of the packed values; the losses stand on a logarithmic axis.
ERRORS = {f"{kind}_{part}_{name}": size for name in NETWORKS for part in PARTS for kind, size in LARGEST.items()}


@lru_cache(maxsize=2)
def result(kind):
    """The experiment on one kind of network at its three learning rates."""
    layer, rates, run = KINDS[kind]
    return run(learning_rates=rates, seeds=SEEDS, layers=(layer,))


def tables(kind, rate):
    """Change of the gradient over training and loss, for both networks; and where all runs of the kind ended."""
    run, k = result(kind), RATES.index(rate)
    layer, rates, _ = KINDS[kind]
    outputs = {"steps": run["steps"], "layer": layer, "lr": rates[k]}
    outputs |= {"shifts": np.array(SHIFTS[kind]), "losses": np.array(LOSSES[kind])}
    loss_scale = run["loss"][0, :, :, 0].mean()  # of the start, so that both kinds fit one axis
    for n, name in enumerate(NETWORKS):
        change = run["gradient_change"][n, k, :, 0]  # S, R
        loss = run["loss"][n] / loss_scale  # L, S, steps
        smooth = loss.reshape(*loss.shape[:2], len(run["steps"]), -1).mean(axis=-1)
        for part, pick in PARTS.items():
            outputs[f"change_{part}_{name}"] = pick(change, axis=0)
            outputs[f"loss_{part}_{name}"] = pick(smooth[k], axis=0)
        outputs[f"change_all_{name}"] = change.mean()
        outputs[f"cosine_all_{name}"] = run["cosine"][n, k, :, 0].mean()
        outputs[f"loss_end_{name}"] = smooth[k, :, -1].mean()
        points = run["gradient_change"][n, :, :, 0].mean(axis=-1), smooth[..., -1]  # L, S each
        for axis, values in zip(("change", "loss"), points, strict=True):
            outputs[f"points_{axis}_{name}"] = values.ravel()
            outputs[f"chosen_{axis}_{name}"] = values[k]
    return outputs


def shift():
    """How far a middle layer's gradient moves when the layers below move, over training, beside the loss."""
    return Explorable(
        key="shift-and-loss",
        title="Less shift, better training?",
        controls=[
            Choice(
                "kind",
                "network",
                options={"digits": "6 hidden layers, digits", "linear": "25 linear layers"},
                start="digits",
            ),
            Choice("rate", "learning rate", options=dict(zip(RATES, RATES)), start="middle"),
        ],
        model=Sampled(tables, error=ERRORS),
        figures=[
            _over_time("change", "Shift of the middle layer's gradient", "|G − G′| / |G|", (0.005, 5)),
            _over_time("loss", "Training loss", "loss, in units of the start", "losses"),
            _against(),
        ],
        columns=2,
        readout="Learning rate {lr}, layer {layer:d}. Mean shift of its gradient in one step: {change_all_plain:.2f} "
        "plain, {change_all_batchnorm:.2f} with batch norm (cosine {cosine_all_plain:.2f} and "
        "{cosine_all_batchnorm:.2f}). Loss at the end: {loss_end_plain:.3g} plain, {loss_end_batchnorm:.3g} with "
        "batch norm.",
        caption="First, how much the gradient of a middle layer changes when the layers before it take their "
        "step; second, the training loss. Line: mean of 3 seeds; band: from the least to the largest. Third, all "
        "networks of this kind: three learning rates, three seeds, one dot each; ringed, those of the chosen rate.",
    )


def _over_time(part, title, label, domain):
    marks = []
    for name, words in NETWORKS.items():
        marks += [
            Band("steps", f"{part}_low_{name}", f"{part}_high_{name}", color=name),
            Line("steps", f"{part}_mean_{name}", color=name, label=words),
        ]
    return Chart(
        marks,
        title=title,
        x=Axis("training step"),
        y=Axis(label, log=True, domain=domain),
        height=240,
        alt=f"{title} over training, plain and with batch norm.",
    )


def _against():
    marks = []
    for (name, words), symbol in zip(NETWORKS.items(), ("circle", "diamond"), strict=True):
        marks += [
            Dot(f"chosen_change_{name}", f"chosen_loss_{name}", color="moved", symbol=symbol, size=9, opacity=0.45),
            Dot(f"points_change_{name}", f"points_loss_{name}", color=name, symbol=symbol, size=4, label=words),
        ]
    return Chart(
        marks,
        title="Shift against what was reached",
        x=Axis("mean shift |G − G′| / |G|", log=True, domain="shifts"),
        y=Axis("loss at the end", log=True, domain="losses"),
        height=240,
        alt="One dot for each network: its mean shift and its final loss. Plain networks at the chosen rate have a "
        "shift of {change_all_plain:.2f}, those with batch norm {change_all_batchnorm:.2f}.",
    )
