"""Colors by name: one meaning, one color, in light and in dark.

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
_colors = dict(ENGINE)


def use(colors):
    """Add the colors of a book.

    colors : {name: (light, dark)}, each a #RRGGBB. A name that exists is replaced, so that a chapter that
    is run again in a notebook does no harm. DeclarationError for a bad name or color.
    """
    for name, pair in colors.items():
        if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9-]*", name):
            raise DeclarationError(f"palette name {name!r} must be lower-case letters, digits and -")
        if not isinstance(pair, (tuple, list)) or len(pair) != 2 or not all(map(_is_hex, pair)):
            raise DeclarationError(f"palette color {name!r} must be (light, dark), both #RRGGBB, got {pair!r}")
    _colors.update({name: tuple(pair) for name, pair in colors.items()})


def _is_hex(color):
    return isinstance(color, str) and re.fullmatch(r"#[0-9A-Fa-f]{6}", color) is not None


def color(name):
    """(light, dark) of a palette name; DeclarationError if there is none."""
    if name not in _colors:
        known = f"known are {', '.join(sorted(_colors))}; palette.use adds colors"
        raise DeclarationError(f"unknown palette name {name!r}{meant(name, _colors)}; {known}")
    return _colors[name]


def selection(names):
    """{name: (light, dark)} of the engine's colors and of `names`, sorted."""
    return {name: color(name) for name in sorted({*ENGINE, *names})}
