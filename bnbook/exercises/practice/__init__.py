"""Exercises of the chapter on practice."""
