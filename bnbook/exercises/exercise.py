"""An exercise: what the reader is asked to write, on which inputs it is tried, and how it is likely to go wrong."""

import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from . import checking
from .chapters import number
from .pages import Note, Page

SEED = 2015


class Case(NamedTuple):
    """One set of inputs.

    label : what it is, in words, to follow "first seen with".   args : the arguments, in order.
    sizes : words for a size -> its number ("examples" -> 5), with which a stray factor can be named.
    wide : needs more digits than float32 has; an answer in float32 is not held to it.
    """

    label: str
    args: tuple
    sizes: Mapping
    wide: bool = False


class Mistake(NamedTuple):
    """A likely wrong answer.

    title : completes "This looks like: ...".   look : what to look at; does not give the solution away.
    function : makes the mistake, with the arguments and results that are asked for.
    erratic : labels of cases in which its numbers are rounding noise; there an answer need only be wrong as well.
    """

    title: str
    look: str
    function: Callable
    erratic: tuple = ()


@dataclass(eq=False)
class Exercise:
    """A function to write. `check(function)` answers; `hint()` helps; `solution()` ends it.

    name : as in `bnbook.exercises.NAME`.   chapter : its file.   task : sentences that say what to write.
    arguments, returns : name -> meaning with shape.   cases : takes a random generator and yields `Case`s.
    solve : the solution; its source is what `solution()` shows.
    mistakes : name -> `Mistake`.   others : name -> other right answers, for the tests.
    """

    name: str
    chapter: str
    title: str
    task: str
    arguments: Mapping
    returns: Mapping
    cases: Callable
    solve: Callable
    mistakes: Mapping
    help: str
    others: Mapping = field(default_factory=dict)
    asked: int = 0

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
        again = f"For the solution: `{self.address}.solution()`"
        return Page(f"Hint for `{self.address}`", (Note(self.help), Note(again)))

    def solution(self):
        """At the first request a hint; whoever has had the hint gets the solution."""
        if not self.asked:
            return self.hint()
        code = textwrap.dedent(inspect.getsource(self.solve)).rstrip()
        return Page(f"Solution of `{self.address}`", (Note(code, kind="code"),))

    @property
    def address(self):
        return f"exercises.{self.name}"

    @property
    def signature(self):
        return f"({', '.join(self.arguments)})"

    def inputs(self):
        """The cases on which answers are tried, the same each time."""
        return tuple(self.cases(np.random.default_rng(SEED)))

    def page(self):
        """The task, for display."""
        names = ", ".join(f"`{name}`" for name in self.returns)
        facts = [f"`{name}`: {meaning}" for name, meaning in self.arguments.items()]
        gives = [f"`{name}`: {meaning}" for name, meaning in self.returns.items()]
        return Page(
            f"{self.title} (chapter {number(self.chapter)})",
            (
                Note(f"{self.task} Write a function of `{self.signature}` that returns {names}."),
                Note(facts, "It takes", kind="list"),
                Note(gives, "It returns", kind="list"),
                Note(f"Then: `{self.address}.check(your_function)`"),
            ),
        )

    def __repr__(self):
        return str(self.page())

    def _repr_html_(self):
        return self.page()._repr_html_()
