"""Numbers in a page's text that are computed during the build: [[ expression ]] or [[ expression | format ]].

An expression may use `np`, `math`, `bn` (the library), `form("label", ...)` (the proved form of an entry of the
registry, with numbers for its arguments), `solve("name", ...)` (the solution of an exercise), `finding("name")` (the
arrays of a kept finding) and `book("module.name")` (what a module of `bnbook` calls so). The chapters are the book's
own sources; that no other names are known keeps an expression readable, and is no protection. (Without `import` an
array's own methods fail, so it is np.mean(a), not a.mean().)
"""

import math
import re
from importlib import import_module

import numpy as np

import bn
from bnbook import exercises
from bnbook.exercises import registered
from bnbook.experiments import kept

FIELD = re.compile(r"\[\[(?P<expression>.+?)(?:\s\|\s*(?P<format>[^|\[\]]+?))?\s*\]\]")
PLAIN = (abs, min, max, sum, round, len, range, float, int, zip)


def form(label, *numbers):
    """The value of a proved form. KeyError for an unknown label."""
    return registered.form(label)(*numbers)


def solve(name, *arguments):
    """What the solution of an exercise returns."""
    return exercises.EXERCISES[name].solve(*arguments)


def book(path):
    """What a module of this package calls so: "experiments.lr_sweep.DEPTHS"."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(f"bnbook.{module}"), name)


NAMES = {"np": np, "math": math, "bn": bn, "form": form, "solve": solve, "finding": kept.load, "book": book}


def evaluate(expression):
    """The value of an expression. Raises ValueError, which names the expression, for whatever is wrong with it."""
    names = {"__builtins__": {function.__name__: function for function in PLAIN}, **NAMES}
    try:
        return eval(compile(expression.strip(), "<expression>", "eval"), names)
    except Exception as error:
        raise ValueError(f"the expression {expression.strip()!r} fails: {type(error).__name__}: {error}") from error


def number(expression):
    """The value as a float. ValueError also for what is no finite number."""
    value = evaluate(expression)
    try:
        result = float(value)
    except (TypeError, ValueError):
        result = math.nan
    if not math.isfinite(result):
        raise ValueError(f"the expression {expression.strip()!r} gives {value!r}; allowed are finite numbers")
    return result


def shown(value, spec=""):
    """A number as text, with a minus sign instead of a hyphen. ValueError for a format that does not fit.

    Below a million it is written out: 1,000 instead of 1e+03.
    """
    if spec.endswith("d"):
        value = round(float(value))
    try:
        text = format(value, spec)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the format {spec!r} does not fit {value!r}: {error}") from error
    if spec.endswith("g") and "e+" in text and abs(float(text)) < 1e6:
        text = f"{float(text):,.0f}"
    return text.replace("-", "\N{MINUS SIGN}")


def fill(text):
    """The text with all its fields computed. Raises ValueError as `evaluate` and `shown` do."""
    return FIELD.sub(lambda field: shown(evaluate(field["expression"]), field["format"] or ""), text)
