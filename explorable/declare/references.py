"""How figures refer to outputs and controls by name, and their JSON form.

A channel is what feeds a part of a figure: a string names an output or a control ("p_x" and "p_y" are the two
numbers of a Point p), numbers and arrays are constants. Its JSON form is {"out": name}, {"control": name},
{"control": name, "index": 0 or 1}, {"const": ...} or None.
"""

from dataclasses import dataclass

import numpy as np

from explorable.declare import palette, text
from explorable.declare.controls import Choice, Numbers, Point, Slider, Toggle
from explorable.declare.errors import DeclarationError, meant


def plain(value):
    """`value` as JSON holds it: tuples and arrays as lists, NaN and infinity as None."""
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


class Names:
    """The names that a widget's figures and sentences may use: its controls and its model's outputs.

    printed : those that were met in sentences and words so far.  used : controls that were met anywhere.
    """

    def __init__(self, controls, outputs):
        self.controls = {control.name: control for control in controls}
        self.outputs = frozenset(outputs)
        self.printed = set()
        self.used = set()

    def reference(self, name, where):
        """The JSON form of the output or control `name`; DeclarationError says `where` one is missing."""
        if name in self.controls:
            self.used.add(name)
            return {"control": name}
        if name in self.outputs:
            return {"out": name}
        for control in self.controls.values():
            if name in control.parts:
                self.used.add(control.name)
                return {"control": control.name, "index": control.parts[name]}
        outputs, controls = (", ".join(sorted(known)) or "none" for known in (self.outputs, self.controls))
        hint = meant(name, [*self.outputs, *self.controls])
        raise DeclarationError(
            f'{where}: "{name}" is neither an output nor a control{hint}; outputs: {outputs}; controls: {controls}'
        )

    def channel(self, value, where):
        """The JSON form of a channel."""
        if value is None:
            return None
        return self.reference(value, where) if isinstance(value, str) else {"const": plain(value)}

    def condition(self, name, where):
        """The name of a `when`, checked; None stays None."""
        if name is not None and "index" in self.reference(name, where):
            raise DeclarationError(f'{where}: "{name}" is part of a point; name a control or an output')
        return name

    def template(self, template, where):
        """The template, after a check that everything in it exists."""
        for field in text.fields(template):
            if "index" in self.reference(field.name, where):
                raise DeclarationError(f"{where}: write {{{field.name[:-2]}[0]}} for a number of a point")
            self.printed.add(field.name)
        return template


@dataclass(frozen=True, eq=False)
class Drag:
    """Moving an element or dot moves a control: one number of a Numbers, a Point, or a Slider.

    along : "x", "y" or "xy" (a Point); None is "xy" for a Point, "x" for the others.  In a chart dot i moves number i.
    "path", for the Slider of a chart: the mark stands wherever an output puts it, and is dragged along the places that
    it has at the slider's stops; the stop is taken whose place lies nearest to the pointer.
    In a diagram `index` says which number, and scale=(px0, px1, v0, v1) that the value runs from v0 at px0 to v1 at px1
    (diagram units).
    """

    control: str
    along: str | None = None
    index: int | None = None
    scale: tuple | None = None

    def check(self, controls, where, in_diagram=False):
        """Raise DeclarationError if the control does not exist or cannot be dragged like this."""
        control = find_control(controls, self.control, where, (Slider, Numbers, Point))
        allowed = ("x", "y", "xy") if isinstance(control, Point) else ("x", "y")
        if isinstance(control, Slider) and not in_diagram:
            allowed = ("x", "y", "path")
        if self.along is not None and self.along not in allowed:
            words = " or ".join(allowed)
            raise DeclarationError(f"{where}: {control} is dragged along {words}, got {self.along!r}")
        if not in_diagram:
            return
        if self.scale is None or len(self.scale) != 4 or self.scale[0] == self.scale[1]:
            raise DeclarationError(f"{where}: a diagram's drag needs scale=(px0, px1, v0, v1), got {self.scale!r}")
        if isinstance(control, Numbers) and self.index not in range(control.max_count):
            allowed = f"0 to {control.max_count - 1}"
            raise DeclarationError(f"{where}: a drag of {control} needs index={allowed}, got {self.index!r}")

    def wire(self, controls):
        along = self.along or ("xy" if isinstance(controls[self.control], Point) else "x")
        return {"control": self.control, "along": along, "index": self.index, "scale": plain(self.scale)}


@dataclass(frozen=True, eq=False)
class Select:
    """Clicking sets a control: a chart's dot i to option or stop i, an element of a diagram to `value`."""

    control: str
    value: object = None

    def check(self, controls, where, in_diagram=False):
        """Raise DeclarationError if the control does not exist or cannot take the value."""
        control = find_control(controls, self.control, where, (Slider, Choice, Toggle))
        if not in_diagram:
            return
        if self.value is None:
            raise DeclarationError(f"{where}: select needs the value that {control} is set to")
        try:
            control.clean(self.value) if isinstance(control, Toggle) else control.index_of(self.value)
        except ValueError as error:
            raise DeclarationError(f"{where}: {error}") from None

    def wire(self, controls):
        return {"control": self.control, "value": plain(self.value)}


def find_control(controls, name, where, kinds):
    """The control `name`, which must be one of `kinds`; DeclarationError says `where` and what is allowed."""
    control = next((control for control in controls if control.name == name), None)
    words = " or ".join(kind.kind for kind in kinds)
    if control is None:
        names = [control.name for control in controls]
        hint, known = meant(name, names), ", ".join(names) or "none"
        raise DeclarationError(f'{where}: there is no control "{name}"{hint}; controls: {known}')
    if not isinstance(control, kinds):
        raise DeclarationError(f"{where}: needs a {words}, but {control} is none")
    return control


def check_color(name, where):
    """Raise DeclarationError, saying `where`, for an unknown palette name."""
    try:
        palette.color(name)
    except DeclarationError as error:
        raise DeclarationError(f"{where}: {error}") from None
