"""The elements of the graph's picture: nodes as small cards, edges as arrows that turn around on the way back."""

from explorable import Bind, Label, Linear, Map, Path, Rect, Select

from . import words
from .model import graph
from .steps import EDGES, NODES

LINE = 17  # from one line of text in a node to the next
NEVER, DONE, NOW, RETURNED, RETURNING = range(5)  # states of a node or an edge


def edge_name(edge):
    return "-".join(edge)


def band(layout):
    """The lane of what all examples share, tinted, with its name."""
    (x0, y0), (x1, y1) = layout.middle("mu"), layout.middle("r")
    half_x, half_y = layout.box[0] / 2 + 7, layout.box[1] / 2 + 7
    left, top = max(x0 - half_x, 0), max(min(layout.middle("s")[1], y0) - half_y, 0)
    yield Rect(
        "shared",
        left,
        top,
        x1 + half_x + 20 * layout.wide - left,
        max(y0, y1) + half_y - top,
        radius=14,
        tone="muted",
        stroke="none",
    )
    lines = ("shared by the batch", "", "") if layout.wide else ("shared", "by the", "batch")
    x, y = (left + 12, 22) if layout.wide else (layout.lane, (y0 + layout.middle("v")[1]) / 2 - 16)
    for k, text in enumerate(lines):
        anchor = "start" if layout.wide else "middle"
        yield Label(f"shared{k}", x, y + 16 * k, text, size=13 if layout.wide else 12, anchor=anchor, tone="muted")


def edges(layout, select=True):
    """Both ways of each edge; the way forward can be chosen."""
    for edge in EDGES:
        name = edge_name(edge)
        choice = {"select": Select("part", name), "spoken": f"edge {words.spoken(edge)}"} if select else {}
        yield Path(name, layout.line(*edge), arrow=True, stroke="grid", **choice)
    for edge in EDGES:
        yield Path(f"{edge_name(edge)}-back", layout.line(*edge, back=True), arrow=True, stroke="upstream")


def edge_labels(layout):
    """The local derivative on each edge: constants pale, since nothing moves them."""
    for edge in EDGES:
        x, y = layout.label(*edge)
        slope = graph().edges[edge].derivative
        name = f"{edge_name(edge)}-number"
        inside = edge in (("v", "s"), ("s", "r"))  # of the tinted lane
        if slope.is_number:
            yield Label(name, x, y, constant(slope), size=13, halo=True, tone="muted")
        else:
            yield Label(name, x, y, size=13, halo=not inside, tone="ink")


def constant(slope):
    """A local derivative that is a number: ⅓, 1 or −1."""
    return words.FRACTIONS.get(slope) or str(slope).replace("-", "\N{MINUS SIGN}")


def legend(layout, *texts):
    """Which of the two numbers of a card is which."""
    x, y = (604, 20) if layout.wide else (2, 10)
    for k, (text, tone) in enumerate(zip(texts, ("forward", "upstream"), strict=True)):
        top = y + 22 * k
        yield Rect(f"legend-{tone}-ground", x, top, 66, 18, radius=3, tone=tone, stroke="none")
        yield Label(f"legend-{tone}", x + 33, top + 9, text, size=13, tone=tone)


def nodes(layout, select=True):
    """A card for each node: its symbol, its value, its gradient."""
    width, height = layout.box
    line, symbol, size = (LINE, 16, 13) if layout.wide else (LINE, 15, 12)
    for name in NODES:
        x, y = layout.middle(name)
        choice = {"select": Select("part", name), "spoken": f"node {words.spoken(name)}"} if select else {}
        half = height / 2
        yield Rect(name, x - width / 2, y - half, width, height, radius=8, fill="paper", stroke="grid", **choice)
        for kind, top, tone in (("value", y - line / 2, "forward"), ("gradient", y + line / 2, "upstream")):
            bottom = y + line / 2 if kind == "value" else y + half - 3
            place = x - width / 2 + 2, top, width - 4, bottom - top
            yield Rect(f"{name}-{kind}-ground", *place, radius=3, tone=tone, stroke="none")
        yield Label(f"{name}-symbol", x, y - line, words.named(name), size=symbol, math=True)
        yield Label(f"{name}-value", x, y, size=size, tone="forward")
        yield Label(f"{name}-gradient", x, y + line, size=size, tone="upstream")


def edge_bindings():
    """Arrows by the state of each edge; on the way back as broad as the share of dx_i that they carry."""
    forward = Map({NEVER: "grid", DONE: "muted", NOW: "forward", RETURNED: "none", RETURNING: "none"})
    widths = Map({NEVER: 1.25, DONE: 1.5, NOW: 3, RETURNED: 1.5, RETURNING: 1.5})
    for k, edge in enumerate(EDGES):
        name = edge_name(edge)
        yield Bind(name, "stroke", "edge_state", k, scale=forward)
        yield Bind(name, "width", "edge_state", k, scale=widths)
        yield Bind(f"{name}-back", "hidden", "edge_ahead", k)
        yield Bind(f"{name}-back", "width", "edge_strength", k, scale=Linear((0, 0.6), (1.25, 6)))
        if not graph().edges[edge].derivative.is_number:
            yield Bind(f"{name}-number", "text", "local", k, format=".3g")


def edge_number_bindings(layout):
    """The wide picture has room for the numbers of all edges in use, the narrow one for those of the moment."""
    output = "number_unknown" if layout.wide else "number_aside"
    return [Bind(f"{edge_name(edge)}-number", "hidden", output, k) for k, edge in enumerate(EDGES)]


def node_bindings():
    """Cards fill up as the walk goes on; that of the step has a bold frame."""
    frames = Map({NEVER: "grid", DONE: "muted", NOW: "forward", RETURNING: "upstream"})
    for k, name in enumerate(NODES):
        yield Bind(name, "stroke", "node_state", k, scale=frames)
        yield Bind(name, "current", "node_now", k)
        for kind in ("value", "gradient"):
            yield Bind(f"{name}-{kind}", "text", kind, k, format=".3g")
            yield Bind(f"{name}-{kind}", "hidden", f"no_{kind}", k)
            yield Bind(f"{name}-{kind}-ground", "hidden", f"no_{kind}", k)
