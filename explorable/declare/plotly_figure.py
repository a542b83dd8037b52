"""A Plotly figure, for what only Plotly draws (3-D). A plain record."""

import re
from dataclasses import KW_ONLY, dataclass

from explorable.declare.chart import Chart
from explorable.declare.errors import DeclarationError
from explorable.declare.references import check_color, plain


@dataclass(frozen=True, eq=False)
class PlotlyFigure:
    """Traces and layout as Plotly's JSON, with bindings.

    data : list of traces.  layout : dict.  Strings "ex:NAME" in them are palette colors.
    bindings : {path: output or control}; a path is "0.z" (a part of trace 0) or "layout.title.text"; a string
    with braces is a template.  alt : template that tells a screen reader what is seen.  height : pixels.
    flat : a Chart that is shown in its place, with a button; Plotly's script (1.8 MB) is loaded only for a reader who
    presses it. None: it is loaded when the figure comes near.
    """

    data: list
    layout: dict
    bindings: dict
    _: KW_ONLY
    alt: str
    title: str = ""
    height: float = 360
    flat: Chart | None = None

    kind = "plotly"

    def __str__(self):
        return f'plotly figure "{self.title}"' if self.title else "plotly figure"

    def colors(self):
        """The palette names in data and layout."""
        found = strings([self.data, self.layout])
        own = [text.removeprefix("ex:") for text in found if text.startswith("ex:")]
        return own + (self.flat.colors() if self.flat else [])

    def check(self, controls):
        """Raise DeclarationError for an unknown color or a path that leads nowhere."""
        if self.flat is not None:
            if not isinstance(self.flat, Chart):
                raise DeclarationError(f"{self}: flat must be a Chart or None, got {self.flat!r}")
            self.flat.check(controls)
        for name in self.colors():
            check_color(name, str(self))
        for path in self.bindings:
            head, _, tail = path.partition(".")
            in_trace = re.fullmatch(r"\d+", head) and int(head) < len(self.data)
            if not tail or not (in_trace or head == "layout"):
                allowed = f'"0." to "{len(self.data) - 1}." or "layout."'
                raise DeclarationError(f"{self}: binding {path!r} must start with {allowed}")

    def wire(self, names):
        return {
            "kind": "plotly",
            "title": self.title,
            "alt": names.template(self.alt, f"{self}: alt"),
            "height": self.height,
            "data": plain(self.data),
            "layout": plain(self.layout),
            "flat": self.flat.wire(names) if self.flat else None,
            "bindings": {path: self._binding(names, path) for path in self.bindings},
        }

    def _binding(self, names, path):
        source, where = self.bindings[path], f"{self}, binding {path!r}"
        if isinstance(source, str) and "{" in source:
            return {"text": names.template(source, where)}
        return names.reference(source, where)


def strings(value):
    """Every string inside nested lists and dicts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)
