"""Widgets that are declared once and live both in a Jupyter notebook and in a built page."""

from explorable.declare import palette
from explorable.declare.controls import Choice, Numbers, Point, Slider, Toggle
from explorable.declare.demo import Demo
from explorable.declare.drawing import Drawing
from explorable.declare.errors import DeclarationError
from explorable.declare.figures import *  # noqa: F403  every mark, element and scale is public
from explorable.declare.figures import __all__ as _figures
from explorable.declare.presets import Presets
from explorable.declare.text import Cases
from explorable.declare.widget import Explorable

_MODELS = ("Action", "Chosen", "Normals", "Program", "Sampled", "Shuffled", "Symbolic", "Vector", "Recurrence")

__all__ = [
    "Cases",
    "Choice",
    "DeclarationError",
    "Demo",
    "Drawing",
    "Explorable",
    "Numbers",
    "Point",
    "Presets",
    "Slider",
    "Toggle",
    "palette",
    *_figures,
    *_MODELS,
]


def __getattr__(name):
    """Models load on first use, since importing SymPy takes a third of a second; the version is looked up then, too."""
    if name == "__version__":
        return _version()
    if name in _MODELS:
        import explorable.models

        return getattr(explorable.models, name)
    raise AttributeError(f"module 'explorable' has no attribute {name!r}")


def _version():
    """That of the engine's own distribution, or of the book's, which holds the engine as well."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("explorable")
    except PackageNotFoundError:
        return version("batch-normalization-book")
