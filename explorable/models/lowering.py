"""From SymPy expressions to nodes: products and sums sorted by axes, so that less is computed in a loop."""

import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p
from sympy.logic.boolalg import BooleanFalse, BooleanTrue

from explorable.declare.errors import DeclarationError
from explorable.models.nodes import Loop, Region
from explorable.models.vectors import Component, Count, Position, Reduction, Vector

MOST_POWER = 64  # whole exponents up to this one are products
FUNCTIONS = {
    sp.exp: "exp", sp.log: "log", sp.sin: "sin", sp.cos: "cos", sp.tan: "tan",
    sp.asin: "asin", sp.acos: "acos", sp.atan: "atan", sp.atan2: "atan2",
    sp.sinh: "sinh", sp.cosh: "cosh", sp.tanh: "tanh",
    sp.asinh: "asinh", sp.acosh: "acosh", sp.atanh: "atanh",
    sp.Abs: "abs", sp.sign: "sign", sp.floor: "floor", sp.ceiling: "ceil", sp.Max: "max", sp.Min: "min",
    expm1: "expm1", log1p: "log1p",
}  # fmt: skip
COMPARISONS = {
    sp.StrictLessThan: "<", sp.LessThan: "<=", sp.StrictGreaterThan: ">", sp.GreaterThan: ">=",
    sp.Equality: "==", sp.Unequality: "!=",
}  # fmt: skip
CONNECTIVES = {sp.And: "and", sp.Or: "or", sp.Not: "not"}


