"""Whether what a picture shows stands at its place and has the color that its record, or the value behind it, asks for.

The colors are those that the browser computes: of marks from the palette, of rasters from the painted pixels.
"""

import numpy as np

from explorable.declare.palette import color

# As in static/fields.js, typed once more: the ends and the middle of its two schemes, in the light.
SCALES = {
    "diverging": ["#a6500c", "#eda15f", "#ffffff", "#7fb3dc", "#0b559f"],
    "sequential": ["#ffffff", "#cfdcec", "#8fb4d9", "#4383bd", "#0b4a8f"],
}
NEAR = 1.05  # pixels: bars stand half a pixel apart, and coordinates are rounded
FAR = 1e-5  # of a place far outside of the frame
ROUNDING = 2  # of 255: the page has 256 steps of a scheme, here it is a straight line between its stops
STROKED = ("line", "rule", "arrow", "contour")


def compare(wanted, found):
    """A fault if two lists of pixels differ."""
    wanted, found = np.asarray(wanted, float).reshape(-1, 2), np.asarray(found, float).reshape(-1, 2)
    if len(wanted) != len(found):
        yield f"{len(found)} points are drawn and not {len(wanted)}"
        return
    with np.errstate(invalid="ignore"):
        off = np.abs(wanted - found) - FAR * np.abs(wanted)
    if len(off) and not off.max() <= NEAR:
        k = int(np.argmax(off.max(axis=1)))
        yield f"point {k} is drawn at {found[k].round(1)} and not at {wanted[k].round(1)}"


def rgb(text):
    """[r, g, b] of "#rrggbb"."""
    return [int(text[i : i + 2], 16) for i in (1, 3, 5)]


def scheme_color(scheme, domain, values, shades=None):
    """[..., 3] colors of these values, in the light; shades : the ends of a scheme of its own, (light, dark) each."""
    low, high = domain
    stops = np.array([rgb(stop) for stop in ([pair[0] for pair in shades] if shades else SCALES[scheme])], float)
    place = np.clip((np.asarray(values, float) - low) / (high - low), 0, 1) * (len(stops) - 1)
    return np.stack([np.interp(place, range(len(stops)), channel) for channel in stops.T], axis=-1)


def mark_faults(mark, shapes, names):
    """names : the palette name of each shape that is drawn, or one for all."""
    part = "stroke" if mark["mark"] in STROKED or mark.get("symbol") == "plus" else "fill"
    wanted = [rgb(color(name)[0]) for name in ([names] * len(shapes) if isinstance(names, str) else names)]
    found = [shape[part] for shape in shapes]
    if wrong := [k for k, (a, b) in enumerate(zip(wanted, found)) if a != b]:
        yield f"shape {wrong[0]} has the {part} {found[wrong[0]]} and not {wanted[wrong[0]]}"


def in_turn(mark, kept):
    """The palette names of those numbers of a mark's points, rows or bars that are drawn."""
    given = mark["color"]
    return given if isinstance(given, str) else [given[k % len(given)] for k in kept]


def raster_faults(mark, shape, z):
    """Some pixels of the picture, rows from above, against the values of z, whose first row is the lowest."""
    if shape["size"] != [z.shape[1], z.shape[0]]:
        yield f"the picture has {shape['size']} pixels for the shape {z.shape}"
        return
    for row, column, *painted, alpha in shape["pixels"]:
        value = z[z.shape[0] - 1 - row, column]
        wanted = scheme_color(mark["scheme"], mark["domain"], value, mark.get("shades"))
        if bool(alpha) != bool(np.isfinite(value)) or (alpha and np.abs(wanted - painted).max() > ROUNDING):
            yield f"pixel {row}, {column} from above is {painted} and not {wanted.round()} for {value:g}"
            return


def legend_faults(record, drawn, scope):
    """Each label of a shown mark stands once in the legend or at its line, with the color of its first mark.

    At the end of a line it may be missing: where nothing of the line is seen.
    """
    if drawn["legend"] is None:
        return
    wanted = {}
    for mark in record["marks"]:
        if mark.get("label") and scope.true(mark.get("when")):
            first = mark.get("color") or "accent"
            wanted.setdefault(mark["label"], rgb(color(first if isinstance(first, str) else first[0])[0]))
    names = dict(drawn["names"])
    if len(names) < len(drawn["names"]) or any(wanted.get(text) != found for text, found in names.items()):
        yield f"at the lines stands {drawn['names']}, of {list(wanted.items())}"
    if drawn["names"] or (record.get("direct") and not drawn["legend"]):
        at_lines = {mark["label"] for mark in record["marks"] if mark["mark"] in ("line", "rule") and mark.get("label")}
        wanted = {
            text: found for text, found in wanted.items() if text not in at_lines or text in dict(drawn["legend"])
        }
    if drawn["legend"] != list(map(list, wanted.items())):
        yield f"the legend says {drawn['legend']} and not {list(wanted.items())}"


def bound_faults(bind, value, found):
    """The fill or stroke of a diagram's element against the value that its scale makes a color of."""
    scale = bind["scale"]
    if scale["kind"] == "map":
        name = next((word for key, word in scale["pairs"] if key == value), None)
        wanted = None if name is None else [] if name == "none" else rgb(color(name)[0])
    else:
        domain = scale.get("domain") or (-scale["limit"], scale["limit"])
        wanted = scheme_color(scale["kind"], domain, value).tolist() if np.isfinite(value) else []
    if wanted is None:
        return  # an unlisted value changes nothing
    if len(wanted) != len(found) or any(abs(a - b) > ROUNDING for a, b in zip(wanted, found)):
        yield f"{bind['part']} of {bind['element']} is {found} and not {wanted} for {value!r}"
