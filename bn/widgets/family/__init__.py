"""The widgets of the chapter on the descendants. Each function returns one Explorable."""

from bn.widgets.family.contest import contest
from bn.widgets.family.invariances import invariances
from bn.widgets.family.tensor import one_tensor
from bn.widgets.family.tree import tree

__all__ = ["contest", "invariances", "one_tensor", "tree"]
