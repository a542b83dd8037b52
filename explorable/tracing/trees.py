"""State in whatever nested form an author likes, and as a flat {path: leaf}: dicts, lists, tuples, dataclasses."""

import dataclasses

import numpy as np

from explorable.declare.errors import DeclarationError


def flat(tree, path=""):
    """{path: leaf} of a nest; None and strings are no leaves. Paths read like `params.0.w`."""
    parts = _parts(tree)
    if parts is None:
        return {path: tree}
    found = {}
    for name, part in parts:
        for inner, leaf in flat(part, f"{path}.{name}" if path else str(name)).items():
            if inner in found:
                raise DeclarationError(f"two parts of the state are called {inner}")
            found[inner] = leaf
    return found


def unflat(tree, leaves, path=""):
    """The nest `tree` with other leaves."""
    inner = lambda name: f"{path}.{name}" if path else str(name)  # noqa: E731
    if _is_fixed(tree):
        return tree
    parts = _parts(tree)
    if parts is None:
        return leaves[path]
    new = [unflat(part, leaves, inner(name)) for name, part in parts]
    if isinstance(tree, dict):
        return dict(zip(tree, new))
    if dataclasses.is_dataclass(tree):
        return dataclasses.replace(tree, **{name: value for (name, _), value in zip(parts, new)})
    return type(tree)(*new) if hasattr(tree, "_fields") else type(tree)(new)


def _parts(tree):
    if isinstance(tree, dict):
        return list(tree.items())
    if hasattr(tree, "_fields"):
        return list(zip(tree._fields, tree))
    if isinstance(tree, (list, tuple)):
        return list(enumerate(tree))
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        return [(field.name, getattr(tree, field.name)) for field in dataclasses.fields(tree) if field.init]
    return [] if _is_fixed(tree) else None


def _is_fixed(tree):
    """What never changes while a program runs, or cannot: nothing, words, integers that say how something is built."""
    return tree is None or isinstance(tree, (str, bool)) or (isinstance(tree, np.ndarray) and tree.dtype.kind in "US")
