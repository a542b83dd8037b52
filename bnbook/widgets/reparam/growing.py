"""One neuron twice: with weight decay, and without it at a learning rate that grows."""

import numpy as np
import sympy as sp

from bnbook.proofs.formulas import invariance
from bnbook.proofs.formulas.inner import written_out
from bnbook.widgets.reparam import neuron, plane
from explorable import (
    Axis,
    Chart,
    Choice,
    Dot,
    Drag,
    Explorable,
    Line,
    Point,
    Recurrence,
    Rule,
    Slider,
    Symbolic,
    Text,
    Vector,
)
from explorable.models import component, maximum, minimum, position

LENGTH = 61  # entries of a path: the start and 60 steps
STEPS = np.arange(LENGTH)
RATES = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1)
DECAYS = (0, 0.01, 0.02, 0.05, 0.1)
GROWTHS = {0: "−2t − 1, as proved", 1: "−2t", 2: "−t", 3: "0: it stays η"}
NOISE = np.round(np.random.default_rng(4).normal(size=LENGTH), 3)
W = plane.vector(Vector("w_first", axis="t"), Vector("w_second", axis="t"))
V = plane.vector(Vector("v_first", axis="t"), Vector("v_second", axis="t"))


def growing_rate():
    """A neuron that decays, and its twin that does not and whose rate grows, by the right exponent or a wrong one."""
    square = (-neuron.REACH, neuron.REACH)
    return Explorable(
        key="growing-rate",
        title="Decay, or a rate that grows",
        wide=True,
        controls=[
            Slider("step", "step", values=range(LENGTH), start=40, play=10),
            Slider("decay", "weight decay λ of w", values=DECAYS, start=0.1),
            Slider("lr", "learning rate η", values=RATES, start=0.3),
            Choice("growth", "exponent of v's rate", options=GROWTHS, start=0),
            Slider("noise", "noise of the mini-batches", low=10, high=60, step=5, start=20, unit="°", fold=True),
            Point("start", "start", start=(-0.6, 0.6), x=square, y=square, step=0.05, fold=True),
        ],
        model=Symbolic(
            outputs(),
            constants={"noise_drawn": NOISE},
            recurrences=[Recurrence(axis="t", steps=LENGTH, state=_states())],
        ),
        figures=[_plane(), _directions(), _lengths(), _rates()],
        columns=2,
        readout="At step {step} w is {w_length:.3g} long, v {v_length:.3g}, at a rate of {rate_now:.3g}. Directions "
        "differ by {apart_now:.2f}°; in all steps at most {apart_most:.2f}°.",
        caption="The weights w decay. Their twin v starts at the same place and sees the same batches; it does not "
        "decay, and its learning rate is η (1 − ηλ) to the exponent chosen, at step t. First, both in the plane; then "
        "the direction, which is all that the loss sees, the lengths, and the two rates.",
    )


def rate_of_twin():
    """The learning rate of v at every step."""
    lr, decay, growth = sp.symbols("lr decay growth")
    t, kept = position("t"), 1 - lr * decay
    return sp.Piecewise(
        (invariance.growing_rate(lr, decay, t), growth < sp.Float(0.5)),
        (lr * kept ** (-2 * t), growth < sp.Float(1.5)),
        (lr * kept ** (-t), growth < sp.Float(2.5)),
        (lr, True),
    )


def _gradient(w):
    best = plane.unit(neuron.BEST + sp.Symbol("noise") * Vector("noise_drawn", axis="t"))
    return neuron.gradient(w, best).subs(sp.Symbol("eps"), 0)


def _states():
    lr, decay = sp.symbols("lr decay")
    start = plane.aside(plane.vector(*sp.symbols("start_x start_y")), "0.05")
    decayed = (1 - lr * decay) * W - lr * _gradient(W)
    grown = V - rate_of_twin() * _gradient(V)
    return {own[k]: (start[k], following[k]) for own, following in ((W, decayed), (V, grown)) for k in (0, 1)}


