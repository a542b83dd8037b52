"""The widgets of the demonstration page, one of each kind."""

import numpy as np
from demo import Handmade

from explorable import (
    Arrow, Axis, Band, Bar, Bind, Cases, Chart, Choice, Contour, Diagram, Diverging, Dot, Drag, Explorable, Label, Line,
    Linear, Map, Numbers, Path, PlotlyFigure, Point, Raster, Rect, Rule, Select, Slider, Text, Toggle,
)  # fmt: skip

X = np.linspace(0, 10, 200).round(3)
PROSE = """<p>Try <a class="ex-set" href="?waves.rate=2#waves" data-key="waves" data-set='{"rate":2,"shape":1}'>a rate of 2</a>;
the height is now <span class="ex-live" data-key="waves" data-name="top" data-format=".2f">1.00</span>.</p>"""


def waves():
    """Lines, a band, a linear slider with play, a logarithmic one, a choice, a toggle and a folded list."""
    javascript = """
      const x = Float64Array.from({length: 200}, (_, i) => i * 10 / 199);
      const wave = s => x.map(t => v.size * (v.shape ? Math.sign(Math.sin(v.rate * t + s)) : Math.sin(v.rate * t + s)));
      const a = wave(0), b = wave(v.shift);
      return {x, a, b, sum: a.map((y, i) => y + b[i]), low: a.map(y => y - 0.3), high: a.map(y => y + 0.3), top: v.size};
    """

    def python(rate, size, shape, shift, band):
        wave = lambda s: size * (np.sign(np.sin(rate * X + s)) if shape else np.sin(rate * X + s))
        a, b = wave(0), wave(shift)
        return {"x": X, "a": a, "b": b, "sum": a + b, "low": a - 0.3, "high": a + 0.3, "top": size}

    return Explorable(
        "waves",
        "What happens when two waves meet?",
        [
            Slider("rate", "rate", low=0.2, high=4, step=0.1, start=1, unit="per second", format=".1f", play=2),
            Slider("size", "height", low=0.01, high=10, log=True, start=1, format=".2g"),
            Choice("shape", "shape", options={0: "round", 1: "square"}, start=0),
            Toggle("band", "show the error band", start=True),
            Slider("shift", "shift", values=(0, 0.5, 1, 2, 3.14), start=1, fold=True, unit="rad"),
        ],
        Handmade(javascript, python),
        Chart(
            [
                Band("x", "low", "high", "first", label="error band", when="band"),
                Line("x", "a", "first", label="first wave"),
                Line("x", "b", "second", label="second wave", dash=True),
                Line("x", "sum", "third", label="sum", width=2.5),
            ],
            x=Axis("time", "s", domain=(0, 10)),
            y=Axis("displacement", "mm", domain=(-3, 3)),
            alt="Two waves of height {top:.2g} and their sum.",
            title="Displacement over time",
        ),
        "At a rate of {rate} the waves are {top:.2f} mm high; the {shape} sum starts at {sum[0]:+.2f} mm.",
        "Two waves and their sum. *Play* the rate and watch the sum grow and shrink.",
    )


def batch():
    """Numbers by dragging dots, typing and pasting; a rule that is dragged; a readout with cases."""
    javascript = """
      const n = v.x.length, mean = v.x.reduce((s, a) => s + a, 0) / n;
      const spread = Math.sqrt(v.x.reduce((s, a) => s + (a - mean) ** 2, 0) / n + v.eps);
      const hat = Float64Array.from(v.x, a => (a - mean) / spread);
      return {zero: new Float64Array(n), one: new Float64Array(n).fill(1), hat, mean, far: mean > v.goal ? 1 : 0};
    """

    def python(x, eps, goal):
        hat = (x - x.mean()) / np.sqrt(x.var() + eps)
        return {"zero": 0 * x, "one": 0 * x + 1, "hat": hat, "mean": x.mean(), "far": x.mean() > goal}

    return Explorable(
        "batch",
        "A batch in your hands",
        [
            Numbers("x", "the batch", start=(-1, 0.5, 2, 4), low=-5, high=5, step=0.1, max_count=8),
            Slider("eps", "epsilon", low=0.0001, high=1, log=True, start=0.01),
            Slider("goal", "goal", low=-5, high=5, step=0.5, start=2),
        ],
        Handmade(javascript, python),
        Chart(
            [
                Rule(y=0, color="grid", dash=False),
                Rule(y=1, color="grid", dash=False),
                Rule(x="mean", color="second", label="mean"),
                Rule(x="goal", color="third", label="goal", drag=Drag("goal", "x")),
                Dot("x", "zero", "moved", size=8, label="the batch", drag=Drag("x", "x")),
                Dot("hat", "one", "second", size=6, label="normalized"),
                Text("mean", 0.5, "mean {mean:.2f}", "second", anchor="start", dx=6),
            ],
            x=Axis("value", domain=(-5, 5)),
            y=Axis(kind="category", categories=("given", "normalized")),
            height=220,
            alt="The batch {x} and its normalized values.",
        ),
        Cases("far", {0: "The mean is {mean:.2f}, below the goal.", 1: "The mean is {mean:.2f}, above the goal."}),
        "Drag the examples: their normalized copies always have mean 0.",
    )


