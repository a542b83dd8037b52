"""Proofs: gradient descent in length and direction (GDNP) on least squares, and its rate.

Kohler et al. (2019), section 4. The rate is proved here on a shorter way than theirs: a step of GDNP is a step of
gradient descent with step size 1 / (2 L), followed by the best length.
"""

import sympy as sp

from bnbook.proofs.checking import places
from bnbook.proofs.entries import (
    Definition,
    Identity,
    Inequality,
    NotProved,
    Reported,
    means,
    needs,
    require_at_most,
    require_equal,
)
from bnbook.proofs.formulas import reparam
from bnbook.proofs.reparam.least_squares import DOT, INV, NOT_FLAT, SOURCE, G, S, rho_star_, u, w
from bnbook.proofs.reparam.reparam import ANY_DIMENSION, normed, s_, u_

TITLE = "Gradient descent in length and direction"
L, MU = sp.symbols("\\lambda_{\\max} \\lambda_{\\min}", positive=True)
STEPS = sp.Symbol("t", integer=True, nonnegative=True)

# For print
_wt_t, _w_t, _w_next = (sp.Symbol(n, commutative=False) for n in ("\\tilde{w}_t", "w_t", "w_{t+1}"))
_i = sp.Symbol("i", integer=True, positive=True)
_lambda, _e = sp.IndexedBase("lambda"), sp.IndexedBase("e")


def _prove_step(form):
    rate = reparam.gdnp_rate(w, u, S, DOT, L)
    moved = w - rate * reparam.reduced_gradient(w, u, S, DOT)
    require_equal(moved, form(w, u, S, DOT, L), "any w with u^T w not 0")


def _halved_step(v, u, s, largest):
    return reparam.descent_step(v, u, s, 1 / (2 * largest))


def _prove_is_descent(form, times=1):
    best = times * reparam.best_length(w, u, S, DOT)
    scale = best / reparam.norm(w, S, DOT)
    require_equal(form(scale * w, u, S, L), scale * reparam.gdnp_step(w, u, S, DOT, L), "parallel, any w")


def nonnegative(gap, squares, step):
    """Raise unless the gap is the expression `squares`, and that one cannot be negative."""
    require_equal(gap, squares, step)
    if not squares.is_nonnegative:
        raise NotProved(f"{step}: nothing shows that {squares} is not negative")


def _spectrum():
    """An eigenvalue between mu and L = eigenvalue + r: mu <= lambda = mu + p <= L; and a real component e."""
    p, r = sp.symbols("p r", nonnegative=True)
    return MU + p, MU + p + r, p, r, sp.Symbol("e", real=True)


def _contraction_gap(factor_square, step):
    """factor_square bounds (1 - lambda / L)^2 for every eigenvalue: the gap, weighted by lambda e^2, term by term."""
    eigenvalue, largest, p, r, e = _spectrum()
    gap = eigenvalue * e**2 * (factor_square(MU, largest) - reparam.contraction(eigenvalue, largest) ** 2)
    nonnegative(gap, eigenvalue * e**2 * p * (p + 2 * r) / largest**2, step)


def _prove_contraction(form):
    eigenvalue, largest, _, _, e = _spectrum()
    moved = reparam.descent_step(e - u / eigenvalue, u, eigenvalue, 1 / (2 * largest)) + u / eigenvalue
    require_equal(moved, reparam.contraction(eigenvalue, largest) * e, "the error along an eigenvector")
    _contraction_gap(form, "every eigenvalue")


def _prove_theorem(form):
    """One step: a contraction, then a length that is the best of all; and so on, by induction over t."""
    require_equal(form(0, MU, L), 1, "t = 0")
    ratio = form(STEPS + 1, MU, L) / form(STEPS, MU, L)
    _contraction_gap(lambda mu, l: sp.powsimp(ratio.subs({MU: mu, L: l}, simultaneous=True)), "one step more")
    # Of all lengths along the new direction, w here, GDNP takes the best: no further from w~* than any other.
    any_length = reparam.excess(reparam.normalized(w, G, S, DOT), u, S, INV, DOT)
    best = reparam.best_length(w, u, S, DOT)
    after = reparam.excess(reparam.normalized(w, best, S, DOT), u, S, INV, DOT)
    nonnegative(any_length - after, (G - best) ** 2, "the best length")
    # The next step must exist: u^T w is not 0 again. Where rho is 0 the excess is -rho*; it starts below that, as
    # rho(w_0) < 0, and the factor is at most 1, so rho stays below 0.
    gap = sp.Symbol("a", nonnegative=True)  # L - mu
    nonnegative(1 - form(1, MU, MU + gap), MU * (MU + 2 * gap) / (MU + gap) ** 2, "rho stays below 0")


