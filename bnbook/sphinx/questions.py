"""Questions that are answered on the page, without a kernel, and predictions that a reader makes before a widget.

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

:::{predict} Which of the two networks wanders further?
:holds: np.ptp(finding("drift")["median_drift"][:, 0]) > np.ptp(finding("drift")["median_drift"][:, 1])

(x) The plain one.

( ) The normalized one.
: Most would expect it of the lines that are drawn in color.
:::

A prediction is written as a question is. It stands in the flow, so the text after it explains, and what is said to
whoever chooses an option, or sets the slider, may be left out. It is compared with what is so and never judged: there
is no tolerance, and nothing is too large. Which option is right is no opinion of the author where it was measured:
`:holds:` is an expression, and once it is false the build ends and says so. With `:curve:` what is predicted is drawn,
see `curves`.
"""

import re
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from . import curves, expressions, question_html, sliders
from .question_html import question, question_explanation, question_option, question_remark, question_text

OPTION = re.compile(r"^\((?P<mark>[ xX])\)\s+")
CURVE = ("curve", "x", "y", "low", "high", "scale", "format", "unit", "x-scale", "x-format", "x-unit")
NUMBERS = ("answer", "low", "high", "step", "start", "tolerance", "steps")


def scale(argument):
    return directives.choice(argument, ("linear", "log"))


class Question(SphinxDirective):
    """The directive; see the head of this file."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    predicts = False
    option_spec: ClassVar = {
        **dict.fromkeys((*NUMBERS, "unit", "format", "below", "above", "name"), directives.unchanged_required),
        "scale": scale,
    }

    def run(self):
        try:
            return [self.made()]
        except ValueError as fault:
            raise self.error(f"{self.name}: {fault}") from fault

    def made(self):
        return self.number() if "answer" in self.options else self.choice()

    def start(self, kind):
        """The node with the question's text; its id is the name, or a number."""
        name = self.options.get("name") or f"question-{self.env.new_serialno('bn-question') + 1}"
        made = nodes.make_id(name)
        node = question("", kind=kind, name=made, ids=[made], predicts=self.predicts, page=self.env.docname)
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
        wrong = [name for name in self.options if name not in ("name", "holds")]
        if wrong:
            raise ValueError(f"the option {wrong[0]!r} goes with a number to predict, and there is no answer")
        node, children = self.start("choice"), self.parsed()
        options = []
        while children and (found := self.listed(children[-1])):
            children.pop()
            options = found + options
        if not options or any(isinstance(child, nodes.definition_list) for child in children):
            raise ValueError(
                "it needs options as one list at its end: (x) or ( ) and the option, then a line with : ..."
            )
        node += children
        rights = [self.option(node, index, *parts) for index, parts in enumerate(options)]
        if len(rights) < 2:
            raise ValueError(f"it has {len(rights)} option; allowed are two or more")
        if sum(rights) != 1:
            raise ValueError(f"{sum(rights)} options are marked with (x); allowed is one")
        return node

    def listed(self, child):
        """[(option, what is said of it), ...] in one part of the content; empty for a part that holds none."""
        if isinstance(child, nodes.definition_list):
            return [(item[0], item[-1].children) for item in child]
        bare = self.predicts and isinstance(child, nodes.paragraph) and OPTION.match(child.astext())
        return [(child, [])] if bare else []

    def option(self, node, index, term, said):
        """Add one option and its explanation. Whether it is the right one."""
        first = term[0] if len(term) else None
        match = OPTION.match(first.astext()) if isinstance(first, nodes.Text) else None
        if not match:
            raise ValueError(f"the option {term.astext()!r} does not begin with (x) or ( )")
        right = match["mark"] != " "
        option = question_option("", index=index)
        option += [nodes.Text(first.astext()[match.end() :]), *term.children[1:]]
        node += [option, question_explanation("", *said, index=index, right=right)]
        return right

    def number(self):
        slider = sliders.slider(self.options, judged=not self.predicts)
        node = self.start("number")
        node["slider"] = slider
        children = self.parsed()
        if not children and not self.predicts:
            raise ValueError("it needs a text that explains the answer")
        for side in ("below", "above"):
            if side in self.options:
                node += self.inline(question_remark("", side=side), self.options[side])
        node += question_explanation("", *children, index=0, right=True)
        return node


class Predict(Question):
    """A question in the flow of a chapter, before its answer; see the head of this file."""

    predicts = True
    option_spec: ClassVar = {
        **{name: kind for name, kind in Question.option_spec.items() if name not in ("tolerance", "below", "above")},
        **dict.fromkeys(("holds", "curve", "x", "y", "x-format", "x-unit"), directives.unchanged_required),
        "x-scale": scale,
    }

    def run(self):
        made = super().run()
        made[0]["classes"].append("ex-leads")  # to the widget after it
        try:
            if not expressions.evaluate(self.options.get("holds", "True")):
                raise ValueError(f"{self.options['holds']} is not true, so another option is right")
        except ValueError as fault:
            raise self.error(f"predict: {fault}") from fault
        return made

    def made(self):
        return self.curve() if "curve" in self.options else super().made()

    def curve(self):
        wrong = [name for name in self.options if name not in (*CURVE, "name", "holds")]
        if wrong:
            raise ValueError(f"the option {wrong[0]!r} does not go with a curve")
        record = curves.curve(self.options)
        node = self.start("curve")
        node["curve"] = record
        node += question_explanation("", *self.parsed(), index=0, right=True)
        return node


def setup(app):
    app.add_directive("question", Question)
    app.add_directive("predict", Predict)
    question_html.setup(app)
