"""What a killed build leaves behind is not used by the next one; and two builds of one book take turns.

Grids and scripts appear whole or not at all, and a checksum says so (models/cache.py, page/form.py). What others write
does not: Sphinx writes pages and its environment in place, and jupyter-cache notes a notebook before it writes it. So

- a mark stands in the folder of the doctrees from the beginning of a build to its good end. Where a build finds it, it
  reads and writes every page anew; notebooks still come from their cache.
- the notebook cache is looked through before the build: entries that cannot be read, or that name a widget's script
  which is no longer there, are removed, and those chapters run again.
"""

import json
import os
import shutil
import time
from pathlib import Path

from filelock import FileLock, Timeout
from jupyter_cache import get_cache

from explorable.page.form import is_whole, script_paths
from explorable.sphinx.render import MIME_TYPE

from . import repeat

MARK = "unfinished"
OLD = 24 * 3600  # seconds: a temporary file of that age belongs to no running process


def folder():
    """The cache of the book that is built."""
    return Path(os.environ["EXPLORABLE_CACHE"])


def take_turns(app, config):
    """Wait for another build of this book; the system lifts the lock when a build ends, or is killed."""
    folder().mkdir(parents=True, exist_ok=True)
    app.explorable_lock = FileLock(folder() / "build.lock")
    try:
        app.explorable_lock.acquire(timeout=0)
    except Timeout:
        print("Another build of this book is running; this one waits for its end.", flush=True)
        app.explorable_lock.acquire()


def begin(app, config):
    """Forget what an unfinished build has saved (repeat.py then does so), and put up the mark."""
    mark = Path(app.doctreedir, MARK)
    if mark.exists():
        print("The last build was interrupted: all pages are written anew.", flush=True)
        repeat.forget(app)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()


def end(app, exception):
    """Take the mark away. A build that failed has said so, and Sphinx itself then forgets what it had read."""
    Path(app.doctreedir, MARK).unlink(missing_ok=True)
    app.explorable_lock.release()


def mend_notebooks(app, config):
    """Make the notebook cache one that can be relied on."""
    place = Path(config.nb_execution_cache_path)
    if not place.exists():
        return
    try:
        cache = get_cache(place)
        records = cache.list_cache_records()
        cache.list_project_records()  # the second of its three tables, and the third
        cache.get_cache_limit()
    except Exception:  # whatever a half-made database makes SQLAlchemy raise
        shutil.rmtree(place)
        return
    for record in records:
        notebook = place / "executed" / record.hashkey / "base.ipynb"
        if not is_good(notebook):
            shutil.rmtree(notebook.parent, ignore_errors=True)
            type(record).remove_record(record.pk, cache.db)


def is_good(notebook):
    """Whether an executed notebook can be read, and the scripts of all its widgets are there."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        shown = [output.get("data", {}) for cell in cells for output in cell.get("outputs", ())]
        return all(is_whole(path) for data in shown if MIME_TYPE in data for path in script_paths(data[MIME_TYPE]))
    except (OSError, ValueError, KeyError):
        return False


def remove_leftovers(app, config):
    """Temporary files of processes that were killed."""
    for path in folder().rglob("*.part"):
        try:
            if time.time() - path.stat().st_mtime > OLD:
                path.unlink()
        except OSError:
            continue  # somebody else was quicker, or it may not be removed


def setup(app):
    # After environment.py has named the caches.
    for priority, step in enumerate((take_turns, begin, mend_notebooks, remove_leftovers), start=900):
        app.connect("config-inited", step, priority=priority)
    app.connect("build-finished", end, priority=950)
