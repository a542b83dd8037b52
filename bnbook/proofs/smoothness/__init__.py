"""Proofs: what is known about why it works."""
