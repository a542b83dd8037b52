"""One unit with whitened inputs: the slope and the curvature of its loss, and a straight way through its weights."""

import sympy as sp

from bnbook.proofs.entries import Identity, means, needs, require_equal, require_zero, swap
from bnbook.proofs.formulas import reparam, smoothness
from bnbook.proofs.formulas.inner import Gram
from bnbook.proofs.printed import as_built, tex
from bnbook.proofs.reparam.reparam import ANY_DIMENSION, S, d, t, w

TITLE = "One unit"
HERE = "derived here"
MEAN = means("the inner product is a mean over the inputs")
GAMMA, T = sp.symbols("gamma T", real=True)
WAY, K = sp.Symbol("ell", nonnegative=True), sp.Symbol("k", real=True)
EPS, SHIFT = sp.symbols("epsilon b", positive=True)

# For print
_what, _t = (sp.Symbol(name, commutative=False) for name in ("\\hat{w}", "t"))
_along, _t_square, _w_square = map(tex, ("\\langle \\hat{w}, t \\rangle", "\\lVert t \\rVert^2", "\\lVert w \\rVert^2"))
_GAMMA, _LENGTH = sp.Symbol("gamma"), sp.Symbol("\\lVert w \\rVert", positive=True)


def dot(a, b):
    """The inner product of combinations of w, t and a direction d, in any dimension."""
    return Gram([w, t, d], S)(a, b)


LENGTH = sp.sqrt(dot(w, w))
W_HAT, ALONG = w / LENGTH, dot(w, t) / LENGTH


def loss(weights):
    """|y - t|^2 / 2 with y = gamma w / |w|, of any combination of vectors."""
    z = reparam.normalized(weights, GAMMA, sp.S.One, dot)
    return dot(z - t, z - t) / 2


def _with_eps(weights):
    """The same loss with eps in the spread."""
    z = reparam.normalized(weights, GAMMA, sp.S.One, dot, EPS)
    return dot(z - t, z - t) / 2


def _with_beta(weights):
    """The same loss with a beta that adds b times the target to the output."""
    z = reparam.normalized(weights, GAMMA, sp.S.One, dot) + SHIFT * t
    return dot(z - t, z - t) / 2


def _of_fourth_order(weights):
    """Another loss of the same unit."""
    return loss_itself(weights) ** 2


loss_itself = loss
WHITE = (
    means("the loss is |y - t|^2 / 2 with y = gamma w / |w|", swap(loss=_of_fourth_order)),
    means("the inputs are whitened, so that the spread of the unit is |w|"),
    needs("eps = 0", swap(loss=_with_eps)),
    needs("beta = 0", swap(loss=_with_beta)),
    ANY_DIMENSION,
)


def slope(expression, order=1):
    return sp.diff(expression, T, order).subs(T, 0)


def _prove_overshoot(form):
    """<g, xhat> of the theorem is <z - t, w_hat> here, and it is the slope of the loss as gamma grows."""
    z = GAMMA * W_HAT
    require_equal(dot(z - t, W_HAT), form(ALONG, GAMMA), "the output less the target, along the output")
    require_equal(sp.diff(loss(w), GAMMA), form(ALONG, GAMMA), "slope of the loss in gamma")


def _prove_gradient(form):
    claimed = form(W_HAT, t, ALONG, GAMMA, LENGTH)
    require_equal(dot(claimed, d), slope(loss(w + T * d)), "slope along any direction", sp.simplify)


def _prove_slope_square(form):
    true = smoothness.unit_gradient(W_HAT, t, ALONG, GAMMA, LENGTH)
    _prove_gradient(smoothness.unit_gradient)
    require_equal(dot(true, true), form(ALONG, dot(t, t), GAMMA, LENGTH), "its square")


def _across(expression):
    """For a direction d of length 1 at right angles to w."""
    return expression.subs({dot(w, d): 0, dot(d, d): 1})


def _prove_curvature(form):
    require_zero(dot(smoothness.unit_gradient(W_HAT, t, ALONG, GAMMA, LENGTH), w), "the gradient is such a direction")
    true = _across(slope(loss(w + T * d), 2))
    require_equal(true, form(ALONG, GAMMA, LENGTH), "along any direction across w", sp.simplify)


def _prove_theorem(form):
    """Theorem 4.2 with H = 1 and a unit vector for v, and the overshoot for its inner product over m."""
    true = _across(slope(loss(w + T * d), 2))
    two_terms = smoothness.curvature_along(sp.S.One, form(ALONG, GAMMA), sp.S.One, GAMMA, LENGTH, sp.S.One)
    require_equal(true, two_terms, "the two terms of the theorem", sp.simplify)


def _prove_overshoot_and_theorem(form):
    _prove_overshoot(form)
    _prove_theorem(form)


def _prove_way(form):
    true = _across(loss(w + WAY * d))
    claimed = form(dot(w, t), dot(t, d), dot(t, t), dot(w, w), GAMMA, WAY)
    require_equal(true, claimed, "at any distance, in any dimension", sp.simplify)