def _prove_above(form):
    """An eigenvalue of 3 L: the step of 1 / (2 L) throws the error to twice its size, on the other side."""
    require_at_most(
        reparam.contraction(sp.Integer(3), 1) ** 2, form(sp.Rational(1, 2), sp.S.One), "an eigenvalue of 3 L"
    )


def _prove_step_above(form):
    _prove_above(lambda mu, largest: form(1, mu, largest))


def _prove_best_rate_above(form):
    mu, largest = sp.Rational(1, 2), sp.S.One
    factor = 1 - 2 * _best_rate(mu, largest) * 3
    require_at_most(factor**2, form(mu, largest), "an eigenvalue of 3 L")


def _prove_stuck(form):
    """u^T w = 0: the step divides by it."""
    with places({DOT(u, w): 0}):
        require_equal(DOT(u, reparam.gdnp_step(w, u, S, DOT, L)), 0, "the step from rho(w_0) = 0")


BETWEEN = needs("every eigenvalue lies between mu and L", _prove_above)
MU_POSITIVE = needs("mu > 0", lambda form: require_at_most(form(sp.Integer(-1), sp.Integer(2)), 1, "mu = -1"))


def _best_rate(mu, largest):
    return 1 / (largest + mu)


def _best_rate_factor(mu, largest):
    return ((largest - mu) / (largest + mu)) ** 2


def _prove_best_rate(form):
    eigenvalue, largest, p, r, e = _spectrum()
    factor = 1 - 2 * _best_rate(MU, largest) * eigenvalue
    moved = reparam.descent_step(e - u / eigenvalue, u, eigenvalue, _best_rate(MU, largest)) + u / eigenvalue
    require_equal(moved, factor * e, "the error along an eigenvector")
    gap = eigenvalue * e**2 * (form(MU, largest) - factor**2)
    nonnegative(gap, eigenvalue * e**2 * 4 * p * r / (largest + MU) ** 2, "every eigenvalue")
    # against the factor promised for GDNP; largest - mu is p + r
    slower = reparam.theorem_factor(1, MU, largest) - form(MU, largest)
    squares = (p + r) ** 2 * MU * (2 * largest + MU) / (largest * (largest + MU)) ** 2
    nonnegative(slower, squares, "less than the factor of GDNP")


def _weighted(factor=1):
    return sp.Sum(_lambda[_i] * factor * _e[_i] ** 2, (_i, 1, sp.Symbol("d")))


def _excess_t(index):
    return sp.Symbol(f"R\\left(w_{index}\\right)") - rho_star_


