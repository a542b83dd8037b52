"""Proofs: the gradients of the other norms.

They hold for any number of entries (`slopes.Batch`): the entries are those that share their statistics, so the same
proof serves a row of features, a group of channels and the weights of a unit.
"""

import sympy as sp

from bnbook.proofs import printed
from bnbook.proofs.backprop.backward import XHAT
from bnbook.proofs.entries import Definition, Identity, at, means, needs, require_equal, scope
from bnbook.proofs.formulas import family, gradient
from bnbook.proofs.formulas.slopes import ANY_SIZE, BETA, DY, EPS, GAMMA, NOT_CONSTANT, SPREAD, Batch, T, U, X, slope
from bnbook.proofs.printed import as_built, entry, mean, tex, total
from bnbook.proofs.printing import factors, terms

TITLE = "The descendants: gradients"
HERE = "derived here"
SCALE = sp.Symbol("gamma_i", real=True)  # one number per entry of a row: a vector, like x
R, D, ALPHA = sp.symbols("r d alpha", real=True)
ENTRIES = scope("any number of entries")
ANY_ROW = (ENTRIES, needs("the entries are not all equal, or eps > 0", NOT_CONSTANT.case), scope("any eps"))
ALL_ZERO = at({sp.Symbol("mu_x", real=True): 0, sp.Symbol("v_x", positive=True): 0, EPS: 0, SPREAD: 0})
NOT_ZERO = (ENTRIES, needs("not all entries are 0, or eps > 0", ALL_ZERO), scope("any eps"))


class Row(Batch):
    """Entries that share their statistics, with a gamma for each: the vectors run over the entries."""

    def __init__(self):
        super().__init__()
        self.vectors = (*self.vectors, SCALE)
        self.square = self(X**2)
        self.r = family.rms(X, self, EPS)

    def in_r(self, expression):
        """The same with eps written as r^2 less the mean square, which rids it of roots."""
        return sp.sympify(expression).xreplace({EPS: SPREAD**2 - self.square})


def _prove_rms_dx(form):
    row = Row()
    loss = row.total(DY * SCALE * family.rms_norm(X + T * U, row, EPS))
    claimed = row.total(form(SCALE * DY, X / row.r, row.r, row) * U)
    require_equal(row.in_r(claimed), row.in_r(slope(loss)), "slope along any u, any number of features")


def _prove_rms_along(form):
    row = Row()
    dx = family.rms_norm_dx(U, X / row.r, row.r, row)
    claimed = form(row.total(U * X / row.r), EPS / row.r**2)
    require_equal(row.in_r(row.total(X * dx)), row.in_r(claimed), "any g, any number of features")


def _prove_renorm_dx(form):
    batch = Batch()
    loss = batch.total(DY * (GAMMA * family.renorm(batch.xhat_at(X + T * U), R, D) + BETA))
    claimed = form(DY, batch.xhat, GAMMA, R, batch.s, batch)
    require_equal(batch.in_s(batch.total(claimed * U)), batch.in_s(slope(loss)), "slope along any u, any m")


def _prove_renorm_moving(form):
    """r and d follow the batch: then the output is that of the running statistics, with their gradient."""
    batch = Batch()
    moved = X + T * U
    r, d = family.corrections(batch(moved), batch.s_at(moved), MEAN_RUN, SPREAD_RUN)
    loss = batch.total(DY * (GAMMA * family.renorm(batch.xhat_at(moved), r, d) + BETA))
    claimed = form(DY, batch.xhat, GAMMA, batch.s / SPREAD_RUN, batch.s, batch)
    require_equal(batch.in_s(batch.total(claimed * U)), batch.in_s(slope(loss)), "r and d move with the batch")


MEAN_RUN, SPREAD_RUN = sp.Symbol("mu_run", real=True), sp.Symbol("s_run", positive=True)


def _prove_standardized_dv(form):
    row = Batch()
    loss = row.total(DY * family.standardized(X + T * U, row, EPS))
    claimed = row.total(form(DY, row.xhat, row.s, row) * U)
    require_equal(row.in_s(claimed), row.in_s(slope(loss)), "slope along any u, any fan-in")


def _prove_tanh_dx(form):
    true = sp.diff(DY * family.dynamic_tanh(X, ALPHA, GAMMA, BETA), X)
    require_equal(true, form(DY, sp.tanh(ALPHA * X), ALPHA, GAMMA), "one entry; the others do not occur in it")


