"""What the functions of an exercise give: the solution, its known mistakes, and arguments that are moved."""

import numpy as np

from .shared import clues
from .shared.reading import copied


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
