"""The steps of a compiled model: a graph of nodes without repetition, in regions.

An expression becomes nodes, each an operation on other nodes; equal operations on equal nodes are one node.
A node knows the axes along which it varies.  There is one outer region and one more inside each recurrence,
whose nodes are computed anew at every step.
"""

from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class Node:
    """One value of the computation.

    op : the operation (see the lists below).  args : the nodes it works on.  data : what else the operation
    needs.  axes : names of the axes along which the value varies, in the model's order of axes.
    """

    op: str
    args: tuple
    data: object
    axes: tuple
    region: "Region"
    uses: int = 0
    level: int = 0
    place: str = ""  # "inline", "local" or "stored"; set by the schedule
    name: str = ""  # set by the schedule

    @property
    def is_leaf(self):
        """True if reading the value takes no computation."""
        return self.op in LEAVES


LEAVES = {
    "number",  # data: float
    "control",  # data: how to find it in the values, (name,) or (name, index)
    "list",  # a numbers control; data: name
    "array",  # a constant; data: name
    "path",  # a state of a recurrence; data: (Loop, name)
    "here",  # a stored vector (args[0]) at the current step of the region's recurrence
    "step",  # the number of that step
    "count",  # data: axis
    "position",  # along its one axis
}
# add, multiply, divide, negate, power, call (data: function), compare (data: sign), and, or, not,
# choose (condition, value, ..., otherwise); component (args: vector, index, default; data: axis)
ACROSS = {"reduce", "histogram"}  # data: (how, axis); (bins, density) with args vector, low, high
# loop: data: Loop; args: all that its region reads from outside


@dataclass(eq=False)
class Loop:
    """A recurrence on its way through the compiler.

    starts, nexts, paths : {state name: Node}.  others : {state name: its axes besides the recurrence's own}.
    """

    axis: str
    steps: int
    region: "Region" = None
    starts: dict = field(default_factory=dict)
    nexts: dict = field(default_factory=dict)
    paths: dict = field(default_factory=dict)
    others: dict = field(default_factory=dict)
    node: Node = None


class Region:
    """A run of nodes, each after those that it needs.

    axes : all axes of the model, in order.  outer, loop : for the inside of a recurrence, else None.
    """

    def __init__(self, axes, outer=None, loop=None):
        self.axes, self.outer, self.loop = axes, outer, loop
        self.nodes = []
        self.memo = {}  # expression -> Node
        self._known = {}

    def make(self, op, *args, data=None, axes=None):
        """The node of this operation: the existing one if there is one, in the outermost region possible."""
        if self.outer and op not in ("here", "step") and not any(arg.region is self for arg in args):
            return self.outer.make(op, *args, data=data, axes=axes)
        key = (op, *map(id, args), data)
        if key not in self._known:
            if axes is None:
                axes = self.order(set().union(*(arg.axes for arg in args)))
            self._known[key] = Node(op, args, data, axes, self)
            self.nodes.append(self._known[key])
        return self._known[key]

    def order(self, axes):
        """The named axes as a tuple in the model's order."""
        return tuple(axis for axis in self.axes if axis in axes)

    def number(self, value):
        """The node of a fixed number."""
        value = float(value)
        return self.make("number", data=0.0 if value == 0 else value)  # no -0.0, which equals 0.0 as a key

    def negative(self, node):
        """Minus a node."""
        return node.args[0] if node.op == "negate" else self.make("negate", node)

    def times(self, factors, divisors=()):
        """The product of `factors` over that of `divisors`."""
        top = self.make("multiply", *factors) if len(factors) > 1 else (*factors, None)[0]
        if not divisors:
            return top or self.number(1)
        bottom = self.make("multiply", *divisors) if len(divisors) > 1 else divisors[0]
        return self.make("divide", top or self.number(1), bottom)

    def plus(self, terms):
        """The sum of `terms`."""
        return self.make("add", *terms) if len(terms) > 1 else terms[0]

    def power(self, base, exponent):
        """`base` to a positive whole exponent, by squaring: both hosts multiply in the same order."""
        if exponent == 1:
            return base
        half = self.power(base, exponent // 2)
        square = self.make("multiply", half, half)
        return self.make("multiply", square, base) if exponent % 2 else square
