"""What the norm layers cost: figures that benchmarks/norms.py has measured, not measured when the book is built."""

import json
from pathlib import Path

import numpy as np
import sympy as sp

from explorable import Axis, Bar, Chart, Choice, Dot, Explorable, Line, Rule, Select, Symbolic, Text, Toggle, Vector
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
        controls=[
            Choice("shape", "shape of the input", options=dict(enumerate(WORDS)), start=0),
            Toggle("folded", "in use: fold the norm into the layer", start=False),
        ],
        model=Symbolic(_outputs(names), constants=_constants(figures)),
        figures=[_times(names), _shapes(names, figures), _in_use()],
        columns=2,
        readout="Batch norm takes {norm:.0f} µs, {ratio:.2f} times its linear layer, and keeps {kept_now:.2f} copies "
        "of its input. Folded, {saved:.0%} of the time is saved.",
        caption="First, time of the layers of bn, in units of the linear layer's. Second, batch norm at the three "
        "shapes; press one. Third, a linear layer and its batch norm in use, which can be folded into one layer with "
        f"other weights. Measured on {figures['date']}, {figures['machine']}, "
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
    shape, folded = sp.symbols("shape folded")

    def pick(name):
        return component(Vector(name, axis=("shape_axis", "layer_axis")), shape, axis="shape_axis")

    def whole(layer):
        return component(forward, layer, axis="layer_axis") + component(backward, layer, axis="layer_axis")

    forward, backward = pick("forward_us"), pick("backward_us")
    one, two = (component(Vector(name, axis="shape_axis"), shape) for name in ("one_us", "two_us"))
    linear, norm = whole(names.index("linear")), whole(names.index("batch"))
    return {
        "both": forward + backward,
        "forward_times": forward / linear,
        "both_times": (forward + backward) / linear,
        "room": [0, sp.Rational(115, 100) * maximum(forward + backward, "layer_axis") / linear],
        "now": two - folded * (two - one),
        "apart": 1 - folded,  # also the place of the norm's bar, which stands on the other one's height
        "norm_top": one + (1 - folded) * (two - one),
        "norm_middle": (one + two) / 2,
        "added": two - one,
        "in_use_room": [0, sp.Rational(12, 10) * two],
        "kept_now": component(pick("kept"), names.index("batch"), axis="layer_axis"),
        "norm": norm,
        "ratio": norm / linear,
        "one": one,
        "two": two,
        "saved": 1 - one / two,
        "linear_forward": component(forward, names.index("linear"), axis="layer_axis") / linear,
    }


def _times(names):
    places = np.arange(len(names), dtype=float)
    colors = [COLORS.get(name, "othernorm") for name in names]
    return Chart(
        [
            Bar(places, "both_times", base="forward_times", color=colors, width=0.7, opacity=0.4),
            Bar(places, "forward_times", color=colors, width=0.7),
            Rule(y=0, color="muted", dash=False, width=1),
            Rule(y=1, color="plain", dash=True, width=1),
            Text(places, "both_times", text=names, color="muted", dy=-9),
            Text(names.index("linear"), 0, text="forward", color="ink", dy=-10),
            Text(names.index("linear"), "linear_forward", text="backward", color="ink", dy=-10),
        ],
        title="Time beside a linear layer",
        x=Axis(domain=(-0.6, len(names) - 0.4), ticks=()),
        y=Axis("times the linear layer", domain="room"),
        alt="Time of each layer. Batch norm takes {norm:.0f} microseconds forward and backward.",
    )


def _shapes(names, figures):
    rows = {row["name"].removesuffix(" norm"): row for row in figures["layers"]}
    whole = {name: np.array(rows[name]["forward"]) + np.array(rows[name]["backward"]) for name in ("linear", "batch")}
    ratio = whole["batch"] / whole["linear"]
    places = np.arange(len(ratio), dtype=float)
    return Chart(
        [
            Rule(y=1, color="plain", dash=True, width=1),
            Line(places, ratio, color="batchnorm", width=1),
            Dot(places, ratio, color="batchnorm", size=6, select=Select("shape")),
            Text(places, ratio, text=[f"{value:.2f}" for value in ratio], color="batchnorm", dy=-18),
            Text(-0.4, 1, text="the linear layer", color="plain", anchor="start", dy=-9),
        ],
        title="Batch norm at the three shapes",
        x=Axis(kind="category", categories=("small layer", "wide layer", "images")),
        y=Axis("times the linear layer", domain=(0, 1.2 * max(1, *ratio))),
        alt="Batch norm takes " + ", ".join(f"{value:.2f}" for value in ratio) + " times as long as its linear layer.",
    )


def _in_use():
    return Chart(
        [
            Rule(y="two", color="muted", dash=True, width=1),
            Bar([0.0], "one", color="plain", width=0.6),
            Bar("apart", "norm_top", base="one", color="batchnorm", width=0.6),
            Text(0, "one", "{one:.0f} µs", color="plain", dy=-10),
            Text("apart", "norm_middle", "+ {added:.0f} µs", color="ink", when="apart"),
            Text(0, "two", "together {two:.0f} µs", color="ink", dy=-10, when="apart"),
            Text(1, "one", "one layer, {saved:.0%} saved", color="ink", when="folded"),
        ],
        title="In use",
        height=210,
        x=Axis(kind="category", categories=("linear layer", "batch norm")),
        y=Axis("time", unit="µs", domain="in_use_room"),
        alt="In use: {one:.0f} microseconds for the linear layer and {added:.0f} for its norm; now {now:.0f} together.",
    )
