"""The text of a {set} role, `depth=20, lr=0.1`, read and checked against a widget's controls.

Controls are separated by commas, the numbers of a list or a point by blanks: `x=1 4, eps=0`.
Every function raises ValueError with a sentence that names the control and what is allowed.
"""

from urllib.parse import quote

from explorable.declare.control import KINDS
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
        state[name] = KINDS[known[name]["kind"]].read(known[name], value)
    return state


def query(key, state):
    """The state as it stands in a page's address: `chain.depth=20&chain.lr=0.1`."""
    return "&".join(f"{key}.{name}={quote(query_value(value), safe=',.-')}" for name, value in state.items())


def query_value(value):
    if isinstance(value, bool):
        return str(int(value))
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
