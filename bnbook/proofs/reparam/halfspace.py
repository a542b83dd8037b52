"""Proofs: learning halfspaces on Gaussian data, where GDNP walks the directions of least squares.

Kohler et al. (2019), section 5: the loss is E[phi(z^T w~)] with z = -y x Gaussian, of mean u and second moment
E[z z^T] = S, so that its covariance is S - u u^T.
"""

import sympy as sp

from bnbook.proofs.entries import Identity, Reported, means, needs, require_equal, scope
from bnbook.proofs.formulas import reparam
from bnbook.proofs.formulas.inner import Gram
from bnbook.proofs.reparam.gdnp import L
from bnbook.proofs.reparam.least_squares import INVERTIBLE, NOT_FLAT
from bnbook.proofs.reparam.reparam import ANY_DIMENSION, s_, s_inv_, spelled, u_, w_, wt_

TITLE = "Learning halfspaces"
SOURCE = "Kohler et al. (2019), section 5"

S, w, u, v, d, t = sp.symbols("S w u v d t", real=True)
G, K = sp.symbols("g k", real=True)
SLOPE, CURVATURE = sp.symbols("a b", real=True)  # E phi', E phi''
INV = 1 / S
DOT = Gram([w, u, v, d], S)

# For print
_slope, _curvature = sp.symbols("\\mathrm{E}[\\varphi'] \\mathrm{E}[\\varphi'']")
_c1 = sp.Symbol("c_1")


def _exponential_mean(at):
    """E exp(z^T at) of a Gaussian z: exp(u^T at + at^T (S - u u^T) at / 2)."""
    return sp.exp(DOT(u, at) + (DOT(at, S * at) - DOT(u, at) ** 2) / 2)


def _prove_gradient(form):
    """For phi' = exp(k .), any k: E[phi'(z^T v) z] is the gradient of E exp(z^T .) at k v, along any d.

    Both sides are linear in phi', so the claim holds for every phi' that is made of exponentials. Both are entire
    functions of k, so that what is equal for real k is so for imaginary k: the logistic loss, whose phi' is a Fourier
    integral, is one of them.
    """
    mean = _exponential_mean(K * v)  # E phi'; E phi'' is k times that
    left = sp.diff(_exponential_mean(K * v + t * d), t).subs(t, 0)
    right = DOT(form(v, u, S, DOT, mean, K * mean), d)
    require_equal(sp.expand(left / mean), sp.expand(right / mean), "phi' exponential", sp.simplify)


def _prove_coins(form):
    """One dimension, z = 1 or -1 with equal chances, u = 0 and S = 1, and phi' the cube."""
    dot = lambda a, b: a * b  # noqa: E731
    at, mean_slope, mean_curvature = sp.Symbol("v", real=True), 0, 3 * sp.Symbol("v", real=True) ** 2
    require_equal(form(at, 0, 1, dot, mean_slope, mean_curvature), at**3, "coins")


C1, C2 = sp.symbols("c_1 c_2", real=True)


def _critical(u, s_inv, c1, c2):
    return -(c1 / c2) * (s_inv * u)


def _prove_critical(form):
    require_equal(C1 * u + C2 * S * form(u, INV, C1, C2), 0, "the gradient there, c2 not 0")


def _plane_gradient(length, slope):
    """The gradient by w at w~ = g w / |w|_S, from the gradient by w~ that Stein's lemma gives."""
    point = reparam.normalized(w, length, S, DOT)
    upstream = reparam.halfspace_gradient(point, u, S, DOT, slope, CURVATURE)
    return point, reparam.normalized_gradient(w, length, upstream, S, DOT)


def _prove_h(form, length=G, slope=SLOPE):
    """A step of size -|w|_S^3 / (L g h) must be the step of least squares, whatever phi and g are."""
    point, grad = _plane_gradient(length, slope)
    rate = reparam.halfspace_rate(w, length, form(w, point, u, DOT, slope, CURVATURE), S, DOT, L)
    require_equal(w - rate * grad, reparam.gdnp_step(w, u, S, DOT, L), "same step", sp.together, sp.simplify)


def _gradient_norm(c1, rho, least):
    return c1**2 * (rho - least)


def _prove_gradient_norm(form, more=0):
    """At the best length w^T grad = 0, which gives E phi'' from c1."""
    c1, c2 = sp.symbols("c_1 c_2", real=True)
    point = reparam.normalized(w, G, S, DOT)
    c2_there = sp.solve(DOT(w, c1 * u + c2 * S * point), c2)[0] + more
    grad = c1 * u + c2_there * S * point
    claimed = form(c1, reparam.reduced(w, u, S, DOT), reparam.least_value(u, INV, DOT))
    require_equal(DOT(grad, INV * grad), claimed, "where the derivative by g is 0")


