"""Numbers and sentences with live numbers, written the same way in Python and in the page.

The page's runtime repeats this file's rules in JavaScript, to the character; the table
tests/explorable/format_cases.json holds both to them. Controls come as their JSON form (`Control.wire()`),
so that the Sphinx roles can use what a built page knows.
"""

import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np

from explorable.declare.control import KINDS
from explorable.declare.errors import DeclarationError

MINUS = "\N{MINUS SIGN}"
FORMAT = re.compile(r"(\+?)(?:(d)|\.([0-9]{1,2})([fge%]))")
FIELD = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)((?:\[[0-9]+\])*)(?::([^{}]*))?")
PLURAL = re.compile("[a-z]{3,}s")  # of a unit that is a word: layers, images; not ms
MOST_DIGITS = 20
EXACT = Context(prec=1200)  # a double has up to 767 digits; the default of 28 would refuse


def check_format(spec, what):
    """Raise DeclarationError unless `spec` is "", "d", ".Nf", ".Ng", ".Ne" or ".N%", with or without a +."""
    match = FORMAT.fullmatch(spec) if isinstance(spec, str) else None
    if spec != "" and (match is None or int(match[3] or 0) > MOST_DIGITS):
        raise DeclarationError(f"{what}: {spec!r} is no number format; allowed are d, .Nf, .Ng, .Ne, .N%, +")


def show(value, spec=""):
    """A number as the reader sees it.

    spec : d (rounded to an integer), .Nf (N decimals), .Ng (N significant digits, no trailing zeros,
    exponent form below 1e-4 and from 10**N on), .Ne (exponent form with N decimals), .N% (times 100, N
    decimals); a + before it writes the sign of positive numbers. "" is d for an integer below 1e15, else .3g.

    The exact value of the double is rounded, ties away from zero, which is what JavaScript's toFixed does
    with an absolute value. What shows as zero has no sign. From 1e21 on, d and f turn into .Ne. The minus
    is U+2212, exponents have no padding (1e5), thousands are not grouped. NaN is "not a number",
    infinity "infinite". A string is shown as it is; True and False count as 1 and 0.

    >>> show(0.30000000000000004), show(-1234.5678, ".1f"), show(2, "+d"), show(0.125, ".1%")
    ('0.3', '−1234.6', '+2', '12.5%')
    """
    if isinstance(value, str):
        return value
    value = float(value)
    if math.isnan(value):
        return "not a number"
    sign = MINUS if value < 0 else ""
    if math.isinf(value):
        return sign + "infinite"
    plus, digits = _digits(abs(value), spec)
    if not digits.strip("0.%") or re.fullmatch(r"[0.]+e0", digits):
        return digits
    return (sign or plus) + digits.replace("-", MINUS)


def _digits(size, spec):
    """The plus sign that `spec` asks for, and the digits of a number without sign; exponents with a "-"."""
    if spec == "":
        spec = "d" if size == math.floor(size) and size < 1e15 else ".3g"
    match = FORMAT.fullmatch(spec)
    if match is None:
        raise ValueError(f"{spec!r} is no number format; allowed are d, .Nf, .Ng, .Ne, .N%, also after +")
    plus, _, count, kind = match.groups()
    count = int(count or 0)
    if kind == "e":
        return plus, _scientific(size, count)
    if kind == "g":
        return plus, _general(size, max(count, 1))
    if kind == "%":
        return plus, _fixed(size * 100, count) + "%"
    return plus, _fixed(size, count)


def _fixed(size, decimals):
    if size >= 1e21:
        return _scientific(size, decimals)
    grain = Decimal(1).scaleb(-decimals)
    return f"{_quantize(Decimal(size), grain):f}"


def _scientific(size, decimals):
    mantissa, exponent = _round_digits(size, decimals)
    return f"{mantissa:.{decimals}f}e{exponent}"


