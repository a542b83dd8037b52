"""The words for what ended a trial: (kind, headline, sentences)."""

FITS = (
    "Two arrays do not fit each other. A mean over `axis=0` has one entry for each column, one over "
    "`axis=1` one for each row; `keepdims=True` keeps the axis."
)


def not_a_function(task, described):
    call = "give it the function itself, without brackets and arguments: `check(my_function)`"
    return "not a function", f"`{task.address}.check` was given {described}.", (f"It needs a function; {call}.",)


def arguments(task, signature):
    """signature : the one that the function has, "(x, eps)"."""
    wanted = f"({', '.join(task.arguments)})"
    called = f"It is called with {len(tuple(task.arguments))}: `{wanted}`."
    return "arguments", f"the function takes other arguments: `{signature}`.", (called,)


def exception(name, words, where, case):
    """name, words : of the exception.   where : (number, text) of the line of the reader's own code, or (0, "")."""
    advice = FITS if "broadcast" in words or "could not be" in words else ""
    headline = f"the function stopped with {name}: {words}"
    return "exception", headline, (_line("happened", where), advice, f"It was called with {case.label}.")


def endless(seconds, where, case):
    headline = f"the function was still running after {seconds} seconds and was stopped."
    called = f"It was called with {case.label}." if case else ""
    return "too long", headline, (_line("was", where), "Is there a loop that never ends?", called)


def _line(verb, where):
    number, text = where
    return f"It {verb} in line {number} of its file or cell: `{text}`" if text else ""
