"""The book's style sheet, on every page."""

from pathlib import Path


def add_style(app, config):
    config.html_static_path.append(str(Path(__file__).resolve().parent / "static"))


def setup(app):
    app.connect("config-inited", add_style)
    app.add_css_file("book.css", priority=800)
