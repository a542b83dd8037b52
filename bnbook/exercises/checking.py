"""The one checker: tries a function on all cases, compares it with the solution and with every known mistake."""

import numpy as np

from . import answers, clues, trials

TOLERANCE = 1e-6  # of the largest entry of an array
FLOAT32_TOLERANCE = 1e-4


def check(exercise, function):
    """The `Answer` to a function; see `Exercise.check`."""
    problem = trials.fits(exercise, function)
    if problem:
        return told(exercise, problem)
    cases = exercise.inputs()
    wanted = [outputs_of(exercise.solve, case) for case in cases]
    runs = [trials.run(exercise, function, case, right) for case, right in zip(cases, wanted)]
    problem = next((trial.problem for trial in runs if trial.problem), None)
    if problem:
        return told(exercise, problem)
    given = [trial.outputs for trial in runs]
    changed = sorted({name for trial in runs for name in trial.changed})
    return judged(exercise, function, cases, wanted, given, changed)


def told(exercise, problem):
    """The answer to a problem that ended a trial: (kind, headline, sentences)."""
    kind, headline, sentences = problem
    return answers.problem(exercise, kind, headline, *sentences)


def outputs_of(function, case):
    """The arrays that one of our own functions returns, as a tuple."""
    with np.errstate(all="ignore"):
        given = function(*(trials.copied(value) for value in case.args))
    values = given if isinstance(given, tuple) else (given,)
    return tuple(np.asarray(value, dtype=np.float64) for value in values)


def judged(exercise, function, cases, wanted, given, changed):
    """The answer, once there are numbers for all cases."""
    errors = differences(cases, given, wanted)
    remark = changed_words(changed)
    if not (errors > tolerances(given)).any():
        if changed:
            return answers.problem(exercise, "changed", remark, "The numbers that it returns are right.")
        return answers.right(exercise, max(errors.max(), 1e-16), len(cases))
    bad = not_finite(exercise, cases, given, wanted)
    found = recognize(exercise, cases, given, wanted)
    sentences = [] if found or bad else clues.find(exercise, function, cases, given, wanted, errors > tolerances(given))
    if changed:
        sentences.append(remark[0].upper() + remark[1:])
    where = bad or place(exercise, cases, errors, tolerances(given))
    return answers.wrong(exercise, found, where, sentences, "not finite" if bad else "wrong")


def changed_words(changed):
    """A sentence about the arguments that the function changed, by name, or ""."""
    if not changed:
        return ""
    names = " and ".join(f"`{name}`" for name in changed)
    return (
        f"the function changes its argument {names}, which belongs to the caller. "
        "Work on a copy: `a -= b` writes into the array that it is given, `a = a - b` makes a new one."
    )


def difference(first, second):
    """The largest difference of two arrays of one shape, as a share of the largest entry of both.

    NaN and infinity agree with themselves only.
    """
    with np.errstate(all="ignore"):
        same = (first == second) | (np.isnan(first) & np.isnan(second))
        if same.all():
            return 0.0
        entries = np.abs(np.concatenate([np.ravel(first), np.ravel(second)]))
        size = max(entries[np.isfinite(entries)].max(initial=0), 1e-9)
        gap = np.abs(np.where(same, 0, first - second)).max()
    return gap / size if np.isfinite(gap) else np.inf


def differences(cases, given, wanted):
    """(cases, outputs) differences; 0 where a case asks for more digits than a float32 answer has."""
    return np.array([
        [0.0 if case.wide and array.dtype == np.float32 else difference(array, right) for array, right in zip(*both)]
        for case, *both in zip(cases, given, wanted)
    ])  # fmt: skip


def tolerances(given):
    """(cases, outputs) what differences are allowed."""
    return np.array([[FLOAT32_TOLERANCE if a.dtype == np.float32 else TOLERANCE for a in row] for row in given])


def recognize(exercise, cases, given, wanted):
    """[("", name)] if one mistake explains everything, else [(output, name)] for the outputs that are explained."""
    allowed = tolerances(given)
    wrong = differences(cases, given, wanted) > allowed
    explains = {}
    for name, mistake in exercise.mistakes.items():
        made = [outputs_of(mistake.function, case) for case in cases]
        off = differences(cases, given, made) > allowed
        for row, case in enumerate(cases):
            if case.label in mistake.erratic:
                off[row] = ~wrong[row]
        explains[name] = ~off.any(axis=0)
    whole = [("", name) for name, columns in explains.items() if columns.all()]
    if whole:
        return whole
    names = tuple(exercise.returns)
    is_wrong = wrong.any(axis=0)
    return [
        (names[column], next(name for name, columns in explains.items() if columns[column]))
        for column in np.flatnonzero(is_wrong)
        if any(columns[column] for columns in explains.values())
    ]


def place(exercise, cases, errors, allowed):
    """Which output is off, by how much, and where it was seen first."""
    row, column = np.argwhere(errors > allowed)[0]
    name, worst = tuple(exercise.returns)[column], errors[:, column].max()
    return f"`{name}` is off by up to {percent(worst)} of its largest entry; first seen with {cases[row].label}."


def percent(share):
    """A share in words: percent, or a power of ten where that would read 0 or 1 percent."""
    return f"{100 * share:.0f} percent" if share > 0.02 else f"{share:.1g}"


def not_finite(exercise, cases, given, wanted):
    """A sentence about the first NaN or infinity, or ""."""
    for case, arrays, rights in zip(cases, given, wanted):
        for name, array, right in zip(exercise.returns, arrays, rights):
            bad = ~np.isfinite(array) & np.isfinite(right)
            if bad.any():
                at = tuple(int(i) for i in np.argwhere(bad)[0])
                spot = f" at index {at if len(at) > 1 else at[0]}" if at else ""
                what = "NaN (not a number)" if np.isnan(array[at]) else "infinite"
                return (
                    f"`{name}` is {what}{spot}, with {case.label}. Was something divided by zero, or a root negative?"
                )
    return ""
