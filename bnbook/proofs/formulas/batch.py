"""What "the mean over the batch" can be when the batch is not an array of numbers.

Every formula of `transform` and `chain` takes `mean` as an argument, a function of one expression in which a
symbol such as `x` stands for "the entry of this example". Three such functions are here; the widgets pass a
fourth, the engine's own reduction.
"""

import sympy as sp


class Moments:
    """The mean over a batch of any length, for expressions that are polynomials in the batch's entries.

    A mean is linear and the mean of 1 is 1, so the mean of a polynomial follows from the means of its
    monomials. What is proved with these holds for every length m. The mean of `x` is written mu and its mean
    square mu**2 + v, which makes `v` > 0 the variance: the batch is not constant. Other monomials get symbols
    of their own.

    x : symbol of an entry, real.  others : symbols of further vectors over the same batch.
    """

    def __init__(self, x, *others):
        self.vectors = (x, *others)
        self.mu = sp.Symbol(f"mu_{x}", real=True)
        self.v = sp.Symbol(f"v_{x}", positive=True)

    def __call__(self, expression):
        polynomial = sp.Poly(sp.expand(expression), *self.vectors)
        return sum((factor * self._moment(powers) for powers, factor in polynomial.terms()), sp.S.Zero)

    def _moment(self, powers):
        if not any(powers):
            return sp.S.One
        if powers[0] == 1 and not any(powers[1:]):
            return self.mu
        if powers[0] == 2 and not any(powers[1:]):
            return self.mu**2 + self.v
        name = "_".join(f"{vector}{power}" for vector, power in zip(self.vectors, powers) if power)
        return sp.Symbol(f"mean_{name}", real=True)


def listed(columns):
    """The mean over a batch that is written out.

    columns : symbol of an entry -> the entries of that vector, one expression an example, all of equal
    length.
    """
    rows = [dict(zip(columns, row)) for row in zip(*columns.values(), strict=True)]

    def mean(expression):
        return sum((sp.sympify(expression).xreplace(row) for row in rows), sp.S.Zero) / len(rows)

    return mean


def indexed(base, index, length):
    """The mean over base[1], ..., base[length] as an unevaluated sum.

    base : an IndexedBase.  index : the integer symbol that counts the examples.
    """

    def mean(expression):
        bound = sp.Dummy(str(index), integer=True)
        return sp.Sum(expression.subs(base[index], base[bound]), (bound, 1, length)) / length

    return mean


def named(letters, indices, length):
    """The mean over a batch for print: what has a letter is written with it, all else as a sum.

    letters : expression -> its mean.  indices : symbols that count the examples; the sum runs over the first that
    occurs.  length : of the batch.
    """

    def mean(expression):
        if expression in letters:
            return sp.sympify(letters[expression])
        index = next((i for i in indices if expression.has(i)), indices[0])
        return sp.Sum(expression, (index, 1, length)) / length

    return mean
