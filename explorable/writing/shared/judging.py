"""Compares the numbers of an answer with the right ones and with those of every known mistake."""

import numpy as np

from . import clues, telling
from .reading import same

TOLERANCE = 1e-6  # of the largest entry of an array
FLOAT32_TOLERANCE = 1e-4


def judge(task, function, cases, wanted, given, changed, made, moves):
    """What is told of an answer, once there are numbers for all cases: a dictionary, see `telling`.

    wanted, given : for each case a tuple of arrays.   changed : names of the arguments that the function changed.
    made(name) : what the mistake of this name gives, like `wanted`.
    moves() : [(name, arguments)], arguments of the first case with one of them moved, which should change the answer.
    """
    errors = differences(cases, given, wanted)
    wrong = beyond(errors, given)
    remark = changed_words(changed)
    if not any(any(row) for row in wrong):
        if changed:
            return telling.problem("changed", remark, ["The numbers that it returns are right."])
        return telling.right(max(max(row) for row in errors), len(cases))
    bad = not_finite(task, cases, given, wanted)
    found = recognize(task, cases, given, wrong, made)
    sentences = [] if found or bad else clues.find(task, function, cases, wanted, given, wrong, moves)
    if changed:
        sentences.append(remark[0].upper() + remark[1:])
    where = [bad] if bad else place(task, cases, errors, wrong, wanted, given)
    return telling.wrong(task, found, where, sentences, "not finite" if bad else "wrong")


def changed_words(changed):
    """A sentence about the arguments that the function changed, by name, or ""."""
    if not changed:
        return ""
    names = " and ".join(f"`{name}`" for name in changed)
    return (
        f"the function changes its argument {names}, which belongs to the caller. "
        "Work on a copy: `a -= b` writes into the array that it is given, `a = a - b` makes a new one."
    )


def changed_arguments(task, before, after):
    """The names of the arguments that are no longer what they were."""
    return [name for name, old, new in zip(task.arguments, before, after) if not same(old, new)]


def difference(first, second):
    """The largest difference of two arrays of one shape, as a share of the largest entry of both.

    NaN and infinity agree with themselves only.
    """
    if not first.size:
        return 0.0
    with np.errstate(all="ignore"):
        agrees = np.logical_or(first == second, np.logical_and(np.isnan(first), np.isnan(second)))
        if np.all(agrees):
            return 0.0
        entries = np.abs(np.concatenate([np.ravel(first), np.ravel(second)]))
        finite = np.where(np.isfinite(entries), entries, 0.0)
        gap = float(np.max(np.abs(np.where(agrees, 0.0, first - second))))
        size = max(float(np.max(finite)), 1e-9)
    return gap / size if np.isfinite(gap) else float("inf")


def differences(cases, given, wanted):
    """For each case a list, of each output's difference; 0 where a case asks for more digits than a float32 has."""
    return [
        [0.0 if case.wide and single(array) else difference(array, right) for array, right in zip(mine, ours)]
        for case, mine, ours in zip(cases, given, wanted)
    ]


def single(array):
    """Whether these are float32."""
    return str(array.dtype) == "float32"


def beyond(errors, given):
    """For each case a list: which outputs differ by more than is allowed."""
    return [
        [error > (FLOAT32_TOLERANCE if single(array) else TOLERANCE) for error, array in zip(row, arrays)]
        for row, arrays in zip(errors, given)
    ]


def recognize(task, cases, given, wrong, made):
    """[("", name)] if one mistake explains everything, else [(output, name)] for the outputs that are explained."""
    explains = {}
    for name, mistake in task.mistakes.items():
        off = beyond(differences(cases, given, made(name)), given)
        for row, case in enumerate(cases):
            if case.label in mistake.erratic:
                off[row] = [not each for each in wrong[row]]
        explains[name] = [not any(column) for column in zip(*off)]
    whole = [name for name, columns in explains.items() if all(columns)]
    if whole:
        return [("", name) for name in whole]
    found = []
    for column, output in enumerate(task.returns):
        name = next((name for name, columns in explains.items() if columns[column]), None)
        if name is not None and any(row[column] for row in wrong):
            found.append((output, name))
    return found


def place(task, cases, errors, wrong, wanted, given):
    """Which output is off, by how much, where it was seen first, and its numbers there."""
    row = next(row for row, off in enumerate(wrong) if any(off))
    column = wrong[row].index(True)
    name = tuple(task.returns)[column]
    worst = max(each[column] for each in errors)
    where = f"`{name}` is off by up to {percent(worst)} of its largest entry; first seen with {cases[row].label}."
    return [where, telling.example(name, wanted[row][column], given[row][column])]


def percent(share):
    """A share in words: percent, or a power of ten where that would read 0 or 1 percent."""
    return f"{int(round(100 * share, 4) + 0.5)} percent" if share > 0.02 else f"{share:.1g}"


def not_finite(task, cases, given, wanted):
    """A sentence about the first NaN or infinity, or ""."""
    for case, arrays, rights in zip(cases, given, wanted):
        for name, array, right in zip(task.returns, arrays, rights):
            bad = np.logical_and(np.isfinite(right), np.logical_not(np.isfinite(array)))
            if not np.any(bad):
                continue
            at = telling.first(bad)
            spot = f" at index {at if len(at) > 1 else at[0]}" if at else ""
            what = "NaN (not a number)" if np.isnan(array[at] if at else array) else "infinite"
            return f"`{name}` is {what}{spot}, with {case.label}. Was something divided by zero, or a root negative?"
    return ""
