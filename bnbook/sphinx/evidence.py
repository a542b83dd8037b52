"""Evidence tags: a mark after a sentence that says what kind of claim it is.

{measured}`@drift | at rate 0.5`   a kept finding: "measured here · 8 paired seeds · at rate 0.5"
{proved}`@dx`                      an entry of the ledger: "proved · " and what it assumes
{reported}`Figure 3`               a short remark; `reported` alone shows the tag's word alone

A tag with names opens: to how the finding was made and the command that makes it again, or to the entries of the ledger
with what each assumes. One without names opens to its whole remark where that is long: in a narrow column a tag shows
as much as goes without breaking the sentence (SHORT), in the margin all. What a tag must say is in `evidence_rules`.
The four kinds, and what each promises the reader, are explained where the page "index" has the label `evidence`.
"""

from html import escape

from docutils import nodes
from sphinx.errors import SphinxError
from sphinx.util.docutils import SphinxRole

from . import evidence_opened, evidence_rules

TARGET = ("index", "evidence")
SHORT = 34  # characters of a tag that stand in the line everywhere
TAGS = {
    "proved": (
        "proved",
        "It follows from the stated assumptions: the proof stands in the text, or a test checks its algebra",
    ),
    "measured": (
        "measured here",
        "An experiment run by this book, with its settings and its spread on the page",
    ),
    "reported": ("reported", "Found in the cited paper; not run again here"),
    "contested": ("contested", "Sources disagree, or our own run disagrees with the paper"),
}


class EvidenceError(SphinxError):
    category = "Evidence"


class evidence_tag(nodes.Inline, nodes.TextElement):
    """A tag: its `kind`, and the `names` that it opens to; its text is what it shows."""


class open_paragraph(nodes.paragraph):
    """A paragraph that holds a tag that opens: HTML ends a <p> where a <details> begins."""


class EvidenceRole(SphinxRole):
    """One role for each kind of evidence."""

    def __init__(self, kind):
        super().__init__()
        self.kind = kind

    def run(self):
        word, _ = TAGS[self.kind]
        names, parts = self.said()
        parts = [word, *(part for part in parts if part and part not in (self.kind, word))]
        shown, rest = shortened(parts)
        node = evidence_tag(self.rawtext, shown, kind=self.kind, names=names, whole=" · ".join(parts), rest=bool(rest))
        if rest:
            node += nodes.inline("", rest, classes=["bn-remark"])
        self.set_source_info(node)
        return [node], []

    def said(self):
        """The names that the tag opens to, and what follows its word. Names that do not exist are shown as written."""
        try:
            tag = evidence_rules.parsed(self.kind, self.text)
        except ValueError:
            return (), [self.text]
        if tag.names and evidence_rules.unknown_names(tag, *known()):
            return (), [self.text]
        if self.kind == "measured":
            return tag.names, [evidence_opened.seeds(tag.names), tag.alone, tag.remark]
        if self.kind == "proved":
            return tag.names, [evidence_opened.assumptions(tag.names), tag.remark]
        return (), [tag.remark]


def shortened(parts):
    """The parts of a tag as text: what stands in the line everywhere, and what else.

    >>> shortened(["measured here", "8 paired seeds", "at rates of 0.5 and 1"])
    ('measured here · 8 paired seeds', ' · at rates of 0.5 and 1')
    """
    count = len(parts)
    while count > 1 and len(" · ".join(parts[:count])) > SHORT:
        count -= 1
    return " · ".join(parts[:count]), "".join(f" · {part}" for part in parts[count:])


def opens(tag):
    """Whether a tag opens in the page: HTML allows that in a paragraph that is no <p>, see `open_paragraph`."""
    return bool(tag["names"] or (tag["rest"] and isinstance(tag.parent, open_paragraph)))


def known():
    """The names that a {measured} and a {proved} tag may have."""
    return evidence_opened.findings(), evidence_opened.entries()


def refuse(app, docname, source):
    """End the build at a page that breaks the rules, if the settings ask for it."""
    if not app.config.bn_evidence_strict:
        return
    found = evidence_rules.offenses(source[0], *known(), legend=docname == TARGET[0])
    if found:
        raise EvidenceError("\n".join(f"{app.env.doc2path(docname, base=False)}:{offense}" for offense in found))


def open_paragraphs(app, doctree, docname):
    """Mark the paragraphs whose tags open."""
    for tag in list(doctree.findall(evidence_tag)):
        if (tag["names"] or tag["rest"]) and type(tag.parent) is nodes.paragraph:
            before = tag.parent
            after = open_paragraph(before.rawsource, "", *before.children, **before.attributes)
            before.replace_self(after)


def visit_html(self, node):
    """A link to the explanation of the tags, or the tag and what it opens to. The kind is in the text, the color only
    repeats it.
    """
    page, anchor = TARGET
    docname = self.builder.current_docname
    here = docname == page
    href = f"#{anchor}" if here else f"{self.builder.get_relative_uri(docname, page)}#{anchor}"
    _, meaning = TAGS[node["kind"]]
    if opens(node):
        title = f' title="{escape(node["whole"])}"' if node["rest"] else ""
        self.body.append(f'<details class="bn-opens bn-{node["kind"]}"><summary class="bn-tag"{title}>')
        ledger = self.builder.get_relative_uri(docname, "chapters/ledger")
        whole = node["whole"] if node["rest"] else ""
        node["opened"] = evidence_opened.html(node["kind"], node["names"], ledger, (href, meaning), whole)
    else:
        self.body.append(f'<a class="bn-tag bn-{node["kind"]}" href="{href}" title="{meaning}">')


def depart_html(self, node):
    self.body.append(f"</summary>{node['opened']}</details>" if opens(node) else "</a>")


def visit_paragraph(self, node):
    self.body.append(self.starttag(node, "div", "", CLASS="bn-p"))


def depart_paragraph(self, node):
    self.body.append("</div>\n")


def visit_text(self, node):
    """Other formats show the tag in brackets."""
    self.body.append("[") if hasattr(self, "body") else self.add_text("[")


def depart_text(self, node):
    self.body.append("]") if hasattr(self, "body") else self.add_text("]")


def notebook_text(writer, node):
    """In a notebook the tag stands in brackets, in italics, and with names also what makes the finding again."""
    again = evidence_opened.again(node["names"]) if node["kind"] == "measured" and node["names"] else ""
    return f"*[{writer.within(node)}]*" + (f" (`{again}`)" if again else "")


def setup(app):
    app.add_config_value("bn_evidence_strict", False, "env", bool)
    for kind in TAGS:
        app.add_role(kind, EvidenceRole(kind))
    other = dict.fromkeys(("latex", "text"), (visit_text, depart_text))
    app.add_node(evidence_tag, html=(visit_html, depart_html), notebook=(notebook_text, None), **other)
    app.add_node(open_paragraph, html=(visit_paragraph, depart_paragraph))
    app.connect("source-read", refuse)
    app.connect("doctree-resolved", open_paragraphs)
    app.add_css_file("evidence.css", priority=805)
