"""The book's own Sphinx extension: formulas and their proof ledger, evidence tags, questions, references, the look."""

from . import api, evidence, formulas, look, proof_ledger, question_markdown, questions, widget_index


def setup(app):
    """Connect the parts; called by Sphinx."""
    for part in (api, evidence, formulas, proof_ledger, questions, question_markdown, widget_index, look):
        part.setup(app)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
