"""The widgets of the chapter on the descendants. Each function returns one Explorable."""

from bnbook.widgets.family.contest import contest
from bnbook.widgets.family.future import future
from bnbook.widgets.family.invariances import invariances
from bnbook.widgets.family.places import norm_places
from bnbook.widgets.family.tensor import one_tensor
from bnbook.widgets.family.tree import tree

__all__ = ["contest", "future", "invariances", "norm_places", "one_tensor", "tree"]
