"""What eps breaks in a network on digits: its hidden weights made shorter or longer, and what their gradient does."""

import numpy as np

from bnbook.experiments import norm_growth as experiment
from bnbook.widgets.reparam.digits import rounded
from explorable import Arrow, Axis, Bar, Chart, Dot, Drag, Explorable, Line, Rule, Sampled, Slider, Text

SCALES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
EPS = (0, 1e-8, 1e-5, 1e-3, 0.1)
SEEDS = tuple(range(8))


def tables(eps, scale):
    """Medians over the seeds: a curve over all scales for every eps, and its value at each; arrays (E, A, ...)."""
    run = experiment.run_eps(tuple(map(float, SCALES)), tuple(map(float, eps)), SEEDS)
    curves = {name: np.median(run[name], axis=2) for name in ("radial", "kappa", "change")}
    curves["change"] = np.where(curves["change"] < 1e-9, 0, curves["change"])  # rounding, with eps = 0
    curves["radial"] = np.where(np.abs(curves["radial"]) < 1e-12, 0, curves["radial"])
    at = [SCALES.index(a) for a in scale]
    outputs = {}
    for name, values in curves.items():
        values = np.sign(values) * rounded(np.abs(values))
        outputs[name] = np.repeat(values[:, None, :], len(scale), axis=1)
        outputs[f"{name}_now"] = values[:, at]
    outputs["percent_now"] = 100 * outputs["kappa_now"]
    outputs["angle_now"] = np.degrees(np.arccos(outputs["radial_now"]))
    outputs["height_now"] = np.sin(np.radians(outputs["angle_now"]))
    outputs["border"] = 1 - outputs["kappa_now"]
    return outputs


def what_eps_breaks():
    """Angle between weights and gradient, share of eps, and change of the function, against the weights' scale."""
    return Explorable(
        key="eps-on-digits",
        title="What eps breaks",
        controls=[
            Slider("scale", "hidden weights, times", values=SCALES, start=0.001),
            Slider("eps", "ε (eps)", values=EPS, start=1e-5),
        ],
        model=Sampled(tables, along=("eps", "scale")),
        figures=[_arrows(), _bar(), _cosine(), _shares()],
        columns=4,
        layout="stacked",
        wide=True,
        readout="ε is {percent_now:.3g} percent of variance plus ε. Weights and gradient stand at {angle_now:.1f}°; "
        "the logits have changed by {change_now:.3g} of their size.",
        caption="A network of 32 ReLU units with batch normalization, trained on digits for 100 steps; then its hidden "
        "weights are multiplied by a number. Medians of 8 seeds. First, the direction of the weights and that of their "
        "gradient, on average at a right angle until ε is felt; beside it what the layer divides by, with a border to "
        "drag. Only ε divided by the square of that number matters: another ε shifts the curves sideways.",
    )


def _against_scale(marks, title, label, alt, **axis):
    return Chart(
        [Rule(x="scale", color="moved", dash=False), *marks],
        title=title,
        x=Axis("hidden weights, times", log=True, domain=(SCALES[0], SCALES[-1])),
        y=Axis(label, **axis),
        height=240,
        alt=alt,
    )


def _arrows():
    return Chart(
        [
            Arrow(0, 0, 1, 0, color="truth", width=3),
            Arrow(0, 0, "radial_now", "height_now", color="upstream", width=3),
            Line([0, 0], [0, 1], color="predicted", dash=True),
            Text(1, 0, "weights", color="truth", dy=-14, anchor="end"),
            Text("radial_now", "height_now", "gradient, {angle_now:.1f}°", color="upstream", dy=-12),
        ],
        title="Weights and their gradient",
        x=Axis(domain=(-1, 1.1), ticks=[]),
        y=Axis(domain=(-0.05, 1.2), ticks=[]),
        height=190,
        aspect=1,
        alt="Two arrows, the weights to the right and the gradient at {angle_now:.1f} degrees to them.",
    )


def _bar():
    return Chart(
        [
            Bar([0], "border", color="batchnorm", width=0.7),
            Bar([0], [1], base="border", color="predicted", width=0.7),
            Dot(0, "border", color="moved", size=7, drag=Drag("scale", "path")),
            Text(0.4, 0.06, "variance", color="batchnorm", anchor="start"),
            Text(0.4, 0.94, "ε, {percent_now:.3g}%", color="predicted", anchor="start"),
        ],
        title="What the layer divides by",
        x=Axis(domain=(-1, 1.4), ticks=[]),
        y=Axis("", domain=(0, 1), ticks=[0, 0.5, 1]),
        height=190,
        alt="A column of variance plus eps; the share of eps is {percent_now:.3g} percent.",
    )


def _cosine():
    return _against_scale(
        [
            Line(SCALES, "radial", color="upstream"),
            Dot(SCALES, "radial", color="upstream", size=3),
            Dot("scale", "radial_now", color="moved", size=6),
        ],
        "Weights and gradient",
        "cosine of the angle",
        "The cosine of the angle between weights and gradient against the scale of the weights: {radial_now:.3g} at "
        "{scale:.4g}; 0 is a right angle.",
        domain=(-0.5, 0.1),
        ticks=(-0.4, -0.2, 0),
    )


def _shares():
    return _against_scale(
        [
            Line(SCALES, "kappa", color="predicted", dash=True, label="share of ε in variance + ε"),
            Line(SCALES, "change", color="batchnorm", label="change of the logits"),
            Dot("scale", "change_now", color="moved", size=6),
        ],
        "How much ε has to say",
        "share",
        "Against the scale of the weights, the share of eps in variance plus eps, {kappa_now:.3g} at {scale:.4g}, and "
        "the change of the logits, {change_now:.3g}.",
        domain=(0, 1.05),
        ticks=(0, 0.5, 1),
    )
