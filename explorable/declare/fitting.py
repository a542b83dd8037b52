"""Whether what a widget shows fits what its model gives: numbers of sentences, points of marks; at the start values."""

import numpy as np

from explorable.declare.text import element, fields

CHANNELS = ("x", "y", "low", "high", "base", "x1", "y1", "x2", "y2", "z")
MOST_SHOWN = 16  # more numbers than this are no sentence


def misfit(spec, templates, values, outputs):
    """A sentence about the first part of the widget that does not fit, or "".

    spec : the widget's JSON form.  templates : its sentences.  values : {control: value}.
    """
    known = values | outputs
    wrong = [wrong_number(template, known) for template in templates]
    for figure in spec["figures"]:
        chart = figure.get("flat") or figure
        marks = chart["marks"] if chart["kind"] == "chart" else ()
        name = f'chart "{chart["title"]}"' if chart["title"] else "chart"
        wrong += [wrong_mark(mark, f"{name}, mark {n} ({mark['mark']})", known) for n, mark in enumerate(marks)]
    return next(filter(None, wrong), "")


def wrong_number(template, known):
    """A sentence about the first number of a template that lies outside its array, or ""."""
    for field in fields(template):
        found = element(known[field.name], field.index)
        if found is None:
            shape = np.shape(known[field.name])
            return f"template {template!r} asks for {field.name}{list(field.index)}, which has shape {shape}"
        if np.size(found) > MOST_SHOWN:
            return f"template {template!r} would list the {np.size(found)} numbers of {field.name}; name one, as [0]"
    return ""


def wrong_mark(mark, where, known):
    """A sentence about a mark whose channels differ in length, or whose z is no table, or ""."""
    shapes = {name: shape_of(mark[name], known) for name in CHANNELS if isinstance(mark.get(name), dict)}
    if "z" in shapes:
        return "" if len(shapes["z"]) == 2 else f"{where}: z must have two axes, got shape {shapes['z']}"
    rows = shapes.get("low" if mark["mark"] == "band" else "y", ())
    if mark["mark"] == "band" and shapes["low"] != shapes["high"]:
        rows = ()
    if mark["mark"] in ("line", "band") and len(rows) == 2 and shapes.get("x") in (None, rows, rows[1:]):
        return ""
    sizes = {name: int(np.prod(shape)) for name, shape in shapes.items()}
    alone = mark["mark"] in ("line", "band")  # whose x cannot be several where all else is one number
    points = max((size for name, size in sizes.items() if name != "x" or not alone), default=1)
    if any(size not in (1, points) for size in sizes.values()):
        told = ", ".join(f"{name} {size}" for name, size in sizes.items())
        return f"{where}: its parts must be single numbers or equally many, got {told}"
    return ""


def shape_of(channel, known):
    """The shape of what feeds a channel, which is in JSON form."""
    if "const" in channel:
        return np.shape(channel["const"])
    return () if "index" in channel else np.shape(known[channel.get("out", channel.get("control"))])
