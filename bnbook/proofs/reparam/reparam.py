"""Proofs: batch norm of a linear unit is a change of coordinates, w -> g w / sqrt(w^T S w).

What batch norm does to a unit is computed by `transform.batch_norm`, the formula of chapter 2, over any
distribution of the inputs (a batch is one): an expectation knows only their means and covariances.
"""

import sympy as sp

from bnbook.proofs.entries import Definition, Identity, at, means, needs, require_equal, scope, swap
from bnbook.proofs.formulas import inner, reparam, transform
from bnbook.proofs.formulas.batch import Moments
from bnbook.proofs.formulas.inner import Gram, written_out

TITLE = "Length and direction"
KOHLER = "Kohler et al. (2019)"
SIZES = (2, 3)
G = sp.Symbol("g", real=True)
BETA, EPS = sp.Symbol("beta", real=True), sp.Symbol("epsilon", nonnegative=True)
S, R, w, u, v, d, h, t = sp.symbols("S R w u v d h t", real=True)  # S and R are operators, see `Gram`
ANY_DIMENSION = scope("any dimension")
NOT_FLAT_UNIT = needs("w^T S w > 0, or eps > 0", at({Gram([w], S)(w, S * w): 0, EPS: 0}))

# For print
s_, s_inv_, w_, v_, u_, x_, h_, m_ = (
    sp.Symbol(name, commutative=False) for name in ("S", "S^{-1}", "w", "v", "u", "x", "h", "\\bar{x}")
)
wt_ = sp.Symbol("\\tilde{w}", commutative=False)
spelled, normed = inner.printed(), inner.printed({s_: "S", s_inv_: "S^{-1}", sp.S.One: ""})
BN = sp.Symbol("\\mathrm{BN}(x^{\\top} w)")
UNIT = sp.Symbol("x^{\\top} \\tilde{w}")


def distribution(size):
    """The inputs x_1, ..., their expectation as a function of a polynomial, their means and covariances."""
    xs, means = inner.column("x", size), inner.column("m", size)
    cov = sp.Matrix(size, size, lambda i, j: sp.Symbol(f"S_{min(i, j) + 1}{max(i, j) + 1}", real=True))

    def of_monomial(powers):
        where = [i for i, power in enumerate(powers) for _ in range(power)]
        if len(where) < 2:
            return means[where[0]] if where else sp.S.One
        i, j = where
        return cov[i, j] + means[i] * means[j]

    def mean(expression):
        polynomial = sp.Poly(sp.expand(expression), *xs)
        return sum((c * of_monomial(powers) for powers, c in polynomial.terms()), sp.S.Zero)

    return xs, mean, means, cov


def _centered(size):
    xs, mean, means, cov = distribution(size)
    return xs, lambda e: mean(e).subs(dict.fromkeys(means, 0)), cov


P = sp.Symbol("p", real=True)  # x^T w, one number for each example


def over_inputs(dot, vector=w, center=0):
    """The mean over x of a polynomial in p = x^T w: its mean is center, its variance w^T S w. Any dimension."""
    moments = Moments(P)
    return lambda e: moments(e).subs({moments.mu: center, moments.v: dot(vector, S * vector)})


def _applied(vector):
    """x^T times a multiple of w: p stands for x^T w, and x^T S w is another number."""
    return sp.expand(vector).subs(S * w, sp.Symbol("x.S.w", real=True)).xreplace({w: P})


def _prove_unit_in_any_dimension(form, center=0, beta=0, eps=EPS, s=S):
    dot = Gram([w], S)
    unit = transform.batch_norm(P, over_inputs(dot, center=center), G, beta, eps)
    require_equal(unit, _applied(form(w, G, s, dot, EPS)), "any dimension")


def _prove_unit(form):
    _prove_unit_in_any_dimension(form)
    for size in SIZES:
        xs, mean, cov = _centered(size)
        ws = inner.column("w", size)
        unit = transform.batch_norm(written_out(xs, ws), mean, G, 0, EPS)
        require_equal(unit, written_out(xs, form(ws, G, cov, written_out, EPS)), f"{size} inputs")


