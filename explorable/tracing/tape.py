"""A traced program in the form that the page runs: buffers, and a tape of calls to kernels and to whole operations."""

from collections import defaultdict
from math import inf, isfinite, prod

import numpy as np

from explorable.tracing.fusing import plan
from explorable.tracing.graph import AXES, root_of, strides_of
from explorable.tracing.kernel import Kernel

TYPES = {"f": 0, "i": 0, "b": 1}  # whole numbers are doubles as well, exact up to 2^53; booleans are bytes


class Library:
    """The kernels that many programs share: {text: number}."""

    def __init__(self):
        self.kernels = {}

    def number(self, text):
        return self.kernels.setdefault(text, len(self.kernels))


class Tape:
    """One program.

    graph : what was traced.   inputs, outputs : {name: node}.   library : takes in its kernels.
    sizes : [(how many numbers, type)] of the buffers.   calls : [[kernel or name, arguments ...]], where ["b", i] is
    buffer i.   constants : {buffer: array}.   guards : [(buffer, wanted, where)].
    """

    def __init__(self, graph, inputs, outputs, library):
        self.sizes, self.calls, self.constants, self._where = [], [], {}, {}
        outputs = {name: self._own(graph, node) for name, node in outputs.items()}
        guards = _distinct((self._own(graph, guard.node), guard.wanted, guard.where) for guard in graph.guards)
        wanted = [*outputs.values(), *(node for node, _, _ in guards)]
        self.plan = plan(graph.nodes, wanted)
        self.inputs = {name: self._new(node) for name, node in inputs.items() if node in set(self.plan.order)}
        self._last, self._free = self._last_readers(), defaultdict(list)
        kept = set(wanted)
        for number, group in enumerate(self.plan.groups):
            if group.space is None:
                getattr(self, f"_{group.nodes[0].op}")(group.nodes[0])
            else:
                self._loop(group, library)
            for root in self._last[number]:
                if root not in kept:
                    self._free[root.size, root.dtype.kind].append(self._where[root])
        self.outputs = {name: self._where[node] for name, node in outputs.items()}
        self.guards = [(self._where[node], wanted, where) for node, wanted, where in guards]

    def wire(self):
        """The tape as JSON values; JSON has no NaN and no infinity, so they are written as words."""
        calls = [[f"b{a[1]}" if isinstance(a, tuple) else _said(a) for a in call] for call in self.calls]
        return {
            "sizes": self.sizes,
            "calls": calls,
            "inputs": self.inputs,
            "outputs": self.outputs,
            "guards": [list(guard) for guard in self.guards],
            "constants": {
                str(k): [_said(x) for x in np.ravel(v).astype(float).tolist()] for k, v in self.constants.items()
            },
        }

    def _own(self, graph, node):
        """An output has a buffer of its own, in order."""
        if node.op in ("view", "input", "const", "iota"):
            return graph.add("map", (node,), "same", node.value)
        return node

    def _new(self, node):
        self._where[node] = len(self.sizes)
        self.sizes.append([node.size, TYPES[node.dtype.kind]])
        return self._where[node]

    def _buffer(self, root):
        """The number of a root's buffer: its own, one that is free again, or a new one."""
        if root not in self._where:
            if root.op == "const":
                self.constants[self._new(root)] = root.value
            elif free := self._free[root.size, root.dtype.kind]:
                self._where[root] = free.pop()
            else:
                self._new(root)
        return self._where[root]

    def _last_readers(self):
        """{number of a group: the arrays that nobody reads after it}."""
        last = {}
        for number, group in enumerate(self.plan.groups):
            for node in group.nodes:
                last[node] = number
                for root in self._roots(node):
                    last[root] = number
        found = defaultdict(list)
        for root, number in last.items():
            if root in self.plan.stored:
                found[number].append(root)
        return found

    def _roots(self, node):
        for arg in node.args:
            if arg in self.plan.inlined:
                yield from self._roots(arg)
            yield root_of(arg)[0]

    def _loop(self, group, library):
        kernel = Kernel(group, self.plan)
        number = library.number(kernel.text)
        arguments = [("b", self._buffer(v)) if name[0] == "a" else v for name, v in kernel.arguments]
        self.calls.append([number, *kernel.dims, *arguments])

    def _matmul(self, node):
        (a, b), out = node.args, node.shape
        (ra, oa, sa), (rb, ob, sb) = root_of(a), root_of(b)
        self.calls.append(
            [
                *("product", prod(out[:-2]), out[-2], out[-1], a.shape[-1]),
                *(("b", self._buffer(ra)), oa, _lead(a, sa), sa[-2], sa[-1]),
                *(("b", self._buffer(rb)), ob, _lead(b, sb), sb[-2], sb[-1]),
                ("b", self._buffer(node)),
            ]
        )

    def _sort(self, node):
        self._copy(node.args[0], node, 0, node.strides)
        self.calls.append(["sort", node.shape[-1], ("b", self._buffer(node))])

    def _quantile(self, node):
        (source,) = node.args
        rows, n = prod(source.shape[:-1]), source.shape[-1]
        room = self._room(rows * n)
        self._copy(source, room, 0, strides_of(source.shape))
        self.calls.append(["sort", n, ("b", room)])
        self.calls.append(["quantile", rows, n, ("b", room), ("b", self._buffer(node)), *node.attr])

    def _room(self, size):
        """A buffer of which only this call needs to know."""
        self.sizes.append([size, 0])
        return len(self.sizes) - 1

    def _join(self, node):
        strides, start = node.strides, 0
        for part in node.args:
            self._copy(part, node, start * strides[node.attr], strides)
            start += part.shape[node.attr]

    def _copy(self, source, target, offset, strides):
        """One array into a part of another; axes of length 1 do not count."""
        root, start, own = root_of(source)
        axes = [axis for axis, n in enumerate(source.shape) if n != 1]
        pad = (AXES - len(axes)) * [0]
        to = target if isinstance(target, int) else self._buffer(target)
        self.calls.append(
            [
                *("copy", *([1] * len(pad)), *(source.shape[axis] for axis in axes)),
                *(("b", self._buffer(root)), start, *pad, *(own[axis] for axis in axes)),
                *(("b", to), offset, *pad, *(strides[axis] for axis in axes)),
            ]
        )


def _lead(node, strides):
    return strides[0] if len(strides) == 3 and node.shape[0] > 1 else 0


def _distinct(guards):
    """One guard for each condition, at its first place."""
    first = {}
    for guard in guards:
        first.setdefault(guard[:2], guard)
    return list(first.values())


def _said(value):
    """A number, or the name of a call, for JSON."""
    if isinstance(value, str) or isfinite(value):
        return value
    return {inf: "Infinity", -inf: "-Infinity"}.get(value, "NaN")
