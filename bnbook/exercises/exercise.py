"""An exercise of this book, for a notebook: it belongs to a chapter, checks, helps and shows itself."""

from dataclasses import dataclass

from explorable.writing import exercise
from explorable.writing.exercise import Case, Mistake
from explorable.writing.shared import asking

from . import checking
from .answers import answer
from .chapters import number

__all__ = ["Case", "Exercise", "Mistake"]


@dataclass(eq=False, kw_only=True)
class Exercise(exercise.Exercise):
    """A function to write. `check(function)` answers; `hint()` helps; `solution()` ends it.

    chapter : its file. The rest as in `explorable.writing.exercise.Exercise`.
    """

    chapter: str

    def check(self, function):
        """An `Answer`: right, or which mistake it looks like. It never raises what the function raises.

        function : takes the arguments in the order of `arguments` and returns what `returns` names: arrays or numbers,
        several as a tuple. It may use loops or whole arrays, and is stopped after ten seconds. Numbers must agree to
        1e-6 of the largest entry, to 1e-4 if they are float32.
        """
        return checking.check(self, function)

    def hint(self):
        """A hint."""
        self.asked += 1
        return answer(asking.hint(self))

    def solution(self):
        """At the first request a hint; whoever has had the hint gets the solution."""
        return answer(asking.solution(self)) if self.asked else self.hint()

    @property
    def headline(self):
        return f"{self.title} (chapter {number(self.chapter)})"

    def page(self):
        """The task, for display."""
        return answer(asking.about(self, self.headline))

    def __repr__(self):
        return str(self.page())

    def _repr_html_(self):
        return self.page()._repr_html_()
