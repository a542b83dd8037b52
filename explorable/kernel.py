"""The widget in a notebook, driven by the live kernel."""

from html import escape

import ipywidgets as widgets

from explorable import exported
from explorable.kernel_controls import make_input
from explorable.kernel_scripts import DiagramPanel, Live
from explorable.kernel_values import Values
from explorable.page import emphasis, readout_text
from explorable.plotly_chart import ChartPanel, PlotlyPanel
from explorable.runner import Runner
from explorable.text import fill

SIDE_BY_SIDE = 430  # pixels; Plotly does not fit a figure into a column of a grid by itself
COLUMNS = f"repeat(auto-fit, {SIDE_BY_SIDE}px)"
PANELS = {"chart": ChartPanel, "plotly": PlotlyPanel, "diagram": DiagramPanel}


class KernelView:
    """An Explorable on show: controls, figures, readout.

    values : {control: value} now, as a mapping; values["depth"] = 20 moves the control.
    outputs : {output: number or array} at these values; waits for a run under way.
    set(depth=20) moves controls from Python; reset() goes to the start; wait() returns when nothing runs.
    """

    def __init__(self, widget):
        self.explorable = widget.check()
        self.spec = widget.spec()
        self.controls = {control.name: control for control in widget.controls}
        self.current = widget.settings()
        self.values = Values(self)
        self.panels = []
        self.inputs = {
            name: make_input(control, lambda value, name=name: self._moved(name, value))
            for name, control in self.controls.items()
        }
        self.readout = Live(way="polite")
        self.problem = Live(way="assertive")
        self.alts = [Live(way="hidden") for _ in self.spec["figures"]]
        self.computing = widgets.Label("")
        self.figures = widgets.GridBox(
            layout={"grid_template_columns": "minmax(0, 1fr)" if widget.columns == 1 else COLUMNS}
        )
        self.box = self._arrange()
        self.runner = Runner(widget.model.evaluate, self._deliver, self._busy)
        self.runner.submit(dict(self.current))

    def set(self, **changes):
        """Move controls from Python; ValueError names an unknown control or a value that it cannot take."""
        values = self.explorable.settings(**(self.current | changes))
        for name in changes:
            self.inputs[name].check(values[name])
        self.current = values
        for name in changes:
            self.inputs[name].put(values[name])
        self.runner.submit(dict(values))

    def reset(self):
        """Put every control back to its start."""
        self.set(**self.explorable.settings())

    def wait(self):
        """Return when no run of the model is under way."""
        self.runner.wait()

    @property
    def outputs(self):
        """The model's numbers and arrays at the present values; RuntimeError if they cannot be computed."""
        self.wait()
        _, outputs, error = self.runner.latest
        if fault := self._fault(outputs, error):
            raise RuntimeError(f'widget "{self.explorable.key}": {fault}') from error
        return dict(outputs)

    def _fault(self, outputs, error):
        if error is None:
            return self.explorable.problem(outputs)
        return f"These settings cannot be computed: {type(error).__name__}: {error}"

    def _moved(self, name, value):
        self.current = {**self.current, name: value}
        self.runner.submit(dict(self.current))

    def _choose(self, name, number):
        # Dot `number` of a chart stands for the control's option or stop of that number.
        control = self.controls[name]
        options = {"slider": lambda: control.stops, "choice": lambda: list(control.options)}
        values = options.get(control.kind, lambda: [False, True])()
        if number < len(values):
            self.set(**{name: values[number]})

    def _busy(self, flag):
        self.computing.value = "computing …" if flag else ""

    def _deliver(self, values, outputs, error):
        self.problem.value = fault = self._fault(outputs, error)
        if fault:
            self.readout.value = ""
            return
        self.readout.value = readout_text(self.spec, values, outputs)
        self._draw(values, outputs)

    def _draw(self, values, outputs):
        for wire, alt in zip(self.spec["figures"], self.alts):
            alt.value = fill(wire["alt"], self.spec["controls"], values, outputs)
        if self.panels:
            for panel in self.panels:
                panel.update(values, outputs)
            return
        for wire in self.spec["figures"]:
            choose = self._set_from_diagram if wire["kind"] == "diagram" else self._choose
            panel = PANELS[wire["kind"]](self.spec, wire, values, outputs, choose)
            if self.explorable.columns > 1 and wire["kind"] != "diagram":
                panel.view.layout.width = SIDE_BY_SIDE
            self.panels.append(panel)
        self.figures.children = [widgets.VBox([alt, panel.view]) for alt, panel in zip(self.alts, self.panels)]

    def _set_from_diagram(self, changes):
        try:
            self.set(**changes)
        except ValueError as error:
            self.problem.value = str(error)

    def _arrange(self):
        shown = [self.inputs[name].widget for name, control in self.controls.items() if not control.fold]
        folded = [self.inputs[name].widget for name, control in self.controls.items() if control.fold]
        if folded:
            shown.append(widgets.Accordion([widgets.VBox(folded)], titles=("More settings",)))
        reset = widgets.Button(description="Reset", layout={"width": "88px"})
        reset.on_click(lambda _: self.reset())
        self.reset_button = reset
        side = self.explorable.layout == "side" and self.explorable.columns == 1  # as in the page
        flow = {} if side else {"flex_flow": "row wrap"}
        controls = widgets.VBox([*shown, widgets.HBox([reset, self.computing])], layout=flow)
        title = widgets.HTML(f"<strong>{escape(self.explorable.title)}</strong>")
        caption = widgets.HTML(f"<p>{emphasis(self.explorable.caption)}</p>")
        body = widgets.HBox([controls, self.figures]) if side else widgets.VBox([controls, self.figures])
        self.figures.layout.width = "100%"
        return widgets.VBox([title, body, self.readout, self.problem, caption])

    def _repr_mimebundle_(self, include=None, exclude=None):
        """The live view; and the page form, for a notebook that is exported."""
        bundle = self.box._repr_mimebundle_(include=include, exclude=exclude)
        return bundle | {"text/html": exported.html(self.explorable)}
