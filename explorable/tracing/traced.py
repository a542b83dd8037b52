"""A tracer stands in for an array while NumPy code runs once, and notes what is done to it.

It is no array: it carries an example value and the node of the graph that made it. A branch on its truth takes the
example's way and leaves a guard. Arrays are values here: a change in place gives the tracer another node, and a view
that is read after its base was changed is refused, since it would show the old numbers.
"""

import numpy as np

from explorable.tracing.graph import CannotTrace, Graph, cast, narrowed, root_of


class Recording:
    """The graph that tracers write to now, one at a time, and the class that makes them of nodes."""

    graph = Graph()
    kind = None  # tracer.Tracer


def node_of(value):
    """The node of a tracer, an array or a number."""
    return value.read() if isinstance(value, Traced) else Recording.graph.constant(value)


def example(value):
    """What a tracer is in the example run; an array in a program's types; Python's numbers stay weakly typed."""
    if isinstance(value, Traced):
        return value.read().value
    return narrowed(value) if isinstance(value, (np.ndarray, np.generic)) else value


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
        node = cast(Recording.graph, self.read(), bool)
        Recording.graph.guard(node, bool(node.value))
        return bool(node.value)

    def __array__(self, *args, **kwargs):
        raise CannotTrace(
            "np.array, a plain array at traced places (use np.take_along_axis), or a function that is not NumPy's own, "
            "asks a traced array for its numbers"
        )

    def __float__(self):
        raise CannotTrace("float(), or a function of the module math, of a traced number")

    def __int__(self):
        raise CannotTrace("int() of a traced number")

    def __index__(self):
        raise CannotTrace("a traced number as an index or a length; list what it depends on as structure")

    def item(self, *_):
        raise CannotTrace("item() of a traced array")

    tolist = item

    def __round__(self, *_):
        raise CannotTrace("round() of a traced number; use np.rint")

    def __trunc__(self):
        raise CannotTrace("math.trunc of a traced number; use np.trunc")

    def __complex__(self):
        raise CannotTrace("complex() of a traced number")

    def __format__(self, form):
        if form:
            raise CannotTrace(f"a traced number written as text, {form!r}")
        return repr(self)

    def __getattr__(self, name):
        if not name.startswith("_") and hasattr(np.ndarray, name):
            raise CannotTrace(f"array.{name} of a traced array")
        raise AttributeError(f"a traced array has no attribute {name!r}")

    def __copy__(self):
        return type(self)(self.read())

    def __deepcopy__(self, memo):
        return type(self)(self.read())

    def view(self, how):
        """The view that NumPy's own `how` gives of an array that lies like this one; of a copy where NumPy copies."""
        node = self.read()
        root = root_of(node)[0]
        value = np.asarray(how(node.value))
        place = _place_in(root.value, value)
        if place is None:
            root = Recording.graph.add("map", (node,), "same", node.value)
            value = np.asarray(how(root.value))
            place = _place_in(root.value, value)
        if place is None:
            raise CannotTrace("an index, or a new shape, for which NumPy copies what lies in order")
        made = Recording.graph.add("view", (root,), (*place, value.shape), value)
        return type(self)(made, self._storage)


def _place_in(whole, part):
    """(offset, strides), in numbers, at which one array lies in the memory of another; None if it lies elsewhere."""
    if part.size == 0:
        return 0, (0,) * part.ndim
    start = part.__array_interface__["data"][0] - whole.__array_interface__["data"][0]
    if not 0 <= start < whole.nbytes:
        return None
    return start // part.itemsize, tuple(0 if n == 1 else s // part.itemsize for n, s in zip(part.shape, part.strides))
