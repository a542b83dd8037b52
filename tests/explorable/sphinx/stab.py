"""A Sphinx extension that kills the build, really, at the moment that $STAB names; for tests of killed builds.

It leaves behind what a process leaves that is killed while it writes: half a file, which looks newer than its source.
"""

import os
import signal
import threading
import time
from pathlib import Path

MOMENTS = ("grid", "notebook", "environment", "page", "script")


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def halve(path):
    content = Path(path).read_bytes()
    Path(path).write_bytes(content[: len(content) // 2])


def grid(app):
    """As soon as the kernel has kept the first points of a grid."""

    def watch():
        while len(list(Path(os.environ["EXPLORABLE_CACHE"]).rglob("point-*.npz"))) < 5:
            time.sleep(0.01)
        die()

    threading.Thread(target=watch, daemon=True).start()


def notebook(app):
    """While jupyter-cache writes an executed notebook, of which it has a record already."""
    write_text = Path.write_text

    def write_half(path, text, *rest, **named):
        done = write_text(path, text, *rest, **named)
        if path.name == "base.ipynb":
            halve(path)
            die()
        return done

    Path.write_text = write_half


def environment(app):
    """While Sphinx saves what it has read."""

    def cut(app, env):
        Path(app.doctreedir, "environment.pickle").write_bytes(b"\x80\x05half")
        die()

    app.connect("env-check-consistency", cut, priority=999)


def page(app):
    """While the third page is written: the environment is saved, so Sphinx believes that it knows this page."""
    handle_page = app.builder.handle_page

    def write_half(name, *rest, **named):
        handle_page(name, *rest, **named)
        if name == "third":
            halve(app.builder.get_outfilename(name))
            die()

    app.builder.handle_page = write_half


def script(app):
    """While the data of the widgets are written into the site."""

    def cut(app, exception):
        for path in Path(app.outdir, "_static", "explorable").glob("square-*.js"):
            halve(path)
        die()

    app.connect("build-finished", cut, priority=501)


def setup(app):
    chosen = os.environ.get("STAB")
    if chosen:
        app.connect("builder-inited", globals()[chosen])
    return {"parallel_read_safe": True}
