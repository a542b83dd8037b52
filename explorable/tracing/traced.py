"""A tracer stands in for an array while NumPy code runs once, and notes what is done to it.

It is no array: it carries an example value and the node of the graph that made it. A branch on its truth takes the
example's way and leaves a guard. Arrays are values here: a change in place gives the tracer another node, and a view
that is read after its base was changed is refused, since it would show the old numbers.
"""

import numpy as np

from explorable.tracing.graph import CannotTrace, Graph, cast, root_of


class Recording:
    """The graph that tracers write to now, one at a time, and the class that makes them of nodes."""

    graph = Graph()
    kind = None  # tracer.Tracer


def node_of(value):
    """The node of a tracer, an array or a number."""
    return value.read() if isinstance(value, Traced) else Recording.graph.constant(value)


def example(value):
    """What a tracer is in the example run; anything else as it is, so that Python's numbers stay weakly typed."""
    return value.read().value if isinstance(value, Traced) else value


def add(op, args, attr, value):
    """A tracer of one more operation on nodes."""
    return Recording.kind(Recording.graph.add(op, tuple(args), attr, value))


def solid(node):
    """The node, with a buffer: a count has none of its own."""
    return Recording.graph.add("map", (node,), "same", node.value) if root_of(node)[0].op == "iota" else node


class Storage:
    """What an array and its views share: how often it was changed in place."""

    def __init__(self):
        self.changes = 0


class Traced:
    """What every tracer has: its node, its storage, views, and what it refuses."""

    def __init__(self, node, storage=None):
        self._node, self._is_view = node, storage is not None
        self._storage = storage or Storage()
        self._seen = self._storage.changes

    def read(self):
        """The node as it is now."""
        if self._seen != self._storage.changes:
            raise CannotTrace("a view is read after its array was changed in place; take the view anew")
        return self._node

    def write(self, node):
        """Take over another node, as after a change in place."""
        if self._is_view:
            raise CannotTrace("a view is changed in place; change the whole array, or use np.where")
        if node.shape != self.shape:
            node = type(self)(node).view(lambda a: np.broadcast_to(a, self.shape)).read()
        self._node = cast(Recording.graph, node, self.dtype)
        self._storage.changes += 1
        self._seen = self._storage.changes
        return self

    shape = property(lambda self: self._node.shape)
    dtype = property(lambda self: self._node.dtype)
    size = property(lambda self: self._node.size)
    ndim = property(lambda self: len(self._node.shape))

    def __len__(self):
        if not self.shape:
            raise TypeError("len() of unsized object")
        return self.shape[0]

    def __repr__(self):
        return f"<a traced array of shape {self.shape}>"

    def __bool__(self):
        if self.size != 1:
            raise ValueError("the truth of an array with more than one element is ambiguous; use any() or all()")
        node = self.read()
        Recording.graph.guard(node, bool(node.value))
        return bool(node.value)

    def __array__(self, *args, **kwargs):
        raise CannotTrace("np.array, or a function that is not NumPy's own, asks a traced array for its numbers")

    def __float__(self):
        raise CannotTrace("float(), or a function of the module math, of a traced number")

    def __int__(self):
        raise CannotTrace("int() of a traced number")

    def __index__(self):
        raise CannotTrace("a traced number as an index or a length; list what it depends on as structure")

    def item(self, *_):
        raise CannotTrace("item() of a traced array")

    tolist = item

    def view(self, how):
        """The view that NumPy's own `how` gives of an array of this shape; of a copy if places do not lie evenly."""
        node = self.read()
        root, places = root_of(node)[0], _places(node)
        value, seen = np.asarray(how(node.value)), np.asarray(how(places))
        strides = _strides(seen)
        if strides is None:
            root = Recording.graph.add("map", (node,), "same", node.value)
            seen = how(np.arange(node.size).reshape(node.shape))
            strides = _strides(seen)
        first = int(seen.flat[0]) if seen.size else 0
        made = Recording.graph.add("view", (root,), (first, strides, seen.shape), value)
        return type(self)(made, self._storage)


def _places(node):
    """Where in its root's buffer each number of a node lies."""
    _, offset, strides = root_of(node)
    return offset + _evenly(strides, node.shape)


def _evenly(strides, shape):
    """The sums of index times stride, an array of `shape`."""
    parts = [
        s * np.arange(n).reshape(-1, *[1] * (len(shape) - axis - 1)) for axis, (n, s) in enumerate(zip(shape, strides))
    ]
    return np.broadcast_to(sum(parts, np.zeros((), int)), shape)


def _strides(places):
    """The strides of places that lie evenly; None if they do not."""
    if places.size == 0:
        return (0,) * places.ndim
    first = int(places.flat[0])
    steps = [
        places[tuple(int(a == axis) for a in range(places.ndim))] - first if n > 1 else 0
        for axis, n in enumerate(places.shape)
    ]
    strides = tuple(int(step) for step in steps)
    return strides if np.array_equal(first + _evenly(strides, places.shape), places) else None
