"""The words of a verdict: a dictionary of headline, notes, tone, kind and mistakes.

notes : [(title, text)]; what stands between backticks is code.   tone : "right" or "wrong".
kind : "right", "wrong", or what kept the numbers from being compared: "not a function", "arguments", "exception",
"count", "type", "shape", "not finite", "changed", "too long".
mistakes : names of the known mistakes that the answer looks like.
"""

import math

import numpy as np

SHOWN = 6  # numbers in a row


def verdict(headline, notes, tone, kind, mistakes=()):
    return {"headline": headline, "notes": notes, "tone": tone, "kind": kind, "mistakes": tuple(mistakes)}


def right(error, count):
    """All numbers agree.   error : the largest, as a share.   count : of the inputs tried."""
    digits = min(12, int(-math.log10(max(error, 1e-16))))
    text = f"{count} different inputs, and no entry differs in the first {digits} digits of the largest."
    return verdict("Right.", [("", text)], "right", "right")


def problem(kind, headline, sentences):
    """Something that is not a matter of numbers."""
    return verdict(f"Not yet: {headline}", [("", text) for text in sentences if text], "wrong", kind)


def wrong(task, found, where, clues, kind):
    """Wrong numbers.   found : [(name of an output or "", name of the mistake)].   where, clues : sentences."""
    notes = []
    for output, name in found:
        mistake = task.mistakes[name]
        notes.append((f"`{output}` looks like a known mistake" if output else "It looks like", f"{mistake.title}."))
        notes.append(("Look at", mistake.look))
    notes += [("", text) for text in list(where) + list(clues) if text]
    notes.append(("", f"For a hint: `{task.address}.hint()`"))
    names = []
    for _, name in found:
        if name not in names:
            names.append(name)
    return verdict("Not yet.", notes, "wrong", kind, names)


def first(mask):
    """The index of the first true entry of an array, as a tuple; () for a single number."""
    if not np.shape(mask):
        return ()
    at, index = int(np.argmax(np.ravel(mask))), []
    for size in reversed(np.shape(mask)):
        index.insert(0, at % size)
        at = at // size
    return tuple(index)


def example(name, wanted, given):
    """What the entry that is off most should be, and is, with its row if that is short."""
    gap = np.abs(given - wanted)
    at = first(gap >= (1 - 1e-6) * np.max(gap))  # of equal ones the first, whatever the last digit says
    if wanted.ndim and wanted.shape[-1] <= SHOWN:
        at = at[:-1]
    places = ", ".join([str(place) for place in at])
    spot = f"`{name}[{places}]`" if at else f"`{name}`"
    return f"There {spot} should be {numbers(wanted, at)} and is {numbers(given, at)}."


def numbers(array, at):
    part = np.asarray(array[at] if at else array).tolist()
    if not isinstance(part, list):
        return f"{part:.4g}"
    row = ", ".join([f"{each:.4g}" for each in part])
    return f"[{row}]"
