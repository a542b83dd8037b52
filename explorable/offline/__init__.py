"""A whole book that opens from disk: `extra_extensions: [explorable.offline]` and `jupyter-book build .` make it.

It brings `explorable.sphinx`, the widgets themselves. Nothing here is about them alone:

progress     what a long build is busy with
opening      what waits until the first figure of a page is drawn
unneeded     style sheets and scripts that a page has no use for are left out of it
mathml       formulas become MathML during the build
formula_font the font of the formulas, cut to the letters in use
cards        what a term, an equation or a letter means, beside the place where it is read; formulas as LaTeX
tables       wide tables become blocks on a phone
icons        the theme's icons, cut to those in use; no request of the finished page leaves its folder
download     every chapter can be downloaded as .ipynb (markdown, naming), which says what it lacks to run (first_cell)
strict       a warning fails the build, and is not forgotten by the next one
unfinished   what a killed build leaves behind is not used by the next one
repeat       the second build gives the same site as the first
"""

from explorable.offline import (
    cards,
    download,
    formula_font,
    icons,
    mathml,
    opening,
    progress,
    repeat,
    strict,
    tables,
    unfinished,
    unneeded,
)


def setup(app):
    """Connect all parts; called by Sphinx."""
    app.setup_extension("explorable.sphinx")
    for part in (
        progress,
        opening,
        unneeded,
        mathml,
        formula_font,
        cards,
        tables,
        icons,
        download,
        strict,
        unfinished,
        repeat,
    ):
        part.setup(app)
    return {"version": "0.1", "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
