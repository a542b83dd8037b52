"""The book's style sheet on every page, and one mend in the pages' markup."""

from pathlib import Path


def add_style(app, config):
    config.html_static_path.append(str(Path(__file__).resolve().parent / "static"))


def mend_citations(app, pagename, templatename, context, doctree):
    """docutils calls its bibliography a list, but its entries no list items; screen readers do better without."""
    if "body" in context:
        context["body"] = context["body"].replace(
            '<div role="list" class="citation-list">', '<div class="citation-list">'
        )


def setup(app):
    app.connect("config-inited", add_style)
    app.connect("html-page-context", mend_citations)
    app.add_css_file("book.css", priority=800)
