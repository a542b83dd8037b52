"""This book and nobody else's: its widgets, experiments, exercises, proofs and Sphinx directives.

`bn`, beside it, is the library that a reader takes along; it imports nothing from here.
"""

import importlib

PARTS = ("exercises", "experiments", "proofs", "widgets")


def __getattr__(name):
    """A part, loaded at its first use: `import bnbook` alone costs nothing."""
    if name in PARTS:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module 'bnbook' has no attribute {name!r}; it has {', '.join(PARTS)}")


def __dir__():
    return sorted({*globals(), *PARTS})
