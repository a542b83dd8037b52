"""Widgets in any Sphinx with MyST-NB: `extensions = ["myst_nb", "explorable.sphinx"]`.

environment  notebooks run by the build know that they are shown in a page; their cache notices changed sources
render       the output type of a widget becomes a node of the document
widgets      what widgets the book has, on which page; duplicate keys; their scripts are copied into the site
beside       where the window is wide, a widget stands beside the text that is about it, if the book asks for it
roles        {set} and {live} in the prose, checked against the widgets of the whole book
assets       the page runtime, its style sheet and vendored libraries, loaded only where a widget is
embed        every widget alone, for other people's pages
cells        a cell that fails fails the build
readable     every file of the site may be read by whoever may read its folder

A whole book that opens from disk, strictly built, is made by `explorable.offline`, which brings this one along.
"""

from explorable.sphinx import assets, beside, cells, embed, environment, readable, roles, widgets


def setup(app):
    """Connect all parts; called by Sphinx."""
    for part in (environment, widgets, beside, roles, assets, embed, cells, readable):
        part.setup(app)
    return {"version": "0.1", "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
