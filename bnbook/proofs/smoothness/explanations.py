"""What stands behind the other explanations: other norms, the noise of the batch, gradients that explode with depth."""

import sympy as sp

from bnbook.proofs import printed
from bnbook.proofs.entries import Identity, Inequality, Reported, at, means, needs, require_equal, scope, swap
from bnbook.proofs.formulas import gradient
from bnbook.proofs.formulas.slopes import BETA, DY, GAMMA, A, Batch, M, T, U, X, slope
from bnbook.proofs.printed import entry, tex, total

TITLE = "Other explanations"
HERE = "derived here"
YANG = "Yang et al. (2019), Theorem 3.10"
_LAPLACE = sp.exp(-sp.sqrt(2) * sp.Abs(sp.Symbol("z", real=True))) / sp.sqrt(2)  # of the same mean and variance
NORMAL = needs("the values before the ReLU are standard normal; phi is the ReLU", swap(DENSITY=_LAPLACE))

P_NORM = means("n is any function of the batch with slopes n_i; xhat_i = (x_i - mu) / n")
NORM, SPREAD = sp.Symbol("n", positive=True), sp.Symbol("sigma_0", positive=True)
SHARE = sp.Symbol("k", positive=True)
Q, Z = sp.Symbol("q", positive=True), sp.Symbol("z", real=True)
DENSITY = sp.exp(-(Z**2) / 2) / sp.sqrt(2 * sp.pi)

# For print
_DYI, _XHAT, _SLOPE = entry("dy"), entry("\\hat{x}"), tex("\\frac{\\partial n}{\\partial x_i}")
_GAMMA, _M = printed.GAMMA, printed.M


def any_norm_dx(dy, xhat, norm_slope, gamma, norm, mean, total):
    """d L / d x of y = gamma (x - mu) / n + beta, n any function of the batch, norm_slope its slope by this entry."""
    return gradient.times(gamma / norm, gradient.ordered(dy, -mean(dy), -norm_slope * total(dy * xhat)))


def _moved_loss(batch):
    """The loss with x moved by t u and n by t times the sum of its slopes (here A) times u."""
    x, n = X + T * U, NORM + T * batch.total(A * U)
    return batch.total(DY * (GAMMA * (x - batch(x)) / n + BETA))


def _claimed(form, batch):
    return form(DY, (X - batch.mu) / NORM, A, GAMMA, NORM, batch, batch.total)


def _prove_any_norm(form):
    batch = Batch()
    require_equal(batch.total(_claimed(form, batch) * U), slope(_moved_loss(batch)), "along any u, any m, any norm")


def _prove_stretch(form, share=1):
    """Stretching the batch stretches n as well, so the sum of x_i n_i is n (Euler); with eps a share of it."""
    batch = Batch()
    along = batch.total(_claimed(any_norm_dx, batch) * X)
    stretched = along.xreplace({batch(A * X): share * NORM / M})
    require_equal(stretched, form(M), "any m, any such norm")


def _prove_order(form):
    """The gap is the variance of the sizes |x_i|, a mean of squares. X stands for the sizes."""
    batch = Batch()
    gap = form(batch(X**2)) - batch(X) ** 2
    require_equal(gap, batch((X - batch(X)) ** 2), "any m, any numbers")


def _prove_mean_size(form):
    scale = sp.Symbol("sigma", positive=True)
    size = 2 * sp.integrate(scale * Z * DENSITY, (Z, 0, sp.oo))
    require_equal(size, form(scale), "the integral of |x| over the density")


def _prove_batch_mean(form, related=0):
    """With mean zero, E[x_i x_j] is sigma_0^2 for the m pairs with i = j, and 0 for the others."""
    first, second = sp.symbols("i j", integer=True, positive=True)
    shared = related * SPREAD**2 / 2  # E[x_i x_j] of two different examples
    product = shared + (SPREAD**2 - shared) * sp.KroneckerDelta(first, second)
    inner = sp.Sum(product, (second, 1, M)).doit()
    within = inner.replace(lambda e: isinstance(e, sp.Piecewise), lambda e: e.args[0][0])  # i is between 1 and m
    variance = sp.Sum(within, (first, 1, M)).doit() / M**2
    require_equal(variance, form(SPREAD, M), "any m")


def _prove_coins(form):
    """Two examples that are 1 or -1 with equal chances: their variance is 0 or 1, with a variance of 1/4."""
    require_equal(sp.Rational(1, 4), form(sp.S.One, sp.Integer(2)), "two coins")


def _prove_three_coins(form):
    """All three are equal with a chance of 1/4, and then sigma_B is 0: the mean of 1 / sigma_B is infinite."""
    require_equal(sp.oo, form(sp.Integer(3)), "three coins")


