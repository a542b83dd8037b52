"""How a formula for a gradient is proved for a batch of any length: by the slope along any direction.

A gradient is the one vector whose product with every direction u is the slope along u. So x becomes x + t u, with u a
further vector over the same batch, SymPy differentiates by the number t, and both sides are compared as polynomials in
the moments of the batch (`batch.Moments`), which are free: m, x and u can be anything.
"""

import sympy as sp

from bnbook.proofs.assumptions import at, needs, scope
from bnbook.proofs.checking import places, require_equal
from bnbook.proofs.formulas import transform
from bnbook.proofs.formulas.batch import Moments

X, DY, U, Z, A = sp.symbols("x dy u z a", real=True)
T, W = sp.symbols("t w", real=True)
GAMMA, BETA = sp.symbols("gamma beta", real=True)
EPS = sp.Symbol("epsilon", nonnegative=True)
M = sp.Symbol("m", integer=True, positive=True)
SPREAD = sp.Symbol("s", positive=True)

ANY_SIZE = scope("any batch size")
_V = sp.Symbol(f"v_{X}", positive=True)  # the variance of a batch, see `Moments`
CONSTANT = {_V: 0, EPS: 0, SPREAD: 0}
NOT_CONSTANT = needs("the batch is not constant, or eps > 0", at(CONSTANT))


def _layer_undefined(form):
    """For claims in which the spread cancels: what they speak of, the normalized batch, is not defined."""
    batch = Batch()
    with places(CONSTANT):
        require_equal(batch.xhat, 0, "the normalized batch")


DEFINED = needs(NOT_CONSTANT, _layer_undefined)
NEVER_CONSTANT = needs("the batch is not constant", at({_V: 0}))
ANY = (ANY_SIZE, NOT_CONSTANT, scope("any upstream gradient, gamma, beta and eps"))
ANY_X = (ANY_SIZE, NOT_CONSTANT, scope("any eps"))


class Batch(Moments):
    """A batch of any length m: entries x, upstream gradient dy, and directions u and z and a."""

    m = M

    def __init__(self, x=X):
        super().__init__(x, *(vector for vector in (X, DY, U, Z, A) if vector != x))
        self.s = sp.sqrt(self.v + EPS)
        self.c = x - self.mu
        self.xhat = self.c / self.s

    def total(self, expression):
        """The sum over the batch."""
        return self.m * self(expression)

    def centered(self, expression):
        """An entry less its mean: the projection P."""
        return expression - self(expression)

    def xhat_at(self, x):
        """xhat of the batch with entries x, such as X + T * U."""
        return transform.normalize(x, self, EPS)

    def s_at(self, x):
        """sqrt(var + eps) of the batch with entries x."""
        return sp.sqrt(self(self.centered(x) ** 2) + EPS)

    def in_s(self, expression):
        """The same with eps written as s^2 - var, which rids it of roots."""
        return sp.sympify(expression).xreplace({EPS: SPREAD**2 - self.v})

    def values(self):
        """What the way back needs from the way forward."""
        return {"c": self.c, "s": self.s, "r": 1 / self.s, "xhat": self.xhat, "gamma": GAMMA, "dy": DY}


def slope(expression, *steps):
    """The derivative by each of the numbers `steps` (T by default), all taken at 0."""
    steps = steps or (T,)
    return sp.diff(expression, *steps).subs(dict.fromkeys(steps, 0))


def moved_loss(name, batch, along=U):
    """L with the node `name` moved by t, in each example by t times `along`, and all that follows computed anew.

    L is the sum of dy y, dy free: any loss to first order.
    """

    def moved(kind, value):
        step = along if kind in ("x", "c", "q", "xhat", "y") else 1
        return value + T * step if kind == name else value

    x = moved("x", X)
    mu = moved("mu", batch(x))
    c = moved("c", x - mu)
    v = moved("v", batch(moved("q", c**2)))
    r = moved("r", 1 / moved("s", sp.sqrt(v + EPS)))
    y = moved("gamma", GAMMA) * moved("xhat", c * r) + moved("beta", BETA)
    return batch.total(DY * moved("y", y))


def sum_over(expression, deltas, own, total):
    """The sum over one index of an expression that may hold Kronecker deltas with that index.

    The rule: the sum over k of delta_ik f_k is f_i. It needs i to be one of the m examples, and no more.

    deltas : symbol of a delta -> {entry at the summed index: the same entry at the other index}.
    own : the entries at the summed index.   total : the sum over the batch of an expression in those.
    """
    polynomial = sp.Poly(sp.expand(expression), *deltas)
    result = sp.S.Zero
    for powers, factor in polynomial.terms():
        if not any(powers):
            result += total(factor)
            continue
        if sum(powers) > 1:
            raise ValueError(f"{expression} is not linear in the deltas {', '.join(map(str, deltas))}")
        other = next(entries for entries, power in zip(deltas.values(), powers) if power)
        if set(other) != set(own):
            raise ValueError(f"the delta replaces {set(other)}; allowed are exactly the entries {set(own)}")
        result += factor.xreplace(other)
    return result
