"""A page's document as plain Markdown: what any Jupyter shows, without MyST.

Roles and directives come out as what they became: formulas as TeX with their numbers, references as text, admonitions
and exercises as quotations, dropdowns as <details>. An extension says how a node of its own is written by
`app.add_node(node, notebook=(function, None))` with function(writer, node) -> Markdown.
"""

import re
from base64 import b64encode
from html import escape
from mimetypes import guess_type
from pathlib import Path
from types import SimpleNamespace

from docutils import nodes
from sphinx.util.math import get_node_equation_number

from .mathml import display_tex

SKIPPED = (
    "comment", "target", "index", "toctree", "meta", "substitution_definition", "system_message", "pending",
    "explorable_widget", "colspec",
)  # fmt: skip
SPECIAL = re.compile(r"([\\`*$]|<(?=[A-Za-z/!])|(?<!\w)_|_(?!\w)|\[(?=[^\]]*\]\())")
STARTERS = re.compile(r"^(#{1,6} |[-+] |>|\d+[.)] )")


class Writer:
    """Writes the nodes of one page; `block` gives paragraphs, `inline` the text within them."""

    def __init__(self, app, docname, is_notebook, names=()):
        self.app, self.docname, self.is_notebook = app, docname, is_notebook
        self.own = app.registry.translation_handlers.get("notebook", {})
        self.names = dict(names)  # {key of a widget of this page: its name in the notebook}
        self.cited = []  # the marks of the papers that the page cites, in order

    # Blocks

    def block(self, node):
        """Markdown of a node that stands by itself, without blank lines around it."""
        name = type(node).__name__
        if name in self.own:
            return self.own[name][0](self, node)
        if name in SKIPPED or isinstance(node, nodes.Invisible):
            return ""
        if (method := self._method("block", node)) is not None:
            return method(node)
        if isinstance(node, (nodes.Inline, nodes.Text, nodes.TextElement)):
            return self.inline(node)
        return self.blocks(node.children)

    def blocks(self, children):
        """Several blocks, parted by blank lines."""
        return "\n\n".join(filter(None, map(self.block, children)))

    def _method(self, kind, node):
        names = (base.__name__ for base in type(node).__mro__)
        return next((getattr(self, f"{kind}_{name}") for name in names if hasattr(self, f"{kind}_{name}")), None)

    def block_paragraph(self, node):
        text = self.inline(node).strip()
        return STARTERS.sub(r"\\\1", text)

    def block_math_block(self, node):
        tex = display_tex(node)
        if node.get("nowrap"):  # an environment of its own, which $$ must not surround
            return tex
        number = get_node_equation_number(SimpleNamespace(builder=self.app.builder), node) if node.get("number") else ""
        tag = rf" \tag{{{number}}}" if number else ""
        return f"$$\n{tex}{tag}\n$$"

    def block_literal_block(self, node):
        language = node.get("language", "none")
        if language in ("none", "default"):
            language = "python" if str(node.get("source", "")).endswith(".py") else ""
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", node.astext())), default=0))
        return f"{fence}{language}\n{node.astext().rstrip()}\n{fence}"

    def block_bullet_list(self, node):
        return "\n".join(item("- ", self.blocks(child.children)) for child in node.children)

    def block_enumerated_list(self, node):
        first = node.get("start", 1)
        return "\n".join(item(f"{first + k}. ", self.blocks(child.children)) for k, child in enumerate(node.children))

    def block_definition_list(self, node):
        """Jupyter's Markdown has none: a list whose terms are bold."""
        entries = []
        for entry in node.children:
            terms = [self.inline(child) for child in entry.children if isinstance(child, nodes.term)]
            body = self.blocks(child for child in entry.children if isinstance(child, nodes.definition))
            entries.append(item("- ", f"**{', '.join(terms)}**: {body}"))
        return "\n".join(entries)

    def block_block_quote(self, node):
        return quoted(self.blocks(node.children))

    def block_Admonition(self, node):
        """Notes, exercises, theorems, proofs: a quotation with a bold title; what folds is folded."""
        if len(node) == 1 and isinstance(node[0], nodes.Admonition):  # a wrapper, as sphinx-proof makes around a proof
            return self.block(node[0])
        title = self.title_of(node)
        body = self.blocks(child for child in node.children if not isinstance(child, nodes.title))
        if {"dropdown", "toggle"} & set(node["classes"]):
            return f"<details><summary>{escape(title or 'More')}</summary>\n\n{body}\n\n</details>"
        return quoted(f"**{title}**\n\n{body}" if title else body)

    def title_of(self, node):
        """The title of an admonition as text, with its number if it has one."""
        number = self.number_of(node)
        titles = [child for child in node.children if isinstance(child, nodes.title)]
        words = "".join(map(self.inline, titles)).strip()
        if titles and "title" in titles[0]:  # sphinx-exercise keeps the numbered part there
            return f"{titles[0]['title'] % number}{' ' if words else ''}{words}"
        if "realtype" in node:  # sphinx-proof writes kind and number only into HTML
            return f"{node['realtype'].title()} {number} {words}".strip()
        if titles:
            return words
        return type(node).__name__.title() if type(node).__module__ == "docutils.nodes" and is_plain(node) else ""

    def number_of(self, node):
        """The number that the page gives to an exercise, a theorem or a figure, or ""."""
        for numbers in self.app.env.toc_fignumbers.get(self.docname, {}).values():
            for name in node.get("ids", ()):
                if name in numbers:
                    return ".".join(map(str, numbers[name]))
        return ""

    def block_rubric(self, node):
        return f"**{self.inline(node)}**"

    def block_transition(self, node):
        return "---"

    def block_table(self, node):
        rows = [[self.cell(entry) for entry in row.children] for row in node.findall(nodes.row)]
        head = len(list(next(node.findall(nodes.thead), nodes.thead()).findall(nodes.row)))
        rows = rows if head else [[""] * len(rows[0]), *rows]
        rows.insert(1, ["---"] * len(rows[0]))
        title = next((f"**{self.inline(child)}**\n\n" for child in node.children if isinstance(child, nodes.title)), "")
        return title + "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def cell(self, entry):
        return self.blocks(entry.children).replace("\n\n", "<br>").replace("\n", " ").replace("|", r"\|")

    def block_image(self, node):
        """The picture itself, as a notebook is one file."""
        alt, path = node.get("alt", ""), Path(self.app.srcdir, node["uri"])
        if not path.is_file():
            return f"![{alt}]({node['uri']})"
        data = b64encode(path.read_bytes()).decode("ascii")
        return f"![{alt}](data:{guess_type(path.name)[0]};base64,{data})"

    def block_raw(self, node):
        return node.astext() if "html" in node.get("format", "") else ""

    # Inline

    def inline(self, node):
        """Markdown of a node within a paragraph: of its children, with what the node adds around them."""
        name = type(node).__name__
        if name in self.own:
            return self.own[name][0](self, node)
        if name in SKIPPED:
            return ""
        method = self._method("inline", node)
        return method(node) if method is not None else self.within(node)

    def within(self, node):
        """Markdown of everything inside a node."""
        return "".join(map(self.inline, node.children))

    def inline_Text(self, node):
        return escaped(node.astext())

    def inline_emphasis(self, node):
        return f"*{self.within(node)}*"

    def inline_strong(self, node):
        return f"**{self.within(node)}**"

    def inline_literal(self, node):
        text = node.astext()
        ticks = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
        pad = " " if text.startswith("`") or text.endswith("`") else ""
        return f"{ticks}{pad}{text}{pad}{ticks}"

    def inline_math(self, node):
        return f"${' '.join(node.astext().split())}${node.get('after', '')}"

    def inline_reference(self, node):
        """A link to elsewhere, or to another chapter's notebook; within the page, and to other pages, the words."""
        words, address = self.within(node), node.get("refuri", "")
        if re.match(r"[a-z]+:", address):
            return f"[{words}]({address})"
        page = address.partition("#")[0].partition("?")[0]
        if "#" in address and re.fullmatch(r"\d+|[A-Z]\w*\d\d\w?", words):
            self.cited += [words] if words not in self.cited else []
        if page.endswith(".html") and self.is_notebook(self.docname, page.removesuffix(".html")):
            return f"[{words}]({page.removesuffix('.html')}.ipynb)"
        return words

    def inline_explorable_markup(self, node):
        """{live}: the number. {set}: its words, and what does the same in a cell."""
        settings = ", ".join(f"{name}={spelled(value)}" for name, value in (node.get("state") or {}).items())
        if not settings:
            return self.within(node)
        if node["key"] in self.names:
            return f"{self.within(node)} (`{self.names[node['key']]}.set({settings})`)"
        page = node["page"]  # the widget stands in another one
        words = self.within(node)
        return f"[{words}]({page}.ipynb) (`{settings}` there)" if self.is_notebook(self.docname, page) else words


def escaped(text):
    """A text on one line, with what Markdown would take for markup escaped."""
    return SPECIAL.sub(r"\\\1", re.sub(r"\s*\n\s*", " ", text))


def spelled(value):
    """A value as Python writes it; a whole number without its decimals."""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(spelled, value))}]"
    return f"{value:.12g}" if isinstance(value, float) else repr(value)


def item(mark, text):
    """A list item: its further lines are indented."""
    return mark + text.replace("\n", "\n" + " " * len(mark)).replace("\n" + " " * len(mark) + "\n", "\n\n")


def quoted(text):
    """Every line behind a >."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def is_plain(node):
    """Whether the admonition's class is its title: a note, a tip, a warning."""
    return not isinstance(node, nodes.admonition)
