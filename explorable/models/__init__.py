"""The two kinds of model: `Sampled` (a function, baked over a grid) and `Symbolic` (formulas, compiled)."""

from explorable.models.sampled import Sampled

__all__ = ["Sampled"]
