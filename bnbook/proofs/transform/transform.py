"""Proofs about one batch: what the transform does to its mean and scale, and that two numbers undo it.

All of them hold for a batch of any length m: they use only that the mean is linear and the mean of 1 is 1
(`batch.Moments`). A batch of three, written out, confirms each, entry by entry.
"""

import sympy as sp

from bnbook.proofs.entries import Identity, at, means, needs, require_equal
from bnbook.proofs.formulas import transform
from bnbook.proofs.formulas.batch import Moments, listed, named
from bnbook.proofs.formulas.slopes import ANY_SIZE, DEFINED, NEVER_CONSTANT, NOT_CONSTANT
from bnbook.proofs.printing import factors, terms

TITLE = "One batch"
X, C, BETA, GAMMA = sp.symbols("x c beta gamma", real=True)
EPS = sp.Symbol("epsilon", nonnegative=True)
M = sp.Symbol("m", integer=True, positive=True)
SCALES = {"a > 0": sp.Symbol("a_+", positive=True), "a < 0": sp.Symbol("a_-", negative=True)}
SOURCE = "Ioffe & Szegedy (2015), Algorithm 1"
ANY_BATCH = (ANY_SIZE, NOT_CONSTANT)
_x, _i, _j = sp.IndexedBase("x"), *sp.symbols("i j", integer=True, positive=True)
_mu, _var = sp.Symbol("mu"), sp.Symbol("sigma", positive=True) ** 2
_mus, _vars, _k = sp.IndexedBase("mu"), sp.IndexedBase("sigma"), sp.Symbol("k")
_c, _xhat = sp.IndexedBase("c"), sp.IndexedBase("\\hat{x}")


def batches():
    """The batches that every proof runs over: any length by its moments, then three examples in numbers.

    Yields a name, the mean, the variance, and the list of functions that pick one entry of an expression.
    """
    moments = Moments(X)
    yield "any m", moments, moments.v, [lambda e: e]
    entries = (sp.S.One, sp.S.Zero, sp.Integer(4))
    mean = listed({X: entries})
    var = sp.simplify(transform.steps(X, mean, 1, 0, EPS)["var"])
    yield "m = 3", mean, var, [lambda e, x_k=x_k: sp.sympify(e).xreplace({X: x_k}) for x_k in entries]


def _mean_zero(x, mean, eps):
    return transform.normalize(x, mean, eps)


def _prove_mean_zero(form):
    for name, mean, _, _ in batches():
        require_equal(mean(form(X, mean, EPS)), 0, name)


def _prove_mean_square(form):
    for name, mean, var, _ in batches():
        xhat = transform.normalize(X, mean, EPS)
        require_equal(mean(xhat**2), form(var, EPS), name)
        require_equal(1 - transform.kappa(var, EPS), form(var, EPS), f"1 - kappa, {name}")


def _prove_recovery(form):
    for name, mean, var, entries in batches():
        gamma, beta = form(mean(X), var, EPS)
        for entry in entries:
            require_equal(entry(transform.batch_norm(X, mean, gamma, beta, EPS)), entry(X), name)


def _shifted(x, mean, gamma, beta, eps, c):
    return transform.batch_norm(x, mean, gamma, beta, eps)


def _prove_shift(form):
    for name, mean, _, entries in batches():
        left = transform.batch_norm(X + C, mean, GAMMA, BETA, EPS)
        for entry in entries:
            require_equal(entry(left), entry(form(X, mean, GAMMA, BETA, EPS, C)), name)


def _prove_scale(form):
    for name, mean, var, entries in batches():
        for sign, a in SCALES.items():
            left, right = (transform.normalize(z, mean, EPS) for z in (a * X, X))
            for entry in entries:
                require_equal(entry(left), entry(form(var, EPS, a) * right), f"{name}, {sign}")
            require_equal(form(var, sp.S.Zero, a), sp.sign(a), f"eps = 0, {name}, {sign}")


def _own_entry_counted(c, x, mean, m):
    centered = x - mean(x)
    return (m - 1) / mean(centered**2) * mean((centered + c / (m - 1)) ** 2)


def _prove_largest(form, eps=0, m=sp.Symbol("m", positive=True)):  # noqa: B008
    moments = Moments(X)
    require_equal(form(C, X, moments, m), m - 1 - C**2 / (moments.v + eps), "any m > 1, any entry")


