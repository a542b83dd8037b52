"""A family tree: what came after batch norm, year by year."""

import numpy as np
import sympy as sp

from bnbook.widgets.family.methods import LANES, METHODS
from explorable import (
    Bind,
    Cases,
    Choice,
    Diagram,
    Explorable,
    Label,
    Map,
    Path,
    Rect,
    Select,
    Slider,
    Symbolic,
    Vector,
)
from explorable.models import total

KEYS = tuple(METHODS)
FIRST, LAST = 2015, 2025
EDGES = tuple((parent, key) for key in KEYS for parent in METHODS[key].parents)
COLORS = {"weights": "othernorm", "batch": "batchnorm", "example": "othernorm", "none": "plain"}
# Upper left corners. Wide: years to the right, a row or more for each lane. Narrow: years downward, a column for each.
WIDE = {
    "batch": (6, 26), "renorm": (218, 26), "whitening": (324, 62),
    "layer": (112, 110), "prelayer": (324, 110), "rms": (324, 150),
    "instance": (112, 190), "group": (218, 190), "evolved": (430, 190), "filter": (430, 230),
    "weight": (112, 284), "standard": (324, 284),
    "fixup": (324, 354), "skipinit": (430, 354), "nfnet": (536, 354), "tanh": (642, 354),
}  # fmt: skip
LABELS = {"batch": (6, 12), "example": (112, 96), "weights": (112, 270), "none": (112, 358)}
NARROW = {
    "batch": (90, 40), "weight": (4, 104), "layer": (176, 104), "instance": (176, 150), "renorm": (90, 200),
    "group": (176, 236), "rms": (176, 276), "fixup": (268, 276), "standard": (4, 288), "whitening": (90, 288),
    "prelayer": (176, 314), "skipinit": (268, 330), "filter": (176, 352), "evolved": (176, 390), "nfnet": (268, 436),
    "tanh": (268, 484),
}  # fmt: skip
# How an arrow runs: the side of the box that it leaves, the side that it enters; and where it goes down, if it leaves
# and enters by a side. Arrows of one parent share what they can, those of two parents nothing.
ROUTES_WIDE = {
    ("batch", "weight"): ("bottom", "left"), ("batch", "layer"): ("bottom", "left"),
    ("batch", "instance"): ("bottom", "left"), ("batch", "whitening"): ("bottom", "left"),
    ("batch", "fixup"): ("bottom", "left"), ("layer", "group"): ("right", "left", 203),
    ("layer", "rms"): ("right", "left", 306), ("group", "filter"): ("bottom", "left"),
    ("standard", "nfnet"): ("right", "top"), ("prelayer", "tanh"): ("right", "top"),
}  # fmt: skip
ROUTES_NARROW = {
    ("batch", "weight"): ("left", "top"), ("batch", "layer"): ("bottom", "left"),
    ("batch", "instance"): ("bottom", "left"), ("batch", "whitening"): ("left", "left", 80),
    ("batch", "fixup"): ("right", "top"), ("layer", "group"): ("right", "right", 259),
    ("layer", "rms"): ("right", "right", 259), ("layer", "prelayer"): ("right", "right", 259),
    ("group", "filter"): ("left", "left", 165), ("group", "evolved"): ("left", "left", 165),
    ("standard", "nfnet"): ("bottom", "left"), ("prelayer", "tanh"): ("right", "left", 252),
}  # fmt: skip
STRAIGHT_WIDE, STRAIGHT_NARROW = ("right", "left"), ("bottom", "top")
BOX_WIDE, BOX_NARROW = (86, 34), (72, 32)


def tree():
    """Sixteen methods, from 2015 to 2025; each tells its idea, its paper and its users."""
    years = np.array([METHODS[key].year for key in KEYS], float)
    return Explorable(
        key="family-tree",
        title="A family tree",
        controls=[
            Slider("year", "up to the year", low=FIRST, high=LAST, step=1, start=LAST, play=8),
            Choice(
                "method",
                "tell me about",
                options={k: METHODS[key].name for k, key in enumerate(KEYS)},
                start=KEYS.index("group"),
            ),
        ],
        model=Symbolic(
            outputs(), constants={"born": years, "born_edge": np.array([METHODS[key].year for _, key in EDGES])}
        ),
        figures=[_diagram()],
        layout="stacked",
        readout=Cases("method", {k: _sentence(METHODS[key]) for k, key in enumerate(KEYS)}),
        caption="What came after batch norm, by what each method looks at. An arrow leads to an answer or an heir, in "
        "our reading. Click a name; the uses are reports, with where we read them.",
    )


def outputs():
    """Which methods and arrows exist."""
    year = sp.Symbol("year")
    born, born_edge = Vector("born", axis="method_axis"), Vector("born_edge", axis="edge_axis")
    return {
        "unborn": sp.Piecewise((1, born > year), (0, True)),
        "no_edge": sp.Piecewise((1, born_edge > year), (0, True)),
        "count": total(sp.Piecewise((1, born <= year), (0, True)), "method_axis"),
    }


