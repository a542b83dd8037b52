"""Proofs: using the layer."""
