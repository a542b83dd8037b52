"""Exercises of length and direction."""