def _sentence(method):
    return f"{method.name[0].upper()}{method.name[1:]}: {method.idea} {method.paper}. Used: {method.uses}"


def _diagram():
    wide, narrow = (734, 394, _elements(WIDE, BOX_WIDE, True)), (344, 522, _elements(NARROW, BOX_NARROW, False))
    return Diagram(
        *wide,
        bindings=tuple(_bindings()),
        narrow=Diagram(*narrow, alt=""),
        alt="A tree with {count:d} methods up to the year {year:d}, in four lanes: weights, batch, one example, "
        "nothing.",
    )


def _elements(places, box, wide):
    w, h = box
    elements = []
    for k, (lane, words) in enumerate(LANES.items()):
        (x, y), words = (LABELS[lane], words) if wide else (((4, 90, 176, 268)[k], 14), words.split()[-1])
        elements.append(Label(f"lane{k}", x, y, words, size=13, anchor="start", tone="muted"))
    routes, straight = (ROUTES_WIDE, STRAIGHT_WIDE) if wide else (ROUTES_NARROW, STRAIGHT_NARROW)
    for parent, key in EDGES:
        path = _route(places[parent], places[key], box, *routes.get((parent, key), straight))
        elements.append(Path(f"edge-{parent}-{key}", path, arrow=True, stroke="muted"))
    for key in KEYS:
        (x, y), method = places[key], METHODS[key]
        say = {"spoken": f"{method.name}, {method.year}", "select": Select("method", KEYS.index(key))}
        elements += [
            Rect(f"back-{key}", x, y, w, h, radius=6, fill="paper", stroke="none"),  # hides the arrows behind it
            Rect(f"tint-{key}", x, y, w, h, radius=6, tone=COLORS[method.lane], stroke="none"),
            Label(f"name-{key}", x + w / 2, y + 0.38 * h, _short(method.name), size=11.5),
            Label(f"year-{key}", x + w / 2, y + 0.75 * h, str(method.year), size=10, tone="muted"),
            Rect(f"box-{key}", x, y, w, h, radius=6, fill="none", tone=COLORS[method.lane], **say),  # on top: to be hit
        ]
    return elements


def _short(name):
    """A name that fits into its box also where the picture is small; all are norms of some kind."""
    return {"batch renorm": "renorm", "dynamic tanh": "dyn. tanh"}.get(name, name.removesuffix(" norm"))


HEAD, BEND = 9, 8  # length of an arrow's head, radius of a corner
OUTWARD = {"left": (-1, 0), "right": (1, 0), "top": (0, -1), "bottom": (0, 1)}


def _route(start, end, box, leaves, enters, trunk=None):
    """The path of an arrow from one box to another, short of it by the arrow's head, with round corners."""
    (x1, y1), (x2, y2) = _middle(start, box, leaves), _middle(end, box, enters, HEAD)
    if trunk is not None:
        corners = [(trunk, y1), (trunk, y2)]
    elif leaves in ("top", "bottom"):
        corners = [(x1, y2)]
    else:
        corners = [(x2, y1)]
    points = [(x1, y1), *(corner for corner in corners if corner not in ((x1, y1), (x2, y2))), (x2, y2)]
    words = [f"M {x1} {y1}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        (xa, ya), (xb, yb) = _toward(corner, before), _toward(corner, after)
        words.append(f"L {xa} {ya} Q {corner[0]} {corner[1]} {xb} {yb}")
    return " ".join([*words, f"L {x2} {y2}"])


def _middle(place, box, side, off=0):
    """The middle of a side of a box, or a place off it."""
    (x, y), (w, h), (dx, dy) = place, box, OUTWARD[side]
    return x + w / 2 + dx * (w / 2 + off), y + h / 2 + dy * (h / 2 + off)


def _toward(corner, point):
    """The place on the way from a corner to a point, level with it or plumb, where the corner's curve begins."""
    (x, y), (px, py) = corner, point
    bend = min(BEND, (abs(px - x) + abs(py - y)) / 2)
    return x + bend * ((px > x) - (px < x)), y + bend * ((py > y) - (py < y))


def _bindings():
    for k, key in enumerate(KEYS):
        for part in ("back", "tint", "name", "year", "box"):
            yield Bind(f"{part}-{key}", "hidden", "unborn", index=k)
        lane = COLORS[METHODS[key].lane]
        yield Bind(
            f"box-{key}", "stroke", "method", scale=Map({j: "moved" if j == k else lane for j in range(len(KEYS))})
        )
    for k, (parent, key) in enumerate(EDGES):
        yield Bind(f"edge-{parent}-{key}", "hidden", "no_edge", index=k)
