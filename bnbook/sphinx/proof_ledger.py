"""The proof ledger: a directive that lists every entry of the registry with what stands behind it.

```{ledger}
```

It begins with how many proofs there are and how long they take. That was measured once, by `make bench ARGS=proofs`: a
build that timed them itself would give another book each time.
"""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from bnbook.proofs import printing, registry
from bnbook.proofs.entries import METHODS

from .formulas import MARKS, prove

SECONDS = 12  # for all proofs together, of one processor; from `make bench ARGS=proofs`


class ledger_uses(nodes.General, nodes.Element):
    """Stands for the links to the places that show an entry: its `entry` is the label."""


class Ledger(SphinxDirective):
    """The directive; see the head of this file."""

    def run(self):
        prove(registry.entries().values())
        text = f"{len(registry.identities())} proofs; together they took {SECONDS} seconds on one machine."
        return [nodes.paragraph("", text), *(self._topic(topic) for topic in registry.topics())]

    def _topic(self, topic):
        section = nodes.section(ids=[nodes.make_id(f"ledger topic {topic.TITLE}")])
        section += nodes.title("", topic.TITLE)
        for entry in topic.IDENTITIES:
            section += self._entry(entry)
        return section

    def _entry(self, entry):
        _, words = MARKS[entry.kind]
        box = nodes.container(ids=[f"ledger-{entry.label}"], classes=["bn-entry", f"bn-{entry.kind}"])
        box += nodes.paragraph("", "", nodes.strong("", entry.claim), classes=["bn-claim"])
        math = nodes.math_block("", printing.display([entry]), nowrap=False, number=None, label=None)
        self.set_source_info(math)
        box += math
        facts = nodes.definition_list(classes=["bn-facts"])
        for name, text in facts_of(entry, words):
            facts += fact(name, nodes.paragraph("", text))
        facts += fact("shown in", nodes.paragraph("", "", ledger_uses(entry=entry.label)))
        box += facts
        return box


def fact(name, body):
    return nodes.definition_list_item("", nodes.term("", name), nodes.definition("", body))


def facts_of(entry, words):
    """(name, text) of what stands behind an entry."""
    yield "entry", f"{entry.label}: {entry.kind}"
    if hasattr(entry, "prove"):
        yield "assumes", "; ".join(entry.assumptions)
        yield "proof", METHODS[entry.method]
        needed = [text for text in entry.assumptions if getattr(text, "case", None)]
        yield "refuted", "; ".join(entry.mutants)
        if needed:
            yield "fails without", "; ".join(needed)
    yield "source", entry.source


def number_of(env, page, anchor, name):
    """The number that the page shows beside an equation."""
    numbers = env.toc_fignumbers.get(page, {}).get("displaymath", {}).get(anchor)
    if numbers:
        return ".".join(map(str, numbers))
    return env.get_domain("math").equations[name][1]


def fill_uses(app, doctree, docname):
    """Put the links to the formulas of the chapters in place, once all pages are read."""
    uses = {}
    for page, found in sorted(getattr(app.env, "bn_formula_uses", {}).items()):
        for label, name in found:
            uses.setdefault(label, []).append((page, name))
    for place in list(doctree.findall(ledger_uses)):
        links = []
        for page, name in uses.get(place["entry"], []):
            anchor = f"equation-{nodes.make_id(name)}"
            uri = f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
            text = f"{app.env.titles[page].astext()}, equation {number_of(app.env, page, anchor, name)}"
            links += [nodes.Text("; ")] if links else []
            links.append(nodes.reference("", text, refuri=uri, internal=True))
        place.replace_self(links or [nodes.Text("no chapter; used in proofs or widgets")])


def setup(app):
    app.add_directive("ledger", Ledger)
    app.add_node(ledger_uses)
    app.connect("doctree-resolved", fill_uses)
