"""What a reader can move: slider, choice, toggle, a list of numbers, a point. Plain records.

Every record has the same small interface, used by the hosts and the models:
`check()` raises DeclarationError, `start_value()` is the value a model gets at the start,
`clean(value)` turns anything a caller passes into such a value, `wire()` is its JSON form. What else a kind of control
says, see `Control`.
"""

import math
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from html import escape
from numbers import Integral, Real

import numpy as np

from explorable.declare.control import Control, flag, read_number
from explorable.declare.coordinates import Numbers, Point
from explorable.declare.errors import DeclarationError
from explorable.declare.stops import linear_stops, listed_stops, logarithmic_stops
from explorable.declare.text import check_format, show_all, with_unit

__all__ = ["Choice", "Control", "Numbers", "Point", "Slider", "Toggle"]
MOST_RADIOS = 5  # more options than this become a drop-down list


@dataclass(frozen=True, eq=False)
class Slider(Control):
    """A number that moves along listed stops.

    Exactly one of: `values` (the stops) | `low`, `high`, `step` | `low`, `high`, `log=True` with about
    `per_decade` stops for each factor of ten. If all `values` are of type int, only whole numbers are taken.
    start : one of the stops.  unit : shown after the number, a word in the plural.
    format : see `explorable.declare.text.show`; None is "d" for whole stops, else ".3g".
    play : seconds for a full sweep; adds a play button.  fold : put under "More settings".
    help : a sentence that explains the control.

    >>> rate = Slider("rate", "learning rate", low=0.001, high=1, log=True, per_decade=2, start=0.1)
    >>> rate.stops
    (0.001, 0.0032, 0.01, 0.032, 0.1, 0.32, 1.0)
    >>> rate.clean(0.25)
    0.25
    >>> rate.clean(2)
    Traceback (most recent call last):
    explorable.declare.errors.DeclarationError: slider "rate" takes numbers from 0.001 to 1.0, got 2
    """

    name: str
    label: str
    _: KW_ONLY
    values: tuple | None = None
    low: float | None = None
    high: float | None = None
    step: float | None = None
    log: bool = False
    per_decade: int = 20
    start: float
    unit: str = ""
    format: str | None = None
    play: float | None = None
    fold: bool = False
    help: str = ""

    kind = "slider"

    @cached_property
    def stops(self):
        """The values the slider can take, ascending: ints where they are whole, else floats."""
        try:
            return self._make_stops((self.low, self.high))
        except DeclarationError:
            raise
        except (ValueError, TypeError) as error:
            raise self.fault(str(error)) from None

    def _make_stops(self, span):
        if self.values is not None:
            if any(part is not None for part in (*span, self.step)) or self.log:
                raise self.fault("takes either values or low and high, not both")
            return listed_stops(self.values)
        if None in span or (self.step is None) != self.log:
            raise self.fault("needs values=(...), or low, high and step, or low, high and log=True")
        if self.log:
            return logarithmic_stops(*span, self.per_decade)
        return linear_stops(*span, self.step)

    @property
    def number_format(self):
        """The format of the slider's numbers, never None."""
        return self.format or ("d" if all(isinstance(stop, int) for stop in self.stops) else ".3g")

    def _check(self):
        check_format(self.number_format, str(self))
        self.index_of(self.start)
        if self.play is not None and not (isinstance(self.play, Real) and self.play > 0):
            raise self.fault(f"play must be a positive number of seconds, got {self.play!r}")

    def index_of(self, value):
        """The number of the stop that equals `value` (up to rounding); DeclarationError if there is none."""
        near = self.nearest(value)
        if not np.isclose(self.stops[near], value, rtol=1e-9, atol=1e-12):
            around = ", ".join(str(stop) for stop in self.stops[max(near - 1, 0) : near + 2])
            raise self.fault(f"has no stop at {value!r}; the stops nearest to it are {around}")
        return near

    def nearest(self, value):
        """The number of the stop next to `value`."""
        if not isinstance(value, Real) or not np.isfinite(value):
            raise self.fault(f"takes a finite number, got {value!r}")
        return int(np.argmin(np.abs(np.array(self.stops, float) - value)))

    def start_value(self):
        return self.stops[self.index_of(self.start)]

    def clean(self, value):
        """A number from the first to the last stop; one that is a stop up to rounding is that stop.

        Between listed stops that are all of type int it must be whole: they count something.
        """
        near = self.stops[self.nearest(value)]
        if np.isclose(near, value, rtol=1e-9, atol=1e-12):
            return near
        counts = self.values is not None and all(isinstance(stop, int) for stop in self.stops)
        if not self.stops[0] <= value <= self.stops[-1] or (counts and value != int(value)):
            kind = "whole numbers" if counts else "numbers"
            raise self.fault(f"takes {kind} from {self.stops[0]} to {self.stops[-1]}, got {value!r}")
        return int(value) if counts or isinstance(value, Integral) else float(value)

    def _wire(self):
        return {
            "unit": self.unit,
            "format": self.number_format,
            "stops": list(self.stops),
            "start": self.index_of(self.start),
            "play": self.play,
            "log": self.log,
        }

    def listing(self):
        return tuple(self.stops)

    @staticmethod
    def html(wire, ident):
        label, start = escape(wire["label"]), wire["start"]
        shown = escape(Slider.spoken(wire, wire["stops"][start]))
        play = ""
        if wire["play"]:
            play = '<button type="button" class="ex-play"'
            play += f' aria-label="Play {label}" aria-pressed="false"></button>'
        return (
            f'<label for="{ident}">{label}</label><output class="ex-value" for="{ident}">{shown}</output>{play}'
            f'<input type="range" id="{ident}" min="0" max="{len(wire["stops"]) - 1}" step="1" value="{start}"'
            f' aria-valuetext="{shown}">'
        )

    @staticmethod
    def spoken(wire, value):
        return with_unit(show_all(value, wire["format"]), wire["unit"])

    @staticmethod
    def read(wire, text):
        value = read_number(wire, text)
        for stop in wire["stops"]:
            if math.isclose(stop, value, rel_tol=1e-9, abs_tol=1e-12):
                return stop
        near = sorted(wire["stops"], key=lambda stop: abs(stop - value))[:2]
        raise ValueError(f"{wire['name']}: {text} is no stop; the nearest are {' and '.join(map(str, sorted(near)))}")


