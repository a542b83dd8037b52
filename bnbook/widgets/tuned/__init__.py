"""Widgets of the chapter on what is left when all is tuned."""

from .folds import folds

__all__ = ["folds"]
