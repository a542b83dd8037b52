"""The grid of a sampled model: its points, their parallel evaluation, and the collapse of idle axes."""

import itertools
import os
import time
from contextlib import contextmanager, suppress
from math import prod
from pathlib import Path

import numpy as np

from explorable.declare.errors import DeclarationError

MAX_POINTS = 20_000  # calls of the function
MAX_BYTES = 20_000_000  # of output, eight for each number, after the collapse
MAX_MEMORY = 500_000_000  # of output before it
LONG_SECONDS = 60.0  # a grid that takes more is told how it could take less
ADVICE = "fewer stops, along= or a cheaper function would be quicker"
SERIAL_SECONDS = 1.0  # a grid that takes less is not worth the start of other processes


class Grid:
    """All combinations of the controls' values; `along` controls are handed over as whole arrays.

    controls : control records in order.  along : names of the controls handed as arrays.
    Raises DeclarationError for an unlisted control, an unknown name in `along`, or over MAX_POINTS points.
    """

    def __init__(self, controls, along=()):
        self.axes = {control.name: control.listing() for control in controls}
        self.along = tuple(along)
        for name in self.along:
            if name not in self.axes:
                known = ", ".join(self.axes) or "none"
                raise DeclarationError(f'along names "{name}", which is no control (controls: {known})')
            if not all(isinstance(value, (int, float)) for value in self.axes[name]):
                raise DeclarationError(f'along names "{name}", whose values are not all numbers')
        self.free = [name for name in self.axes if name not in self.along]
        if len(self) > MAX_POINTS:
            sizes = " x ".join(f"{name} {len(self.axes[name])}" for name in self.free)
            raise DeclarationError(
                f"the grid has {len(self)} points ({sizes}); the limit is {MAX_POINTS} "
                "(explorable.models.grid.MAX_POINTS); take fewer stops, or hand a slider over whole by along="
            )

    def __len__(self):
        return prod(len(self.axes[name]) for name in self.free)

    def points(self):
        """The arguments of every call, the last control varying fastest."""
        return [
            self.arguments(dict(zip(self.free, picks)))
            for picks in itertools.product(*(self.axes[name] for name in self.free))
        ]

    def arguments(self, values):
        """`values` of the free controls, completed by the arrays of the others, in the controls' order."""
        whole = {name: np.array(self.axes[name]) for name in self.along}
        return {name: values[name] if name in values else whole[name] for name in self.axes}

    def indexes(self, values):
        """The index of each control's value in its list; None if a value is not listed."""
        try:
            return {name: self.axes[name].index(values[name]) for name in self.axes}
        except ValueError:
            return None

    def assemble(self, results):
        """Stack the results of all points: {output: (names of the controls it varies over, array)}.

        results : one dict of arrays for each point.  The array of an output has an axis for each control
        over which it varies, in the controls' order, and then its own shape.
        """
        tables, points, wanted = {}, self.points(), shapes_of(results[0])
        for point, result in zip(points, results):
            check_alike(point, shapes_of(result), points[0], wanted)
        for name, first in results[0].items():
            arrays = [result[name] for result in results]
            shape = [len(self.axes[free]) for free in self.free]
            tables[name] = self._collapse(np.stack(arrays).reshape(*shape, *first.shape))
        size = sum(array.size * 8 for _, array in tables.values())
        if size > MAX_BYTES:
            largest = max(tables, key=lambda name: tables[name][1].size)
            raise DeclarationError(
                f"the grid holds {size / 1e6:.1f} MB of output; the limit is {MAX_BYTES / 1e6:.0f} MB "
                f'(explorable.models.grid.MAX_BYTES); the largest output is "{largest}" over '
                f"{', '.join(tables[largest][0]) or 'no control'}; return fewer numbers, or take fewer stops"
            )
        return tables

    def _collapse(self, array):
        """Put the control axes into the controls' order and drop those along which nothing changes."""
        order = [(self.free + list(self.along)).index(name) for name in self.axes]
        array = array.transpose(*order, *range(len(order), array.ndim))
        over = list(self.axes)
        for name in self.axes:
            axis = over.index(name)
            first = array.take([0], axis=axis)
            if array.shape[axis] == 1 or same(array, first):
                array = first.take(0, axis=axis)
                over.remove(name)
        return tuple(over), array


def same(one, other):
    """True if the arrays are equal, NaN counting as equal to NaN."""
    equal = one == other
    if one.dtype.kind == "f":
        equal |= np.isnan(one) & np.isnan(other)
    return bool(np.all(equal))


def spell(arguments):
    """The arguments of a call, short enough for a message."""
    return ", ".join(
        f"{name}={f'array of {len(value)}' if isinstance(value, np.ndarray) else repr(value)}"
        for name, value in arguments.items()
    )


def shapes_of(result, skip=0):
    """{output: shape} of the arrays of one point, without the first `skip` axes."""
    return {name: array.shape[skip:] for name, array in result.items()}


def check_alike(point, shapes, first, wanted):
    """Raise DeclarationError unless the outputs at `point` have the names and shapes of those at the point `first`."""
    if list(shapes) != list(wanted):
        raise DeclarationError(
            f"the outputs at {spell(point)} are {', '.join(shapes)} but at {spell(first)} {', '.join(wanted)}; "
            "they must be the same over the whole grid"
        )
    for name, shape in shapes.items():
        if shape != wanted[name]:
            raise DeclarationError(
                f'output "{name}" has shape {shape} at {spell(point)} but {wanted[name]} at {spell(first)}; '
                "the shape must be the same over the whole grid"
            )


