"""Exercises of the chapters on whether it works, and why."""
