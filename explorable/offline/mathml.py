"""Formulas become MathML while the book is built: Temml (TeX to MathML) run by mini-racer (V8 in a wheel), no Node.

Nothing is typeset in the page. The formulas are drawn by the browser with a cut of STIX Two Math that lies in the book
(tools/cut_fonts.py made it). A formula that Temml does not understand stops the build with file and line.
"""

import os
import re
import shutil
from functools import cache, lru_cache
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.errors import SphinxError
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

LOGGER = logging.getLogger(__name__)
HERE = Path(__file__).resolve().parent
FOLDER = "explorable"
STYLES = ("vendor/temml.css", "assets/mathml.css")
FILES = ("vendor/stix-two-math.woff2", "assets/mathml.js")
# Temml numbers the lines of these by itself; in the book Sphinx gives the number.
NUMBERED = re.compile(r"\\(begin|end)\{(equation|align|gather|alignat|multline|eqnarray)\}")
RENDER = """
function render(tex, display) {
  try { return [true, temml.renderToString(tex, {displayMode: display, throwOnError: true, strict: false})]; }
  catch (error) { return [false, String(error.message || error)]; }
}
"""


class TexError(SphinxError):
    category = "Formula"


@lru_cache(maxsize=1)
def engine(process):
    """A V8 with Temml in it. `process` is the id of this process: a V8 does not survive a fork."""
    from py_mini_racer import MiniRacer

    context = MiniRacer()
    context.eval((HERE / "vendor" / "temml.min.js").read_text(encoding="utf-8"))
    context.eval(RENDER)
    return context


@cache
def to_mathml(tex, display):
    """MathML of a TeX formula as a string; ValueError with Temml's message if it is wrong."""
    good, result = engine(os.getpid()).call("render", tex, display)
    if not good:
        raise ValueError(result)
    return result


def display_tex(node):
    """The TeX of a display node: Sphinx's habits (parts between blank lines are lines, `\\\\` aligns) made explicit."""
    tex = node.astext().strip()
    if node.get("nowrap"):
        return NUMBERED.sub(r"\\\1{\2*}", tex)
    parts = [part.strip() for part in tex.split("\n\n") if part.strip()]
    if not re.search(r"\\begin\{", tex):
        parts = [rf"\begin{{aligned}}{part}\end{{aligned}}" if r"\\" in part else part for part in parts]
    if len(parts) == 1:
        return NUMBERED.sub(r"\\\1{\2*}", parts[0])
    return r"\begin{gathered}" + r"\\".join(parts) + r"\end{gathered}"


def formula(node):
    if isinstance(node, nodes.math_block):
        return to_mathml(display_tex(node), True)
    return to_mathml(node.astext(), False)


def check_page(app, doctree):
    """Translate all formulas of a page that was read, and stop with the places of those that fail."""
    if app.builder.format != "html" or app.builder.math_renderer_name != "explorable":
        return
    wrong = []
    for node in doctree.findall(lambda n: isinstance(n, nodes.math | nodes.math_block)):
        try:
            formula(node)
        except ValueError as error:
            LOGGER.warning("formula: %s", error, location=place(node))
            wrong.append(f"{place(node)}: {error}")
    if wrong:
        raise TexError("\n".join(wrong))


def place(node):
    """`file:line` of the nearest node around that knows it (inline formulas do not)."""
    while node is not None and not (node.source and node.line):
        node = node.parent
    return f"{node.source}:{node.line}" if node is not None else None


def visit_inline(self, node):
    self.body.append(f'<span class="ex-formula-inline">{formula(node)}{escape(node.get("after", ""))}</span>')
    raise nodes.SkipNode


def keep_punctuation(app, doctree, docname):
    """Put the comma after an inline formula into the formula's box: browsers would break the line between them."""
    for node in doctree.findall(nodes.math):
        after = node.next_node(descend=False, siblings=True)
        if isinstance(after, nodes.Text):
            text = after.astext()
            rest = text.lstrip(".,;:!?)")
            node["after"] = text[: len(text) - len(rest)]
            after.parent.replace(after, nodes.Text(rest))


def visit_display(self, node):
    """A box that scrolls by itself when the formula is wider than the column, with the equation's number beside it."""
    tex = {"data-tex": display_tex(node)}  # for cards.js, by which it is copied
    self.body.append(self.starttag(node, "div", CLASS="math ex-formula", **tex))
    self.body.append(f'<div class="ex-formula-box">{formula(node)}</div>')
    if node.get("number"):
        self.body.append(f'<span class="eqno">({escape(str(get_node_equation_number(self, node)))})')
        self.add_permalink_ref(node, _("Link to this equation"))
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def copy_assets(app):
    if app.builder.format != "html":
        return
    folder = Path(app.outdir, "_static", FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(HERE / name, folder / Path(name).name)
    styles = "\n".join((HERE / name).read_text(encoding="utf-8") for name in STYLES)
    (folder / "mathml.css").write_text(styles, encoding="utf-8")


def load_assets(app, pagename, templatename, context, doctree):
    """Only pages with a formula load the font and the script."""
    if app.env.get_domain("math").has_equations(pagename):
        app.builder.add_css_file(f"{FOLDER}/mathml.css", priority=550)
        app.builder.add_js_file(f"{FOLDER}/mathml.js", priority=650, defer="defer")


def setup(app):
    app.add_html_math_renderer("explorable", (visit_inline, None), (visit_display, None))
    app.connect("doctree-read", check_page)
    app.connect("builder-inited", copy_assets)
    app.connect("doctree-resolved", keep_punctuation)
    app.connect("html-page-context", load_assets)
