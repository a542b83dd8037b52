"""The book is built while the tests that need no book run, so that nobody waits for the other."""

import json
import subprocess
import threading
from uuid import uuid4

from filelock import FileLock

from tools.build import ROOT, build


class BuildInBackground:
    """One build for a whole run of tests: under pytest-xdist one worker builds, and the others wait for its note."""

    def __init__(self):
        self.thread = self.process = None
        self.note = ROOT / "_build" / f".tested-{uuid4().hex}.json"

    def start(self, run_name=None):
        """Begin, unless that has been done.   run_name : what the workers of one run have in common."""
        if self.thread is None:
            if run_name:
                self.note = self.note.with_name(f".tested-{run_name}.json")
            self.thread = threading.Thread(target=self._build, daemon=True)
            self.thread.start()

    def result(self):
        """What came of it, once it is there: {"code": 0 if the book is good, "words": what the build said}."""
        self.thread.join()
        return json.loads(self.note.read_text(encoding="utf-8"))

    def end(self, broken_off):
        """Wait for a build that was begun here, or end it if nobody asks for it any longer."""
        if broken_off and self.process and self.process.poll() is None:
            self.process.terminate()
        elif self.thread:
            self.thread.join()

    def _build(self):
        self.note.parent.mkdir(exist_ok=True)
        with FileLock(self.note.parent / ".test-lock"):
            if self.note.exists():
                return
            for old in self.note.parent.glob(".tested-*.json"):
                old.unlink()
            code, words = build(run=self._run)
            self.note.write_text(json.dumps({"code": code, "words": words[-6000:]}), encoding="utf-8")

    def _run(self, command, **how):
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with subprocess.Popen(command, text=True, encoding="utf-8", errors="replace", **pipes, **how) as self.process:
            words, _ = self.process.communicate()
        return self.process.returncode, words
