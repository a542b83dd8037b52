"""Every path from the loss to one input: its edges in the picture, its product, and the sum of all sixteen."""

import numpy as np
import sympy as sp

from explorable import (
    Axis,
    Bar,
    Bind,
    Cases,
    Chart,
    Choice,
    Diagram,
    Dot,
    Explorable,
    Label,
    Map,
    Rule,
    Select,
    Slider,
    Symbolic,
    Vector,
)
from explorable.models import component

from . import model, picture, words
from .graph import inputs
from .layout import NARROW, WIDE
from .steps import EDGES, NODES

INPUTS = (1, 2, 3)
BETA = -1  # of the values shown; no gradient of an input depends on it
GROUPS = (((), "direct"), (("mu",), "by μ"), (("v",), "by v"), (("mu", "v"), "by v and μ"))


def group(path):
    """Which of GROUPS a path belongs to: 0 uses neither the mean nor the variance, 3 uses both."""
    return [through for through, _ in GROUPS].index(tuple(name for name in ("mu", "v") if name in path.nodes))


def paths(i):
    """The 16 paths from x_i to L, in the order of GROUPS."""
    return sorted(model.graph().paths(f"x{i}"), key=group)


COUNT = len(paths(1))
SIZES = [sum(group(path) == k for path in paths(1)) for k in range(len(GROUPS))]


def ways():
    """Choose one of sixteen paths, see it in the graph with its product, and see all products add up to dx_i."""
    x, dy, gamma, eps = inputs()
    return Explorable(
        key="backprop-paths",
        title="Sixteen paths, one gradient",
        controls=[
            Slider("path", "path", low=1, high=COUNT, step=1, start=14, unit=f"of {COUNT}", play=16),
            Choice("i", "to the input", options={i: words.plain(f"x_{i}") for i in INPUTS}, start=1),
            gamma,
            x,
            dy,
            eps,
        ],
        model=Symbolic(outputs(), constants={"used": _used()}),
        figures=[diagram(), sums()],
        readout=Cases("state", dict(enumerate(_sentences()))),
        layout="stacked",
        wide=True,
        caption="Above, one path from the loss back to the input, with the local derivative on each of its arrows; the "
        "cards hold the product so far. Below, each bar is one path's product and starts where the bar before "
        "it ended. Dashed lines part the direct path, the three by the mean, the three by the variance, and the nine "
        "by both. Press a dot to choose its path.",
    )


def _all():
    return [path for i in INPUTS for path in paths(i)]


def _used():
    """1 where a path uses an edge: for each edge, all paths to x_1, then those to x_2 and x_3."""
    return np.array([[float(edge in _edges(path)) for path in _all()] for edge in EDGES]).ravel()


def _edges(path):
    return [(edge.source, edge.target) for edge in path.edges]


def outputs():
    """The chosen path's edges and its product node by node; all products and their running sum."""
    n = model.numbers()
    path, i = sp.symbols("path i")
    state = COUNT * (i - 1) + path - 1
    used = {edge: component(Vector("used", "use"), state + len(_all()) * k) for k, edge in enumerate(EDGES)}
    so_far, on = {"L": sp.S.One}, {"L": sp.S.One}
    for name in reversed(NODES[:-1]):
        ways_out = [edge for edge in EDGES if edge[0] == name]
        so_far[name] = sp.Add(*(used[edge] * n.local[edge] * so_far[edge[1]] for edge in ways_out))
        on[name] = sp.Add(*(used[edge] for edge in ways_out))
    products = [_product(place) for place in range(COUNT)]
    running = [sp.Add(*products[: k + 1]) for k in range(COUNT)]
    before = [sp.S.Zero, *running[:-1]]
    return {
        "local": list(n.local.values()),
        "value": [value.xreplace({sp.Symbol("beta"): BETA}) for value in n.value.values()],
        "so_far": [so_far[name] for name in NODES],
        "unused": [1 - used[edge] for edge in EDGES],
        "aside": [1 - on[name] for name in NODES],
        "products": products,
        "running": running,
        "before": before,
        "product": _pick(products, path),
        "from_now": _pick(before, path),
        "to_now": _pick(running, path),
        "target": _for_input([n.gradient[f"x{k}"] for k in INPUTS]),
        "both": sp.Add(*products[-SIZES[-1] :]),
        "state": state,
    }


