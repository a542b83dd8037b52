"""Controls of several numbers in the notebook: a list with editing and paste, and a point."""

import re
from html import escape

import ipywidgets as widgets
import numpy as np

from explorable.kernel_fields import number_field
from explorable.kernel_scripts import Live

NARROW = {"width": "88px"}


class NumbersInput:
    """A row of number fields, with Add, Remove, and a box to paste numbers into."""

    def __init__(self, control, moved):
        self.control, self.moved, self.silent = control, moved, False
        self.cells = widgets.HBox(layout={"flex_flow": "row wrap"})
        self.add = widgets.Button(description="Add", layout=NARROW)
        self.remove = widgets.Button(description="Remove", layout=NARROW)
        self.pasted = widgets.Textarea(placeholder="1.5 2 -0.3", layout={"width": "auto"})
        self.use = widgets.Button(description="Use these")
        self.note = widgets.HTML()
        self.remark = Live(way="polite")
        self.add.on_click(lambda _: self._give([*self.values(), self._next()]))
        self.remove.on_click(lambda _: self._give(self.values()[:-1]))
        self.use.on_click(lambda _: self.paste(self.pasted.value))
        paste = widgets.Accordion([widgets.VBox([self.pasted, self.use, self.note])], titles=("Paste numbers",))
        title = widgets.Label(f"{control.label} ({control.unit})" if control.unit else control.label)
        self.widget = widgets.VBox([title, self.cells, self.remark, widgets.HBox([self.add, self.remove]), paste])
        self.put(control.start_value())

    def check(self, value):
        """Every value of the control can be shown."""

    def values(self):
        """The numbers in the fields."""
        return [cell.value for cell in self.cells.children]

    def put(self, value):
        """Show these numbers without reporting them; fields are kept, made or dropped as needed."""
        self.remark.value = ""
        self.silent = True
        try:
            cells = list(self.cells.children)[: len(value)]
            for number, cell in zip(value, cells):
                cell.value = number
            cells += [self._cell(index, value[index]) for index in range(len(cells), len(value))]
            if len(cells) != len(self.cells.children):
                self.cells.children = cells
        finally:
            self.silent = False
        self.add.disabled = len(value) >= self.control.max_count
        self.remove.disabled = len(value) <= self.control.min_count

    def paste(self, text):
        """Take the numbers from a text, separated by blanks, commas or semicolons, or say what is wrong."""
        try:
            numbers = [float(word) for word in re.split(r"[\s,;]+", text.strip()) if word]
            self._give(numbers)
            self.note.value = ""
        except ValueError as error:
            self.note.value = f"<span role='alert'>{escape(str(error))}</span>"

    def _give(self, numbers):
        value = self.control.clean(numbers)
        self.put(value)
        self.moved(value)

    def _next(self):
        # A new number starts in the middle of the range, on a step.
        control = self.control
        steps = round((control.high - control.low) / 2 / control.step)
        return round(control.low + steps * control.step, 12)

    def _cell(self, index, number):
        control = self.control
        span = control.low, control.high
        look = {"step": control.step, "layout": NARROW}
        cell = number_field(number, span, name=control.label, edited=self._edited, remark=self.remark, **look)
        cell.tooltip = f"{control.label}, value {index + 1}"
        return cell

    def _edited(self):
        if not self.silent:
            self.moved(self.control.clean(self.values()))


class PointInput:
    """The two numbers of a point as fields."""

    def __init__(self, control, moved):
        self.control, self.moved, self.silent = control, moved, False
        self.remark = Live(way="polite")
        limits = zip(control.names, control.start_value(), (control.x, control.y))
        self.fields = [self._field(*given) for given in limits]
        self.widget = widgets.VBox([widgets.Label(control.label), widgets.HBox(self.fields), self.remark])

    def check(self, value):
        """Every value of the control can be shown."""

    def put(self, value):
        """Show this point without reporting it."""
        self.remark.value = ""
        self.silent = True
        try:
            for field, number in zip(self.fields, value):
                field.value = number
        finally:
            self.silent = False

    def _field(self, name, value, span):
        control = self.control
        look = {"step": control.step, "description": name, "layout": {"width": "180px"}}
        name = f"{control.label}, {name}"
        return number_field(value, span, name=name, edited=self._edited, remark=self.remark, **look)

    def _edited(self):
        if not self.silent:
            self.moved(self.control.clean(np.array([field.value for field in self.fields])))
