"""Proofs: least squares in length and direction, where a generalized Rayleigh quotient is left.

Kohler et al. (2019), section 4. With S = E[x x^T] and u = E[-y x], the loss of the weights v is v^T S v + 2 u^T v.
"""

import sympy as sp

from bnbook.proofs.entries import Identity, at, means, needs, require_at_most, require_equal
from bnbook.proofs.formulas import reparam
from bnbook.proofs.formulas.inner import Gram, column, written_out
from bnbook.proofs.reparam.reparam import ANY_DIMENSION, normed, s_, s_inv_, spelled, u_, w_, wt_

TITLE = "Least squares in length and direction"
SOURCE = "Kohler et al. (2019), section 4"

S, w, u, v, d, t = sp.symbols("S w u v d t", real=True)
G = sp.Symbol("g", real=True)
INV = 1 / S
DOT = Gram([w, u, v, d], S)
_W_S_W, _U_W = DOT(w, S * w), DOT(u, w)


def _not_least(form):
    """One dimension, S = -1 and u = 1: the loss 2 v - v^2 has no least value, and -u^2 / S = 1 is none."""
    require_at_most(-sp.S.One / -1, 2 * 5 - 5**2, "the loss at v = 5")


def _no_inverse(form):
    """One dimension and S = 0."""
    require_equal(sp.S.One / (S - S), 0, "the inverse of S")


POSITIVE = needs("S is positive definite", _not_least)
INVERTIBLE = needs("S is symmetric and has an inverse", _no_inverse)
NOT_FLAT = needs("u^T w is not 0", at({_U_W: 0}))
SOME_LENGTH = needs("w^T S w > 0", at({_W_S_W: 0}))

# For print
rho_, rho_star_, g_star_ = sp.symbols("R(w) R^{*} g^{*}")
wt_star_ = sp.Symbol("\\tilde{w}^{*}", commutative=False)
wt_best_ = sp.Symbol("\\tilde{w}_{g^{*}}", commutative=False)  # of the best length for its direction


def _prove_quadratic(form):
    """E[(y - x^T v)^2] from the second moments of y and p = x^T v, in any dimension; then entry by entry."""
    _prove_quadratic_in_any_dimension(form)
    for size in (2, 3):
        xs, vs, us = column("x", size), column("v", size), column("u", size)
        y, yy = sp.symbols("y Y", real=True)
        cov = sp.Matrix(size, size, lambda i, j: sp.Symbol(f"S_{min(i, j) + 1}{max(i, j) + 1}", real=True))
        moments = {y**2: yy, **{y * xs[i]: -us[i] for i in range(size)}}
        moments.update({xs[i] * xs[j]: cov[i, j] for i in range(size) for j in range(i, size)})
        terms = sp.Poly((y - written_out(xs, vs)) ** 2, y, *xs).terms()
        loss = sum(c * moments[sp.prod(b**p for b, p in zip((y, *xs), powers))] for powers, c in terms)
        require_equal(loss - yy, form(vs, us, cov, written_out), f"{size} inputs")


def _prove_quadratic_in_any_dimension(form, power=2):
    y, p, yy = sp.symbols("y p Y", real=True)
    moments = {(2, 0): yy, (1, 1): -DOT(u, v), (0, 2): DOT(v, S * v)}
    terms = sp.Poly((y - p) ** 2 + (power - 2) * p**2, y, p).terms()
    require_equal(sum(c * moments[powers] for powers, c in terms) - yy, form(v, u, S, DOT), "any dimension")


def _prove_coordinates(form):
    loss = reparam.least_squares(reparam.normalized(w, G, S, DOT), u, S, DOT)
    require_equal(loss, form(w, G, u, S, DOT), "any w, any length")


def _prove_best_length(form):
    """The loss minus its value at the claimed length is a square, for every length."""
    best = form(w, u, S, DOT)
    gap = reparam.in_coordinates(w, G, u, S, DOT) - reparam.in_coordinates(w, best, u, S, DOT)
    require_equal(gap, (G - best) ** 2, "gap to the best length")


def _prove_reduced(form):
    at_best = reparam.in_coordinates(w, reparam.best_length(w, u, S, DOT), u, S, DOT)
    require_equal(at_best, form(w, u, S, DOT), "the loss at the best length")


def _prove_minimizer(form):
    """The loss minus its value at the claimed point is a squared S-distance, wherever one stands."""
    best = form(u, INV)
    gap = reparam.least_squares(v, u, S, DOT) - reparam.least_squares(best, u, S, DOT)
    require_equal(gap, DOT(v - best, S * (v - best)), "gap to the minimum")


def _prove_least_value(form):
    require_equal(reparam.least_squares(reparam.minimizer(u, INV), u, S, DOT), form(u, INV, DOT), "at w~*")
    require_equal(reparam.reduced(INV * u, u, S, DOT), form(u, INV, DOT), "rho at S^-1 u")


