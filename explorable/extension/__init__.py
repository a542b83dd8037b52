"""The Sphinx side of explorable: `extensions = ["explorable.extension"]`, and `jupyter-book build .` does the rest.

environment  notebooks run by the build know that they are shown in a page; their cache notices changed sources
render       the output type of a widget becomes a node of the document
widgets      what widgets the book has, on which page; duplicate keys; their scripts are copied into the site
roles        {set} and {live} in the prose, checked against the widgets of the whole book
assets       the page runtime, its style sheet and vendored libraries, loaded only where a widget is
opening      what waits until the first figure of a page is drawn
unneeded     style sheets and scripts that a page has no use for are left out of it
mathml       formulas become MathML during the build
offline      no request of the finished page leaves its folder
download     every chapter can be downloaded as .ipynb; first_cell: which says what is missing to run it
embed        every widget alone, for other people's pages
progress     what a long build is busy with
strict       a warning fails the build, and is not forgotten by the next one
unfinished   what a killed build leaves behind is not used by the next one
repeat       the second build gives the same site as the first
readable     every file of the site may be read by whoever may read its folder
"""

from . import (
    assets,
    download,
    embed,
    environment,
    mathml,
    offline,
    opening,
    progress,
    readable,
    repeat,
    roles,
    strict,
    unfinished,
    unneeded,
    widgets,
)


def setup(app):
    """Connect all parts; called by Sphinx."""
    first = (environment, progress, widgets, roles, assets, opening)
    then = (unneeded, mathml, offline, download, embed, strict, unfinished, repeat, readable)
    for part in first + then:
        part.setup(app)
    return {"version": "0.1", "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
