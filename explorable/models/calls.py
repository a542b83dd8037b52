"""Calling an author's function with what it names."""

import inspect


def parameters(function):
    """The names that a function takes."""
    return list(inspect.signature(function).parameters)


def call(function, given):
    """The function with those of `given` that it takes."""
    return function(**{name: given[name] for name in parameters(function)})
