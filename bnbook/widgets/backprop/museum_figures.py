"""The pictures of the museum: the graph with its switches, both gradients, and the error of each test."""

import numpy as np

from explorable import Axis, Bar, Bind, Chart, Circle, Diagram, Dot, Drag, Label, Map, Path, Rect, Rule, Select, Text

# Edge of the graph -> the toggle that keeps it.
SWITCHES = {
    "x-mu": "keep_x_mean",
    "x-var": "keep_x_variance",
    "mu-var": "keep_back",
    "x-xhat": "keep_direct",
    "mu-xhat": "keep_mean",
    "var-xhat": "keep_variance",
    "xhat-y": "keep_gamma",
}
WORDS = {  # the local derivatives; that of the variance by the mean is −2 mean(c), which is 0
    "x-mu": "1/m",
    "x-var": "2c/m",
    "mu-var": "0",
    "x-xhat": "1/s",
    "mu-xhat": "−1/s",
    "var-xhat": "−c/2s³",
    "xhat-y": "γ",
}
NAMES = {"x": "x", "mu": "μ", "var": "σ²", "xhat": "x̂", "y": "y", "loss": "L"}
NODE, SWITCH = 20, 13  # radii; smaller in the narrow drawing
# name -> (x, y) of the nodes; edge -> (dx, dy) from its switch to its words, and their anchor
WIDE = {"x": (50, 120), "mu": (240, 40), "var": (240, 200), "xhat": (430, 120), "y": (540, 120), "loss": (630, 120)}
WIDE_WORDS = {  # the local derivatives; that of the variance by the mean is −2 mean(c), which is 0
    "x-mu": (-6, -22, "end"),
    "x-var": (-6, 24, "end"),
    "mu-var": (20, 5, "start"),
    "x-xhat": (0, -22, "middle"),
    "mu-xhat": (6, -22, "start"),
    "var-xhat": (6, 24, "start"),
    "xhat-y": (0, -22, "middle"),
}
# Also where the figure stands beside the controls.
NARROW = {"x": (26, 130), "mu": (118, 30), "var": (118, 230), "xhat": (212, 130), "y": (286, 130), "loss": (342, 130)}
NARROW_WORDS = WIDE_WORDS | {
    "x-mu": (-12, -14, "end"),
    "x-var": (-12, 18, "end"),
    "x-xhat": (0, 24, "middle"),
    "mu-var": (6, 60, "start"),
}
# How far along its edge a switch sits, if not in the middle: these two edges cross there.
PLACES = {"x-xhat": 0.27, "mu-var": 0.3}


# verdict -> what the test says, what is so, and what that makes
PLATES = {
    "test": dict(enumerate(("✕ the test fails", "✓ the test passes") * 2)),
    "formula": dict(enumerate(("✓ the formula is right",) * 2 + ("✕ the formula is wrong",) * 2)),
    "so": {0: "FALSE ALARM", 1: "ALL IS WELL", 2: "CAUGHT", 3: "MISSED"},
}
BAD = {0: "plain", 1: "muted", 2: "muted", 3: "plain"}  # the color of a plate: is the test of use?


def plate():
    """The verdict, before anything else."""
    wide = [Rect("so", 2, 3, 150, 46), Rect("test", 168, 3, 210, 46), Rect("formula", 394, 3, 264, 46)]
    narrow = [Rect("so", 2, 3, 356, 36), Rect("test", 2, 45, 165, 32), Rect("formula", 173, 45, 185, 32)]
    words = [Bind(name, "text", "verdict", scale=Map(texts)) for name, texts in PLATES.items()]
    return Diagram(
        660,
        52,
        wide,
        [*words, Bind("so", "stroke", "verdict", scale=Map(BAD))],
        narrow=Diagram(360, 80, narrow, alt=""),
        alt="The verdict. Error {error:.1e}, tolerance {tolerance}.",
    )


