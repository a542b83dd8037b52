"""The error of a wrong declaration, and the check of names that every declared thing shares."""

import difflib
import keyword
import re
import sysconfig
import traceback
from contextlib import contextmanager
from pathlib import Path

import numpy as np

# Words that JavaScript (strict mode included) refuses as the name of a variable.
_WORDS = """
arguments await break case catch class const continue debugger default delete do else enum eval export
extends false finally for function if implements import in instanceof interface let new null package
private protected public return static super switch this throw true try typeof undefined var void while
with yield NaN Infinity
"""
JAVASCRIPT_WORDS = frozenset(_WORDS.split())

# Code that an author of widgets did not write: the engine, Python, and installed packages.
_FOREIGN = (Path(__file__).parents[1], *(Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")))


class DeclarationError(ValueError):
    """A widget is declared wrongly; the message names the widget, the fault and what is allowed."""

    def _render_traceback_(self):
        """What a notebook shows of it: the author's own lines that led there, and the message."""
        lines, error = [], self
        while error is not None:
            lines += [told(frame) for frame in traceback.extract_tb(error.__traceback__) if is_own(frame)]
            error = error.__cause__
        return [*lines, f"{type(self).__name__}: {self}"]


def is_own(frame):
    """Whether a frame of a traceback is a line that an author of widgets wrote."""
    return frame.line and not any(Path(frame.filename).is_relative_to(folder) for folder in _FOREIGN)


def told(frame):
    """A line of the author, with its place; the files that a notebook names its cells by do not exist."""
    place = frame.filename if Path(frame.filename).exists() else "cell"
    return f"{place}, line {frame.lineno}, in {frame.name}: {frame.line}"


@contextmanager
def about(key):
    """Put the name of widget `key` before every DeclarationError raised inside."""
    try:
        yield
    except DeclarationError as error:
        if str(error).startswith('widget "'):
            raise
        raise DeclarationError(f'widget "{key}": {error}') from error


def meant(name, known):
    """A hint at the one of the `known` names that is most like `name`, or ""."""
    close = difflib.get_close_matches(str(name), map(str, known), 1, cutoff=0.65)
    return f' (did you mean "{close[0]}"?)' if close else ""


def check_list(things, what):
    """Raise DeclarationError unless `things` is a list or tuple."""
    if not isinstance(things, (list, tuple)):
        raise DeclarationError(f"{what} must be a list, got a {type(things).__name__}; put it into [ ]")


def no_number(outputs, gaps, where):
    """A sentence about the first output that is NaN or infinite although it has no gaps, or ""."""
    for name, value in outputs.items():
        bad = np.ravel(value)[~np.isfinite(np.ravel(value))]
        if bad.size and name not in gaps:
            what = "not a number" if np.isnan(bad[0]) else "infinite"
            return f'output "{name}" is {what} at {where}; if that is meant, declare gaps=("{name}",)'
    return ""


def check_name(name, what):
    """Raise DeclarationError unless `name` can name a variable in Python and in JavaScript.

    what : says in the message which thing is named, such as "slider".
    """
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z_$][A-Za-z0-9_$]*", name):
        raise DeclarationError(f"{what} name {name!r} is no JavaScript identifier (letters, digits and _)")
    if name in JAVASCRIPT_WORDS or keyword.iskeyword(name):
        raise DeclarationError(f"{what} name {name!r} is a reserved word of JavaScript or Python")
    if "$" in name:
        raise DeclarationError(f"{what} name {name!r} holds a $, which Python does not allow")
