"""Whether a picture shows its numbers: every mark of a chart, every binding of a diagram, in pixels (colors: `inked`).
The places of a chart are found again from its tick labels and its clip box, not by the runtime's own arithmetic."""

import math
import re

import numpy as np

from explorable.declare.text import fill, show
from tests import symlog
from tests.book.inked import NEAR, bound_faults, compare, in_turn, legend_faults, mark_faults, raster_faults
from tests.book.lettering import plain, words_of

NUMBER = r"-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


class Scope:
    """The numbers of one moment: a channel of a figure's record leads to an array, a number or None."""

    def __init__(self, controls, values, outputs):
        self.controls, self.values, self.outputs = controls, values, outputs

    def read(self, channel):
        if channel is None:
            return None
        if "const" in channel:
            return np.array(channel["const"], float)
        if "out" in channel:
            return self.outputs[channel["out"]]
        value = self.values[channel["control"]]
        return np.array(value if channel.get("index") is None else value[channel["index"]])

    def flat(self, channel):
        value = self.read(channel)
        return None if value is None else np.ravel(np.asarray(value, float))

    def true(self, name):
        known = self.outputs | self.values
        return not name or name not in known or bool(np.ravel(known[name])[0] != 0)

    def fill(self, template):
        return fill(template, self.controls, self.values, self.outputs)


