"""A fault fails the build, and is not forgotten by the next one.

Warnings: the build goes on, so that all of them are said, and then ends with an error, as with `-W --keep-going`; a
book whose author wants it otherwise sets `explorable_strict: false`. Sphinx reads again only the pages that changed, so
a page that warned once would pass the next build. After a build with warnings the saved environment is deleted: the
next one reads every page (notebooks come from their cache). Sphinx itself does the same after an exception.

Widgets: an exception while a widget is shown is caught by IPython, which prints the traceback and lets the cell pass. A
traceback in an output therefore stops the build here, unless the cell has the tag `raises-exception`.
"""

from pathlib import Path

from docutils import nodes
from sphinx.application import ENV_PICKLE_FILENAME
from sphinx.errors import SphinxError


class CellError(SphinxError):
    category = "A cell raised an exception"


def be_strict(app, config):
    """Let Sphinx end with an error after a warning, whatever command started it."""
    if config.explorable_strict and not app.warningiserror:
        app.keep_going = True


def refuse_tracebacks(app, doctree):
    for block in doctree.findall(nodes.literal_block):
        if "traceback" in block["classes"] and not wanted(block):
            cell = around(block, "cell")
            code = cell.next_node(nodes.literal_block).astext() if cell is not None else ""
            line = next((node.line for node in (cell or block).findall() if getattr(node, "line", None)), "")
            where = f"{app.env.doc2path(app.env.docname)}:{line}"
            raise CellError(f"{where}\n{code}\n\n{block.astext()}")


def around(node, kind):
    """The nearest element around a node that has this class; None if there is none."""
    while node is not None and kind not in node.get("classes", ()):
        node = node.parent
    return node


def wanted(block):
    cell = around(block, "cell")
    return cell is not None and "tag_raises-exception" in cell["classes"]


def forget_environment(app, exception):
    if app._warncount:
        Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)


def setup(app):
    app.add_config_value("explorable_strict", True, "", bool)
    app.connect("config-inited", be_strict)
    app.connect("doctree-read", refuse_tracebacks, priority=100)
    app.connect("build-finished", forget_environment, priority=900)
