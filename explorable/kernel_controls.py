"""The controls of the notebook: ipywidgets for every kind of control.

An Input has `widget` (to display), `check(value)` (ValueError for what it cannot show) and `put(value)` (move it from
Python, silently); it calls `moved(value)` whenever the reader has moved it.
"""

import math
from contextlib import contextmanager

import ipywidgets as widgets

from explorable.kernel_lists import NumbersInput, PointInput
from explorable.text import spoken

SLIDER, LETTER = 190, 8  # pixels of a slider with its number, and of a letter of its label
STYLE = {"description_width": "initial"}


class Input:
    """An ipywidget with a `value`, tied to one control."""

    def __init__(self, control, moved):
        self.control, self.moved, self.silent = control, moved, False
        self.field = self.make_field()
        self.widget = self.field
        self.field.observe(self._changed, "value")

    def _changed(self, change):
        if not self.silent:
            self.moved(self.read())

    @contextmanager
    def quiet(self):
        """Inside, changes of the widget are not reported."""
        self.silent = True
        try:
            yield
        finally:
            self.silent = False

    def read(self):
        """The control's value, from the widget."""
        return self.control.clean(self.field.value)

    def check(self, value):
        """Raise ValueError for a value of the control that this input cannot show."""

    def put(self, value):
        """Show `value` without reporting it."""
        with self.quiet():
            self.field.value = value


def wide(words):
    """The least width at which a slider is left beside its label."""
    return {"width": "auto", "min_width": f"{SLIDER + LETTER * len(words)}px"}


class SliderInput(Input):
    """Listed stops as SelectionSlider, linear ones as Int- or FloatSlider, a logarithm as FloatLogSlider."""

    def __init__(self, control, moved):
        self.stops = control.stops
        super().__init__(control, moved)
        if control.play:
            self.widget = widgets.HBox([self._play(), self.field])

    def make_field(self):
        control, stops = self.control, self.stops
        words = f"{control.label} ({control.unit})" if control.unit else control.label
        shared = {"description": words, "style": STYLE, "layout": wide(words), "value": control.start_value()}
        if control.values is not None:
            return widgets.SelectionSlider(options=self._options(stops), **shared | {"description": control.label})
        shared["readout_format"] = control.number_format
        if control.log:
            low, high = math.log10(stops[0]), math.log10(stops[-1])
            step = (high - low) / (len(stops) - 1)
            return widgets.FloatLogSlider(base=10, min=low, max=high, step=step, **shared)
        whole = all(isinstance(stop, int) for stop in stops)
        kind = widgets.IntSlider if whole else widgets.FloatSlider
        return kind(min=stops[0], max=stops[-1], step=stops[1] - stops[0], **shared)

    def _options(self, values):
        wire = self.control.wire()
        return [(spoken(wire, value), value) for value in values]

    def read(self):
        value = self.field.value
        if self.control.log:
            # Places of the slider lie at exact powers; the stops are these, rounded to readable numbers.
            place = (math.log10(value) - self.field.min) / self.field.step
            if abs(place - round(place)) < 1e-6:
                return self.stops[round(place)]
        return self.control.clean(value)

    def check(self, value):
        if isinstance(self.field, widgets.IntSlider) and value != int(value):
            raise self.control.fault(f"takes whole numbers, got {value!r}")

    def put(self, value):
        with self.quiet():
            if self.control.values is not None:
                self.field.options = self._options(sorted({*self.stops, value}))
            self.field.value = value

    def _play(self):
        count = len(self.stops)
        start = self.stops.index(self.control.start_value())
        interval = max(20, round(1000 * self.control.play / count))
        play = widgets.Play(min=0, max=count - 1, value=start, interval=interval)
        play.observe(lambda change: self._play_to(change["new"]), "value")
        self.play = play
        return play

    def _play_to(self, index):
        self.put(self.stops[index])
        self.moved(self.stops[index])


class ChoiceInput(Input):
    """Three short options or fewer as ToggleButtons, up to five as RadioButtons, more as a Dropdown."""

    def make_field(self):
        control = self.control
        options = [(label, value) for value, label in control.options.items()]
        short = len(options) <= 3 and max(len(label) for label, _ in options) <= 16
        kind = widgets.ToggleButtons if short else widgets.RadioButtons
        if len(options) > 5:
            kind = widgets.Dropdown
        return kind(options=options, value=control.start_value(), description=control.label, style=STYLE)


class ToggleInput(Input):
    """On and off as a Checkbox."""

    def make_field(self):
        return widgets.Checkbox(value=self.control.start_value(), description=self.control.label, indent=False)


KINDS = {
    "slider": SliderInput,
    "choice": ChoiceInput,
    "toggle": ToggleInput,
    "numbers": NumbersInput,
    "point": PointInput,
}


def make_input(control, moved):
    """The Input of a control; moved(value) is called when the reader moves it."""
    return KINDS[control.kind](control, moved)
