"""An exercise: what the reader is asked to write, on which inputs it is tried, and how it is likely to go wrong."""

import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from .answering import checking
from .answering.answers import answer
from .shared import asking

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


@dataclass(eq=False, kw_only=True, repr=False)
class Exercise:
    """A function to write. `check(function)` answers; `hint()` helps; `solution()` ends it.

    name : as in `exercises.NAME`.   task : sentences that say what to write.
    arguments, returns : name -> meaning with shape.   cases : takes a random generator and yields `Case`s.
    solve : the solution; its source is what `solution()` shows.
    mistakes : name -> `Mistake`.   others : name -> other right answers, for the tests.
    module : the name under which code knows the exercises, as in `exercises.NAME`.
    """

    name: str
    title: str
    task: str
    arguments: Mapping
    returns: Mapping
    cases: Callable
    solve: Callable
    mistakes: Mapping
    help: str
    others: Mapping = field(default_factory=dict)
    module: str = "exercises"
    asked: int = 0

    @property
    def address(self):
        return f"{self.module}.{self.name}"

    @property
    def signature(self):
        return f"({', '.join(self.arguments)})"

    @property
    def source(self):
        """The code of the solution."""
        return textwrap.dedent(inspect.getsource(self.solve)).rstrip()

    @property
    def headline(self):
        """What stands above its task."""
        return self.title

    def inputs(self):
        """The cases on which answers are tried, the same each time."""
        return tuple(self.cases(np.random.default_rng(SEED)))

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

    def page(self):
        """The task, for display."""
        return answer(asking.about(self, self.headline))

    def __repr__(self):
        return str(self.page())

    def _repr_html_(self):
        return self.page()._repr_html_()


class Written:
    """A function as an argument of a case, by its text, so that a page can call it too.

    text : an expression, such as "lambda w: w @ s @ w".   given : what it needs besides `np`, numbers or arrays.
    """

    def __init__(self, text, **given):
        self.text, self.given = text, given
        self.function = eval(text, {"np": np, **given})

    def __call__(self, *args):
        return self.function(*args)
