"""Controls with several numbers: a list, and a point in the plane."""

from dataclasses import KW_ONLY, dataclass
from html import escape

import numpy as np

from explorable.declare.control import Control, check_span, check_within, flag, limits, read_number
from explorable.declare.text import check_format, show_all, with_unit

PASTE = (
    '<details class="ex-paste"><summary>Paste numbers</summary>'
    '<textarea aria-label="Paste numbers"></textarea>'
    '<button type="button">Use these</button><p class="ex-note" role="status"></p></details>'
)


@dataclass(frozen=True, eq=False)
class Numbers(Control):
    """A list of numbers that the reader edits, pastes, lengthens and drags.

    start : the numbers at the start.  low, high, step : range and grain of every number.
    min_count, max_count : how many there may be.  unit, format : as for Slider.
    paste : offers a box for text with numbers in it.
    """

    name: str
    label: str
    _: KW_ONLY
    start: tuple
    low: float
    high: float
    step: float
    min_count: int = 1
    max_count: int = 8
    unit: str = ""
    format: str = ".3g"
    fold: bool = False
    help: str = ""
    paste: bool = True

    kind = "numbers"
    many = True

    def _check(self):
        check_format(self.format, str(self))
        check_span(self, "low and high", (self.low, self.high), self.step)
        if not 1 <= self.min_count <= self.max_count:
            given = f"min_count={self.min_count}, max_count={self.max_count}"
            raise self.fault(f"needs 1 <= min_count <= max_count, got {given}")
        self.clean(self.start)

    def start_value(self):
        return self.clean(self.start)

    def clean(self, value):
        """A new float array; ValueError if there are too few, too many, or one outside low..high."""
        array = np.array(value, float)
        if array.ndim != 1 or not self.min_count <= len(array) <= self.max_count:
            allowed = f"{self.min_count} to {self.max_count} numbers"
            raise self.fault(f"takes a list of {allowed}, got shape {array.shape}")
        if not (np.isfinite(array) & (array >= self.low) & (array <= self.high)).all():
            raise self.fault(f"takes numbers from {self.low} to {self.high}, got {array.tolist()}")
        return array

    def _wire(self):
        return {
            "start": self.start_value().tolist(),
            "paste": self.paste,
            "low": self.low,
            "high": self.high,
            "step": self.step,
            "min_count": self.min_count,
            "max_count": self.max_count,
            "unit": self.unit,
            "format": self.format,
        }

    @staticmethod
    def is_group(wire):
        return True

    @staticmethod
    def html(wire, ident):
        label, range_ = escape(wire["label"]), limits(wire["low"], wire["high"], wire["step"])
        cells = "".join(
            f'<input type="number" id="{ident}-{index}" aria-label="{label}, value {index + 1}" {range_}'
            f' value="{value:.12g}">'
            for index, value in enumerate(wire["start"])
        )
        unit = f' <span class="ex-unit">{escape(wire["unit"])}</span>' if wire["unit"] else ""
        count = len(wire["start"])
        full, least = count >= wire["max_count"], count <= wire["min_count"]
        buttons = (
            f'<button type="button" class="ex-add"{flag(full, "disabled")}>Add</button>'
            f'<button type="button" class="ex-remove"{flag(least, "disabled")}>Remove</button>'
        )
        return (
            f'<legend>{label}{unit}</legend><div class="ex-cells">{cells}</div>'
            f"{'' if full and least else buttons}{PASTE if wire['paste'] else ''}"
        )

    @staticmethod
    def spoken(wire, value):
        return with_unit(show_all(value, wire["format"]), wire["unit"])

    @staticmethod
    def read(wire, text):
        values = [read_number(wire, word) for word in text.split()]
        if not wire["min_count"] <= len(values) <= wire["max_count"]:
            allowed = f"{wire['min_count']} to {wire['max_count']}"
            raise ValueError(f"{wire['name']}: {len(values)} numbers given, {allowed} allowed")
        for value in values:
            check_within(wire, value, wire["low"], wire["high"])
        return values


@dataclass(frozen=True, eq=False)
class Point(Control):
    """A point in the plane, dragged or typed as two numbers.

    start : (x, y).  x, y : (low, high) of each.  step : grain of both.  names : what the two are called.
    """

    name: str
    label: str
    _: KW_ONLY
    start: tuple
    x: tuple
    y: tuple
    step: float
    names: tuple = ("x", "y")
    format: str = ".3g"
    fold: bool = False
    help: str = ""

    kind = "point"

    def _check(self):
        check_format(self.format, str(self))
        for name in ("x", "y"):
            check_span(self, name, getattr(self, name), self.step)
        if len(self.names) != 2 or not all(isinstance(name, str) and name for name in self.names):
            raise self.fault(f"names are two words, got {self.names!r}")
        self.clean(self.start)

    def start_value(self):
        return self.clean(self.start)

    def clean(self, value):
        """A new float array (x, y); ValueError outside the ranges."""
        array = np.array(value, float)
        low, high = np.array([self.x, self.y], float).T
        if array.shape != (2,) or not (np.isfinite(array) & (array >= low) & (array <= high)).all():
            raise self.fault(f"takes (x, y) within x {self.x} and y {self.y}, got {array.tolist()}")
        return array

    def _wire(self):
        return {
            "start": self.start_value().tolist(),
            "x": list(self.x),
            "y": list(self.y),
            "step": self.step,
            "names": list(self.names),
            "format": self.format,
        }

    @property
    def parts(self):
        return {f"{self.name}_x": 0, f"{self.name}_y": 1}

    @staticmethod
    def is_group(wire):
        return True

    @staticmethod
    def html(wire, ident):
        fields = "".join(
            f'<label>{escape(name)} <input type="number" id="{ident}-{axis}"'
            f' {limits(*wire[axis], wire["step"])} value="{value:.12g}"></label>'
            for name, axis, value in zip(wire["names"], "xy", wire["start"])
        )
        return f"<legend>{escape(wire['label'])}</legend>{fields}"

    @staticmethod
    def spoken(wire, value):
        return f"({show_all(value, wire['format'])})"

    @staticmethod
    def read(wire, text):
        values = [read_number(wire, word) for word in text.split()]
        if len(values) != 2:
            raise ValueError(f"{wire['name']}: a point needs two numbers, got {text}")
        for value, axis in zip(values, ("x", "y"), strict=True):
            check_within(wire, value, *wire[axis])
        return values
