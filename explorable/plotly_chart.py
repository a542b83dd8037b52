"""Charts and Plotly figures in a notebook: a FigureWidget that is built once and then updated in place."""

import copy

import numpy as np
import plotly.graph_objects as go

from explorable import symlog
from explorable.plotly_marks import TRACES, Scene

FONT = "system-ui, -apple-system, Segoe UI, Roboto, sans-serif"
AXIS = {
    "gridcolor": "#D8DEE4",
    "zeroline": False,
    "linecolor": "#59636E",
    "ticks": "outside",
    "automargin": True,
    "exponentformat": "power",
    "tickfont": {"size": 12},
}
TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": FONT, "size": 13, "color": "#1F2328"},
        "paper_bgcolor": "#FFFFFF",
        "plot_bgcolor": "#FFFFFF",
        "xaxis": AXIS,
        "yaxis": AXIS,
        "title": {"x": 0, "xref": "paper", "xanchor": "left", "y": 0.98, "yanchor": "top", "font": {"size": 15}},
        "margin": {"l": 56, "r": 16, "t": 72, "b": 48},  # the title, and below it the legend
        "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        "hovermode": "closest",
    }
)
HIDDEN_AXIS = {"range": [0, 1], "visible": False, "fixedrange": True}


class ChartPanel:
    """A chart as a FigureWidget.

    spec : the widget's JSON form.  wire : the chart's.  choose(control, number) is called when dot `number`
    of a mark with a `select` is clicked.
    """

    def __init__(self, spec, wire, values, outputs, choose):
        self.spec, self.wire = spec, wire
        scene = Scene(spec, values, outputs, log_y=wire["y"]["log"])
        self.traces, owners = [], []
        for mark in wire["marks"]:
            drawn = self._traces(mark, scene)
            self.traces += drawn
            owners += [mark] * len(drawn)
        self.view = go.FigureWidget(data=self.traces, layout=self._layout(scene))
        for mark, trace in zip(owners, self.view.data):
            if mark.get("select"):
                trace.on_click(_chooser(choose, mark["select"]["control"]))

    def _traces(self, mark, scene):
        traces = TRACES[mark["mark"]](mark, scene)
        for name in self.bent:
            traces = [symlog.bent_trace(trace, name, self.bent[name]) for trace in traces]
        return traces

    @property
    def bent(self):
        """{"x" or "y": where it stops to be linear} of the symlog axes."""
        return {name: self.wire[name]["symlog"] for name in ("x", "y") if "symlog" in self.wire[name]}

    def _layout(self, scene):
        wire = self.wire
        layout = {
            "template": TEMPLATE,
            "height": wire["height"] + 60,  # the record's height is that of the picture alone
            "title": {"text": wire["title"]},
            "showlegend": any(mark.get("label") for mark in wire["marks"]),
            "xaxis": axis(wire["x"], scene, numbers=all(map(on_numbers, self.traces))),
            "yaxis": axis(wire["y"], scene),
            "barmode": "overlay",
            "bargap": 0.1,
            "uirevision": "kept",  # the reader's zoom outlives an update
        }
        for name, edge in self.bent.items():
            layout[name + "axis"] |= symlog.axis_layout(edge, self.traces, name)
        if wire["aspect"]:
            layout["yaxis"] |= {"scaleanchor": "x", "scaleratio": wire["aspect"]}
        rules = [mark for mark in wire["marks"] if mark["mark"] == "rule"]
        if any(mark["x"] for mark in rules):
            layout["yaxis2"] = HIDDEN_AXIS | {"overlaying": "y", "anchor": "x"}
        if any(mark["y"] for mark in rules):
            layout["xaxis2"] = HIDDEN_AXIS | {"overlaying": "x", "anchor": "y"}
        return layout

    def update(self, values, outputs):
        """Draw the new state: only what changed is sent to the browser."""
        scene = Scene(self.spec, values, outputs, log_y=self.wire["y"]["log"])
        drawn = [trace for mark in self.wire["marks"] for trace in self._traces(mark, scene)]
        with self.view.batch_update():
            for trace, old, new in zip(self.view.data, self.traces, drawn):
                for name, value in new.items():
                    if not same(old[name], value):
                        trace[name] = value
            for name in ("x", "y"):
                if isinstance(self.wire[name]["domain"], dict):
                    self.view.layout[name + "axis"].range = axis_range(self.wire[name], scene)
            for name, edge in self.bent.items():
                self.view.layout[name + "axis"].update(symlog.axis_layout(edge, drawn, name))
        self.traces = drawn


