"""Proofs: what batch norm does at the start of deep networks."""