def _prove_shift(form):
    dot, mean = Gram([w, u], S), u  # u is the mean of x here
    unit = transform.batch_norm(P, over_inputs(dot, center=dot(mean, w)), G, BETA, EPS)
    constant = form(w, G, BETA, mean, S, dot, EPS)
    linear = G * P / reparam.norm(w, S, dot, EPS)
    require_equal(unit, linear + constant, "any dimension")
    for size in SIZES:
        xs, mean, means, cov = distribution(size)
        ws = inner.column("w", size)
        unit = transform.batch_norm(written_out(xs, ws), mean, G, BETA, EPS)
        linear = written_out(xs, reparam.normalized(ws, G, cov, written_out, EPS))
        constant = form(ws, G, BETA, means, cov, written_out, EPS)
        require_equal(unit, linear + constant, f"{size} inputs")


def _weight_norm(w, g, dot):
    return reparam.normalized(w, g, sp.S.One, dot)


def _prove_weight_norm_in_any_dimension(form, center=0, eps=0, cov=sp.S.One):
    dot = Gram([w], S)
    moments = Moments(P)
    mean = lambda e: moments(e).subs({moments.mu: center, moments.v: dot(w, cov * w)})  # noqa: E731
    require_equal(transform.batch_norm(P, mean, G, 0, eps), _applied(form(w, G, dot)), "any dimension")


def _prove_weight_norm(form):
    _prove_weight_norm_in_any_dimension(form)
    for size in SIZES:
        xs, mean, cov = _centered(size)
        identity = dict(zip(cov, sp.eye(size)))
        ws = inner.column("w", size)
        unit = transform.batch_norm(written_out(xs, ws), lambda e, f=mean, s=identity: f(e).subs(s), G, 0, 0)
        require_equal(unit, written_out(xs, form(ws, G, written_out)), f"{size} inputs")


def _whitened_length(root, w, dot):
    return dot(root * w, root * w)


def _prove_whitened(form):
    dot = Gram([w], R)
    require_equal(dot(w, R**2 * w), form(R, w, dot), "S = R^2, any dimension")


def _layer(w, inverse_norms, g):
    return w * inverse_norms * g


def _around_one(size):
    """The same with every mean 1."""
    xs, mean, means, cov = distribution(size)
    return xs, lambda e: mean(e).subs(dict.fromkeys(means, 1)), cov


def _prove_layer(form, eps=0):
    """Three inputs, two units, each with its own length."""
    xs, mean, cov = _centered(3)
    weights = sp.Matrix(3, 2, sp.symbols("w_11 w_12 w_21 w_22 w_31 w_32", real=True))
    g = sp.diag(*sp.symbols("g_1 g_2", real=True))
    squares = [written_out(weights[:, j], cov * weights[:, j]) for j in range(2)]
    both = form(weights, sp.diag(*(1 / sp.sqrt(sp.expand(q)) for q in squares)), g)
    for j in range(2):
        unit = transform.batch_norm(written_out(xs, weights[:, j]), mean, g[j, j], 0, eps)
        require_equal(unit, written_out(xs, both[:, j]), f"unit {j + 1}")


def _slope(expression, point=0):
    return sp.diff(expression, t).subs(t, point)


def _prove_gradient(form):
    """A loss of w~ with gradient h, moved from w along any d: its slope is h^T (the derivative of w~)."""
    dot = Gram([w, h, d], S)
    along = dot(h, reparam.normalized(w + t * d, G, S, dot, EPS))
    require_equal(_slope(along), dot(form(w, G, h, S, dot, EPS), d), "any w, any direction d")


def _prove_length_gradient(form):
    dot = Gram([w, h], S)
    along = dot(h, reparam.normalized(w, t, S, dot, EPS))
    require_equal(_slope(along), form(w, h, S, dot, EPS), "any w, any length")


def _weight_norm_gradient(w, g, h, dot):
    return reparam.normalized_gradient(w, g, h, sp.S.One, dot)


