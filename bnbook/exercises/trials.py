"""Runs a reader's function once, on copies, and explains whatever else than numbers comes out of it."""

import inspect
import linecache
import traceback
import warnings
from typing import NamedTuple

import numpy as np

from .limit import TookTooLong, time_limit

SECONDS = 10  # for one set of inputs; the slowest solution needs a hundredth of a second
FLOATS = "float32 or float64"


class Trial(NamedTuple):
    """outputs : a tuple of arrays, or None.   problem : None or (kind, headline, further sentences).
    changed : names of the arguments that are no longer what they were.
    """

    outputs: tuple | None
    problem: tuple | None
    changed: tuple = ()


def fits(exercise, function):
    """None, or the problem that it is no function of the right arguments."""
    if not callable(function):
        given = f"`{exercise.address}.check` was given {described(function)}"
        call = "give it the function itself, without brackets and arguments: `check(my_function)`"
        return "not a function", f"{given}.", (f"It needs a function; {call}.",)
    try:
        inspect.signature(function).bind(*exercise.arguments)
    except TypeError:
        headline = f"the function takes other arguments: `{inspect.signature(function)}`."
        return "arguments", headline, (f"It is called with {len(exercise.arguments)}: `{exercise.signature}`.",)
    except ValueError:  # some built-in functions do not tell
        return None
    return None


def run(exercise, function, case, wanted):
    """The `Trial` of one case.   wanted : the arrays of the solution, for their shapes."""
    names = tuple(exercise.arguments)
    args = [copied(value) for value in case.args]
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings(), time_limit(SECONDS):
            warnings.simplefilter("ignore")
            given = function(*args)
    except TookTooLong as error:
        return Trial(None, endless(error, function, case))
    except (Exception, SystemExit) as error:
        return Trial(None, exception(error, function, case))
    changed = tuple(name for name, old, new in zip(names, case.args, args) if not same(old, new))
    outputs, problem = read(exercise, given, wanted, case)
    return Trial(outputs, problem, changed)


def copied(value):
    """A copy of an array; anything else as it is."""
    return value.copy() if isinstance(value, np.ndarray) else value


def same(old, new):
    """Whether an argument came back as it was given."""
    return not isinstance(old, np.ndarray) or (old.shape == new.shape and np.array_equal(old, new))


def exception(error, function, case):
    """The problem of a function that raises: the error, the line of the reader's own code, what it was given."""
    headline = f"the function stopped with {type(error).__name__}: {error}"
    number, line = own_line(error, function)
    where = f"It happened in line {number} of its file or cell: `{line}`" if line else ""
    advice = ""
    if "broadcast" in str(error) or "could not be" in str(error):
        advice = (
            "Two arrays do not fit each other. A mean over `axis=0` has one entry for each column, one over "
            "`axis=1` one for each row; `keepdims=True` keeps the axis."
        )
    return "exception", headline, (where, advice, f"It was called with {case.label}.")


def endless(error, function, case):
    """The problem of a function that was stopped because it took too long."""
    number, line = own_line(error, function)
    where = f"It was in line {number} of its file or cell: `{line}`" if line else ""
    headline = f"the function was still running after {SECONDS} seconds and was stopped."
    return "too long", headline, (where, "Is there a loop that never ends?", f"It was called with {case.label}.")


def own_line(error, function):
    """Number and text of the line of the reader's own code at which an error came up; (0, "") if that is unknown."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if code is not None and frame.filename == code.co_filename]
    if not own:
        return 0, ""
    return own[-1].lineno, (own[-1].line or linecache.getline(own[-1].filename, own[-1].lineno)).strip()


def read(exercise, given, wanted, case):
    """(arrays, None), or (None, problem)."""
    names = tuple(exercise.returns)
    if given is None:
        return None, ("type", "the function returns nothing (None).", ("Is the return forgotten?",))
    values = (given,) if len(names) == 1 else given
    if len(names) > 1:
        problem = count(names, given)
        if problem:
            return None, problem
    elif isinstance(given, tuple):
        if len(given) != 1:
            return None, ("count", f"the function returns {len(given)} things.", (f"Wanted is one: `{names[0]}`.",))
        values = given
    outputs = []
    for name, value, right in zip(names, values, wanted):
        array, problem = as_array(name, value)
        problem = problem or shape(name, array, right, case)
        if problem:
            return None, problem
        outputs.append(array)
    return tuple(outputs), None


def count(names, given):
    """The problem that not as many things came back as were wanted."""
    wanted = f"Wanted are {len(names)}: {', '.join(f'`{name}`' for name in names)}."
    if isinstance(given, (str, dict)) or not np.iterable(given) or not hasattr(given, "__len__"):
        return "count", f"the function returns {described(given)}.", (wanted,)
    if len(given) != len(names):
        return "count", f"the function returns {len(given)} things.", (wanted,)
    return None


def as_array(name, value):
    """(float array, None), or (None, problem)."""
    if value is None:
        return None, ("type", f"`{name}` is None.", ("Wanted are numbers.",))
    try:
        array = np.asarray(value)
        if array.dtype == object and array.size and not isinstance(value, str):
            array = array.astype(float)
    except Exception:  # also what foreign arrays raise, such as a tensor that wants a gradient
        return None, ("type", f"`{name}` is {described(value)}, which is no array of numbers.", ())
    if array.dtype.kind == "c":
        return None, ("type", f"`{name}` is complex.", ("Was the root of a negative number taken?",))
    if array.dtype.kind not in "fiub":
        return None, ("type", f"`{name}` is {described(value)}.", (f"Wanted are numbers, {FLOATS}.",))
    if array.dtype == np.float16:
        return None, ("type", f"`{name}` is float16, too few digits to tell right from wrong.", (f"Use {FLOATS}.",))
    return np.array(array, dtype=array.dtype if array.dtype == np.float32 else np.float64), None


def shape(name, array, right, case):
    """None, or the problem of a wrong shape. Right numbers in another shape are said to be so."""
    if array.shape == right.shape:
        return None
    headline = f"`{name}` has the shape {array.shape}."
    wanted = f"With {case.label} it should be {right.shape or 'a single number'}."
    if array.size == right.size and agree(array.reshape(right.shape), right):
        return "shape", headline, (wanted, "The numbers are right; only the shape is not.")
    if array.ndim == 2 and array.shape == right.shape[::-1] and agree(array.T, right):
        return "shape", headline, (wanted, "It is the transpose of what is wanted.")
    return "shape", headline, (wanted, over_axis(array, right))


def over_axis(array, right):
    """What the wrong shape itself tells."""
    if array.ndim == 0 and right.ndim:
        return "It is one number for everything: over which axis was the sum or the mean taken?"
    if array.ndim < right.ndim:
        return "An axis has disappeared. Was a sum or a mean taken that should not be, or `keepdims=True` forgotten?"
    if array.ndim > right.ndim:
        return "There is an axis too many. Did two arrays broadcast against each other, or was a sum forgotten?"
    return "Was the sum or the mean taken over the other axis?"


def agree(array, right, tolerance=1e-6):
    """Whether no entry is off by more than `tolerance` of the largest; a NaN never agrees."""
    with np.errstate(all="ignore"):
        return bool(np.abs(array - right).max(initial=0) <= tolerance * max(np.abs(right).max(initial=0), 1e-9))


def described(value):
    """ "a list", "an array of shape (5,)", "the number 3.0"."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and type {value.dtype}"
    if isinstance(value, (int, float, np.number)):
        return f"the number {value}"
    kind = type(value).__name__
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
