"""What the norm layers cost: figures that benchmarks/norms.py has measured, not measured when the book is built."""

import json
from pathlib import Path

import numpy as np
import sympy as sp

from explorable import Axis, Bar, Chart, Choice, Explorable, Symbolic, Text, Vector
from explorable.models import component, maximum

FILE = Path(__file__).resolve().parents[3] / "benchmarks" / "measured" / "norms.json"
WORDS = ("(64, 100): a layer of a small network", "(1024, 1024): a wide layer", "(32, 64, 16, 16): images")
COLORS = {"linear": "plain", "batch": "batchnorm"}


def measured():
    """The figures: see benchmarks/norms.py."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def cost():
    """Time and memory of each layer at one of three shapes."""
    figures = measured()
    names = [row["name"].removesuffix(" norm") for row in figures["layers"]]
    return Explorable(
        key="cost",
        title="What does it cost?",
        controls=[Choice("shape", "shape of the input", options=dict(enumerate(WORDS)), start=0)],
        model=Symbolic(_outputs(names), constants=_constants(figures)),
        figures=[_times(names), _in_use()],
        columns=2,
        readout="Batch norm, forward and backward: {norm:.0f} µs, {ratio:.2f} times the linear layer before it; in "
        "between it keeps {kept_now:.2f} copies of its input. In use: {two:.0f} µs for linear layer and norm, "
        "{one:.0f} µs folded, {saved:.0%} saved.",
        caption="First, time of the layers of bn, forward (strong) and backward (pale). Second, a linear layer with "
        f"batch norm in use, as two layers and as one. Measured on {figures['date']}, {figures['machine']}, "
        f"{figures['note']}.",
    )


def _constants(figures):
    def table(key):
        return np.array([row[key] for row in figures["layers"]]).T

    inference = figures["inference"]
    return {
        "forward_us": table("forward"),
        "backward_us": table("backward"),
        "kept": table("memory"),
        "two_us": np.array(inference["two"]),
        "one_us": np.array(inference["one"]),
    }


def _outputs(names):
    shape = sp.Symbol("shape")

    def pick(name):
        return component(Vector(name, axis=("shape_axis", "layer_axis")), shape, axis="shape_axis")

    def whole(layer):
        return component(forward, layer, axis="layer_axis") + component(backward, layer, axis="layer_axis")

    forward, backward = pick("forward_us"), pick("backward_us")
    one, two = (component(Vector(name, axis="shape_axis"), shape) for name in ("one_us", "two_us"))
    linear, norm = whole(names.index("linear")), whole(names.index("batch"))
    return {
        "forward_time": forward,
        "both": forward + backward,
        "room": [0, sp.Rational(115, 100) * maximum(forward + backward, "layer_axis")],
        "in_use": [two, one],
        "kept_now": component(pick("kept"), names.index("batch"), axis="layer_axis"),
        "norm": norm,
        "ratio": norm / linear,
        "one": one,
        "two": two,
        "saved": 1 - one / two,
    }


def _times(names):
    places = np.arange(len(names), dtype=float)
    colors = [COLORS.get(name, "othernorm") for name in names]
    return Chart(
        [
            Bar(places, "both", base="forward_time", color=colors, width=0.7, opacity=0.4),
            Bar(places, "forward_time", color=colors, width=0.7),
            Text(places, "both", text=names, color="muted", dy=-9),
        ],
        title="Time, forward and backward",
        x=Axis(domain=(-0.6, len(names) - 0.4), ticks=()),
        y=Axis("time", unit="µs", domain="room"),
        alt="Time of each layer. Batch norm takes {norm:.0f} microseconds forward and backward.",
    )


def _in_use():
    return Chart(
        [Bar(np.arange(2.0), "in_use", color=["batchnorm", "truth"], width=0.6)],
        title="In use",
        x=Axis(kind="category", categories=("linear, norm", "folded")),
        y=Axis("time", unit="µs"),
        alt="In use: {two:.0f} microseconds for linear layer and norm, {one:.0f} folded.",
    )
