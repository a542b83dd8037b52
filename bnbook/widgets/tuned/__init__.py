"""Widgets of the chapter on what is left when all is tuned: folds, best rates, convolution."""

from .best import best
from .convolution import convolution
from .folds import folds

__all__ = ["best", "convolution", "folds"]
