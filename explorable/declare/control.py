"""What all controls have in common, and what a new kind of control has to say."""

from numbers import Real

import numpy as np

from explorable.declare.errors import DeclarationError, check_name

KINDS = {}  # kind -> class, of every control that has been defined


class Control:
    """What all controls share: how they are called, and the common part of their JSON form.

    A kind of control is a subclass. Its record says what a model gets (`_check`, `start_value`, `clean`, `_wire`, and
    what of `listing`, `parts` and `many` differs). Pages and roles have its JSON form alone, so what is made of that
    takes it as an argument: `is_group`, `html`, `spoken`, `read`. What the runtime makes of it stands in static/.
    """

    kind = ""
    many = False  # whether its value is a list, which a symbolic model knows as a Vector

    def __init_subclass__(cls):
        KINDS[cls.kind] = cls

    @property
    def parts(self):
        """{symbol: index} of the numbers that a symbolic model knows by names of their own."""
        return {}

    def listing(self):
        """All values that it can take, in the order of their indexes; DeclarationError if they cannot be listed."""
        raise self.fault(
            "cannot drive a sampled model: its values are not listed "
            "(use a slider, a choice or a toggle, or a symbolic model)"
        )

    @staticmethod
    def is_group(wire):
        """Whether it is several fields under a common heading."""
        return False

    @staticmethod
    def html(wire, ident):
        """Its fields at the start value, each with its visible label.   ident : begins the id of each."""
        raise NotImplementedError

    @staticmethod
    def spoken(wire, value):
        """A value, as a model gets it, with its unit or label: as shown beside the control and read aloud."""
        raise NotImplementedError

    @staticmethod
    def read(wire, text):
        """The value that an author writes as `text`; ValueError, which names the control, for any other text."""
        raise NotImplementedError

    def __str__(self):
        return f'{self.kind} "{self.name}"'

    def check(self):
        """Raise DeclarationError, naming the control and the fault, if the declaration is wrong."""
        check_name(self.name, self.kind)
        if not isinstance(self.label, str) or not self.label.strip():
            raise DeclarationError(f"{self} needs a visible label, got {self.label!r}")
        self._check()

    def wire(self):
        """The control as the page and the roles read it: a dict of JSON values."""
        common = {"kind": self.kind, "name": self.name, "label": self.label}
        return common | self._wire() | {"fold": bool(self.fold), "help": self.help}

    def fault(self, text):
        """A DeclarationError about this control."""
        return DeclarationError(f"{self} {text}")


def check_span(control, what, span, step):
    """Raise unless `span` is (low, high) with low < high and `step` is positive and no longer than it."""
    numbers = [*span, step]
    if len(span) != 2 or not all(isinstance(part, Real) and np.isfinite(part) for part in numbers):
        raise control.fault(f"needs finite numbers for {what} and step, got {span} and {step!r}")
    if not (span[0] < span[1] and 0 < step <= span[1] - span[0]):
        raise control.fault(f"needs low < high and a positive step within them; {what}: {span}, step {step}")


def read_number(wire, text):
    """A number that an author has written, whole if it can be; ValueError if it is none."""
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f'{wire["name"]}: "{text}" is not a number') from None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def check_within(wire, value, low, high):
    """ValueError unless low <= value <= high."""
    if not low <= value <= high:
        raise ValueError(f"{wire['name']}: {value} is outside of {low} to {high}")


def flag(condition, attribute):
    """An attribute of HTML that is there or not."""
    return f" {attribute}" if condition else ""


def limits(low, high, step):
    """The attributes of a field for numbers."""
    return f'min="{low:.12g}" max="{high:.12g}" step="{step:.12g}"'