def _prove_far(form):
    positive = sp.Symbol("n", positive=True)
    there = smoothness.unit_loss_on_the_way(dot(w, t), dot(t, d), dot(t, t), positive, GAMMA, WAY)
    _prove_way(smoothness.unit_loss_on_the_way)
    require_equal(sp.limit(there, WAY, sp.oo), form(dot(t, d), dot(t, t), GAMMA), "without end")


IDENTITIES = (
    Identity(
        label="unit-overshoot",
        claim="The inner product of the theorem's condition: by how much the output overshoots what the loss asks for.",
        shows=lambda form: (tex("\\langle \\hat{x}, dy \\rangle"), form(_along, _GAMMA)),
        assumptions=(*WHITE[:2], MEAN, *WHITE[2:]),
        source=HERE,
        form=smoothness.unit_overshoot,
        proof=_prove_overshoot_and_theorem,
        mutants={
            "sign": lambda along, gamma: along - gamma,
            "gamma left out": lambda along, gamma: -along,
            "sum": lambda along, gamma: along + gamma,
        },
    ),
    Identity(
        label="unit-gradient",
        claim="The gradient of one normalized unit: only what t has across w counts, and short weights make it large.",
        shows=lambda form: (tex("\\nabla_w \\hat{L}"), as_built(form(_what, _t, _along, _GAMMA, _LENGTH))),
        assumptions=WHITE,
        source=HERE,
        form=smoothness.unit_gradient,
        proof=_prove_gradient,
        mutants={
            "part along w kept": lambda h, t, along, gamma, n: -gamma / n * t,
            "sign": lambda h, t, along, gamma, n: gamma / n * (t - along * h),
            "length left out": lambda h, t, along, gamma, n: -gamma * (t - along * h),
        },
    ),
    Identity(
        label="unit-slope-square",
        claim="The square of that gradient's length.",
        shows=lambda form: (
            tex("\\lVert \\nabla_w \\hat{L} \\rVert^2"), as_built(form(_along, _t_square, _GAMMA, _LENGTH))
        ),
        assumptions=WHITE,
        source=HERE,
        form=smoothness.unit_slope_square,
        proof=_prove_slope_square,
        mutants={
            "not squared": lambda along, t2, gamma, n: gamma / n * (t2 - along**2),
            "all of t": lambda along, t2, gamma, n: gamma**2 / n**2 * t2,
        },
    ),
    Identity(
        label="unit-curvature",
        claim="Its curvature along the gradient: negative if the weights point away from t, huge if they are short.",
        shows=lambda form: (tex("u^{\\top} \\nabla^2 \\hat{L}(w)\\, u"), form(_along, _GAMMA, _LENGTH)),
        assumptions=(
            needs("u is a unit vector along the gradient, or any other across w", swap(_across=lambda e: e)), *WHITE,
        ),
        source=HERE,
        form=smoothness.unit_curvature,
        proof=_prove_curvature,
        mutants={
            "first part only": lambda along, gamma, n: gamma**2 / n**2,
            "length not squared": lambda along, gamma, n: gamma * along / n,
            "sign": lambda along, gamma, n: -gamma * along / n**2,
        },
    ),
    Identity(
        label="unit-on-the-way",
        claim="The loss along a straight line of weights: batch norm bends the line onto a circle.",
        shows=lambda form: (
            tex("\\hat{L}(w + \\ell u)"),
            as_built(
                form(tex("\\langle w, t \\rangle"), tex("\\langle u, t \\rangle"), _t_square, _w_square, _GAMMA, WAY)
            ),
        ),
        assumptions=(needs("u is a unit vector across w", swap(_across=lambda e: e)), *WHITE),
        source=HERE,
        form=smoothness.unit_loss_on_the_way,
        proof=_prove_way,
        mutants={
            "length of the start": lambda wt, ut, t2, w2, gamma, way: (gamma**2 + t2) / 2
            - gamma * (wt + way * ut) / sp.sqrt(w2),
            "sign": lambda wt, ut, t2, w2, gamma, way: (gamma**2 + t2) / 2
            + gamma * (wt + way * ut) / sp.sqrt(w2 + way**2),
            "half left out": lambda wt, ut, t2, w2, gamma, way: gamma**2 + t2
            - gamma * (wt + way * ut) / sp.sqrt(w2 + way**2),
        },
    ),
    Identity(
        label="unit-far",
        claim="However long the step, the loss levels off there: nothing explodes.",
        shows=lambda form: (
            tex("\\lim_{\\ell \\to \\infty} \\hat{L}(w + \\ell u)"),
            as_built(form(tex("\\langle u, t \\rangle"), _t_square, _GAMMA)),
        ),
        assumptions=(needs("u is a unit vector across w", swap(_across=lambda e: e)), *WHITE),
        source=HERE,
        form=smoothness.unit_loss_far,
        proof=_prove_far,
        mutants={
            "sign": lambda ut, t2, gamma: (gamma**2 + t2) / 2 + gamma * ut,
            "nothing left": lambda ut, t2, gamma: sp.S.Zero,
            "fixed part only": lambda ut, t2, gamma: (gamma**2 + t2) / 2,
        },
    ),
)  # fmt: skip
