"""The widget in a notebook: one anywidget view that runs the page's own runtime, with the kernel behind it."""

from explorable.notebook.view import View

__all__ = ["View"]
