"""The marks of a chart as Plotly traces.

Each function takes a mark in its JSON form and a Scene, and returns the traces that show it now, as dicts.
Their number never changes for a mark, so that a FigureWidget can be updated in place.
"""

import numpy as np

from explorable.text import fill

SCALES = {  # as in static/fields.js
    "diverging": ["#a6500c", "#eda15f", "#ffffff", "#7fb3dc", "#0b559f"],
    "sequential": ["#ffffff", "#cfdcec", "#8fb4d9", "#4383bd", "#0b4a8f"],
}
SYMBOLS = {"triangle": "triangle-up", "cross": "x", "plus": "cross"}
DASHES = {False: "solid", True: "dash", "dots": "dot"}
PLACES = {"start": "right", "middle": "center", "end": "left"}


class Scene:
    """What the marks are drawn from: control values, outputs, the widget's JSON form, the kind of y axis."""

    def __init__(self, spec, values, outputs, log_y=False):
        self.spec, self.values, self.outputs, self.log_y = spec, values, outputs, log_y

    def channel(self, wire):
        """The value of a channel: a number, an array, or a list of words; None stays None."""
        if wire is None:
            return None
        if "const" in wire:
            return numeric(wire["const"])
        value = self.outputs[wire["out"]] if "out" in wire else self.values[wire["control"]]
        return value[wire["index"]] if "index" in wire else value

    def truth(self, name):
        """Whether a mark with this `when` is drawn; of an array the first number counts."""
        if name is None:
            return True
        value = self.outputs[name] if name in self.outputs else self.values[name]
        return bool(np.ravel(value)[0])

    def fill(self, template):
        """A template with its numbers."""
        return fill(template, self.spec["controls"], self.values, self.outputs)

    def colour(self, name):
        """The colour of a palette name, or of each in a list, on a light ground."""
        return self.spec["palette"][name][0] if isinstance(name, str) else [self.colour(part) for part in name]


def numeric(value):
    """A constant as floats, with None as NaN; words stay words."""
    try:
        return np.array(value, float)
    except ValueError:
        return np.array(value, object)


def aligned(*channels):
    """The channels as arrays of one shape, (n,) or (rows, n); a missing one counts 0, 1, 2, ..."""
    size = max(np.shape(np.atleast_1d(part))[-1] for part in channels if part is not None)
    return np.broadcast_arrays(*(np.arange(size) if part is None else np.atleast_1d(part) for part in channels))


def rows(*channels):
    """The channels aligned, one tuple of 1-D arrays for each row."""
    return list(zip(*(np.atleast_2d(part) for part in aligned(*channels))))


def joined(pieces):
    """1-D arrays one after the other, with a gap between them."""
    gap = np.array([np.nan])
    parts = [part for piece in pieces for part in (piece, gap)][:-1]
    return np.concatenate(parts) if parts else np.array([])


def common(mark, scene):
    """What every trace has: its name in the legend, and whether it shows."""
    label = mark.get("label", "")
    return {"name": label, "showlegend": bool(label), "visible": scene.truth(mark["when"])}


def line(mark, scene):
    series = rows(scene.channel(mark["x"]), scene.channel(mark["y"]))
    style = {
        "color": scene.colour(mark["color"]),
        "width": mark["width"],
        "dash": DASHES[mark["dash"]],
    }
    trace = common(mark, scene) | {"type": "scatter", "mode": "lines", "opacity": mark["opacity"]}
    if isinstance(mark["color"], str):
        return [trace | path(series) | {"line": style}]
    # A trace for each listed colour, with the rows that have it; only the first stands in the legend.
    count = len(mark["color"])
    traces = [
        trace | path(series[k::count]) | {"line": style | {"color": colour}} for k, colour in enumerate(style["color"])
    ]
    return traces[:1] + [part | {"showlegend": False} for part in traces[1:]]


def path(series):
    """x and y of several rows (x, y) as one line with gaps between."""
    return {"x": joined([x for x, _ in series]), "y": joined([y for _, y in series])}


def band(mark, scene):
    outlines = []
    for x, low, high in rows(*(scene.channel(mark[name]) for name in ("x", "low", "high"))):
        whole = np.isfinite(np.asarray(low, float)) & np.isfinite(np.asarray(high, float))
        edges = np.flatnonzero(np.diff(np.concatenate([[0], whole, [0]])))
        for first, end in zip(edges[::2], edges[1::2]):
            part = slice(first, end)
            outlines.append((joined_back(x[part], x[part]), joined_back(low[part], high[part])))
    x, y = (joined(part) for part in zip(*outlines)) if outlines else ([], [])
    trace = {"type": "scatter", "mode": "lines", "x": x, "y": y, "fill": "toself", "hoverinfo": "skip"}
    style = {"line": {"width": 0}, "fillcolor": faded(scene.colour(mark["color"]), mark["opacity"])}
    return [common(mark, scene) | trace | style]


def joined_back(there, back):
    """One way and back: the outline of the area between two curves."""
    return np.concatenate([there, back[::-1]])


