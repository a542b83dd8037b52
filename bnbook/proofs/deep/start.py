"""The start of deep networks: the cosine of two examples from layer to layer, and gradients on their way back."""

import sympy as sp

from bnbook.proofs.entries import (
    Identity,
    Inequality,
    Refuted,
    Reported,
    at,
    means,
    needs,
    require_equal,
    scope,
    swap,
)
from bnbook.proofs.formulas import deep
from bnbook.proofs.printed import as_built, tex

TITLE = "The start of deep networks"
HERE = "derived here"
YANG = "Yang et al. (2019), Theorem 3.10 and, in the submission, equation 25"
T, ANGLE = sp.Symbol("t", real=True), sp.Symbol("theta", positive=True)
R, Z = sp.Symbol("r", positive=True), sp.Symbol("z", real=True)
DENSITY = sp.exp(-(Z**2) / 2) / sp.sqrt(2 * sp.pi)
_ONE_SIDED = 2 * sp.Heaviside(Z) * DENSITY
C, M, SIGMA = sp.Symbol("c", real=True), sp.Symbol("m", positive=True), sp.Symbol("sigma_w", positive=True)
OVERLAP = sp.S.One  # which share of the plane's angles, next to both examples, both ReLUs let through

# For print
_NEXT = tex("c'")
_ARCCOS = sp.Function("\\arccos")
WIDE = means("the layer is wide, and its weights are independent and Gaussian of mean zero")


def _mean_product(angle):
    """E phi(r cos t) phi(r cos(t - angle)), for a weight vector of length r in the plane of the two examples.

    Both are above 0 for t from angle - pi/2 to pi/2.
    """
    radius = sp.integrate(R**3 * sp.exp(-(R**2) / 2), (R, 0, sp.oo)) / (2 * sp.pi)
    low, high = angle - sp.pi / 2, sp.pi / 2 * OVERLAP
    inner = sp.integrate(sp.expand_trig(sp.cos(T) * sp.cos(T - angle)), (T, low, high))
    return radius * inner


def _prove_map(form):
    """The cosine is the mean product, divided by that of an example with itself."""
    ratio = _mean_product(ANGLE) / sp.Rational(1, 2)
    claimed = form(sp.cos(ANGLE))
    claimed = claimed.replace(lambda e: e == sp.acos(sp.cos(ANGLE)), lambda e: ANGLE)
    claimed = claimed.subs(sp.sqrt(1 - sp.cos(ANGLE) ** 2), sp.sin(ANGLE))
    require_equal(sp.expand_trig(ratio), claimed, "angles from 0 to pi", sp.trigsimp)


def _prove_slope(form):
    require_equal(sp.diff(deep.relu_cosine(C), C), form(C), "c between -1 and 1")
    require_equal(form(sp.S.One), 1, "at c = 1")


def _prove_above(form):
    """With c = cos(theta) the gap is (sin(theta) - theta cos(theta)) / pi: 0 at 0, with slope theta sin(theta) / pi."""
    gap = (sp.sin(ANGLE) + sp.cos(ANGLE) * (sp.pi - ANGLE)) / sp.pi - form(sp.cos(ANGLE))
    start = sp.limit(gap, ANGLE, 0)
    if not start.is_nonnegative:
        raise Refuted(f"at equal examples the gap is {start}")
    require_equal(start, 0, "equal examples")
    require_equal(sp.diff(gap, ANGLE), ANGLE * sp.sin(ANGLE) / sp.pi, "the slope, which is never below 0")


def _prove_forgets(form):
    """The products of equally near examples, q in units of the square length, c for pairs; minus the batch's mean."""
    pair, own = C, sp.S.One
    mean_with = (own + (M - 1) * pair) / M  # the product of an example with the batch's mean: the same for all
    require_equal((pair - mean_with) / (own - mean_with), form(M), "any m > 1, any c below 1")


def _prove_unequally_near(form):
    """Three examples, cosines 0, 0 and 1/2: the first and second, minus the mean."""
    gram = sp.Matrix([[1, 0, 0], [0, 1, sp.Rational(1, 2)], [0, sp.Rational(1, 2), 1]])
    center = sp.eye(3) - sp.ones(3, 3) / 3
    left = center * gram * center
    require_equal(left[0, 1] / sp.sqrt(left[0, 0] * left[1, 1]), form(sp.Integer(3)), "unequally near")


def _prove_large(form):
    c = deep.centered_cosine(M)
    require_equal(sp.limit(deep.batchnorm_growth(M, c), M, sp.oo), form(), "the limit")


def _prove_plain(form):
    """Each gradient is sent back by n weights of variance sigma^2 / n, and by a slope that is 0 or 1."""
    kept = sp.integrate(sp.Heaviside(Z) ** 2 * DENSITY, (Z, -sp.oo, sp.oo))
    require_equal(SIGMA**2 * sp.simplify(kept), form(SIGMA), "the share of open units")


