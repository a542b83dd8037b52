"""Roles with which the prose moves a widget's controls and shows its numbers.

{set}`try a depth of 20 <chain: depth=20, lr=0.1>`   a link that sets controls, on this page or on another one
{live}`chain: predicted | .3g`                       a number of the widget: its start, kept current by the page

Both are resolved when all pages were read, so that a widget may stand on any page. What does not exist (a key, a
control, a value, an output) is a warning with its place.
"""

import json
import re
from html import escape
from posixpath import dirname, relpath

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from explorable.declare import text as formatting
from explorable.declare.errors import meant

from . import states, widgets

LOGGER = logging.getLogger(__name__)
SET = re.compile(r"^(?P<words>.+?)\s*<(?P<key>[a-z][a-z0-9-]*)\s*:(?P<state>.+)>$", re.DOTALL)
LIVE = re.compile(r"^(?P<key>[a-z][a-z0-9-]*)\s*:\s*(?P<name>\w+(?:\[\d+\])*)\s*(?:\|(?P<format>.*))?$", re.DOTALL)


class explorable_role(nodes.Inline, nodes.TextElement):
    """A {set} or {live} that waits for the widgets of the whole book."""


class explorable_markup(nodes.Inline, nodes.TextElement):
    """The finished HTML of a role around its text: `start` and `end`; of {set} also the
    `state`, {control: value}, the `key` of the widget, and its `page` seen from this one."""


class SetRole(SphinxRole):
    def run(self):
        return [pending(self, "set", SET, "words <key: control=value>")], []


class LiveRole(SphinxRole):
    def run(self):
        return [pending(self, "live", LIVE, "key: output | format")], []


def pending(role, kind, pattern, form):
    """The node of a role, or its text with a warning if it is not of the right form."""
    match = pattern.match(role.text.strip())
    if not match:
        LOGGER.warning("{%s}`%s` is not of the form %s", kind, role.text, form, location=role.get_location())
        return nodes.Text(role.text)
    node = explorable_role(role.rawtext, kind=kind, **match.groupdict())
    role.set_source_info(node)
    return node


def resolve(app, doctree, docname):
    """Replace the roles of one page, with a warning for each that is wrong."""
    known = widgets.all_widgets(app.env)
    for node in list(doctree.findall(explorable_role)):
        try:
            if node["key"] not in known:
                hint, there = meant(node["key"], known), ", ".join(sorted(known)) or "none"
                words = f"there are {there}; a cell shows the one on its last line"
                raise ValueError(f'there is no widget "{node["key"]}"{hint}; {words}')
            new = RESOLVERS[node["kind"]](app, node, docname, *known[node["key"]])
        except ValueError as error:
            LOGGER.warning("{%s} for %s: %s", node["kind"], node["key"], error, location=node)
            new = nodes.Text(node.get("words") or node["name"])
        node.replace_self(new)


def resolve_set(app, node, docname, page, record):
    state = states.read_state(node["state"], record["controls"])
    there = "" if page == docname else app.builder.get_relative_uri(docname, page)
    key = node["key"]
    href = f"{there}?{states.query(key, state)}#{key}"
    data = json.dumps(state, separators=(",", ":"))
    elsewhere = relpath(page, dirname(docname) or ".")  # as a reference between pages is written
    start = f'<a class="ex-set" href="{escape(href)}" data-key="{key}" data-set="{escape(data)}">'
    return explorable_markup(
        "", nodes.Text(node["words"]), start=start, end="</a>", state=state, key=key, page=elsewhere
    )


def resolve_live(app, node, docname, page, record):
    name, spec = node["name"], (node["format"] or "").strip()
    plain = name.partition("[")[0]
    if plain not in record["outputs"] and plain not in record["values"]:
        names = [*record["outputs"], *record["values"]]
        raise ValueError(f'no output or control "{plain}"{meant(plain, names)}; there are {", ".join(names)}')
    if plain in record["inexact"]:
        raise ValueError(
            f'"{plain}" is an array that the page may hold with an error; give its number as an output of its own'
        )
    template = "{" + name + (f":{spec}" if spec else "") + "}"
    shown = formatting.fill(template, record["controls"], record["values"], record["outputs"])
    start = f'<span class="ex-live" data-key="{node["key"]}" data-name="{escape(name)}" data-format="{escape(spec)}">'
    return explorable_markup("", nodes.Text(shown), start=start, end="</span>")


RESOLVERS = {"set": resolve_set, "live": resolve_live}


def note_pages(app, doctree):
    """Remember which pages have roles: they are written again whenever another page may have changed its widgets."""
    pages(app.env)[app.env.docname] = any(True for _ in doctree.findall(explorable_role))


def pages(env):
    if not hasattr(env, "explorable_role_pages"):
        env.explorable_role_pages = {}
    return env.explorable_role_pages


def pages_with_roles(app, env):
    return [page for page, has_roles in pages(env).items() if has_roles]


def purge(app, env, docname):
    pages(env).pop(docname, None)


def merge(app, env, docnames, other):
    pages(env).update({page: pages(other)[page] for page in docnames if page in pages(other)})


def visit_html(self, node):
    self.body.append(node["start"])


def depart_html(self, node):
    self.body.append(node["end"])


def ignore(self, node):
    """Other formats show the text alone."""


def setup(app):
    app.add_role("set", SetRole())
    app.add_role("live", LiveRole())
    other = dict.fromkeys(("latex", "text", "man", "texinfo"), (ignore, ignore))
    app.add_node(explorable_markup, html=(visit_html, depart_html), **other)
    app.connect("doctree-read", note_pages)
    app.connect("env-updated", pages_with_roles)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("doctree-resolved", resolve)
