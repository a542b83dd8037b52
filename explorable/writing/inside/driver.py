"""Executes the text of an editor and tells what came of it, as JSON for the page."""

import builtins
import json
import sys

import numpy as np

from explorable.writing.inside import lines, offered
from explorable.writing.shared import telling, trouble

OFFERED = {}  # what code finds without an import, as behind the first cell of a notebook
CLOSED = ("js", "jsffi", "explorable", "asyncio", "vfs", "os", "uctypes", "micropython")
ENDINGS = 40  # how many lines of the end are tried as the beginning of the last expression
INPLACE = {"*": "__imul__", "/": "__itruediv__", "//": "__ifloordiv__", "%": "__imod__", "**": "__ipow__"}
INPLACE |= {"@": "__imatmul__", "&": "__iand__", "|": "__ior__", "^": "__ixor__"}
OPERATORS = {"*": lambda a, b: a * b, "/": lambda a, b: a / b, "//": lambda a, b: a // b, "%": lambda a, b: a % b}
OPERATORS |= {"**": lambda a, b: a**b, "@": lambda a, b: a @ b, "&": lambda a, b: a & b, "|": lambda a, b: a | b}
OPERATORS |= {"^": lambda a, b: a ^ b, ">>": lambda a, b: a >> b, "<<": lambda a, b: a << b}
IMPORT = builtins.__import__


def start(given, hinted, trying):
    """Offer exercises to the code that will run.

    given : {module: {name: data}}, as JSON.   hinted : names of the exercises whose hint was shown, as JSON.
    trying : tells the page on which inputs the code is tried.
    """
    lines.TELL[0] = trying
    offered.HINTED.update(json.loads(hinted))
    for path, exercises in json.loads(given).items():
        OFFERED[path.split(".")[-1]] = offer(path, {name: offered.Offered(data) for name, data in exercises.items()})
    builtins.__import__ = importing


class Module:
    """A module that code may import, with what it offers."""

    def __init__(self, path, holds):
        self.__name__ = path
        for name, value in holds.items():
            setattr(self, name, value)

    def __getattr__(self, name):
        raise AttributeError(f"module '{self.__name__}' has no '{name}' here; in the notebook of this chapter it may")


def offer(path, holds):
    """Put a module where `import` finds it, with the packages that it lies in."""
    sys.modules[path] = whole = module = Module(path, holds)
    while "." in path:
        path, _, name = path.rpartition(".")
        sys.modules[path] = module = Module(path, {name: module})
    return whole


def importing(name, *rest):
    """What code may import: not what leads out of the interpreter."""
    if name.split(".")[0] in CLOSED:
        raise ImportError(f"'{name}' cannot be imported here")
    try:
        return IMPORT(name, *rest)
    except ImportError:
        raise ImportError(f"no module named '{name}' here; in the notebook of this chapter it may be found") from None


def by(value, name, other):
    """What `name OP= other` gives; an array is written into."""
    if isinstance(value, np.ndarray):
        return getattr(value, INPLACE[name])(other)
    return OPERATORS[name](value, other)


def run(text, written, seconds):
    """JSON: {"shown": what the last expression is worth} or {"error": {"headline", "notes"}}.

    text : what is executed, as arrays/source.js has prepared it.   written : what the reader wrote.
    seconds : after which a loop is stopped.
    """
    lines.keep(written, seconds)
    try:
        value = executed(text, {"__name__": "__main__", "np": np, "_by": by, "_at": lines.at} | OFFERED)
        told = {"shown": form(value)}
    except BaseException as error:
        told = {"error": stopped(error)}
    told["hinted"] = list(offered.HINTED)
    return json.dumps(told)


def executed(text, space):
    """Run a text; the value of its last line if that is an expression, as in a notebook."""
    head, tail = parts(text)
    exec(head, space)
    return None if tail is None else eval(tail, space)


def parts(text):
    """The code of a text without its last expression, and that of the expression or None."""
    rows = text.split("\n")
    begins = [at for at, row in enumerate(rows) if row and row[0] not in " \t#)]}"]
    for at in begins[-ENDINGS:][::-1]:
        try:
            tail = compile("\n".join(rows[at:]).rstrip(), f"{lines.NAME} from {at}", "eval")
            return compile("\n".join(rows[:at]) + "\n", lines.NAME, "exec"), tail
        except SyntaxError:
            pass
    return compile(text + "\n", lines.NAME, "exec"), None


def form(value):
    """A value as the page shows it."""
    if value is None:
        return None
    told = getattr(value, "told", None)
    return told if isinstance(told, dict) else {"text": repr(value)}


def stopped(error):
    """What an exception that ended the run is told as."""
    if isinstance(error, lines.TookTooLong):
        told = telling.problem(*trouble.endless(lines.seconds(), lines.stopped_at(), None))
        return told | {"line": lines.stopped_at()[0]}
    number, row = lines.own(error)
    if isinstance(error, SyntaxError):
        said, kind = "this is not Python", "SyntaxError"
    else:
        said, kind = lines.words(error), lines.kind(error)
    notes = [("", f"Line {number}: `{row}`")] if row else []
    return {"headline": f"{kind}: {said}", "notes": notes, "tone": "wrong", "line": number}
