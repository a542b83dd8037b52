"""Controls with several numbers: a list, and a point in the plane."""

from dataclasses import KW_ONLY, dataclass

import numpy as np

from explorable.declare.control import Control, check_span
from explorable.declare.text import check_format


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
