"""Proofs: the layer itself, its two modes and its running statistics."""
