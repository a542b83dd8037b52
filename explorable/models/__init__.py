"""The two kinds of model: `Sampled` (a function, baked over a grid) and `Symbolic` (formulas, compiled)."""

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
    "Recurrence",
    "Sampled",
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
