"""Running a function on tracers: what must not look at numbers lets them through for that time."""

import threading
from contextlib import contextmanager

import numpy as np

from explorable.tracing.graph import CannotTrace, Graph
from explorable.tracing.traced import Recording
from explorable.tracing.tracer import Tracer

LOCK = threading.RLock()
SEED = 1_000_003  # what stands for the seed while a start is traced; a stream is told by its distance from it


@contextmanager
def recording(letting=()):
    """Traced code runs inside; gives the `Graph` and the `Draws`.

    letting : (module, name, how) of functions that look at a number. How is (position, argument): of a tracer they
    return that argument as it is; or a function of NumPy's that takes their place for a tracer.
    """
    with LOCK:
        graph = Graph()
        draws = Draws(graph)
        before = Recording.graph
        replaced = [(np, "asarray", _asarray(np.asarray)), (np.random, "default_rng", draws.generator)]
        replaced += [(module, name, _let(getattr(module, name), how)) for module, name, how in letting]
        originals = [(module, name, getattr(module, name)) for module, name, _ in replaced]
        Recording.graph = graph
        for module, name, stand_in in replaced:
            setattr(module, name, stand_in)
        try:
            yield graph, draws
        finally:
            Recording.graph = before
            for module, name, original in originals:
                setattr(module, name, original)


def _asarray(original):
    def asarray(a, dtype=None, *args, **kwargs):
        if isinstance(a, Tracer):
            return a if dtype is None else a.astype(dtype, copy=False)
        return original(a, dtype, *args, **kwargs)

    return asarray


def _let(original, how):
    def let(*args, **kwargs):
        if callable(how):
            return (how if any(isinstance(each, Tracer) for each in args) else original)(*args, **kwargs)
        position, name = how
        value = kwargs.get(name, args[position] if len(args) > position else None)
        return value if isinstance(value, Tracer) else original(*args, **kwargs)

    return let


class Draws:
    """The random numbers that a traced start asks for: each becomes an input, which the page draws from NumPy's stream.

    streams : [(distance from the seed, [(kind, shape, node)])] in the order in which generators were made.
    """

    def __init__(self, graph):
        self.graph, self.streams = graph, []

    def generator(self, seed=None):
        """In place of np.random.default_rng."""
        if not isinstance(seed, (int, np.integer)) or abs(int(seed) - SEED) > SEED // 2:
            raise CannotTrace(
                f"np.random.default_rng({seed!r}); in a traced start the seed is the argument `seed`, or near it"
            )
        self.streams.append((int(seed) - SEED, []))
        return Stream(self, self.streams[-1][1])

    def draw(self, asked, kind, shape):
        shape = () if shape is None else (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
        source = np.random.Generator(np.random.PCG64(len(asked)))
        example = source.standard_normal(shape) if kind == "normal" else source.random(shape)
        node = self.graph.add("input", value=example, origins=("draw",))
        asked.append((kind, shape, node))
        return Tracer(node)


class Stream:
    """Stands in for a numpy.random.Generator in a traced start."""

    def __init__(self, draws, asked):
        self._draws, self._asked = draws, asked

    def standard_normal(self, size=None):
        return self._draws.draw(self._asked, "normal", size)

    def normal(self, loc=0.0, scale=1.0, size=None):
        return loc + scale * self.standard_normal(_together(size, loc, scale))

    def random(self, size=None):
        return self._draws.draw(self._asked, "uniform", size)

    def uniform(self, low=0.0, high=1.0, size=None):
        return low + (high - low) * self.random(_together(size, low, high))

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        raise CannotTrace(f"Generator.{name} in a traced start; there are standard_normal, normal, random and uniform")


def _together(size, *arguments):
    """The shape of a draw: as asked for, or that of the arguments, which each get a number of their own."""
    return np.broadcast_shapes(*map(np.shape, arguments)) if size is None else size
