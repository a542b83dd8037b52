"""Running a model beside a notebook: a fast one at once, a slow one in a thread, only the latest value."""

import asyncio
import threading
import time

SLOW = 0.05  # seconds; what takes longer runs beside the notebook


class Runner:
    """Runs `work(values)` and hands the answer to `deliver(values, result, error)`.

    While a slow run is under way, further values wait, and only the latest of them is run afterwards.
    """

    def __init__(self, work, deliver):
        self.work, self.deliver = work, deliver
        self.last_time = 0.0
        self.lock = threading.Lock()
        self.waiting = None  # [values] not yet begun, or None
        self.thread = None
        try:
            self.loop = asyncio.get_running_loop()
        except RuntimeError:
            self.loop = None  # no notebook: a plain script or a test

    def submit(self, values):
        """Run the model at `values`, now or as soon as the run under way ends."""
        with self.lock:
            inline = self.thread is None and self.last_time < SLOW
            if not inline:
                self.waiting = [values]
                if self.thread is None:
                    self.thread = threading.Thread(target=self._run_all, daemon=True)
                    self.thread.start()
        if inline:
            self.deliver(*self._run(values))

    def wait(self):
        """Return when nothing runs any more."""
        thread = self.thread
        if thread is not None:
            thread.join()

    def _run(self, values):
        start = time.perf_counter()
        result, error = None, None
        try:
            result = self.work(values)
        except Exception as fault:  # whatever the model raises is shown in the widget's place
            error = fault
        self.last_time = time.perf_counter() - start
        return values, result, error

    def _run_all(self):
        while True:
            with self.lock:
                if self.waiting is None:
                    self.thread = None
                    break
                (values,), self.waiting = self.waiting, None
            answer = self._run(values)
            with self.lock:
                overtaken = self.waiting is not None
            if not overtaken:
                self._deliver_on_loop(answer)

    def _deliver_on_loop(self, answer):
        # Widgets are touched from the notebook's own thread where there is one.
        if self.loop is not None and self.loop.is_running():
            self.loop.call_soon_threadsafe(self.deliver, *answer)
        else:
            self.deliver(*answer)
