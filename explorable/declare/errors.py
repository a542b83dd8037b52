"""The error of a wrong declaration, and the check of names that every declared thing shares."""

import keyword
import re
from contextlib import contextmanager

# Words that JavaScript (strict mode included) refuses as the name of a variable.
_WORDS = """
arguments await break case catch class const continue debugger default delete do else enum eval export
extends false finally for function if implements import in instanceof interface let new null package
private protected public return static super switch this throw true try typeof undefined var void while
with yield NaN Infinity
"""
JAVASCRIPT_WORDS = frozenset(_WORDS.split())


class DeclarationError(ValueError):
    """A widget is declared wrongly; the message names the widget, the fault and what is allowed."""


@contextmanager
def about(key):
    """Put the name of widget `key` before every DeclarationError raised inside."""
    try:
        yield
    except DeclarationError as error:
        if str(error).startswith('widget "'):
            raise
        raise DeclarationError(f'widget "{key}": {error}') from error


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
