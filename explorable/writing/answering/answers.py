"""The checker's answer, as a page for a notebook."""

from dataclasses import dataclass

from .notes import Note, Page


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


def answer(told):
    """What `explorable.writing.shared` tells as a page: an `Answer`, if it is a verdict."""
    notes = tuple(Note(note[1], note[0], *note[2:]) for note in told["notes"])
    if "kind" not in told:
        return Page(told["headline"], notes, told["tone"])
    return Answer(told["headline"], notes, told["tone"], told["kind"], told["mistakes"])
