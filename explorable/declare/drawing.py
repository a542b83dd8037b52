"""A small picture that the reader draws. A plain record."""

import re
from dataclasses import KW_ONLY, dataclass
from html import escape

import numpy as np

from explorable.declare.control import Control
from explorable.declare.marks import LEVELS


@dataclass(frozen=True, eq=False)
class Drawing(Control):
    """A picture of rows x columns cells, each from 0 to 1 in steps of 1/15; empty at the start.

    What a model gets is an array (rows * columns,), row by row from the top.
    """

    name: str
    label: str
    _: KW_ONLY
    rows: int
    columns: int
    fold: bool = False
    help: str = ""

    kind, many = "drawing", True

    def _check(self):
        for name in ("rows", "columns"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not 2 <= value <= 32:
                raise self.fault(f"needs {name} from 2 to 32, got {value!r}")

    def start_value(self):
        return np.zeros(self.rows * self.columns)

    def clean(self, value):
        """An array of all cells, each the nearest of the levels."""
        array = np.asarray(value, float)
        if array.shape != (self.rows * self.columns,):
            raise self.fault(f"takes {self.rows * self.columns} numbers, got shape {array.shape}")
        if not ((array >= 0) & (array <= 1)).all():
            raise self.fault(f"takes numbers from 0 to 1, got {array.tolist()}")
        return np.rint(LEVELS * array) / LEVELS

    def _wire(self):
        return {"rows": self.rows, "columns": self.columns, "start": [0] * (self.rows * self.columns), "format": ".2g"}

    @staticmethod
    def is_group(wire):
        return True

    @staticmethod
    def html(wire, ident):
        return f'<legend>{escape(wire["label"])}</legend><div class="ex-drawing" id="{ident}"></div>'

    @staticmethod
    def spoken(wire, value):
        inked = int(np.count_nonzero(value))
        return f"{inked} of {wire['rows'] * wire['columns']} cells drawn" if inked else "nothing drawn"

    @staticmethod
    def read(wire, text):
        size = wire["rows"] * wire["columns"]
        if not re.fullmatch(rf"[0-9a-f]{{{size}}}", text):
            raise ValueError(f"{wire['name']}: a drawing is written as {size} hexadecimal digits, got {text!r}")
        return [int(digit, 16) / LEVELS for digit in text]
