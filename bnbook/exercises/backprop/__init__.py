"""Exercises of the gradient."""
