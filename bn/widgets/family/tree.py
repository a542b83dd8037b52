"""A family tree: what came after batch norm, year by year."""

import numpy as np
import sympy as sp

import bn.widgets.palette  # noqa: F401  registers the colours
from bn.widgets.family.methods import LANES, METHODS
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
COLOURS = {"weights": "othernorm", "batch": "batchnorm", "example": "othernorm", "none": "plain"}
# Upper left corners. Wide: years to the right. Narrow: years downward, one column for each lane.
WIDE = {
    "weight": (96, 26), "standard": (330, 26),
    "batch": (6, 112), "renorm": (192, 112),
    "layer": (96, 196), "instance": (96, 244), "group": (250, 244), "rms": (330, 196), "prelayer": (428, 196),
    "skipinit": (408, 330), "nfnet": (500, 330), "tanh": (600, 330),
}  # fmt: skip
NARROW = {
    "batch": (88, 54), "weight": (2, 118), "layer": (174, 118), "instance": (174, 162), "renorm": (88, 206),
    "group": (174, 250), "standard": (2, 302), "rms": (174, 302), "prelayer": (174, 354), "skipinit": (260, 354),
    "nfnet": (260, 406), "tanh": (260, 458),
}  # fmt: skip
BOX_WIDE, BOX_NARROW = (86, 30), (80, 30)


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
    return (
        f"{method.name[0].upper()}{method.name[1:]}: {method.idea} {method.paper}. Used: {method.uses} "
        "By {year:d} there were {count:d} of these 12."
    )


def _diagram():
    wide, narrow = (690, 372, _elements(WIDE, BOX_WIDE, True)), (340, 496, _elements(NARROW, BOX_NARROW, False))
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
        if wide:
            y = {"weights": 14, "batch": 100, "example": 184, "none": 318}[lane]
            elements.append(Label(f"lane{k}", 4, y, words, size=13, anchor="start", tone="muted"))
        else:
            elements.append(Label(f"lane{k}", 2 + 86 * k, 14, words.split()[-1], size=12, anchor="start", tone="muted"))
    for parent, key in EDGES:
        elements.append(
            Path(f"edge-{parent}-{key}", _curve(places[parent], places[key], box, wide), arrow=True, stroke="grid")
        )
    for key in KEYS:
        (x, y), method = places[key], METHODS[key]
        say = {"spoken": f"{method.name}, {method.year}", "select": Select("method", KEYS.index(key))}
        elements.append(Rect(f"box-{key}", x, y, w, h, radius=6, tone=COLOURS[method.lane], **say))
        elements.append(Label(f"name-{key}", x + w / 2, y + 11, method.name, size=12))
        elements.append(Label(f"year-{key}", x + w / 2, y + 23, str(method.year), size=10, tone="muted"))
    return elements


def _curve(start, end, box, wide):
    """From the side of one box to the side of another, short of it by the arrow's head."""
    (x1, y1), (x2, y2), (w, h) = start, end, box
    if wide and x2 >= x1 + w:
        x1, y1, x2, y2 = x1 + w, y1 + h / 2, x2 - 9, y2 + h / 2
        bend = (x2 - x1) / 2
        return f"M {x1} {y1} C {x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    down = 1 if y2 > y1 else -1
    x1, x2 = x1 + w / 2, x2 + w / 2
    y1, y2 = (y1 + h, y2 - 9) if down > 0 else (y1, y2 + h + 9)
    bend = (y2 - y1) / 2
    return f"M {x1} {y1} C {x1} {y1 + bend} {x2} {y2 - bend} {x2} {y2}"


def _bindings():
    for k, key in enumerate(KEYS):
        for part in ("box", "name", "year"):
            yield Bind(f"{part}-{key}", "hidden", "unborn", index=k)
        lane = COLOURS[METHODS[key].lane]
        yield Bind(
            f"box-{key}", "stroke", "method", scale=Map({j: "moved" if j == k else lane for j in range(len(KEYS))})
        )
    for k, (parent, key) in enumerate(EDGES):
        yield Bind(f"edge-{parent}-{key}", "hidden", "no_edge", index=k)
