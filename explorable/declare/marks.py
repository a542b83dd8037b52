"""The marks of a chart: plain records, named as in Observable Plot and Vega-Lite.

A channel (x, y, low, high, base, z) is the name of an output or a control, or a number or array. A 2-D y
draws one series a row. `color` is a palette name. `when` names an output or control; the mark is drawn only
where that is true. Marks with a `label` appear in the legend.
"""

from dataclasses import dataclass, fields, replace

import numpy as np

from explorable.declare import palette
from explorable.declare.controls import Slider
from explorable.declare.errors import DeclarationError
from explorable.declare.references import Drag, Select, check_color, plain


class Mark:
    """What all marks share: their check and their JSON form, {"mark": kind, every field by its name}."""

    kind = ""
    channels = ()
    needs = ("y",)  # channels that must be given

    def colors(self):
        """The palette names that the mark uses."""
        given = getattr(self, "color", None)
        return [] if given is None else [given] if isinstance(given, str) else list(given)

    def check(self, controls, where):
        """Raise DeclarationError for what is wrong whatever the model's outputs are."""
        for name in self.needs:
            if getattr(self, name) is None:
                raise DeclarationError(f"{where}: needs {name}")
        for name in self.colors():
            check_color(name, where)
        for name in ("drag", "select"):
            if getattr(self, name, None) is not None:
                getattr(self, name).check(controls, f"{where}: {name}")
        self._check(where)

    def _check(self, where):
        """What only this kind of mark has to check."""

    def wire(self, names, where):
        """The JSON form; DeclarationError for a name that is neither an output nor a control."""
        wire = {"mark": self.kind}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in self.channels:
                wire[field.name] = names.channel(value, f"{where}: {field.name}")
            elif field.name == "when":
                wire["when"] = names.condition(value, f"{where}: when")
            elif isinstance(value, (Drag, Select)):
                parts = value.wire(names.controls).items()
                wire[field.name] = {key: part for key, part in parts if key in ("control", "along")}
            else:
                wire[field.name] = plain(value)
        return wire


@dataclass(frozen=True, eq=False)
class Line(Mark):
    """A line through the points (x, y); x omitted is 0, 1, 2, ...; width in pixels; NaN is a gap.

    color : one name, or a list with one for each row of a 2-D y.  dash : False, True (dashed) or "dots".
    tells : {words: channel}, what is told of a point instead of its y, where y is but a place, as of ridges that stand
    above each other. A channel has a number for each point, or one for all; {}: nothing is told.
    """

    x: object = None
    y: object = None
    color: object = "ink"
    label: str = ""
    dash: bool | str = False
    width: float = 2
    opacity: float = 1
    tells: dict | None = None
    when: str | None = None

    kind, channels = "line", ("x", "y")

    def _check(self, where):
        check_dash(self.dash, where)
        if not isinstance(self.tells, dict | None):
            raise DeclarationError(f"{where}: tells is {{words: output}}, got {self.tells!r}")

    def wire(self, names, where):
        wire = super().wire(names, where)
        told = wire.pop("tells")
        if told is None:
            return wire
        return wire | {"tells": {words: names.channel(self.tells[words], f"{where}: tells") for words in told}}


@dataclass(frozen=True, eq=False)
class Band(Mark):
    """The area between low and high; tables of them give an area a row."""

    x: object = None
    low: object = None
    high: object = None
    color: str = "ink"
    label: str = ""
    opacity: float = 0.2
    when: str | None = None

    kind, channels, needs = "band", ("x", "low", "high"), ("low", "high")


@dataclass(frozen=True, eq=False)
class Bar(Mark):
    """Bars from base to y; color may be a list, one for each bar; width in units of a numeric x."""

    x: object = None
    y: object = None
    color: object = "ink"
    base: object = 0
    width: float | None = None
    label: str = ""
    opacity: float = 1
    when: str | None = None

    kind, channels = "bar", ("x", "y", "base")


SYMBOLS = ("circle", "square", "diamond", "triangle", "cross", "plus")


@dataclass(frozen=True, eq=False)
class Dot(Mark):
    """Dots at (x, y), `size` pixels in radius; color may be a list, one for each dot.

    drag : a Drag; dot i moves number i of a Numbers (or the Point, or the Slider).
    select : a Select; clicking dot i sets the control to its i-th option or stop.
    """

    x: object = None
    y: object = None
    color: object = "ink"
    size: float = 5
    label: str = ""
    symbol: str = "circle"
    opacity: float = 1
    drag: Drag | None = None
    select: Select | None = None
    when: str | None = None

    kind, channels = "dot", ("x", "y")

    def _check(self, where):
        if self.symbol not in SYMBOLS:
            raise DeclarationError(f"{where}: symbol is one of {', '.join(SYMBOLS)}, got {self.symbol!r}")


@dataclass(frozen=True, eq=False)
class Rule(Mark):
    """Straight lines across the chart: upright at x, or level at y; exactly one of the two. dash : as of a Line.

    A rule that stands at a slider's value is a handle of that slider; no `drag` has to say so.
    """

    x: object = None
    y: object = None
    color: str = "ink"
    dash: bool | str = True
    label: str = ""
    width: float = 1.5
    drag: Drag | None = None
    when: str | None = None

    kind, channels, needs = "rule", ("x", "y"), ()

    def _check(self, where):
        if (self.x is None) == (self.y is None):
            raise DeclarationError(f"{where}: needs x or y, and not both")
        check_dash(self.dash, where)

    def wire(self, names, where):
        along = "y" if self.x is None else "x"
        place = getattr(self, along)
        stands_at = names.controls.get(place) if isinstance(place, str) else None
        if self.drag is None and isinstance(stands_at, Slider):
            return replace(self, drag=Drag(place, along)).wire(names, where)
        return super().wire(names, where)


