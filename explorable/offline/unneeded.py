"""Style sheets and scripts of other extensions that a page has no use for are left out of it.

Sphinx puts what an extension registers into every page. Each costs a reader's browser a file to open and rules to read,
before anything is shown; here a page loads it only if its text has an element of a class that it is made for. And a
script that stands in the page itself stands there once: Sphinx writes it twice if an extension registers it as late as
sphinx-thebe does (which is one of Jupyter Book's own), and its `const` is then an error in every page.
"""

import re

CLASSES = re.compile(r'class="([^"]*)"')
SERVES = {  # file: beginnings of the classes that it is made for
    "_static/sphinx-design.min.css": ("sd-",),
    "_static/design-tabs.js": ("sd-tab",),
    "_static/proof.css": ("proof",),
    "_static/exercise.css": ("exercise", "solution"),
    "_static/togglebutton.css": ("toggle", "dropdown"),
    "_static/togglebutton.js": ("toggle", "dropdown"),
}


def leave_out(app, pagename, templatename, context, doctree):
    """Take what this page does not need out of its lists of files."""
    if app.builder.format != "html":
        return
    classes = {name for found in CLASSES.findall(context.get("body", "")) for name in found.split()}

    def needed(file):
        served = SERVES.get(str(file.filename))
        return served is None or any(name.startswith(served) for name in classes)

    for kind in ("css_files", "script_files"):
        context[kind] = once(file for file in context.get(kind, []) if needed(file))


def once(files):
    """The files without those scripts whose text an earlier one has."""
    kept = {}
    for file in files:
        kept.setdefault(file if file.filename else file.attributes.get("body"), file)
    return list(kept.values())


def setup(app):
    app.connect("html-page-context", leave_out, priority=910)  # when all files are named