def _halfspace_gradient_sides(form):
    return sp.Symbol("\\nabla f(\\tilde{w})"), form(wt_, u_, s_, spelled, _slope, _curvature)


IDENTITIES = (
    Identity(
        label="halfspace-gradient",
        claim="Stein's lemma: the gradient is a combination of u and S w~, as in least squares.",
        shows=_halfspace_gradient_sides,
        assumptions=(
            needs("z = -y x is Gaussian with E[z] = u, E[z z^T] = S", _prove_coins),
            scope("any phi' that is made of exponentials, also of imaginary ones (Fourier)"),
            ANY_DIMENSION,
        ),
        source=SOURCE,
        form=reparam.halfspace_gradient,
        proof=_prove_gradient,
        mutants={
            "covariance is S": lambda v, u, s, dot, a, b: a * u + b * (s * v),
            "sign": lambda v, u, s, dot, a, b: (a + dot(u, v) * b) * u + b * (s * v),
            "slope for curvature": lambda v, u, s, dot, a, b: (a - dot(u, v) * a) * u + b * (s * v),
        },
    ),
    Identity(
        label="halfspace-critical",
        claim="Every critical point with c2 not 0 lies on the line of S^-1 u, where least squares has its minimum.",
        shows=lambda form: (wt_, form(u_, s_inv_, *sp.symbols("c_1 c_2"))),
        assumptions=(
            means("the gradient is c1 u + c2 S w~"),
            needs("c2 is not 0", lambda form: require_equal(form(u, INV, C1, sp.S.Zero), 0, "c2 = 0")),
            INVERTIBLE,
            ANY_DIMENSION,
        ),
        source=SOURCE,
        form=_critical,
        proof=_prove_critical,
        mutants={
            "sign": lambda u, s_inv, c1, c2: c1 / c2 * (s_inv * u),
            "upside down": lambda u, s_inv, c1, c2: -(c2 / c1) * (s_inv * u),
        },
    ),
    Identity(
        label="halfspace-h",
        claim="With this h the step -|w|_S^3 / (L g h) moves the direction as in least squares, whatever phi and g.",
        shows=lambda form: (sp.Symbol("h(w, g)"), form(w_, wt_, u_, spelled, _slope, _curvature)),
        assumptions=(
            means("the gradient by w~ is that of halfspace-gradient, w~ = g w / |w|_S"),
            NOT_FLAT,
            needs("g is not 0", lambda form: _prove_h(form, length=sp.S.Zero)),
            needs(
                "c1 is not 0", lambda form: _prove_h(form, slope=CURVATURE * DOT(u, w) * G / reparam.norm(w, S, DOT))
            ),
            ANY_DIMENSION,
        ),
        source="Kohler et al. (2019), section 5; corrected here",
        form=reparam.halfspace_h,
        proof=_prove_h,
        mutants={
            "squared, as often quoted": lambda w, v, u, dot, a, b: a * dot(u, w) - b * dot(u, w) ** 2,
            "sign": lambda w, v, u, dot, a, b: a * dot(u, w) + b * dot(u, w) * dot(u, v),
            "curvature left out": lambda w, v, u, dot, a, b: a * dot(u, w),
        },
    ),
    Identity(
        label="halfspace-gradient-norm",
        claim="At the best length the gradient is the distance of the direction from the best one, times c1.",
        shows=lambda form: (
            sp.Symbol("\\lVert \\nabla f(\\tilde{w}) \\rVert_{S^{-1}}^{2}"),
            form(_c1, sp.Symbol("R(w)"), sp.Symbol("R^{*}")),
        ),
        assumptions=(
            needs("the derivative by g is 0", lambda form: _prove_gradient_norm(form, more=1)),
            INVERTIBLE,
            ANY_DIMENSION,
        ),
        source="derived here",
        form=_gradient_norm,
        proof=_prove_gradient_norm,
        mutants={
            "not squared": lambda c1, rho, least: c1 * (rho - least),
            "sum": lambda c1, rho, least: c1**2 * (rho + least),
        },
    ),
    Reported(
        label="halfspace-theorem",
        claim="GDNP makes the gradient small at a linear rate, up to the precision of the length.",
        shows=(
            sp.Symbol("\\lVert \\nabla f(\\tilde{w}_{T_d}) \\rVert_{S^{-1}}^{2}"),
            sp.Symbol(
                "\\left(1 - \\frac{\\lambda_{\\min}}{\\lambda_{\\max}}\\right)^{2 T_d} \\Phi^2"
                " \\left(R(w_0) - R^{*}\\right) + 2^{-T_s} \\text{const}"
            ),
        ),
        relation="<=",
        source="Kohler et al. (2019), Theorem 2; the bibliography says what was read",
    ),
)
