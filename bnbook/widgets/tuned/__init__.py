"""Widgets of the chapter on what is left when all is tuned: folds, best rates."""

from .best import best
from .folds import folds

__all__ = ["best", "folds"]
