"""An exercise of this book: it belongs to a chapter."""

from dataclasses import dataclass

from explorable.writing import exercise
from explorable.writing.exercise import Case, Mistake

from .chapters import number

__all__ = ["Case", "Exercise", "Mistake"]


@dataclass(eq=False, kw_only=True, repr=False)
class Exercise(exercise.Exercise):
    """chapter : its file. The rest as in `explorable.writing.exercise.Exercise`."""

    chapter: str

    @property
    def headline(self):
        return f"{self.title} (chapter {number(self.chapter)})"
