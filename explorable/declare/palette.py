"""Colours by name: one meaning, one colour, in light and in dark.

The engine has five names of its own; a book adds its meanings once with `use`.
"""

import re

from explorable.declare.errors import DeclarationError, meant

ENGINE = {
    "ink": ("#1F2328", "#E6EDF3"),
    "muted": ("#59636E", "#9EA7B3"),
    "grid": ("#D8DEE4", "#3A424C"),
    "accent": ("#0B62A8", "#6CB6FF"),
    "paper": ("#FFFFFF", "#14181E"),
}
_colours = dict(ENGINE)


def use(colours):
    """Add the colours of a book.

    colours : {name: (light, dark)}, each a #RRGGBB. A name that exists is replaced, so that a chapter that
    is run again in a notebook does no harm. DeclarationError for a bad name or colour.
    """
    for name, pair in colours.items():
        if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9-]*", name):
            raise DeclarationError(f"palette name {name!r} must be lower-case letters, digits and -")
        if not isinstance(pair, (tuple, list)) or len(pair) != 2 or not all(map(_is_hex, pair)):
            raise DeclarationError(f"palette colour {name!r} must be (light, dark), both #RRGGBB, got {pair!r}")
    _colours.update({name: tuple(pair) for name, pair in colours.items()})


def _is_hex(colour):
    return isinstance(colour, str) and re.fullmatch(r"#[0-9A-Fa-f]{6}", colour) is not None


def colour(name):
    """(light, dark) of a palette name; DeclarationError if there is none."""
    if name not in _colours:
        known = f"known are {', '.join(sorted(_colours))}; palette.use adds colors"
        raise DeclarationError(f"unknown palette name {name!r}{meant(name, _colours)}; {known}")
    return _colours[name]


def selection(names):
    """{name: (light, dark)} of the engine's colours and of `names`, sorted."""
    return {name: colour(name) for name in sorted({*ENGINE, *names})}
