"""Arrays of all shapes, layouts and kinds of numbers, drawn from one seed."""

import numpy as np

from tests.bn.properties.strategies import search, seeds

__all__ = ["Drawn", "search", "seeds"]
EXTREMES = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 1e300, -1e300, 5e-324, -3e-310, 0.5, 1.5, 2.5, -0.5, 1e16]
# What an array is seen through: each keeps its number of axes.
LAYOUTS = ("{}", "{}.T", "{}[::-1]", "{}[..., ::2]", "{}[1:]", "{}[..., ::-1]", "{}[::-2].T", "np.moveaxis({}, 0, -1)")


class Drawn:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def one(self, options):
        return options[int(self.rng.integers(len(options)))]

    def count(self, low, high):
        return int(self.rng.integers(low, high))

    def shape(self, most=4, longest=4):
        return tuple(int(n) for n in self.rng.integers(0, longest + 1, self.count(0, most + 1)))

    def fitting(self, shape):
        """A shape that is broadcast to this one, mostly."""
        cut = list(shape[self.count(0, len(shape) + 1) :]) if self.rng.random() < 0.5 else list(shape)
        for axis in range(len(cut)):
            if self.rng.random() < 0.3:
                cut[axis] = 1
        if cut and self.rng.random() < 0.07:
            cut[-1] += 1
        return tuple(cut)

    def array(self, shape, kinds="fib", extreme=0.3):
        kind = self.one(kinds)
        if kind == "b":
            return np.asarray(self.rng.random(shape) < 0.5)
        if kind == "i":
            return np.asarray(self.rng.integers(-4, 5, shape))
        x = self.rng.normal(size=shape) * 10.0 ** self.rng.integers(-3, 4)
        if self.rng.random() < 0.3:
            x = np.round(x, 1)
        return np.where(self.rng.random(shape) < extreme, self.rng.choice(EXTREMES, shape), x)

    def seen(self, name, dimensions):
        """The array of that name in some layout, as code."""
        return self.one(LAYOUTS if dimensions else LAYOUTS[:1]).format(name)

    def axis(self, dimensions):
        """An axis as code, mostly one that there is."""
        if dimensions == 0 or self.rng.random() < 0.05:
            return self.one(["None", "0", "1", "-1", "()"])
        several = sorted(self.rng.choice(dimensions, self.count(1, dimensions + 1), replace=False).tolist())
        return self.one(["None", "-1", "0", str(self.count(-dimensions, dimensions)), str(tuple(several))])