def _chooser(choose, control):
    def clicked(trace, points, state):
        if points.point_inds:
            choose(control, points.point_inds[0])

    return clicked


def on_numbers(trace):
    """Whether a trace stands at numbers (of categories: 0, 1, 2, ...) and not at the categories' names."""
    return np.asarray(trace.get("x", 0)).dtype.kind in "iufb"


def axis(wire, scene, numbers=False):
    """The Plotly axis of an Axis in JSON form. numbers : the marks stand at numbers, also between categories."""
    layout = {"title": {"text": f"{wire['label']} ({wire['unit']})" if wire["unit"] else wire["label"]}}
    if wire["kind"] == "category" and wire["categories"] and numbers:
        count = len(wire["categories"])
        layout |= {"tickvals": list(range(count)), "ticktext": list(wire["categories"]), "range": [-0.5, count - 0.5]}
    elif wire["kind"] == "category":
        layout["type"] = "category"
        if wire["categories"]:
            layout |= {"categoryorder": "array", "categoryarray": wire["categories"]}
    elif wire["log"]:
        layout["type"] = "log"
    if wire["format"]:
        layout["tickformat"] = wire["format"]
    if isinstance(wire["ticks"], list):
        layout["tickvals"] = wire["ticks"]
        if not wire["ticks"] and not layout["title"]["text"]:
            layout["visible"] = False  # nothing can be read off it; in the page it is not drawn either
    elif wire["ticks"]:
        layout["nticks"] = wire["ticks"]
    limits = axis_range(wire, scene)
    return layout | ({} if limits is None else {"range": limits})


def axis_range(wire, scene):
    """The range as Plotly wants it: powers of ten on a logarithmic axis, None to follow the data."""
    domain = wire["domain"]
    if domain is None:
        return None
    limits = np.asarray(scene.channel(domain) if isinstance(domain, dict) else domain, float)
    if "symlog" in wire:
        return symlog.bend(limits, wire["symlog"]).tolist()
    return (np.log10(limits) if wire["log"] else limits).tolist()


def same(old, new):
    """Whether two parts of a trace are equal, NaN counting as equal to itself."""
    if isinstance(old, np.ndarray) or isinstance(new, np.ndarray):
        old, new = np.asarray(old), np.asarray(new)
        exact = old.dtype == object or new.dtype == object
        return old.shape == new.shape and np.array_equal(old, new, equal_nan=not exact)
    return old == new


class PlotlyPanel:
    """A PlotlyFigure as a FigureWidget; its bindings are set in place."""

    def __init__(self, spec, wire, values, outputs, choose):
        self.spec, self.wire = spec, wire
        scene = Scene(spec, values, outputs)
        layout = coloured({"template": TEMPLATE, "height": wire["height"]} | copy.deepcopy(wire["layout"]), scene)
        if wire["title"] and "title" not in layout:
            layout["title"] = {"text": wire["title"]}
        self.view = go.FigureWidget(data=coloured(copy.deepcopy(wire["data"]), scene), layout=layout)
        self.update(values, outputs)

    def update(self, values, outputs):
        """Set every bound part to its new value."""
        scene = Scene(self.spec, values, outputs)
        with self.view.batch_update():
            for path, source in self.wire["bindings"].items():
                head, _, tail = path.partition(".")
                target = self.view.layout if head == "layout" else self.view.data[int(head)]
                target[tail] = scene.fill(source["text"]) if "text" in source else scene.channel(source)


def coloured(value, scene):
    """Nested lists and dicts with every "ex:NAME" replaced by the colour."""
    if isinstance(value, dict):
        return {name: coloured(part, scene) for name, part in value.items()}
    if isinstance(value, list):
        return [coloured(part, scene) for part in value]
    if isinstance(value, str) and value.startswith("ex:"):
        return scene.colour(value.removeprefix("ex:"))
    return value
