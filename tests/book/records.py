"""The widgets of a built page as their data files hold them, and the NumPy models behind them."""

import ast
import json
import re

import jupytext
import numpy as np

from bnbook.widgets import backprop, deep, family, front, motivation, practice, reparam, smoothness, transform, tuned
from explorable import Explorable
from explorable.models.packing import RELATIVE, unpack
from tests.book.pages import source

PARTS = {
    "01_motivation": motivation,
    "02_transform": transform,
    "03_backprop": backprop,
    "in_use": transform,
    "04_reparameterization": reparam,
    "coordinates": reparam,
    "05_smoothness": smoothness,
    "theorems": smoothness,
    "deep_networks": deep,
    "tuned": tuned,
    "06_descendants": family,
    "07_practice": practice,
}


def makers(name, part):
    """The functions of a part of bnbook.widgets that the chapter calls."""
    text = source(f"chapters/{name}").read_text(encoding="utf-8")
    return [getattr(part, maker) for maker in part.__all__ if f".{maker}()" in text]


MAKERS = {
    "index": [front.shift_at_a_glance],
    **{f"chapters/{name}": makers(name, part) for name, part in PARTS.items()},
}


def declared(name):
    """{key: Explorable} of a page: the functions of bnbook.widgets that it calls, or what its own cells declare."""
    widgets = [make() for make in MAKERS[name]] if name in MAKERS else list(from_cells(name))
    return {widget.key: widget for widget in widgets}


def from_cells(name):
    """The widgets that end a code cell of the page, each cell run after the ones before it."""
    known = {"__name__": "cells"}
    for cell in jupytext.read(source(name)).cells:
        if cell.cell_type != "code" or "glue(" in cell.source:  # glue speaks to the build, not to the reader
            continue
        tree = ast.parse(cell.source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "<cell>", "exec"), known)
        value = last and eval(compile(ast.Expression(last.value), "<cell>", "eval"), known)
        if isinstance(value, Explorable):
            yield value


def records(book, name):
    """{key: (spec, packed data or None)} of the widgets of a built page, out of the scripts that it loads."""
    text = (book / f"{name}.html").read_text(encoding="utf-8")
    found = {}
    for key, file in re.findall(r'data-key="([\w-]+)" data-src="[^"]*?(explorable/[\w-]+\.js)"', text):
        found[key] = read(book / "_static" / file)
    return found


def read(path):
    """(spec, packed data or None) of one data file."""
    text = path.read_text(encoding="utf-8").removeprefix("explorable.register(")
    spec, end = json.JSONDecoder().raw_decode(text)
    if spec["model"]["kind"] != "sampled":
        return spec, None
    return spec, json.JSONDecoder().raw_decode(text[end:].lstrip(", "))[0]


def model_of(spec, packed, widget):
    """values -> outputs by Python: of a symbolic model with NumPy, of a sampled one out of the page's own table."""
    if packed is None:
        widget.check()
        return lambda values: widget.evaluate(**values)
    wire = spec["model"]["outputs"]
    tables = unpack(wire, packed)
    places = {control["name"]: places_of(control) for control in spec["controls"]}

    def at(values):
        return {name: table[row(wire[name]["over"], places, values)] for name, table in tables.items()}

    return at


def places_of(control):
    """{value: its place along the axis of this control}."""
    values = control.get("stops") or [option for option, _ in control.get("options", [])] or [0, 1]
    return {value: place for place, value in enumerate(values)}


def row(over, places, values):
    sizes = [len(places[axis]) for axis in over]
    return int(np.ravel_multi_index([places[axis][values[axis]] for axis in over], sizes)) if over else 0


__all__ = ["MAKERS", "RELATIVE", "declared", "model_of", "read", "records"]
