"""The values of a view's controls as Python sees them: a mapping in which setting a value moves the control."""

from collections.abc import MutableMapping

import numpy as np


class Values(MutableMapping):
    """{control: value} of a view, live: it always tells the present state.

    values["depth"] = 3 and values.update(depth=3, rate=0.1) move the controls, as `set` does.
    KeyError for a control that there is not; ValueError for a value that a control cannot take.
    """

    def __init__(self, view):
        self._view = view

    def __getitem__(self, name):
        values = self._view.current
        if name not in values:
            raise KeyError(f'no control "{name}"; controls: {", ".join(values)}')
        value = values[name]
        if isinstance(value, np.ndarray):  # an assignment to one of its elements would move nothing, so it is refused
            value = value.copy()
            value.setflags(write=False)
        return value

    def __setitem__(self, name, value):
        self[name]
        self._view.set(**{name: value})

    def __delitem__(self, name):
        raise TypeError("a control always has a value; `reset()` goes back to the start")

    def update(self, *others, **changes):
        """Move several controls at once: the model runs once."""
        self._view.set(**dict(*others, **changes))

    def __iter__(self):
        return iter(self._view.current)

    def __len__(self):
        return len(self._view.current)

    def __repr__(self):
        return repr(dict(self))
