"""The one checker: tries a function on all cases and lets `explorable.writing.shared` judge what it returned."""

import numpy as np

from explorable.writing.shared import clues, judging, telling
from explorable.writing.shared.reading import copied

from . import trials
from .answers import answer


def check(exercise, function):
    """The `Answer` to a function; see `Exercise.check`."""
    problem = trials.fits(exercise, function)
    if problem:
        return answer(telling.problem(*problem))
    cases = exercise.inputs()
    wanted = [outputs_of(exercise.solve, case) for case in cases]
    runs = [trials.run(exercise, function, case, right) for case, right in zip(cases, wanted)]
    problem = next((trial.problem for trial in runs if trial.problem), None)
    if problem:
        return answer(telling.problem(*problem))
    given = [trial.outputs for trial in runs]
    changed = [name for name in exercise.arguments if any(name in trial.changed for trial in runs)]
    made, moves = (lambda name: mistaken(exercise, name, cases)), (lambda: moved(exercise, cases[0]))
    return answer(judging.judge(exercise, function, cases, wanted, given, changed, made, moves))


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
