"""A widget on show in a notebook: its settings as traits, and the kernel's answers to what the browser cannot compute.

Traits (one comm model a widget, and another one once its layout is touched): each control under its name; ex_page, the
widget's <figure> and its data script; ex_version and, in one view of all, ex_runtime: the runtime that all share. Both
are packed, see bundle.py.

Messages    from the browser {ask: number, values}     to it {answer: number, outputs: [[name, shape]], error} + float64
            {want: "runtime" | "plotly"}               {text: "runtime" | "plotly"} + bytes
The latest question wins: one that was overtaken gets no answer.
"""

import json
import sys
import weakref

import anywidget
import numpy as np
import traitlets

from explorable.declare.errors import DeclarationError, about
from explorable.notebook import bundle
from explorable.notebook.runner import Runner
from explorable.notebook.settings import Setting, as_json, trait_names
from explorable.notebook.values import Values
from explorable.page import exported, form

_living = weakref.WeakSet()
_shown = {}  # (cell of the notebook, key of the widget) -> the view that the cell showed last


class View(anywidget.AnyWidget):
    """An Explorable on show.

    values : {control: value} now, as a mapping; values["depth"] = 20 moves the control. Each control is a trait, too:
    `view.observe(seen, "depth")`, `link((view, "depth"), (other, "value"))`, and for plain numbers `jslink`.
    outputs : {output: number or array} at these values.
    set(depth=20) moves controls from Python; reset() goes to the start; wait() returns when nothing runs.
    """

    ex_page = traitlets.Bytes().tag(sync=True)
    ex_version = traitlets.Unicode().tag(sync=True)
    ex_runtime = traitlets.Bytes().tag(sync=True)
    ex_names = traitlets.Dict().tag(sync=True)
    explorable = names = controls = values = runner = None  # told here, so that no control's trait takes their place

    def __new__(cls, widget):
        # Traits belong to a class, and every widget has controls of its own.
        names = trait_names(widget.controls, lambda name: hasattr(View, name))
        traits = {names[control.name]: Setting(control).tag(sync=True) for control in widget.controls}
        own = {**traits, "names": names, "__doc__": cls.__doc__, "__new__": _plain_new}
        return super().__new__(type("View", (cls,), own), widget)

    def __init__(self, widget):
        self.explorable = widget.check()
        self.controls = {control.name: control for control in widget.controls}
        self.values = Values(self)
        self.runner = Runner(self._compute, self._answer)
        ships = exported.affordable(widget)
        script = form.script(widget) if ships else form.script_without_data(widget)
        super().__init__(
            ex_page=bundle.packed(json.dumps([form.html(widget, ""), script])),
            ex_version=bundle.version(),
            ex_runtime=b"" if any(view.ex_runtime for view in _living) else bundle.runtime(),
            ex_names=self.names,
            _esm=bundle.view(),
        )
        _living.add(self)
        self.on_msg(self._heard)

    @traitlets.default("keys")
    def _default_keys(self):
        """What is sent: not the layout, which would be a comm model of its own, until somebody asks for it."""
        return [name for name in self.traits(sync=True) if name != "layout"]

    @traitlets.default("layout")
    def _default_layout(self):
        layout = type(self).layout.klass()
        self.keys = [*self.keys, "layout"]
        self._send({"method": "update", "state": {"layout": f"IPY_MODEL_{layout.model_id}"}, "buffer_paths": []})
        return layout

    @traitlets.observe("layout")
    def _tell_layout(self, _):
        if "layout" not in self.keys:  # set before it was asked for
            self.keys = [*self.keys, "layout"]
            self.send_state("layout")

    @property
    def current(self):
        """{control: value} now, as models take them."""
        return {name: control.clean(getattr(self, self.names[name])) for name, control in self.controls.items()}

    @property
    def outputs(self):
        """The model's numbers and arrays at the present values; RuntimeError if they cannot be computed."""
        try:
            return dict(self._compute((0, self.current)))
        except Exception as error:
            about_it = "" if isinstance(error, DeclarationError) else f'widget "{self.explorable.key}": '
            raise RuntimeError(about_it + fault(error)) from error

    def set(self, **changes):
        """Move controls from Python; ValueError names an unknown control or a value that it cannot take."""
        values = self.explorable.settings(**(self.current | changes))  # all are checked before the first one moves
        with self.hold_sync():
            for name in changes:
                setattr(self, self.names[name], as_json(values[name]))

    def reset(self):
        """Put every control back to its start."""
        self.set(**self.explorable.settings())

    def wait(self):
        """Return when no run of the model is under way."""
        self.runner.wait()

    def close(self):
        """Take the widget away; the runtime stays with another one that is left."""
        _living.discard(self)
        carried, self.ex_runtime = self.ex_runtime, b""
        if carried and (heir := next(iter(_living), None)) is not None:
            heir.ex_runtime = carried
        super().close()

    def _heard(self, _, content, buffers):
        if "ask" in content:
            self.runner.submit((content["ask"], content["values"]))
        elif content.get("want") in ("runtime", "plotly"):
            found = bundle.runtime() if content["want"] == "runtime" else bundle.plotly()
            self.send({"text": content["want"]}, [found])

    def _compute(self, question):
        with about(self.explorable.key):
            outputs = self.explorable.evaluate(**question[1])
            if problem := self.explorable.problem(outputs):
                raise DeclarationError(problem)
        return outputs

    def _answer(self, question, outputs, error):
        if error is not None:
            self.send({"answer": question[0], "error": fault(error), "outputs": []})
            return
        arrays = {name: np.ascontiguousarray(value, np.float64) for name, value in outputs.items()}
        shapes = [[name, list(array.shape)] for name, array in arrays.items()]
        self.send(
            {"answer": question[0], "error": "", "outputs": shapes},
            [array.data.cast("B") if array.size else b"" for array in arrays.values()],
        )

    def _repr_mimebundle_(self, include=None, exclude=None):
        """The live view; and the page form, for a notebook that is exported."""
        forget_the_last_of(cell_now(), self)
        found = super()._repr_mimebundle_(include=include, exclude=exclude)
        data, metadata = found if isinstance(found, tuple) else (found, {})
        return {**(data or {}), "text/html": exported.html(self.explorable)}, metadata


def _plain_new(cls, *_):
    return super(View, cls).__new__(cls)


def fault(error):
    """What a reader is told of an error in the model."""
    if isinstance(error, DeclarationError):
        return str(error)
    return f"These settings cannot be computed: {type(error).__name__}: {error}"


def cell_now():
    """The cell of the notebook that runs, as its frontend names it, or None."""
    ipython = sys.modules.get("IPython")  # where it is not loaded, no notebook runs
    try:
        return ipython.get_ipython().get_parent()["metadata"]["cellId"]
    except (AttributeError, KeyError, TypeError):
        return None  # no notebook, or one that does not say


def forget_the_last_of(cell, view):
    """A cell that is run again leaves nothing behind: the view that it showed before is closed."""
    if cell is None:
        return
    place = cell, view.explorable.key
    last = _shown.get(place, lambda: None)()
    if last is not None and last is not view:
        last.close()
    _shown[place] = weakref.ref(view)
