"""A chart: marks on two axes, a plain record.

The page draws it as SVG, the notebook with Plotly.
"""

from dataclasses import KW_ONLY, dataclass, field

from explorable.declare.errors import DeclarationError, check_list
from explorable.declare.marks import Mark, check_interval, is_number
from explorable.declare.references import plain
from explorable.declare.text import check_format


@dataclass(frozen=True, eq=False)
class Axis:
    """One axis.

    domain : None (from the data), (low, high), or the name of an output that gives the two numbers. Only (low, high)
    stays as it is: else the axis grows at once, and shrinks after the reader has let go, see `static/scales.js`.
    log : logarithmic.  symlog : None, or a number: linear from minus it to it, logarithmic beyond, for either sign; the
    domain is then, unless given, the linear part and what the data need beyond, in steps of three powers of ten.
    ticks : None, how many, or the list of values.  format : of the ticks, see `show`.
    kind : "number" or "category"; categories : the order of the categories.
    lanes : None, or a number: 1, 2, 3 ... are lanes, each from minus it to it; a value is told as that of its lane.
    """

    label: str = ""
    unit: str = ""
    domain: object = None
    log: bool = False
    symlog: float | None = None
    ticks: object = None
    format: str | None = None
    kind: str = "number"
    categories: tuple | None = None
    lanes: float | None = None

    def check(self, where):
        """Raise DeclarationError for what is wrong whatever the model's outputs are."""
        if self.kind not in ("number", "category"):
            raise DeclarationError(f"{where}: kind is number or category, got {self.kind!r}")
        if self.format is not None:
            check_format(self.format, where)
        if self.symlog is not None and (self.log or not is_number(self.symlog) or not self.symlog > 0):
            raise DeclarationError(f"{where}: symlog is a positive number, and log is off, got {self.symlog!r}")
        if self.lanes is not None and not (is_number(self.lanes) and self.lanes > 0):
            raise DeclarationError(f"{where}: lanes is a positive number, got {self.lanes!r}")
        if self.domain is None or isinstance(self.domain, str):
            return
        check_interval(self.domain, f"{where}: domain")
        if self.log and not self.domain[0] > 0:
            raise DeclarationError(f"{where}: a logarithmic axis needs a domain above 0, got {self.domain!r}")

    def title(self):
        """Label and unit as one text."""
        return f"{self.label} ({self.unit})" if self.label and self.unit else self.label or self.unit

    def wire(self, names, where):
        domain = plain(self.domain)
        if isinstance(domain, str):
            domain = names.reference(domain, f"{where}: domain")
            if "out" not in domain:
                raise DeclarationError(f'{where}: domain "{self.domain}" must be an output of two numbers')
        wire = {
            "label": self.label,
            "unit": self.unit,
            "domain": domain,
            "log": bool(self.log),
            "ticks": plain(self.ticks),
            "format": self.format,
            "kind": self.kind,
            "categories": plain(self.categories),
        }
        extras = {"symlog": self.symlog, "lanes": self.lanes}
        return wire | {name: value for name, value in extras.items() if value is not None}


@dataclass(frozen=True, eq=False)
class Chart:
    """Marks on two axes.

    height : pixels; low : the same where there is no room for figures side by side, as on a phone.
    title : above the chart.  alt : template that tells a screen reader what is seen.
    aspect : None, or how many pixels of x one pixel of y is worth: 1 gives equal units.
    direct : labels of lines and level rules stand at their right ends, not in the legend, if the chart is wide enough.
    """

    marks: tuple
    _: KW_ONLY
    x: Axis = field(default_factory=Axis)
    y: Axis = field(default_factory=Axis)
    height: float = 280
    low: float | None = None
    title: str = ""
    alt: str = ""
    aspect: float | None = None
    direct: bool = False

    kind = "chart"

    def __str__(self):
        return f'chart "{self.title}"' if self.title else "chart"

    def places(self):
        """Each mark with the words that say where it is in an error message."""
        for number, mark in enumerate(self.marks):
            yield mark, f"{self}, mark {number} ({getattr(mark, 'kind', type(mark).__name__)})"

    def colors(self):
        """The palette names that the chart uses."""
        return [name for mark in self.marks for name in mark.colors()]

    def check(self, controls):
        """Raise DeclarationError for what is wrong whatever the model's outputs are."""
        check_list(self.marks, f"{self}: marks")
        if not self.marks:
            raise DeclarationError(f"{self} has no marks")
        for mark, where in self.places():
            if not isinstance(mark, Mark):
                raise DeclarationError(f"{where}: not a mark of explorable.declare.figures")
            mark.check(controls, where)
        self.x.check(f"{self}, x axis")
        self.y.check(f"{self}, y axis")
        if not all(is_number(height) and height > 0 for height in (self.height, self.low or 1)):
            raise DeclarationError(f"{self}: height must be a positive number of pixels, got {self.height!r}")
        if self.aspect is not None and not (is_number(self.aspect) and self.aspect > 0):
            raise DeclarationError(f"{self}: aspect must be a positive number, got {self.aspect!r}")
        if self.direct and self.aspect:
            raise DeclarationError(f"{self}: names at the ends of lines need a chart without an aspect")

    def wire(self, names):
        wire = {
            "kind": "chart",
            "title": self.title,
            "height": self.height,
            **({} if self.low is None else {"low": self.low}),
            "aspect": self.aspect,
            "alt": names.template(self.alt, f"{self}: alt"),
            "x": self.x.wire(names, f"{self}, x axis"),
            "y": self.y.wire(names, f"{self}, y axis"),
            "marks": [mark.wire(names, where) for mark, where in self.places()],
        }
        return wire | {"direct": True} if self.direct else wire