class Lowering:
    """Turns expressions into nodes of `region` (the outer one).

    scope : what the symbols mean (scope.Scope).  definitions : {symbol: common subexpression}.
    pairs : {name of a recurrence's state: (start, next)}.
    """

    def __init__(self, scope, definitions, pairs):
        self.scope, self.definitions, self.pairs = scope, definitions, pairs
        self.region = Region(scope.axes)
        self.loops = {}  # recurrence -> Loop
        self.building = []  # the Loops whose inside is being lowered

    def node(self, expression, region=None):
        """The node of an expression, read in `region`."""
        region = region or self.region
        if expression not in region.memo:
            region.memo[expression] = self._lower(expression, region)
        return region.memo[expression]

    def _lower(self, expression, region):
        kind = type(expression)
        if isinstance(expression, Vector):
            return self._vector(expression, region)
        if expression in self.definitions:
            return self.node(self.definitions[expression], region)
        if isinstance(expression, sp.Symbol):
            return self.scope.symbol(expression, region)
        if isinstance(expression, (BooleanTrue, BooleanFalse)):
            return region.number(bool(expression))
        if expression.is_number:
            return self._number(expression, region)
        if kind in HANDLERS:
            return HANDLERS[kind](self, expression, region)
        names = FUNCTIONS | COMPARISONS | CONNECTIVES
        if kind not in names:
            raise refused(self.whole(expression))
        op = "call" if kind in FUNCTIONS else "compare" if kind in COMPARISONS else names[kind]
        read = self._condition if kind in CONNECTIVES else self.node
        args = [read(arg, region) for arg in expression.args]
        return region.make(op, *args, data=None if kind in CONNECTIVES else names[kind])

    def whole(self, expression):
        """The expression as it was written, without symbols for common subexpressions."""
        while found := expression.free_symbols & self.definitions.keys():
            expression = expression.xreplace({symbol: self.definitions[symbol] for symbol in found})
        return expression

    def _number(self, expression, region):
        value = expression.evalf(30)
        if not (value.is_real or value in (sp.oo, -sp.oo, sp.nan)) or not value.is_Atom:
            raise DeclarationError(f"{self.whole(expression)} is no real number")
        return region.number(expression if expression.is_Rational else value)

    def _sum(self, expression, region):
        """A sum: the terms of fewer axes are added first, outside the loops of the others."""
        return region.plus([region.plus(terms) for terms in grouped(self.node(t, region) for t in expression.args)])

    def _product(self, expression, region):
        """A product, as a quotient; what varies along fewer axes is multiplied first."""
        factors, divisors, negative = [], [], False
        for factor in expression.args:
            if factor.is_Rational:
                negative ^= factor < 0
                factors += [region.number(abs(factor.p))] if abs(factor.p) != 1 else []
                divisors += [region.number(factor.q)] if factor.q != 1 else []
            elif factor.is_Pow and factor.exp.is_Rational and factor.exp < 0:
                divisors.append(self.node(1 / factor, region))
            else:
                factors.append(self.node(factor, region))
        below = {depth(group[0]): group for group in grouped(divisors)}
        above = {depth(group[0]): group for group in grouped(factors)}
        parts, rest = [], []
        for key in sorted(above.keys() | below.keys()):
            if key in above:
                parts.append(region.times(above[key], below.get(key, ())))
            else:  # a divisor alone: one division is more exact than the product with its inverse
                rest += below[key]
        result = region.times(parts, [region.times(rest)] if rest else ())
        return region.negative(result) if negative else result

    def _power(self, expression, region):
        base, exponent = expression.args
        if exponent.is_Rational and exponent < 0:
            return region.times([], [self.node(sp.Pow(base, -exponent), region)])
        if exponent.is_Rational and exponent.q <= 2 and exponent <= MOST_POWER:
            inner = self.node(base, region)
            root = region.make("call", inner, data="sqrt") if exponent.q == 2 else None
            whole = region.power(inner, exponent.p // exponent.q) if exponent.p >= exponent.q else None
            return region.times([part for part in (whole, root) if part])
        return region.make("power", self.node(base, region), self.node(exponent, region))

    def _piecewise(self, expression, region):
        """A choice between values; NaN where no condition holds."""
        args = []
        for value, condition in expression.args:
            if condition == sp.true:
                args.append(self.node(value, region))
                break
            args += [self._condition(condition, region), self.node(value, region)]
        if len(args) % 2 == 0:
            args.append(region.number("nan"))
        return region.make("choose", *args) if len(args) > 1 else args[0]

    def _condition(self, expression, region):
        node = self.node(expression, region)
        if isinstance(expression, sp.Symbol) and expression not in self.definitions:  # a toggle
            return region.make("compare", node, region.number(0), data="!=")
        return node

    def _if(self, expression, region):
        """A choice between conditions."""
        return region.make("choose", *(self._condition(arg, region) for arg in expression.args))

    def _remainder(self, expression, region):
        """a mod b = a - b floor(a / b), with the sign of b."""
        a, b = (self.node(arg, region) for arg in expression.args)
        floor = region.make("call", region.make("divide", a, b), data="floor")
        return region.plus([a, region.negative(region.make("multiply", b, floor))])

    def _heaviside(self, expression, region):
        x, at_zero = expression.args
        return self.node(sp.Piecewise((0, x < 0), (1, x > 0), (at_zero, sp.Eq(x, 0))), region)

    def _reduction(self, expression, region):
        how, body, axis = expression.args[0].name, expression.args[1], expression.args[2].name
        loop = region.loop
        if loop and loop.axis == axis:  # over whole paths, which do not change from step to step
            region, loop = self.region, None
        node, length = self.node(body, region), self.count(axis, region)
        if axis in node.axes:
            axes = tuple(name for name in node.axes if name != axis)
            return region.make("reduce", node, data=(how, axis), axes=axes)
        if how == "total":
            return region.times([node, length])
        return region.make("power", node, length) if how == "product" else node

    def _component(self, expression, region):
        body, index, default, axis = expression.args
        outer = self.region if region.loop and region.loop.axis == axis.name else region
        vector = self.node(body, outer)
        index, default = self.node(index, region), self.node(default, region)
        if axis.name not in vector.axes:  # SymPy simplified it: the same number in every place
            raise DeclarationError(f"{self.whole(expression)} looks along an axis that its vector does not have")
        if index.axes and len(vector.axes) > 1:
            raise DeclarationError(f"{self.whole(expression)}: an index that varies needs a vector with a single axis")
        axes = {*vector.axes} - {axis.name} | {*index.axes}
        if not axes.issuperset(default.axes):
            raise DeclarationError(f"{self.whole(expression)}: the default varies along more axes than the element")
        return region.make("component", vector, index, default, data=axis.name, axes=region.order(axes))

    def count(self, axis, region):
        """The length of an axis; a number where it is fixed."""
        length = self.scope.length(axis)
        return region.number(length) if isinstance(length, int) else region.make("count", data=axis, axes=())

    def _count(self, expression, region):
        return self.count(expression.args[0].name, region)

    def _position(self, expression, region):
        axis = expression.args[0].name
        if region.loop and region.loop.axis == axis:
            return region.make("step", axes=())
        self.scope.length(axis)
        return region.make("position", data=axis, axes=(axis,))

    def _vector(self, vector, region):
        stored = self._stored(vector)
        if region.loop and region.loop.axis in stored.axes:
            axes = tuple(name for name in stored.axes if name != region.loop.axis)
            return region.make("here", stored, axes=axes)
        if stored.op == "path" and stored.data[0] in self.building:
            raise DeclarationError(
                f'the recurrence of {vector} looks along its own axis "{stored.data[0].axis}"; '
                'name the axis of each reduction inside it, as in mean(..., "batch")'
            )
        return stored

    def _stored(self, vector):
        """The whole vector, as the outer region sees it."""
        recurrence = self.scope.states.get(vector.name)
        if recurrence is None:
            return self.scope.vector(vector, self.region)
        loop = self.loops.get(id(recurrence)) or self._loop(recurrence)
        return loop.paths[vector.name]

    def _loop(self, recurrence):
        """Lower a recurrence: its inside, and the node of the outer region that runs it."""
        loop = self.loops[id(recurrence)] = Loop(recurrence.axis, recurrence.steps)
        loop.region = Region(self.scope.axes, self.region, loop)
        for vector in recurrence.state:
            axes = self.region.order(vector.axes)
            loop.paths[vector.name] = self.region.make("path", data=(loop, vector.name), axes=axes)
            loop.others[vector.name] = tuple(axis for axis in axes if axis != loop.axis)
        self.building.append(loop)
        for vector in recurrence.state:
            start, following = self.pairs[vector.name]
            loop.starts[vector.name] = self.node(start)
            loop.nexts[vector.name] = self.node(following, loop.region)
        self.building.pop()
        loop.node = self.region.make("loop", *outside(loop), data=loop, axes=())
        return loop


def outside(loop):
    """The nodes of the outer region that a loop reads, each once, its own paths left out."""
    found = dict.fromkeys([*loop.starts.values(), *loop.nexts.values()])
    for node in loop.region.nodes:
        found.update(dict.fromkeys(node.args))
    return [node for node in found if node.region is not loop.region and not own_path(node, loop)]


def own_path(node, loop):
    """True for the path that the loop itself writes."""
    return node.op == "path" and node.data[0] is loop


def depth(node):
    """Where a node is computed: outside of recurrences first, then by the number and names of its axes."""
    return bool(node.region.loop), len(node.axes), node.axes


def grouped(nodes):
    """Lists of nodes that are computed at the same place, those of fewer axes first."""
    groups = {}
    for node in nodes:
        groups.setdefault(depth(node), []).append(node)
    return [groups[key] for key in sorted(groups)]


def refused(expression):
    """The error for an expression that cannot be computed in the page."""
    name = type(expression).__name__
    allowed = ", ".join(sorted(kind.__name__ for kind in FUNCTIONS))
    return DeclarationError(
        f"{expression} ({name}) cannot be computed in the page; besides + - * / and powers, Piecewise, Mod, "
        f"Heaviside and comparisons there are {allowed}; the "
        "function of a Sampled model may use anything"
    )


HANDLERS = {
    sp.Add: Lowering._sum,
    sp.Mul: Lowering._product,
    sp.Pow: Lowering._power,
    sp.Piecewise: Lowering._piecewise,
    sp.ITE: Lowering._if,
    sp.Mod: Lowering._remainder,
    sp.Heaviside: Lowering._heaviside,
    Reduction: Lowering._reduction,
    Component: Lowering._component,
    Count: Lowering._count,
    Position: Lowering._position,
}
