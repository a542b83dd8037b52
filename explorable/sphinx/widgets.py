"""The widgets of the whole book: which page has which, their checks, and their scripts in the site.

`env.explorable_widgets` maps a page to {key: record}; a record keeps of a widget's payload what roles and copying need.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx.errors import SphinxError
from sphinx.util import logging

from explorable.page.form import HASH, is_whole, script_paths

from ..files import write_whole
from . import render

SCRIPT = re.compile(rf"[\w-]+-[0-9a-f]{{{HASH}}}\.js")  # explorable.page.form.script_name
LOGGER = logging.getLogger(__name__)
KEPT = ("title", "html", "script_name", "other_scripts", "controls", "outputs", "values", "inexact")


class DuplicateKey(SphinxError):
    category = "Two widgets with one key"


def all_widgets(env):
    """{key: (page, record)} over all pages."""
    return {key: (page, record) for page, found in records(env).items() for key, record in found.items()}


def records(env):
    if not hasattr(env, "explorable_widgets"):
        env.explorable_widgets = {}
    return env.explorable_widgets


def collect(app, doctree):
    """Remember the widgets of one page that was read."""
    found = {}
    headings = {name for section in doctree.findall(nodes.section) for name in section["ids"]}
    for node in doctree.findall(render.explorable_widget):
        payload = node.attributes.pop("payload")
        key = payload["key"]
        if key in headings:
            raise DuplicateKey(f'"{key}" in {app.env.docname} is the id of a heading of the page, too; take another')
        if key in found:
            raise DuplicateKey(f'"{key}" is shown twice in {app.env.docname}; a key names one widget of the book')
        found[key] = {name: payload[name] for name in KEPT}
        node["key"], node["html"] = key, payload["html"]
        if reaches_into_the_margin(app.config, payload) and "cell_output" in node.parent.get("classes", ()):
            node.parent["classes"].append("full-width")  # the theme's class
    records(app.env)[app.env.docname] = found


def reaches_into_the_margin(config, payload):
    """Whether the theme's margin is a widget's: beside its text it has a place of its own (beside.py)."""
    return "ex-side" in payload["html"] and not config.explorable_beside


def purge(app, env, docname):
    records(env).pop(docname, None)


def merge(app, env, docnames, other):
    records(env).update({page: records(other)[page] for page in docnames if page in records(other)})


def check(app, env):
    """Two pages with one key stop the build; a script that is not in the cache is a warning."""
    pages = {}
    for page, found in sorted(records(env).items()):
        for key, record in found.items():
            if key in pages:
                raise DuplicateKey(
                    f'"{key}" is shown in {pages[key]} and in {page}; a key names one widget of the book'
                )
            pages[key] = page
            if not all(map(is_whole, script_paths(record))):
                LOGGER.warning(
                    'widget "%s": its data %s is not in the cache; `make clean` and build again',
                    key,
                    record["script_name"],
                    location=page,
                )


def read_again(app, env, added, changed, removed):
    """Pages with a widget whose script is damaged or gone: their notebooks run again and make it (unfinished.py)."""
    found = records(env).items()
    return [
        page
        for page, kept in found
        if not all(is_whole(path) for record in kept.values() for path in script_paths(record))
    ]


def copy_scripts(app, exception):
    """Put the scripts of all widgets into the site, and remove those of widgets that are gone."""
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir, "_static", "explorable")
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {path.name: path for _, record in all_widgets(app.env).values() for path in script_paths(record)}
    for path in folder.iterdir():
        if SCRIPT.fullmatch(path.name) and path.name not in wanted:
            path.unlink()
    for name, source in wanted.items():
        if source.is_file() and not is_whole(folder / name):
            write_whole(folder / name, source.read_bytes())


def setup(app):
    render.setup(app)
    app.connect("doctree-read", collect, priority=400)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-get-outdated", read_again)
    app.connect("env-check-consistency", check)
    app.connect("build-finished", copy_scripts)
