"""Proofs: weight decay against growth, and the length and the angle at which they balance."""

import sympy as sp

from bnbook.proofs.entries import Identity, means, needs, require_at_most, require_equal, swap
from bnbook.proofs.formulas import invariance
from bnbook.proofs.reparam.invariance import (
    CROSSED,
    DECAY,
    ETA,
    GHAT,
    HOFFER,
    INVARIANT,
    MOMENTUM,
    grad_norm,
    next_norm_square,
    orthogonal_square,
    w_norm,
)
from bnbook.proofs.reparam.reparam import ANY_DIMENSION, d, h, w

TITLE = "Growth against decay"


def _prove_decay(form, pushed=0):
    after, square, grad_square = orthogonal_square((1 - ETA * DECAY) * w - ETA * (d + pushed * h))
    require_equal(after, form(square, grad_square, ETA, DECAY), "w and its gradient d at right angles")


def _prove_equilibrium(form, moved=1, pushed=0):
    square = sp.sqrt(form(ETA, DECAY, GHAT))
    after = invariance.next_square(square, (moved * GHAT) ** 2 / square, ETA, DECAY) + pushed
    require_equal(after * square, square**2, "the length does not change")


def _prove_positive(form):
    """The form is the fourth power of a length; for eta lambda = 3 it is not."""
    require_at_most(0, form(sp.Integer(3), sp.S.One, sp.S.One), "the fourth power of a length")


def next_of_square(square, eta, decay, unit_grad):
    """q = |w|^2 after a step: (1 - eta lambda)^2 q + eta^2 |g~|^2 / q, for |grad| = |g~| / |w|."""
    return invariance.next_square(square, unit_grad**2 / square, eta, decay)


def _next_linear(square, eta, decay, unit_grad):
    """The same if the gradient does not shrink as the weights grow."""
    return invariance.next_square(square, unit_grad**2, eta, decay)


def _next_growing(square, eta, decay, unit_grad):
    """The same if the gradient at unit length grows with the weights."""
    return invariance.next_square(square, unit_grad**2 * square, eta, decay)


def _prove_stability(form, push=0):
    """The slope of that map at its fixed point; below 1 in size, so that what is off dies out by this factor a step."""
    q = sp.Symbol("q", positive=True)
    fixed = sp.sqrt(invariance.equilibrium_fourth(ETA, DECAY, GHAT)) + push
    slope = sp.diff(next_of_square(q, ETA, DECAY, GHAT), q).subs(q, fixed)
    require_equal(slope, form(ETA, DECAY), "slope of the map at the fixed point")
    p = sp.Symbol("p", positive=True)  # for eta lambda = 2 / (1 + p), any number between 0 and 2
    share = form(2 / (1 + p), 1)
    require_equal(1 - share, 8 * p / (1 + p) ** 2, "below 1")
    require_equal(1 + share, 2 * ((1 - p) / (1 + p)) ** 2, "not below -1; there only for eta lambda = 1")


def _prove_unstable(form):
    require_at_most(sp.Abs(form(sp.Integer(3), 1)), 1, "eta lambda = 3")


def _prove_angle(form, off=1, pushed=0):
    """cos = w^T w' / (|w| |w'|) and tan = the part of w' across w over the part along w, at equilibrium."""
    cosine, tangent = form(ETA, DECAY)
    kept, square = 1 - ETA * DECAY, off * sp.sqrt(invariance.equilibrium_fourth(ETA, DECAY, GHAT))
    after = invariance.next_square(square, GHAT**2 / square, ETA, DECAY) + pushed
    require_equal(cosine**2 * after, kept**2 * square, "cosine, squared", sp.simplify)
    require_equal(tangent**2 * kept**2, ETA**2 * GHAT**2 / square**2, "tangent, squared", sp.simplify)
    half = form(sp.S.Half, sp.S.One)  # squares do not tell the sign: for eta lambda < 1 both are positive
    require_at_most(0, half[0], "the cosine is positive")
    require_at_most(0, half[1], "the tangent is positive")


STEP = means("w <- (1 - eta lambda) w - eta grad, without momentum")


def _angle(eta, decay):
    return invariance.equilibrium_cosine(eta, decay), invariance.equilibrium_tangent(eta, decay)


