"""Exercises of the chapter on what is left when all is tuned."""
