"""Questions that are answered on the page, without a kernel and without memory.

:::{question} What happens to the outputs if 10 is added to all inputs?
( ) They grow by 10.
: Look at the mean: it moves as well.

(x) Nothing.
: The differences from the mean stay as they were.
:::

One option is right, (x); under each stands what is said to whoever chooses it. With `:answer:` it is a prediction with
a slider, and the text is the explanation:

:::{question} After how many batches is the start forgotten to one percent?
:answer: math.ceil(math.log(0.01) / math.log(0.9))
:low: 0
:high: 200
:tolerance: 3
:unit: batches

After $t$ batches ...
:::

`answer`, `low`, `high`, `step`, `start` and `tolerance` are expressions, see `expressions`; [[ expression | format ]]
in a text is one as well. `:scale: log` spaces the slider's stops evenly in the logarithm, `:steps:` of them. `:below:`
and `:above:` are said of predictions that are too small or too large. What is wrong is an error of the build, with its
place. (With ``` for a fence the question could hold no backticks.)
"""

import re
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from . import expressions, question_html, sliders
from .question_html import question, question_explanation, question_option, question_remark, question_text

OPTION = re.compile(r"^\((?P<mark>[ xX])\)\s+")
NUMBERS = ("answer", "low", "high", "step", "start", "tolerance", "steps")


def scale(argument):
    return directives.choice(argument, ("linear", "log"))


class Question(SphinxDirective):
    """The directive; see the head of this file."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {
        **dict.fromkeys((*NUMBERS, "unit", "format", "below", "above", "name"), directives.unchanged_required),
        "scale": scale,
    }

    def run(self):
        try:
            return [self.number() if "answer" in self.options else self.choice()]
        except ValueError as fault:
            raise self.error(f"question: {fault}") from fault

    def start(self, kind):
        """The node with the question's text; its id is the name, or a number."""
        name = self.options.get("name") or f"question-{self.env.new_serialno('bn-question') + 1}"
        node = question("", kind=kind, name=nodes.make_id(name), ids=[nodes.make_id(name)])
        self.set_source_info(node)
        node += self.inline(question_text(""), self.arguments[0])
        return node

    def inline(self, node, text):
        """The node with a line of text in it, its expressions computed."""
        found, messages = self.state.inline_text(expressions.fill(text), self.lineno)
        node += [*found, *messages]
        return node

    def parsed(self):
        """The content as nodes, its expressions computed."""
        filled = [expressions.fill(line) for line in self.content]
        box = nodes.Element()
        source = self.get_source_info()[0]
        self.state.nested_parse(StringList(filled, source), self.content_offset, box)
        return box.children

    def choice(self):
        wrong = [name for name in self.options if name != "name"]
        if wrong:
            raise ValueError(f"the option {wrong[0]!r} goes with a number to predict, and there is no answer")
        node, children = self.start("choice"), self.parsed()
        lists = [child for child in children if isinstance(child, nodes.definition_list)]
        if len(lists) != 1 or lists[0] is not children[-1]:
            raise ValueError(
                "it needs options as one list at its end: (x) or ( ) and the option, then a line with : ..."
            )
        node += [child for child in children if child is not lists[0]]
        rights = [self.option(node, index, item) for index, item in enumerate(lists[0])]
        if len(rights) < 2:
            raise ValueError(f"it has {len(rights)} option; allowed are two or more")
        if sum(rights) != 1:
            raise ValueError(f"{sum(rights)} options are marked with (x); allowed is one")
        return node

    def option(self, node, index, item):
        """Add one option and its explanation. Whether it is the right one."""
        term, definition = item[0], item[-1]
        first = term[0] if len(term) else None
        match = OPTION.match(first.astext()) if isinstance(first, nodes.Text) else None
        if not match:
            raise ValueError(f"the option {term.astext()!r} does not begin with (x) or ( )")
        right = match["mark"] != " "
        option = question_option("", index=index)
        option += [nodes.Text(first.astext()[match.end() :]), *term.children[1:]]
        node += [option, question_explanation("", *definition.children, index=index, right=right)]
        return right

    def number(self):
        slider = sliders.slider(self.options)
        node = self.start("number")
        node["slider"] = slider
        children = self.parsed()
        if not children:
            raise ValueError("it needs a text that explains the answer")
        for side in ("below", "above"):
            if side in self.options:
                node += self.inline(question_remark("", side=side), self.options[side])
        node += question_explanation("", *children, index=0, right=True)
        return node


def setup(app):
    app.add_directive("question", Question)
    question_html.setup(app)
