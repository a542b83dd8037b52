"""The checker's answer, as a page for a notebook."""

from dataclasses import dataclass

from .pages import Note, Page


@dataclass(frozen=True)
class Answer(Page):
    """What the check found; true if the function is right.

    kind : "right", "wrong", or what kept the numbers from being compared: "not a function", "arguments", "exception",
    "count", "type", "shape", "not finite", "changed", "too long".
    mistakes : names of the known mistakes that it looks like, keys of the exercise's `mistakes`.
    """

    kind: str = "wrong"
    mistakes: tuple = ()

    @property
    def right(self):
        """Whether the solution passed."""
        return self.kind == "right"

    def __bool__(self):
        return self.right

    __repr__ = Page.__str__


def answer(verdict):
    """The `Answer` of a verdict, see `explorable.writing.shared.telling`."""
    notes = tuple(Note(text, title) for title, text in verdict["notes"])
    return Answer(verdict["headline"], notes, verdict["tone"], verdict["kind"], verdict["mistakes"])
