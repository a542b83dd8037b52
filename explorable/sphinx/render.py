"""The output type of a widget, as MyST-NB hands it over (entry point group `myst_nb.mime_renderers`)."""

from docutils import nodes

MIME_TYPE = "application/vnd.explorable+json"


class explorable_widget(nodes.General, nodes.Element):
    """A widget in a page: its `key` and its `html`; until the page is read also the whole `payload` of the output."""


class ExplorableRenderer:
    """Turns the output of a cell into a node; wins over text/html and text/plain in the same output."""

    mime_priority_overrides = (("*", MIME_TYPE, 0),)

    @staticmethod
    def handle_mime(renderer, data, inline):
        if inline or data.mime_type != MIME_TYPE:
            return None
        node = explorable_widget("", payload=data.content)
        node.source = renderer.source
        node.line = data.line or 0
        return [node]


def visit_html(self, node):
    """Write the static widget; the address of its data is made relative to this page."""
    root = "../" * self.builder.current_docname.count("/")
    self.body.append(node["html"].replace('data-src="_static/', f'data-src="{root}_static/'))
    raise nodes.SkipNode


def visit_other(self, node):
    """Formats without a page runtime name the widget and leave it out."""
    if hasattr(self, "add_text"):
        self.add_text(f"[{node['key']}]")
    raise nodes.SkipNode


def setup(app):
    other = dict.fromkeys(("latex", "text", "man", "texinfo"), (visit_other, None))
    app.add_node(explorable_widget, html=(visit_html, None), **other)