VAR_OF_ONE = sp.Symbol("v", positive=True)


def _prove_unbiased(form, related=0):
    """Independent examples, mean mu and variance v: E[x_i x_j] is mu**2, and v more if i = j."""
    mu, v = sp.Symbol("mu", real=True), sp.Symbol("v", positive=True)
    covariance = related * sp.Symbol("c", positive=True)  # of two different examples
    product = mu**2 + covariance + (v - covariance) * sp.KroneckerDelta(_i, _j)
    inner = sp.Sum(product, (_j, 1, M)).doit()
    within = inner.replace(lambda e: isinstance(e, sp.Piecewise), lambda e: e.args[0][0])  # i is between 1 and m
    square_of_mean = sp.Sum(within, (_i, 1, M)).doit() / M**2
    mean_of_squares = sp.Sum(product.subs(_j, _i), (_i, 1, M)).doit() / M
    require_equal(form(mean_of_squares - square_of_mean, M), v, "expectation, any m > 1")


def _prove_pooled(form):
    """Equal batches: the moments over all examples are means, over the batches, of the batches' moments."""
    batch_mean, batch_var = sp.symbols("mu_k v_k", real=True)
    over_batches = Moments(batch_mean, batch_var)
    whole_mean = over_batches(batch_mean)
    whole_square = over_batches(batch_mean**2 + batch_var)
    claimed = form(over_batches(batch_var), over_batches(batch_mean**2), whole_mean)
    require_equal(claimed, whole_square - whole_mean**2, "any number of batches")


def _bn(inside):
    return sp.Symbol(f"\\mathrm{{BN}}({inside})")


def _affine(gamma, beta):
    return terms(factors(gamma, _xhat[_i]), beta)


def _over_batches(*expressions):
    return [sp.Sum(expression, (_k, 1, sp.Symbol("K"))) / sp.Symbol("K") for expression in expressions]


# For print: the mean and the variance by their letters, any other mean as a sum.
_NAMED = named({_x[_i]: _mu, (_x[_i] - _mu) ** 2: _var, _c[_j]: 0, _c[_j] ** 2: _var}, (_j, _i), M)


def _prove_pooled_unequal(form):
    """One batch of one 0, and one of a 1, a 1 and a 1: the variance of all four is 3/16."""
    require_equal(form(0, sp.Rational(1, 2), sp.Rational(1, 2)), sp.Rational(3, 16), "batches of one and of three")


