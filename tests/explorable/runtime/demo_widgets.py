"""The widgets of the demonstration page, one of each kind."""

import dataclasses

import numpy as np
from demo import Handmade

import explorable as ex

X = np.linspace(0, 10, 200).round(3)
PROSE = """<p>Try <a class="ex-set" href="?waves.rate=2#waves" data-key="waves"
data-set='{"rate":2,"shape":1}'>a rate of 2</a>;
the height is now <span class="ex-live" data-key="waves" data-name="top" data-format=".2f">1.00</span>.</p>"""


def waves():
    """Lines, a band, a linear slider with play, a logarithmic one, a choice, a toggle and a folded list."""
    javascript = """
      const x = Float64Array.from({length: 200}, (_, i) => i * 10 / 199);
      const wave = s => x.map(t => v.size * (v.shape ? Math.sign(Math.sin(v.rate * t + s)) : Math.sin(v.rate * t + s)));
      const a = wave(0), b = wave(v.shift);
      return {x, a, b, sum: a.map((y, i) => y + b[i]), top: v.size,
              low: a.map(y => y - 0.3), high: a.map(y => y + 0.3)};
    """

    def python(rate, size, shape, shift, band):
        wave = lambda s: size * (np.sign(np.sin(rate * X + s)) if shape else np.sin(rate * X + s))
        a, b = wave(0), wave(shift)
        return {"x": X, "a": a, "b": b, "sum": a + b, "low": a - 0.3, "high": a + 0.3, "top": size}

    return ex.Explorable(
        "waves",
        "What happens when two waves meet?",
        [
            ex.Slider("rate", "rate", low=0.2, high=4, step=0.1, start=1, unit="per second", format=".1f", play=2),
            ex.Slider("size", "height", low=0.01, high=10, log=True, start=1, format=".2g"),
            ex.Choice("shape", "shape", options={0: "round", 1: "square"}, start=0),
            ex.Toggle("band", "show the error band", start=True),
            ex.Slider("shift", "shift", values=(0, 0.5, 1, 2, 3.14), start=1, fold=True, unit="rad"),
        ],
        Handmade(javascript, python),
        ex.Chart(
            [
                ex.Band("x", "low", "high", "first", label="error band", when="band"),
                ex.Line("x", "a", "first", label="first wave"),
                ex.Line("x", "b", "second", label="second wave", dash=True),
                ex.Line("x", "sum", "third", label="sum", width=2.5),
            ],
            x=ex.Axis("time", "s", domain=(0, 10)),
            y=ex.Axis("displacement", "mm", domain=(-3, 3)),
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

    return ex.Explorable(
        "batch",
        "A batch in your hands",
        [
            ex.Numbers("x", "the batch", start=(-1, 0.5, 2, 4), low=-5, high=5, step=0.1, max_count=8),
            ex.Slider("eps", "epsilon", low=0.0001, high=1, log=True, start=0.01),
            ex.Slider("goal", "goal", low=-5, high=5, step=0.5, start=2),
        ],
        Handmade(javascript, python),
        ex.Chart(
            [
                ex.Rule(y=0, color="grid", dash=False),
                ex.Rule(y=1, color="grid", dash=False),
                ex.Rule(x="mean", color="second", label="mean"),
                ex.Rule(x="goal", color="third", label="goal"),
                ex.Dot("x", "zero", "moved", size=8, label="the batch", drag=ex.Drag("x", "x")),
                ex.Dot("hat", "one", "second", size=6, label="normalized"),
                ex.Text("mean", 0.5, "mean {mean:.2f}", "second", anchor="start", dx=6),
            ],
            x=ex.Axis("value", domain=(-5, 5)),
            y=ex.Axis(kind="category", categories=("given", "normalized")),
            height=220,
            alt="The batch {x} and its normalized values.",
        ),
        ex.Cases("far", {0: "The mean is {mean:.2f}, below the goal.", 1: "The mean is {mean:.2f}, above the goal."}),
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
      return {z, ex: px + sx / 2, ey: py + sy / 2, slope: Math.hypot(sx, sy), path,
              across: Float64Array.from(path, (_, j) => -2 + (j + .5) / 10)};
    """

    def python(p, bend):
        side = -2 + (np.arange(40) + 0.5) / 10
        x, y = np.meshgrid(side, side)
        z = np.sin(bend * x) + x * y / 2
        slope = np.array([bend * np.cos(bend * p[0]) + p[1] / 2, p[0] / 2])
        tip = p + slope / 2
        return {"z": z, "ex": tip[0], "ey": tip[1], "slope": np.hypot(*slope), "path": z[20], "across": side}

    return ex.Explorable(
        "field",
        "Which way is up?",
        [
            ex.Point("p", "where you stand", start=(0.5, 0.5), x=(-2, 2), y=(-2, 2), step=0.05),
            ex.Slider("bend", "bend", low=0.1, high=3, step=0.1, start=1.5),
        ],
        Handmade(javascript, python),
        [
            ex.Chart(
                [
                    ex.Raster("z", (-2, 2), (-2, 2), "diverging", (-2, 2)),
                    ex.Contour("z", (-2, 2), (-2, 2), (-1.5, -1, -0.5, 0, 0.5, 1, 1.5), "muted"),
                    ex.Arrow("p_x", "p_y", "ex", "ey", "ink"),
                    ex.Dot("p_x", "p_y", "moved", size=7, drag=ex.Drag("p", "xy")),
                ],
                x=ex.Axis("east", domain=(-2, 2)),
                y=ex.Axis("north", domain=(-2, 2)),
                aspect=1,
                height=340,
                title="The land",
                alt="A map; at {p} the slope is {slope:.2f}.",
            ),
            ex.Chart(
                [ex.Line("across", "path", "second")],
                x=ex.Axis("east", domain=(-2, 2)),
                y=ex.Axis("height"),
                height=340,
                title="A cut through the middle",
                alt="The height along a cut.",
            ),
        ],
        "At {p} the slope is {slope:.2f}.",
        "Warm is low, blue is high; the arrow climbs.",
        columns=2,
    )


def bars():
    """Categories, one color a bar, dots that choose, a logarithmic axis."""
    names = ("plain", "batch", "layer", "group")
    javascript = "const y = Float64Array.of(3, 20 * v.work, 150, 8); return {y, chosen: y[v.which], noise: 1 / v.work};"

    def python(which, work):
        y = np.array([3, 20 * work, 150, 8.0])
        return {"y": y, "chosen": y[which], "noise": 1 / work}

    return ex.Explorable(
        "bars",
        "How many steps does each one need?",
        [
            ex.Choice("which", "network", options=dict(enumerate(names)), start=1),
            ex.Slider("work", "effort", values=(1, 2, 5, 10, 20), start=2),
        ],
        Handmade(javascript, python),
        ex.Chart(
            [
                ex.Bar(None, "y", ["first", "second", "third", "muted"], label="steps"),
                ex.Dot(None, "y", "ink", size=4, select=ex.Select("which")),
            ],
            x=ex.Axis("network", kind="category", categories=names),
            y=ex.Axis("steps", domain=(1, 1000), log=True),
            alt="Four bars; {which} needs {chosen:d} steps.",
        ),
        "The {which} network needs {chosen:d} steps.",
        "Choose a network with the dots or with the buttons.",
        layout="stacked",
    )


def cells():
    """A diagram: cells that are chosen, bound text, color, width and position; a knob that is dragged."""
    javascript = """
      const w = Float64Array.from({length: 6}, (_, i) => Math.sin(i + 1) * v.gain);
      return {w, picked: w[v.cell], bar: Math.abs(w[v.cell]), at: v.gain, on: v.cell};
    """

    def python(cell, gain):
        w = np.sin(np.arange(6) + 1) * gain
        return {"w": w, "picked": w[cell], "bar": abs(w[cell]), "at": gain, "on": cell}

    def drawing(columns, width, height):
        boxes = [
            ex.Rect(
                f"c{i}",
                20 + (i % columns) * 90,
                44 + (i // columns) * 64,
                80,
                54,
                spoken=f"weight {i + 1}",
                select=ex.Select("cell", i),
            )
            for i in range(6)
        ]
        below = 44 + 64 * (6 // columns) + 30
        return (
            [
                ex.Label("title", 20, 22, "w_{ij}", 16, "start", True),
                *boxes,
                ex.Rect("bar", 20, below, 100, 10, tone="second"),
                ex.Path("rail", f"M20,{below + 40}H260", arrow=True),
                ex.Rect(
                    "knob",
                    20,
                    below + 30,
                    20,
                    20,
                    10,
                    tone="moved",
                    spoken="gain",
                    drag=ex.Drag("gain", "x", scale=(20, 240, 0, 2)),
                ),
            ],
            width,
            height,
        )

    def binds(columns):
        return [
            *(ex.Bind(f"c{i}", "text", "w", i, ".2f") for i in range(6)),
            *(ex.Bind(f"c{i}", "fill", "w", i, scale=ex.Diverging(2)) for i in range(6)),
            ex.Bind("bar", "width", "bar", scale=ex.Linear((0, 2), (0, 240))),
            ex.Bind("knob", "x", "at", scale=ex.Linear((0, 2), (20, 240))),
            ex.Bind("title", "fill", "on", scale=ex.Map({0: "first", 1: "second"})),
            ex.Bind("rail", "opacity", "at", scale=ex.Linear((0, 2), (0.3, 1))),
        ]

    wide, narrow = drawing(6, 580, 240), drawing(3, 300, 300)
    small = ex.Diagram(narrow[1], narrow[2], narrow[0], binds(3), alt="Six weights.")
    return ex.Explorable(
        "cells",
        "Six weights",
        [
            ex.Slider("cell", "weight", values=(0, 1, 2, 3, 4, 5), start=0),
            ex.Slider("gain", "gain", low=0, high=2, step=0.05, start=1),
        ],
        Handmade(javascript, python),
        ex.Diagram(
            wide[1], wide[2], wide[0], binds(6), alt="Six weights; the chosen one is {picked:.2f}.", narrow=small
        ),
        "The chosen weight is {picked:+.2f}.",
        "Choose a weight; drag the gain.",
    )


def surface():
    """What only Plotly draws."""
    javascript = """
      const n = 20, data = new Float64Array(n * n);
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++)
        data[i * n + j] = Math.cos(v.bend * (i - 10) / 5) * Math.sin((j - 10) / 5);
      return {z: {shape: [n, n], data}, steep: v.bend};
    """

    def python(bend):
        i = (np.arange(20) - 10) / 5
        return {"z": np.cos(bend * i)[:, None] * np.sin(i), "steep": bend}

    figure = ex.PlotlyFigure(
        [{"type": "surface", "showscale": False, "colorscale": [[0, "ex:first"], [1, "ex:second"]]}],
        {"scene": {"zaxis": {"range": [-1, 1]}}},
        {"0.z": "z"},
        alt="A surface with a bend of {steep:.1f}.",
    )
    return ex.Explorable(
        "surface",
        "A landscape",
        [ex.Slider("bend", "bend", low=0.5, high=3, step=0.1, start=1)],
        Handmade(javascript, python),
        figure,
        "The bend is {steep:.1f}.",
        "Turn it with the pointer.",
    )


def turnable():
    """The same with a chart that stands in for it until it is to be turned."""
    (figure,) = surface().figures
    row = ex.Chart([ex.Line(y="z", color="first")], y=ex.Axis(domain=(-1, 1)), alt="Waves with a bend of {steep:.1f}.")
    return surface().replace(key="turnable", figures=dataclasses.replace(figure, flat=row))


def table(error=None):
    """A sampled model: a drop-down list of six, a slider, integers and floats with gaps."""

    def function(kind, step):
        x = np.arange(40)
        y = np.exp(-x / (step + 1)) * np.cos(kind * x / 8)
        return {
            "y": np.where(y < -0.5, np.nan, y),
            "counts": (x * (kind + 1)) % (step + 2),
            "half": x[:1][0] + step / 2,
        }

    kinds = dict(enumerate(("zero", "one", "two", "three", "four", "five")))
    return ex.Explorable(
        "table",
        "Baked in advance",
        [
            ex.Choice("kind", "kind", options=kinds, start=2),
            ex.Slider("step", "step", low=0, high=30, step=1, start=10, unit="steps", play=1),
        ],
        ex.Sampled(function, gaps=("y",)),
        [
            ex.Chart(
                [ex.Line(None, "y", "second")],
                y=ex.Axis("height", domain=(-0.5, 1)),
                x=ex.Axis("place"),
                alt="A curve.",
            ),
            ex.Chart([ex.Bar(None, "counts", "first")], y=ex.Axis("count"), x=ex.Axis("place"), alt="A histogram."),
        ],
        "Kind {kind}, half a step is {half:.1f}.",
        "Nothing is computed here; it was all baked.",
        columns=2,
    )


def fragile():
    """A model that gives NaN at 2 and raises at 3."""
    javascript = "if (v.a === 3) throw new Error('no'); return {loss: v.a === 2 ? NaN : v.a, gap: NaN};"
    return ex.Explorable(
        "fragile",
        "A model that breaks",
        [ex.Slider("a", "a", values=(0, 1, 2, 3, 4), start=0)],
        Handmade(javascript, lambda a: {"loss": a, "gap": np.nan}, gaps=("gap",)),
        ex.Chart([ex.Dot("a", "loss", "first")], x=ex.Axis(domain=(0, 4)), y=ex.Axis(domain=(0, 4)), alt="A dot."),
        "The loss is {loss:d}.",
        "It breaks at 2 and 3.",
    )


def all_widgets():
    """Every widget, except the one that needs Plotly."""
    return [waves(), batch(), field(), bars(), cells(), fragile(), table()]
