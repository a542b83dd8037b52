"""The disk cache of sampled models: whole grids, and single points that took long.

A key is made of the values, the versions and the sources (sources.py).  Files are written beside their
place and then renamed, and each carries a checksum of itself: one that was cut off or damaged is treated as
if it were not there.
"""

import functools
import hashlib
import io
import logging
import os
import sys
import time
from pathlib import Path

import numpy as np
import sympy

from explorable.files import write_whole
from explorable.models.grid import call, one_thread
from explorable.models.sources import Trace, Untraceable

FORMAT = 1  # raise it when the engine changes what a grid holds
BOOK_CACHE = ".explorable-cache"
POINT_SECONDS = 0.05  # a point that took longer gets a file of its own, so that an interrupted build goes on
NO_COMMENT, COMMENT = b"\0\0", b"\x20\0"  # how a zip file ends that has none, and before one of 32 bytes
log = logging.getLogger("explorable")


def folder():
    """Where grids are kept: in $EXPLORABLE_CACHE, else in the book's cache, else in the user's cache folder.

    The book's cache is a folder .explorable-cache here or above, which a build leaves behind: a notebook opened in
    the book then finds the grids that the build has computed.
    """
    named = os.environ.get("EXPLORABLE_CACHE")
    if named:
        return Path(named) / "grids"
    here = Path.cwd()
    for place in (here, *here.parents):
        if (place / BOOK_CACHE).is_dir():
            return place / BOOK_CACHE / "grids"
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "explorable" / "grids"


class Store:
    """The cached results of one function.

    Without a traceable source it is empty and keeps nothing.  It also keeps nothing if a source has changed
    since this process began: what ran here may be older than the source that the key would name.
    """

    def __init__(self, function, along, title):
        self.folder, self.writes = None, False
        try:
            trace = Trace(function)
        except Untraceable as reason:
            log.warning("%s is computed anew each time: %s", title, reason)
            return
        versions = (FORMAT, sys.version_info[:2], np.__version__, sympy.__version__, tuple(along))
        key = digest((versions, trace.digest))
        name = "".join(letter if letter.isalnum() else "_" for letter in title)
        self.folder, self.writes = folder() / f"{name}-{key}", trace.settled

    def read(self, name):
        """The list of results stored under `name`, or None."""
        if self.folder is None:
            return None
        try:
            content = unsealed((self.folder / f"{name}.npz").read_bytes())
        except OSError:
            return None
        if content is None:
            return None
        with np.load(io.BytesIO(content), allow_pickle=False) as data:
            arrays = {key: data[key] for key in data.files}
        names, count = arrays["names"].tolist(), int(arrays["count"])
        return [{name: arrays[f"output {k}"][row] for k, name in enumerate(names)} for row in range(count)]

    def write(self, name, results):
        """Store results, which have the same outputs in the same shapes; a full disk is no error."""
        if not self.writes:
            return
        names = list(results[0])
        arrays = {f"output {k}": np.stack([result[name] for result in results]) for k, name in enumerate(names)}
        buffer = io.BytesIO()
        np.savez_compressed(buffer, names=np.array(names), count=np.array(len(results)), **arrays)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(self.folder / f"{name}.npz", sealed(buffer.getvalue()))
        except OSError as error:
            log.warning("the cache in %s cannot be written: %s", self.folder, error)


def sealed(content):
    """A .npz file with its own checksum as the comment that a zip file may end with."""
    return content[: -len(NO_COMMENT)] + COMMENT + hashlib.sha256(content).digest()


def unsealed(data):
    """What `sealed` was given; None if a byte is missing or is another."""
    content = data[: -32 - len(COMMENT)] + NO_COMMENT
    return content if data == sealed(content) else None


class Work:
    """Evaluates single points, each from its own file if it has one; sent to the worker processes."""

    def __init__(self, function, along, title, store):
        self.function, self.along, self.title, self.store = function, along, title, store
        # What a machine with another disk gets: the computation alone.
        self.away = functools.partial(away_call, function, along, title)

    def __call__(self, arguments):
        known = self.remembered(arguments)
        if known is not None:
            return known
        result, seconds = timed_call(self.function, self.along, self.title, arguments)
        self.keep(arguments, result, seconds)
        return result

    def remembered(self, arguments):
        """The result of a point that has a file of its own, else None."""
        known = self.store.read(point_name(arguments))
        return known[0] if known else None

    def keep(self, arguments, result, seconds):
        """Give the point a file of its own if it took long."""
        if seconds > POINT_SECONDS:
            self.store.write(point_name(arguments), [result])


def timed_call(function, along, title, arguments):
    """(the outputs at one point, seconds)."""
    begin = time.perf_counter()
    result = call(function, arguments, along, title)
    return result, time.perf_counter() - begin


def away_call(function, along, title, arguments):
    """`timed_call` with one BLAS thread, as here: the number of threads can change the last bits."""
    with one_thread():
        return timed_call(function, along, title, arguments)


def point_name(arguments):
    """The name of a point's file."""
    return f"point-{digest(arguments)}"


def grid_name(axes):
    """The name of a whole grid's file."""
    return f"grid-{digest(axes)}"


def digest(thing):
    """A short hash of nested tuples, lists, dicts, arrays, numbers and strings; 1, 1.0 and True differ."""
    return hashlib.sha256(spelled(thing).encode()).hexdigest()[:24]


def spelled(thing):
    """A text that is equal only for equal things of equal types."""
    if isinstance(thing, dict):
        return "{" + ",".join(f"{key}:{spelled(item)}" for key, item in thing.items()) + "}"
    if isinstance(thing, (list, tuple)):
        return "(" + ",".join(map(spelled, thing)) + ")"
    if isinstance(thing, np.ndarray):
        return f"{thing.dtype}{spelled(thing.tolist())}"
    return repr(thing)