def _product(place):
    """The product of the path at this place of the order, for the chosen input."""
    local = model.numbers().local
    return _for_input([sp.Mul(*(local[edge] for edge in _edges(paths(i)[place]))) for i in INPUTS])


def _for_input(values):
    """The value that belongs to the chosen input."""
    first, second, third = values
    i = sp.Symbol("i")
    return sp.Piecewise((first, sp.Eq(i, 1)), (second, sp.Eq(i, 2)), (third, True))


def _pick(values, path):
    """The value of the chosen path."""
    cases = [(value, sp.Eq(path, k + 1)) for k, value in enumerate(values[:-1])]
    return sp.Piecewise(*cases, (values[-1], True))


def _sentences():
    for number, path in enumerate(_all()):
        way = " → ".join(words.plain(words.named(name)) for name in path.nodes)
        goal = f"d{words.plain(words.named(path.nodes[0]))}"
        yield (
            f"Path {number % COUNT + 1}, {way}: {{product:.3g}}. All {COUNT} add up to {goal} = {{target:.4g}}; the "
            f"last {SIZES[-1]} to {{both:.3f}}."
        )


def _symbols():
    """The product of each path in symbols, from the loss to the input."""
    write = words.Printer(model.graph())
    for path in _all():
        factors = (words.FRACTIONS.get(edge.derivative) or write(edge.derivative) for edge in reversed(path.edges))
        yield " · ".join(f"({factor})" if factor[0] == "−" else factor for factor in factors)


def diagram():
    """The graph with one path in it."""
    drawings, bindings = [], list(_bindings())
    for layout, extra, place in ((WIDE, 76, (300, 478)), (NARROW, 40, (166, 722))):
        product = Label("product", *place, size=16, math=True)
        elements = [
            *picture.band(layout),
            *picture.edges(layout, select=False),
            *picture.nodes(layout, select=False),
            *picture.edge_labels(layout),
            *picture.legend(layout, "value", "product"),
            product,
        ]
        width, height = layout.size
        drawings.append((width, height + extra, elements))
    return Diagram(
        *drawings[0],
        bindings,
        narrow=Diagram(*drawings[1], bindings, alt=""),
        alt="The graph of batch normalization with path {path} of 16 to input {i}; its product is {product:.3g}.",
    )


def _bindings():
    yield Bind("product", "text", "state", scale=Map(dict(enumerate(_symbols()))))
    for k, edge in enumerate(EDGES):
        name = picture.edge_name(edge)
        yield Bind(name, "opacity", "unused", k)
        yield Bind(f"{name}-back", "hidden", "unused", k)
        yield Bind(f"{name}-back", "width", "unused", k, scale=Map({0: 4, 1: 1}))
        yield Bind(f"{name}-number", "hidden", "unused", k)
        if not model.graph().edges[edge].derivative.is_number:
            yield Bind(f"{name}-number", "text", "local", k, format=".3g")
    for k, name in enumerate(NODES):
        yield Bind(name, "stroke", "aside", k, scale=Map({0: "upstream", 1: "grid"}))
        yield Bind(f"{name}-value", "text", "value", k, format=".3g")
        yield Bind(f"{name}-gradient", "text", "so_far", k, format=".3g")
        yield Bind(f"{name}-gradient", "hidden", "aside", k)
        yield Bind(f"{name}-gradient-ground", "hidden", "aside", k)


def sums():
    """A bar for each product, one on top of the other; dots choose a path."""
    numbers = list(range(1, COUNT + 1))
    starts = np.cumsum([0, *SIZES])
    marks = [
        Rule(y=0, color="grid", dash=False, width=1),
        *(Rule(x=float(start) + 0.5, color="grid", width=1) for start in starts[1:-1]),
        Rule(y="target", color="truth", label="dx, the sum of all"),
        Bar(numbers, "running", base="before", color="upstream", width=0.62, opacity=0.75),
        Bar("path", "to_now", base="from_now", color="moved", width=0.62, label="the chosen path"),
        Dot(numbers, "running", color="upstream", size=4, select=Select("path")),
    ]
    return Chart(
        marks,
        title="Their products, added up",
        x=Axis("path", ticks=(1, 2, 5, 8, 16), domain=(0.4, COUNT + 0.6)),
        y=Axis("running sum"),
        height=230,
        alt="Sixteen bars, each from the running sum before a path to the running sum with it: {running:.3g}. They end "
        "at {target:.4g}.",
    )
