"""A limit on how long a reader's function may run: a loop that never ends is told, and the notebook goes on."""

import ctypes
import threading
from contextlib import contextmanager


class TookTooLong(BaseException):
    """Raised inside the function that runs; no `except Exception` of the reader's keeps it."""


@contextmanager
def time_limit(seconds):
    """Raise `TookTooLong` in this thread if the block is still running after `seconds`.

    On every system and in any thread, unlike an alarm. It comes between two steps of Python: a single call of NumPy
    that takes long is only stopped when it returns.
    """
    caller, ended = threading.get_ident(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(caller, ended, seconds), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
        _raise_in(caller, None)  # one that was sent and has not arrived is no longer wanted


def _watch(caller, ended, seconds):
    """Send the exception when the time is over, and again while the block catches it (`except:`) and goes on."""
    wait = seconds
    while not ended.wait(wait):
        _raise_in(caller, TookTooLong)
        wait = 0.2


def _raise_in(thread, exception):
    error = None if exception is None else ctypes.py_object(exception)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), error)
