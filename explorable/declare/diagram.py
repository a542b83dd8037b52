"""A diagram: SVG elements with names, bound to outputs; some can be selected or dragged. Plain records."""

from dataclasses import KW_ONLY, dataclass, fields

from explorable.declare.errors import DeclarationError, check_list, meant
from explorable.declare.marks import is_number
from explorable.declare.references import Drag, Select, check_color, plain
from explorable.declare.scales import Scale
from explorable.declare.text import check_format

PARTS = ("text", "fill", "stroke", "width", "opacity", "x", "y", "hidden", "current")


class Element:
    """What all elements share.

    fill, stroke : palette name, "none", or None: then `tone` (a palette name) decides: the stroke is the
    tone, the fill a pale tint of it.  text : written in the middle.
    spoken : what a screen reader says; needed where an element without text can be selected or dragged.
    select, drag : a Select, a Drag.
    """

    shape = ""

    def colors(self):
        """The palette names that the element uses."""
        given = (self.fill, self.stroke, self.tone)
        return [name for name in given if name not in (None, "none")]

    def check(self, controls, where):
        """Raise DeclarationError for a bad name, color, size, selection or drag."""
        if not isinstance(self.name, str) or not self.name:
            raise DeclarationError(f"{where}: needs a name, got {self.name!r}")
        for name in self.colors():
            check_color(name, where)
        for name in ("x", "y", "width", "height", "r", "size", "radius"):
            if hasattr(self, name) and not is_number(plain(getattr(self, name))):
                raise DeclarationError(f"{where}: {name} must be a number, got {getattr(self, name)!r}")
        for part in filter(None, (self.select, self.drag)):
            part.check(controls, where, in_diagram=True)
        if (self.select or self.drag) and not (self.spoken or self.text):
            raise DeclarationError(f"{where}: can be selected or dragged and so needs spoken words or a text")

    def wire(self, names):
        wire = {"shape": self.shape}
        for field in fields(self):
            value = getattr(self, field.name)
            wire[field.name] = value.wire(names.controls) if isinstance(value, (Select, Drag)) else plain(value)
        return wire


@dataclass(frozen=True, eq=False)
class Rect(Element):
    """A rectangle with its upper left corner at (x, y)."""

    name: str
    x: float
    y: float
    width: float
    height: float
    radius: float = 4
    _: KW_ONLY
    text: str = ""
    fill: str | None = None
    stroke: str | None = None
    tone: str | None = None
    spoken: str = ""
    select: Select | None = None
    drag: Drag | None = None

    shape = "rect"


@dataclass(frozen=True, eq=False)
class Circle(Element):
    """A circle around (x, y)."""

    name: str
    x: float
    y: float
    r: float
    _: KW_ONLY
    text: str = ""
    fill: str | None = None
    stroke: str | None = None
    tone: str | None = None
    spoken: str = ""
    select: Select | None = None
    drag: Drag | None = None

    shape = "circle"


@dataclass(frozen=True, eq=False)
class Path(Element):
    """An SVG path; arrow=True puts a head of 9 units on its end, beyond it.

    A path with fill="none" that can be selected is pressed by a strip of 16 units around it.
    """

    name: str
    d: str
    arrow: bool = False
    _: KW_ONLY
    text: str = ""
    fill: str | None = "none"
    stroke: str | None = None
    tone: str | None = None
    spoken: str = ""
    select: Select | None = None
    drag: Drag | None = None

    shape = "path"


@dataclass(frozen=True, eq=False)
class Label(Element):
    """Words at (x, y); math=True sets them as a formula's letters, halo=True keeps them apart from lines below."""

    name: str
    x: float
    y: float
    text: str = ""
    size: float = 14
    anchor: str = "middle"
    math: bool = False
    _: KW_ONLY
    halo: bool = False
    fill: str | None = None
    stroke: str | None = None
    tone: str | None = None
    spoken: str = ""
    select: Select | None = None
    drag: Drag | None = None

    shape = "label"


