"""Exercises that answer: write a function, hand it over, and hear whether it is right or which mistake it looks like.

from bnbook import exercises
exercises.all()                          # the list
exercises.forward                        # the task
exercises.forward.check(my_function)     # the answer
exercises.forward.hint()                 # help; afterwards exercises.forward.solution()
"""

from . import (
    backprop,
    backprop_rest,
    family,
    motivation,
    motivation_shift,
    practice,
    reparam,
    reparam_balance,
    smoothness,
    statistics_of_batches,
    transform,
)
from .pages import Note, Page

CHAPTERS = (
    motivation,
    motivation_shift,
    transform,
    statistics_of_batches,
    backprop,
    backprop_rest,
    reparam,
    reparam_balance,
    smoothness,
    family,
    practice,
)
EXERCISES = {exercise.name: exercise for chapter in CHAPTERS for exercise in chapter.EXERCISES}

globals().update(EXERCISES)
__all__ = ["all", *EXERCISES]


def all(chapter=None):
    """All exercises, or those of one chapter, as a list to read.   Raises ValueError for a chapter without any."""
    numbers = sorted({exercise.chapter for exercise in EXERCISES.values()})
    if chapter is not None and chapter not in numbers:
        raise ValueError(f"chapter is {chapter!r}; allowed are {', '.join(map(str, numbers))}, or None for all")
    shown = numbers if chapter is None else [chapter]
    notes = []
    for number in shown:
        lines = [f"`{e.name}{e.signature}`: {e.title}" for e in EXERCISES.values() if e.chapter == number]
        notes.append(Note(lines, f"Chapter {number}", kind="list"))
    notes.append(Note("To read a task: `exercises.forward`"))
    notes.append(Note("To have a function checked: `exercises.forward.check(my_function)`"))
    return Page("Exercises that answer", tuple(notes))