def _chi_mean(power, k):
    """E[q^power] of a chi-squared variable with k degrees, as an integral over its density; power > -k / 2."""
    density = Q ** (k / 2 - 1) * sp.exp(-Q / 2) / (2 ** (k / 2) * sp.gamma(k / 2))
    return sp.integrate(sp.powsimp(Q**power * density), (Q, 0, sp.oo), conds="none")


def _prove_batch_variance(form):
    k = sp.Symbol("k", positive=True)
    variance = (SPREAD**2 / M) ** 2 * (_chi_mean(2, k) - _chi_mean(1, k) ** 2)
    require_equal(sp.gammasimp(variance).subs(k, M - 1), form(SPREAD, M), "any m > 1")


def _prove_reciprocal(form):
    k = sp.Symbol("k", positive=True)
    value = sp.sqrt(M) * _chi_mean(-sp.S.Half, k)
    ratio = sp.gammasimp(value.subs(k, M - 1) / form(M))
    require_equal(sp.simplify(ratio), 1, "any m > 2")


_ONE_LAW = needs("independent examples of one distribution", lambda form: _prove_batch_mean(form, related=1))
INDEPENDENT = (_ONE_LAW, means("sigma_0^2 is its variance"), scope("any batch size"))
_CHI = means("m sigma_B^2 / sigma_0^2 is then chi-squared with m - 1")


def _root(inside):
    return sp.Pow(inside, sp.S.Half, evaluate=False)


def _reciprocal(m):
    above, below = (sp.gamma(gradient.times(sp.S.Half, m - less), evaluate=False) for less in (2, 1))
    return gradient.times(_root(m / 2), above / below)


def _relu_moments():
    """E[phi'^2] and the variance of phi(z)."""
    passed = sp.integrate(DENSITY, (Z, 0, sp.oo))
    mean, square = (sp.integrate(Z**power * DENSITY, (Z, 0, sp.oo)) for power in (1, 2))
    return passed, square - mean**2


def _prove_relu_moments(form):
    for true, claimed, name in zip(_relu_moments(), form(), ("share that passes", "variance"), strict=True):
        require_equal(true, claimed, name)


def _prove_growth(form):
    passed, variance = _relu_moments()
    require_equal(passed / variance, form(), "the quotient")


