"""The slider of a question with a number to predict: its stops, and which of them are right."""

import math

from . import expressions

MOST = 2001  # stops; more cannot be told apart on a screen


def slider(options):
    """A record of strings and numbers from a directive's options.

    values : what the stops are.   shown : the same as text, with the unit.   start : index of the first one shown.
    good : [first, last] index that is within the tolerance.   answer : as text.
    Raises ValueError for what does not fit together.
    """
    for name in ("low", "high"):
        if name not in options:
            raise ValueError(f"a number to predict needs the option {name!r}")
    answer, low, high = (expressions.number(options[name]) for name in ("answer", "low", "high"))
    if not low < high:
        raise ValueError(f"low is {low:g} and high {high:g}; allowed is a low below high")
    if not low <= answer <= high:
        raise ValueError(f"the answer {answer:g} does not lie between low, {low:g}, and high, {high:g}")
    tolerance = expressions.number(options.get("tolerance", "0"))
    values = stops(options, low, high)
    good = [i for i, value in enumerate(values) if abs(value - answer) <= tolerance * (1 + 1e-9) + 1e-12 * abs(answer)]
    if not good:
        nearest = min(values, key=lambda value: abs(value - answer))
        raise ValueError(f"no stop is within {tolerance:g} of the answer {answer:g}; the nearest is {nearest:g}")
    if len(good) > len(values) / 3:
        raise ValueError(f"{len(good)} of {len(values)} stops count as right; allowed is a third")
    first = starting_at(options.get("start"), values, good)
    spec, unit = options.get("format", "g"), options.get("unit", "")
    texts = [f"{expressions.shown(value, spec)} {unit}".strip() for value in (*values, answer)]
    return {"shown": texts[:-1], "answer": texts[-1], "start": first, "good": [good[0], good[-1]]}


def stops(options, low, high):
    """The values that the slider can have, rounded so that they can be read."""
    if options.get("scale") == "log":
        if low <= 0:
            raise ValueError(f"low is {low:g}; allowed with a logarithmic scale are numbers above 0")
        count = int(expressions.number(options.get("steps", "61")))
        check(count)
        return [low * (high / low) ** (i / (count - 1)) for i in range(count)]
    step = expressions.number(options.get("step", str((high - low) / 100)))
    if step <= 0:
        raise ValueError(f"step is {step:g}; allowed are numbers above 0")
    count = math.floor((high - low) / step + 1e-9) + 1
    check(count)
    return [float(f"{low + i * step:.12g}") for i in range(count)]


def starting_at(start, values, good):
    """The index at which the slider starts: the middle, or if that is right the left end, or what is asked for."""
    if start is None:
        return len(values) // 2 if len(values) // 2 not in good else 0
    wanted = expressions.number(start)
    first = min(range(len(values)), key=lambda i: abs(values[i] - wanted))
    if first in good:
        raise ValueError(f"the slider starts at {values[first]:g}, which is right; give another start")
    return first


def check(count):
    if not 3 <= count <= MOST:
        raise ValueError(f"the slider has {count} stops; allowed are 3 to {MOST}")
