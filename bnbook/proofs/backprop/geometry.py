"""dx as a projection of dy: which two directions are removed, and exactly what eps lets through."""

import sympy as sp

from bnbook.proofs import printed
from bnbook.proofs.backprop.backward import DYI, XHAT
from bnbook.proofs.entries import Identity, Inequality, means, needs, require_equal, require_zero, scope
from bnbook.proofs.formulas import gradient
from bnbook.proofs.formulas.backprop import graph
from bnbook.proofs.formulas.slopes import (
    ANY,
    ANY_SIZE,
    DY,
    EPS,
    GAMMA,
    NEVER_CONSTANT,
    Batch,
    M,
    U,
    X,
    moved_loss,
    slope,
)
from bnbook.proofs.formulas.transform import kappa
from bnbook.proofs.printed import as_built, entry, tex, total

TITLE = "The geometry of the gradient"
HERE = "derived here"
_DX, _GAMMA, _S, _M, _KAPPA = entry("dx"), printed.GAMMA, printed.S, printed.M, printed.KAPPA
_DY, _HAT, _ALL = tex("dy"), tex("\\hat{x}"), tex("\\Pi\\, dy")
_ONES_DY, _XHAT_DY = (sp.Symbol(f"\\langle {v}, dy \\rangle") for v in ("\\mathbf{1}", "\\hat{x}"))


def true_dx(batch):
    """dx, checked against the slope of the loss before anything is built on it."""
    claimed = gradient.dx(DY, batch.xhat, GAMMA, batch.s, batch.total, M)
    require_equal(batch.total(claimed * U), slope(moved_loss("x", batch)), "dx itself")
    return claimed


def _prove_sum(form):
    """The slope of the loss along the vector of ones, and the sum of the one line."""
    batch = Batch()
    require_equal(slope(moved_loss("x", batch, along=1)), form(M), "along the vector of ones, any m")
    require_equal(batch.total(true_dx(batch)), form(M), "sum of the one line, any m")


def _prove_dot_xhat(form):
    batch = Batch()
    claimed = form(DY, batch.xhat, GAMMA, batch.s, kappa(batch.v, EPS), batch.total)
    require_equal(batch.total(batch.xhat * true_dx(batch)), claimed, "any m")


def _prove_dot_x(form):
    batch = Batch()
    claimed = form(DY, batch.xhat, GAMMA, kappa(batch.v, EPS), batch.total)
    require_equal(batch.total(X * true_dx(batch)), claimed, "any m")


def _prove_square(form):
    batch = Batch()
    products = batch.total(DY**2), batch.total(DY), batch.total(DY * batch.xhat)
    claimed = form(*products, GAMMA, batch.s, kappa(batch.v, EPS), M)
    require_equal(batch.total(true_dx(batch) ** 2), claimed, "any m")


def _prove_projected(form):
    batch = Batch()
    left = gradient.without_two_directions(DY, batch.xhat, batch.total, M)
    for name, vector in (("1", 1), ("xhat", batch.xhat)):
        require_zero(batch.total(left * vector), f"the projection is at right angles to {name}")
    along = batch.xhat * batch.total(DY * batch.xhat) / batch.total(batch.xhat**2)
    require_equal(true_dx(batch), form(left, along, GAMMA, batch.s, kappa(batch.v, EPS)), "any m")


def _prove_projection(form, eps=0):
    batch = Batch()
    claimed = form(DY, batch.xhat, GAMMA, batch.s, batch.total, M)
    require_equal(true_dx(batch).subs(EPS, eps), claimed.subs(EPS, eps), "any m")


def _projection(dy, xhat, gamma, s, total, m):
    return gradient.times(gamma / s, gradient.without_two_directions(dy, xhat, total, m))


def _prove_bound(form):
    """The gap is (gamma / s)^2 times two squares with factors that are not negative."""
    batch = Batch()
    share = kappa(batch.v, EPS)
    squares = batch.total(DY) ** 2 / M + (1 + share) / M * batch.total(DY * batch.xhat) ** 2
    gap = form(batch.total(DY**2), GAMMA, batch.s) - batch.total(true_dx(batch) ** 2)
    require_equal(gap, GAMMA**2 / batch.s**2 * squares, "any m")


