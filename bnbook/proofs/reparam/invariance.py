"""Proofs: a loss that does not change when the weights are scaled, and what gradient descent does on it.

Take any w and any two directions d and e. On the space that they span the loss is a function of three numbers,
F(s, p, q) = f(s w + p d + q e), and f(a w) = f(w) says that F(s, p, q) = F(1, p / s, q / s). First and second
derivatives at p = q = 0 depend only on the second-order Taylor polynomial of F(1, ., .), so a polynomial with
arbitrary coefficients stands for every smooth loss, in any dimension.
"""

import sympy as sp

from bnbook.proofs.entries import Identity, means, needs, require_equal, scope, swap
from bnbook.proofs.formulas import invariance, reparam
from bnbook.proofs.formulas.inner import Gram, letters
from bnbook.proofs.reparam.reparam import ANY_DIMENSION, S, d, h, spelled, w, w_, wt_

TITLE = "Scale invariance"
INVARIANT = "f(a w) = f(w) for a > 0, as behind batch norm at eps = 0"
SMOOTH = means("a loss with two derivatives")
MOMENTUM = sp.Symbol("rho", positive=True)
HOFFER = "van Laarhoven (2017); derived here"
ARORA = "Arora, Li & Lyu (2019); derived here"
A, ETA, DECAY, GHAT = sp.symbols("a eta lambda \\lVert\\tilde{g}\\rVert", positive=True)
EPS, G = sp.Symbol("epsilon", nonnegative=True), sp.Symbol("g", real=True)
LENGTH = sp.Symbol("n", positive=True)

# For print
_grad = sp.Symbol("\\nabla f(w)", commutative=False)
_grad_a = sp.Symbol("\\nabla f(a w)")
_hess = sp.Symbol("\\nabla^2 f(w)", commutative=False)
next_norm_square = sp.Symbol("\\lVert w_{t+1} \\rVert^{2}")
w_norm, grad_norm = (sp.Symbol(f"\\lVert {inside} \\rVert", positive=True) for inside in ("w_t", "\\nabla f(w_t)"))
_slope = sp.Symbol("\\nabla_{\\tilde{w}} f", commutative=False)  # h in the proofs


def on_the_plane():
    """F(s, p, q), its variables, and a function that differentiates it and goes to p = q = 0."""
    s, p, q = sp.Symbol("s", positive=True), *sp.symbols("p q", real=True)
    c, c1, c2, c11, c12, c22 = sp.symbols("c c_1 c_2 c_11 c_12 c_22", real=True)
    x, y = p / s, q / s
    taylor = c + c1 * x + c2 * y + c11 * x**2 / 2 + c12 * x * y + c22 * y**2 / 2

    def derivative(*by, at=1):
        return sp.diff(taylor, *by).subs({p: 0, q: 0}).subs(s, at)

    return s, p, q, derivative


def plain_plane():
    """The same for a loss that may change as the weights are scaled."""
    s, p, q = sp.Symbol("s", positive=True), *sp.symbols("p q", real=True)
    c, c0, c1, c2, c11, c12, c22 = sp.symbols("c c_0 c_1 c_2 c_11 c_12 c_22", real=True)
    taylor = c + c0 * s + c1 * p + c2 * q + c11 * p**2 / 2 + c12 * p * q + c22 * q**2 / 2

    def derivative(*by, at=1):
        return sp.diff(taylor, *by).subs({p: 0, q: 0}).subs(s, at)

    return s, p, q, derivative


NOT_SCALED = needs(INVARIANT, swap(on_the_plane=plain_plane))


def _prove_orthogonal(form):
    s, _, _, derivative = on_the_plane()
    dot = Gram([w, d], S)
    require_equal(form(derivative(s, at=1)), 0, "any smooth invariant loss: slope along w")
    # and for a batch norm unit: any loss of w~, with gradient h there
    dot = Gram([w, h], S)
    require_equal(form(dot(w, reparam.normalized_gradient(w, G, h, S, dot))), 0, "a loss of w~, any gradient h")


def _prove_gradient(form):
    _, p, _, derivative = on_the_plane()
    require_equal(derivative(p, at=A), form(derivative(p), A), "along any direction")


def _prove_curvature(form):
    _, p, q, derivative = on_the_plane()
    require_equal(derivative(p, q, at=A), form(derivative(p, q), A), "along any two directions")


def _prove_radial_curvature(form):
    s, p, _, derivative = on_the_plane()
    require_equal(derivative(s, p), form(derivative(p)), "w and any direction")


def orthogonal_square(point):
    """The square of a combination of w and d, which are at right angles, and of h, an earlier gradient."""
    dot = Gram([w, d, h], S)
    return dot(point, point).subs(dot(w, d), 0), dot(w, w), dot(d, d)


