"""Theorem 4.2 in networks in training: curvature before and behind batch norm, one dot for every unit."""

from functools import lru_cache

import numpy as np

from bnbook.experiments import kept
from bnbook.experiments import second_order as experiment
from explorable import Arrow, Axis, Band, Chart, Choice, Explorable, Line, Rule, Sampled, Slider, Text

KINDS = {"relu": "3 ReLU layers", "tanh": "3 tanh layers"}
PARTS = {"low": np.min, "middle": np.median, "high": np.max}
LAYERS = ("first", "second", "last")
LOOKS = {"first": {"width": 2, "dash": "dots"}, "second": {"width": 1.2}, "last": {"width": 2}}
LABELS = {"first": -16, "second": 16, "last": -12}  # pixels from the end of a line to its name
DOTS = 3  # seeds whose units are drawn
RUN = kept.load("second_order")


@lru_cache(maxsize=2)
def result(kind):
    """The experiment and its summary."""
    run = {name: values[:, list(KINDS).index(kind)] for name, values in RUN.items()}
    return {"steps": np.array(experiment.STEPS), **run}, experiment.summary(run)


def tables(kind, step):
    """All units of `DOTS` seeds at every step, and the share of all that meets the condition, layer by layer."""
    run, found = result(kind)
    units = {key: 1000 * flat(run[key][:DOTS]) for key in ("curvature", "first", "behind", "second")}
    holds = flat(run["inner"][:DOTS]) >= 0
    outputs = {"steps": run["steps"][None, :]}
    for name, chosen in (("holds", holds), ("fails", ~holds)):
        for key in ("curvature", "first"):
            outputs[f"{key}_{name}"] = np.where(chosen, units[key], np.nan)
    low, high = (np.nanpercentile([units["curvature"], units["first"]], q, axis=(0, 2)) for q in (0, 100))
    pad = 0.04 * (high - low)
    outputs["floor"], outputs["ceiling"] = np.minimum(low, 0) - pad, high + pad
    outputs["window"] = np.stack([outputs["floor"], outputs["ceiling"]], axis=-1)
    for layer, name in enumerate(LAYERS):
        share = 100 * run["asked"][..., layer]  # S, R
        for part, pick in PARTS.items():
            outputs[f"share_{part}_{name}"] = pick(share, axis=0)[None, :]
        outputs[f"share_end_{name}"] = np.median(share, axis=0)[-1:]
        outputs[f"share_now_{name}"] = np.median(share, axis=0)
    outputs["smaller"] = 100 * np.median(found["below_behind"], axis=0)
    outputs["scale"] = np.nanmedian(run["scale"], axis=(0, 2))
    for key in ("curvature", "first", "behind"):
        outputs[f"{key}_middle"] = 1000 * np.nanmedian(run[key], axis=(0, 2))
    return outputs


def flat(values):
    """(S, R, U) -> (R, S U)."""
    return values.swapaxes(0, 1).reshape(values.shape[1], -1)


def second_order():
    """Dots of all units of the last hidden layer, and the share of units that meet the theorem's condition."""
    return Explorable(
        key="second-order",
        title="Does the condition hold in training?",
        controls=[
            Choice("kind", "network", options=KINDS, start="relu"),
            Slider("step", "training step", values=experiment.STEPS, start=0, play=6),
        ],
        model=Sampled(
            tables,
            along="step",
            error=None,
            gaps=[f"{k}_{n}" for k in ("curvature", "first") for n in ("holds", "fails")],
        ),
        figures=[_units(), _shares()],
        columns=2,
        readout="At step {step} the condition holds for {share_now_last:.0f}% of the last hidden layer's units. "
        "Curvature is smaller before the layer than behind it for {smaller:.0f}%.",
        caption="First, one arrow for each of 32 units of the last hidden layer and each of 3 seeds, from the rescaled "
        "curvature behind the layer to the curvature before it: a blue one points down, the second term takes "
        "curvature away; a dark one points up. Both axes come from Hessian-vector products of the "
        "whole network. Second, the share of units that meet the condition, in every layer (line: median of 8 seeds; "
        "band: from the least to the largest).",
    )


def _units():
    return Chart(
        [
            Line("window", "window", color="muted", width=1, dash=True),
            *(
                Arrow(f"first_{k}", f"first_{k}", f"first_{k}", f"curvature_{k}", color=color, width=1.5, label=words)
                for k, color, words in (("holds", "batchnorm", "condition holds"), ("fails", "ink", "it fails"))
            ),
            *(
                Text("floor", "ceiling", words, color="muted", anchor="start", dx=6, dy=dy)
                for words, dy in (
                    ("medians: γ²/σ² {scale:.2f}", 10),
                    ("behind the layer {behind_middle:.2f}", 26),
                    ("rescaled {first_middle:.2f}", 42),
                    ("before the layer {curvature_middle:.2f}", 58),
                )
            ),
        ],
        title="Curvature along the gradient",
        x=Axis("first term, γ²/σ² v′Hv (thousandths)", domain="window"),
        y=Axis("before the layer (thousandths)", domain="window"),
        height=320,
        aspect=1,
        alt="Curvature before the layer against the rescaled curvature behind it, one dot a unit. Medians: "
        "{curvature_middle:.2f} against {first_middle:.2f} thousandths.",
    )


def _shares():
    marks = [Rule(x="step", color="moved", dash=False, width=1)]
    for name, color in zip(LAYERS, ("muted", "othernorm", "batchnorm"), strict=True):
        if name != "second":
            marks.append(Band("steps", f"share_low_{name}", f"share_high_{name}", color=color))
        marks.append(Line("steps", f"share_middle_{name}", color=color, **LOOKS[name]))
        marks.append(Text(200, f"share_end_{name}", f"{name} layer", color=color, anchor="end", dy=LABELS[name]))
    return Chart(
        marks,
        title="Units that meet the condition",
        x=Axis("training step", domain=(0, 200)),
        y=Axis("share of units", unit="%", domain=(0, 100)),
        height=320,
        alt="Share of the units that meet the condition over training. At step {step}: first layer "
        "{share_now_first:.0f} percent, second {share_now_second:.0f}, last {share_now_last:.0f}.",
    )
