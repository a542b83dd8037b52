"""Batch normalization in NumPy."""
