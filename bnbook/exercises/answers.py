"""The checker's answer, and the words for everything that can be the matter with a function."""

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


def right(exercise, size, count):
    """All numbers agree.   size : the largest relative error.   count : of the inputs tried."""
    text = f"{count} different inputs, and no entry is off by more than {size:.0e} of the largest."
    return Answer("Right.", (Note(text),), "right", "right")


def problem(exercise, kind, headline, *sentences):
    """Something that is not a matter of numbers."""
    notes = [Note(sentence) for sentence in sentences if sentence]
    return Answer(f"Not yet: {headline}", tuple(notes), "wrong", kind)


def wrong(exercise, found, where, clues, kind="wrong"):
    """Wrong numbers.   found : [(name of an output or "", name of the mistake)].   where, clues : sentences."""
    notes = []
    for output, name in found:
        mistake = exercise.mistakes[name]
        notes.append(Note(f"{mistake.title}.", f"`{output}` looks like a known mistake" if output else "It looks like"))
        notes.append(Note(mistake.look, "Look at"))
    notes += [Note(where), *(Note(clue) for clue in clues)]
    notes.append(Note(f"For a hint: `{exercise.address}.hint()`"))
    names = tuple(dict.fromkeys(name for _, name in found))
    return Answer("Not yet.", tuple(notes), "wrong", kind, names)
