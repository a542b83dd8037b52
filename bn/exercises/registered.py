"""Formulas from the registry of proofs, right and wrong ones, as NumPy functions.

What a proof refutes, an exercise recognises. A form is compiled when it is first called; sums and means that it takes
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
MATRICES = ("s_matrix", "s_inv")


def form(label):
    """The proved form of an entry; takes its arguments without the functions."""
    return lambda *args: compiled(label, None)(*args)


def mutant(label, name):
    """A wrong version of an entry. A call raises KeyError if there is none of this name."""
    return lambda *args: compiled(label, name)(*args)


@cache
def compiled(label, name):
    """The NumPy function of a form, or of its mutant `name`."""
    from bn.symbolic import ledger  # all proofs of the book: loaded when they are needed

    entry = ledger.identities()[label]
    names = tuple(inspect.signature(entry.form).parameters)
    symbols = [sp.Function(n) if n in FUNCTIONS else sp.Symbol(n, real=True) for n in names]
    expression = (entry.form if name is None else entry.mutants[name])(*symbols)
    given = [symbol for n, symbol in zip(names, symbols) if n not in FUNCTIONS]
    return sp.lambdify(given, sp.sympify(expression), [FUNCTIONS, "numpy"])
