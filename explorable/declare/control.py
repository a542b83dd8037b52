"""What all controls have in common."""

from numbers import Real

import numpy as np

from explorable.declare.errors import DeclarationError, check_name


class Control:
    """What all controls share: how they are called, and the common part of their JSON form."""

    kind = ""

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
