"""Where in the reader's own code something happened, in the numbering of the editor, and in Python's own words."""

import io
import re
import sys
import time

NAME = "your code"
TEXT = [""]
LIMIT = [0, 0, 0]  # when the run began, how many milliseconds it has, and the line at which these were over
TELL = [None]  # what tells the page something, once the driver has started
OWN = re.compile('File "your code( from ([0-9]+))?", line ([0-9]+)')  # the last expression is compiled by itself
# What MicroPython says, and what Python says.
WORDS = (
    ("divide by zero", "division by zero"),
    (" isn't defined", " is not defined"),
    ("local variable referenced before assignment", "cannot access a local variable before it has a value"),
)


class TookTooLong(BaseException):
    """Raised at a loop of the reader's code; no `except Exception` of his keeps it."""


def keep(text, seconds):
    TEXT[0] = text
    LIMIT[:] = [time.ticks_ms(), 1000 * seconds, 0]


def at(number):
    """Asked before each round of a `while`: true, as long as there is time left."""
    if time.ticks_diff(time.ticks_ms(), LIMIT[0]) > LIMIT[1]:
        LIMIT[2] = number
        raise TookTooLong
    return True


def stopped_at():
    """Number and text of the line of the loop that was stopped."""
    return LIMIT[2], text_of(LIMIT[2])


def seconds():
    return LIMIT[1] // 1000


def remember(label):
    """Tell the page on which inputs the code is tried, in case it never comes back."""
    TELL[0](label)


def text_of(number):
    rows = TEXT[0].split("\n")
    return rows[number - 1].strip() if 0 < number <= len(rows) else ""


def trace(error):
    out = io.StringIO()
    sys.print_exception(error, out)
    return out.getvalue()


def own(error):
    """Number and text of the last line of the reader's code at which an error came up; (0, "") if there is none."""
    number = 0
    for row in trace(error).split("\n"):
        found = OWN.search(row)
        if found:
            number = int(found.group(3)) + int(found.group(2) or 0)
    return number, text_of(number)


def kind(error):
    """The name of an exception."""
    name = type(error).__name__
    return "RecursionError" if name == "RuntimeError" and "recursion" in str(error) else name


def words(error):
    """The message of an exception."""
    said = str(error)
    for here, there in WORDS:
        if said.endswith(here):
            said = said[: len(said) - len(here)] + there
    return said


def signature(function):
    """ "(x, eps)", as it stands in the reader's code."""
    name = getattr(function, "__name__", "")
    pattern = "lambda([^:]*):" if name == "<lambda>" else f"def {name}\\(([^)]*)\\)"
    found = re.search(pattern, TEXT[0])
    return f"({found.group(1).strip()})" if found else "(?)"
