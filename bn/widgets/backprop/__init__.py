"""The widgets of the chapter on backpropagation. Each function returns one Explorable."""

from bn.widgets.backprop.geometry import geometry
from bn.widgets.backprop.graph import graph
from bn.widgets.backprop.museum import museum
from bn.widgets.backprop.numerical import numerical_check
from bn.widgets.backprop.ways import ways

__all__ = ["geometry", "graph", "museum", "numerical_check", "ways"]
