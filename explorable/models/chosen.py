"""Data that a control chooses, for a program: arrays of one form, of which one length may differ."""

from dataclasses import dataclass

import numpy as np

from explorable.declare.errors import DeclarationError


@dataclass(frozen=True, eq=False)
class Chosen:
    """An array of a program's data, another one for each value of a control.

    of : the control's name.   arrays : {its value: array}; at most one length differs among them, and wherever lengths
    differ in the data of a program, it is the same one: with 64 pixels here and 196 there, everything that has as many
    entries as there are pixels counts as one size.
    """

    of: str
    arrays: dict


class Data:
    """The arrays of a program: fixed ones, and those that a control chooses."""

    def __init__(self, given):
        self.fixed = {name: np.asarray(a) for name, a in given.items() if not isinstance(a, Chosen)}
        chosen = {name: a for name, a in given.items() if isinstance(a, Chosen)}
        self.chosen = {
            name: {value: np.asarray(a) for value, a in each.arrays.items()} for name, each in chosen.items()
        }
        controls = {each.of for each in chosen.values()}
        if len(controls) > 1:
            raise DeclarationError(f"data are chosen by {' and '.join(sorted(controls))}; allowed is one control")
        self.control = next(iter(controls), None)
        self.values = list(next(iter(self.chosen.values()), {}))
        self.axes = {name: self._axes(name) for name in self.chosen}
        self.lengths = {value: self._length(value) for value in self.values}

    def at(self, value):
        """{name: array} at a value of the control."""
        return {**self.fixed, **{name: arrays[value] for name, arrays in self.chosen.items()}}

    def example(self, length):
        """{name: array} of the form they would have at another length, for a program that is traced."""
        found = dict(self.fixed)
        for name, arrays in self.chosen.items():
            first = arrays[self.values[0]]
            shape = [length if axis in self.axes[name] else n for axis, n in enumerate(first.shape)]
            found[name] = np.resize(first, shape)
        return found

    def check(self, stops):
        """DeclarationError, unless there are arrays for just these values of the control."""
        for name, arrays in self.chosen.items():
            if set(arrays) != set(stops):
                there = ", ".join(map(str, arrays))
                raise DeclarationError(
                    f'data "{name}" are there for {there}; "{self.control}" has {", ".join(map(str, stops))}'
                )

    def _axes(self, name):
        """The axes along which the arrays of this name differ in length."""
        shapes = [array.shape for array in self.chosen[name].values()]
        if len({len(shape) for shape in shapes}) > 1 or len({a.dtype for a in self.chosen[name].values()}) > 1:
            raise DeclarationError(f'data "{name}" differ in their type, or in how many axes they have')
        return [axis for axis, lengths in enumerate(zip(*shapes)) if len(set(lengths)) > 1]

    def _length(self, value):
        found = {self.chosen[name][value].shape[axis] for name, axes in self.axes.items() for axis in axes}
        if len(found) > 1:
            listed = " and ".join(map(str, sorted(found)))
            raise DeclarationError(
                f"at {value} data have lengths {listed} that others do not; allowed is one such length"
            )
        return next(iter(found), 1)
