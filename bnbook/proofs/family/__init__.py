"""Proofs: the layers that came after it."""
