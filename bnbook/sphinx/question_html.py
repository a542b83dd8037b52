"""How a question looks: its nodes, their HTML, and the script and style that pages with questions load.

Without JavaScript, and on paper, it is the question, its options as a list, and an answer to unfold. The script shows
the circles to choose and the slider, and copies the explanation of the chosen option beside the button.
"""

import json
from html import escape

from docutils import nodes

LETTERS = "abcdefghij"
CHECKING = '<button type="button" class="bn-check">Check</button>'
PREDICTING = (
    '<button type="button" class="bn-check">Compare</button> <button type="button" class="bn-skip">Show me</button>'
)


class question(nodes.General, nodes.Element):
    """kind : "choice", "number" or "curve".   name : its id, on `page`.   predicts : a prediction.

    slider, curve : what a number or a curve is made of, see `sliders` and `curves`.
    """


class question_text(nodes.General, nodes.TextElement):
    """The question itself."""


class question_option(nodes.General, nodes.TextElement):
    """An option.   index : from 0."""


class question_remark(nodes.General, nodes.TextElement):
    """What is said of a prediction that is too small or too large.   side : "below" or "above"."""


class question_explanation(nodes.General, nodes.Element):
    """What is said of the option `index`, or of the answer.   right : whether it is."""


def visit_question(self, node):
    name, more = node["name"], " bn-prediction" if node["predicts"] else ""
    book = escape(self.config.html_title, quote=True)  # answers are remembered by book, page and name
    self.body.append(
        f'<div class="bn-question bn-question-{node["kind"]}{more}" id="{name}" role="group" '
        f'aria-labelledby="{name}-text" data-book="{book}" data-place="{node["page"]}#{name}">\n'
    )


def write_order(app, doctree, docname):
    """Put the parts of each question in the order of the page: text, options, then everything to unfold."""
    for node in doctree.findall(question):
        parts = list(node.children)
        rank = {question_option: 1, question_remark: 1, question_explanation: 2}
        node.children = sorted(parts, key=lambda part: rank.get(type(part), 0))


def depart_question(self, node):
    self.body.append("</details>\n</div>\n")


def visit_text(self, node):
    lead = '<strong class="bn-lead">Predict.</strong> ' if node.parent["predicts"] else ""
    self.body.append(f'<p class="bn-question-text" id="{node.parent["name"]}-text">{lead}')


def depart_text(self, node):
    self.body.append("</p>\n")


def visit_option(self, node):
    index, name = node["index"], node.parent["name"]
    if index == 0:
        self.body.append(f'<div class="bn-options" aria-labelledby="{name}-text">\n')
    field = f'<input type="radio" name="{name}" value="{index}" autocomplete="off" disabled>'
    letter = f'<span class="bn-letter">{LETTERS[index]}</span>'
    self.body.append(f'<label class="bn-option">{field}{letter}<span class="bn-option-text">')


def depart_option(self, node):
    self.body.append("</span></label>\n")
    if not isinstance(node.next_node(descend=False, siblings=True), question_option):
        self.body.append("</div>\n")


def visit_explanation(self, node):
    """The first one opens what all of them are folded into."""
    kind, predicts = node.parent["kind"], node.parent["predicts"]
    if node["index"] == 0:
        if kind == "number":
            self.body.append(slider(node.parent["name"], node.parent["slider"]))
        elif kind == "curve":
            self.body.append(plane(node.parent["curve"]))
        self.body.append(
            f'<p class="bn-ask" hidden>{PREDICTING if predicts else CHECKING}</p>\n'
            '<div class="bn-said" role="status"></div>\n'
            '<details class="bn-answers"><summary>Answer</summary>\n'
        )
    unsaid = "" if len(node) or node["right"] else " hidden"
    self.body.append(
        f'<div class="bn-explanation" data-option="{node["index"]}" data-right="{int(node["right"])}"{unsaid}>'
        f'<p class="bn-verdict"><strong>{escape(verdict(node))}</strong></p>\n'
    )


def verdict(node):
    """What stands before an explanation: the letter and whether it is right, or the number."""
    if node.parent["kind"] != "choice":
        return (node.parent.get("slider") or node.parent["curve"])["answer"]
    letter = LETTERS[node["index"]]
    if node.parent["predicts"]:
        return f"{letter}. So it is." if node["right"] else f"{letter}."
    return f"{letter}. {'Right' if node['right'] else 'Not so'}."


def depart_explanation(self, node):
    self.body.append("</div>\n")


def visit_remark(self, node):
    self.body.append(f'<p class="bn-remark" data-side="{node["side"]}" hidden>')


def slider(name, record):
    """The slider, hidden until the script shows it. Its value is the number of the stop."""
    data = escape(json.dumps(record, ensure_ascii=False), quote=True)
    first, last = record["shown"][0], record["shown"][-1]
    start = escape(record["shown"][record["start"]])
    return (
        f'<div class="bn-predict" data-slider="{data}" hidden>'
        f'<label for="{name}-value">Your prediction</label>'
        f'<output for="{name}-value">{start}</output>'
        f'<input type="range" id="{name}-value" min="0" max="{len(record["shown"]) - 1}" value="{record["start"]}" '
        f'aria-valuetext="{start}" autocomplete="off">'
        f'<span class="bn-ends" aria-hidden="true"><span>{escape(first)}</span><span>{escape(last)}</span></span>'
        "</div>\n"
        f'<p class="bn-range">A number from {escape(first)} to {escape(last)}.</p>\n'
    )


def plane(record):
    """Where a curve is drawn, by the script; without it, what its axes are."""
    data = escape(json.dumps(record, ensure_ascii=False), quote=True)
    (x, across), (y, up) = ((record[name]["label"], record[name]["shown"]) for name in "xy")
    words = escape(f"A curve of {y}, {up[0]} to {up[-1]}, over {x}, {across[0]} to {across[-1]}.")
    return f'<div class="bn-draw" data-curve="{data}" hidden></div>\n<p class="bn-range">{words}</p>\n'


def load(app, pagename, templatename, context, doctree):
    """Only pages that have questions load the script and the style."""
    kinds = {node["kind"] for node in doctree.findall(question)} if doctree is not None else set()
    if kinds:
        app.add_css_file("question.css", priority=810)
        app.add_js_file("question.js", defer="defer")
    if "curve" in kinds:
        app.add_css_file("drawing.css", priority=811)
        app.add_js_file("drawing.js", priority=490, defer="defer")  # before the other


def pass_by(self, node):
    """Other formats show the text, the options and the explanations one after the other."""


def setup(app):
    other = dict.fromkeys(("latex", "text", "man", "texinfo"), (pass_by, pass_by))
    app.add_node(question, html=(visit_question, depart_question), **other)
    app.add_node(question_text, html=(visit_text, depart_text), **other)
    app.add_node(question_option, html=(visit_option, depart_option), **other)
    app.add_node(question_remark, html=(visit_remark, depart_text), **other)
    app.add_node(question_explanation, html=(visit_explanation, depart_explanation), **other)
    app.connect("doctree-resolved", write_order)
    app.connect("html-page-context", load)
