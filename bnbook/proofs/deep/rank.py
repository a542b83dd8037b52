"""Rank and cosines: how many different directions the examples of a batch still have."""

import sympy as sp

from bnbook.proofs.entries import Definition, Identity, Inequality, at, means, needs, require_equal, scope
from bnbook.proofs.formulas import deep
from bnbook.proofs.formulas.batch import Moments
from bnbook.proofs.printed import tex

TITLE = "Rank"
HERE = "derived here"
M = sp.Symbol("m", integer=True, positive=True)
Q, PAIR = sp.Symbol("q", nonnegative=True), sp.Symbol("p", real=True)
LAMBDA = sp.Symbol("lambda", real=True)
DANESHMAND = "Daneshmand et al. (2020), in the code of their Figure 1"

# For print
_INNER = tex("\\langle h_i, h_j \\rangle")
_R = tex("r")


def _prove_from_cosines(form):
    """Of the m^2 products, m are those of an example with itself, 1 in units of the length; q is the others' mean."""
    squares = M + M * (M - 1) * Q
    require_equal(M**2 / squares, form(M, Q), "any m")


def _prove_unequal(form):
    """Two examples at a right angle, one of length 2: the squared lengths are 4 and 1."""
    require_equal(sp.Rational(25, 17), form(sp.Integer(2), sp.S.Zero), "lengths 2 and 1")


def _prove_centered(form):
    """The square of the sum is 0: m squares of lengths 1, and m (m - 1) products of which p is the mean."""
    pair = sp.solve(sp.Eq(M + M * (M - 1) * PAIR, 0), PAIR)[0]
    require_equal(pair, form(M), "any m > 1")


def _prove_not_centered(form):
    """Three equal examples, whose sum is not 0."""
    require_equal(sp.S.One, form(sp.Integer(3)), "all alike")


def _prove_at_most(form):
    """With the mean over the m eigenvalues, the gap of m mean(l^2) over m mean(l)^2 is their variance."""
    mean = Moments(LAMBDA)
    gap = form(mean(LAMBDA**2)) - mean(LAMBDA) ** 2
    require_equal(gap, mean.v, "any m, any eigenvalues")


IDENTITIES = (
    Definition(
        label="effective-rank",
        claim="The effective rank of m examples: 1 if all point into one direction or its opposite, m if all are of "
        "one length and at right angles.",
        shows=(
            _R,
            tex("\\frac{\\big(\\sum_i \\lVert h_i \\rVert^2\\big)^2}{\\sum_{i,j} \\langle h_i, h_j \\rangle^2}"),
        ),
        source=DANESHMAND,
    ),
    Identity(
        label="rank-cosines",
        claim="For examples of equal length the effective rank says how large the cosines are, and nothing else.",
        shows=lambda form: (_R, form(sp.Symbol("m"), tex("\\overline{c^2}"))),
        assumptions=(
            needs("the examples have equal lengths", _prove_unequal),
            means("the bar is the mean over all pairs of different examples"),
            scope("any batch size"),
        ),
        source=HERE,
        form=deep.rank_from_cosines,
        proof=_prove_from_cosines,
        mutants={
            "as many pairs as examples": lambda m, square: m / (1 + m * square),
            "upside down": lambda m, square: (1 + (m - 1) * square) / m,
        },
    ),
    Identity(
        label="centered-cosine",
        claim="Examples whose sum is 0 cannot all point into one direction: on average their cosines are negative.",
        shows=lambda form: (tex("\\overline{c}"), form(sp.Symbol("m"))),
        assumptions=(
            needs("the mean over the batch has been subtracted", _prove_not_centered),
            needs("there are two examples or more", at({M: 1})),
            means("the examples have equal lengths"),
        ),
        source=HERE,
        form=deep.centered_cosine,
        proof=_prove_centered,
        mutants={"sign": lambda m: 1 / (m - 1), "one too many": lambda m: -1 / m},
    ),
    Inequality(
        label="rank-at-most",
        claim="No batch has an effective rank above the number of its eigenvalues that are not 0.",
        shows=lambda form: (
            tex("\\Big(\\frac1m \\sum_i \\lambda_i\\Big)^2"), form(tex("\\frac1m \\sum_i \\lambda_i^2")),
        ),
        assumptions=(means("lambda_i are the m eigenvalues of the products of the examples"), scope("any m")),
        source=HERE,
        form=lambda square: square,
        proof=_prove_at_most,
        mutants={"half": lambda square: square / 2, "a tenth": lambda square: square / 10},
        method="squares",
    ),
)  # fmt: skip
