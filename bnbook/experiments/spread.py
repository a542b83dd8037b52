"""What a sentence may quote of several seeds: a median with its interval, or paired differences with a sign count.

The interval lies between two order statistics, the k-th smallest and the k-th largest value; it holds the median of
what the seeds are drawn from with a probability that needs no assumption on their distribution,
1 - 2 P(fewer than k of n fair coins show heads). k is the largest for which this is at least `LEVEL`: of 8 seeds the
second smallest and the second largest (0.93), of 10 seeds likewise (0.98).
"""

from dataclasses import dataclass
from math import comb

import numpy as np

LEVEL = 0.9
FEWEST = 5  # of four seeds even the whole range holds the median with a probability below LEVEL


@dataclass(frozen=True)
class Spread:
    """`n` values of one quantity: their median, and the interval (low, high) that holds the median of all."""

    median: float
    low: float
    high: float
    n: int

    def text(self, spec=".2f"):
        """As prose quotes it: "0.31 (0.25 to 0.40)"."""
        median, low, high = (shown(value, spec) for value in (self.median, self.low, self.high))
        return f"{median} ({low} to {high})"


@dataclass(frozen=True)
class Paired(Spread):
    """The differences first - second of `n` pairs that share a seed; `more` of them are above 0, `fewer` below."""

    more: int
    fewer: int

    @property
    def tie(self):
        """Whether the interval of the differences holds 0: then the two are not told apart."""
        return self.low <= 0 <= self.high

    def signs(self):
        """As prose quotes it: "7 of 8"."""
        return f"{self.more} of {self.n}"


def spread(values):
    """`Spread` of one value a seed: (n,) -> Spread.

    ValueError for fewer than five values and for one that is not finite: leave diverged runs out, and say how many
    are left.
    """
    return Spread(*_interval(_checked(values, "values")))


def paired(first, second):
    """`Paired` of two methods that were run with the same seeds: (n,) twice, entry by entry the same seed."""
    first, second = _checked(first, "first"), _checked(second, "second")
    if len(first) != len(second):
        raise ValueError(f"first has {len(first)} values and second {len(second)}; allowed is one each for every seed")
    differences = first - second
    more, fewer = int((differences > 0).sum()), int((differences < 0).sum())
    return Paired(*_interval(differences), more, fewer)


def shown(value, spec):
    """A number as prose has it, with a true minus sign."""
    return format(value, spec).replace("-", "−")


def order(n):
    """k for `n` values: the interval reaches from the k-th smallest to the k-th largest."""
    if n < FEWEST:
        raise ValueError(f"{n} values have no interval of level {LEVEL}; allowed are at least {FEWEST}")
    k = 1
    while 1 - 2 * sum(comb(n, j) for j in range(k + 1)) / 2**n >= LEVEL:
        k += 1
    return k


def _checked(values, name):
    values = np.asarray(values, dtype=float)
    if values.ndim != 1:
        raise ValueError(f"{name} has shape {values.shape}; allowed is one value for every seed, (n,)")
    if not np.isfinite(values).all():
        raise ValueError(f"{name} has {int((~np.isfinite(values)).sum())} of {len(values)} values that are not finite")
    return values


def _interval(values):
    return *map(float, bands(values)), len(values)


def bands(values):
    """`spread` of every entry at once: (n, ...) -> median, low and high, (...) each.

    For pictures: an entry that is not finite for some seed stays so in what it touches (NaN, or an infinite end).
    """
    values = np.asarray(values, dtype=float)
    ordered, k = np.sort(values, axis=0), order(len(values))
    lost = np.isnan(values).any(axis=0)
    with np.errstate(invalid="ignore"):
        parts = np.median(ordered, axis=0), ordered[k - 1], ordered[-k]
    return tuple(np.where(lost, np.nan, part) for part in parts)