def faded(colour, opacity):
    """#RRGGBB with an opacity, as CSS."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def colours(mark, scene, items):
    """The colour of a mark, or of each item if a list is given; a short list begins again."""
    given = scene.colour(mark["color"])
    return given if isinstance(given, str) else [given[k % len(given)] for k in range(len(items))]


def bar(mark, scene):
    x, y, base = (part.ravel() for part in aligned(*(scene.channel(mark[name]) for name in ("x", "y", "base"))))
    trace = {"type": "bar", "x": x, "y": y - base, "base": base, "width": mark["width"]}
    if scene.log_y and (base <= 0).all():
        trace |= {"y": y, "base": None}  # on a logarithmic axis such bars stand on the lower edge
    return [common(mark, scene) | trace | {"marker": {"color": colours(mark, scene, x)}, "opacity": mark["opacity"]}]


def dot(mark, scene):
    x, y = (part.ravel() for part in aligned(scene.channel(mark["x"]), scene.channel(mark["y"])))
    symbol = SYMBOLS.get(mark["symbol"], mark["symbol"])
    style = {"color": colours(mark, scene, x), "size": 2 * mark["size"], "symbol": symbol}
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": y,
        "marker": style,
        "opacity": mark["opacity"],
    }
    return [common(mark, scene) | trace]


def rule(mark, scene):
    # The other coordinate runs from 0 to 1 on a hidden axis that spans the whole chart.
    upright = mark["x"] is not None
    places = np.ravel(scene.channel(mark["x" if upright else "y"]))
    along = joined([np.array([place, place]) for place in places])
    across = joined([np.array([0.0, 1.0])] * len(places))
    style = {
        "color": scene.colour(mark["color"]),
        "width": mark["width"],
        "dash": DASHES[mark["dash"]],
    }
    trace = {"type": "scatter", "mode": "lines", "line": style}
    where = {"x": along, "y": across, "yaxis": "y2"} if upright else {"x": across, "y": along, "xaxis": "x2"}
    return [common(mark, scene) | trace | where]


def arrow(mark, scene):
    ends = [part.ravel() for part in aligned(*(scene.channel(mark[name]) for name in ("x1", "y1", "x2", "y2")))]
    x, y = (joined([np.array(pair) for pair in zip(*ends[k::2])]) for k in (0, 1))
    colour = scene.colour(mark["color"])
    head = {"symbol": "arrow", "angleref": "previous", "color": colour, "size": [0, 12, 0] * len(ends[0])}
    trace = {"type": "scatter", "mode": "lines+markers", "x": x, "y": y, "marker": head}
    return [common(mark, scene) | trace | {"line": {"color": colour, "width": mark["width"]}}]


def words(mark, scene):
    x, y = (part.ravel() for part in aligned(scene.channel(mark["x"]), scene.channel(mark["y"])))
    text = mark["text"]
    filled = [scene.fill(text)] * len(x) if isinstance(text, str) else [scene.fill(part) for part in text]
    # Plotly has no offsets in pixels: dy only chooses above, on or below.
    level = "middle" if abs(mark["dy"]) < 4 else "top" if mark["dy"] < 0 else "bottom"
    trace = {"type": "scatter", "mode": "text", "x": x, "y": y, "text": filled, "cliponaxis": False}
    style = {
        "textposition": f"{level} {PLACES[mark['anchor']]}",
        "textfont": {"color": scene.colour(mark["color"])},
    }
    return [common(mark, scene) | trace | style | {"hoverinfo": "skip"}]


def grid(mark, scene):
    """z, and the middles of its columns and rows."""
    z = np.asarray(scene.channel(mark["z"]), float)
    middles = [
        low + (np.arange(count) + 0.5) * (high - low) / count
        for (low, high), count in zip((mark["x"], mark["y"]), z.shape[::-1])
    ]
    return {"z": z, "x": middles[0], "y": middles[1]}


def raster(mark, scene):
    low, high = mark["domain"]
    scale = [[place / 4, colour] for place, colour in enumerate(SCALES[mark["scheme"]])]
    style = {"colorscale": scale, "zmin": low, "zmax": high, "showscale": True}
    return [common(mark, scene) | {"type": "heatmap", "showlegend": False} | grid(mark, scene) | style]


def contour(mark, scene):
    # One trace a level, since the levels need not be evenly spaced.
    style = {"type": "contour", "showscale": False, "hoverinfo": "skip", "showlegend": False}
    style["line"] = {"color": scene.colour(mark["color"]), "width": mark["width"]}
    shared = common(mark, scene) | grid(mark, scene) | style
    constraint = {"type": "constraint", "operation": "="}
    return [shared | {"contours": constraint | {"value": level}} for level in mark["levels"]]


TRACES = {
    "line": line,
    "band": band,
    "bar": bar,
    "dot": dot,
    "rule": rule,
    "arrow": arrow,
    "text": words,
    "raster": raster,
    "contour": contour,
}