def call(function, arguments, along, title):
    """One call of the model function, its result checked: {output: array with the along axes in front}.

    Raises DeclarationError, naming the point, if the function raises or returns anything but named numbers.
    """
    try:
        result = function(**arguments)
    except Exception as error:
        message = f"{title}({spell(arguments)}) raised {type(error).__name__}: {error}"
        raise DeclarationError(f"{message}; it must give its outputs at every stop") from error
    if not isinstance(result, dict) or not result:
        raise DeclarationError(
            f"{title}({spell(arguments)}) must return a dict {{name: number or array}}, got {short(result)}"
        )
    outputs = {}
    for name, value in result.items():
        array = rectangular(value)
        if array is None or array.dtype.kind not in "biuf":
            raise DeclarationError(
                f'output "{name}" of {title}({spell(arguments)}) must be a real number or an array of them, '
                f"got {short(value)}"
            )
        sizes = [len(arguments[axis]) for axis in along]
        if array.ndim == 0:  # a plain number depends on none of them
            array = array.reshape((1,) * len(sizes))
        if array.ndim < len(sizes) or any(n not in (1, size) for n, size in zip(array.shape, sizes)):
            raise DeclarationError(
                f'output "{name}" of {title} has shape {array.shape}; along {", ".join(along)} its leading '
                f"axes must be {tuple(sizes)} (or 1 where it does not depend on them)"
            )
        outputs[name] = array
    return outputs


def short(value):
    """A thing as Python writes it, in one line of a message."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:60]} ..."


def rectangular(value):
    """`value` as an array; None if its rows differ in length."""
    try:
        return np.asarray(value)
    except ValueError:
        return None


def check_memory(result, points):
    """Raise DeclarationError if `points` results like this one do not fit into memory."""
    size = sum(array.size for array in result.values()) * 8 * points
    if size > MAX_MEMORY:
        raise DeclarationError(
            f"the grid would take {size / 1e6:.0f} MB before packing ({points} points); the limit is "
            f"{MAX_MEMORY / 1e6:.0f} MB (explorable.models.grid.MAX_MEMORY); return fewer numbers, or take fewer stops"
        )


@contextmanager
def progress_ends():
    """Nothing is under way afterwards, even if the model raises."""
    try:
        yield
    finally:
        write_progress("")


@progress_ends()
def evaluate_all(tasks, work, title, jobs=None):
    """`work(task)` for every task, in order, with a progress bar on a terminal.

    The first task runs here and is timed; the others go to processes if they take longer than it costs to
    start those.  jobs : number of processes; None decides by time and cores.
    """
    from tqdm import tqdm

    off = os.environ.get("TQDM_DISABLE", "") not in ("", "0")
    with tqdm(total=len(tasks), desc=title, unit="point", disable=off or None) as bar, one_thread():
        begin = time.perf_counter()
        note_progress(title, 0, len(tasks), begin)
        results = [work(tasks[0])]
        check_memory(results[0], len(tasks))
        seconds = time.perf_counter() - begin
        bar.update()
        note_progress(title, 1, len(tasks), begin)
        if jobs is None:
            cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
            jobs = min(cores, len(tasks) - 1) if seconds * (len(tasks) - 1) > SERIAL_SECONDS else 1
        for result in spread(tasks[1:], work, jobs):
            results.append(result)
            bar.update()
            note_progress(title, len(results), len(tasks), begin)
    return results


def note_progress(title, done, total, begin):
    """Write the state into the file that a build of the book looks at, if there is one (offline/progress.py).

    begin : what time.perf_counter() was.
    """
    left = (time.perf_counter() - begin) / done * (total - done) if done else 0
    more = f", about {left:.0f} s left" if left > SERIAL_SECONDS else ""
    advice = f" ({ADVICE})" if left > LONG_SECONDS else ""
    write_progress(f"{title}: {done} of {total} points{more}{advice}")


def write_progress(words):
    if path := os.environ.get("EXPLORABLE_PROGRESS"):
        with suppress(OSError):  # it is only a courtesy
            Path(path).write_text(words, encoding="utf-8")


def spread(tasks, work, jobs):
    """The results of `work(task)` in order, from `jobs` processes, or from the cluster that the author has chosen."""
    if jobs <= 1 or not tasks:
        return map(work, tasks)
    from joblib import Parallel, delayed, parallel_config
    from joblib.parallel import BACKENDS, DEFAULT_BACKEND, get_active_backend

    backend, _ = get_active_backend()
    if not isinstance(backend, BACKENDS[DEFAULT_BACKEND]):
        return elsewhere(tasks, work, backend)
    # loky pickles by cloudpickle, so that functions of a notebook work too.
    with parallel_config(backend="loky", inner_max_num_threads=1):
        return Parallel(n_jobs=jobs, return_as="generator")(delayed(work)(task) for task in tasks)


def elsewhere(tasks, work, backend):
    """The results of `work(task)` in order, from a joblib backend that is not joblib's own processes.

    An author chooses one by `joblib.parallel_config(backend="dask")`. Its machines may have other disks: points that
    are known are not sent, and what comes back is kept here.
    """
    from joblib import Parallel, delayed

    known = [work.remembered(task) for task in tasks]
    way = "generator" if backend.supports_return_generator else "list"
    sent = (delayed(work.away)(task) for task, result in zip(tasks, known) if result is None)
    arriving = iter(Parallel(return_as=way)(sent))
    for task, result in zip(tasks, known):
        if result is None:
            result, seconds = next(arriving)
            work.keep(task, result, seconds)
        yield result


@contextmanager
def one_thread():
    """Keep BLAS to one thread, as in the other processes: the number of threads can change the last bits."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        yield
        return
    with threadpool_limits(1):
        yield
