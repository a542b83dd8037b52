"""Where batch norm starts, and in which units: the lemma on starting points, and measures that no scale can change."""

import sympy as sp

from bnbook.proofs.entries import (
    Definition,
    Identity,
    Inequality,
    at,
    means,
    needs,
    require_equal,
    require_zero,
    swap,
)
from bnbook.proofs.formulas import reparam, smoothness
from bnbook.proofs.printed import as_built, tex
from bnbook.proofs.reparam.invariance import INVARIANT, A, on_the_plane, plain_plane
from bnbook.proofs.reparam.reparam import ANY_DIMENSION, d, t, w
from bnbook.proofs.reparam.unit import GAMMA, dot

TITLE = "The start, and the scale of the weights"
HERE = "derived here"
SANTURKAR = "Santurkar et al. (2018), Lemma 4.5"
RAY = means("every k t with k > 0 is an optimum of the unit with batch norm")
NEAREST = means("t is an optimum of the plain unit; w_0 the start")
K = sp.Symbol("k", real=True)

# For print
_far, _foot = tex("\\lVert w_0 - t \\rVert^2"), tex("\\lVert w_0 - k_{\\star} t \\rVert^2")
_inner, _t_norm = tex("\\langle w_0, t \\rangle"), sp.Symbol("\\lVert t \\rVert", positive=True)


def _prove_ray(form):
    """The unit's output, and so its loss, is the same at k w as at w."""
    k = sp.Symbol("k", positive=True)
    there = reparam.normalized(k * w, GAMMA, sp.S.One, dot)
    require_equal(dot(there, d), dot(form(reparam.normalized(w, GAMMA, sp.S.One, dot), k), d), "k > 0")


def _prove_ray_turned(form):
    k = sp.Symbol("k", negative=True)
    there = reparam.normalized(k * w, GAMMA, sp.S.One, dot)
    require_equal(dot(there, d), dot(form(reparam.normalized(w, GAMMA, sp.S.One, dot), k), d), "k < 0")


def _prove_ray_with_eps(form):
    k, eps = sp.symbols("k epsilon", positive=True)
    here, there = (reparam.normalized(point, GAMMA, sp.S.One, dot, eps) for point in (w, k * w))
    require_equal(dot(there, d), dot(form(here, k), d), "with eps")


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


def _prove_turned_away(form):
    """w_0 = -t with |t| = 1: nothing on the ray is nearer than its end, at the distance 1."""
    require_equal(sp.S.One, form(sp.Integer(4), -sp.S.One, sp.S.One), "w_0 points away from t")


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
            tex("\\max_{\\eta} \\frac{\\lVert \\nabla L(w) - \\nabla L(w - \\eta \\nabla L(w)) \\rVert}"
                "{\\lVert \\eta \\nabla L(w) \\rVert}"),
        ),
        source="Santurkar et al. (2018), Figure 4 and appendix A.2.2",
    ),
    Identity(
        label="scale-free-measures",
        claim="Slope and curvature in units of the weights' own length do not change when the weights are scaled: "
        "these can be compared between networks.",
        shows=_relative_sides,
        assumptions=(needs(INVARIANT, swap(on_the_plane=plain_plane)), ANY_DIMENSION),
        source=HERE,
        form=_relative,
        proof=_prove_relative,
        mutants={
            "curvature times one length": lambda n, first, second: (n * first, n * second),
            "slope without length": lambda n, first, second: (first, n**2 * second),
        },
    ),
    Identity(
        label="unit-ray",
        claim="Batch norm does not see how long a unit's weights are, so with one optimum a whole ray is optimal.",
        shows=lambda form: (
            sp.Function("\\mathrm{BN}")(tex("k w^{\\top} x")),
            form(sp.Function("\\mathrm{BN}")(tex("w^{\\top} x")), tex("k")),
        ),
        assumptions=(needs("k > 0", _prove_ray_turned), needs("eps = 0", _prove_ray_with_eps), ANY_DIMENSION),
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
        assumptions=(needs("t is not 0", at({dot(t, t): 0})), ANY_DIMENSION),
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
        assumptions=(NEAREST, RAY, needs("<w_0, t> > 0, so that k > 0", _prove_turned_away), ANY_DIMENSION),
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
        claim="So batch norm never starts farther from an optimum, and nearer unless the length happens to be right: a "
        "statement on distances, in a space where lengths of weights mean nothing.",
        shows=lambda form: (_foot, form(_far)),
        assumptions=(NEAREST, RAY, means("<w_0, t> > 0, so that one of them is nearest"), ANY_DIMENSION),
        source=SANTURKAR,
        form=lambda far: far,
        proof=_prove_never_farther,
        mutants={"half": lambda far: far / 2, "a tenth": lambda far: far / 10},
        method="squares",
    ),
)  # fmt: skip
