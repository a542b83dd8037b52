"""The book's own Sphinx extension: formulas with their proof ledger, evidence tags, and the look of the pages."""

from . import evidence, formulas, look, proof_ledger


def setup(app):
    """Connect the parts; called by Sphinx."""
    for part in (evidence, formulas, proof_ledger, look):
        part.setup(app)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