IDENTITIES = (
    Identity(
        label="norm-with-decay",
        claim="With weight decay the length also shrinks by a fixed share.",
        shows=lambda form: (next_norm_square, form(w_norm**2, grad_norm**2, ETA, DECAY)),
        assumptions=(
            CROSSED,
            means("w <- (1 - eta lambda) w - eta grad, without momentum", lambda form: _prove_decay(form, MOMENTUM)),
            ANY_DIMENSION,
        ),
        source=HOFFER,
        form=invariance.next_square,
        proof=_prove_decay,
        mutants={
            "not squared": lambda square, g2, eta, decay: (1 - eta * decay) * square + eta**2 * g2,
            "gradient decays too": lambda square, g2, eta, decay: (1 - eta * decay) ** 2 * (square + eta**2 * g2),
        },
    ),
    Identity(
        label="equilibrium-length",
        claim="Where growth and decay balance, the length is set by learning rate, decay and gradient.",
        shows=lambda form: (sp.Symbol("\\lVert w \\rVert") ** 4, form(ETA, DECAY, GHAT)),
        assumptions=(
            needs(INVARIANT, lambda form: _prove_equilibrium(form, pushed=ETA)),
            needs("the gradient at unit length, g~, keeps its length", lambda form: _prove_equilibrium(form, moved=2)),
            needs("eta lambda < 2", _prove_positive),
            STEP,
            ANY_DIMENSION,
        ),
        source="van Laarhoven (2017); exact in eta lambda here",
        form=invariance.equilibrium_fourth,
        proof=_prove_equilibrium,
        mutants={
            "first order only": lambda eta, decay, g: eta * g**2 / (2 * decay),
            "one decay": lambda eta, decay, g: eta * g**2 / (decay - eta * decay**2),
            "sign": lambda eta, decay, g: eta * g**2 / (2 * decay + eta * decay**2),
        },
    ),
    Identity(
        label="equilibrium-angle",
        claim="There the weights turn by an angle per step that depends on nothing but eta lambda.",
        shows=lambda form: (
            sp.Tuple(*sp.symbols("\\cos\\theta \\tan\\theta")),
            sp.Tuple(*form(ETA, DECAY)),
        ),
        assumptions=(
            needs(INVARIANT, lambda form: _prove_angle(form, pushed=ETA)),
            needs("the length is in equilibrium", lambda form: _prove_angle(form, off=2)),
            needs(
                "eta lambda < 2, and not 1", lambda form: require_equal(form(sp.S.One, sp.S.One)[1], 0, "the tangent")
            ),
            STEP,
            ANY_DIMENSION,
        ),
        source="Kosson, Messmer & Jaggi (2024) in first order; exact here",
        form=_angle,
        proof=_prove_angle,
        mutants={
            "first order only": lambda eta, decay: (1 - eta * decay, sp.sqrt(2 * eta * decay)),
            "squared cosine": lambda eta, decay: ((1 - eta * decay) ** 2, _angle(eta, decay)[1]),
            "half": lambda eta, decay: (1 - eta * decay, sp.sqrt(eta * decay)),
        },
    ),
    Identity(
        label="equilibrium-stability",
        claim="The balance is stable: what |w|^2 is off by is multiplied by this at each step, so it dies out within "
        "about 1 / (4 eta lambda) steps.",
        shows=lambda form: (
            sp.Symbol("\\frac{\\partial \\lVert w_{t+1} \\rVert^{2}}{\\partial \\lVert w_t \\rVert^{2}}"),
            form(ETA, DECAY),
        ),
        assumptions=(
            needs(INVARIANT, swap(next_of_square=_next_linear)),
            needs("the gradient at unit length, g~, keeps its length", swap(next_of_square=_next_growing)),
            needs("at the balance, to first order", lambda form: _prove_stability(form, push=1)),
            needs("eta lambda < 2, and not 1", _prove_unstable),
            STEP,
            ANY_DIMENSION,
        ),
        source="derived here",
        form=lambda eta, decay: 2 * (1 - eta * decay) ** 2 - 1,
        proof=_prove_stability,
        mutants={
            "one factor": lambda eta, decay: (1 - eta * decay) ** 2,
            "not squared": lambda eta, decay: 2 * (1 - eta * decay) - 1,
            "the growth left out": lambda eta, decay: 2 * (1 - eta * decay) ** 2,
        },
    ),
)
