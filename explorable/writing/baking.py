"""An exercise as data for a page: its words, its cases, the right answers and those of every known mistake.

So the page compares and knows nothing else. The solution is among the data, where whoever looks for it finds it.
"""

import math

import numpy as np

from .exercise import Written
from .outputs import mistaken, moved, outputs_of

DIGITS = 8  # of a mistake's numbers; answers are compared to 1e-6


def baked(exercise):
    """The exercise as what JSON can hold.   Raises TypeError for an argument that cannot be sent to a page."""
    cases = exercise.inputs()
    told = ("name", "address", "title", "task", "help", "source")
    return {name: getattr(exercise, name) for name in told} | {
        "headline": exercise.headline,
        # Pairs and not an object where the order counts: MicroPython's dictionaries have none.
        "arguments": list(exercise.arguments.items()),
        "returns": list(exercise.returns.items()),
        "cases": [
            {
                "label": case.label,
                "args": sent_all(exercise, case.args),
                "sizes": list(case.sizes.items()),
                "wide": case.wide,
            }
            for case in cases
        ],
        "wanted": [[sent(array) for array in outputs_of(exercise.solve, case)] for case in cases],
        "mistakes": [(name, _mistake(exercise, name, cases)) for name in exercise.mistakes],
        "moves": [[name, sent_all(exercise, args)] for name, args in moved(exercise, cases[0])],
    }


def _mistake(exercise, name, cases):
    mistake = exercise.mistakes[name]
    made = [[sent(array, DIGITS) for array in arrays] for arrays in mistaken(exercise, name, cases)]
    return {"title": mistake.title, "look": mistake.look, "erratic": list(mistake.erratic), "made": made}


def sent_all(exercise, args):
    try:
        return [sent(value) for value in args]
    except TypeError as error:
        raise TypeError(f"the exercise {exercise.name!r}: {error}") from None


def sent(value, digits=17):
    """A value for JSON: an array as its shape and its numbers, a function as its text, a number as it is."""
    if isinstance(value, np.ndarray):
        whole = value.dtype.kind in "iub"
        return {
            "shape": list(value.shape),
            "whole": whole,
            "numbers": [number(x, digits) for x in value.ravel().tolist()],
        }
    if isinstance(value, Written):
        return {"code": value.text, "given": {name: sent(each) for name, each in value.given.items()}}
    if isinstance(value, (tuple, list)):
        return {"items": [sent(each) for each in value]}
    if value is None or isinstance(value, (bool, int, float, str)):
        return number(value, digits) if isinstance(value, float) else value
    kind = type(value).__name__
    raise TypeError(f"an argument is a {kind}; allowed are numbers, texts, arrays, tuples and `Written` functions")


def number(value, digits):
    """A float as JSON has it: not a number and the infinities as texts."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    return float(f"{value:.{digits}g}") if isinstance(value, float) else value
