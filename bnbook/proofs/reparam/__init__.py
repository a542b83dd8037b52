"""Proofs: what it does to weight space."""
