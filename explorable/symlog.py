"""An axis for numbers of all sizes and both signs: linear around 0, logarithmic beyond; as in static/axes.js."""

import numpy as np

DECADES = 4  # beyond the linear part, so many take as much room as the linear part on one side of 0
STEPS = (3, 6, 9, 12, 15, 30, 60, 90)  # decades from tick to tick
MOST = 4  # ticks beyond the linear part, on one side


def bend(values, edge):
    """Places along the axis: numbers from -edge to edge become -1 to 1, what is larger a quarter more a decade.

    >>> bend([-1, 0, 2, 2e4], edge=2).tolist()
    [-0.5, 0.0, 1.0, 2.0]
    """
    scaled = np.asarray(values, float) / edge
    size = np.abs(scaled)
    return np.where(size <= 1, scaled, np.sign(scaled) * (1 + np.log10(np.maximum(size, 1)) / DECADES))


def ticks(edge, low, high):
    """Tick values for numbers from low to high: the linear part by halves, and powers of ten beyond.

    >>> ticks(2, -1, 3e9)
    [-2.0, -1.0, 0.0, 1.0, 2.0, 1000.0, 1000000.0, 1000000000.0]
    """
    linear = [edge * part for part in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    below, above = (powers(edge, size) for size in (-low, high))
    return [-value for value in reversed(below)] + linear + above


def powers(edge, size):
    """A few powers of ten from above the linear part up to about `size`."""
    if size <= edge:
        return []
    last = int(np.ceil(np.log10(size) - 1e-9))
    step = next(step for step in STEPS if last / step <= MOST or step == STEPS[-1])
    return [10.0**power for power in range(step, last + 1, step) if 10.0**power > edge]


def label(value, edge):
    """A tick as text: its number, or a power of ten with its sign, as Plotly's HTML."""
    if abs(value) <= edge:
        return f"{value:g}".replace("-", "\N{MINUS SIGN}")
    return f"{'' if value > 0 else chr(0x2212)}10<sup>{round(np.log10(abs(value)))}</sup>"


def bent_trace(trace, name, edge):
    """A Plotly trace with its coordinate `name` ("x" or "y") along such an axis; hovering still tells the numbers."""
    if trace.get(name) is None or f"{name}axis" in trace:  # the other axis of a rule
        return trace
    values = np.asarray(trace[name], float)
    if trace["type"] != "bar" or name == "x":
        return trace | {name: bend(values, edge), "customdata": values, "hovertemplate": hover(name)}
    base = np.zeros_like(values) if trace.get("base") is None else np.asarray(trace["base"], float)
    top, foot = bend(base + values, edge), bend(base, edge)
    return trace | {"y": top - foot, "base": foot, "customdata": base + values, "hovertemplate": hover(name)}


def hover(name):
    shown = {"x": "%{customdata:.3g}, %{y}", "y": "%{x}, %{customdata:.3g}"}[name]
    return shown + "<extra>%{fullData.name}</extra>"


def axis_layout(edge, traces, name):
    """Ticks of the Plotly axis for what these traces, bent already, hold."""
    held = [np.ravel(trace["customdata"]) for trace in traces if trace.get("hovertemplate") == hover(name)]
    values = np.concatenate([*held, [0.0]])
    values = values[np.isfinite(values)]
    places = ticks(edge, values.min(), values.max())
    return {"tickvals": bend(places, edge).tolist(), "ticktext": [label(place, edge) for place in places]}