def any_square(point):
    """The same if the gradient may have a part along the weights."""
    dot = Gram([w, d, h], S)
    return dot(point, point), dot(w, w), dot(d, d)


CROSSED = needs(INVARIANT, swap(orthogonal_square=any_square))
PLAIN = "plain gradient descent, no momentum, no Adam"


def _prove_growth(form, kept=1, pushed=0):
    after, square, grad_square = orthogonal_square(kept * w - ETA * (d + pushed * h))
    require_equal(after, form(square, grad_square, ETA), "w and its gradient d at right angles")


def _prove_turned(form, scaled=invariance.scaled_gradient, pushed=0):
    """w = n w^, and the gradient at w is 1/n times the one at w^, d here."""
    moved = LENGTH * w - ETA * (scaled(d, LENGTH) + pushed * h)
    require_equal(moved / LENGTH, form(w, d, ETA, LENGTH), "any step")


def _prove_equivalent(form, scaled=invariance.scaled_gradient, decay=0):
    """Induction: if the one is at w and the other at a w, they are so again after a step."""
    other = (1 - form(ETA, A) * decay) * A * w - form(ETA, A) * scaled(d, A)
    require_equal(other, A * ((1 - ETA * decay) * w - ETA * d), "one step more")


def _prove_equivalent_adaptive(form):
    """A step by the sign of the gradient, as with a step size for each entry: it does not shrink with the gradient."""
    require_equal(A * w - form(ETA, A) * sp.sign(A) * d, A * (w - ETA * d), "one step more")


def _unscaled(grad, a):
    """The gradient of a loss that is linear: the same at a w as at w."""
    return grad


def _prove_radial_eps(form):
    dot = Gram([w, h], S)
    kappa = EPS / (dot(w, S * w) + EPS)
    slope = dot(w, reparam.normalized_gradient(w, G, h, S, dot, EPS))
    require_equal(slope, form(reparam.normalized(w, G, S, dot, EPS), h, kappa, dot), "any eps, any gradient h")


def _prove_growth_eps(form, kept=1, pushed=0):
    """With w^T grad = kappa w~^T h, put in for w^T d."""
    dot = Gram([w, d, h], S)
    kappa, pull = sp.symbols("kappa q", real=True)
    moved = kept * w - ETA * (d + pushed * h)
    after = dot(moved, moved).subs(dot(w, d), kappa * pull)
    require_equal(after, form(dot(w, w), dot(d, d), ETA, kappa, pull), "any eps")