def number_on(label):
    """(the number of a tick label, half a unit of its last digit)."""
    text = label.replace("−", "-")
    power = re.fullmatch(r"(-?)10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text)
    if power:
        return (-1 if power[1] else 1) * 10.0 ** int(power[2].translate(SUPERSCRIPTS)), 0.0
    found = re.fullmatch(rf"\+?({NUMBER})(%?)", text)
    if not found:
        return math.nan, 0.0
    mantissa, _, exponent = found[1].partition("e")
    unit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    share = 0.01 if found[2] else 1
    return share * float(found[1]), share * unit / 2


class Place:
    """Numbers along one axis as pixels; `known` is false where neither ticks nor a domain tell."""

    def __init__(self, axis, ticks, span, scope, ends):
        self.log, self.symlog = bool(axis.get("log")), axis.get("symlog")
        self.axis, self.span = axis, span
        domain = axis.get("domain")
        if axis.get("kind") == "category":
            domain = [-0.5, len(axis["categories"]) - 0.5]
            ticks = [(str(axis["categories"].index(word)), at) for word, at in ticks]
        self.wanted = np.ravel(scope.read(domain)) if isinstance(domain, dict) else None
        domain = domain if self.wanted is None else ends  # the axis holds the two numbers, and may reach further
        self.ticks = [(*number_on(word), at) for word, at in ticks]
        self.fixed, self.ends = domain is not None, ends
        pairs = list(zip(np.ravel(domain), span)) if self.fixed else [(value, at) for value, _, at in self.ticks]
        self.known = len(pairs) > 1 and np.isfinite(pairs).all()
        if self.known:
            (a, self.p), (b, q) = pairs[0], pairs[-1]
            self.a, b = self.bend(np.array([a, b], float))
            self.unit = (q - self.p) / (b - self.a)

    def bend(self, values):
        if self.symlog:
            return symlog.bend(values, self.symlog)
        with np.errstate(all="ignore"):
            return np.where(np.asarray(values) > 0, np.log(values), np.nan) if self.log else np.asarray(values, float)

    def __call__(self, values):
        return self.p + (self.bend(values) - self.a) * self.unit

    def faults(self):
        """Ticks that do not stand where their label says, or stand outside of the frame."""
        if self.wanted is not None and not min(self.ends) <= min(self.wanted) <= max(self.wanted) <= max(self.ends):
            yield f"does not reach from {self.wanted[0]:g} to {self.wanted[1]:g}"
        if not self.known:
            return
        for value, half, at in self.ticks:
            room = NEAR + (0 if self.log or self.symlog else abs(half * self.unit))
            low, high = sorted(self.span)
            if not (abs(self(value) - at) <= room and low - NEAR <= at <= high + NEAR):
                yield f"tick {value:g} stands at {at:.1f} and not at {float(self(value)):.1f}"


def chart_faults(record, drawn, scope):
    """Sentences about a drawn chart that does not show its record's numbers."""
    if drawn["alt"] != scope.fill(record["alt"] or record["title"] or "Chart"):
        yield f"its text says {drawn['alt']!r}"
    yield from legend_faults(record, drawn, scope)
    clip = drawn["clip"]
    left, right = clip["x"], clip["x"] + clip["width"]
    top, bottom = clip["y"] + 1, clip["y"] + clip["height"] - 1
    x = Place(record["x"], drawn["ticks"]["x"], (left, right), scope, drawn["ends"]["x"])
    y = Place(record["y"], drawn["ticks"]["y"], (bottom, top), scope, drawn["ends"]["y"])
    yield from (f"{axis}: {fault}" for axis, place in (("x", x), ("y", y)) for fault in place.faults())
    if not (x.known and y.known):
        return
    frame = Frame(x, y, (left, right, top, bottom))
    for number, (mark, shapes) in enumerate(zip(record["marks"], drawn["groups"], strict=True)):
        name = f"mark {number} ({mark['mark']})"
        if not scope.true(mark.get("when")):
            if shapes:
                yield f"{name} is drawn, though its condition is false"
            continue
        yield from (f"{name}: {fault}" for fault in MARKS[mark["mark"]](mark, shapes, scope, frame))


class Frame:
    """Both axes of a chart, and its box."""

    def __init__(self, x, y, box):
        self.x, self.y, self.box = x, y, box

    def points(self, x, y):
        """(n, 2) pixels; NaN for what cannot be placed."""
        return np.stack([self.x(x), self.y(y)], axis=-1)

    def holds(self, points):
        left, right, top, bottom = self.box
        x, y = points.T
        return (x >= left - 1e-3) & (x <= right + 1e-3) & (y >= top - 1e-3) & (y <= bottom + 1e-3)

    def free_faults(self, points):
        """What lies outside along an axis that should have made room."""
        left, right, top, bottom = self.box
        for place, values, low, high in ((self.x, points[:, 0], left, right), (self.y, points[:, 1], top, bottom)):
            if not place.fixed and len(values) and (values.min() < low - NEAR or values.max() > high + NEAR):
                yield "lies outside of the frame"


def vertices(shapes):
    """All corners of the paths, moved to where their groups stand."""
    parts = [path_points(shape) for shape in shapes if shape["tag"] == "path"]
    return np.concatenate(parts) if parts else np.empty((0, 2))


def path_points(shape):
    numbers = [float(number) for number in re.findall(NUMBER, shape["d"] or "")]
    return np.array(numbers).reshape(-1, 2) + shape["at"]


def along(scope, channel, n):
    """x for n values of y: one for each, one for all, or 0, 1, 2, ..."""
    x = scope.flat(channel)
    return np.arange(n, dtype=float) if x is None else np.broadcast_to(x, n) if len(x) == 1 else x


def finite(points):
    return points[np.isfinite(points).all(axis=1)]


def line(mark, shapes, scope, frame):
    y = np.asarray(scope.read(mark["y"]), float)
    ys = np.ravel(y)
    x = along(scope, mark["x"], y.shape[-1] if y.ndim else 1)
    points = frame.points(x if len(x) == len(ys) else np.tile(x, len(ys) // len(x)), ys)
    rows = np.flatnonzero(np.isfinite(points).all(axis=1).reshape(-1, y.shape[-1] if y.ndim else 1).any(axis=1))
    points = finite(points)
    yield from compare(points, vertices(shapes))
    yield from mark_faults(mark, shapes, in_turn(mark, rows))
    yield from frame.free_faults(points)


def band(mark, shapes, scope, frame):
    low, high = scope.flat(mark["low"]), scope.flat(mark["high"])
    n = max(len(low), len(high))
    shape = np.shape(scope.read(mark["low"]))
    columns = shape[1] if len(shape) == 2 else n  # a table of edges is an area a row
    x = np.tile(along(scope, mark["x"], columns), n // columns)
    top = frame.points(x, np.broadcast_to(high, n))
    bottom = frame.points(x, np.broadcast_to(low, n))
    drawn = np.isfinite(top).all(axis=1) & np.isfinite(bottom).all(axis=1)
    found = vertices(shapes)
    wanted = []
    for row in range(0, n, columns):
        for part in runs(drawn[row : row + columns]):  # along the top, and back along the bottom
            place = slice(row + part.start, row + part.stop)
            wanted += [top[place], bottom[place][::-1]]
    yield from compare(np.concatenate(wanted) if wanted else [], found)
    yield from mark_faults(mark, shapes, mark["color"])
    yield from frame.free_faults(np.concatenate([top[drawn], bottom[drawn]]))


def runs(flags):
    """Slices of the stretches where the flags are true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    return [slice(a, b) for a, b in zip(edges[::2], edges[1::2])]


def bar(mark, shapes, scope, frame):
    tops, bottoms = scope.flat(mark["y"]), scope.flat(mark["base"])
    given = scope.flat(mark["x"])
    n = max(len(part) for part in (tops, bottoms, [0] if given is None else given))
    x = along(scope, mark["x"], n)
    steps = np.diff(np.unique(x))
    half = (mark["width"] or 0.9 * (steps.min() if len(steps) else 1)) / 2
    tops, bottoms = np.broadcast_to(tops, n), np.broadcast_to(bottoms, n)
    if frame.y.log:
        bottoms = np.where(bottoms > 0, bottoms, np.nan)
        low = np.where(np.isnan(bottoms), frame.box[3], frame.y(bottoms))
    else:
        low = frame.y(bottoms)
    corners = np.stack([frame.x(x - half), frame.y(tops), frame.x(x + half), low], axis=-1)
    kept = np.flatnonzero(np.isfinite(corners).all(axis=1))
    corners = corners[kept]
    wanted = np.concatenate([np.sort(corners[:, [0, 2]], axis=1), np.sort(corners[:, [1, 3]], axis=1)], axis=1)
    found = [[s["x"], s["x"] + s["width"], s["y"], s["y"] + s["height"]] for s in shapes if s["tag"] == "rect"]
    yield from compare(wanted, found)
    yield from mark_faults(mark, shapes, in_turn(mark, kept))
    yield from frame.free_faults(corners[:, :2])


def dot(mark, shapes, scope, frame):
    points = frame.points(*spread(scope, mark))
    with np.errstate(invalid="ignore"):
        kept = np.flatnonzero(np.isfinite(points).all(axis=1) & frame.holds(points))
    found = [np.add([s.get("cx", 0), s.get("cy", 0)], s["at"]) for s in shapes]
    yield from compare(points[kept], found)
    yield from mark_faults(mark, shapes, in_turn(mark, kept))


def spread(scope, mark, n=1):
    """x and y of points, as many as the longer of the two."""
    y, x = scope.flat(mark["y"]), scope.flat(mark["x"])
    n = max(n, len(y), 1 if x is None else len(x))
    return along(scope, mark["x"], n), np.broadcast_to(y, n)


def rule(mark, shapes, scope, frame):
    across = mark["x"] is not None
    at = (frame.x if across else frame.y)(scope.flat(mark["x"] if across else mark["y"]))
    at = at[np.isfinite(at)]
    names = ("x1", "x2") if across else ("y1", "y2")
    found = [[s[name] + s["at"][not across] for name in names] for s in shapes]
    yield from compare(np.stack([at, at], axis=-1), found)
    yield from mark_faults(mark, shapes, mark["color"])


def arrow(mark, shapes, scope, frame):
    parts = [scope.flat(mark[name]) for name in ("x1", "y1", "x2", "y2")]
    n = max(map(len, parts))
    x1, y1, x2, y2 = (np.broadcast_to(part, n) for part in parts)
    wanted = np.concatenate([frame.points(x1, y1), frame.points(x2, y2)], axis=1)
    wanted = wanted[np.isfinite(wanted).all(axis=1)]
    placed = wanted.round(2)  # as the page does; an arrow that has no length there is not drawn
    wanted = wanted[(placed[:, 2:] != placed[:, :2]).any(axis=1)]
    found = np.array([path_points(s)[:2].ravel() for s in shapes]).reshape(-1, 4)
    yield from compare(wanted, found)
    yield from mark_faults(mark, shapes, mark["color"])


def text(mark, shapes, scope, frame):
    templates = [mark["text"]] if isinstance(mark["text"], str) else mark["text"]
    x, y = spread(scope, mark, len(templates))
    points = frame.points(x, y)
    with np.errstate(invalid="ignore"):
        keep = np.flatnonzero(np.isfinite(points).all(axis=1) & frame.holds(points))
    words = [scope.fill(templates[i % len(templates)]) for i in keep]
    shown = [(np.array(s["at"]) - [mark["dx"], mark["dy"]], s["text"]) for s in shapes if s["tag"] == "text"]
    keep = [i for i, word in zip(keep, words) if word]
    yield from compare(points[keep], [at for at, word in shown if word])
    yield from mark_faults(mark, shapes, mark["color"])
    if [word for word in words if word] != [word for _, word in shown if word]:
        yield f"says {[word for _, word in shown]} and not {words}"


def raster(mark, shapes, scope, frame):
    (s,) = shapes
    (left, right), (top, bottom) = frame.x(mark["x"]), frame.y(mark["y"])[::-1]
    found = [[s["x"], s["y"]], [s["x"] + s["width"], s["y"] + s["height"]]]
    yield from compare([[left, top], [right, bottom]], found)
    yield from raster_faults(mark, s, np.asarray(scope.read(mark["z"]), float))


def picture(mark, shapes, scope, frame):
    """Each small picture has its middle at its point, and the width that is asked for."""
    points = frame.points(*spread(scope, mark))
    middles = [[s["x"] + s["width"] / 2, s["y"] + s["height"] / 2] for s in shapes]
    yield from compare(points[frame.holds(points)], middles)
    yield from (f"it is {s['width']} pixels wide" for s in shapes if s["width"] != mark["size"])


def contour(mark, shapes, scope, frame):
    """Every corner of a contour lies between two cells whose values lie on both sides of a level."""
    z = np.asarray(scope.read(mark["z"]), float)
    found = vertices(shapes)
    yield from mark_faults(mark, shapes, mark["color"])
    if not len(found):
        return
    (left, right), (bottom, top) = frame.x(mark["x"]), frame.y(mark["y"])
    column = np.clip((found[:, 0] - left) / (right - left) * z.shape[1] - 0.5, 0, z.shape[1] - 1)
    row = np.clip((found[:, 1] - bottom) / (top - bottom) * z.shape[0] - 0.5, 0, z.shape[0] - 1)
    room = 0.05 * max(z.shape[1] / abs(right - left), z.shape[0] / abs(top - bottom))
    low, high = np.full(len(found), np.inf), np.full(len(found), -np.inf)
    for i in (row - room, row + room):
        for j in (column - room, column + room):
            for near_i in (np.floor(i), np.ceil(i)):
                for near_j in (np.floor(j), np.ceil(j)):
                    i_, j_ = (np.clip(near, 0, m - 1).astype(int) for near, m in zip((near_i, near_j), z.shape))
                    low, high = np.minimum(low, z[i_, j_]), np.maximum(high, z[i_, j_])
    levels = np.asarray(mark["levels"], float)
    crossed = [((levels >= a) & (levels <= b)).any() for a, b in zip(low, high)]
    border = (column <= 0) | (column >= z.shape[1] - 1) | (row <= 0) | (row >= z.shape[0] - 1)
    astray = ~(np.array(crossed) | border)
    if astray.any():
        yield f"{astray.sum()} of {len(found)} corners lie where no level is crossed"


MARKS = {
    "line": line, "band": band, "bar": bar, "dot": dot, "rule": rule,
    "arrow": arrow, "text": text, "raster": raster, "contour": contour, "picture": picture,
}  # fmt: skip


def diagram_faults(record, drawn, scope):
    """Sentences about bindings of a diagram that do not show their numbers."""
    if drawn["alt"] != scope.fill(record["alt"] or record["title"] or "Diagram"):
        yield f"its text says {drawn['alt']!r}"
    narrow = record.get("narrow") and drawn["width"] != record["width"]
    shape = record["narrow"] if narrow else record
    places = {element["name"]: element for element in shape["elements"]}
    for bind in shape["bindings"]:
        value = bound(bind, scope)
        found = drawn["elements"].get(bind["element"])
        if value is not None and bind["scale"] and bind["part"] in ("fill", "stroke"):
            yield from bound_faults(bind, value, found[bind["part"]])
        elif value is not None and not PARTS.get(bind["part"], lambda *_: True)(found, value, bind, places):
            yield f"{bind['part']} of {bind['element']} is {found} for {value!r}"


def bound(bind, scope):
    """The value that a binding gives to its part, of a color the one behind it; None if it gives none."""
    whole = np.asarray(scope.read(bind["from"]))
    index = bind["index"] if isinstance(bind["index"], list) else [] if bind["index"] is None else [bind["index"]]
    if index and any(i >= n for i, n in zip(index, whole.shape)):
        return None
    value = whole[tuple(index)] if index else np.ravel(whole)[0]
    value = value.item()
    scale = bind["scale"]
    if not scale or bind["part"] in ("fill", "stroke"):
        return value
    if scale["kind"] == "map":
        return next((word for key, word in scale["pairs"] if key == value), None)
    (a, b), (c, d) = scale["domain"], scale["range"]
    return c + min(max((value - a) / (b - a), 0), 1) * (d - c)


def close(a, b):
    return abs(a - b) <= 0.02 + 1e-6 * abs(b)


PARTS = {
    "text": lambda found, value, bind, places: plain(found["text"]) == plain(
        words_of(
            value if isinstance(value, str) else show(value, bind["format"] or ""),
            places[bind["element"]].get("math"),
        )
    ),
    "x": lambda found, value, bind, places: close(found["at"][0], value - places[bind["element"]]["x"]),
    "y": lambda found, value, bind, places: close(found["at"][1], value - places[bind["element"]]["y"]),
    "width": lambda found, value, bind, places: close(found["width"], max(0, value)),
    "opacity": lambda found, value, bind, places: close(found["opacity"], min(max(value, 0), 1)),
    "hidden": lambda found, value, bind, places: found["hidden"] == bool(value),
    "current": lambda found, value, bind, places: found["current"] == bool(value),
}  # fmt: skip


def plotly_faults(record, drawn, scope):
    """Of a Plotly figure, the chart that stands in for it; what Plotly paints comes only near the reader's view."""
    return chart_faults(record["flat"], drawn, scope) if record.get("flat") else ()


FIGURES = {"chart": chart_faults, "diagram": diagram_faults, "plotly": plotly_faults}
