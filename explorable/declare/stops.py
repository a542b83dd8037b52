"""The stops of a slider, computed once, in Python, so that both hosts and the cache see the same numbers."""

import math
from decimal import Decimal
from itertools import pairwise
from numbers import Integral, Real

MOST_STOPS = 10_000


def plain_number(value):
    """`value` as a Python int or float; TypeError for anything else, booleans included."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"takes numbers as stops, got {value!r}")
    if isinstance(value, Integral):
        return int(value)
    if not math.isfinite(value):
        raise ValueError(f"takes finite stops, got {value!r}")
    return float(value)


def listed_stops(values):
    """The listed values, which must ascend."""
    stops = tuple(plain_number(value) for value in values)
    if len(stops) < 2 or any(a >= b for a, b in pairwise(stops)):
        raise ValueError(f"needs at least two values in ascending order, got {stops}")
    return stops


def linear_stops(low, high, step):
    """low, low + step, ..., high, added up in decimal, so that 0.1 * 3 is 0.3.

    >>> linear_stops(0, 0.3, 0.1)
    (0.0, 0.1, 0.2, 0.3)
    """
    low, high, step = (plain_number(part) for part in (low, high, step))
    if not (low < high and step > 0):
        raise ValueError(f"needs low < high and a positive step, got low={low}, high={high}, step={step}")
    first, last, grain = (Decimal(repr(part)) for part in (low, high, step))
    count = (last - first) / grain
    if count != int(count):
        given = f"{high} - {low} is {count:.6g} steps of {step}"
        raise ValueError(f"needs a step that divides high - low; {given}")
    if count >= MOST_STOPS:
        raise ValueError(f"has {int(count) + 1} stops; at most {MOST_STOPS} are allowed")
    kind = int if all(isinstance(part, int) for part in (low, high, step)) else float
    return tuple(kind(first + k * grain) for k in range(int(count) + 1))


def logarithmic_stops(low, high, per_decade):
    """Stops from low to high with equal ratios, rounded to the fewest digits (two or more) that still differ.

    Twenty a decade with two digits are 1, 1.1, 1.3, 1.4, 1.6, 1.8, 2, ...: round numbers that read well.

    >>> logarithmic_stops(1, 10, 5)
    (1.0, 1.6, 2.5, 4.0, 6.3, 10.0)
    """
    low, high = plain_number(low), plain_number(high)
    if not 0 < low < high:
        raise ValueError(f"needs 0 < low < high on a logarithmic scale, got low={low}, high={high}")
    if not isinstance(per_decade, Integral) or per_decade < 1:
        raise ValueError(f"needs a whole number of stops per decade, got per_decade={per_decade!r}")
    count = max(1, round(math.log10(high / low) * per_decade))
    if count >= MOST_STOPS:
        raise ValueError(f"has {count + 1} stops; at most {MOST_STOPS} are allowed")
    exact = [low * (high / low) ** (k / count) for k in range(1, count)]
    for digits in range(2, 17):
        stops = (float(low), *(float(f"{value:.{digits - 1}e}") for value in exact), float(high))
        if all(a < b for a, b in pairwise(stops)):
            return tuple(map(int, stops)) if all(stop == int(stop) for stop in stops) else stops
    raise ValueError(f"has {count} stops between {low} and {high}, too close to tell apart")
