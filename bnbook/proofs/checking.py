"""How a step of a proof is checked: reduce to zero, or find numbers that refute it."""

import random
from contextlib import contextmanager

import sympy as sp
from sympy.core.function import AppliedUndef


class NotProved(AssertionError):
    """A proof did not go through. Says which step and what was left over."""


class Refuted(NotProved):
    """A proof did not go through, and a counterexample in numbers shows that the claim is false."""


_PLACES = []  # the values of symbols at which the steps are checked, see `places`


@contextmanager
def places(values):
    """Meanwhile every step is checked with these symbols at these values; what is not defined there is refuted."""
    _PLACES.append(values)
    try:
        yield
    finally:
        _PLACES.pop()


def _there(expression, step):
    """An expression at the places in force. Raises `Refuted` if it is not defined there."""
    for values in _PLACES:
        expression = sp.sympify(expression).xreplace(values)
        if expression.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
            raise Refuted(f"{step}: not defined at {', '.join(f'{k} = {v}' for k, v in values.items())}")
    return expression


def require_at_most(left, right, step):
    """Raise unless the number `left` is at most `right`."""
    left, right = sp.nsimplify(left), sp.nsimplify(right)
    if not (right - left).is_nonnegative:
        raise Refuted(f"{step}: {sp.N(left, 5)} is not at most {sp.N(right, 5)}")


def require_zero(expression, step, *rewrites):
    """Raise unless `expression` is identically zero. `step` names the step of the proof in the error.

    Tries expansion, then each of `rewrites`, then `simplify`, in that order. What is left over is evaluated
    at random rational points: `Refuted` if it is not zero there, `NotProved` if it is and SymPy could not
    show it.
    """
    left = _there(expression, step)
    if left.has(sp.nan, sp.zoo):
        raise Refuted(f"{step}: {left} is not defined")
    for rewrite in (sp.expand, *rewrites, sp.simplify):
        left = rewrite(left)
        if left == 0:
            return
    value = counterexample(left)
    if value is None:
        raise NotProved(f"{step}: could not reduce {left} to 0")
    raise Refuted(f"{step}: {left} is left over, which is {sp.N(value, 5)} at some point and not 0")


def require_equal(left, right, step, *rewrites):
    """Raise unless the two expressions are identical. See `require_zero`."""
    require_zero(_there(left, step) - _there(right, step), step, *rewrites)


def counterexample(expression, tries=4, seed=0):
    """A value of `expression` that is not zero, at a random rational point, or None if none was found."""
    draw = random.Random(seed)
    for _ in range(tries):
        value = _at_a_point(expression, draw)
        if value.is_number and abs(sp.N(value, 30)) > sp.Rational(1, 10**12):
            return value
    return None


def _at_a_point(expression, draw):
    """Replace integers first, so that sums get definite ranges, then everything that is still free."""
    integers = sorted((s for s in expression.free_symbols if s.is_integer), key=str)
    value = expression.subs({s: draw.randint(4, 6) for s in integers}).doit()
    unknown_functions = sorted(value.atoms(AppliedUndef, sp.Indexed), key=str)
    value = value.xreplace({f: _rational(f, draw) for f in unknown_functions})
    symbols = sorted(value.free_symbols, key=str)
    return value.xreplace({s: _rational(s, draw) for s in symbols}).doit()


def _rational(symbol, draw):
    """A random fraction of the sign that the symbol is assumed to have."""
    size = sp.Rational(draw.randint(3, 40), draw.choice((7, 11, 13)))
    if symbol.is_nonnegative:
        return size
    return -size if symbol.is_negative or draw.random() < 0.5 else size
