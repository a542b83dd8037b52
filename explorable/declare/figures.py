"""What a widget can show: charts and their marks, diagrams and their elements, Plotly figures."""

from explorable.declare.chart import Axis, Chart
from explorable.declare.diagram import Bind, Circle, Diagram, Label, Path, Rect
from explorable.declare.marks import Arrow, Band, Bar, Contour, Dot, Line, Picture, Raster, Rule, Text
from explorable.declare.plotly_figure import PlotlyFigure
from explorable.declare.references import Drag, Select
from explorable.declare.scales import Diverging, Linear, Map, Sequential

__all__ = [
    "Arrow",
    "Axis",
    "Band",
    "Bar",
    "Bind",
    "Chart",
    "Circle",
    "Contour",
    "Diagram",
    "Diverging",
    "Dot",
    "Drag",
    "Label",
    "Line",
    "Linear",
    "Map",
    "Path",
    "Picture",
    "PlotlyFigure",
    "Raster",
    "Rect",
    "Rule",
    "Select",
    "Sequential",
    "Text",
]