@dataclass(frozen=True, eq=False)
class Arrow(Mark):
    """Arrows from (x1, y1) to (x2, y2)."""

    x1: object = None
    y1: object = None
    x2: object = None
    y2: object = None
    color: str = "ink"
    label: str = ""
    width: float = 2
    when: str | None = None

    kind, channels, needs = "arrow", ("x1", "y1", "x2", "y2"), ("x1", "y1", "x2", "y2")


@dataclass(frozen=True, eq=False)
class Text(Mark):
    """Words at (x, y): one template for all points, or a list with one for each; dx, dy in pixels, y down.

    anchor : the part of the words that stands at x: "start", "middle" or "end".
    """

    x: object = None
    y: object = None
    text: object = ""
    color: str = "ink"
    anchor: str = "middle"
    dx: float = 0
    dy: float = 0
    when: str | None = None

    kind, channels, needs = "text", ("x", "y"), ("x", "y")

    def _check(self, where):
        if self.anchor not in ("start", "middle", "end"):
            raise DeclarationError(f"{where}: anchor is start, middle or end, got {self.anchor!r}")

    def templates(self):
        """The templates, one for all points or one for each."""
        return [self.text] if isinstance(self.text, str) else list(self.text)

    def wire(self, names, where):
        for template in self.templates():
            names.template(template, f"{where}: text")
        return super().wire(names, where)


SCHEMES = ("diverging", "sequential")


@dataclass(frozen=True, eq=False)
class Raster(Mark):
    """A picture of z (rows, columns) over x=(low, high), y=(low, high).

    Row i is the i-th from below, column j the j-th from the left; all cells have the same size.
    scheme : "diverging" or "sequential".  domain : the values (low, high) at the ends of the scheme.
    color : a palette name; the scheme then runs from the paper to it.  smooth : no edges between the cells.
    """

    z: object = None
    x: tuple = (0, 1)
    y: tuple = (0, 1)
    scheme: str = "sequential"
    domain: tuple = (0, 1)
    color: str | None = None
    smooth: bool = False
    opacity: float = 1
    label: str = ""
    when: str | None = None

    kind, channels, needs = "raster", ("z",), ("z",)

    def wire(self, names, where):
        wire = super().wire(names, where)
        if self.color is not None:
            wire["shades"] = [palette.color("paper"), palette.color(self.color)]
        return wire

    def _check(self, where):
        if self.scheme not in SCHEMES:
            raise DeclarationError(f"{where}: scheme is diverging or sequential, got {self.scheme!r}")
        for name in ("x", "y", "domain"):
            check_interval(getattr(self, name), f"{where}: {name}")


LEVELS = 15  # of a picture's cells, which the page holds as one hexadecimal digit each


@dataclass(frozen=True, eq=False)
class Picture(Mark):
    """Small pictures at (x, y), `size` pixels wide.

    z : (pictures, rows, columns), an array from 0, where nothing is drawn, to 1, the full color; row 0 is at the top.
    """

    x: object = None
    y: object = None
    z: object = None
    color: str = "ink"
    size: float = 16
    opacity: float = 1
    when: str | None = None

    kind, channels, needs = "picture", ("x", "y"), ("x", "y", "z")

    def _check(self, where):
        if np.ndim(self.z) != 3:
            raise DeclarationError(f"{where}: z is an array (pictures, rows, columns), got shape {np.shape(self.z)}")

    def wire(self, names, where):
        levels = np.clip(np.rint(np.asarray(self.z, float) * LEVELS), 0, LEVELS).astype(int)
        cells = ["".join(f"{level:x}" for level in picture.ravel()) for picture in levels]
        shades = palette.color(self.color)
        return super().wire(names, where) | {"z": None, "cells": cells, "columns": levels.shape[2], "shades": shades}


@dataclass(frozen=True, eq=False)
class Contour(Mark):
    """Lines where z takes the `levels`; z is placed as in Raster, its values at the middle of the cells."""

    z: object = None
    x: tuple = (0, 1)
    y: tuple = (0, 1)
    levels: tuple = ()
    color: str = "ink"
    label: str = ""
    width: float = 1
    when: str | None = None

    kind, channels, needs = "contour", ("z",), ("z",)

    def _check(self, where):
        if len(self.levels) == 0:
            raise DeclarationError(f"{where}: needs at least one level")
        for name in ("x", "y"):
            check_interval(getattr(self, name), f"{where}: {name}")


def check_interval(pair, where):
    """Raise DeclarationError unless `pair` is (low, high), two finite numbers with low < high."""
    numbers = plain(pair)
    if not (isinstance(numbers, list) and len(numbers) == 2 and all(map(is_number, numbers))):
        raise DeclarationError(f"{where}: needs two finite numbers (low, high), got {pair!r}")
    if not numbers[0] < numbers[1]:
        raise DeclarationError(f"{where}: low must be below high, got {pair!r}")


def check_dash(dash, where):
    """Raise DeclarationError unless `dash` is one of the ways to draw a line."""
    if not isinstance(dash, bool) and dash != "dots":
        raise DeclarationError(f'{where}: dash is False, True or "dots", got {dash!r}')


def is_number(value):
    """Whether `value` is an int or float, and not a boolean."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