def _prove_weight_norm_gradient(form):
    dot = Gram([w, h, d], S)
    along = dot(h, _weight_norm(w + t * d, G, dot))
    require_equal(_slope(along), dot(form(w, G, h, dot), d), "any w, any direction d")
    require_equal(dot(w, form(w, G, h, dot)), 0, "at right angles to w")


def _gradient_sides(form, *arguments):
    return sp.Symbol("\\nabla_w f"), form(*arguments)


IDENTITIES = (
    Definition(
        label="s-norm",
        claim="The length of w measured with S is the standard deviation of the unit x^T w.",
        shows=(sp.Symbol("\\lVert w \\rVert_{S}"), reparam.norm(w_, s_, spelled)),
        source=KOHLER,
    ),
    Identity(
        label="bn-linear-unit",
        claim="Batch norm of a linear unit is a linear unit with other weights.",
        shows=lambda form: (sp.Tuple(BN, wt_), sp.Tuple(UNIT, form(w_, G, s_, spelled, EPS))),
        assumptions=(
            needs("x has mean 0", lambda form: _prove_unit_in_any_dimension(form, center=1)),
            means("S is the covariance of x"),
            needs("beta = 0", lambda form: _prove_unit_in_any_dimension(form, beta=BETA)),
            NOT_FLAT_UNIT,
            ANY_DIMENSION,
            scope("any eps"),
        ),
        source=f"{KOHLER}, there for eps = 0",
        form=reparam.normalized,
        proof=_prove_unit,
        mutants={
            "the usual length": lambda w, g, s, dot, eps: g * w / sp.sqrt(dot(w, w) + eps),
            "variance for its root": lambda w, g, s, dot, eps: g * w / (dot(w, s * w) + eps),
            "eps outside the root": lambda w, g, s, dot, eps: g * w / (sp.sqrt(dot(w, s * w)) + eps),
        },
    ),
    Identity(
        label="bn-linear-unit-mean",
        claim="If x has a mean, S is still its covariance, and a constant is added.",
        shows=lambda form: (BN, UNIT + form(w_, G, BETA, m_, s_, spelled, EPS)),
        assumptions=(
            means("x has covariance S and the mean written with a bar"),
            NOT_FLAT_UNIT,
            ANY_DIMENSION,
            scope("any eps"),
        ),
        source="derived here",
        form=reparam.shift,
        proof=_prove_shift,
        mutants={
            "sign": lambda w, g, b, m, s, dot, eps: reparam.shift(w, -g, b, m, s, dot, eps),
            "beta scaled": lambda w, g, b, m, s, dot, eps: g * b - g * dot(m, w) / reparam.norm(w, s, dot, eps),
            "mean not divided": lambda w, g, b, m, s, dot, eps: b - g * dot(m, w),
        },
    ),
    Identity(
        label="weight-norm",
        claim="On inputs with covariance 1, batch norm of a linear unit is weight normalization.",
        shows=lambda form: (sp.Tuple(s_, wt_), sp.Tuple(sp.Symbol("I"), form(w_, G, normed))),
        assumptions=(
            needs("x has mean 0", lambda form: _prove_weight_norm_in_any_dimension(form, center=1)),
            needs("x has covariance I", lambda form: _prove_weight_norm_in_any_dimension(form, cov=S)),
            needs("eps = 0", lambda form: _prove_weight_norm_in_any_dimension(form, eps=EPS)),
            needs("w is not 0", at({Gram([w], S)(w, w): 0})),
            ANY_DIMENSION,
        ),
        source="Salimans & Kingma (2016) for weight normalization; derived here",
        form=_weight_norm,
        proof=_prove_weight_norm,
        mutants={
            "squared length": lambda w, g, dot: g * w / dot(w, w),
            "not divided": lambda w, g, dot: g * w,
        },
    ),
    Identity(
        label="whitened-length",
        claim="The S-length of w is the usual length of the weights that act on whitened inputs.",
        shows=lambda form: (
            spelled(w_, s_ * w_),
            form(sp.Symbol("S^{1/2}", commutative=False), w_, normed),
        ),
        assumptions=(means("S^(1/2) is the symmetric root of S"), ANY_DIMENSION),
        source="derived here",
        form=_whitened_length,
        proof=_prove_whitened,
        mutants={
            "root twice": lambda root, w, dot: dot(root**2 * w, root**2 * w),
            "inverse root": lambda root, w, dot: dot(root**-1 * w, root**-1 * w),
        },
    ),
    Identity(
        label="bn-layer",
        claim="For a layer the columns of W are divided by their own S-lengths and given their own lengths g.",
        shows=lambda form: (
            sp.Symbol("\\tilde{W}"),
            form(
                sp.Symbol("W", commutative=False),
                sp.Symbol("\\operatorname{diag}(W^{\\top} S W)^{-1/2}", commutative=False),
                sp.Symbol("\\operatorname{diag}(g)", commutative=False),
            ),
        ),
        assumptions=(
            needs("x has mean 0", swap(_centered=_around_one)),
            means("S is the covariance of x"),
            needs("eps = 0", lambda form: _prove_layer(form, EPS)),
            scope("written out for 3 inputs and 2 units"),
        ),
        source="derived here",
        form=_layer,
        proof=_prove_layer,
        method="given",
        mutants={
            "norms not inverted": lambda w, n, g: w * n**-1 * g,
            "g left out": lambda w, n, g: w * n,
            "norms squared": lambda w, n, g: w * n**2 * g,
        },
    ),
    Identity(
        label="reparam-gradient",
        claim="The gradient by w loses its part along S w, and shrinks as the length of w grows.",
        shows=lambda form: _gradient_sides(form, w_, G, h_, s_, normed),
        assumptions=(
            means("h is the gradient by w~"),
            NOT_FLAT_UNIT,
            scope("eps = 0 in print; proved for every eps"),
            ANY_DIMENSION,
        ),
        source="Kohler et al. (2019), made exact for every eps here",
        form=lambda w, g, h, s, dot, eps=0: reparam.normalized_gradient(w, g, h, s, dot, eps),
        proof=_prove_gradient,
        mutants={
            "nothing removed": lambda w, g, h, s, dot, eps=0: g * h / reparam.norm(w, s, dot, eps),
            "w for S w": lambda w, g, h, s, dot, eps=0: (
                g / reparam.norm(w, s, dot, eps) * (h - w * dot(w, h) / reparam.norm(w, s, dot, eps) ** 2)
            ),
            "sign": lambda w, g, h, s, dot, eps=0: (
                g / reparam.norm(w, s, dot, eps) * (h + s * w * dot(w, h) / reparam.norm(w, s, dot, eps) ** 2)
            ),
        },
    ),
    Identity(
        label="reparam-length-gradient",
        claim="The derivative by the length is the gradient's part along w.",
        shows=lambda form: (sp.Symbol("\\frac{\\partial f}{\\partial g}"), form(w_, h_, s_, normed)),
        assumptions=(
            means("h is the gradient by w~"),
            NOT_FLAT_UNIT,
            scope("eps = 0 in print; proved for every eps"),
            ANY_DIMENSION,
        ),
        source=KOHLER,
        form=lambda w, h, s, dot, eps=0: reparam.length_gradient(w, h, s, dot, eps),
        proof=_prove_length_gradient,
        mutants={
            "not divided": lambda w, h, s, dot, eps=0: dot(w, h),
            "sign": lambda w, h, s, dot, eps=0: -reparam.length_gradient(w, h, s, dot, eps),
        },
    ),
    Identity(
        label="weight-norm-gradient",
        claim="Weight norm's gradient is at right angles to the weights.",
        shows=lambda form: _gradient_sides(form, w_, G, h_, normed),
        assumptions=(means("h is the gradient by w~"), needs("w is not 0", at({Gram([w], S)(w, w): 0})), ANY_DIMENSION),
        source="Salimans & Kingma (2016); derived here",
        form=_weight_norm_gradient,
        proof=_prove_weight_norm_gradient,
        mutants={
            "nothing removed": lambda w, g, h, dot: g * h / sp.sqrt(dot(w, w)),
            "removed twice": lambda w, g, h, dot: g / sp.sqrt(dot(w, w)) * (h - 2 * w * dot(w, h) / dot(w, w)),
        },
    ),
)
