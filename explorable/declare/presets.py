"""Named states of a widget, one button each. A plain record."""

from dataclasses import dataclass

from explorable.declare.errors import DeclarationError, meant
from explorable.declare.references import plain


@dataclass(frozen=True, eq=False)
class Presets:
    """Buttons above the controls; each puts the widget into a state.

    label : what the states have in common.  states : {words of the button: {control: value}}; what a state leaves out
    is put to its start.
    """

    label: str
    states: dict

    def wire(self, controls):
        """The JSON form; DeclarationError for a control that there is not, or a value that it cannot take."""
        known = {control.name: control for control in controls}
        if not self.label or not self.states:
            raise DeclarationError(f"presets need a label and states, got {self.label!r}, {self.states!r}")
        for words, state in self.states.items():
            for name, value in state.items():
                if name not in known:
                    raise DeclarationError(f'preset "{words}": there is no control "{name}"{meant(name, known)}')
                known[name].clean(value)
        states = [
            [words, {name: as_set(value) for name, value in state.items()}] for words, state in self.states.items()
        ]
        return {"label": self.label, "states": states}


def as_set(value):
    """A value as the page's `set` takes it."""
    return int(value) if isinstance(value, bool) else plain(value)
