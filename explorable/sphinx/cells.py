"""A cell that fails fails the build.

An exception while a widget is shown is caught by IPython, which prints the traceback and lets the cell pass. A
traceback in an output is therefore an error here, unless the cell has the tag `raises-exception`.
"""

from docutils import nodes
from sphinx.errors import SphinxError
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)


class CellError(SphinxError):
    category = "A cell raised an exception"


def refuse_tracebacks(app, doctree):
    """Say every traceback of the book if the build is going to end with an error anyway; else end it with the first."""
    for block in doctree.findall(nodes.literal_block):
        if "traceback" in block["classes"] and not wanted(block):
            cell = around(block, "cell") or block
            line = next((node.line for node in cell.findall() if getattr(node, "line", None)), None)
            words = f"{CellError.category}:\n{block.astext()}"
            if not app.keep_going:
                raise CellError(f"{app.env.doc2path(app.env.docname)}:{line}\n{words}")
            LOGGER.error("%s", words, location=(app.env.docname, line))


def around(node, kind):
    """The nearest element around a node that has this class; None if there is none."""
    while node is not None and kind not in node.get("classes", ()):
        node = node.parent
    return node


def wanted(block):
    cell = around(block, "cell")
    return cell is not None and "tag_raises-exception" in cell["classes"]


def setup(app):
    app.connect("doctree-read", refuse_tracebacks, priority=100)
