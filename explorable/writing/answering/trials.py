"""Runs a reader's function once, on copies, and explains whatever else than numbers comes out of it."""

import inspect
import linecache
import traceback
import warnings
from typing import NamedTuple

import numpy as np

from ..shared import trouble
from ..shared.judging import changed_arguments
from ..shared.reading import copied, described, read
from .limit import TookTooLong, time_limit

SECONDS = 10  # for one set of inputs; the slowest solution needs a hundredth of a second


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
        return trouble.not_a_function(exercise, described(function))
    try:
        inspect.signature(function).bind(*exercise.arguments)
    except TypeError:
        return trouble.arguments(exercise, inspect.signature(function))
    except ValueError:  # some built-in functions do not tell
        return None
    return None


def run(exercise, function, case, wanted):
    """The `Trial` of one case.   wanted : the arrays of the solution, for their shapes."""
    args = [copied(value) for value in case.args]
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings(), time_limit(SECONDS):
            warnings.simplefilter("ignore")
            given = function(*args)
    except TookTooLong as error:
        return Trial(None, trouble.endless(SECONDS, own_line(error, function), case))
    except (Exception, SystemExit) as error:
        return Trial(None, trouble.exception(type(error).__name__, str(error), own_line(error, function), case))
    outputs, problem = read(exercise, given, wanted, case)
    return Trial(outputs, problem, tuple(changed_arguments(exercise, case.args, args)))


def own_line(error, function):
    """Number and text of the line of the reader's own code at which an error came up; (0, "") if that is unknown."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if code is not None and frame.filename == code.co_filename]
    if not own:
        return 0, ""
    return own[-1].lineno, (own[-1].line or linecache.getline(own[-1].filename, own[-1].lineno)).strip()
