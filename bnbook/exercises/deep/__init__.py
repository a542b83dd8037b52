"""Exercises of the chapter on deep networks."""
