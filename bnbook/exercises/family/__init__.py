"""Exercises of the descendants."""
