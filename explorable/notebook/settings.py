"""The controls of a widget as traits: one for each, checked as the control checks, sent as plain numbers and texts."""

import numpy as np
import traitlets


class Setting(traitlets.TraitType):
    """What one control holds. A value that it cannot take is a DeclarationError (a ValueError), and nothing moves."""

    def __init__(self, control):
        self.control = control
        super().__init__(default_value=as_json(control.start_value()))

    def validate(self, obj, value):
        return as_json(self.control.clean(value))


def as_json(value):
    """A control's value as it is sent: a number, a text, a bool, or a list of numbers."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    return value


def trait_names(controls, taken):
    """{control: name of its trait}: its own, with a _ behind it where a view has something else of that name."""
    return {control.name: control.name + "_" * taken(control.name) for control in controls}
