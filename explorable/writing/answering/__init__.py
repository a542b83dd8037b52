"""Answers in a notebook: a reader's function is tried, and what is told of it is shown there."""
