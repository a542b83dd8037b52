"""Displayed formulas, taken from the registry of `bnbook.proofs`.

```{formula} xhat-mean-square
:name: eq-eps-square
```

shows an entry with a number, and a mark that links to its place in the proof ledger. Several labels give several
lines with one number, each entry with its own mark. The name defaults to eq-LABEL of the first. `:punct: .` puts a
full stop after it.
What is shown is proved first; a proof that fails stops the build.
"""

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.directives.patches import MathDirective
from sphinx.errors import SphinxError

from bnbook.proofs import printing, registry

LEDGER = "chapters/ledger"
MARKS = {  # kind: its sign, and what the mark says
    "definition": ("\N{WHITE SQUARE}", "definition"),
    "identity": ("\N{BLACK SQUARE}", "proved"),
    "inequality": ("\N{BLACK SQUARE}", "proved"),
    "reported": ("\N{WHITE CIRCLE}", "reported"),
}


class FormulaError(SphinxError):
    category = "Formula"


class formula_box(nodes.General, nodes.Element):
    """Around a displayed formula: its `labels` in the registry and the `name` of its equation."""


class Formula(MathDirective):
    """The directive; see the head of this file."""

    has_content = False
    required_arguments = 1
    optional_arguments = 0
    final_argument_whitespace = True
    option_spec: ClassVar = {"name": directives.unchanged, "punct": directives.unchanged}

    def run(self):
        labels = self.arguments[0].split()
        known = registry.entries()
        for label in labels:
            if label not in known:
                raise self.error(f"the registry has no entry {label!r}")
        shown = [known[label] for label in labels]
        prove(shown)
        name = self.options.pop("name", f"eq-{labels[0]}")
        self.options["label"] = name
        self.arguments = []
        tex = printing.display(shown, self.options.pop("punct", ""))
        self.content = StringList([tex], self.state.document.current_source)
        return [formula_box("", *super().run(), labels=labels, name=name)]


def prove(entries):
    """Prove those of the entries that can be proved; FormulaError, which ends the build, names one that fails."""
    for entry in entries:
        if entry.label not in PROVED and hasattr(entry, "prove"):
            try:
                entry.prove()
            except AssertionError as failure:
                raise FormulaError(f"not proved, so the book is not built: {failure}") from failure
            PROVED.add(entry.label)


PROVED = set()  # labels proved by this process


def remember_use(app, doctree):
    """Where each entry is shown, for the links of the ledger."""
    uses = app.env.bn_formula_uses = getattr(app.env, "bn_formula_uses", {})
    found = [(label, box["name"]) for box in doctree.findall(formula_box) for label in box["labels"]]
    uses[app.env.docname] = found


def forget_page(app, env, docname):
    getattr(env, "bn_formula_uses", {}).pop(docname, None)


def merge_pages(app, env, docnames, other):
    uses = env.bn_formula_uses = getattr(env, "bn_formula_uses", {})
    uses.update({name: found for name, found in getattr(other, "bn_formula_uses", {}).items() if name in docnames})


def visit_html(self, node):
    self.body.append('<div class="bn-formula">\n')


def depart_html(self, node):
    """The marks, one above the other as the entries are: links whose sign and words tell the kind of each entry.

    How high the lines become is for the browser to say; here the room is shared out by what they hold.
    """
    to = self.builder.get_relative_uri(self.builder.current_docname, LEDGER)
    entries = [registry.entries()[label] for label in node["labels"]]
    shares = " ".join(f"{printing.height(entry)}fr" for entry in entries)
    self.body.append(f'<div class="bn-marks" style="grid-template-rows:{shares}">')
    self.body += [mark(entry, to) for entry in entries]
    self.body.append("</div></div>\n")


def mark(entry, to):
    """The link from a displayed entry to its place in the ledger, which is the page `to`."""
    sign, words = MARKS[entry.kind]
    return (
        f'<a class="bn-mark bn-{words}" href="{to}#ledger-{entry.label}" title="{words}: see the proof ledger" '
        f'aria-label="{words}: entry {entry.label} of the proof ledger">{sign}</a>'
    )


def pass_by(self, node):
    """Other formats show the formula alone."""


def setup(app):
    app.add_directive("formula", Formula)
    app.add_node(formula_box, html=(visit_html, depart_html), latex=(pass_by, pass_by), text=(pass_by, pass_by))
    app.connect("doctree-read", remember_use)
    app.connect("env-purge-doc", forget_page)
    app.connect("env-merge-info", merge_pages)
