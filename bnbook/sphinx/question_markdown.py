"""A question in a notebook: its text, its options as a list, and the answers to unfold."""

from .question_html import LETTERS, question, question_explanation, question_option, question_text


def write_question(writer, node):
    """The Markdown of a whole question."""
    text = "".join(writer.inline(part) for part in node.children if isinstance(part, question_text))
    options = [part for part in node.children if isinstance(part, question_option)]
    listed = "\n".join(f"- {LETTERS[part['index']]}. {writer.within(part)}" for part in options)
    parts = [part for part in node.children if isinstance(part, question_explanation)]
    answers = "\n\n".join(f"**{verdict(node, part)}** {writer.blocks(part.children)}" for part in parts)
    folded = f"<details><summary>Answer</summary>\n\n{answers}\n\n</details>"
    return "\n\n".join(filter(None, [f"**Question.** {text}", listed, folded]))


def verdict(node, part):
    """What stands before an explanation: the letter and whether it is right, or the number."""
    if node["kind"] == "number":
        return f"{node['slider']['answer']}."
    return f"{LETTERS[part['index']]}. {'Right' if part['right'] else 'Not so'}."


def setup(app):
    app.registry.add_translation_handlers(question, notebook=(write_question, None))
