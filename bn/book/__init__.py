"""The book's own Sphinx extension: formulas with their proof ledger, evidence tags, questions, and the pages' look."""

from . import evidence, formulas, look, proof_ledger, questions, widget_index


def setup(app):
    """Connect the parts; called by Sphinx."""
    for part in (evidence, formulas, proof_ledger, questions, widget_index, look):
        part.setup(app)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
