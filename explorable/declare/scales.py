"""Scales of a diagram's bindings: from a number to a number, a color, or a word."""

from dataclasses import dataclass

from explorable.declare.errors import DeclarationError
from explorable.declare.marks import check_interval, is_number
from explorable.declare.references import check_color, plain

COLOR_PARTS = ("fill", "stroke")


class Scale:
    """What all scales share."""

    def colors(self, part):
        """The palette names that the scale can give for this part of an element."""
        return []


@dataclass(frozen=True, eq=False)
class Linear(Scale):
    """Numbers from domain=(low, high) to range=(first, last), held inside."""

    domain: tuple
    range: tuple

    def check(self, part, where):
        check_interval(self.domain, f"{where}: domain")
        if len(self.range) != 2 or not all(map(is_number, plain(self.range))):
            raise DeclarationError(f"{where}: range must be two numbers, got {self.range!r}")
        if part in COLOR_PARTS:
            raise DeclarationError(f"{where}: Linear gives numbers, not the color of a {part}")

    def wire(self):
        return {"kind": "linear", "domain": plain(self.domain), "range": plain(self.range)}


@dataclass(frozen=True, eq=False)
class Diverging(Scale):
    """Colors from -limit over a neutral 0 to +limit."""

    limit: float

    def check(self, part, where):
        if not is_number(self.limit) or self.limit <= 0:
            raise DeclarationError(f"{where}: limit must be positive, got {self.limit!r}")
        check_color_part(part, where)

    def wire(self):
        return {"kind": "diverging", "limit": self.limit}


@dataclass(frozen=True, eq=False)
class Sequential(Scale):
    """Colors from the low end to the high end of domain."""

    domain: tuple

    def check(self, part, where):
        check_interval(self.domain, f"{where}: domain")
        check_color_part(part, where)

    def wire(self):
        return {"kind": "sequential", "domain": plain(self.domain)}


@dataclass(frozen=True, eq=False)
class Map(Scale):
    """Each value its palette name, word or number; an unlisted value changes nothing."""

    pairs: dict

    def colors(self, part):
        return [name for name in self.pairs.values() if part in COLOR_PARTS and name != "none"]

    def check(self, part, where):
        for name in self.colors(part):
            check_color(name, where)

    def wire(self):
        return {"kind": "map", "pairs": [[plain(value), plain(word)] for value, word in self.pairs.items()]}


def check_color_part(part, where):
    """Raise DeclarationError if a scale of colors feeds anything but a color."""
    if part not in COLOR_PARTS:
        raise DeclarationError(f"{where}: a scale of colors feeds fill or stroke, not {part}")
