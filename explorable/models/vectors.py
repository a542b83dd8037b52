"""The language of symbolic models: vectors along named axes, reductions over them, loops through them.

An expression that holds a `Vector` is meant elementwise.  Vectors on different axes combine to every pair
of their elements (an outer product, an outer sum, ...).  All of these are SymPy expressions; a symbol that
is no vector is a number.
"""

from dataclasses import dataclass
from math import prod

import sympy as sp
from sympy.core.symbol import Str
from sympy.logic.boolalg import Boolean

from explorable.declare.errors import DeclarationError


class Vector(sp.Symbol):
    """A whole list of numbers under one name, along one axis (or several: a table).

    name : of a numbers control, of an array in the model's constants, or of a state of a recurrence.
    axis : name of the axis, or a tuple of names, one for each dimension of the array.
    """

    def __new__(cls, name, axis="batch"):
        axes = (axis,) if isinstance(axis, str) else tuple(axis)
        if not axes or not all(isinstance(part, str) for part in axes) or len(set(axes)) < len(axes):
            raise DeclarationError(f'axis of vector "{name}" must be one or several different names, got {axis!r}')
        vector = sp.Symbol.__xnew__(cls, name, real=True)
        vector.axes = axes
        return vector

    def _hashable_content(self):
        return (*super()._hashable_content(), *self.axes)

    def __getnewargs_ex__(self):
        return (self.name, self.axes), {}


class Across(sp.Expr):
    """An expression that looks across an axis, and not only at one place of it.

    The arguments, of which `sp.Str` are names, are what SymPy's substitution and search for common
    subexpressions work on; the functions below make these expressions and check their arguments.
    """

    is_commutative = True
    is_real = True

    def _eval_derivative(self, symbol):
        return None  # SymPy then leaves Derivative(...) as it stands, which the compiler refuses by name

    def _sympystr(self, printer):
        return f"{type(self).__name__.lower()}({', '.join(printer.doprint(part) for part in self.args)})"


class Reduction(Across):
    """Reduction(how, expression, axis): how is "total", "product", "maximum" or "minimum"."""

    def _eval_derivative(self, symbol):
        how, body, axis = self.args
        if how.name == "total" and not isinstance(symbol, Vector):
            return total(body.diff(symbol), axis.name)
        return super()._eval_derivative(symbol)

    def _sympystr(self, printer):
        how, body, axis = self.args
        return f"{how.name}({printer.doprint(body)}, {axis.name!r})"


class Component(Across):
    """Component(expression, index, default, axis): the element at a place of an axis."""


class Count(Across):
    """Count(axis): how many elements an axis has."""

    is_integer = True
    is_positive = True


class Position(Across):
    """Position(axis): 0, 1, 2, ... along an axis."""

    is_integer = True
    is_nonnegative = True


def axes_of(expression):
    """The set of names of the axes along which an expression varies."""
    if isinstance(expression, Vector):
        return set(expression.axes)
    if isinstance(expression, Count):
        return set()
    if isinstance(expression, Position):
        return {expression.args[0].name}
    if isinstance(expression, Reduction):
        return axes_of(expression.args[1]) - {expression.args[2].name}
    if isinstance(expression, Component):
        body, index, default, axis = expression.args
        return (axes_of(body) - {axis.name}) | axes_of(index) | axes_of(default)
    return set().union(*map(axes_of, expression.args))


def number(thing):
    """`thing` as a SymPy number expression; a condition counts as 1 where it holds, else 0."""
    try:
        expression = sp.sympify(thing)
    except sp.SympifyError:
        expression = None
    if isinstance(expression, Boolean) and not isinstance(expression, sp.Symbol):
        return sp.Piecewise((1, expression), (0, True))
    if not isinstance(expression, sp.Expr):
        raise DeclarationError(f"expected a SymPy expression of numbers, got {thing!r}")
    return expression


def chosen_axes(expression, axis, what):
    """The axes to reduce over: the named one, or all of the expression's, sorted."""
    if axis is not None:
        return [axis] if isinstance(axis, str) else list(axis)
    axes = sorted(axes_of(expression))
    if not axes:
        raise DeclarationError(f"{what}({expression}) has no vector to run over; name the axis")
    return axes


def reduction(how, thing, axis):
    """Reduce over one axis after the other."""
    expression = number(thing)
    for name in chosen_axes(expression, axis, how):
        expression = Reduction(Str(how), expression, Str(name))
    return expression


def total(expression, axis=None):
    """The sum over an axis; over all axes of the expression if none is named."""
    return reduction("total", expression, axis)


def product(expression, axis=None):
    """The product over an axis; over all axes of the expression if none is named."""
    return reduction("product", expression, axis)


