"""The slider of a question with a number to predict: its stops, and which of them are right."""

import math

from . import expressions

MOST = 2001  # stops; more cannot be told apart on a screen


def slider(options, judged=True):
    """A record of strings and numbers from a directive's options.

    values : what the stops are.   shown : the same as text, with the unit.   start : index of the first one shown.
    good : [first, last] index that is within the tolerance.   answer : as text.
    Where no guess is `judged`, right or not: place : of the answer, from 0 to 1 along the slider.   ticks : [place,
    number as text] of its axis.
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
    nearest = min(values, key=lambda value: abs(value - answer))
    if not judged:
        good = [values.index(nearest)]
    if not good:
        raise ValueError(f"no stop is within {tolerance:g} of the answer {answer:g}; the nearest is {nearest:g}")
    if len(good) > len(values) / 3:
        raise ValueError(f"{len(good)} of {len(values)} stops count as right; allowed is a third")
    first = starting_at(options.get("start"), values, good)
    spec, unit = options.get("format", "g"), options.get("unit", "")
    texts = [f"{expressions.shown(value, spec)} {unit}".strip() for value in (*values, answer)]
    record = {"shown": texts[:-1], "answer": texts[-1], "start": first}
    if judged:
        return {**record, "good": [good[0], good[-1]]}
    place = placing(options, values)
    marked = [(value, round(place(value), 4)) for value in ticks(options, values)]
    labels = [[at, expressions.shown(value, "g" if spec.endswith("g") else spec)] for value, at in marked]
    return {**record, "place": round(place(answer), 4), "ticks": labels}


def placing(options, values):
    """The function that gives the place of a number between the first and the last value, from 0 to 1."""
    along = math.log if options.get("scale") == "log" else float
    first, last = along(values[0]), along(values[-1])
    return lambda value: (along(value) - first) / (last - first)


def ticks(options, values):
    """The numbers at the axis of a slider: the ends and three between them; if it is logarithmic, powers of ten."""
    if options.get("scale") != "log":
        return [values[i] for i in sorted({round(k * (len(values) - 1) / 4) for k in range(5)})]
    first, last = math.ceil(math.log10(values[0]) - 1e-9), math.floor(math.log10(values[-1]) + 1e-9)
    return [10.0**k for k in range(first, last + 1, math.ceil((last - first + 1) / 5))]


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
