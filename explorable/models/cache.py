"""The disk cache of sampled models: whole grids, and single points that took long.

A key is made of the values, the versions and the sources (sources.py).  Files are written beside their
place and then renamed; a file that cannot be read to its end is treated as if it were not there.
"""

import hashlib
import logging
import os
import sys
import tempfile
import time
import zipfile
import zlib
from pathlib import Path

import numpy as np
import sympy

from explorable.models.grid import call
from explorable.models.sources import Trace, Untraceable

FORMAT = 1  # raise it when the engine changes what a grid holds
BOOK_CACHE = ".explorable-cache"
POINT_SECONDS = 0.05  # a point that took longer gets a file of its own, so that an interrupted build goes on
BROKEN = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)
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
            path = self.folder / f"{name}.npz"
            with open(path, "rb") as file, np.load(file, allow_pickle=False) as data:
                arrays = {key: data[key] for key in data.files}
            names = [str(name) for name in arrays.pop("names")]
            count = int(arrays.pop("count"))
            results = [{name: arrays[f"output {k}"][row] for k, name in enumerate(names)} for row in range(count)]
        except BROKEN:
            return None
        return results

    def write(self, name, results):
        """Store results, which have the same outputs in the same shapes; a full disk is no error."""
        if not self.writes:
            return
        names = list(results[0])
        arrays = {f"output {k}": np.stack([result[name] for result in results]) for k, name in enumerate(names)}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self.folder, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    np.savez_compressed(file, names=np.array(names), count=np.array(len(results)), **arrays)
                os.replace(temporary, self.folder / f"{name}.npz")
            except BaseException:
                os.unlink(temporary)
                raise
        except OSError as error:
            log.warning("the cache in %s cannot be written: %s", self.folder, error)


class Work:
    """Evaluates single points, each from its own file if it has one; sent to the worker processes."""

    def __init__(self, function, along, title, store):
        self.function, self.along, self.title, self.store = function, along, title, store

    def __call__(self, arguments):
        name = f"point-{digest(arguments)}"
        known = self.store.read(name)
        if known:
            return known[0]
        begin = time.perf_counter()
        result = call(self.function, arguments, self.along, self.title)
        if time.perf_counter() - begin > POINT_SECONDS:
            self.store.write(name, [result])
        return result


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
