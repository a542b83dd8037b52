"""A widget beside the text that is about it, where the window is wide: `explorable_beside = True` asks for it.

The blocks of a section are parted among its widgets. What belongs to a widget becomes one block with the text before
it, its cell and the text after it; the style sheet (beside.css) lays the text at the left and keeps the widget in view
at the right until that text is read. On narrow windows, on paper and in a notebook the order is what the author wrote.

A widget goes across the page instead if it asks for that (`Explorable(wide=True)`), or where it has little text: a
figure beside three lines would leave a hole.
"""

from docutils import nodes

from explorable.sphinx import render

LEAST = 900  # characters; about half as high as most figures
MOST_BEFORE = 1_600  # characters before a section's first widget; of more, only what leads up to it
LEADS = "ex-leads"  # class of a block that belongs to the widget after it, such as a question


class beside(nodes.General, nodes.Element):
    """A widget's cell between two `beside_text`."""


class beside_text(nodes.General, nodes.Element):
    """The blocks before or after the widget."""


def widget_of(block):
    """The widget's node in a block of a section, or None."""
    if isinstance(block, nodes.section) or not isinstance(block, nodes.Element):
        return None
    return next(iter(block.findall(render.explorable_widget)), None)


def parted(blocks):
    """(before, cell, after) for each widget among the blocks of a section, and first what belongs to none of them."""
    places = [k for k, block in enumerate(blocks) if widget_of(block) is not None]
    starts = [beginning(blocks, place, places[k - 1] + 1 if k else 0) for k, place in enumerate(places)]
    ends = [*starts[1:], len(blocks)]
    if not places:
        return blocks, []
    alone = blocks[: starts[0]]
    return alone, [
        (blocks[start:place], blocks[place], blocks[place + 1 : end])
        for start, place, end in zip(starts, places, ends, strict=True)
    ]


def beginning(blocks, place, earliest):
    """Where the text of the widget at this place begins: all of it, or what leads up to the widget."""
    if earliest == 0 and length(blocks[:place]) <= MOST_BEFORE:
        return 0
    start = place
    while start > earliest and leads(blocks[start - 1]):
        start -= 1
    return start


def leads(block):
    return isinstance(block, nodes.Element) and LEADS in block.get("classes", ())


def length(blocks):
    return sum(len(block.astext()) for block in blocks)


def lay_out(app, doctree):
    """Put the blocks of all sections with widgets into `beside` nodes."""
    if not app.config.explorable_beside:
        return
    for section in list(doctree.findall(nodes.section)):
        children = section.children
        first = next((k for k, child in enumerate(children) if not isinstance(child, nodes.title)), len(children))
        last = next((k for k in range(first, len(children)) if isinstance(children[k], nodes.section)), len(children))
        alone, groups = parted(children[first:last])
        made = [block for group in groups for block in laid(*group)]
        section.children = children[:first]
        section.extend([*alone, *made, *children[last:]])


def laid(before, cell, after):
    """What takes the place of these blocks."""
    if "ex-spread" in widget_of(cell)["html"] or length(before) + length(after) < LEAST:
        cell["classes"].append("ex-across")
        return [*before, cell, *after]
    columns = [beside_text("", *before)] if before else []
    return [beside("", *columns, cell, beside_text("", *after))]


def visit(self, node):
    self.body.append(self.starttag(node, "div", CLASS="ex-pair" if isinstance(node, beside) else "ex-column"))


def depart(self, node):
    self.body.append("</div>\n")


def pass_by(self, node):
    """Other formats have no columns."""


def setup(app):
    app.add_config_value("explorable_beside", False, "env", bool)
    other = dict.fromkeys(("latex", "text", "man", "texinfo"), (pass_by, pass_by))
    for node in (beside, beside_text):
        app.add_node(node, html=(visit, depart), **other)
    app.connect("doctree-read", lay_out, priority=450)  # after `widgets` knows them, before `offline` marks the first
