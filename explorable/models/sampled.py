"""The sampled model: a plain NumPy function, evaluated over the whole grid when the book is built."""

import inspect
import json
import time
from collections.abc import Mapping

import numpy as np

from explorable.declare.errors import DeclarationError, check_name, meant, no_number
from explorable.models import cache
from explorable.models.grid import (
    Grid,
    call,
    check_alike,
    evaluate_all,
    note_progress,
    one_thread,
    progress_ends,
    same,
    shapes_of,
    spell,
)
from explorable.models.packing import pack

POINTS_IN_MEMORY = 64


class Sampled:
    """A model whose values are computed at every combination of the controls' values and shipped as data.

    function : function(**control values) -> dict of numbers and arrays; an output has the same shape at all
    points.  Slider, choice and toggle hand over a number, the option's value and a bool.
    along : name or names of sliders handed over as the whole array of their stops; every output then has
    these axes in front, in this order (of length 1 where it does not depend on them).
    error : largest absolute error of the packed values, a number or {output: number}; without one, whole
    numbers are exact and others keep a relative 1e-6. It is for what is drawn: an output that is one number, or that
    a sentence shows, is exact to the last bit, so that page and Python write the same digits.
    gaps : names of outputs that may hold NaN or inf; in any other these are a fault.

    The grid is cached on disk by values, versions and the sources of the function and all that it imports
    from the project.  At most 20,000 points and 20 MB of output (`grid.MAX_POINTS`, `grid.MAX_BYTES`).

    >>> from explorable import Slider
    >>> model = Sampled(lambda n: {"square": n**2})
    >>> model.check([Slider("n", "n", values=(1, 2, 3), start=1)])
    >>> model.evaluate({"n": 3})
    {'square': 9.0}
    """

    kind = "sampled"

    def __init__(self, function, along=(), error=None, gaps=()):
        self.function = function
        self.along = (along,) if isinstance(along, str) else tuple(along)
        self.error = error
        self.gaps = frozenset((gaps,) if isinstance(gaps, str) else gaps)
        self.title = getattr(function, "__qualname__", type(function).__name__).split(".")[-1]
        self.label = f"{getattr(function, '__module__', '').split('.')[-1]}.{self.title}"  # as progress names it
        self._grid = self._tables = self._store = self._code = None
        self._points, self._first = {}, None
        self._slowest = 0.0  # seconds

    def check(self, controls):
        """Raise DeclarationError if the controls do not fit the function or their grid is too large."""
        if not callable(self.function):
            raise DeclarationError(f"Sampled needs a function, got {self.function!r}")
        self._grid = Grid(controls, self.along)
        self._tables = self._store = None
        self._points, self._first = {}, None
        try:
            inspect.signature(self.function).bind(**self._grid.axes)
        except TypeError as error:
            known = ", ".join(self._grid.axes) or "none"
            raise DeclarationError(
                f"{self.title} does not take the controls ({known}): {error}; its arguments are the names of the "
                "controls, and others have a default"
            ) from error
        self._start = {control.name: start_of(control) for control in controls}

    def output_names(self, controls):
        """The names of the outputs, from one evaluation at the start values."""
        self._prepare(controls)
        return list(self.evaluate(self._start))

    def evaluate(self, values):
        """The outputs at any values: {name: number or array}.

        Values on the grid come from the baked grid, or from the point of the grid, which is computed once:
        a run along a slider serves all its stops.  Other values are a call of the function for them alone.
        """
        tables, places = self._cached(), self._grid.indexes(values)
        if places and tables:
            return {name: plain(array[tuple(places[axis] for axis in over)]) for name, (over, array) in tables.items()}
        if places:
            outputs = self._point({name: values[name] for name in self._grid.free})
            wanted = [places[name] for name in self.along]
        else:
            single = {name: np.array([values[name]]) for name in self.along}
            outputs = call(self.function, {**values, **single}, self.along, self.title)
            wanted = [0] * len(self.along)
        self._check_outputs(outputs)
        shapes = shapes_of(outputs, len(self.along))
        self._first = self._first or (values, shapes)
        check_alike(values, shapes, *self._first)
        return {
            name: plain(array[tuple(min(k, size - 1) for k, size in zip(wanted, array.shape))])
            for name, array in outputs.items()
        }

    @progress_ends()
    def _point(self, free):
        """The outputs at one point of the grid, from memory, from disk, or computed."""
        key = cache.digest(free)
        if key not in self._points:
            work = cache.Work(self.function, self.along, self.title, self._store)
            if len(self._points) >= POINTS_IN_MEMORY:
                del self._points[next(iter(self._points))]
            arguments, begin = self._grid.arguments(free), time.perf_counter()
            note_progress(self.label, 0, 1, begin)
            with one_thread():  # as when the whole grid is baked: its bytes do not depend on who computed a point
                outputs = work(arguments)
                known = cache.POINT_SECONDS if work.remembered(arguments) else 0.0  # it took longer once
                self._slowest = max(self._slowest, time.perf_counter() - begin, known)
                if not self._points and self._slowest < cache.POINT_SECONDS:
                    self._check_repeats(arguments, outputs)
            self._points[key] = outputs
        return self._points[key]

    def _check_repeats(self, arguments, outputs):
        """Raise DeclarationError if another call gives other numbers: two builds would differ."""
        for name, array in call(self.function, arguments, self.along, self.title).items():
            if name in outputs and array.shape == outputs[name].shape and not same(array, outputs[name]):
                raise DeclarationError(
                    f'{self.title}({spell(arguments)}) gives another "{name}" when it is called again; seed what is '
                    "random, as in np.random.default_rng(0)"
                )

    def payload(self, controls, printed=()):
        """The baked grid: the description of its outputs, and the data as a JavaScript string literal.

        printed : names of the outputs that sentences show, which are kept to the last bit.
        """
        tables = self.bake(controls)
        wire, text = pack(tables, self._errors(tables), printed)
        return {"kind": self.kind, "outputs": wire}, json.dumps(text)

    def bake(self, controls, jobs=None):
        """The whole grid, from the cache where possible: {output: (controls it varies over, array)}.

        jobs : number of processes; None decides by time and cores.
        """
        self._prepare(controls)
        if self._cached() is None:
            points = self._grid.points()
            work = cache.Work(self.function, self.along, self.title, self._store)
            results = evaluate_all(points, work, self.label, jobs)
            self._take(results)
            self._store.write(cache.grid_name(self._grid.axes), results)
        return self._tables

    def bake_ahead(self, controls):
        """Compute points from the last to the first, each into its own file, until the whole grid is there.

        For a process that helps another one, which bakes the same grid and takes over what it finds. Grids of quick
        points, which have no files of their own, are left to that one.
        """
        self._prepare(controls)
        if self._cached() is not None:
            return
        work = cache.Work(self.function, self.along, self.title, self._store)
        for arguments in reversed(self._grid.points()):
            if self._store.read(cache.grid_name(self._grid.axes)) is not None:
                return
            with one_thread():
                work(arguments)
            if work.remembered(arguments) is None:
                return

    def seconds_to_bake(self, controls):
        """About how long `bake` would take on one core: 0 if the grid is known, else from the slowest point so far."""
        self.output_names(controls)  # computes a point, if none was computed yet
        return 0.0 if self._cached() is not None else self._slowest * len(self._grid)

    def _prepare(self, controls):
        """Check the controls unless that has been done for the same lists of values."""
        if self._grid is None or self._grid.axes != {control.name: control.listing() for control in controls}:
            self.check(controls)

    def _cached(self):
        """The tables of the whole grid if they are in memory or on disk, else None."""
        if self._grid is None:
            raise DeclarationError(f"{self.title} is evaluated before its controls are known: call check first")
        code = getattr(self.function, "__code__", None)
        if self._code is not code:  # reloaded in a notebook
            self._tables = self._store = None
            self._points, self._first = {}, None
        if self._store is None:
            self._code = code
            self._store = cache.Store(self.function, self.along, self.title)
            results = self._store.read(cache.grid_name(self._grid.axes))
            if results:
                self._take(results)
        return self._tables

    def _take(self, results):
        """Make the tables of the whole grid from the results of all points."""
        self._check_outputs(results[0])
        tables = self._grid.assemble(results)
        self._check_finite(tables)
        self._tables = tables

    def _errors(self, tables):
        """The error bound of each output."""
        if not isinstance(self.error, Mapping):
            return dict.fromkeys(tables, self.error)
        return dict(self.error)

    def _check_outputs(self, outputs):
        """Raise DeclarationError for a name that cannot be used, or one in gaps or error without output."""
        for name in outputs:
            check_name(name, "output")
        named = set(self.gaps) | (set(self.error) if isinstance(self.error, Mapping) else set())
        for name in sorted(named - set(outputs)):
            hint, given = meant(name, outputs), ", ".join(outputs)
            raise DeclarationError(f'gaps or error names "{name}", which is no output{hint}; outputs: {given}')

    def _check_finite(self, tables):
        """Raise DeclarationError for NaN or inf in an output that is not declared to have gaps."""
        for name, (over, array) in tables.items():
            bad = np.argwhere(~np.isfinite(array))
            if len(bad) and name not in self.gaps:
                where = ", ".join(f"{axis}={self._grid.axes[axis][k]!r}" for axis, k in zip(over, bad[0]))
                raise DeclarationError(no_number({name: array}, (), where or "every point"))


def start_of(control):
    """The value that a model gets from the control at the start."""
    return control.start_value() if hasattr(control, "start_value") else control.start


def plain(array):
    """A Python float for an array without axes, else a copy."""
    return float(array) if np.ndim(array) == 0 else np.array(array)