def _prove_weights(form):
    """z = U w is linear in w, so <w, dw> is the slope of the loss as z is stretched, however many weights."""
    batch = Batch()
    stretched = slope(moved_loss("x", batch, along=X))
    claimed = form(DY, batch.xhat, GAMMA, kappa(batch.v, EPS), batch.total)
    require_equal(stretched, claimed, "any m, any number of weights")


def _prove_one(form, m=1):
    drawn = graph(m)
    true = sp.diff(drawn.values({})["L"], drawn.nodes["x1"].symbol)
    require_equal(form(GAMMA, drawn.nodes["s"].symbol, drawn.dy[0]), true, "m = 1")


def _prove_one_without(form):
    """At eps = 0 a batch of one is 0 over 0."""
    require_equal(sp.S.Zero / sp.S.Zero, form(GAMMA, sp.S.Zero, DY), "xhat at eps = 0")


_SQUARE_MUTANTS = {
    "as for eps = 0": lambda g2, g1, gh, gamma, s, k, m: gamma**2 / s**2 * (g2 - g1**2 / m - gh**2 / m),
    "1 - kappa": lambda g2, g1, gh, gamma, s, k, m: gamma**2 / s**2 * (g2 - g1**2 / m - (1 - k) / m * gh**2),
    "s for its square": lambda g2, g1, gh, gamma, s, k, m: gamma**2 / s * (g2 - g1**2 / m - (1 + k) / m * gh**2),
    "mean left out": lambda g2, g1, gh, gamma, s, k, m: gamma**2 / s**2 * (g2 - (1 + k) / m * gh**2),
}
IDENTITIES = (
    Identity(
        label="dx-sum",
        claim="The gradients of one batch add up to zero, for every eps and every loss.",
        shows=lambda form: (total(_DX), form(_M)),
        assumptions=ANY,
        source=HERE,
        form=lambda m: sp.S.Zero,
        proof=_prove_sum,
        mutants={"one": lambda m: sp.S.One, "1 / m": lambda m: 1 / m},
    ),
    Identity(
        label="dx-projection",
        claim="Without eps, dx is the upstream gradient with two directions removed, times gamma / s.",
        shows=lambda form: (_DX, form(DYI, XHAT, _GAMMA, _S, total, _M)),
        assumptions=(
            needs("eps = 0", lambda form: _prove_projection(form, EPS)), ANY_SIZE, NEVER_CONSTANT,
            scope("any upstream gradient, gamma, beta"),
        ),
        source=HERE,
        form=_projection,
        proof=_prove_projection,
        mutants={
            "xhat kept": lambda g, h, gamma, s, total, m: gamma / s * (g - total(g) / m),
            "ones kept": lambda g, h, gamma, s, total, m: gamma / s * (g - h * total(g * h) / total(h**2)),
            "power of s": lambda g, h, gamma, s, total, m: _projection(g, h, gamma, s**2, total, m),
        },
    ),
    Identity(
        label="dx-leak",
        claim="With eps, the share kappa of what stood along xhat passes; Pi removes both directions whole.",
        shows=lambda form: (
            tex("dx"),
            form(_ALL, tex("\\frac{\\langle \\hat{x}, dy \\rangle}{\\lVert \\hat{x} \\rVert^2}\\, \\hat{x}"),
                 _GAMMA, _S, _KAPPA),
        ),
        assumptions=(ANY_SIZE, NEVER_CONSTANT, ANY[2]),
        source=HERE,
        form=gradient.dx_projected,
        proof=_prove_projected,
        mutants={
            "nothing passes, as for eps = 0": lambda left, along, gamma, s, k: gamma / s * left,
            "1 - kappa": lambda left, along, gamma, s, k: gamma / s * (left + (1 - k) * along),
            "sign": lambda left, along, gamma, s, k: gamma / s * (left - k * along),
        },
    ),
    Identity(
        label="dx-dot-xhat",
        claim="What is left of dx along xhat: nothing only if eps = 0, or dy has nothing there.",
        shows=lambda form: (
            tex("\\langle \\hat{x}, dx \\rangle"),
            form(_DY, _HAT, _GAMMA, _S, _KAPPA, lambda e: _XHAT_DY),
        ),
        assumptions=ANY,
        source=HERE,
        form=gradient.dx_dot_xhat,
        proof=_prove_dot_xhat,
        mutants={
            "zero, as for eps = 0": lambda g, h, gamma, s, k, total: sp.S.Zero,
            "s left out": lambda g, h, gamma, s, k, total: gamma * k * total(g * h),
            "1 - kappa": lambda g, h, gamma, s, k, total: gamma * (1 - k) / s * total(g * h),
        },
    ),
    Identity(
        label="dx-dot-x",
        claim="The same for the input itself: the slope of the loss as the batch is stretched.",
        shows=lambda form: (tex("\\langle x, dx \\rangle"), form(_DY, _HAT, _GAMMA, _KAPPA, lambda e: _XHAT_DY)),
        assumptions=ANY,
        source=HERE,
        form=gradient.dx_dot_x,
        proof=_prove_dot_x,
        mutants={
            "zero, as for eps = 0": lambda g, h, gamma, k, total: sp.S.Zero,
            "sign": lambda g, h, gamma, k, total: -gamma * k * total(g * h),
            "1 - kappa": lambda g, h, gamma, k, total: gamma * (1 - k) * total(g * h),
        },
    ),
    Identity(
        label="dx-square",
        claim="The length of dx: what the two directions take away; eps makes the second take 1 + kappa of its share.",
        shows=lambda form: (
            tex("\\lVert dx \\rVert^2"),
            as_built(form(tex("\\lVert dy \\rVert^2"), _ONES_DY, _XHAT_DY, _GAMMA, _S, _KAPPA, _M)),
        ),
        assumptions=ANY,
        source="derived here; Santurkar et al. (2018), Theorem 4.1, has a bound of this form",
        form=gradient.dx_square,
        proof=_prove_square,
        mutants=_SQUARE_MUTANTS,
    ),
    Inequality(
        label="dx-bound",
        claim="So dx is at most gamma / s times as long as dy.",
        shows=lambda form: (tex("\\lVert dx \\rVert^2"), form(tex("\\lVert dy \\rVert^2"), _GAMMA, _S)),
        assumptions=ANY,
        source=HERE,
        form=lambda square, gamma, s: gamma**2 / s**2 * square,
        proof=_prove_bound,
        mutants={
            "one s": lambda square, gamma, s: gamma**2 / s * square,
            "half": lambda square, gamma, s: gamma**2 / s**2 * square / 2,
        },
        method="squares",
    ),
    Identity(
        label="weights-orthogonal",
        claim="A unit's weights before batch norm are at right angles to their gradient, up to eps.",
        shows=lambda form: (tex("\\langle w, dw \\rangle"), form(_DY, _HAT, _GAMMA, _KAPPA, lambda e: _XHAT_DY)),
        assumptions=(means("z = U w, with any number of weights"), *ANY),
        source="derived here; for eps = 0 it follows from Ioffe & Szegedy (2015), section 3.3",
        form=gradient.dx_dot_x,
        proof=_prove_weights,
        mutants={
            "zero, as for eps = 0": lambda g, h, gamma, k, total: sp.S.Zero,
            "gamma left out": lambda g, h, gamma, k, total: k * total(g * h),
        },
    ),
    Identity(
        label="batch-of-one",
        claim="A batch of one gives beta whatever its input, so no gradient passes.",
        shows=lambda form: (tex("dx_1"), form(_GAMMA, _S, tex("dy_1"))),
        assumptions=(
            needs("m = 1", lambda form: _prove_one(form, 2)),
            needs("eps > 0, or the limit eps to 0", _prove_one_without),
        ),
        source=HERE,
        form=lambda gamma, s, dy: sp.S.Zero,
        proof=_prove_one,
        mutants={
            "both paths left out": lambda gamma, s, dy: gamma / s * dy,
            "sign as well": lambda gamma, s, dy: -gamma / s * dy,
        },
        method="given",
    ),
)  # fmt: skip