def _prove_excess(form, times=1):
    best = reparam.normalized(w, times * reparam.best_length(w, u, S, DOT), S, DOT)
    gap = reparam.reduced(w, u, S, DOT) - reparam.least_value(u, INV, DOT)
    require_equal(gap, form(best, u, S, INV, DOT), "any direction")


def _prove_any_length(form):
    left = reparam.excess(reparam.normalized(w, G, S, DOT), u, S, INV, DOT)
    rho, best = reparam.reduced(w, u, S, DOT), reparam.best_length(w, u, S, DOT)
    require_equal(left, form(rho, reparam.least_value(u, INV, DOT), G, best), "any direction, any length")


def _prove_best_only(form):
    """The distance at any length against the excess of rho, which belongs to the best one."""
    left = reparam.excess(reparam.normalized(w, G, S, DOT), u, S, INV, DOT)
    rho, least = reparam.reduced(w, u, S, DOT), reparam.least_value(u, INV, DOT)
    require_equal(left, form(rho, least, G, G), "any length, taken for the best")


def _prove_gradient(form):
    slope = sp.diff(reparam.reduced(w + t * d, u, S, DOT), t).subs(t, 0)
    require_equal(slope, DOT(form(w, u, S, DOT), d), "any w, any direction d")
    require_equal(DOT(w, form(w, u, S, DOT)), 0, "at right angles to w")


def _prove_gradient_identity(form):
    grad = reparam.reduced_gradient(w, u, S, DOT)
    rho = reparam.reduced(w, u, S, DOT)
    gap = rho - reparam.least_value(u, INV, DOT)
    require_equal(form(DOT(w, S * w), DOT(grad, INV * grad), rho), gap, "any w with rho(w) < 0")


def _gradient_share(norm_square, gradient_square, rho):
    return norm_square * gradient_square / (4 * -rho)


