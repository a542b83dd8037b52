"""Proofs: why activations and gradients grow or fade with depth."""