IDENTITIES = (
    Identity(
        label="relu-cosine",
        claim="What a ReLU layer makes of the cosine of two examples; the scale of the weights does not matter.",
        shows=lambda form: (_NEXT, form(sp.Symbol("c")).replace(sp.acos, _ARCCOS)),
        assumptions=(
            needs("there are no biases, and only both units that are above 0 count", swap(OVERLAP=sp.Rational(1, 2))),
            WIDE,
        ),
        source=f"{HERE}; the arc-cosine kernel of Cho and Saul (2009)",
        form=deep.relu_cosine,
        proof=_prove_map,
        mutants={
            "acos alone": lambda c: (sp.sqrt(1 - c**2) + c * sp.acos(c)) / sp.pi,
            "without the root": lambda c: c * (sp.pi - sp.acos(c)) / sp.pi,
        },
    ),
    Identity(
        label="relu-cosine-slope",
        claim="Its slope, which is 1 for two equal examples: they draw near each other, ever more slowly.",
        shows=lambda form: (tex("\\frac{d c'}{d c}"), form(sp.Symbol("c")).replace(sp.acos, _ARCCOS)),
        assumptions=(scope("-1 < c < 1, and the limit c = 1"), WIDE),
        source=HERE,
        form=deep.relu_cosine_slope,
        proof=_prove_slope,
        mutants={"acos alone": lambda c: sp.acos(c) / sp.pi, "twice": lambda c: 2 * (sp.pi - sp.acos(c)) / sp.pi},
    ),
    Inequality(
        label="relu-cosine-above",
        claim="A plain ReLU layer never takes two examples farther apart, and equal ones are its only fixed point.",
        shows=lambda form: (form(sp.Symbol("c")), _NEXT),
        assumptions=(WIDE, scope("0 <= theta <= pi, c = cos(theta)")),
        source=HERE,
        form=lambda c: c,
        proof=_prove_above,
        mutants={"a tenth more": lambda c: c + sp.Rational(1, 10), "twice": lambda c: 2 * c},
    ),
    Identity(
        label="batchnorm-forgets",
        claim="Batch norm makes of equally near examples always the same: their common part goes with the mean.",
        shows=lambda form: (tex("\\frac{c - \\frac{1 + (m - 1) c}{m}}{1 - \\frac{1 + (m - 1) c}{m}}"),
                            as_built(form(sp.Symbol("m")))),
        assumptions=(
            needs("all pairs of examples have the same cosine c", _prove_unequally_near),
            needs("c is not 1", at({C: 1})),
            means("the examples have equal lengths"),
            scope("any batch size above 1"),
        ),
        source=HERE,
        form=deep.centered_cosine,
        proof=_prove_forgets,
        mutants={"c kept": lambda m: C, "sign": lambda m: 1 / (m - 1)},
    ),
    Reported(
        label="batchnorm-growth",
        claim="The growth per layer of the gradient's square under batch norm, ReLU, batches of B: J is the map of "
        "cosines, c = -1 / (B - 1).",
        shows=(
            tex("\\text{growth per layer}"),
            tex("\\frac{J'(c) + (B - 1)\\, J'(1)}{(B - 3)\\,(J(1) - J(c))} - \\frac{1}{B - 3}"),
        ),
        source=YANG,
    ),
    Identity(
        label="batchnorm-growth-limit",
        claim="In large batches that growth is the quotient of the two moments of a ReLU.",
        shows=lambda form: (tex("\\lim_{B \\to \\infty} \\text{growth per layer}"), form()),
        assumptions=(means("the growth is that of Yang et al. for batches of B"),),
        source=HERE,
        form=lambda: sp.pi / (sp.pi - 1),
        proof=_prove_large,
        mutants={"none": lambda: sp.S.One, "upside down": lambda: (sp.pi - 1) / sp.pi},
    ),
    Identity(
        label="plain-growth",
        claim="Without a norm the weights decide: the square of a gradient grows by this factor in each layer, and at "
        "the variance 2 / fan-in it stays.",
        shows=lambda form: (tex("\\sigma_w^2\\, \\mathrm{E}\\,\\varphi'(z)^2"), form(tex("\\sigma_w"))),
        assumptions=(
            needs("a value before the ReLU is as often above 0 as below", swap(DENSITY=_ONE_SIDED)),
            means("the weights have mean zero and variance sigma_w^2 / fan-in; phi is the ReLU"),
        ),
        source=f"{HERE}, as He et al. (2015)",
        form=deep.plain_growth,
        proof=_prove_plain,
        mutants={"all open": lambda sigma: sigma**2, "not squared": lambda sigma: sigma / 2},
    ),
)  # fmt: skip
