"""The one checker: tries a function on all cases and lets `explorable.writing.shared` judge what it returned."""

from ..outputs import mistaken, moved, outputs_of
from ..shared import judging, telling
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
