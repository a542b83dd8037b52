"""Widgets of the chapter on backpropagation; each function returns one Explorable."""

from bn.widgets.backprop.graph import graph

__all__ = ["graph"]
