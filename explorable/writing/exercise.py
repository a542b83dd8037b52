"""An exercise: what the reader is asked to write, on which inputs it is tried, and how it is likely to go wrong."""

import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from .shared import clues
from .shared.reading import copied

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


@dataclass(eq=False, kw_only=True)
class Exercise:
    """A function to write.

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

    def inputs(self):
        """The cases on which answers are tried, the same each time."""
        return tuple(self.cases(np.random.default_rng(SEED)))


def outputs_of(function, case):
    """The arrays that one of our own functions returns, as a tuple."""
    with np.errstate(all="ignore"):
        given = function(*(copied(value) for value in case.args))
    values = given if isinstance(given, tuple) else (given,)
    return tuple(np.asarray(value, dtype=np.float64) for value in values)


def mistaken(exercise, name, cases):
    """What a known mistake gives in each case."""
    return [outputs_of(exercise.mistakes[name].function, case) for case in cases]


def moved(exercise, case):
    """[(name, arguments)]: the arguments of a case with one of them moved, where that changes the right answer."""
    found = []
    for place, name in enumerate(exercise.arguments):
        value = clues.moved(case.args[place])
        if value is not None:
            args = (*case.args[:place], value, *case.args[place + 1 :])
            if clues.differs(exercise.solve, case.args, args):
                found.append((name, args))
    return found


class Written:
    """A function as an argument of a case, by its text, so that a page can call it too.

    text : an expression, such as "lambda w: w @ s @ w".   given : what it needs besides `np`, numbers or arrays.
    """

    def __init__(self, text, **given):
        self.text, self.given = text, given
        self.function = eval(text, {"np": np, **given})

    def __call__(self, *args):
        return self.function(*args)
