"""What eps breaks in a network on digits: its hidden weights made shorter or longer, and what their gradient does."""

import numpy as np

import bnbook.widgets.palette  # noqa: F401  registers the colors
from bnbook.experiments import norm_growth as experiment
from bnbook.widgets.reparam.digits import rounded
from explorable import Axis, Chart, Dot, Explorable, Line, Rule, Sampled, Slider

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
        figures=[_cosine(), _shares()],
        columns=2,
        readout="With ε = {eps:.3g} and the hidden weights times {scale:.4g}, ε is {percent_now:.3g} percent of "
        "variance plus ε. The angle between the weights and their gradient is {angle_now:.1f}° (cosine "
        "{radial_now:.3g}). The logits have changed by {change_now:.3g} of their size.",
        caption="A network of 32 ReLU units with batch normalization, trained on digits for 100 steps; then its hidden "
        "weights are multiplied by a number. Medians of 8 seeds. Only ε divided by the square of that number "
        "matters: another ε shifts the curves sideways.",
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
