"""What the names in a symbolic model mean: controls, constants, states; and how long each axis is."""

from numbers import Real

import numpy as np

from explorable.declare.errors import DeclarationError, check_name, meant
from explorable.models.vectors import Vector


class Scope:
    """The names of one model.

    controls : control records.  constants : {name: number or array}.  recurrences : Recurrence records.
    vectors : all Vectors that occur in the model's expressions.
    axes : names of all axes, in order: those of the numbers controls, of the constants, of the recurrences.
    Raises DeclarationError for a name with two meanings or none, or arrays that do not fit their axes.
    """

    def __init__(self, controls, constants, recurrences, vectors):
        self.controls = {control.name: control for control in controls}
        self.points = {symbol: (control.name, k) for control in controls for symbol, k in control.parts.items()}
        self.constants = {name: constant(name, value) for name, value in constants.items()}
        self.states = {vector.name: each for each in recurrences for vector in each.state}
        self._check_names([vector.name for each in recurrences for vector in each.state])
        self._declared = {}
        for vector in sorted(vectors, key=str):
            self._declare(vector)
        self.axes = self._ordered_axes(recurrences)
        self._lengths = {axis: self._length(axis, recurrences) for axis in self.axes}
        self.arrays = {name: self._arranged(name) for name in self.constants if name in self._declared}

    def _check_names(self, states):
        given = [*self.controls, *self.points, *self.constants, *states]
        for name in given:
            check_name(name, "constant or state")
            if given.count(name) > 1:
                raise DeclarationError(f'the name "{name}" is given twice among controls, constants and states')

    def _declare(self, vector):
        """Note the axes of a vector, which must be the same wherever it occurs."""
        name, axes = vector.name, self._declared.setdefault(vector.name, vector.axes)
        if axes != vector.axes:
            raise DeclarationError(f"vector {name} is used along {axes} and along {vector.axes}")
        control = self.controls.get(name)
        if name in self.constants:
            dimensions = self.constants[name].ndim
        elif control is not None and control.many:
            dimensions = 1
        elif name in self.states:
            return
        else:
            what = f"a {control.kind}" if control else "nothing that the model knows"
            raise DeclarationError(f"vector {name} is {what}; {self._known('vectors')}")
        if dimensions != len(axes):
            raise DeclarationError(f"vector {name} has {len(axes)} axes {axes} but its data {dimensions}")

    def _known(self, what):
        lists = [control.name for control in self.controls.values() if control.many]
        if what == "vectors":
            names = [*lists, *self.constants, *self.states]
        else:
            names = [name for name in self.controls if name not in lists] + [*self.points, *self.constants]
        return f"{what} are: {', '.join(names) or 'none'}"

    def _ordered_axes(self, recurrences):
        names = [*self.controls, *self.constants]
        ordered = [axis for name in names for axis in self._declared.get(name, ())]
        for each in recurrences:
            ordered += [each.axis, *(axis for vector in each.state for axis in vector.axes)]
        return tuple(dict.fromkeys(ordered))

    def _length(self, axis, recurrences):
        """The number of elements along an axis, or None if it changes with a numbers control."""
        fixed = {f"recurrence along {axis}": each.steps for each in recurrences if each.axis == axis}
        moving = {}
        for name, axes in self._declared.items():
            if axis not in axes or name in self.states:
                continue
            control = self.controls.get(name)
            if control is None:
                fixed[name] = self.constants[name].shape[axes.index(axis)]
            elif control.min_count == control.max_count:
                fixed[name] = control.max_count
            else:
                moving[name] = control.max_count
        least = min([*moving.values(), *fixed.values()], default=None)
        if least is None:
            raise DeclarationError(f'the axis "{axis}" has no vector that says how long it is')
        agree = min(moving.values()) == least if moving else len(set(fixed.values())) == 1
        if not agree:
            lengths = ", ".join(f"{name} {size}" for name, size in {**fixed, **moving}.items())
            raise DeclarationError(f'the vectors on axis "{axis}" differ in length: {lengths}')
        return None if moving else least

    def _arranged(self, name):
        """A constant array with its axes in the model's order."""
        axes = self._declared[name]
        return self.constants[name].transpose([axes.index(axis) for axis in self.axes if axis in axes])

    def lists_on(self, axis):
        """The numbers controls whose (shortest) length is that of the axis."""
        return [name for name, axes in self._declared.items() if axis in axes and name in self.controls]

    def length(self, axis):
        """The fixed length of an axis, or None; DeclarationError for an unknown axis."""
        if axis not in self._lengths:
            raise DeclarationError(f'no vector runs along the axis "{axis}" (axes: {", ".join(self.axes) or "none"})')
        return self._lengths[axis]

    def vector(self, vector, region):
        """The node of a numbers control or a constant array."""
        axes = region.order(vector.axes)
        op = "array" if vector.name in self.constants else "list"
        return region.make(op, data=vector.name, axes=axes)

    def symbol(self, symbol, region):
        """The node of a symbol that stands for a single number."""
        name = symbol.name
        if name in self.points:
            return region.make("control", data=self.points[name], axes=())
        if name in self.constants and self.constants[name].ndim == 0:
            return region.number(self.constants[name])
        control = self.controls.get(name)
        if control is not None and control.parts:
            raise DeclarationError(f"the {control} is several numbers: use the symbols {' and '.join(control.parts)}")
        if control is not None and not control.many:
            return region.make("control", data=(name,), axes=())
        if control is not None or name in self.constants or name in self.states:
            raise DeclarationError(f'the symbol {name} stands for a list of numbers: use Vector("{name}", axis)')
        hint = meant(name, [*self.controls, *self.points, *self.constants])
        raise DeclarationError(f"the symbol {name} is no control and no constant{hint}; {self._known('symbols')}")

    def words(self, name):
        """The options of a choice some of which are words: it counts as the position of its option. Else None."""
        options = list(getattr(self.controls[name], "options", ()))
        return options if any(not isinstance(value, Real) for value in options) else None


def constant(name, value):
    """A constant as an array of doubles."""
    try:
        array = np.array(value, float)
    except (TypeError, ValueError):
        raise DeclarationError(f"constant {name} must be a number or an array of numbers, got {value!r}") from None
    if array.size == 0:
        raise DeclarationError(f"constant {name} is an empty array")
    return array


def vectors_in(expressions):
    """All Vectors that occur in SymPy expressions."""
    return set().union(*(expression.atoms(Vector) for expression in expressions))
