"""A question in a notebook: its text, its options as a list, and the answers to unfold."""

from .question_html import LETTERS, question, question_explanation, question_option, question_text, verdict


def write_question(writer, node):
    """The Markdown of a whole question."""
    text = "".join(writer.inline(part) for part in node.children if isinstance(part, question_text))
    options = [part for part in node.children if isinstance(part, question_option)]
    listed = "\n".join(f"- {LETTERS[part['index']]}. {writer.within(part)}" for part in options)
    parts = [part for part in node.children if isinstance(part, question_explanation)]
    parts = [part for part in parts if part["right"] or len(part)]
    answers = "\n\n".join(f"**{verdict(part).rstrip('.')}.** {writer.blocks(part.children)}".strip() for part in parts)
    folded = f"<details><summary>Answer</summary>\n\n{answers}\n\n</details>"
    lead = "Predict" if node["predicts"] else "Question"
    return "\n\n".join(filter(None, [f"**{lead}.** {text}", listed, folded]))


def setup(app):
    app.registry.add_translation_handlers(question, notebook=(write_question, None))
