"""What a page with widgets can put off until its first figure is drawn; `explorable/static/early.js` ends the wait.

The block of the first widget has the class `ex-first`, and the sections below it `ex-below`: the browser lays out what
follows in the first one's section, and the others, a moment later. Scripts of the theme and of other extensions, which
only serve what a reader does later, become `type="text/later"`, which no browser runs until early.js puts ordinary ones
in their place. The theme's own two are in templates/static/webpack-macros.html.
"""

from docutils import nodes

from explorable.sphinx import render, widgets

LATER = {
    f"_static/{name}.js" for name in ("doctools", "sphinx_highlight", "clipboard.min", "copybutton", "togglebutton")
}


def mark_sections(app, doctree):
    """Give the block with the page's first widget its class, and the sections after it, on every level, theirs."""
    node, block = next(doctree.findall(render.explorable_widget), None), None
    while node is not None and node.parent is not None:
        if block is None and isinstance(node.parent, nodes.section):
            block = node
            block["classes"].append("ex-first")
        after = node.parent.children[node.parent.index(node) + 1 :]
        for section in after:
            if isinstance(section, nodes.section):
                section["classes"].append("ex-below")
        node = node.parent


def put_off(app, pagename, templatename, context, doctree):
    """Let the scripts in LATER wait, on pages that have a widget."""
    waits = bool(widgets.records(app.env).get(pagename))
    context["explorable_opening"] = waits
    if waits:
        context["script_files"] = [later(script) for script in context["script_files"]]


def later(script):
    """The same script, waiting, if it can wait."""
    if str(script.filename) not in LATER:
        return script
    return type(script)(script.filename, priority=script.priority, **{**script.attributes, "type": "text/later"})


def setup(app):
    app.connect("doctree-read", mark_sections)
    app.connect("html-page-context", put_off, priority=900)  # when all scripts are named
