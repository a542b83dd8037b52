"""Where everything of the graph's picture stands: two layouts of one drawing.

Along the flow a place has the coordinate u, across it w: the wide picture flows from left to right (u = x, w = y),
the narrow one from top to bottom (u = y, w = x). What the examples share lies in a lane at small w; each example has a
row of its own.
"""

from dataclasses import dataclass
from math import hypot

START, END = 3, 11  # free space between a node and the line that leaves or (with its arrowhead) reaches it
EXAMPLES = (1, 2, 3)


@dataclass(frozen=True)
class Layout:
    """A drawing's sizes and places.

    size : (width, height) of the drawing.   box : (width, height) of a node.   wide : flows from left to right.
    along : u of each kind of node.   rows : w of each example.   lane : w of mu, v, s, r, gamma.   far : w of beta.
    square : w of q_i, counted from its row.   bypass : w of the line c_i -> xhat_i, counted from its row.
    """

    size: tuple
    box: tuple
    wide: bool
    along: dict
    rows: tuple
    lane: float
    far: float
    square: float
    bypass: float

    def place(self, u, w):
        """(x, y) of a place."""
        return (u, w) if self.wide else (w, u)

    def node(self, name):
        """(u, w) of a node's middle."""
        kind, number = name.rstrip("123"), name[-1]
        if kind in ("x", "c", "q", "xhat", "y"):
            row = self.rows[int(number) - 1]
            return self.along[kind], row + (self.square if kind == "q" else 0)
        across = {"L": self.rows[1], "beta": self.far}.get(kind, self.lane)
        return self.along[kind], across

    def middle(self, name):
        """(x, y) of a node's middle."""
        return self.place(*self.node(name))

    def side(self, name, which, shift=0):
        """(u, w) on the border of a node: "before", "after", "inner" (towards larger w) or "outer"."""
        (u, w), (along, across) = self.node(name), self.place(*self.box)
        return {
            "before": (u - along / 2, w + shift),
            "after": (u + along / 2, w + shift),
            "inner": (u + shift, w + across / 2),
            "outer": (u + shift, w - across / 2),
        }[which]

    def ends(self, source, target):
        """((x, y), (x, y)) where an edge leaves its source and where it reaches its target."""
        kinds = source.rstrip("123"), target.rstrip("123")
        i = next((int(name[-1]) for name in (source, target) if name[-1].isdigit()), 0)
        ports = self._ports(i)[kinds]
        return tuple(self.place(*self.side(name, *port)) for name, port in zip((source, target), ports, strict=True))

    def _ports(self, i):
        """(source kind, target kind) -> ((side, shift) at the source, (side, shift) at the target), for example i."""
        fan = (3 - i) * 9  # the lines of a fan leave one node at different places, so that they do not cross
        third = self.place(*self.box)[1] / 4
        return {
            ("x", "mu"): (("after", -third), ("inner", -fan)),
            ("x", "c"): (("after",), ("before",)),
            ("mu", "c"): (("inner", fan), ("before", -third)),
            ("c", "q"): (("after", self.square / 4 if self.wide else self.square), ("before",)),
            ("c", "xhat"): (("after", self.bypass), ("before", self.bypass)),
            ("q", "v"): (("after",), ("inner", 9 - fan)),
            ("v", "s"): (("after",), ("before",)),
            ("s", "r"): (("after",), ("before",)),
            ("r", "xhat"): (("inner", fan), ("before", -third)),
            ("xhat", "y"): (("after",), ("before",)),
            ("gamma", "y"): (("inner", fan), ("before", -third)),
            ("beta", "y"): (("outer", (i - 1) * 9), ("before", third)),
            ("y", "L"): (("after",), ("before", (i - 2) * third)),
        }

    def line(self, source, target, back=False):
        """The SVG path of an edge; back=True runs from its target to its source. Room is left for the head."""
        (x0, y0), (x1, y1) = self.ends(source, target)[:: -1 if back else 1]
        length = hypot(x1 - x0, y1 - y0)
        at = lambda t: f"{x0 + (x1 - x0) * t:.1f},{y0 + (y1 - y0) * t:.1f}"
        return f"M{at(START / length)}L{at(1 - END / length)}"

    def label(self, source, target):
        """(x, y, anchor) of the number of an edge. Numbers of a fan stand beside its lines, clear of the rows."""
        (x0, y0), (x1, y1) = self.ends(source, target)
        if not self.wide:
            return (x0 + x1) / 2, (y0 + y1) / 2, "middle"
        x_at = lambda y: x0 + (x1 - x0) * (y - y0) / (y1 - y0)
        kinds = source.rstrip("123"), target.rstrip("123")
        if kinds in (("mu", "c"), ("r", "xhat")):
            return x_at(y1 - 26) + 5, y1 - 26, "start"
        if kinds == ("gamma", "y"):
            return x_at(y1 - 34) - 5, y1 - 34, "end"
        if kinds == ("beta", "y"):
            return x_at(y1 + 28) - 6, y1 + 28, "end"
        if kinds == ("x", "mu"):
            return x_at(y0 - 24) - 5, y0 - 24, "end"
        if kinds == ("c", "q"):
            return (x0 + x1) / 2 - 7, (y0 + y1) / 2, "end"
        if kinds == ("q", "v"):
            return (x0 + x1) / 2 + 6, (y0 + y1) / 2 + 3, "start"
        if kinds == ("y", "L") and y0 != y1:
            return (x0 + x1) / 2 + 4, (y0 + y1) / 2 + (-10 if y0 < y1 else 10), "start"
        return (x0 + x1) / 2, y0 - 11, "middle"


WIDE = Layout(
    size=(892, 510),
    box=(62, 56),
    wide=True,
    along={
        "x": 33, "mu": 115, "c": 198, "q": 275, "v": 344, "s": 452, "r": 560,
        "xhat": 642, "gamma": 701, "beta": 701, "y": 762, "L": 860,
    },
    rows=(156, 260, 364),
    lane=40,
    far=472,
    square=-52,
    bypass=0,
)  # fmt: skip
NARROW = Layout(
    size=(332, 708),
    box=(54, 50),
    wide=False,
    along={
        "x": 26, "mu": 88, "c": 150, "q": 220, "v": 296, "s": 366, "r": 436,
        "xhat": 506, "gamma": 556, "beta": 556, "y": 610, "L": 682,
    },
    rows=(104, 175, 246),
    lane=28,
    far=304,
    square=-10,
    bypass=23,
)  # fmt: skip