def _general(size, digits):
    mantissa, exponent = _round_digits(size, digits - 1)
    if -4 <= exponent < digits:
        text = f"{mantissa.scaleb(exponent):.{digits - 1 - exponent}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    text = f"{mantissa:.{digits - 1}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + f"e{exponent}"


def _round_digits(size, decimals):
    """size = mantissa * 10**exponent with 1 <= mantissa < 10, rounded to `decimals`, ties away from zero."""
    exact = Decimal(size)
    if not exact:
        return Decimal(0), 0
    exponent = exact.adjusted()
    rounded = _quantize(exact, Decimal(1).scaleb(exponent - decimals))
    exponent = rounded.adjusted()  # 9.99 may have become 10.0
    return rounded.scaleb(-exponent), exponent


def _quantize(exact, grain):
    return exact.quantize(grain, rounding=ROUND_HALF_UP, context=EXACT)


def check_lines(python, names):
    """Raise DeclarationError unless these lines hold nothing in braces but the names of controls."""
    if not isinstance(python, str):
        raise DeclarationError(f"python is lines of code, got {python!r}")
    for found in re.finditer(r"\{\{|\}\}|\{(\w+)\}|[{}]", python):
        if found[0] not in ("{{", "}}") and found[1] not in names:
            raise DeclarationError(f"python: {found[0]} names no control; a brace of Python is written twice")


@dataclass(frozen=True)
class Field:
    """A live number of a template: the name, the indexes after it, and the format (None if not given)."""

    name: str
    index: tuple
    spec: str | None


def parse(template):
    """Split a template into plain strings and Fields; DeclarationError if it cannot be read.

    {name}, {name:spec}, {name[2]:spec}, {name[1][2]}; {{ and }} are braces.
    """
    parts, text, rest = [], "", template
    while rest:
        match = re.match(r"([^{}]+)|(\{\{|\}\})|\{([^{}]*)\}", rest)
        if match is None:
            raise DeclarationError(f"template {template!r} has a single brace; a brace is {{{{ or }}}}")
        if match[3] is None:
            text += match[1] or match[2][0]
        else:
            parts += [text, _field(match[3], template)]
            text = ""
        rest = rest[match.end() :]
    return [part for part in [*parts, text] if part != ""]


def _field(source, template):
    match = FIELD.fullmatch(source)
    if match is None:
        raise DeclarationError(f"template {template!r}: cannot read {{{source}}}; write {{name[0]:.3g}}")
    if match[3] is not None:
        check_format(match[3], f"template {template!r}")
    return Field(match[1], tuple(int(part) for part in re.findall(r"\d+", match[2])), match[3])


def fields(template):
    """The Fields of a template."""
    return [part for part in parse(template) if isinstance(part, Field)]


def fill(template, controls, values, outputs):
    """The template with its numbers.

    controls : JSON forms of the controls (`Control.wire()`).  values : {control: value}, as a model gets
    them.  outputs : {output: number or array}.
    """
    known = controls, values, outputs
    return "".join(part if isinstance(part, str) else show_field(part, *known) for part in parse(template))


def show_field(field, controls, values, outputs):
    """One live number as text; "" outside an array, which may be shorter than at the start."""
    control = next((control for control in controls if control["name"] == field.name), None)
    value = outputs[field.name] if control is None else values[field.name]
    if control is not None and field.spec is None and not field.index:
        return spoken(control, value)
    spec = field.spec if field.spec is not None else (control or {}).get("format", "")
    found = element(value, field.index)
    return "" if found is None else show_all(found, spec)


def element(value, index):
    """The number or row of an array that `index`, a tuple, leads to; None if it leads outside."""
    for i in index:
        if np.ndim(value) == 0 or i >= len(value):
            return None
        value = value[i]
    return value


def show_all(value, spec):
    """A number, or the elements of an array one after the other; a pair of a point is shown the same way."""
    if isinstance(value, str) or np.ndim(value) == 0:
        return show(value if isinstance(value, str) else float(value), spec)
    return ", ".join(show_all(part, spec) for part in value)


def spoken(control, value):
    """A control's value with its unit or label, as shown beside it and read aloud.

    control : its JSON form.  value : as a model gets it.
    """
    return KINDS[control["kind"]].spoken(control, value)


def with_unit(text, unit):
    """The unit after a number, with a space unless it is a percent or degree sign; after 1 a plural loses its s.

    >>> with_unit("20", "layers"), with_unit("1", "layers"), with_unit("1", "ms"), with_unit("5", "%")
    ('20 layers', '1 layer', '1 ms', '5%')
    """
    if text == "1" and PLURAL.fullmatch(unit):
        unit = unit[:-1]
    return text + unit if unit[:1] in ("%", "°") else f"{text} {unit}".rstrip()


@dataclass(frozen=True)
class Cases:
    """A readout that changes its sentence: the integer `by` (output or control) picks a template.

    A value without a template shows nothing.
    """

    by: str
    texts: dict