IDENTITIES = (
    Identity(
        label="xhat-mean",
        claim="A normalized batch has mean 0, for every eps.",
        shows=lambda form: (_NAMED(form(_x[_i], _NAMED, EPS)), sp.S.Zero),
        assumptions=(ANY_SIZE, DEFINED),
        source=SOURCE,
        form=_mean_zero,
        proof=_prove_mean_zero,
        mutants={
            "half the mean": lambda x, mean, eps: (x - mean(x) / 2) / sp.sqrt(mean((x - mean(x)) ** 2) + eps),
            "mean not subtracted": lambda x, mean, eps: x / sp.sqrt(mean((x - mean(x)) ** 2) + eps),
        },
    ),
    Identity(
        label="xhat-mean-square",
        claim="The mean square of a normalized batch is 1 - kappa, kappa the share of eps in var + eps.",
        shows=lambda form: (
            sp.Sum(_xhat[_i] ** 2, (_i, 1, M)) / M,
            form(_var, EPS),
            1 - sp.Symbol("kappa"),
        ),
        assumptions=ANY_BATCH,
        source="derived here",
        form=transform.mean_square_of_xhat,
        proof=_prove_mean_square,
        mutants={
            "one": lambda var, eps: sp.S.One,
            "kappa": transform.kappa,
            "square root": lambda var, eps: sp.sqrt(var / (var + eps)),
        },
    ),
    Identity(
        label="identity-recovery",
        claim="gamma = sqrt(var + eps) and beta = mu give the batch back, entry by entry.",
        shows=lambda form: (_affine(*form(_mu, _var, EPS)), _x[_i]),
        assumptions=(ANY_SIZE, DEFINED),
        source="Ioffe & Szegedy (2015), section 3, there for eps = 0",
        form=transform.identity_parameters,
        proof=_prove_recovery,
        mutants={
            "variance for its root": lambda mu, var, eps: (var + eps, mu),
            "eps left out": lambda mu, var, eps: (sp.sqrt(var), mu),
            "sign of beta": lambda mu, var, eps: (sp.sqrt(var + eps), -mu),
        },
    ),
    Identity(
        label="shift-invariance",
        claim="Adding a constant to the batch changes nothing, so a bias before the layer is redundant.",
        shows=lambda form: (_bn("x_i + c"), form(_x[_i], _NAMED, GAMMA, BETA, EPS, C)),
        assumptions=ANY_BATCH,
        source="Ioffe & Szegedy (2015), section 3.2",
        form=_shifted,
        proof=_prove_shift,
        mutants={
            "the constant passes": lambda x, mean, g, b, eps, c: transform.batch_norm(x, mean, g, b, eps) + c,
            "it passes scaled": lambda x, mean, g, b, eps, c: transform.batch_norm(x, mean, g, b + g * c, eps),
        },
    ),
    Identity(
        label="scale-ratio",
        claim="Multiplying the batch by a multiplies xhat by a factor that is sign(a) for eps = 0.",
        shows=lambda form: (
            sp.Symbol("\\frac{\\hat{x}(a x)}{\\hat{x}(x)}"),
            form(_var, EPS, sp.Symbol("a", real=True)),
        ),
        assumptions=(*ANY_BATCH, needs("a is not 0", at({SCALES["a > 0"]: 0}))),
        source="Ioffe & Szegedy (2015), section 3.3, there for eps = 0 and without the sign",
        form=transform.scale_ratio,
        proof=_prove_scale,
        mutants={
            "sign left out": lambda var, eps, a: sp.sqrt((var + eps) / (var + eps / a**2)),
            "eps a**2": lambda var, eps, a: sp.sign(a) * sp.sqrt((var + eps) / (var + eps * a**2)),
            "eps left out": lambda var, eps, a: sp.sign(a),
            "scale passes": lambda var, eps, a: a * sp.sqrt((var + eps) / (var + eps / a**2)),
        },
    ),
    Identity(
        label="xhat-bound",
        claim="No normalized entry exceeds sqrt(m - 1) in size: the gap is a sum of squares.",
        shows=lambda form: (M - 1 - _xhat[_i] ** 2, form(_c[_i], _c[_j], _NAMED, M)),
        assumptions=(
            needs("eps = 0", lambda form: _prove_largest(form, EPS)),
            needs("m > 1", lambda form: _prove_largest(form, m=sp.S.One)),
            means("j runs over the other examples"),
            NEVER_CONSTANT,
        ),
        source="derived here",
        form=transform.largest_gap,
        proof=_prove_largest,
        method="squares",
        mutants={
            "own entry counted": _own_entry_counted,
            "m for m - 1": lambda c, x, mean, m: transform.largest_gap(c, x, mean, m + 1),
        },
    ),
    Identity(
        label="variance-unbiased",
        claim="m / (m - 1) times the batch variance has the variance of the examples as its expectation.",
        shows=lambda form: (form(sp.Symbol("\\mathrm{E}\\,\\sigma_B^2"), M), _var),
        assumptions=(
            needs("independent examples of one distribution", lambda form: _prove_unbiased(form, related=1)),
            needs("m > 1", lambda form: require_equal(form(sp.S.Zero, sp.S.One), VAR_OF_ONE, "m = 1")),
        ),
        source="Ioffe & Szegedy (2015), Algorithm 2",
        form=transform.unbiased,
        proof=_prove_unbiased,
        mutants={
            "not rescaled": lambda var, m: var,
            "upside down": lambda var, m: var * (m - 1) / m,
            "m + 1": lambda var, m: var * (m + 1) / m,
        },
    ),
    Identity(
        label="pooled-variance",
        claim="The variance over several batches: mean of their variances plus variance of their means.",
        shows=lambda form: (_var, form(*_over_batches(_vars[_k] ** 2, _mus[_k] ** 2), sp.Symbol("\\bar{\\mu}"))),
        assumptions=(
            needs("batches of equal size", _prove_pooled_unequal),
            means("weights frozen: one distribution of inputs"),
        ),
        source="the law of total variance; Wu & Johnson (2021) call its use precise statistics",
        form=transform.pooled_variance,
        proof=_prove_pooled,
        mutants={
            "mean of the variances only": lambda v, q, u: v,
            "sign": lambda v, q, u: v - q + u**2,
        },
    ),
)
