"""Evidence tags: a mark after a sentence that says what kind of claim it is.

{proved}`proved`               shows the tag's word alone
{proved}`for any length`       shows the word and a short remark: "proved · for any length"

The four kinds, and what each promises the reader, are explained where the page "index" has the label `evidence`.
"""

from docutils import nodes
from sphinx.util.docutils import SphinxRole

TARGET = ("index", "evidence")
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


class evidence_tag(nodes.Inline, nodes.TextElement):
    """A tag: its `kind`; its text is the remark, or nothing."""


class EvidenceRole(SphinxRole):
    """One role for each kind of evidence."""

    def __init__(self, kind):
        super().__init__()
        self.kind = kind

    def run(self):
        word, _ = TAGS[self.kind]
        remark = "" if self.text.strip() in (self.kind, word) else self.text.strip()
        shown = f"{word} · {remark}" if remark else word
        node = evidence_tag(self.rawtext, shown, kind=self.kind)
        self.set_source_info(node)
        return [node], []


def visit_html(self, node):
    """A link to the explanation of the tags; the kind is in the text, the colour only repeats it."""
    page, anchor = TARGET
    docname = self.builder.current_docname
    href = f"#{anchor}" if docname == page else f"{self.builder.get_relative_uri(docname, page)}#{anchor}"
    _, meaning = TAGS[node["kind"]]
    self.body.append(f'<a class="bn-tag bn-{node["kind"]}" href="{href}" title="{meaning}">')


def depart_html(self, node):
    self.body.append("</a>")


def visit_text(self, node):
    """Other formats show the tag in brackets."""
    self.body.append("[") if hasattr(self, "body") else self.add_text("[")


def depart_text(self, node):
    self.body.append("]") if hasattr(self, "body") else self.add_text("]")


def notebook_text(writer, node):
    """In a notebook the tag stands in brackets, in italics."""
    return f"*[{writer.within(node)}]*"


def setup(app):
    for kind in TAGS:
        app.add_role(kind, EvidenceRole(kind))
    app.add_node(
        evidence_tag,
        html=(visit_html, depart_html),
        latex=(visit_text, depart_text),
        text=(visit_text, depart_text),
        notebook=(notebook_text, None),
    )
