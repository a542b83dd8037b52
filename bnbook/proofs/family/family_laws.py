"""Proofs: how the other norms hang together, and what each of them does not notice."""

import sympy as sp

from bnbook.proofs import printed, printing
from bnbook.proofs.entries import Identity, Reported, at, means, needs, require_at_most, require_equal, scope
from bnbook.proofs.family.family import ALL_ZERO, ANY_ROW, ENTRIES, HERE, Row
from bnbook.proofs.formulas import family, transform
from bnbook.proofs.formulas.batch import Moments
from bnbook.proofs.formulas.slopes import DEFINED, EPS, GAMMA, NEVER_CONSTANT, Batch, M, U, X
from bnbook.proofs.printed import entry, tex
from bnbook.proofs.printing import factors, terms

TITLE = "The descendants: what they do not notice"
C = sp.Symbol("c", real=True)
POSITIVE, NEGATIVE = sp.Symbol("a_+", positive=True), sp.Symbol("a_-", negative=True)
NOT_TIMES_ZERO = needs("a is not 0", at({POSITIVE: 0}))


def _prove_centered(form):
    row = Row()
    require_equal(row.xhat, family.rms_norm(form(X, row), row, EPS), "any row")


def _prove_rms_scale(form):
    row = Row()
    for a in (POSITIVE, NEGATIVE):
        claimed = form(row.square, EPS, a) * family.rms_norm(X, row, EPS)
        require_equal(family.rms_norm(a * X, row, EPS), claimed, f"{a}")
        require_equal(form(row.square, sp.S.Zero, a), sp.sign(a), f"eps = 0, {a}")


def _prove_row_shift(form):
    row = Row()
    claimed = transform.normalize(form(X, C), row, EPS)
    require_equal(transform.normalize(X + C, row, EPS), claimed, "any row, any c")


def _prove_standardized_affine(form, eps=0, factors=(POSITIVE, NEGATIVE), shift=C):
    row = Row()
    for a in factors:
        claimed = form(family.standardized(X, row, eps), a, shift)
        require_equal(family.standardized(a * X + shift, row, eps), claimed, f"{a}, any c")


def _prove_weight_scale(form):
    """|v| is the root of n times the mean square, n the number of weights."""
    row = Row()
    w = lambda v: GAMMA * v / sp.sqrt(M * row(v**2))  # noqa: E731
    for a in (POSITIVE, NEGATIVE):
        require_equal(w(a * X), form(w(X), a), f"{a}, any number of weights")


def _prove_weight_of_zero(form):
    """Of v = 0 the direction is not defined."""
    require_equal(sp.S.Zero / sp.sqrt(sp.S.Zero), form(X, sp.S.Zero), "a = 0")


def _prove_group(form):
    """Channels of equal size: moments over the group are means, over its channels, of the channels' moments."""
    mu, var = sp.symbols("mu_c v_c", real=True)
    over = Moments(mu, var)
    between = over(mu**2) - over(mu) ** 2
    claimed = form(over(var), between, over(mu))
    require_equal(claimed[0], over(mu), "mean, any number of channels")
    require_equal(claimed[1], over(mu**2 + var) - over(mu) ** 2, "variance, any number of channels")
    own, square = sp.symbols("mu_1 v_1", real=True)
    single = form(square, sp.S.Zero, own)
    require_equal(single[0] + C * single[1], own + C * square, "a single channel: instance norm")


def _prove_group_unequal(form):
    """A channel of one 0 and one of three 1: the mean of all four is 3/4."""
    require_equal(form(0, sp.Rational(1, 4), sp.Rational(1, 2))[0], sp.Rational(3, 4), "channels of one and of three")


def _group_statistics(inside, between, mean):
    return family.group_mean(mean), family.group_variance(inside, between)