def field():
    """Raster, contour, arrows, a point that is dragged, equal units, two figures side by side."""
    javascript = """
      const n = 40, [px, py] = v.p, data = new Float64Array(n * n);
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) {
        const y = -2 + (i + 0.5) * 4 / n, x = -2 + (j + 0.5) * 4 / n;
        data[i * n + j] = Math.sin(v.bend * x) + x * y / 2;
      }
      const z = {shape: [n, n], data};
      const sx = v.bend * Math.cos(v.bend * px) + py / 2, sy = px / 2;
      const path = Float64Array.from({length: 40}, (_, j) => data[20 * n + j]);
      return {z, ex: px + sx / 2, ey: py + sy / 2, slope: Math.hypot(sx, sy), path, across: Float64Array.from(path, (_, j) => -2 + (j + .5) / 10)};
    """

    def python(p, bend):
        side = -2 + (np.arange(40) + 0.5) / 10
        x, y = np.meshgrid(side, side)
        z = np.sin(bend * x) + x * y / 2
        slope = np.array([bend * np.cos(bend * p[0]) + p[1] / 2, p[0] / 2])
        tip = p + slope / 2
        return {"z": z, "ex": tip[0], "ey": tip[1], "slope": np.hypot(*slope), "path": z[20], "across": side}

    return Explorable(
        "field",
        "Which way is up?",
        [
            Point("p", "where you stand", start=(0.5, 0.5), x=(-2, 2), y=(-2, 2), step=0.05),
            Slider("bend", "bend", low=0.1, high=3, step=0.1, start=1.5),
        ],
        Handmade(javascript, python),
        [
            Chart(
                [
                    Raster("z", (-2, 2), (-2, 2), "diverging", (-2, 2)),
                    Contour("z", (-2, 2), (-2, 2), (-1.5, -1, -0.5, 0, 0.5, 1, 1.5), "muted"),
                    Arrow("p_x", "p_y", "ex", "ey", "ink"),
                    Dot("p_x", "p_y", "moved", size=7, drag=Drag("p", "xy")),
                ],
                x=Axis("east", domain=(-2, 2)), y=Axis("north", domain=(-2, 2)), aspect=1, height=340, title="The land",
                alt="A map; at {p} the slope is {slope:.2f}.",
            ),
            Chart(
                [Line("across", "path", "second")],
                x=Axis("east", domain=(-2, 2)), y=Axis("height"), height=340, title="A cut through the middle", alt="The height along a cut.",
            ),
        ],
        "At {p} the slope is {slope:.2f}.",
        "Warm is low, blue is high; the arrow climbs.",
        columns=2,
    )  # fmt: skip


def bars():
    """Categories, one colour a bar, dots that choose, a logarithmic axis."""
    names = ("plain", "batch", "layer", "group")
    javascript = "const y = Float64Array.of(3, 20 * v.work, 150, 8); return {y, chosen: y[v.which], noise: 1 / v.work};"

    def python(which, work):
        y = np.array([3, 20 * work, 150, 8.0])
        return {"y": y, "chosen": y[which], "noise": 1 / work}

    return Explorable(
        "bars",
        "How many steps does each one need?",
        [
            Choice("which", "network", options=dict(enumerate((*names, "rms", "none")[:4])), start=1),
            Slider("work", "effort", values=(1, 2, 5, 10, 20), start=2),
        ],
        Handmade(javascript, python),
        Chart(
            [
                Bar(None, "y", ["first", "second", "third", "muted"], label="steps"),
                Dot(None, "y", "ink", size=4, select=Select("which")),
            ],
            x=Axis("network", kind="category", categories=names),
            y=Axis("steps", domain=(1, 1000), log=True),
            alt="Four bars; {which} needs {chosen:d} steps.",
        ),
        "The {which} network needs {chosen:d} steps.",
        "Choose a network with the dots or with the buttons.",
        layout="stacked",
    )


