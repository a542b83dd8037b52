"""Where everything of the graph's picture stands: two layouts of one drawing.

Along the flow a place has the coordinate u, across it w: the wide picture flows from left to right (u = x, w = y),
the narrow one from top to bottom (u = y, w = x). What the examples share lies in a lane at small w; each example has a
row of its own. Lines run like those of a city map: along and across, side by side where they share a way.
"""

from dataclasses import dataclass, field
from math import hypot

START, END = 2, 11  # free space between a node and the line that leaves or (with its arrowhead) reaches it
ROUND = 8  # radius of a corner


@dataclass(frozen=True)
class Layout:
    """A drawing's sizes and places.

    size : (width, height) of the drawing.   box : (width, height) of a node.   gap : between lines side by side.
    wide : flows from left to right.
    along : u of each kind of node.   rows : w of each example.   lane : w of mu, v, r, gamma, L.   far : w of beta.
    top : w of s.   square : w of q_i, counted from its row.   bypass : the same of the line c_i -> xhat_i.
    numbers : kinds of an edge -> (du, dw) from the middle of its example's stretch to its number.
    """

    size: tuple
    box: tuple
    gap: float
    wide: bool
    along: dict
    rows: tuple
    lane: float
    far: float
    top: float
    square: float
    bypass: float
    numbers: dict = field(default_factory=dict)

    def place(self, u, w):
        """(x, y) of a place."""
        return (u, w) if self.wide else (w, u)

    def node(self, name):
        """(u, w) of a node's middle."""
        kind, number = name.rstrip("123"), name[-1]
        if kind in ("x", "c", "q", "xhat", "y"):
            return self.along[kind], self.rows[int(number) - 1] + (self.square if kind == "q" else 0)
        return self.along[kind], {"beta": self.far, "s": self.top}.get(kind, self.lane)

    def middle(self, name):
        """(x, y) of a node's middle."""
        return self.place(*self.node(name))

    def route(self, source, target):
        """The corners (u, w) of an edge, from the border of its source to that of its target."""
        kinds = source.rstrip("123"), target.rstrip("123")
        if kinds in (("v", "s"), ("s", "r")):
            return self._through_the_lane(source, target)
        (u0, w0), (u1, w1) = self.node(source), self.node(target)
        along, across = (half / 2 for half in self.place(*self.box))
        i = int((source if source[-1].isdigit() else target)[-1])
        side = across / 2  # lines that enter or leave beside the middle of a node
        after, before = u0 + along, u1 - along
        if kinds in (("x", "mu"), ("q", "v"), ("y", "L")):  # to the lane; the first example on the inside
            w = w0 - side * (kinds[0] == "x")
            track = u1 + (i - 4 if kinds[0] == "x" else i - 2) * self.gap
            return (after, w), (track, w), (track, w1 + across)
        if kinds in (("mu", "c"), ("r", "xhat"), ("gamma", "y")):
            track, w = u0 + (2 - i if kinds[0] == "gamma" else 4 - i) * self.gap, w1 - side
            return (track, w0 + across), (track, w), (before, w)
        if kinds == ("beta", "y"):  # beside the tracks of gamma
            track, w = u0 + (0 if i == 2 else i - 2) * self.gap - self.gap * (i == 1), w1 + side
            return (track, w0 - across), (track, w), (before, w)
        w = {("c", "xhat"): w0 + self.bypass, ("c", "q"): w1}.get(kinds, w0)
        return (after, w), (before, w)

    def _through_the_lane(self, source, target):
        (u0, w0), (u1, w1) = self.node(source), self.node(target)
        along, across = (half / 2 for half in self.place(*self.box))
        if w0 == w1:
            return (u0 + along, w0), (u1 - along, w1)
        return (
            ((u0, w0 - across), (u0, w1), (u1 - along, w1))
            if w1 < w0
            else ((u0 + along, w0), (u1, w0), (u1, w1 - across))
        )

    def line(self, source, target, back=False):
        """The SVG path of an edge; back=True runs from its target to its source. Room is left for the head."""
        corners = [self.place(*corner) for corner in self.route(source, target)][:: -1 if back else 1]
        corners[0] = _towards(corners[0], corners[1], START)
        corners[-1] = _towards(corners[-1], corners[-2], END)
        path = f"M{_text(corners[0])}"
        for before, corner, after in zip(corners, corners[1:], corners[2:]):
            path += f"L{_text(_towards(corner, before, ROUND))}Q{_text(corner)} {_text(_towards(corner, after, ROUND))}"
        return f"{path}L{_text(corners[-1])}"

    def label(self, source, target):
        """(x, y) of the middle of an edge's number: beside the stretch that belongs to its example alone."""
        kinds = source.rstrip("123"), target.rstrip("123")
        corners = self.route(source, target)
        (u0, w0), (u1, w1) = corners[-2:] if kinds[0] in ("mu", "r", "gamma", "beta") else corners[:2]
        du, dw = self.numbers.get(kinds, (0, 0))
        return self.place((u0 + u1) / 2 + du, (w0 + w1) / 2 + dw)


def _towards(start, end, by):
    """The point that lies `by` from start on the way to end, or halfway if that is nearer."""
    length = hypot(end[0] - start[0], end[1] - start[1])
    share = min(by / length, 0.5)
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _text(point):
    return f"{point[0]:.4g},{point[1]:.4g}"


WIDE = Layout(
    size=(826, 448),
    box=(60, 60),
    gap=8,
    wide=True,
    along={
        "x": 31, "mu": 103, "c": 182, "q": 283, "v": 347, "s": 407, "r": 467,
        "xhat": 563, "gamma": 637, "beta": 637, "y": 725, "L": 795,
    },
    rows=(200, 291, 382),
    lane=104,
    far=478,
    top=34,
    square=-20,
    bypass=20,
    numbers={
        ("x", "mu"): (0, -10), ("x", "c"): (-33, 10), ("mu", "c"): (-1, -10), ("c", "q"): (-3, -10),
        ("q", "v"): (0, -10), ("v", "s"): (-28, 0), ("s", "r"): (45, 18), ("r", "xhat"): (-3, -10),
        ("c", "xhat"): (20, -10),
        ("xhat", "y"): (-36, -10), ("gamma", "y"): (-5, -10), ("beta", "y"): (12, 11), ("y", "L"): (-2, -10),
    },
)  # fmt: skip
NARROW = Layout(
    size=(332, 700),
    box=(56, 52),
    gap=6,
    wide=False,
    along={
        "x": 27, "mu": 88, "c": 152, "q": 224, "v": 286, "s": 354, "r": 422,
        "xhat": 494, "gamma": 552, "beta": 552, "y": 610, "L": 672,
    },
    rows=(104, 173, 242),
    lane=29,
    far=303,
    top=29,
    square=-10,
    bypass=23,
    numbers={("v", "s"): (0, 59), ("s", "r"): (0, 59)},
)  # fmt: skip
