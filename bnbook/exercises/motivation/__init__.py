"""Exercises of the chapter on why."""