def cells():
    """A diagram: cells that are chosen, bound text, colour, width and position; a knob that is dragged."""
    javascript = """
      const w = Float64Array.from({length: 6}, (_, i) => Math.sin(i + 1) * v.gain);
      return {w, picked: w[v.cell], bar: Math.abs(w[v.cell]), at: v.gain, on: v.cell};
    """

    def python(cell, gain):
        w = np.sin(np.arange(6) + 1) * gain
        return {"w": w, "picked": w[cell], "bar": abs(w[cell]), "at": gain, "on": cell}

    def drawing(columns, width, height):
        boxes = [
            Rect(f"c{i}", 20 + (i % columns) * 90, 44 + (i // columns) * 64, 80, 54, spoken=f"weight {i + 1}", select=Select("cell", i))
            for i in range(6)
        ]  # fmt: skip
        below = 44 + 64 * (6 // columns) + 30
        return [
            Label("title", 20, 22, "w_{ij}", 16, "start", True),
            *boxes,
            Rect("bar", 20, below, 100, 10, tone="second"),
            Path("rail", f"M20,{below + 40}H260", arrow=True),
            Rect("knob", 20, below + 30, 20, 20, 10, tone="moved", spoken="gain", drag=Drag("gain", "x", scale=(20, 240, 0, 2))),
        ], width, height  # fmt: skip

    def binds(columns):
        return [
            *(Bind(f"c{i}", "text", "w", i, ".2f") for i in range(6)),
            *(Bind(f"c{i}", "fill", "w", i, scale=Diverging(2)) for i in range(6)),
            Bind("bar", "width", "bar", scale=Linear((0, 2), (0, 240))),
            Bind("knob", "x", "at", scale=Linear((0, 2), (20, 240))),
            Bind("title", "fill", "on", scale=Map({0: "first", 1: "second"})),
            Bind("rail", "opacity", "at", scale=Linear((0, 2), (0.3, 1))),
        ]

    wide, narrow = drawing(6, 580, 240), drawing(3, 300, 300)
    small = Diagram(narrow[1], narrow[2], narrow[0], binds(3), alt="Six weights.")
    return Explorable(
        "cells",
        "Six weights",
        [
            Slider("cell", "weight", values=(0, 1, 2, 3, 4, 5), start=0),
            Slider("gain", "gain", low=0, high=2, step=0.05, start=1),
        ],
        Handmade(javascript, python),
        Diagram(wide[1], wide[2], wide[0], binds(6), alt="Six weights; the chosen one is {picked:.2f}.", narrow=small),
        "The chosen weight is {picked:+.2f}.",
        "Choose a weight; drag the gain.",
    )


def surface():
    """What only Plotly draws."""
    javascript = """
      const n = 20, data = new Float64Array(n * n);
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) data[i * n + j] = Math.cos(v.bend * (i - 10) / 5) * Math.sin((j - 10) / 5);
      return {z: {shape: [n, n], data}, steep: v.bend};
    """

    def python(bend):
        i = (np.arange(20) - 10) / 5
        return {"z": np.cos(bend * i)[:, None] * np.sin(i), "steep": bend}

    figure = PlotlyFigure(
        [{"type": "surface", "showscale": False, "colorscale": [[0, "ex:first"], [1, "ex:second"]]}],
        {"scene": {"zaxis": {"range": [-1, 1]}}},
        {"0.z": "z"},
        alt="A surface with a bend of {steep:.1f}.",
    )
    return Explorable(
        "surface", "A landscape", [Slider("bend", "bend", low=0.5, high=3, step=0.1, start=1)],
        Handmade(javascript, python), figure, "The bend is {steep:.1f}.", "Turn it with the pointer.",
    )  # fmt: skip


def table(error=None):
    """A sampled model: a drop-down list of six, a slider, integers and floats with gaps."""
    from explorable import Sampled

    def function(kind, step):
        x = np.arange(40)
        y = np.exp(-x / (step + 1)) * np.cos(kind * x / 8)
        return {"y": np.where(y < -0.5, np.nan, y), "counts": (x * (kind + 1)) % (step + 2), "half": x[: 1][0] + step / 2}

    kinds = dict(enumerate(("zero", "one", "two", "three", "four", "five")))
    return Explorable(
        "table", "Baked in advance",
        [Choice("kind", "kind", options=kinds, start=2), Slider("step", "step", low=0, high=30, step=1, start=10, play=1)],
        Sampled(function, gaps=("y",)),
        [
            Chart([Line(None, "y", "second")], y=Axis("height", domain=(-0.5, 1)), x=Axis("place"), alt="A curve."),
            Chart([Bar(None, "counts", "first")], y=Axis("count"), x=Axis("place"), alt="A histogram."),
        ],
        "Kind {kind}, half a step is {half:.1f}.", "Nothing is computed here; it was all baked.", columns=2,
    )  # fmt: skip


def fragile():
    """A model that gives NaN at 2 and raises at 3."""
    javascript = "if (v.a === 3) throw new Error('no'); return {loss: v.a === 2 ? NaN : v.a, gap: NaN};"
    return Explorable(
        "fragile", "A model that breaks", [Slider("a", "a", values=(0, 1, 2, 3, 4), start=0)],
        Handmade(javascript, lambda a: {"loss": a, "gap": np.nan}, gaps=("gap",)),
        Chart([Dot("a", "loss", "first")], x=Axis(domain=(0, 4)), y=Axis(domain=(0, 4)), alt="A dot."),
        "The loss is {loss:d}.", "It breaks at 2 and 3.",
    )  # fmt: skip


def all_widgets():
    """Every widget, except the one that needs Plotly."""
    return [waves(), batch(), field(), bars(), cells(), fragile(), table()]
