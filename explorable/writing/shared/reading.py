"""Reads what a function returned: arrays of the right count and shape, or in words what is the matter with it.

A problem is (kind, headline, sentences); its kinds are listed at `explorable.writing.shared.telling`.
"""

import numpy as np

FLOATS = "float32 or float64"


def read(task, given, wanted, case):
    """(tuple of arrays, None), or (None, problem).   wanted : the right arrays, for their shapes."""
    names = tuple(task.returns)
    if given is None:
        return None, ("type", "the function returns nothing (None).", ("Is the return forgotten?",))
    values = (given,) if len(names) == 1 else given
    if len(names) > 1:
        problem = count(names, given)
        if problem:
            return None, problem
    elif isinstance(given, tuple):
        if len(given) != 1:
            return None, ("count", f"the function returns {len(given)} things.", (f"Wanted is one: `{names[0]}`.",))
        values = given
    outputs = []
    for name, value, right in zip(names, values, wanted):
        array, problem = as_array(name, value)
        problem = problem or shape(name, array, right, case)
        if problem:
            return None, problem
        outputs.append(array)
    return tuple(outputs), None


def count(names, given):
    """The problem that not as many things came back as were wanted."""
    listed = ", ".join(f"`{name}`" for name in names)
    wanted = f"Wanted are {len(names)}: {listed}."
    try:
        size = -1 if isinstance(given, (str, dict)) else len(given)
    except TypeError:
        size = -1
    if size < 0:
        return "count", f"the function returns {described(given)}.", (wanted,)
    return None if size == len(names) else ("count", f"the function returns {size} things.", (wanted,))


def as_array(name, value):
    """(float array, None), or (None, problem)."""
    if value is None:
        return None, ("type", f"`{name}` is None.", ("Wanted are numbers.",))
    if isinstance(value, (str, dict)):
        return None, ("type", f"`{name}` is {described(value)}.", (f"Wanted are numbers, {FLOATS}.",))
    try:
        array = np.asarray(value)
        if str(array.dtype) == "object" and array.size:
            array = array.astype(float)
    except Exception:  # also what foreign arrays raise, such as a tensor that wants a gradient
        return None, ("type", f"`{name}` is {described(value)}, which is no array of numbers.", ())
    kind = str(array.dtype)
    if kind.startswith("complex"):
        return None, ("type", f"`{name}` is complex.", ("Was the root of a negative number taken?",))
    if not kind.startswith(("float", "int", "uint", "bool")):
        return None, ("type", f"`{name}` is {described(value)}.", (f"Wanted are numbers, {FLOATS}.",))
    if kind == "float16":
        return None, ("type", f"`{name}` is float16, too few digits to tell right from wrong.", (f"Use {FLOATS}.",))
    return np.array(array, dtype=array.dtype if kind == "float32" else np.float64), None


def shape(name, array, right, case):
    """None, or the problem of a wrong shape. Right numbers in another shape are said to be so."""
    if array.shape == right.shape:
        return None
    headline = f"`{name}` has the shape {array.shape}."
    wanted = f"With {case.label} it should be {right.shape or 'a single number'}."
    if array.size == right.size and agree(array.reshape(right.shape), right):
        return "shape", headline, (wanted, "The numbers are right; only the shape is not.")
    if array.ndim == 2 and array.shape == tuple(reversed(right.shape)) and agree(array.T, right):
        return "shape", headline, (wanted, "It is the transpose of what is wanted.")
    return "shape", headline, (wanted, over_axis(array, right))


def over_axis(array, right):
    """What the wrong shape itself tells."""
    if array.ndim == 0 and right.ndim:
        return "It is one number for everything: over which axis was the sum or the mean taken?"
    if array.ndim < right.ndim:
        return "An axis has disappeared. Was a sum or a mean taken that should not be, or `keepdims=True` forgotten?"
    if array.ndim > right.ndim:
        return "There is an axis too many. Did two arrays broadcast against each other, or was a sum forgotten?"
    return "Was the sum or the mean taken over the other axis?"


def agree(array, right, tolerance=1e-6):
    """Whether no entry is off by more than `tolerance` of the largest; a NaN never agrees."""
    if not right.size:
        return True
    with np.errstate(all="ignore"):
        largest = max(float(np.max(np.abs(right))), 1e-9)
        return bool(np.max(np.abs(array - right)) <= tolerance * largest)


def described(value):
    """ "a list", "an array of shape (5,)", "the number 3.0"."""
    if hasattr(value, "dtype") and hasattr(value, "shape") and (value.shape or isinstance(value, np.ndarray)):
        return f"an array of shape {value.shape} and type {value.dtype}"
    if isinstance(value, (int, float)) or hasattr(value, "dtype"):
        return f"the number {value}"
    if callable(value):
        return "a function"
    kind = type(value).__name__
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def copied(value):
    """A copy of an array; anything else as it is."""
    return value.copy() if isinstance(value, np.ndarray) else value


def same(old, new):
    """Whether an argument came back as it was given."""
    return not isinstance(old, np.ndarray) or (old.shape == new.shape and bool(np.array_equal(old, new)))