def graph():
    """The graph of Ioffe and Szegedy's chain; each edge with a switch that cuts it on the way back."""
    elements, bindings = _drawing(WIDE, WIDE_WORDS, NODE, SWITCH)
    narrow, _ = _drawing(NARROW, NARROW_WORDS, 15, 11)
    return Diagram(
        660,
        250,
        elements,
        bindings,
        narrow=Diagram(360, 262, narrow, alt=""),
        title="The way back",
        alt="The graph from x over the mean, the variance and x-hat to y and the loss, with a switch on each edge. "
        "Kept: mean to x-hat {keep_mean}, variance to x-hat {keep_variance}, mean to variance {keep_back}, gamma "
        "{keep_gamma}.",
    )


def _drawing(places, words, radius, switch):
    """Nodes, edges and switches at these places: (elements, bindings). radius, switch : of nodes and switches."""
    elements, bindings = [], []
    edges = [*SWITCHES, "y-loss"]
    for edge in edges:
        start, end = (np.array(places[name], float) for name in edge.split("-"))
        along = (end - start) / np.linalg.norm(end - start)
        (x1, y1), (x2, y2) = start + radius * along, end - (radius + 3) * along
        elements.append(Path(f"edge {edge}", f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", arrow=True, tone="upstream"))
    for edge, name in SWITCHES.items():
        start, end = (np.array(places[part], float) for part in edge.split("-"))
        x, y = start + PLACES.get(edge, 0.5) * (end - start)
        dx, dy, anchor = words[edge]
        spoken = f"keep the edge from {edge.replace('-', ' to ')}"
        elements += [
            Circle(
                f"switch {edge}",
                x,
                y,
                switch,
                text="✓",
                fill="paper",
                stroke="upstream",
                spoken=spoken,
                select=Select(name, True),
            ),
            Label(f"words {edge}", x + dx, y + dy, WORDS[edge], size=13, anchor=anchor, tone="muted"),
        ]
        bindings += [
            Bind(f"edge {edge}", "opacity", name, scale=Map({0: 0.15, 1: 1})),
            Bind(f"switch {edge}", "text", name, scale=Map({0: "✕", 1: "✓"})),
            Bind(f"switch {edge}", "stroke", name, scale=Map({0: "plain", 1: "upstream"})),
        ]
    for name, (x, y) in places.items():
        elements.append(Circle(f"node {name}", x, y, radius, text=NAMES[name], fill="paper", stroke="muted"))
    return elements, bindings


def entries(m):
    """dx of each example, by finite differences and by the formula."""
    places = np.arange(1, m + 1, dtype=float)
    return Chart(
        [
            Rule(y=0, color="grid", dash=False, width=1),
            Bar(places - 0.18, "numeric", color="truth", width=0.32, label="finite differences"),
            Bar(places + 0.18, "formula", color="moved", width=0.32, label="the formula"),
        ],
        title="dx of the chosen loss",
        x=Axis("example", ticks=tuple(range(1, m + 1)), domain=(0.5, m + 0.5)),
        y=Axis("dx"),
        height=220,
        alt="Two bars for each example. Finite differences: {numeric:.2g}. The formula: {formula:.2g}.",
    )


def verdicts(smallest):
    """The error that each of the three losses reports, and the tolerance."""
    low, high = float(smallest), 10
    names = ("Σ dy · y, random dy", "Σ y", "Σ y²")
    return Chart(
        [
            *(Rule(y=row, color="grid", dash=False, width=1) for row in range(3)),
            *(Text(low, 2 - row, name, color="muted", anchor="start", dy=-17) for row, name in enumerate(names)),
            Rule(x="tolerance", color="predicted", label="tolerance", drag=Drag("tolerance", along="x")),
            Dot("errors", [2, 1, 0], color="truth", size=5, select=Select("loss")),
            Dot("error_shown", "row", color="moved", size=8, label="the chosen test"),
        ],
        title="The error that each test reports",
        x=Axis("error", log=True, domain=(low, high)),
        y=Axis(domain=(-0.4, 2.8), ticks=()),
        height=190,
        alt="Errors on a logarithmic line. Random upstream gradient: {errors[0]:.1e}. Sum of y: {errors[1]:.1e}. Sum "
        "of squares: {errors[2]:.1e}. The tolerance is {tolerance}.",
    )