def maximum(expression, axis=None):
    """The largest element along an axis, NaN if one is NaN; over all axes if none is named."""
    return reduction("maximum", expression, axis)


def minimum(expression, axis=None):
    """The smallest element along an axis, NaN if one is NaN; over all axes if none is named."""
    return reduction("minimum", expression, axis)


def count(thing, axis=None):
    """How many elements there are along an axis; along all axes of the expression if none is named.

    thing : an expression, or the name of an axis.
    """
    if isinstance(thing, str):
        return Count(Str(thing))
    return prod((Count(Str(name)) for name in chosen_axes(number(thing), axis, "count")), start=sp.Integer(1))


def mean(expression, axis=None):
    """The mean over an axis; over all axes of the expression if none is named.

    >>> x = Vector("x")
    >>> mean((x - mean(x)) ** 2)
    total((x - total(x, 'batch')/count(batch))**2, 'batch')/count(batch)
    """
    return total(expression, axis) / count(expression, axis)


def position(thing):
    """0, 1, 2, ... along an axis, given by its name or by a vector on it."""
    return Position(Str(thing if isinstance(thing, str) else only_axis(number(thing), None, "position")))


def component(expression, index, default=sp.nan, axis=None):
    """The element at `index` along an axis, or `default` where there is none.

    index : whole number or expression, counted from 0; a fixed negative one counts from the end.  It may be
    a vector itself: component(x, position(x) - 1, 0) is x moved on by one place.
    default : for an index outside or not whole.  axis : needed if the expression has several.
    """
    body, index, default = number(expression), number(index), number(default)
    axis = Str(only_axis(body, axis, "component"))
    if index.is_Integer and index < 0:
        index = Count(axis) + index
    return Component(body, index, default, axis)


def only_axis(expression, axis, what):
    """The named axis, or the one axis that the expression has."""
    axes = sorted(axes_of(expression))
    if (axis is None and len(axes) != 1) or (axis is not None and axis not in axes):
        given = f" but axis={axis!r} was asked for" if axis else ""
        raise DeclarationError(f"{what}({expression}) needs one axis: it has {axes or 'none'}{given}")
    return axis or axes[0]


@dataclass(frozen=True)
class Histogram:
    """What `histogram` returns: an output, not part of an expression."""

    expression: sp.Expr
    low: sp.Expr
    high: sp.Expr
    bins: int
    density: bool


def histogram(expression, low, high, bins, density=False):
    """How many elements of a vector expression, over all its axes, fall into each of `bins` equal bins.

    low, high : numbers or scalar expressions.  A value equal to `high` counts in the last bin; values outside
    and NaN count in none.
    density : divide by the number of all elements (those outside included) and by the width of a bin.
    """
    body, low, high = number(expression), number(low), number(high)
    if not axes_of(body):
        raise DeclarationError(f"histogram({body}) has no vector to count")
    if axes_of(low) or axes_of(high):
        raise DeclarationError(f"histogram needs single numbers as low and high, got {low} and {high}")
    if isinstance(bins, bool) or not isinstance(bins, int) or bins < 1:
        raise DeclarationError(f"histogram needs a positive whole number of bins, got {bins!r}")
    return Histogram(body, low, high, bins, bool(density))


@dataclass(frozen=True)
class Recurrence:
    """Values that follow from their predecessors, step by step along an axis.

    axis : its name.  steps : its length, the start included.
    state : {Vector(name, axis): (start, next)}.  Inside `next` every vector on the axis stands for its value
    at the current step, and all states move on together; outside, a state is the whole path, whose entry 0 is
    `start`.  A state may be a table Vector(name, (axis, other)): then each step carries a whole vector.
    `next` may reduce over other axes, which are then named: r - lr * mean(x * r - y, "batch") is a step of
    gradient descent.
    """

    axis: str
    steps: int
    state: dict

    def __post_init__(self):
        if isinstance(self.steps, bool) or not isinstance(self.steps, int) or self.steps < 1:
            raise DeclarationError(f'recurrence along "{self.axis}" needs steps >= 1, got {self.steps!r}')
        if not self.state:
            raise DeclarationError(f'recurrence along "{self.axis}" has no state')
        for vector, pair in self.state.items():
            if not isinstance(vector, Vector) or self.axis not in vector.axes:
                raise DeclarationError(f'state {vector} of a recurrence must be a Vector on axis "{self.axis}"')
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise DeclarationError(f"state {vector} needs (start, next), got {pair!r}")
            if extra := axes_of(number(pair[0])) - (set(vector.axes) - {self.axis}):
                raise DeclarationError(f"start of state {vector} runs along {sorted(extra)}, the state does not")
            if extra := axes_of(number(pair[1])) - set(vector.axes):
                raise DeclarationError(f"next of state {vector} runs along {sorted(extra)}, the state does not")
