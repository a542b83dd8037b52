"""The curve of a prediction that is drawn: its axes, what is so, and the same in words.

:::{predict} Draw how far a finite difference is off, for steps from the smallest to the largest.
:curve: (steps, errors)
:x: step h
:y: relative error
:low: 1e-12
:high: 10
:scale: log
:x-scale: log

The two regimes meet at ...
:::

`curve` is an expression for two lists of equally many numbers, from left to right: where the reader can set a height,
and which height is so there. `low` and `high` are the ends of the upright axis; `unit` and `format` are its own, as
those of a slider are, and `x-unit` and `x-format` those of the other. Ticks are chosen as for a slider.
"""

import numpy as np

from . import expressions, sliders

FEWEST, MOST = 4, 60  # places along x; with fewer a list would do, more are too narrow for a finger
LEVELS = 101  # heights
MINUS = "\N{MINUS SIGN}"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def curve(options):
    """A record of strings and numbers from a directive's options.

    x, y : the axes: label, ticks ([place from 0 to 1, number as text] each), shown (text of each place or height);
    x has places, too.   truth : a height from 0 to 1 for each place.   said : the same as text.
    span : of the upright axis, in decades if it is `log`.   unit : of heights.   answer : the curve in words.
    Raises ValueError for what does not fit together.
    """
    for name in ("x", "y", "low", "high"):
        if name not in options:
            raise ValueError(f"a curve to draw needs the option {name!r}")
    across, up = points(options["curve"])
    low, high = (expressions.number(options[name]) for name in ("low", "high"))
    if not low < high:
        raise ValueError(f"low is {low:g} and high {high:g}; allowed is a low below high")
    for place, height in zip(across, up, strict=True):
        if not low <= height <= high:
            raise ValueError(f"the curve is {height:g} at {place:g}, not between low, {low:g}, and high, {high:g}")
    own = {name.removeprefix("x-"): value for name, value in options.items() if name.startswith("x-")}
    upright = {name: options[name] for name in ("scale", "format", "unit") if name in options}
    levels = sliders.stops(upright | {"steps": str(LEVELS)}, low, high)
    x, y = axis(options["x"], own, across), axis(options["y"], upright, levels)
    said = [text(height, upright) for height in up]
    log = upright.get("scale") == "log"
    return {
        "x": x | {"places": places(own, across, across)},
        "y": y,
        "truth": places(upright, levels, up),
        "said": said,
        "span": float(np.log10(high / low)) if log else high - low,
        "log": log,
        "unit": upright.get("unit", ""),
        "answer": in_words(x, y, said, up),
    }


def points(expression):
    """The two lists that an expression gives, as arrays of numbers."""
    value = expressions.evaluate(expression)
    try:
        across, up = (np.asarray(part, float) for part in value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the expression {expression!r} gives no two lists of numbers") from error
    if across.ndim != 1 or across.shape != up.shape:
        raise ValueError(
            f"the lists of {expression!r} have shapes {across.shape} and {up.shape}; allowed is one length"
        )
    if not FEWEST <= len(across) <= MOST:
        raise ValueError(f"the curve has {len(across)} places; allowed are {FEWEST} to {MOST}")
    if not (np.isfinite(across).all() and np.isfinite(up).all() and (np.diff(across) > 0).all()):
        raise ValueError(f"{expression!r} gives gaps, or places that do not rise; allowed are finite, rising places")
    return across, up


def axis(label, options, values):
    plain = {name: value for name, value in options.items() if name != "unit"}
    ticks = zip(places(options, values, found := sliders.ticks(options, list(values))), found, strict=True)
    return {
        "label": f"{label} ({options['unit']})" if "unit" in options else label,
        "ticks": [[place, text(value, plain)] for place, value in ticks],
        "shown": [text(value, options) for value in values],
    }


def places(options, stops, values):
    """Where values stand between the first and the last stop, from 0 to 1."""
    place = sliders.placing(options, stops)
    return [round(place(value), 4) for value in values]


def text(value, options):
    """A number with its unit, and with raised digits for a power of ten."""
    shown = expressions.shown(float(value), options.get("format", ".2g"))
    mantissa, found, exponent = shown.partition("e")
    if found:
        power = f"10{str(int(exponent.replace(MINUS, '-'))).translate(RAISED)}"
        shown = power if mantissa == "1" else f"{mantissa}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}{power}"
    return f"{shown} {options.get('unit', '')}".strip()


def in_words(x, y, said, up):
    """Some points of the curve: its ends, those between, the lowest and the highest."""
    last = len(up) - 1
    chosen = sorted({0, last // 4, last // 2, 3 * last // 4, last, int(np.argmin(up)), int(np.argmax(up))})
    listed = ", ".join(f"{said[k]} at {x['shown'][k]}" for k in chosen)
    return f"{y['label'].capitalize()} by {x['label']}: {listed}"