@dataclass(frozen=True, eq=False)
class Bind:
    """What feeds a part of an element.

    part : "text", "fill", "stroke", "width", "opacity", "x", "y", "hidden" or "current".
    output : name of an output or a control.  index : which number of an array (a pair for a 2-D one).
    format : of a number shown as text.  scale : a scale from explorable.declare.scales.
    """

    element: str
    part: str
    output: str
    index: object = None
    format: str = ""
    scale: Scale | None = None

    def check(self, elements, where):
        """Raise DeclarationError for an unknown element or part, or a scale that does not fit the part."""
        if self.element not in elements:
            hint, known = meant(self.element, elements), ", ".join(elements)
            raise DeclarationError(f'{where}: there is no element "{self.element}"{hint}; elements: {known}')
        if self.part not in PARTS:
            raise DeclarationError(f"{where}: part is one of {', '.join(PARTS)}, got {self.part!r}")
        check_format(self.format, where)
        if self.scale is not None:
            if not isinstance(self.scale, Scale):
                raise DeclarationError(f"{where}: no scale of explorable: {self.scale!r}")
            self.scale.check(self.part, where)
        elif self.part in ("fill", "stroke"):
            raise DeclarationError(f"{where}: a color needs scale=Diverging, Sequential or Map")

    def wire(self, names, where):
        if self.part == "text":
            names.printed.add(self.output)
        return {
            "element": self.element,
            "part": self.part,
            "from": names.reference(self.output, where),
            "index": plain(self.index),
            "format": self.format,
            "scale": self.scale and self.scale.wire(),
        }


@dataclass(frozen=True, eq=False)
class Diagram:
    """SVG elements in a box of width x height units, with their bindings.

    alt : template that tells a screen reader what is seen.  narrow : a second Diagram with the same element
    names, drawn on a phone; it takes over these bindings if it has none of its own.
    """

    width: float
    height: float
    elements: tuple
    bindings: tuple = ()
    _: KW_ONLY
    alt: str
    title: str = ""
    narrow: "Diagram | None" = None

    kind = "diagram"

    def __str__(self):
        return f'diagram "{self.title}"' if self.title else "diagram"

    def colors(self):
        """The palette names that the diagram uses."""
        own = [name for element in self.elements for name in element.colors()]
        bound = [name for bind in self.bindings if bind.scale for name in bind.scale.colors(bind.part)]
        return own + bound + (self.narrow.colors() if self.narrow else [])

    def check(self, controls):
        """Raise DeclarationError for what is wrong whatever the model's outputs are."""
        check_list(self.elements, f"{self}: elements")
        check_list(self.bindings, f"{self}: bindings")
        names = [getattr(element, "name", None) for element in self.elements]
        for element in self.elements:
            if not isinstance(element, Element):
                raise DeclarationError(f"{self}: {element!r} is no element of explorable.declare.figures")
            where = f'{self}, {element.shape} "{element.name}"'
            if names.count(element.name) > 1:
                raise DeclarationError(f"{where}: two elements have this name")
            element.check(controls, where)
        for number, bind in enumerate(self.bindings):
            bind.check(names, f"{self}, binding {number}")
        if self.narrow is not None:
            self._check_narrow(controls, names)

    def _check_narrow(self, controls, names):
        self.narrow.check(controls)
        other = {element.name for element in self.narrow.elements}
        if other != set(names):
            odd = ", ".join(sorted(other ^ set(names)))
            raise DeclarationError(f"{self}: narrow needs the same element names; only one of the two has {odd}")

    def _drawing(self, names, bindings):
        places = [(bind, f"{self}, binding {number}") for number, bind in enumerate(bindings)]
        return {
            "width": self.width,
            "height": self.height,
            "elements": [element.wire(names) for element in self.elements],
            "bindings": [bind.wire(names, where) for bind, where in places],
        }

    def wire(self, names):
        narrow = self.narrow and self.narrow._drawing(names, self.narrow.bindings or self.bindings)
        alt = names.template(self.alt, f"{self}: alt")
        return {"kind": "diagram", "title": self.title, "alt": alt, "narrow": narrow} | self._drawing(
            names, self.bindings
        )