IDENTITIES = (
    Identity(
        label="ls-quadratic",
        claim="The mean squared error is a quadratic function of the weights.",
        shows=lambda form: (
            sp.Symbol("\\mathrm{E}[(y - x^{\\top} \\tilde{w})^2] - \\mathrm{E}[y^2]"),
            form(wt_, u_, s_, spelled),
        ),
        assumptions=(means("u = E[-y x], S = E[x x^T]"), ANY_DIMENSION),
        source=SOURCE,
        form=reparam.least_squares,
        proof=_prove_quadratic,
        mutants={
            "sign of u": lambda v, u, s, dot: reparam.least_squares(v, -u, s, dot),
            "factor of u": lambda v, u, s, dot: dot(u, v) + dot(v, s * v),
        },
    ),
    Identity(
        label="ls-coordinates",
        claim="In length and direction the quadratic term is the square of the length alone.",
        shows=lambda form: (sp.Symbol("f(w, g)"), form(w_, G, u_, s_, normed)),
        assumptions=(SOME_LENGTH, ANY_DIMENSION),
        source=SOURCE,
        form=reparam.in_coordinates,
        proof=_prove_coordinates,
        mutants={
            "sign": lambda w, g, u, s, dot: -2 * g * dot(u, w) / reparam.norm(w, s, dot) + g**2,
            "half": lambda w, g, u, s, dot: g * dot(u, w) / reparam.norm(w, s, dot) + g**2,
            "not divided": lambda w, g, u, s, dot: 2 * g * dot(u, w) + g**2,
        },
    ),
    Identity(
        label="ls-best-length",
        claim="For each direction the best length has a closed form: any other costs the square of the difference.",
        shows=lambda form: (g_star_, form(w_, u_, s_, normed)),
        assumptions=(SOME_LENGTH, ANY_DIMENSION),
        source=SOURCE,
        form=reparam.best_length,
        proof=_prove_best_length,
        mutants={
            "sign": lambda w, u, s, dot: -reparam.best_length(w, u, s, dot),
            "not divided": lambda w, u, s, dot: -dot(u, w),
            "variance for its root": lambda w, u, s, dot: -dot(u, w) / dot(w, s * w),
        },
    ),
    Identity(
        label="ls-reduced",
        claim="What is left at the best length is a generalized Rayleigh quotient of the direction.",
        shows=lambda form: (rho_, sp.Symbol("\\min_g f(w, g)"), form(w_, u_, s_, spelled)),
        assumptions=(SOME_LENGTH, ANY_DIMENSION),
        source=SOURCE,
        form=reparam.reduced,
        proof=_prove_reduced,
        mutants={
            "sign": lambda w, u, s, dot: -reparam.reduced(w, u, s, dot),
            "twice": lambda w, u, s, dot: 2 * reparam.reduced(w, u, s, dot),
            "not squared": lambda w, u, s, dot: -dot(u, w) / dot(w, s * w),
        },
    ),
    Identity(
        label="ls-minimizer",
        claim="The best weights: any others cost their squared S-distance.",
        shows=lambda form: (wt_star_, form(u_, s_inv_)),
        assumptions=(POSITIVE, ANY_DIMENSION),
        source=SOURCE,
        form=reparam.minimizer,
        proof=_prove_minimizer,
        mutants={
            "sign": lambda u, s_inv: s_inv * u,
            "half": lambda u, s_inv: -(s_inv * u) / 2,
        },
    ),
    Identity(
        label="ls-least-value",
        claim="The least value of the loss, which rho takes in the direction of S^-1 u.",
        shows=lambda form: (rho_star_, form(u_, s_inv_, spelled)),
        assumptions=(POSITIVE, ANY_DIMENSION),
        source=SOURCE,
        form=reparam.least_value,
        proof=_prove_least_value,
        mutants={
            "sign": lambda u, s_inv, dot: dot(u, s_inv * u),
            "half": lambda u, s_inv, dot: -dot(u, s_inv * u) / 2,
        },
    ),
    Identity(
        label="ls-excess",
        claim="How far rho is above its minimum is the squared S-distance of the weights from the best ones.",
        shows=lambda form: (
            rho_ - rho_star_,
            form(wt_best_, u_, s_, s_inv_, normed),
            normed(wt_best_ - wt_star_, s_ * (wt_best_ - wt_star_)),
        ),
        assumptions=(
            needs("w~ has the best length for the direction w", lambda form: _prove_excess(form, 2)),
            POSITIVE,
            SOME_LENGTH,
            ANY_DIMENSION,
        ),
        source="derived here",
        form=reparam.excess,
        proof=_prove_excess,
        mutants={
            "usual distance": lambda v, u, s, s_inv, dot: dot(v + s_inv * u, v + s_inv * u),
            "sign": lambda v, u, s, s_inv, dot: dot(v - s_inv * u, s * (v - s_inv * u)),
        },
    ),
    Identity(
        label="ls-any-length",
        claim="With another length, the square of the difference is added: rescaling to the best length only helps.",
        shows=lambda form: (
            normed(wt_ - wt_star_, s_ * (wt_ - wt_star_)),
            form(rho_, rho_star_, G, g_star_),
        ),
        assumptions=(
            means("w~ = g w / |w|_S, with any g; the difference is 0 at g = g* alone", _prove_best_only),
            POSITIVE,
            SOME_LENGTH,
            ANY_DIMENSION,
        ),
        source="derived here",
        form=lambda rho, least, g, best: rho - least + (g - best) ** 2,
        proof=_prove_any_length,
        mutants={
            "sign": lambda rho, least, g, best: rho - least - (g - best) ** 2,
            "length left out": lambda rho, least, g, best: rho - least,
            "sum for difference": lambda rho, least, g, best: rho - least + (g + best) ** 2,
        },
    ),
    Identity(
        label="ls-reduced-gradient",
        claim="The gradient of the Rayleigh quotient; it is at right angles to w.",
        shows=lambda form: (sp.Symbol("\\nabla R(w)"), form(w_, u_, s_, normed)),
        assumptions=(SOME_LENGTH, ANY_DIMENSION),
        source=SOURCE,
        form=reparam.reduced_gradient,
        proof=_prove_gradient,
        mutants={
            "sign": lambda w, u, s, dot: -reparam.reduced_gradient(w, u, s, dot),
            "sign of rho": lambda w, u, s, dot: (
                -2 * (u * dot(u, w) - reparam.reduced(w, u, s, dot) * (s * w)) / dot(w, s * w)
            ),
            "half": lambda w, u, s, dot: reparam.reduced_gradient(w, u, s, dot) / 2,
        },
    ),
    Identity(
        label="gdnp-gradient-excess",
        claim="The gradient tells the distance to the minimum: it is zero only there and where rho is 0.",
        shows=lambda form: (
            form(normed(w_, s_ * w_), sp.Symbol("\\lVert \\nabla R(w) \\rVert_{S^{-1}}^{2}"), rho_),
            rho_ - rho_star_,
        ),
        assumptions=(needs("rho(w) < 0", at({_U_W: 0})), INVERTIBLE, SOME_LENGTH, ANY_DIMENSION),
        source="Kohler et al. (2019), Theorem 1",
        form=_gradient_share,
        proof=_prove_gradient_identity,
        mutants={
            "factor": lambda n, g, rho: n * g / (2 * -rho),
            "sign": lambda n, g, rho: n * g / (4 * rho),
            "rho squared": lambda n, g, rho: n * g / (4 * rho**2),
        },
    ),
)
