"""np.random: generators that draw what NumPy's default_rng draws, bit for bit."""

import _arrays as _js

from numpy import asarray, cumsum, ndarray, searchsorted, take
from numpy.crossing import _HERE, _check, _index, _out, _shape


def default_rng(seed=None):
    if isinstance(seed, Generator):
        return seed
    if seed is None:
        return Generator("")
    seeds = list(seed) if type(seed) in (list, tuple, ndarray) else [seed]
    return Generator(",".join([str(_index(each)) for each in seeds]))


def _size(size):
    return None if size is None else _shape(size)


class Generator:
    def __init__(self, seeds):
        self._g = _check(_js.generator(seeds))

    def random(self, size=None):
        return _out(_js.drawn(self._g, "random", _size(size), None))

    def standard_normal(self, size=None):
        return _out(_js.drawn(self._g, "standardNormal", _size(size), None))

    def normal(self, loc=0.0, scale=1.0, size=None):
        return loc + scale * self.standard_normal(_broadcast(size, loc, scale))

    def uniform(self, low=0.0, high=1.0, size=None):
        gap = asarray(high) - asarray(low)
        if asarray(gap < 0).any():
            raise ValueError("high - low < 0")
        return low + gap * self.random(_broadcast(size, low, high))

    def integers(self, low, high=None, size=None, *, endpoint=False):
        low, high = (0, low) if high is None else (low, high)
        span = _index(high) - _index(low) + bool(endpoint)
        if span <= 0:
            raise ValueError("low >= high" if not endpoint else "low > high")
        if span >= 0xFFFFFFFF:
            raise ValueError("integers over so wide a range are not drawn" + _HERE.replace("it has", "they are"))
        return low + _out(_js.drawn(self._g, "integers", _size(size), float(span)))

    def permutation(self, x):
        if type(x) is int:
            return ndarray(_check(_js.shuffled(self._g, x)))
        x = asarray(x)
        return take(x, self.permutation(len(x)), 0)

    def shuffle(self, x):
        order = self.permutation(len(x))
        x[...] = take(x, order, 0)

    def choice(self, a, size=None, replace=True, p=None):
        if not replace:
            raise ValueError("choice(replace=False) is not here; in the notebook of this chapter it is")
        n = a if type(a) is int else len(a)
        if p is None:
            places = self.integers(0, n, size)
        else:
            sums = cumsum(asarray(p))
            places = searchsorted(sums / sums[-1], self.random(size), "right")
        return places if type(a) is int else take(asarray(a), places, 0)

    def __getattr__(self, name):
        raise AttributeError(f"a generator has no '{name}'{_HERE}")


def _broadcast(size, *given):
    if size is not None or not [each for each in given if type(each) in (ndarray, list, tuple)]:
        return size
    shape = _check(_js.broadcastShape(*[asarray(each)._j for each in given]))
    return [int(n) for n in shape.split(",")] if shape else ()


def __getattr__(name):
    raise AttributeError(name if name[:2] == "__" else f"numpy.random has no '{name}'{_HERE}")