def outputs():
    """Both paths up to the chosen step; directions, lengths and rates of all steps."""
    step, lr = sp.symbols("step lr")
    t, found = position("t"), {}
    for name, path in (("w", W), ("v", V)):
        now = [component(part, step) for part in path]
        length = sp.sqrt(written_out(path, path))
        for k, axis in enumerate("xy"):
            found[f"{name}_{axis}"] = sp.Piecewise((path[k], t <= step), (now[k], True))
            found[f"{name}_now_{axis}"] = now[k]
        found[f"{name}_lengths"], found[f"{name}_length"] = length, component(length, step)
        angle = plane.angle_from(path, neuron.BEST)
        found[f"{name}_angles"], found[f"{name}_angle"] = angle, component(angle, step)
    across = W[0] * V[1] - W[1] * V[0]
    apart = sp.Abs(sp.atan2(across, written_out(W, V))) / plane.DEGREE
    parts = [part for path in (W, V) for part in path]
    low, high = sp.Min(0, *map(minimum, parts)), sp.Max(0, *map(maximum, parts))
    margin = sp.Max((high - low) / 12, sp.Rational(1, 10))
    return {
        **found,
        "ray_x": [0, found["w_now_x"], found["v_now_x"]],
        "ray_y": [0, found["w_now_y"], found["v_now_y"]],
        "window": [low - margin, high + margin],
        "rates": rate_of_twin(),
        "rate_now": component(rate_of_twin(), step),
        "eta": lr,
        "apart_now": component(apart, step),
        "apart_most": maximum(apart),
    }


def _plane():
    axis = {"domain": "window", "ticks": 3}
    return Chart(
        [
            Line("ray_x", "ray_y", color="muted", width=1),
            Line("w_x", "w_y", color="batchnorm", width=1.5),
            Line("v_x", "v_y", color="ink", width=1.5),
            Dot(0, 0, color="muted", size=3),
            Dot("w_now_x", "w_now_y", color="batchnorm", size=6),
            Dot("v_now_x", "v_now_y", color="ink", size=6),
            Text("w_now_x", "w_now_y", "w", color="batchnorm", dx=-12, dy=10),
            Text("v_now_x", "v_now_y", "v", color="ink", dx=12, dy=10),
            Dot("start_x", "start_y", color="moved", size=7, drag=Drag("start", along="xy")),
        ],
        title="The two weights of each",
        x=Axis("first weight", **axis),
        y=Axis("second weight", **axis),
        height=300,
        aspect=1,
        alt="Two paths from {start}. At step {step} w is at ({w_now_x:.2f}, {w_now_y:.2f}) and v at "
        "({v_now_x:.2f}, {v_now_y:.2f}); a line from the origin leads through w and on to v.",
    )


def _over_steps(title, label, w, v, alt, height=300, **axis):
    return Chart(
        [
            Line(STEPS, w, color="batchnorm", width=5, label="w, with decay"),
            Line(STEPS, v, color="ink", width=1.5, label="v, without"),
            Rule(x="step", color="moved", dash=False),
        ],
        title=title,
        x=Axis("step", domain=(0, LENGTH - 1)),
        y=Axis(label, **axis),
        height=height,
        alt=alt,
    )


def _directions():
    return _over_steps(
        "Direction, all that the loss sees",
        "angle (°)",
        "w_angles",
        "v_angles",
        "Directions over the steps: {w_angle:.1f} and {v_angle:.1f} degrees at step {step}.",
    )


def _lengths():
    return _over_steps(
        "Length",
        "length",
        "w_lengths",
        "v_lengths",
        "Lengths over the steps: {w_length:.3g} and {v_length:.3g} at step {step}.",
        height=220,
        log=True,
    )


def _rates():
    return Chart(
        [
            Rule(y="eta", color="batchnorm", dash=False, label="of w"),
            Line(STEPS, "rates", color="ink", label="of v"),
            Rule(x="step", color="moved", dash=False),
        ],
        title="Learning rate",
        x=Axis("step", domain=(0, LENGTH - 1)),
        y=Axis("rate", log=True),
        height=220,
        alt="Learning rates over the steps: that of w stays {lr}, that of v is {rate_now:.3g} at step {step}.",
    )
