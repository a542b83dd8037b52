"""Every chapter can be downloaded as a notebook: .ipynb, without outputs, in plain Markdown, the same bytes each time.

A link at the page's end and the theme's download menu lead to it. Its first cell is written by first_cell.py.
"""

import json
import re
from html import escape
from pathlib import Path

import jupytext
from docutils import nodes

from explorable.offline import first_cell, naming
from explorable.sphinx import render

from .markdown import Writer, escaped

HIDDEN = {"hide-input", "remove-input", "hide-cell", "remove-cell"}


def source_cells(path):
    """The code cells of a MyST notebook, in order."""
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="md:myst")
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def is_notebook(env, docname):
    """Whether a page is written as a MyST notebook."""
    if docname not in env.found_docs:
        return False
    source = Path(env.doc2path(docname))
    return source.suffix == ".md" and "format_name: myst" in source.read_text(encoding="utf-8")[:500]


def in_groups(code):
    """The code cells, parted: each group ends with one that the page shows; the last with what comes after."""
    group = []
    for cell in code:
        group.append(cell)
        tags = set(cell.metadata.get("tags", ()))
        if not ("remove-cell" in tags or {"remove-input", "remove-output"} <= tags):
            yield group
            group = []
    yield group


def is_code(node):
    """Whether a node of a page is a code cell with what it shows."""
    return isinstance(node, nodes.Element) and node.get("nb_element") == "cell_code"


def name_widgets(doctree, groups):
    """{key: name} of the page's widgets; their cells are changed so that each name is there."""
    counts = naming.bindings(cell.source for group in groups for cell in group)
    names = {}
    for node, group in zip(doctree.findall(is_code), groups):
        for widget in node.findall(render.explorable_widget):
            group[-1].source, name = naming.named(group[-1].source, widget["key"], counts)
            if name:
                names[widget["key"]] = name
                counts.setdefault(name, 1)
    return names


class Cells:
    """Collects the cells of a notebook: text until the next heading or code cell, and code from the source.

    groups : of code cells, as `in_groups` makes them.   names : {key: name} of the widgets.
    """

    def __init__(self, app, docname, groups, names):
        def known(here, page):
            there = (Path("/", here).parent / page).resolve().as_posix().lstrip("/")
            return is_notebook(app.env, there)

        self.writer = Writer(app, docname, known, names)
        self.cells, self.text, self.groups = [], [], iter(groups)

    def walk(self, node, depth=0):
        """Write a node and what is in it."""
        if is_code(node):
            self.end_text()
            self.next_code()
        elif isinstance(node, nodes.section) and isinstance(node[0], nodes.title):
            self.end_text()
            for child in node.children:
                self.walk_child(child, depth + 1)
        elif any(map(is_code, node.findall())):
            for child in node.children:
                self.walk_child(child, depth)
        else:
            self.text.append(self.writer.block(node))

    def walk_child(self, child, depth):
        if isinstance(child, nodes.title):
            words = self.writer.inline(child)
            of_section = isinstance(child.parent, nodes.section)
            self.text.append(f"{'#' * min(depth, 6)} {words}" if of_section else f"**{words}**")
        elif isinstance(child, nodes.Element):
            self.walk(child, depth)

    def end_text(self):
        text = "\n\n".join(filter(None, self.text))
        self.text = []
        if text:
            self.cells.append({"cell_type": "markdown", "metadata": {}, "source": text})

    def next_code(self):
        """The next code cell of the source that is shown, and those before it that the page leaves out."""
        for cell in next(self.groups, ()):
            self.add_code(cell.source, set(cell.metadata.get("tags", ())))

    def add_code(self, source, tags=()):
        metadata = {"tags": sorted(tags)} if tags else {}
        if HIDDEN & set(tags):
            metadata["jupyter"] = {"source_hidden": True}
        cell = {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": source}
        self.cells.append(cell)


def references(app, cited):
    """The papers behind the marks, as a last cell, if sphinxcontrib-bibtex made them."""
    if "cite" not in app.env.domains or not cited:
        return ""
    from pybtex.plugin import find_plugin  # a dependency of sphinxcontrib-bibtex

    backend = find_plugin("pybtex.backends", "plaintext")()
    entries = {entry.formatted_entry.label: entry.formatted_entry for entry in app.env.get_domain("cite").citations}
    found = [entries[mark] for mark in cited if mark in entries]
    lines = [f"- [{entry.label}] {escaped(entry.text.render(backend))}" for entry in found]
    return "\n".join(["## Papers", "", *lines]) if lines else ""


def notebook(app, docname, doctree):
    """The notebook of a page as JSON text."""
    code = source_cells(Path(app.env.doc2path(docname)))
    groups = list(in_groups(code))
    cells = Cells(app, docname, groups, name_widgets(doctree, groups))
    cells.add_code(first_cell.source(app.config, [cell.source for cell in code]))
    for child in doctree.children:
        cells.walk_child(child, 0)
    cells.text.append(references(app, cells.writer.cited))
    cells.end_text()
    cells.next_code()
    name = re.sub(r"[^a-zA-Z0-9-]", "-", docname)[-50:]
    made = [
        {"id": f"{name}-{k}", **cell, "source": cell["source"].splitlines(True)} for k, cell in enumerate(cells.cells)
    ]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def offer_notebook(app, pagename, templatename, context, doctree):
    """Write the notebook beside the page's source, link it after the text, and tell the theme where it is."""
    if doctree is None or app.builder.format != "html" or not is_notebook(app.env, pagename):
        return
    target = Path(app.outdir, "_sources", f"{pagename}.ipynb")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(notebook(app, pagename, doctree), encoding="utf-8", newline="\n")
    context["ipynb_source"] = f"{pagename}.ipynb"
    address = escape(f"{'../' * pagename.count('/')}_sources/{pagename}.ipynb")
    link = (
        f'<p class="ex-download"><a href="{address}" download="{escape(Path(pagename).name)}.ipynb">'
        "Download this chapter as a notebook</a></p>"
    )
    body, end = context["body"].rstrip(), "</section>"  # of the page, so that the link stands in the text's column
    context["body"] = f"{body.removesuffix(end)}{link}\n{end if body.endswith(end) else ''}\n"


def setup(app):
    first_cell.setup(app)
    # Before the theme makes its buttons, at 501.
    app.connect("html-page-context", offer_notebook, priority=400)
