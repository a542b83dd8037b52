"""One unit with whitened inputs: what batch norm does to its loss, its starting point, and its scale."""

import sympy as sp

from bn.symbolic import reparam, smoothness
from bn.symbolic.inner import Gram
from bn.symbolic.invariance_proofs import INVARIANT, A, on_the_plane
from bn.symbolic.printed import as_built, tex
from bn.symbolic.registry import Definition, Identity, Inequality, require_equal, require_zero
from bn.symbolic.reparam_proofs import ANY_DIMENSION, S, d, t, w

TITLE = "One unit, and the scale of its weights"
HERE = "derived here"
SANTURKAR = "Santurkar et al. (2018), Lemma 4.5"
WHITE = "the inputs are whitened, so that the spread of the unit is |w|; eps = 0, beta = 0"
LOSS = "the loss is |z - t|^2 / 2 with z = gamma w / |w|"
RAY = "every k t with k > 0 is an optimum of the unit with batch norm"
NEAREST = "t is an optimum of the plain unit; w_0 the start"
GAMMA, T = sp.symbols("gamma T", real=True)
WAY, K = sp.Symbol("ell", nonnegative=True), sp.Symbol("k", real=True)

# For print
_what, _t = (sp.Symbol(name, commutative=False) for name in ("\\hat{w}", "t"))
_along, _t_square, _w_square = map(tex, ("\\langle \\hat{w}, t \\rangle", "\\lVert t \\rVert^2", "\\lVert w \\rVert^2"))
_GAMMA, _LENGTH = sp.Symbol("gamma"), sp.Symbol("\\lVert w \\rVert", positive=True)
_far, _foot = tex("\\lVert w_0 - t \\rVert^2"), tex("\\lVert w_0 - k_{\\star} t \\rVert^2")
_inner, _t_norm = tex("\\langle w_0, t \\rangle"), sp.Symbol("\\lVert t \\rVert", positive=True)


def dot(a, b):
    """The inner product of combinations of w, t and a direction d, in any dimension."""
    return Gram([w, t, d], S)(a, b)


LENGTH = sp.sqrt(dot(w, w))
W_HAT, ALONG = w / LENGTH, dot(w, t) / LENGTH


def loss(weights):
    """|z - t|^2 / 2 with z = gamma w / |w|, of any combination of vectors."""
    z = reparam.normalised(weights, GAMMA, sp.S.One, dot)
    return dot(z - t, z - t) / 2


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


def _prove_ray(form):
    """The unit's output, and so its loss, is the same at k w as at w."""
    k = sp.Symbol("k", positive=True)
    there = reparam.normalised(k * w, GAMMA, sp.S.One, dot)
    require_equal(dot(there, d), dot(form(reparam.normalised(w, GAMMA, sp.S.One, dot), k), d), "k > 0")


def _prove_foot(form):
    """w - k t is at right angles to t there, and any other point of the line is farther by a square."""
    k = form(dot(w, t), dot(t, t))
    require_zero(dot(w - k * t, t), "at right angles to the ray")
    other = dot(w - K * t, w - K * t) - dot(w - k * t, w - k * t)
    require_equal(other, (K - k) ** 2 * dot(t, t), "any other point is farther by a square")


def _nearest():
    k = smoothness.foot(dot(w, t), dot(t, t))
    _prove_foot(smoothness.foot)
    return dot(w - k * t, w - k * t)


def _prove_lemma(form):
    require_equal(_nearest(), form(dot(w - t, w - t), dot(w, t), dot(t, t)), "any dimension")


def _prove_never_farther(form):
    """The gap is (|t|^2 - <w, t>)^2 / |t|^2."""
    square = (dot(t, t) - dot(w, t)) ** 2 / dot(t, t)
    require_equal(form(dot(w - t, w - t)) - _nearest(), square, "any dimension")


def _prove_relative(form):
    """|a w| |grad f(a w)| = |w| |grad f(w)|, and the same with squares for curvature, along any directions."""
    _, p, q, derivative = on_the_plane()
    n = sp.Symbol("n", positive=True)
    first, second = form(n, derivative(p), derivative(p, q))
    there_first, there_second = form(A * n, derivative(p, at=A), derivative(p, q, at=A))
    require_equal(there_first, first, "slope along any direction")
    require_equal(there_second, second, "curvature along any two directions")


def _relative(length, first, second):
    return length * first, length**2 * second


def _scaled(inside):
    return tuple(tex(f"\\lVert {name} \\rVert") for name in (inside, f"\\nabla f({inside})")), tex(
        f"\\nabla^2 f({inside})"
    )


def _relative_sides(form):
    sides = []
    for inside in ("a w", "w"):
        (length, first), second = _scaled(inside)
        sides.append(sp.Tuple(*(as_built(part) for part in form(length, first, second))))
    return tuple(sides)