IDENTITIES = (
    Definition(
        label="gdnp-rate",
        claim="A step of GDNP on least squares goes down the gradient of rho, with this step size.",
        shows=(
            sp.Tuple(_w_next, sp.Symbol("\\eta_t")),
            sp.Tuple(
                _w_t - sp.Symbol("\\eta_t") * sp.Symbol("\\nabla R(w_t)", commutative=False),
                normed(_w_t, s_ * _w_t) / (2 * L * sp.Symbol("|R\\left(w_t\\right)|")),
            ),
        ),
        source=f"{SOURCE}; the bibliography says what was read",
    ),
    Identity(
        label="gdnp-step",
        claim="Multiplied out, the step is linear in w up to a factor before u.",
        shows=lambda form: (_w_next, form(_w_t, u_, s_, normed, L)),
        assumptions=(NOT_FLAT, ANY_DIMENSION),
        source="derived here",
        form=reparam.gdnp_step,
        proof=_prove_step,
        mutants={
            "sign of u": lambda w, u, s, dot, l: w - s * w / l - dot(w, s * w) / (l * dot(u, w)) * u,
            "half": lambda w, u, s, dot, l: w - s * w / (2 * l) + dot(w, s * w) / (2 * l * dot(u, w)) * u,
            "not S": lambda w, u, s, dot, l: w - s * w / l + dot(w, w) / (l * dot(u, w)) * u,
        },
    ),
    Identity(
        label="gdnp-is-descent",
        claim="A step of gradient descent with step size 1/(2L) ends in the same direction; the length follows.",
        shows=lambda form: (form(_wt_t, u_, s_, L), sp.Symbol("\\frac{g^{*}(w_t)}{\\lVert w_t \\rVert_{S}}") * _w_next),
        assumptions=(
            needs("w~ has the best length for the direction w", lambda form: _prove_is_descent(form, 2)),
            NOT_FLAT,
            ANY_DIMENSION,
        ),
        source="derived here",
        form=_halved_step,
        proof=_prove_is_descent,
        mutants={
            "twice the step": lambda v, u, s, l: reparam.descent_step(v, u, s, 1 / l),
            "half the step": lambda v, u, s, l: reparam.descent_step(v, u, s, 1 / (4 * l)),
            "uphill": lambda v, u, s, l: reparam.descent_step(v, u, s, -1 / (2 * l)),
        },
    ),
    Inequality(
        label="gd-contraction",
        claim="Such a step brings the error e = w~ - w~* down by 1 - mu/L at least, in the basis of eigenvectors of S.",
        shows=lambda form: (
            _weighted((1 - _lambda[_i] / L) ** 2),
            form(MU, L) * _weighted(),
        ),
        assumptions=(BETWEEN, MU_POSITIVE, ANY_DIMENSION),
        source="derived here; a standard estimate",
        form=lambda mu, largest: reparam.theorem_factor(1, mu, largest),
        proof=_prove_contraction,
        method="squares",
        mutants={
            "twice mu": lambda mu, largest: (1 - 2 * mu / largest) ** 2,
            "fourth power": lambda mu, largest: (1 - mu / largest) ** 4,
        },
    ),
    Inequality(
        label="gdnp-theorem",
        claim="GDNP converges linearly on least squares, from any direction with u^T w not 0.",
        shows=lambda form: (_excess_t("t"), sp.Mul(form(STEPS, MU, L), _excess_t("0"), evaluate=False)),
        assumptions=(
            means("mu and L are the extreme eigenvalues of S", lambda form: _prove_step_above(form)),
            needs("mu > 0", lambda form: require_at_most(form(1, sp.Integer(-1), sp.Integer(2)), 1, "mu = -1")),
            needs("rho(w_0) is not 0", _prove_stuck),
            ANY_DIMENSION,
        ),
        source="Kohler et al. (2019), Theorem 1; proved here on another way",
        form=reparam.theorem_factor,
        proof=_prove_theorem,
        method="squares",
        mutants={
            "three for two": lambda t, mu, l: (1 - mu / l) ** (3 * t),
            "twice mu": lambda t, mu, l: (1 - 2 * mu / l) ** (2 * t),
            "one step ahead": lambda t, mu, l: (1 - mu / l) ** (2 * t + 2),
        },
    ),
    Inequality(
        label="gd-best-rate",
        claim="Plain gradient descent with step size 1/(L + mu) contracts faster than GDNP is promised to.",
        shows=lambda form: (
            _weighted((1 - 2 * _lambda[_i] / (L + MU)) ** 2),
            form(MU, L) * _weighted(),
        ),
        assumptions=(
            needs("every eigenvalue lies between mu and L", _prove_best_rate_above),
            needs("mu > 0", lambda form: require_at_most(form(sp.Integer(-1), sp.Integer(2)), 1, "mu = -1")),
            ANY_DIMENSION,
        ),
        source="a standard estimate, derived here",
        form=_best_rate_factor,
        proof=_prove_best_rate,
        method="squares",
        mutants={
            "fourth power": lambda mu, l: ((l - mu) / (l + mu)) ** 4,
            "twice mu": lambda mu, l: ((l - 2 * mu) / (l + mu)) ** 2,
        },
    ),
    Reported(
        label="nesterov-rate",
        claim="Accelerated gradient descent needs about the square root of the condition number of steps.",
        shows=(
            sp.Symbol("f(\\tilde{w}_t) - f(\\tilde{w}^{*})"),
            sp.Symbol("\\text{const} \\cdot \\left(1 - \\sqrt{\\lambda_{\\min} / \\lambda_{\\max}}\\right)^{t}"),
        ),
        relation="<=",
        source="a standard result, from Nesterov (2004), Introductory Lectures on Convex Optimization",
    ),
)
