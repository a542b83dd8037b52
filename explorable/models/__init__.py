"""The three kinds of model.

`Sampled` is a function, baked over a grid, `Symbolic` formulas, compiled, and `Program` a function that is iterated.
"""

from explorable.models.chosen import Chosen
from explorable.models.draws import Normals, Shuffled
from explorable.models.program import Action, Program
from explorable.models.sampled import Sampled
from explorable.models.symbolic import Symbolic
from explorable.models.vectors import (
    Recurrence,
    Vector,
    component,
    count,
    histogram,
    maximum,
    mean,
    minimum,
    position,
    product,
    total,
)

__all__ = [
    "Action",
    "Chosen",
    "Normals",
    "Program",
    "Recurrence",
    "Sampled",
    "Shuffled",
    "Symbolic",
    "Vector",
    "component",
    "count",
    "histogram",
    "maximum",
    "mean",
    "minimum",
    "position",
    "product",
    "total",
]
