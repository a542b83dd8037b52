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
    "batch": (6, 26), "renorm": (214, 26),
    "layer": (118, 104), "prelayer": (330, 104), "rms": (330, 146), "instance": (118, 188), "group": (250, 188),
    "weight": (118, 258), "standard": (330, 258),
    "skipinit": (386, 328), "nfnet": (500, 328), "tanh": (604, 328),
}  # fmt: skip
LABELS = {"batch": (6, 12), "example": (118, 90), "weights": (118, 244), "none": (118, 332)}
NARROW = {
    "batch": (92, 40), "weight": (4, 104), "layer": (180, 104), "instance": (180, 150), "renorm": (92, 200),
    "group": (180, 236), "standard": (4, 288), "rms": (180, 276), "prelayer": (180, 314), "skipinit": (266, 352),
    "nfnet": (266, 402), "tanh": (266, 450),
}  # fmt: skip
BOX_WIDE, BOX_NARROW = (86, 30), (70, 30)


def tree():
    """Twelve methods, from 2015 to 2025; each tells its idea, its paper and its users."""
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
        caption="What came after batch norm, by what each method looks at. An arrow leads to an answer or a heir, in "
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
    wide, narrow = (692, 366, _elements(WIDE, BOX_WIDE, True)), (340, 482, _elements(NARROW, BOX_NARROW, False))
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
        (x, y), words = (LABELS[lane], words) if wide else ((4 + 88 * k, 14), words.split()[-1])
        elements.append(Label(f"lane{k}", x, y, words, size=13, anchor="start", tone="muted"))
    for parent, key in EDGES:
        path = (_wide_path if wide else _narrow_path)(places[parent], places[key], box)
        elements.append(Path(f"edge-{parent}-{key}", path, arrow=True, stroke="muted"))
    for key in KEYS:
        (x, y), method = places[key], METHODS[key]
        name = method.name if wide else _short(method.name)
        say = {"spoken": f"{method.name}, {method.year}", "select": Select("method", KEYS.index(key))}
        elements += [
            Rect(f"back-{key}", x, y, w, h, radius=6, fill="paper", stroke="none"),  # hides the arrows behind it
            Rect(f"tint-{key}", x, y, w, h, radius=6, tone=COLORS[method.lane], stroke="none"),
            Label(f"name-{key}", x + w / 2, y + 11, name, size=11.5),
            Label(f"year-{key}", x + w / 2, y + 23, str(method.year), size=10, tone="muted"),
            Rect(f"box-{key}", x, y, w, h, radius=6, fill="none", tone=COLORS[method.lane], **say),  # on top: to be hit
        ]
    return elements


def _short(name):
    """A name that fits into the narrow picture, where all are norms of some kind."""
    return {"batch renorm": "renorm", "dynamic tanh": "dyn. tanh"}.get(name, name.removesuffix(" norm"))


HEAD, BEND = 9, 12  # length of an arrow's head, radius of a corner


def _wide_path(start, end, box):
    """From one box to another, short of it by the arrow's head."""
    (x1, y1), (x2, y2), (w, h) = start, end, box
    if start == WIDE["batch"] and y2 > y1:
        return _down_and_right(start, end, box)
    if y2 - y1 > 60 and x2 > x1 + w:
        y1, x2 = y1 + h / 2, x2 + w / 2
        return f"M {x1 + w} {y1} L {x2 - BEND} {y1} Q {x2} {y1} {x2} {y1 + BEND} L {x2} {y2 - HEAD}"
    x1, y1, x2, y2 = x1 + w, y1 + h / 2, x2 - HEAD, y2 + h / 2
    bend = (x2 - x1) / 2
    return f"M {x1} {y1} C {x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"


def _narrow_path(start, end, box):
    """The same in the narrow picture; a path that would run behind a box of its own column goes round it."""
    (x1, y1), (x2, y2), (w, h) = start, end, box
    if x2 > x1 and any(x == x1 and y1 < y < y2 for x, y in NARROW.values()):
        turn, y1, y2 = x1 + w + HEAD, y1 + h / 2, y2 + h / 2
        return (
            f"M {x1 + w} {y1} L {turn - 4} {y1} Q {turn} {y1} {turn} {y1 + 4} "
            f"L {turn} {y2 - BEND} Q {turn} {y2} {turn + BEND} {y2} L {x2 - HEAD} {y2}"
        )
    if x2 > x1:
        return _down_and_right(start, end, box)
    if x2 < x1:
        x2, y1 = x2 + w / 2, y1 + h / 2
        return f"M {x1} {y1} L {x2 + BEND} {y1} Q {x2} {y1} {x2} {y1 + BEND} L {x2} {y2 - HEAD}"
    if not any(x == x1 and y1 < y < y2 for x, y in NARROW.values()):
        return f"M {x1 + w / 2} {y1 + h} L {x1 + w / 2} {y2 - HEAD}"
    side, y1, y2 = x1 + w, y1 + h / 2, y2 + h / 2
    turn = side + HEAD + 4
    return (
        f"M {side} {y1} L {turn - 4} {y1} Q {turn} {y1} {turn} {y1 + 4} "
        f"L {turn} {y2 - 4} Q {turn} {y2} {turn - 3} {y2} L {side + HEAD} {y2}"
    )


def _down_and_right(start, end, box):
    (x1, y1), (x2, y2), (w, h) = start, end, box
    x1, y2 = x1 + w / 2, y2 + h / 2
    return f"M {x1} {y1 + h} L {x1} {y2 - BEND} Q {x1} {y2} {x1 + BEND} {y2} L {x2 - HEAD} {y2}"


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