IDENTITIES = (
    Identity(
        label="scale-orthogonal",
        claim="The gradient is at right angles to the weights.",
        shows=lambda form: (form(spelled(w_, _grad)), sp.S.Zero),
        assumptions=(NOT_SCALED, SMOOTH, scope("any batch"), ANY_DIMENSION),
        source=ARORA,
        form=lambda slope: slope,
        proof=_prove_orthogonal,
        mutants={
            "a slope of 1": lambda slope: slope - 1,
            "a slope of 1, other side": lambda slope: slope + 1,
        },
    ),
    Identity(
        label="scale-gradient",
        claim="Weights that are a times as long have a gradient that is a times as short.",
        shows=lambda form: (_grad_a, form(_grad, A)),
        assumptions=(NOT_SCALED, SMOOTH, ANY_DIMENSION),
        source=HOFFER,
        form=invariance.scaled_gradient,
        proof=_prove_gradient,
        mutants={
            "unchanged": lambda grad, a: grad,
            "grows": lambda grad, a: a * grad,
            "square": lambda grad, a: grad / a**2,
        },
    ),
    Identity(
        label="scale-hessian",
        claim="All second derivatives shrink with the square: curvature in weight space has no scale of its own.",
        shows=lambda form: (sp.Symbol("\\nabla^2 f(a w)"), form(_hess, A)),
        assumptions=(NOT_SCALED, SMOOTH, ANY_DIMENSION),
        source="derived here",
        form=invariance.scaled_curvature,
        proof=_prove_curvature,
        mutants={
            "not squared": lambda c, a: c / a,
            "unchanged": lambda c, a: c,
        },
    ),
    Identity(
        label="scale-hessian-radial",
        claim="The Hessian times the weights is minus the gradient.",
        shows=lambda form: (_hess * w_, form(_grad)),
        assumptions=(NOT_SCALED, SMOOTH, ANY_DIMENSION),
        source="derived here",
        form=invariance.radial_curvature,
        proof=_prove_radial_curvature,
        mutants={
            "sign": lambda grad: grad,
            "twice": lambda grad: -2 * grad,
        },
    ),
    Identity(
        label="norm-growth",
        claim="A step of plain gradient descent adds its square to the square of the length, so the weights only grow.",
        shows=lambda form: (next_norm_square, form(w_norm**2, grad_norm**2, ETA)),
        assumptions=(
            CROSSED,
            needs(PLAIN, lambda form: _prove_growth(form, pushed=MOMENTUM)),
            needs("no weight decay", lambda form: _prove_growth(form, kept=1 - ETA * DECAY)),
            ANY_DIMENSION,
        ),
        source=ARORA,
        form=lambda square, grad_square, eta: invariance.next_square(square, grad_square, eta),
        proof=_prove_growth,
        mutants={
            "sign": lambda square, grad_square, eta: square - eta**2 * grad_square,
            "first order": lambda square, grad_square, eta: square - 2 * eta * grad_square,
            "eta not squared": lambda square, grad_square, eta: square + eta * grad_square,
        },
    ),
    Identity(
        label="effective-step",
        claim="The direction takes a step of eta / |w|^2 along the gradient at unit length.",
        shows=lambda form: (
            sp.Symbol("\\frac{w_{t+1}}{\\lVert w_t \\rVert}"),
            form(letters("\\hat{w}_t"), sp.Symbol("\\nabla f(\\hat{w}_t)", commutative=False), ETA, w_norm),
        ),
        assumptions=(
            needs(INVARIANT, lambda form: _prove_turned(form, _unscaled)),
            needs(PLAIN, lambda form: _prove_turned(form, pushed=MOMENTUM)),
            needs("no weight decay", lambda form: _prove_turned(form, lambda grad, n: grad / n + DECAY * n * w)),
            means("the hat marks a vector divided by its length"),
            ANY_DIMENSION,
        ),
        source=HOFFER,
        form=invariance.turned,
        proof=_prove_turned,
        mutants={
            "length not squared": lambda w, g, eta, n: w - eta / n * g,
            "cubed": lambda w, g, eta, n: w - eta / n**3 * g,
            "sign": lambda w, g, eta, n: w + eta / n**2 * g,
        },
    ),
    Identity(
        label="equivalent-rate",
        claim="Weights a times as long need a learning rate a^2 times as large to go through the same functions.",
        shows=lambda form: (sp.Symbol("\\eta(a w_0)"), form(ETA, A)),
        assumptions=(
            needs(INVARIANT, lambda form: _prove_equivalent(form, _unscaled)),
            needs("no step size for each entry, as in Adam", _prove_equivalent_adaptive),
            needs("no weight decay", lambda form: _prove_equivalent(form, decay=DECAY)),
            ANY_DIMENSION,
        ),
        source=HOFFER,
        form=invariance.equivalent_rate,
        proof=_prove_equivalent,
        mutants={
            "not squared": lambda eta, a: a * eta,
            "unchanged": lambda eta, a: eta,
            "divided": lambda eta, a: eta / a**2,
        },
    ),
    Identity(
        label="radial-slope-eps",
        claim="With eps the gradient has a part along the weights, in proportion to the share of eps.",
        shows=lambda form: (spelled(w_, _grad), form(wt_, _slope, sp.Symbol("kappa"), spelled)),
        assumptions=(
            means("f is a function of w~ = g w / sqrt(w^T S w + eps), h its gradient by w~"),
            means("kappa = eps / (w^T S w + eps)"),
            ANY_DIMENSION,
        ),
        source="derived here",
        form=invariance.radial_slope_eps,
        proof=_prove_radial_eps,
        mutants={
            "1 - kappa": lambda v, h, kappa, dot: (1 - kappa) * dot(v, h),
            "zero for every eps": lambda v, h, kappa, dot: sp.S.Zero,
            "sign": lambda v, h, kappa, dot: -kappa * dot(v, h),
        },
    ),
    Identity(
        label="norm-growth-eps",
        claim="So with eps the first order in eta is back, with either sign: the length can also shrink.",
        shows=lambda form: (
            next_norm_square,
            form(w_norm**2, grad_norm**2, ETA, sp.Symbol("kappa"), spelled(wt_, _slope)),
        ),
        assumptions=(
            means("w^T grad = kappa w~^T h"),
            needs(PLAIN, lambda form: _prove_growth_eps(form, pushed=MOMENTUM)),
            needs("no weight decay", lambda form: _prove_growth_eps(form, kept=1 - ETA * DECAY)),
            ANY_DIMENSION,
        ),
        source="derived here",
        form=invariance.next_square_eps,
        proof=_prove_growth_eps,
        mutants={
            "first order left out": lambda n2, g2, eta, kappa, pull: n2 + eta**2 * g2,
            "half": lambda n2, g2, eta, kappa, pull: n2 - eta * kappa * pull + eta**2 * g2,
            "sign": lambda n2, g2, eta, kappa, pull: n2 + 2 * eta * kappa * pull + eta**2 * g2,
        },
    ),
)
