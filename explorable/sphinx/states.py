"""The text of a {set} role, `depth=20, lr=0.1`, read and checked against a widget's controls.

Controls are separated by commas, the numbers of a list or a point by blanks: `x=1 4, eps=0`.
Every function raises ValueError with a sentence that names the control and what is allowed.
"""

import math
from urllib.parse import quote

from explorable.declare.errors import meant


def read_state(text, controls):
    """{control name: value} from the text of a role and the controls of the widget, as in its wire format."""
    known = {control["name"]: control for control in controls}
    state = {}
    for part in text.split(","):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not value:
            raise ValueError(f'"{part.strip()}" is not of the form control=value')
        if name not in known:
            raise ValueError(f'no control "{name}"{meant(name, known)}; there are {", ".join(known)}')
        state[name] = READERS[known[name]["kind"]](known[name], value)
    return state


def number(control, text):
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f'{control["name"]}: "{text}" is not a number') from None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def read_slider(control, text):
    value = number(control, text)
    for stop in control["stops"]:
        if math.isclose(stop, value, rel_tol=1e-9, abs_tol=1e-12):
            return stop
    near = sorted(control["stops"], key=lambda stop: abs(stop - value))[:2]
    raise ValueError(f"{control['name']}: {text} is no stop; the nearest are {' and '.join(map(str, sorted(near)))}")


def read_choice(control, text):
    for value, label in control["options"]:
        if text in (str(value), label):
            return value
    allowed = ", ".join(str(value) for value, _ in control["options"])
    raise ValueError(f"{control['name']}: no option {text}; there are {allowed}")


def read_toggle(control, text):
    words = {"1": True, "true": True, "on": True, "0": False, "false": False, "off": False}
    if text.lower() not in words:
        raise ValueError(f"{control['name']}: {text} is neither on nor off")
    return words[text.lower()]


def read_numbers(control, text):
    values = [number(control, word) for word in text.split()]
    if not control["min_count"] <= len(values) <= control["max_count"]:
        allowed = f"{control['min_count']} to {control['max_count']}"
        raise ValueError(f"{control['name']}: {len(values)} numbers given, {allowed} allowed")
    for value in values:
        within(control, value, control["low"], control["high"])
    return values


def read_point(control, text):
    values = [number(control, word) for word in text.split()]
    if len(values) != 2:
        raise ValueError(f"{control['name']}: a point needs two numbers, got {text}")
    for value, axis in zip(values, ("x", "y"), strict=True):
        within(control, value, *control[axis])
    return values


def within(control, value, low, high):
    if not low <= value <= high:
        raise ValueError(f"{control['name']}: {value} is outside of {low} to {high}")


READERS = {
    "slider": read_slider,
    "choice": read_choice,
    "toggle": read_toggle,
    "numbers": read_numbers,
    "point": read_point,
}


def query(key, state):
    """The state as it stands in a page's address: `chain.depth=20&chain.lr=0.1`."""
    return "&".join(f"{key}.{name}={quote(query_value(value), safe=',.-')}" for name, value in state.items())


def query_value(value):
    if isinstance(value, bool):
        return str(int(value))
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
