"""The book's widgets, one module or folder a chapter: each function returns one Explorable."""

import bnbook.widgets.palette  # noqa: F401  registers the colors: Python runs this file before any module here