@dataclass(frozen=True, eq=False)
class Choice(Control):
    """One of a few named options.

    options : {value: label}; values are str, int or float.  start : one of the values.
    """

    name: str
    label: str
    _: KW_ONLY
    options: dict
    start: object
    fold: bool = False
    help: str = ""

    kind = "choice"

    def _check(self):
        if not isinstance(self.options, dict) or len(self.options) < 2:
            raise self.fault(f"needs at least two options {{value: label}}, got {self.options!r}")
        for value, label in self.options.items():
            if isinstance(value, bool) or not isinstance(value, (str, int, float)):
                raise self.fault(f"option values are str, int or float, got {value!r}")
            if not isinstance(label, str) or not label:
                raise self.fault(f"option {value!r} needs a label, got {label!r}")
        self.index_of(self.start)

    def index_of(self, value):
        """The position of the option `value`; DeclarationError if there is none."""
        if value not in self.options or isinstance(value, bool):
            allowed = ", ".join(map(repr, self.options))
            raise self.fault(f"has no option {value!r}; the options are {allowed}")
        return list(self.options).index(value)

    def start_value(self):
        return self.clean(self.start)

    def clean(self, value):
        return list(self.options)[self.index_of(value)]

    def _wire(self):
        pairs = [[value, label] for value, label in self.options.items()]
        return {"options": pairs, "start": self.index_of(self.start)}

    def listing(self):
        return tuple(self.options)

    @staticmethod
    def is_group(wire):
        return len(wire["options"]) <= MOST_RADIOS

    @staticmethod
    def html(wire, ident):
        label, labels = escape(wire["label"]), [escape(label) for _, label in wire["options"]]
        if Choice.is_group(wire):
            return f"<legend>{label}</legend>" + "".join(
                f'<label><input type="radio" name="{ident}" value="{index}"'
                f"{flag(index == wire['start'], 'checked')}><span>{option}</span></label>"
                for index, option in enumerate(labels)
            )
        options = "".join(
            f'<option value="{index}"{flag(index == wire["start"], "selected")}>{option}</option>'
            for index, option in enumerate(labels)
        )
        return f'<label for="{ident}">{label}</label><select id="{ident}">{options}</select>'

    @staticmethod
    def spoken(wire, value):
        return next(label for option, label in wire["options"] if option == value)

    @staticmethod
    def read(wire, text):
        for value, label in wire["options"]:
            if text in (str(value), label):
                return value
        allowed = ", ".join(str(value) for value, _ in wire["options"])
        raise ValueError(f"{wire['name']}: no option {text}; there are {allowed}")


@dataclass(frozen=True, eq=False)
class Toggle(Control):
    """On or off."""

    name: str
    label: str
    _: KW_ONLY
    start: bool
    fold: bool = False
    help: str = ""

    kind = "toggle"

    def _check(self):
        self.clean(self.start)

    def start_value(self):
        return self.clean(self.start)

    def clean(self, value):
        if not isinstance(value, (bool, np.bool_)) and value not in (0, 1):
            raise self.fault(f"takes True or False, got {value!r}")
        return bool(value)

    def _wire(self):
        return {"start": bool(self.start)}

    def listing(self):
        return (False, True)

    @staticmethod
    def html(wire, ident):
        box = f'<input type="checkbox" id="{ident}"{flag(wire["start"], "checked")}>'
        return f"<label>{box}<span>{escape(wire['label'])}</span></label>"

    @staticmethod
    def spoken(wire, value):
        return "on" if value else "off"

    @staticmethod
    def read(wire, text):
        words = {"1": True, "true": True, "on": True, "0": False, "false": False, "off": False}
        if text.lower() not in words:
            raise ValueError(f"{wire['name']}: {text} is neither on nor off")
        return words[text.lower()]
