"""The Explorable: one declaration of a widget, shown by either of two hosts."""

import dataclasses
import os
import re
from dataclasses import KW_ONLY, dataclass

from explorable.declare import palette
from explorable.declare.controls import Control
from explorable.declare.errors import DeclarationError, about, check_list, meant, no_number
from explorable.declare.fitting import misfit
from explorable.declare.references import Names
from explorable.declare.text import Cases, check_lines

LAYOUTS = ("side", "stacked", "under")


@dataclass(frozen=True, eq=False, repr=False)
class Explorable:
    """A widget: controls, a model that turns their values into named arrays, and figures of these.

    key : names the widget in addresses and files; lower-case letters, digits and -.
    figures : one figure or a list.  readout : a template, or Cases, with live numbers.
    caption : a sentence that says what to see; *emphasis* is allowed.
    columns : how many figures stand beside each other.
    layout : controls beside the figures ("side"), above them ("stacked") or below them ("under").
    wide : its figures need the whole width of a page, so it never stands beside text (explorable/sphinx/beside.py).
    python : lines that compute what is shown, with {control} for the value of each; they leave a dict `numbers`, by the
    names of outputs. Left out, they call the function that made the widget, and `evaluate`.
    demo : None, or a Demo, by which it moves until somebody touches it.  presets : None, or Presets, states by name.
    DeclarationError, naming the widget, for what is wrong; `check` finds what needs the model's outputs.
    """

    key: str
    title: str
    controls: tuple
    model: object
    figures: tuple
    readout: object
    caption: str
    _: KW_ONLY
    columns: int = 1
    layout: str = "side"
    wide: bool = False
    python: str = ""
    demo: object = None
    presets: object = None

    def __post_init__(self):
        with about(self.key):
            check_list(self.controls, "controls")
        figures = self.figures if isinstance(self.figures, (list, tuple)) else [self.figures]
        object.__setattr__(self, "figures", tuple(figures))
        object.__setattr__(self, "controls", tuple(self.controls))
        object.__setattr__(self, "_checked", None)
        object.__setattr__(self, "_fits", False)
        object.__setattr__(self, "_view", None)
        with about(self.key):
            self._check_words()
            self._check_controls()
            for figure in self.figures:
                if not hasattr(figure, "alt"):
                    what = f"a {type(figure).__name__} is no Chart, Diagram or PlotlyFigure"
                    raise DeclarationError(f"{what}; a mark stands in Chart([ ])")
                figure.check(self.controls)
            palette.selection(self.colors())
            check_lines(self.python, [control.name for control in self.controls])
            self._extras()

    def __repr__(self):
        return f'<Explorable "{self.key}">'  # IPython writes it below the error of a widget that cannot be shown

    def _check_words(self):
        if not isinstance(self.key, str) or not re.fullmatch(r"[a-z][a-z0-9-]*", self.key):
            raise DeclarationError("the key must be lower-case letters, digits and -, a letter first")
        for name in ("title", "caption"):
            if not isinstance(getattr(self, name), str) or not getattr(self, name).strip():
                raise DeclarationError(f"needs a {name}, got {getattr(self, name)!r}")
        if not hasattr(self.model, "check"):
            name = type(self.model).__name__
            raise DeclarationError(f"the model is Sampled(function) or Symbolic({{output: formula}}), got a {name}")
        if not self.figures:
            raise DeclarationError("needs at least one figure")
        if self.layout not in LAYOUTS:
            raise DeclarationError(f"layout is side, stacked or under, got {self.layout!r}")
        if not isinstance(self.wide, bool):
            raise DeclarationError(f"wide is True or False, got {self.wide!r}")
        if isinstance(self.columns, bool) or not isinstance(self.columns, int) or self.columns < 1:
            raise DeclarationError(f"columns must be a positive integer, got {self.columns!r}")

    def _check_controls(self):
        taken = set()
        for control in self.controls:
            if not isinstance(control, Control):
                raise DeclarationError(f"{control!r} is no control")
            control.check()
            for name in (control.name, *control.parts):
                if name in taken:
                    raise DeclarationError(f'two controls are called "{name}"; give one of them another name')
                taken.add(name)

    def colors(self):
        """The palette names that the figures use."""
        return [name for figure in self.figures for name in figure.colors()]

    def settings(self, **changes):
        """What the model gets: the start values, some of them changed; ValueError for an unknown name."""
        known = {control.name: control for control in self.controls}
        for name in changes:
            if name not in known:
                controls = f"{meant(name, known)}; controls: {', '.join(known)}"
                raise ValueError(f'widget "{self.key}" has no control "{name}"{controls}')
        return {
            name: control.clean(changes[name]) if name in changes else control.start_value()
            for name, control in known.items()
        }

    def evaluate(self, **changes):
        """The model's outputs, NumPy arrays and numbers by name, at the start values with `changes`."""
        self._figures_wire()  # compiles the model, the first time
        with about(self.key):
            return self.model.evaluate(self.settings(**changes))

    def problem(self, outputs, where="these settings"):
        """A sentence about the first output that is not a number where it must be one, or ""."""
        return no_number(outputs, self.model.gaps, where)

    def check(self):
        """Check all that can be told at the start values, compiling the model; return the widget.

        DeclarationError names what is wrong. `bake` finds what is wrong elsewhere.
        """
        if not self._fits:
            outputs = self._start_outputs()
            problem = self.problem(outputs, "the start values")
            if not problem and (wrong := misfit(self.spec(), self.templates(), self.settings(), outputs)):
                problem = f"at the start values: {wrong}"
            if problem:
                raise DeclarationError(f'widget "{self.key}": {problem}')
            object.__setattr__(self, "_fits", True)
        return self

    def _start_outputs(self):
        try:
            return self.evaluate()
        except DeclarationError:
            raise
        except Exception as error:
            words = f'widget "{self.key}": at the start values: {type(error).__name__}: {error}'
            raise DeclarationError(words) from error

    def _figures_wire(self):
        # Figures and readout in JSON form, made once: making them is what finds unknown names.
        if self._checked is None:
            with about(self.key):
                self.model.check(self.controls)
                names = Names(self.controls, self.model.output_names(self.controls))
                both = sorted(names.outputs & set(names.controls))
                if both:
                    raise DeclarationError(f'"{both[0]}" is the name of a control and of an output; change one')
                parts = [figure.wire(names) for figure in self.figures], self._readout_wire(names), names.printed
                self._check_use(names.used)
            object.__setattr__(self, "_checked", parts)
        return self._checked

    def _check_use(self, shown):
        """Raise DeclarationError for a control of no effect. What a sampled function does with one is not known."""
        for control in self.controls:
            if control.name not in shown | getattr(self.model, "used", {control.name}):
                raise DeclarationError(f"neither the model nor a figure nor a sentence uses {control}; leave it out")

    def _readout_wire(self, names):
        if isinstance(self.readout, str):
            return {"text": names.template(self.readout, "readout")}
        if not isinstance(self.readout, Cases):
            raise DeclarationError(f"readout is a template or Cases, got {self.readout!r}")
        texts = {str(int(case)): names.template(text, "readout") for case, text in self.readout.texts.items()}
        names.printed.add(self.readout.by)
        return {"by": names.reference(self.readout.by, "readout: by"), "texts": texts}

    def spec(self):
        """The widget in JSON form, as the page reads it; the model's part is only its kind."""
        figures, readout, _ = self._figures_wire()
        return {
            "key": self.key,
            "title": self.title,
            "columns": self.columns,
            "layout": self.layout,
            "palette": {name: list(pair) for name, pair in palette.selection(self.colors()).items()},
            "controls": [control.wire() for control in self.controls],
            "model": {"kind": self.model.kind},
            "gaps": sorted(self.model.gaps),
            "figures": figures,
            "readout": readout,
            "caption": self.caption,
        } | self._extras()

    def _extras(self):
        """The JSON form of what few widgets have."""
        extras = {"demo": self.demo, "presets": self.presets}
        found = {name: record.wire(self.controls) for name, record in extras.items() if record is not None}
        buttons = getattr(self.model, "buttons", None)  # of a program
        return found if buttons is None else found | {"buttons": {"of": self.model.clock, "all": buttons}}

    def printed(self):
        """The names of the outputs that readout, alternative texts and words in the pictures show."""
        return self._figures_wire()[2] & frozenset(self.model.output_names(self.controls))

    def templates(self):
        """Readout and alternative texts: every sentence with live numbers."""
        spec = self.spec()
        readout = spec["readout"]
        texts = [readout["text"]] if "text" in readout else list(readout["texts"].values())
        flat = [figure["flat"] for figure in spec["figures"] if figure.get("flat")]
        return texts + [figure["alt"] for figure in [*spec["figures"], *flat]]

    def replace(self, **parts):
        """The same widget with other parts: another model, other figures, another title ..."""
        return dataclasses.replace(self, **parts)

    @property
    def view(self):
        """The widget driven by the live kernel, a `notebook.View`; one and the same, however often it is displayed."""
        if self._view is None:
            from explorable.notebook import View  # ipywidgets load only where they are used

            object.__setattr__(self, "_view", View(self))
        return self._view

    @property
    def values(self):
        """{control: value} of the widget in the notebook; `widget.values["depth"] = 3` moves the slider."""
        return self.view.values

    @property
    def outputs(self):
        """{output: number or array} at the present values of the widget in the notebook."""
        return self.view.outputs

    def set(self, **changes):
        """Move controls of the widget in the notebook; ValueError for an unknown name or an impossible value."""
        self.view.set(**changes)

    def bake(self):
        """Compute the whole grid of a sampled model, now, or look along all controls of a symbolic one.

        Return the widget; DeclarationError says at which stop the model gives something else than it must.
        """
        self.check()
        if hasattr(self.model, "bake"):
            with about(self.key):
                self.model.bake(self.controls)
        return self

    def reset(self):
        """Put every control of the widget in the notebook back to its start."""
        self.view.reset()

    def show(self):
        """The widget to display in a notebook, wherever it is asked for: its `view`."""
        return self.view

    def _repr_mimebundle_(self, include=None, exclude=None):
        """The static widget while a book is built (EXPLORABLE_HOST is "page"), else the live view."""
        if os.environ.get("EXPLORABLE_HOST") == "page":
            from explorable.page.form import mime_bundle

            return mime_bundle(self)
        return self.view._repr_mimebundle_(include=include, exclude=exclude)
