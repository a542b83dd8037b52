"""Exercises of the transform, and of the layer in use."""
