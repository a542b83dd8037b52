"""Proofs: the gradient of batch normalization."""