def _prove_group_size(form):
    """Counted, for four channels of six places: which channels share the group of channel c."""
    for groups in (1, 2, 4):
        shared = sum(6 for channel in range(4) if channel * groups // 4 == 0)
        require_equal(form(sp.Integer(4), sp.Integer(groups), 6), shared, f"{groups} groups")
    channels, places = sp.symbols("C P", positive=True)
    require_equal(form(channels, sp.S.One, places), channels * places, "one group: layer norm over the whole example")
    require_equal(form(channels, channels, places), places, "a group for each channel: instance norm")


def _prove_renorm_inference(form, limit=1):
    batch = Batch()
    running_mean, running_s = sp.Symbol("mu_run", real=True), sp.Symbol("s_run", positive=True)
    r, d = family.corrections(batch.mu, batch.s, running_mean, running_s)
    require_equal(family.renorm(batch.xhat, r / limit, d), form(X, running_mean, running_s), "any batch")


def _prove_gain(form, spread=1):
    z = sp.Symbol("z", real=True)
    density = sp.exp(-(z**2) / (2 * spread**2)) / (spread * sp.sqrt(2 * sp.pi))
    first, second = (sp.integrate(z**power * density, (z, 0, sp.oo)) for power in (1, 2))
    require_equal(form() ** 2 * (second - first**2), 1, "by integration over the half line")
    require_at_most(0, form(), "of the two roots the positive one")


def _prove_variances(form, start=1, branch=1, shared=0):
    """Induction from 1: a block adds alpha^2, since its branch has variance 1 by construction."""
    depth, alpha = sp.Symbol("l", integer=True, nonnegative=True), sp.Symbol("alpha", positive=True)
    require_equal(form(sp.S.Zero, alpha), start, "at the start")
    require_equal(form(depth + 1, alpha), form(depth, alpha) + branch * alpha**2 + 2 * shared * alpha, "one block more")


# For print
_x, _xtilde = entry("x"), entry("\\tilde{x}")
_a, _q = sp.Symbol("a", real=True), sp.Symbol("q", positive=True)
_mu_run, _s_run = tex("\\mu_{\\text{run}}"), tex("s_{\\text{run}}")


def _of(name, argument):
    """The layer `name` at an argument, as one symbol."""
    return tex(f"\\operatorname{{{name}}}({printing.tex(argument)})")


def _over_channels(inside, what="mean"):
    return tex(f"\\operatorname{{{what}}}_c({inside})")


IDENTITIES = (
    Identity(
        label="layer-is-rms",
        claim="Layer norm is RMS norm of the row less its mean.",
        shows=lambda form: (_of("LN", tex("x")), _of("RMS", form(tex("x"), lambda x: tex("\\mu")))),
        assumptions=(*ANY_ROW, means("the same gamma and beta on both sides")),
        source=HERE,
        form=lambda x, mean: x - mean(x),
        proof=_prove_centered,
        mutants={
            "nothing subtracted": lambda x, mean: x,
            "half the mean": lambda x, mean: x - mean(x) / 2,
            "sign": lambda x, mean: x + mean(x),
        },
    ),
    Identity(
        label="layer-shift",
        claim="The same number added to every entry of a row changes nothing for layer norm.",
        shows=lambda form: (_of("LN", tex("x + c")), _of("LN", form(tex("x"), tex("c")))),
        assumptions=(*ANY_ROW, scope("any c")),
        source="derived here; Ba, Kiros & Hinton (2016), Table 1",
        form=lambda x, c: x,
        proof=_prove_row_shift,
        mutants={"turned round": lambda x, c: -x, "twice the row": lambda x, c: 2 * x + c},
    ),
    Identity(
        label="rms-scale",
        claim="A row a times as large: RMS norm notices it through eps alone; q is the mean square.",
        shows=lambda form: (
            sp.Mul(_of("RMS", tex("a x")), 1 / _of("RMS", tex("x"))),
            form(_q, printed.EPS, _a),
        ),
        assumptions=(ENTRIES, needs("not all entries are 0, or eps > 0", ALL_ZERO), scope("any eps"), NOT_TIMES_ZERO),
        source=HERE,
        form=transform.scale_ratio,
        proof=_prove_rms_scale,
        mutants={
            "sign forgotten": lambda q, eps, a: sp.sqrt((q + eps) / (q + eps / a**2)),
            "eps forgotten": lambda q, eps, a: sp.sign(a),
            "a for its square": lambda q, eps, a: sp.sign(a) * sp.sqrt((q + eps) / (q + eps / a)),
        },
    ),
    Identity(
        label="standardized-affine",
        claim="Standardized weights forget the scale and the mean of the weights they are made of.",
        shows=lambda form: (tex("\\widehat{a v + c}"), form(tex("\\hat{v}"), _a, tex("c"))),
        assumptions=(
            ENTRIES,
            needs("the entries are not all equal", NEVER_CONSTANT.case),
            needs("eps = 0", lambda form: _prove_standardized_affine(form, eps=EPS)),
            needs("a is not 0", lambda form: _prove_standardized_affine(form, factors=(sp.S.Zero,))),
            needs("the same c for all weights of the unit", lambda form: _prove_standardized_affine(form, shift=U)),
        ),
        source="derived here; the method is that of Qiao et al. (2019)",
        form=lambda vhat, a, c: sp.sign(a) * vhat,
        proof=_prove_standardized_affine,
        mutants={
            "sign forgotten": lambda vhat, a, c: vhat,
            "scale kept": lambda vhat, a, c: a * vhat,
            "shift kept": lambda vhat, a, c: sp.sign(a) * vhat + c,
        },
    ),
    Identity(
        label="weight-scale",
        claim="Weight norm forgets the length of v.",
        shows=lambda form: (tex("w(a v)"), form(tex("w(v)"), _a)),
        assumptions=(
            scope("any number of weights"),
            needs("v is not 0", ALL_ZERO),
            needs("a is not 0", _prove_weight_of_zero),
        ),
        source="derived here; the method is that of Salimans & Kingma (2016)",
        form=lambda w, a: sp.sign(a) * w,
        proof=_prove_weight_scale,
        mutants={"sign forgotten": lambda w, a: w, "length kept": lambda w, a: a * w},
    ),
    Identity(
        label="group-statistics",
        claim="The statistics of a group are made of those of its channels: spread inside them and between them.",
        shows=lambda form: (
            sp.Tuple(tex("\\mu_G"), tex("\\sigma_G^2")),
            sp.Tuple(*form(_over_channels("\\sigma_c^2"), _over_channels("\\mu_c", "var"), _over_channels("\\mu_c"))),
        ),
        assumptions=(
            needs("channels of equal size", _prove_group_unequal),
            scope("any number of channels in the group; for one it is instance norm"),
        ),
        source="derived here: the law of total variance",
        form=_group_statistics,
        proof=_prove_group,
        mutants={
            "spread between channels left out": lambda v, q, mu: (mu, v),
            "spread inside the channels left out": lambda v, q, mu: (mu, q),
            "sign": lambda v, q, mu: (mu, v - q),
        },
    ),
    Identity(
        label="group-size",
        claim="How many numbers share their statistics in group norm; one group is layer norm, C groups instance norm.",
        shows=lambda form: (
            tex("\\lvert \\mathcal{S} \\rvert"),
            form(tex("C"), tex("G"), tex("H W")),
        ),
        assumptions=(
            needs("G divides C", lambda form: require_equal(form(sp.Integer(4), sp.Integer(3), 6), 6, "3 groups of 4")),
            scope("counted for C = 4; the two ends for any C"),
        ),
        source="Wu & He (2018)",
        form=family.group_size,
        proof=_prove_group_size,
        mutants={
            "upside down": lambda c, g, p: g / c * p,
            "all channels": lambda c, g, p: c * p,
            "groups for channels": lambda c, g, p: g * p,
        },
        method="given",
    ),
    Identity(
        label="renorm-inference",
        claim="As long as r and d are not held back, the output in training is the output in use.",
        shows=lambda form: (
            terms(factors(tex("r"), _xtilde), tex("d")),
            form(_x, _mu_run, _s_run),
        ),
        assumptions=(
            scope("any batch"),
            DEFINED,
            needs("r and d inside their limits", lambda form: _prove_renorm_inference(form, 2)),
        ),
        source=HERE,
        form=lambda x, running_mean, running_s: (x - running_mean) / running_s,
        proof=_prove_renorm_inference,
        mutants={
            "sign": lambda x, running_mean, running_s: (x + running_mean) / running_s,
            "not divided": lambda x, running_mean, running_s: x - running_mean,
        },
    ),
    Identity(
        label="relu-gain",
        claim="The gain that gives the ReLU of a standard normal variable a variance of 1.",
        shows=lambda form: (tex("\\gamma_{\\text{ReLU}}"), form()),
        assumptions=(
            needs(
                "the input of the ReLU is normal with mean 0 and variance 1", lambda form: _prove_gain(form, spread=2)
            ),
        ),
        source="derived here; used by Brock et al. (2021)",
        form=family.relu_gain,
        proof=_prove_gain,
        mutants={
            "the mean forgotten": lambda: sp.sqrt(2),
            "not a root": lambda: 2 / (1 - 1 / sp.pi),
        },
    ),
    Identity(
        label="nf-variance",
        claim="The variance of a residual net without normalization is known beforehand: a block adds alpha squared.",
        shows=lambda form: (tex("\\operatorname{Var}_l"), form(tex("l"), tex("alpha"))),
        assumptions=(
            needs("a variance of 1 at the start", lambda form: _prove_variances(form, start=2)),
            needs("branches of variance 1", lambda form: _prove_variances(form, branch=2)),
            needs("independent of what they are added to", lambda form: _prove_variances(form, shared=1)),
            scope("any depth"),
        ),
        source="derived here; Brock et al. (2021) use it and set it back to 1 at each stage, read in their code",
        form=lambda depth, alpha: 1 + depth * alpha**2,
        proof=_prove_variances,
        mutants={
            "alpha not squared": lambda depth, alpha: 1 + depth * alpha,
            "multiplied": lambda depth, alpha: (1 + alpha**2) ** depth,
        },
    ),
    Reported(
        label="nf-block",
        claim="A residual block of a network without normalization, beta the predicted spread of its input.",
        shows=(
            tex("x_{l+1}"),
            terms(
                tex("x_l"),
                factors(tex("alpha"), sp.Function("f_l")(tex("x_l") / sp.sqrt(tex("\\operatorname{Var}_l")))),
            ),
        ),
        source="Brock, De & Smith (2021); read in the code of Brock et al. (2021)",
    ),
    Reported(
        label="gradient-clipping",
        claim="Adaptive gradient clipping: a unit's gradient is shortened where it is long beside its weights.",
        shows=(
            tex("G_i"),
            factors(
                tex("\\min\\left(1, \\lambda \\frac{\\max(\\lVert W_i \\rVert, 10^{-3})}{\\lVert G_i \\rVert}\\right)"),
                tex("G_i"),
            ),
        ),
        relation="->",
        source="Brock et al. (2021), read in their code: a unit of the weights at a time",
    ),
)
