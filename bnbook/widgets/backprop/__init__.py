"""The widgets of the chapter on backpropagation. Each function returns one Explorable."""

from bnbook.widgets.backprop.geometry import geometry
from bnbook.widgets.backprop.graph import graph
from bnbook.widgets.backprop.museum import museum
from bnbook.widgets.backprop.numerical import numerical_check
from bnbook.widgets.backprop.ways import ways

__all__ = ["geometry", "graph", "museum", "numerical_check", "ways"]