IDENTITIES = (
    Definition(
        label="effective-smoothness",
        claim="How fast the gradient changes on the way along it, at worst: a measured stand-in for the curvature.",
        shows=(
            tex("\\beta_{\\text{eff}}"),
            tex("\\max_{\\eta} \\frac{\\lVert \\nabla L(w) - \\nabla L(w - \\eta g) \\rVert}{\\lVert \\eta g \\rVert}"),
        ),
        source="Santurkar et al. (2018), Figure 4, as summarized by others",
    ),
    Identity(
        label="scale-free-measures",
        claim="Slope and curvature in units of the weights' own length do not change when the weights are scaled: "
        "these can be compared between networks.",
        shows=_relative_sides,
        assumptions=(INVARIANT, ANY_DIMENSION),
        source=HERE,
        form=_relative,
        proof=_prove_relative,
        mutants={
            "curvature times one length": lambda n, first, second: (n * first, n * second),
            "slope without length": lambda n, first, second: (first, n**2 * second),
        },
    ),
    Identity(
        label="unit-overshoot",
        claim="The inner product of the theorem's condition: by how much the output overshoots what the loss asks for.",
        shows=lambda form: (tex("\\langle g, \\hat{y} \\rangle"), form(_along, _GAMMA)),
        assumptions=(LOSS, WHITE, "the inner product is a mean over the inputs", ANY_DIMENSION),
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
        assumptions=(LOSS, WHITE, ANY_DIMENSION),
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
        assumptions=(LOSS, WHITE, ANY_DIMENSION),
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
        shows=lambda form: (tex("u^{\\top} \\hat{H} u"), form(_along, _GAMMA, _LENGTH)),
        assumptions=("u is a unit vector along the gradient, or any other across w", LOSS, WHITE, ANY_DIMENSION),
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
        assumptions=("u is a unit vector across w", LOSS, WHITE, ANY_DIMENSION),
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
        assumptions=("u is a unit vector across w", LOSS, WHITE, ANY_DIMENSION),
        source=HERE,
        form=smoothness.unit_loss_far,
        proof=_prove_far,
        mutants={
            "sign": lambda ut, t2, gamma: (gamma**2 + t2) / 2 + gamma * ut,
            "nothing left": lambda ut, t2, gamma: sp.S.Zero,
            "fixed part only": lambda ut, t2, gamma: (gamma**2 + t2) / 2,
        },
    ),
    Identity(
        label="unit-ray",
        claim="Batch norm does not see how long a unit's weights are, so with one optimum a whole ray is optimal.",
        shows=lambda form: (
            sp.Function("\\mathrm{BN}")(tex("k w^{\\top} x")),
            form(sp.Function("\\mathrm{BN}")(tex("w^{\\top} x")), tex("k")),
        ),
        assumptions=("k > 0", "eps = 0", ANY_DIMENSION),
        source=HERE,
        form=lambda output, k: output,
        proof=_prove_ray,
        mutants={
            "stretched": lambda output, k: k * output,
            "shrunk": lambda output, k: output / k,
        },
    ),
    Identity(
        label="initialization-foot",
        claim="The nearest point of the ray is the foot of the perpendicular; on the ray if the angle is acute.",
        shows=lambda form: (tex("k_{\\star}"), form(_inner, _t_norm**2)),
        assumptions=("t is not 0", ANY_DIMENSION),
        source=HERE,
        form=smoothness.foot,
        proof=_prove_foot,
        mutants={
            "one": lambda inner, square: sp.S.One,
            "not squared": lambda inner, square: inner / sp.sqrt(square),
        },
    ),
    Identity(
        label="initialization-lemma",
        claim="By Pythagoras, the distance from the start to the nearest optimum with batch norm.",
        shows=lambda form: (_foot, as_built(form(_far, _inner, _t_norm**2))),
        assumptions=(NEAREST, RAY, "<w_0, t> > 0, so that k > 0", ANY_DIMENSION),
        source=f"{SANTURKAR}, where it is a bound; an identity here",
        form=smoothness.foot_square,
        proof=_prove_lemma,
        mutants={
            "divided once more": lambda far, inner, square: far - (square - inner) ** 2 / square**2,
            "not squared": lambda far, inner, square: far - (square - inner),
            "sign": lambda far, inner, square: far + (square - inner) ** 2 / square,
        },
    ),
    Inequality(
        label="initialization-never-farther",
        claim="So batch norm never starts farther from an optimum, and nearer unless the length happens to be right.",
        shows=lambda form: (_foot, form(_far)),
        assumptions=(NEAREST, RAY, "<w_0, t> > 0, so that k > 0", ANY_DIMENSION),
        source=SANTURKAR,
        form=lambda far: far,
        proof=_prove_never_farther,
        mutants={"half": lambda far: far / 2, "a tenth": lambda far: far / 10},
        method="squares",
    ),
)  # fmt: skip
