"""Say on the terminal what a long build is busy with.

Grids are computed in the kernels of the chapters, whose output belongs to the book. So a kernel notes how far it is in
a file (`explorable.models.grid.note_progress`), and the build looks there while it reads the chapters.
"""

import os
import threading
import time
from pathlib import Path

EVERY, PATIENCE = 1.0, 10.0  # seconds between two looks, and before the same state is said again


class Watch:
    """A thread that prints each new state of the progress file."""

    def __init__(self):
        self.stop, self.thread = threading.Event(), None

    def start(self, app):
        """Begin when the build begins; called for the event "builder-inited"."""
        self.file = Path(os.environ["EXPLORABLE_PROGRESS"])
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.unlink(missing_ok=True)
        self.stop.clear()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def end(self, app, *_):
        """All chapters are read."""
        self.stop.set()
        if self.thread:
            self.thread.join()
            self.thread = None
        self.file.unlink(missing_ok=True)

    def run(self):
        said, at = "", 0.0
        while not self.stop.wait(EVERY):
            state = self.state()
            if state and (state != said or time.monotonic() - at > PATIENCE):
                print(f"  computing {state}", flush=True)
                said, at = state, time.monotonic()

    def state(self):
        """The line that the kernel wrote last, or nothing."""
        try:
            return self.file.read_text(encoding="utf-8").strip()
        except OSError:
            return ""


def setup(app):
    os.environ["EXPLORABLE_PROGRESS"] = str(Path(os.environ["EXPLORABLE_CACHE"]) / "progress.txt")
    watch = Watch()
    app.connect("builder-inited", watch.start)
    app.connect("env-updated", lambda app, env: watch.end(app))
    app.connect("build-finished", watch.end)
