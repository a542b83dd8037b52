"""Formulas from the registry of proofs, right and wrong ones, as NumPy functions.

What a proof refutes, an exercise recognizes. A form is compiled when it is first called; sums and means that it takes
as arguments become those over the batch, axis 0.
"""

import inspect
from functools import cache

import numpy as np
import sympy as sp

# The arguments of a form that are functions.
FUNCTIONS = {
    "total": lambda values: np.sum(values, axis=0),
    "mean": lambda values: np.mean(values, axis=0),
    "dot": lambda a, b: np.sum(a * b),
    "apply": lambda matrix, vector: matrix @ vector,  # stands for the product of a matrix and a vector
}


class Matrix:
    """A matrix S in a form of vectors and inner products: S * w is its product with a vector."""

    def __init__(self, name):
        self.symbol = sp.Symbol(name, real=True)

    def __mul__(self, vector):
        return sp.Function("apply")(self.symbol, vector)


def form(label):
    """The proved form of an entry; takes its arguments without the functions."""
    return lambda *args: compiled(label, None)(*args)


def mutant(label, name):
    """A wrong version of an entry. A call raises KeyError if there is none of this name."""
    return lambda *args: compiled(label, name)(*args)


@cache
def compiled(label, name):
    """The NumPy function of a form, or of its mutant `name`."""
    from bnbook.proofs import registry  # all proofs of the book: loaded when they are needed

    entry = registry.identities()[label]
    names = tuple(inspect.signature(entry.form).parameters)
    stand_ins = [_stand_in(n, names) for n in names]
    expression = (entry.form if name is None else entry.mutants[name])(*stand_ins)
    given = [sp.Symbol(n, real=True) for n in names if n not in FUNCTIONS]
    return sp.lambdify(given, sp.sympify(expression), [FUNCTIONS, "numpy"])


def _stand_in(name, names):
    """What a form is handed for an argument: a function, a matrix (s beside an inner product), or a symbol."""
    if name in FUNCTIONS:
        return sp.Function(name)
    return Matrix(name) if name == "s" and "dot" in names else sp.Symbol(name, real=True)
