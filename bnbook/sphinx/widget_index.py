"""The index of widgets: a directive that lists every widget of the book, by page, with its picture.

```{widget-index}
```

The pictures lie in chapters/images/widgets; `make pictures` takes them anew from the built book. A widget that has
none is listed without it.
"""

from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

PICTURES = Path("chapters", "images", "widgets")


class widget_index(nodes.General, nodes.Element):
    """Stands for the list until all pages are read."""


class WidgetIndex(SphinxDirective):
    """The directive; see the head of this file."""

    def run(self):
        self.env.note_reread()  # another page's widgets may change while this page does not
        return [widget_index()]


def fill(app, doctree, docname):
    """Put the list in place, pages in the order of the book."""
    for place in list(doctree.findall(widget_index)):
        place.replace_self(sections(app, docname))


def sections(app, docname):
    """One section for each page that has widgets."""
    found = app.env.explorable_widgets  # page -> key -> record, kept by the engine
    return [section(app, docname, page, found[page]) for page in in_order(app.env) if found.get(page)]


def in_order(env):
    """The pages in the order in which the book is read."""
    todo, seen = [env.config.root_doc], []
    while todo:
        page = todo.pop(0)
        if page not in seen:
            seen.append(page)
            todo = [*env.toctree_includes.get(page, ()), *todo]
    return seen


def section(app, docname, page, widgets):
    made = nodes.section(ids=[nodes.make_id(f"widgets of {page}")])
    made += nodes.title("", app.env.titles[page].astext())
    cards = nodes.container(classes=["bn-cards"])
    for key, record in widgets.items():
        cards += card(app, docname, f"{app.builder.get_relative_uri(docname, page)}#{key}", key, record["title"])
    made += cards
    return made


def card(app, docname, uri, key, title):
    """A link with the widget's picture and title."""
    link = nodes.reference("", "", refuri=uri, internal=True)
    picture = PICTURES / f"{key}.webp"
    if Path(app.srcdir, picture).is_file():
        name = picture.as_posix()
        app.env.images.add_file(docname, name)
        link += nodes.image(uri=name, candidates={"*": name}, alt="", loading="lazy")
    link += nodes.inline("", title)
    return nodes.container("", nodes.paragraph("", "", link), classes=["bn-card"])


def setup(app):
    app.add_directive("widget-index", WidgetIndex)
    app.add_node(widget_index)
    app.connect("doctree-resolved", fill)
