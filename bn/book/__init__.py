"""The book's own Sphinx extension: evidence tags and the look of the pages."""

from . import evidence, look


def setup(app):
    """Connect the parts; called by Sphinx."""
    evidence.setup(app)
    look.setup(app)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
