"""Symbols for print: entries with an index, sums over the batch, names in TeX."""

import sympy as sp

from bnbook.proofs import printing

i, j, k, l, n = sp.symbols("i j k l n", integer=True, positive=True)
M = sp.Symbol("m", integer=True, positive=True)
MU, GAMMA, BETA, S, R = (sp.Symbol(name) for name in ("mu", "gamma", "beta", "s", "r"))
VAR = sp.Symbol("sigma", positive=True) ** 2
EPS = sp.Symbol("epsilon", nonnegative=True)
KAPPA = sp.Symbol("kappa", nonnegative=True)


def entry(name, index=i):
    """The entry of an example. `name` may be TeX; a gradient such as "dy" gets a thin space before its d."""
    return sp.IndexedBase(f"\\,{name}" if name[0] == "d" else name)[index]


def total(expression):
    """The sum over the batch of an expression in entries i, with the first letter of k, l, n that is free."""
    expression = sp.sympify(expression)
    index = next(letter for letter in (k, l, n) if letter not in expression.atoms(sp.Symbol))
    return sp.Sum(expression.subs(i, index), (index, 1, M))


def mean(expression):
    """The mean over the batch of an expression in entries i or in whole vectors, named as in NumPy."""
    expression = sp.sympify(expression)
    names = {e: sp.Symbol(printing.tex(e.base.label)) for e in expression.atoms(sp.Indexed)}
    inside = printing.tex(expression.xreplace(names)).removeprefix("\\,")
    return sp.Symbol(f"\\,\\operatorname{{mean}}({inside})")


def partial(of, by):
    """The partial derivative of one thing by another, both in TeX."""
    return sp.Symbol(f"\\frac{{\\partial {of}}}{{\\partial {by}}}")


def tex(name):
    """Anything, as it is to be printed."""
    return sp.Symbol(name)


def as_built(expression):
    """An expression whose sums and products are printed in the order in which a form built them."""
    if isinstance(expression, sp.Add):
        return printing.terms(*map(as_built, expression.args))
    if isinstance(expression, sp.Mul) and any(isinstance(arg, (sp.Add, sp.Mul)) for arg in expression.args):
        return printing.factors(*map(as_built, expression.args))
    return expression
