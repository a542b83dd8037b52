"""The symbolic model: SymPy expressions, compiled once to NumPy and to JavaScript."""

import numpy as np
import sympy as sp
from sympy.core.symbol import Str

from explorable.declare.errors import DeclarationError, check_name, meant, no_number
from explorable.models.javascript import as_list, javascript
from explorable.models.lowering import Lowering
from explorable.models.numpy_source import compiled
from explorable.models.schedule import schedule
from explorable.models.scope import Scope, vectors_in
from explorable.models.vectors import Count, Histogram, number


class Symbolic:
    """A model of formulas, computed anew for whatever the controls say, in the page as in the notebook.

    outputs : {name: expression, list of expressions, or histogram(...)}.  Symbols are names of controls and
    constants; a point p is the two symbols p_x and p_y; a toggle is 0 or 1; a choice with words among its
    options is the position 0, 1, 2, ... of the chosen one; the language of vectors is in vectors.py.  An
    expression with one axis gives an array, one with two a table, in the order in which the axes are first
    named by the numbers controls, the constants and the recurrences; a list of expressions gives an array, or
    a table if there is a vector among them.
    constants : {name: number or array}.  recurrences : Recurrence records.
    gaps : names of outputs that may hold NaN or inf; in any other these are a fault.

    >>> import sympy as sp
    >>> from explorable import Slider
    >>> model = Symbolic({"area": sp.Symbol("side") ** 2})
    >>> model.check([Slider("side", "side", low=0, high=2, step=0.1, start=1)])
    >>> model.evaluate({"side": 1.5})
    {'area': 2.25}
    """

    kind = "symbolic"

    def __init__(self, outputs, constants=None, recurrences=(), gaps=()):
        self.outputs = dict(outputs)
        self.constants = dict(constants or {})
        self.recurrences = tuple(recurrences)
        self.gaps = frozenset((gaps,) if isinstance(gaps, str) else gaps)
        self._controls, self._swept = None, False
        self.used = frozenset()  # names of the controls that the compiled model reads

    def check(self, controls):
        """Compile; DeclarationError names the output and the part of it that cannot be."""
        if not self.outputs:
            raise DeclarationError("Symbolic needs at least one output")
        for name in self.outputs:
            check_name(name, "output")
        if unknown := sorted(self.gaps - set(self.outputs)):
            hint = meant(unknown[0], self.outputs)
            given = ", ".join(self.outputs)
            raise DeclarationError(f'gaps names "{unknown[0]}", which is no output{hint}; outputs: {given}')
        self._controls, self._swept = None, False
        self._compile(controls)
        self._controls = list(controls)

    def output_names(self, controls):
        """The names of the outputs, in their order."""
        return list(self.outputs)

    def evaluate(self, values):
        """The outputs at any values: {name: number or array}; 1 / 0 is inf and 0 / 0 NaN."""
        if self._controls is None:
            raise DeclarationError("the controls are not known yet: call check first")
        with np.errstate(all="ignore"):
            results = self._function(values)
        return {name: plain(value) for name, value in results.items()}

    def bake(self, controls):
        """Look at each stop, option and state of one control after the other; DeclarationError for what is no number.

        All their combinations, and the values of numbers and points, would be too many.
        """
        if self._controls != list(controls):
            self.check(controls)
        if self._swept:
            return
        start = {control.name: control.start_value() for control in controls}
        for control in controls:
            for value in () if control.many or control.parts else control.listing():
                outputs = self.evaluate(start | {control.name: value})
                if problem := no_number(outputs, self.gaps, f"{control.name}={value!r}"):
                    raise DeclarationError(problem)
        self._swept = True

    def payload(self, controls, printed=()):
        """What the page needs: nothing but the function, as a JavaScript expression; `printed` is of no concern."""
        if self._controls != list(controls):
            self.check(controls)
        return {"kind": self.kind}, self.javascript

    def _compile(self, controls):
        """Set `javascript` and `numpy_source`, the two texts, and the NumPy function."""
        parts = {name: expressions_of(value, name) for name, value in self.outputs.items()}
        states = {vector: pair for each in self.recurrences for vector, pair in each.state.items()}
        parts |= {vector: [number(part) for part in pair] for vector, pair in states.items()}
        everything = [part for group in parts.values() for part in group]
        scope = Scope(controls, self.constants, self.recurrences, vectors_in([*everything, *states]))
        lengths = {Count(Str(axis)): sp.Integer(length) for axis in scope.axes if (length := scope.length(axis))}
        everything = [part.xreplace(lengths) for part in everything]
        definitions, reduced = sp.cse(everything, symbols=sp.numbered_symbols("common subexpression "))
        rest = iter(reduced)
        parts = {key: [next(rest) for _ in group] for key, group in parts.items()}
        pairs = {vector.name: tuple(parts[vector]) for vector in states}
        lowering = Lowering(scope, dict(definitions), pairs)
        outputs = {}
        for name, value in self.outputs.items():
            try:
                outputs[name] = lowered(lowering, value, parts[name])
            except DeclarationError as error:
                raise DeclarationError(f'output "{name}": {error}') from error
        self.used = {control for axis in scope.axes for control in scope.lists_on(axis)}
        blocks, nodes = schedule(lowering.region, [node for value in outputs.values() for node in as_list(value)])
        self.used |= {node.data[0] for node in nodes if node.op == "control"}
        self.javascript = javascript(scope, blocks, nodes, outputs)
        self._function, self.numpy_source = compiled(scope, blocks, nodes, outputs)


def expressions_of(value, name):
    """The SymPy expressions that make up an output."""
    try:
        if isinstance(value, Histogram):
            return [value.expression, value.low, value.high]
        if isinstance(value, (list, tuple, sp.MatrixBase, sp.Tuple)):
            if not len(value):
                raise DeclarationError("is an empty list")
            if isinstance(value, sp.MatrixBase) and 1 not in value.shape:
                raise DeclarationError(f"is a matrix of shape {value.shape}, not a list of numbers")
            return [number(part) for part in value]
        return [number(value)]
    except DeclarationError as error:
        raise DeclarationError(f'output "{name}": {error}') from error


def lowered(lowering, value, parts):
    """The node of an output, or the list of its nodes if it is declared as a list."""
    nodes = [lowering.node(part) for part in parts]
    region = lowering.region
    if isinstance(value, Histogram):
        return region.make("histogram", *nodes, data=(value.bins, value.density), axes=())
    # What is handed out belongs to the reader of the output, so an array that came in is copied.
    nodes = [region.make("copy", node) if node.axes and node.is_leaf else node for node in nodes]
    axes = {node.axes for node in nodes if node.axes}
    if len(parts) == 1 and not isinstance(value, (list, tuple, sp.MatrixBase, sp.Tuple)):
        if len(nodes[0].axes) > 2:
            raise DeclarationError(f"varies along {', '.join(nodes[0].axes)}; an output has at most two axes")
        return nodes[0]
    if len(axes) > 1 or any(len(each) > 1 for each in axes):
        raise DeclarationError(f"is a list whose items vary along different axes: {sorted(axes)}")
    return nodes


def plain(value):
    """A Python float for a single number, else an array of doubles."""
    array = np.asarray(value, float)
    return float(array) if array.ndim == 0 else array
