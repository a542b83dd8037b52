"""What a NumPy function computes, as a graph of array operations whose shapes are known.

op of a node    what it is
input           an array that the page fills: state, data, draws, settings
const           an array or number that never changes
map             an elementwise operation (attr: its name in `operations.TEXT`)
iota            0, 1, 2 ... along one axis (attr: axis, shape)
pick            elements at traced places (attr: `Pick`)
fold            a reduction that keeps its axes with length 1 (attr: how, axes)
view            the same numbers at other places (attr: offset, strides, shape)
matmul, sort, quantile, join    a call of its own
"""

import os
import sys
from functools import cache
from typing import NamedTuple

import numpy as np

from explorable.declare.errors import DeclarationError

OWN = os.path.dirname(__file__)
AXES = 4  # of what is copied piece by piece, those of length 1 not counted
DTYPES = {"f": np.dtype(np.float64), "i": np.dtype(np.int64), "u": np.dtype(np.int64), "b": np.dtype(bool)}


class CannotTrace(DeclarationError):
    """The function does something that a fixed program of array operations cannot say; names the file and the line."""

    def __init__(self, what):
        super().__init__(f"{what} ({place()})")


def place():
    """The file and line of the author's code that runs: the innermost that is neither here nor NumPy's."""
    frame = sys._getframe(1)
    skipped = (OWN, os.path.dirname(np.__file__))
    while frame.f_back and frame.f_code.co_filename.startswith(skipped):
        frame = frame.f_back
    return f"{os.path.basename(frame.f_code.co_filename)}, line {frame.f_lineno}"


class Pick(NamedTuple):
    """How a pick reads its source: `places` are the source's axes that an index array names.

    lead : the axis of the result at which those of the index arrays begin.   along : as take_along_axis, where the
    index array has all axes of the result.
    """

    places: tuple
    lead: int
    along: bool


class Node:
    """One array. value : what it is in the example run.   origins : the kinds of input that it depends on.

    offset, strides : where it lies in the buffer of its root, in numbers.   long : its shape without axes of length 1.
    in_order : whether it is its root's numbers, all of them, one after the other.
    """

    __slots__ = (
        *("args", "attr", "dtype", "in_order", "long", "offset", "op", "origins", "shape", "size", "strides", "value"),
    )

    def __init__(self, op, args, attr, value, origins):
        self.op, self.args, self.attr, self.value, self.origins = op, args, attr, value, origins
        self.shape, self.dtype, self.size = value.shape, value.dtype, value.size
        self.offset, self.strides, self.in_order = 0, strides_of(self.shape), True
        self.long = tuple(n for n in self.shape if n != 1)
        if op == "view":
            plain, (self.offset, self.strides, _) = self.strides, attr
            even = all(n == 1 or a == b for n, a, b in zip(self.shape, plain, self.strides))
            self.in_order = even and self.offset == 0 and args[0].size == self.size

    def __repr__(self):
        return f"<{self.op} {self.attr if self.op == 'map' else ''} {self.shape}>"


class Guard(NamedTuple):
    """A branch that the program took: it holds only while `node` is `wanted`."""

    node: Node
    wanted: bool
    where: str


class Graph:
    """The nodes made so far, in order; the same operation on the same arguments is one node."""

    def __init__(self):
        self.nodes, self.guards, self._known = [], [], {}

    def add(self, op, args=(), attr=None, value=None, origins=()):
        """The node of an operation, made anew only if it is a new one."""
        value = narrowed(np.asarray(value))
        if op != "view" and not value.flags.c_contiguous:
            value = np.ascontiguousarray(value)  # so that NumPy's own views tell where each number lies
        key = _key(op, args, attr, value)
        if key is None or key not in self._known:
            origins = frozenset(origins).union(*(arg.origins for arg in args))
            if op == "const":  # whoever made it may change it later
                value = np.frombuffer(key[-1], value.dtype).reshape(value.shape)
            node = Node(op, args, attr, value, origins)
            self.nodes.append(node)
            if key is None:
                return node
            self._known[key] = node
        return self._known[key]

    def constant(self, value):
        """The node of numbers that never change: one number, a count along an axis, or an array that is shipped."""
        value = narrowed(np.asarray(value))
        if _is_one_number(value):
            one = self.add("const", value=value.reshape(-1)[0])
            wide = np.broadcast_to(one.value, value.shape)
            return self.add("view", (one,), (0, (0,) * value.ndim, value.shape), wide)
        if _is_count(value):
            axis = value.shape.index(value.size)
            counted = self.add("iota", (), (axis, value.shape), np.arange(value.size).reshape(value.shape))
            return cast(self, counted, value.dtype)
        return self.add("const", value=value)

    def guard(self, node, wanted):
        """Remember that the program holds only while `node` has this truth."""
        if not node.origins:
            return
        if node.origins <= {"setting"}:
            raise CannotTrace(
                "a branch on a setting that moves while the program runs; use np.where, or list it as structure"
            )
        self.guards.append(Guard(node, wanted, place()))


def _is_one_number(value):
    """Whether an array repeats one number, bit for bit: 0 and -0 are two, and NaN is one."""
    if value.size < 2:
        return False
    bits = np.ascontiguousarray(value).view(f"u{value.itemsize}").reshape(-1)
    return bool(bits[-1] == bits[0] and (bits == bits[0]).all())


def _is_count(value):
    """Whether an array is 0, 1, 2 ... along one axis."""
    if value.size < 2 or value.size != max(value.shape):
        return False
    row = value.reshape(-1)
    return bool(row[1] == 1 and (row == np.arange(row.size)).all() and not np.signbit(row[0].astype(float)))


def _key(op, args, attr, value):
    if op == "input":
        return None
    if op == "const":
        return ("const", value.dtype, value.shape, value.tobytes())
    return (op, args, attr, value.dtype)


def narrowed(value):
    """The array in one of the three types of a program: float64, int64 or bool."""
    dtype = DTYPES.get(value.dtype.kind)
    if dtype is None or (value.dtype.kind == "f" and value.dtype != dtype):
        raise CannotTrace(f"an array of {value.dtype}; a program computes with float64, whole numbers and booleans")
    return value.astype(dtype, copy=False)


def cast(graph, node, dtype):
    """The node with its numbers in another type."""
    if node.dtype == dtype:
        return node
    how = {"f": "same", "i": "whole" if node.dtype.kind == "f" else "same", "b": "truth"}[np.dtype(dtype).kind]
    with np.errstate(invalid="ignore"):
        return graph.add("map", (node,), how, node.value.astype(dtype))


@cache
def strides_of(shape):
    """Strides, in numbers, of an array that lies in order."""
    strides, step = [], 1
    for n in reversed(shape):
        strides.append(step)
        step *= n
    return tuple(reversed(strides))


def root_of(node):
    """(the node whose buffer a view reads, offset, strides)."""
    return node.args[0] if node.op == "view" else node, node.offset, node.strides