def _prove_tanh_dalpha(form):
    """Two entries with a gamma each: SymPy differentiates the sum."""
    xs, dys, gammas = (sp.symbols(f"{name}_1:3", real=True) for name in ("x", "dy", "gamma"))
    loss = sum(dy * family.dynamic_tanh(x, ALPHA, g, BETA) for x, dy, g in zip(xs, dys, gammas))
    x, dy, g, t = sp.symbols("x dy g t", real=True)

    def over_entries(expression):
        rows = [{x: xs[k], dy: dys[k], g: gammas[k], t: sp.tanh(ALPHA * xs[k])} for k in range(2)]
        return sum(sp.sympify(expression).xreplace(row) for row in rows)

    require_equal(sp.diff(loss, ALPHA), form(dy, x, t, g, over_entries), "two entries")


# For print
_g, _x, _dy, _vhat, _dw = entry("g"), entry("x"), entry("dy"), entry("\\hat{v}"), entry("dw")
_gamma_i, _xtilde, _t = entry("gamma"), entry("\\tilde{x}"), entry("t")
_rms = tex("\\operatorname{rms}")
_mu_run, _s_run = tex("\\mu_{\\text{run}}"), tex("s_{\\text{run}}")


IDENTITIES = (
    Definition(
        label="norm-over-set",
        claim="All of them: an entry less the mean of a set that it belongs to, over the spread of that set.",
        shows=(
            XHAT,
            factors(
                terms(_x, -tex("\\mu_{\\mathcal{S}(i)}")), 1 / sp.sqrt(tex("\\sigma_{\\mathcal{S}(i)}^2") + printed.EPS)
            ),
        ),
        source="derived here; the view is that of Wu & He (2018)",
    ),
    Definition(
        label="rms-norm",
        claim="RMS norm of a row: divided by its root mean square, nothing subtracted.",
        shows=(
            sp.Tuple(entry("y"), _rms),
            sp.Tuple(factors(_gamma_i, _x / _rms), sp.sqrt(terms(tex("\\operatorname{mean}(x^2)"), printed.EPS))),
        ),
        source="Zhang & Sennrich (2019)",
    ),
    Identity(
        label="rms-dx",
        claim="The gradient of RMS norm, one row: the line of layer norm with the mean path left out.",
        shows=lambda form: (entry("dx"), form(_g, XHAT, _rms, mean)),
        assumptions=(*NOT_ZERO, means("g_i = gamma_i dy_i")),
        source="derived here; the layer is that of Zhang & Sennrich (2019)",
        form=family.rms_norm_dx,
        proof=_prove_rms_dx,
        mutants={
            "the mean path of layer norm": lambda g, h, r, mean: (g - mean(g) - h * mean(g * h)) / r,
            "sign": lambda g, h, r, mean: (g + h * mean(g * h)) / r,
            "spread path left out": lambda g, h, r, mean: g / r,
            "power": lambda g, h, r, mean: (g - h * mean(g * h)) / r**2,
        },
    ),
    Identity(
        label="rms-dx-along-x",
        claim="Along x itself the gradient of RMS norm is of the order of eps.",
        shows=lambda form: (
            tex("\\langle x, dx \\rangle"),
            form(tex("\\langle g, \\hat{x} \\rangle"), printed.EPS / _rms**2),
        ),
        assumptions=NOT_ZERO,
        source=HERE,
        form=family.rms_norm_dx_along_x,
        proof=_prove_rms_along,
        mutants={
            "zero, as for eps = 0": lambda along, share: sp.S.Zero,
            "the other share": lambda along, share: (1 - share) * along,
        },
    ),
    Definition(
        label="renorm",
        claim="Batch renormalization: the batch-normalized value, pulled to what the running statistics would give.",
        shows=(
            sp.Tuple(XHAT, tex("r"), tex("d")),
            sp.Tuple(
                terms(factors(tex("r"), _xtilde), tex("d")),
                *family.corrections(printed.MU, printed.S, _mu_run, _s_run),
            ),
        ),
        source="Ioffe (2017); r and d are then held inside limits",
    ),
    Identity(
        label="renorm-dx",
        claim="The gradient of batch renormalization, r and d held constant: that of batch norm, times r.",
        shows=lambda form: (
            tex("dx"),
            as_built(form(*map(tex, ("\\,dy", "\\tilde{x}", "\\gamma", "r")), printed.S, printed.mean)),
        ),
        assumptions=(
            ANY_SIZE,
            NOT_CONSTANT,
            needs("r and d are held constant", _prove_renorm_moving),
            scope("any eps, r and d"),
        ),
        source="derived here; the layer is that of Ioffe (2017)",
        form=family.renorm_dx,
        proof=_prove_renorm_dx,
        mutants={
            "r forgotten": lambda dy, h, gamma, r, s, mean: gradient.dx_means(dy, h, gamma, s, mean),
            "r inside as well": lambda dy, h, gamma, r, s, mean: gradient.dx_means(dy, r * h, gamma * r, s, mean),
            "frozen statistics": lambda dy, h, gamma, r, s, mean: gamma * r / s * dy,
        },
    ),
    Definition(
        label="conditional-norm",
        claim="A conditional norm: scale and shift are set by a condition zeta, which each example brings along.",
        shows=(
            entry("y"),
            terms(factors(tex("\\gamma(\\zeta_i)"), XHAT), tex("\\beta(\\zeta_i)")),
        ),
        source="Huang & Belongie (2017) call it adaptive where the condition is another picture",
    ),
    Definition(
        label="weight-standardization",
        claim="Weight standardization: the weights of a unit, less their mean, over their spread.",
        shows=(
            _vhat,
            factors(
                terms(entry("v"), -tex("\\operatorname{mean}(v)")),
                1 / sp.sqrt(terms(tex("\\operatorname{var}(v)"), printed.EPS)),
            ),
        ),
        source="Qiao et al. (2019)",
    ),
    Identity(
        label="standardized-dv",
        claim="The gradient of weight standardization: the line of batch norm again, over the weights of one unit.",
        shows=lambda form: (entry("dv"), form(_dw, _vhat, printed.S, mean)),
        assumptions=(
            scope("any fan-in"),
            needs("the weights are not all equal, or eps > 0", NOT_CONSTANT.case),
            scope("any eps"),
        ),
        source="derived here; the method is that of Qiao et al. (2019)",
        form=family.standardized_dv,
        proof=_prove_standardized_dv,
        mutants={
            "mean path left out": lambda dw, h, s, mean: (dw - h * mean(dw * h)) / s,
            "variance path left out": lambda dw, h, s, mean: (dw - mean(dw)) / s,
            "sign": lambda dw, h, s, mean: (dw - mean(dw) + h * mean(dw * h)) / s,
        },
    ),
    Definition(
        label="dynamic-tanh",
        claim="Dynamic tanh: no statistics, a curve.",
        shows=(
            sp.Tuple(entry("y"), _t),
            sp.Tuple(terms(factors(_gamma_i, _t), entry("beta")), sp.Function("\\tanh")(factors(tex("alpha"), _x))),
        ),
        source="Zhu et al. (2025)",
    ),
    Identity(
        label="tanh-dx",
        claim="The gradient of dynamic tanh: no entry knows of another.",
        shows=lambda form: (entry("dx"), form(_dy, _t, tex("alpha"), _gamma_i)),
        assumptions=(scope("any entry"),),
        source="derived here; the layer is that of Zhu et al. (2025)",
        form=family.dynamic_tanh_dx,
        proof=_prove_tanh_dx,
        mutants={
            "alpha forgotten": lambda dy, t, alpha, gamma: gamma * (1 - t**2) * dy,
            "sign": lambda dy, t, alpha, gamma: alpha * gamma * (1 + t**2) * dy,
            "t not squared": lambda dy, t, alpha, gamma: alpha * gamma * (1 - t) * dy,
        },
    ),
    Identity(
        label="tanh-dalpha",
        claim="One alpha serves the whole layer, so all of its entries pull at it.",
        shows=lambda form: (tex("d\\alpha"), form(_dy, _x, _t, _gamma_i, total)),
        assumptions=(scope("two entries, each with its gamma"),),
        source="derived here; the layer is that of Zhu et al. (2025)",
        form=family.dynamic_tanh_dalpha,
        proof=_prove_tanh_dalpha,
        mutants={
            "x forgotten": lambda dy, x, t, gamma, total: total(gamma * (1 - t**2) * dy),
            "t for its slope": lambda dy, x, t, gamma, total: total(gamma * t * dy),
        },
        method="given",
    ),
)
