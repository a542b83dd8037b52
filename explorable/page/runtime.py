"""The page's own scripts and styles as texts, for hosts that have no files beside them."""

from functools import cache
from pathlib import Path

from .joining import join, join_later, ordered

STATIC = Path(__file__).parent.parent / "static"
ENTRY = "explorable"
LATER = "more"  # what readers ask for: it is loaded when the menu of a widget is first opened
PROGRAM = "program"  # what runs a program: it is loaded where a widget is one
PAD = "pad"  # of this the pad to draw on, for a notebook, whose kernel runs the programs
# In this order: for fingers and paper comes last.
STYLES = ("frame.css", "beside.css", "pictures.css", "docking.css", "controls.css", "hand.css", "drawing_pad.css")
PLOTLY = "vendor/plotly-gl3d.min.js"  # loaded only where a figure needs it


@cache
def script_names():
    """The runtime's modules, each after those that it imports; those of the second script last."""
    found = ordered(STATIC, ENTRY) | ordered(STATIC, LATER) | ordered(STATIC, PROGRAM)
    found |= ordered(STATIC, PAD)
    return tuple(f"{name}.js" for name in found)


@cache
def page_scripts():
    """The page's script: the module explorable.js with all that it imports."""
    return join(STATIC, ENTRY, (LATER, PROGRAM))


@cache
def later_script():
    """The second script of the page, more.js, for whoever opens a menu."""
    return join_later(STATIC, LATER, ENTRY)


@cache
def program_script():
    """The third script of the page, program.js, for widgets that run a program."""
    return join_later(STATIC, PROGRAM, ENTRY)


@cache
def pad_script():
    """The pad to draw on, for hosts that run programs elsewhere."""
    return join_later(STATIC, PAD, ENTRY)


@cache
def page_styles():
    """The page's styles."""
    return "\n".join(read(name) for name in STYLES)


def read(name):
    """The text of a file of the static folder."""
    return (STATIC / name).read_text(encoding="utf-8")


def library(name):
    """A vendored script that sets its global also on a page with an AMD loader or CommonJS, which it would prefer."""
    return f"(function (define, module, exports) {{\n{read(name)}\n}}).call(globalThis);"


def inline(text, attributes=""):
    """A script element with this text; nothing in it ends the element early."""
    safe = text.replace("</script", r"<\/script").replace("<!--", r"<\!--")
    return f"<script{attributes}>\n{safe}\n</script>\n"


def whole(plotly=False, program=False):
    """Everything that widgets need to be alive in an HTML page that is a single file.

    plotly : with the library for 3-D figures, 1.8 MB.   program : with what runs programs.
    """
    # data-base tells the runtime that it stands in a page, although it has no address of its own.
    parts = [inline(library(PLOTLY))] * plotly + [
        inline(page_scripts(), ' data-base=""'),
        inline(later_script()),
        *([inline(program_script())] * program),
    ]
    return f"<style>\n{page_styles()}\n</style>\n" + "".join(parts)
