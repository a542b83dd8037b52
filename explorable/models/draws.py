"""What a program is given anew for each step: batches of examples, shuffled epoch by epoch, and normal numbers.

Both come from np.random.default_rng, and the page draws the same.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Shuffled:
    """Positions of the examples of each step, whole numbers.

    of : the name of the data whose first axis they count.   size : how many a step takes, or the argument's name.
    They come from np.random.default_rng(seed).permutation; of an epoch an incomplete batch is dropped.
    """

    of: str
    size: object

    def length(self, given):
        """How many a step takes; given : {argument: value}."""
        return _at(self.size, given)

    def stream(self, arrays, seed):
        """What gives them, step by step; arrays : {name: array} of the data."""
        return Order(len(arrays[self.of]), seed)

    def next(self, order, given):
        """Those of the next step."""
        return order.take(self.length(given))

    def example(self, given):
        """Some, for a step that is only looked at."""
        return np.arange(self.length(given))

    def wire(self):
        """As the page reads it."""
        return ["shuffled", self.of, self.size]


@dataclass(frozen=True)
class Normals:
    """Standard normal numbers, drawn anew for each step.

    shape : lengths, or the names of the arguments that are them.   distance : what is added to the seed, so that they
    are others than those of the start and of the batches.   when : the name of a number; while it is 0, nothing is
    drawn and all are 0.
    They come from np.random.default_rng(seed + distance).standard_normal.
    """

    shape: tuple
    distance: int = 1
    when: str | None = None

    def lengths(self, given):
        """The shape; given : {argument: value}."""
        return tuple(_at(length, given) for length in self.shape)

    def stream(self, arrays, seed):
        """What gives them, step by step."""
        return np.random.default_rng(seed + self.distance)

    def next(self, rng, given):
        """Those of the next step."""
        shape = self.lengths(given)
        return rng.standard_normal(shape) if self.when is None or given[self.when] else np.zeros(shape)

    def example(self, given):
        """Some, for a step that is only looked at."""
        return np.zeros(self.lengths(given))

    def wire(self):
        """As the page reads it."""
        return ["normals", self.distance, list(self.shape), self.when]


class Order:
    """The batches of one run. `take(size)` gives the next one; the size may change on the way."""

    def __init__(self, n, seed):
        self.n, self.rng, self.epochs = n, np.random.default_rng(seed), []
        self.at = (0, 0)  # epoch, how many of it are used

    def take(self, size):
        if not 1 <= size <= self.n:
            raise ValueError(f"size is {size}; allowed are 1 to {self.n}, the number of examples")
        epoch, used = self.at
        if used + size > self.n:
            epoch, used = epoch + 1, 0
        while len(self.epochs) <= epoch:
            self.epochs.append(self.rng.permutation(self.n))
        self.at = epoch, used + size
        return self.epochs[epoch][used : used + size]


def _at(length, given):
    return given[length] if isinstance(length, str) else length
