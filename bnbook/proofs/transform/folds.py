"""Proofs about folds: the places where a unit behind batch norm turns on and off."""

import sympy as sp

from bnbook.proofs.entries import Identity, Inequality, at, means, needs, require_equal, scope
from bnbook.proofs.formulas import transform
from bnbook.proofs.formulas.batch import Moments
from bnbook.proofs.printed import BETA, EPS, KAPPA, VAR, tex

TITLE = "Folds"
VIEW = "Balestriero & Baraniuk (2022) and Riedi, Balestriero & Baraniuk (2026), for beta = 0; derived here"

X, C, A, B = sp.symbols("x c a b", real=True)
LENGTH = sp.Symbol("\\lVert w \\rVert", nonnegative=True)
MOMENTS = Moments(X)
_offset = tex("w^\\top \\mu_x")


def _at_the_mean(inputs, mean=None):
    """What batch norm gives at the mean of a batch of `inputs` numbers each, behind weights and a bias."""
    entries = sp.symbols(f"x_1:{inputs + 1}", real=True)
    weights = sp.symbols(f"w_1:{inputs + 1}", real=True)
    moments = Moments(*entries)
    mean = moments if mean is None else mean

    def unit(values):
        return sum((w * x for w, x in zip(weights, values)), B)

    gamma = sp.Symbol("gamma", positive=True)
    spread = sp.sqrt(moments((unit(entries) - moments(unit(entries))) ** 2) + 1)  # eps = 1; it is not used
    return gamma * (unit([moments(x) for x in entries]) - mean(unit(entries))) / spread + BETA


def _prove_at_the_mean(form, mean=None):
    for inputs in (1, 2, 3):
        require_equal(_at_the_mean(inputs, mean), form(BETA, B), f"{inputs} inputs, any m")


def _prove_with_stored_statistics(form):
    _prove_at_the_mean(form, mean=lambda _: sp.Symbol("r", real=True))


def _prove_distance(form):
    distance = MOMENTS(((X - C) / LENGTH) ** 2)  # x stands for w^T x_i
    require_equal(distance, form(MOMENTS.v, MOMENTS.mu - C, LENGTH), "any m")


def _prove_both_sides(form):
    """(b - x)(x - a) is not below 0 for any x from a to b, and so is its mean."""
    v = MOMENTS.v
    lowest, highest = ((end - MOMENTS.mu) / sp.sqrt(v + EPS) for end in (A, B))
    gap = -lowest * highest - form(transform.kappa(v, EPS))
    require_equal(gap, MOMENTS((B - X) * (X - A)) / (v + EPS), "any m")


IDENTITIES = (
    Identity(
        label="fold-at-the-mean",
        claim="At the mean of its inputs a unit behind batch norm gives beta, whatever its weights and its bias are.",
        shows=lambda form: (tex("y(\\mu_x)"), form(BETA, tex("b"))),
        assumptions=(
            needs("the statistics of this batch", _prove_with_stored_statistics),
            means("mu_x is the mean of the inputs of the layer"),
            scope("any batch size, any eps; shown for one to three inputs"),
        ),
        source=VIEW,
        form=lambda beta, b: beta,
        proof=_prove_at_the_mean,
        mutants={"the bias stays": lambda beta, b: beta + b, "nothing is added": lambda beta, b: sp.S.Zero},
    ),
    Identity(
        label="fold-distance",
        claim="The mean squared distance of a batch from the hyperplane w^T x = c is least where it goes through the "
        "batch mean.",
        shows=lambda form: (
            sp.Symbol("\\frac{1}{m} \\sum_{i=1}^{m} \\left(\\frac{w^\\top x_i - c}{\\lVert w \\rVert}\\right)^2"),
            form(VAR, _offset - tex("c"), LENGTH),
        ),
        assumptions=(
            needs("w is not 0", at({LENGTH: sp.S.Zero})),
            means("mu_x is the mean of the x_i, sigma^2 the variance of the w^T x_i"),
            scope("any batch size"),
        ),
        source=VIEW,
        form=lambda var, off, length: (var + off**2) / length**2,
        proof=_prove_distance,
        mutants={
            "the spread alone": lambda var, off, length: var / length**2,
            "minus": lambda var, off, length: (var - off**2) / length**2,
            "not by the length": lambda var, off, length: var + off**2,
        },
    ),
    Inequality(
        label="both-sides",
        claim="The lowest and the highest normalized entry lie on both sides of zero, and not both near it.",
        shows=lambda form: (form(KAPPA), tex("-\\,\\hat{x}_{\\min}\\,\\hat{x}_{\\max}")),
        assumptions=(
            means("x_min and x_max hat are the lowest and the highest normalized entry"),
            scope("any batch size"),
        ),
        source="the inequality of Bhatia and Davis, here for normalized entries; derived here",
        form=lambda kappa: 1 - kappa,
        proof=_prove_both_sides,
        method="squares",
        mutants={"twice": lambda kappa: 2 * (1 - kappa), "no eps": lambda kappa: sp.S.One},
    ),
)
