"""Batches of examples for a program that trains: epochs, shuffled anew, of which an incomplete batch is dropped."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Shuffled:
    """Positions of the examples of each step, whole numbers.

    of : the name of the data whose first axis they count.   size : how many a step takes, or the argument's name.
    They come from np.random.default_rng(seed).permutation, as the page draws them, too.
    """

    of: str
    size: object

    def length(self, given):
        """How many a step takes; given : {argument: value}."""
        return given[self.size] if isinstance(self.size, str) else self.size


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