IDENTITIES = (
    Inequality(
        label="lp-order",
        claim="The mean size is at most the root of the mean square: dividing by it leaves larger values.",
        shows=lambda form: (tex("n_1") ** 2, form(tex("n_2") ** 2)),
        assumptions=(means("n_1 is the mean of |x_i|, n_2^2 the mean of x_i^2"), scope("any batch size")),
        source=HERE,
        form=lambda square: square,
        proof=_prove_order,
        mutants={"half": lambda square: square / 2, "a third": lambda square: square / 3},
        method="squares",
    ),
    Identity(
        label="lp-gaussian",
        claim="For Gaussian values with mean zero the mean size is about 0.8 standard deviations.",
        shows=lambda form: (tex("\\mathrm{E}\\,|x|"), form(sp.Symbol("sigma", positive=True))),
        assumptions=(needs("x is Gaussian with mean 0", swap(DENSITY=_LAPLACE)), means("sigma^2 is its variance")),
        source=HERE,
        form=lambda scale: gradient.times(scale, _root(2 / sp.pi)),
        proof=_prove_mean_size,
        mutants={
            "half": lambda scale: scale / sp.sqrt(2 * sp.pi),
            "upside down": lambda scale: scale * sp.sqrt(sp.pi / 2),
        },
    ),
    Identity(
        label="any-norm-gradient",
        claim="The gradient when the batch is divided by any norm n: the slopes of n stand where xhat / m stood.",
        shows=lambda form: (
            entry("dx"),
            form(_DYI, _XHAT, _SLOPE, _GAMMA, tex("n"), lambda e: total(e) / _M, total),
        ),
        assumptions=(
            P_NORM,
            needs("n is not 0", at({NORM: 0})),
            scope("any batch size"),
            scope("any upstream gradient, gamma and beta"),
        ),
        source=HERE,
        form=any_norm_dx,
        proof=_prove_any_norm,
        mutants={
            "path through the norm left out": lambda g, h, d, gamma, n, mean, total: gamma / n * (g - mean(g)),
            "path through the mean left out": lambda g, h, d, gamma, n, mean, total: gamma / n * (g - d * total(g * h)),
            "sign": lambda g, h, d, gamma, n, mean, total: gamma / n * (g - mean(g) + d * total(g * h)),
        },
    ),
    Identity(
        label="any-norm-stretch",
        claim="With each of these norms the loss has no slope along the batch itself: all of them hold the scale, each "
        "in its own unit.",
        shows=lambda form: (tex("\\langle x, dx \\rangle"), form(_M)),
        assumptions=(
            P_NORM,
            needs("n(a x) = a n(x) for a > 0, without eps", lambda form: _prove_stretch(form, SHARE)),
            scope("any batch size"),
        ),
        source=HERE,
        form=lambda m: sp.S.Zero,
        proof=_prove_stretch,
        mutants={"one": lambda m: sp.S.One, "1 / m": lambda m: 1 / m},
    ),
    Identity(
        label="batch-mean-variance",
        claim="The mean of a batch varies from batch to batch, less the larger the batch.",
        shows=lambda form: (tex("\\mathrm{Var}\\,\\mu_B"), form(SPREAD, M)),
        assumptions=INDEPENDENT,
        source=HERE,
        form=lambda spread, m: spread**2 / m,
        proof=_prove_batch_mean,
        mutants={
            "m - 1": lambda spread, m: spread**2 / (m - 1),
            "squared": lambda spread, m: spread**2 / m**2,
        },
    ),
    Identity(
        label="batch-variance-variance",
        claim="So does its variance.",
        shows=lambda form: (tex("\\mathrm{Var}\\,\\sigma_B^2"), form(SPREAD, M)),
        assumptions=(
            needs("independent Gaussian examples with variance sigma_0^2", _prove_coins), _CHI, scope("any batch size"),
        ),
        source=HERE,
        form=lambda spread, m: 2 * spread**4 * (m - 1) / m**2,
        proof=_prove_batch_variance,
        mutants={
            "2 left out": lambda spread, m: spread**4 * (m - 1) / m**2,
            "m for m - 1": lambda spread, m: 2 * spread**4 / m,
        },
    ),
    Identity(
        label="batch-spread-reciprocal",
        claim="The mean of 1 / sigma_B exceeds 1 / sigma_0, by 1.6 times in batches of 4. The normalized values are "
        "not too large for that: in each batch their mean square is 1.",
        shows=lambda form: (tex("\\mathrm{E}\\,\\frac{\\sigma_0}{\\sigma_B}"), form(M)),
        assumptions=(
            needs("independent Gaussian examples with variance sigma_0^2", _prove_three_coins),
            _CHI,
            needs("m > 2", lambda form: require_equal(form(sp.Integer(2)), 1, "m = 2")),
        ),
        source=HERE,
        form=_reciprocal,
        proof=_prove_reciprocal,
        mutants={
            "as if it were 1": lambda m: sp.S.One,
            "one example more": lambda m: _reciprocal(m + 1),
            "upside down": lambda m: sp.sqrt(m / 2) * sp.gamma((m - 1) / 2) / sp.gamma((m - 2) / 2),
        },
    ),
    Identity(
        label="relu-moments",
        claim="A ReLU lets half of a gradient's square pass, and puts out values of a smaller variance than that.",
        shows=lambda form: (
            sp.Tuple(tex("\\mathrm{E}\\,\\varphi'(z)^2"), tex("\\mathrm{Var}\\,\\varphi(z)")),
            sp.Tuple(*form()),
        ),
        assumptions=(NORMAL,),
        source=HERE,
        form=lambda: (sp.S.Half, sp.S.Half - 1 / (2 * sp.pi)),
        proof=_prove_relu_moments,
        mutants={
            "the mean kept": lambda: (sp.S.Half, sp.S.Half),
            "another mean": lambda: (sp.S.Half, sp.S.Half - 1 / sp.pi),
            "all of it": lambda: (sp.S.One, sp.S.Half - 1 / (2 * sp.pi)),
        },
    ),
    Identity(
        label="relu-growth",
        claim="Their quotient is about 1.47. That the square of a gradient grows by it in each layer of a wide network "
        "is a heuristic, not proved here.",
        shows=lambda form: (tex("\\frac{\\mathrm{E}\\,\\varphi'(z)^2}{\\mathrm{Var}\\,\\varphi(z)}"), form()),
        assumptions=(NORMAL,),
        source=f"{HERE}, as Luther (2020) does; the rate is that of {YANG}, for large batches",
        form=lambda: sp.pi / (sp.pi - 1),
        proof=_prove_growth,
        mutants={
            "the mean kept": lambda: sp.S.One,
            "upside down": lambda: (sp.pi - 1) / sp.pi,
        },
    ),
    Reported(
        label="linear-growth",
        claim="The growth of the gradient's square per layer of a wide deep linear network with batch norm, in batches "
        "of B.",
        shows=(tex("\\text{growth per layer}"), tex("\\frac{B - 2}{B - 3}")),
        source=YANG,
    ),
    Reported(
        label="step-noise",
        claim="The noise of one step of stochastic gradient descent: larger steps mean more of it.",
        relation="<=",
        shows=(tex("\\mathrm{E}\\,\\lVert \\text{noise of a step} \\rVert^2"), tex("\\frac{\\eta^2}{|B|}\\, C")),
        source="Bjorck et al. (2018), from a summary; of the paper the abstract was read",
    ),
)  # fmt: skip
