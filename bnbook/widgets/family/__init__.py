"""The widgets of the chapter on the descendants. Each function returns one Explorable."""

from bnbook.widgets.family.contest import contest
from bnbook.widgets.family.invariances import invariances
from bnbook.widgets.family.tensor import one_tensor
from bnbook.widgets.family.tree import tree

__all__ = ["contest", "invariances", "one_tensor", "tree"]
