"""Second derivatives: what a change of the batch does to its own gradient."""

import sympy as sp

from bnbook.proofs import printed
from bnbook.proofs.backprop.backward import DYI, XHAT
from bnbook.proofs.entries import Definition, Identity, means, require_equal, scope
from bnbook.proofs.formulas import curvature, gradient
from bnbook.proofs.formulas.slopes import ANY, ANY_X, BETA, DY, GAMMA, A, Batch, M, T, U, W, X, Z, slope, sum_over
from bnbook.proofs.printed import as_built, entry, i, j, k, mean, tex, total

TITLE = "Second derivatives"
HERE = "derived here"
SMOOTH = means("a loss with two derivatives, which make up H_y")
_GAMMA, _S, _M = printed.GAMMA, printed.S, printed.M
_U = entry("u")
_A, _ALPHA, _DELTA, _PSI = tex("a"), tex("alpha"), tex("delta"), "\\Psi"
_PU, _PDY = tex("(P u)_i"), tex("(P\\, dy)_i")
_TENSOR = (entry("\\hat{x}", i), entry("\\hat{x}", j), entry("\\hat{x}", k), *map(tex, ("P_{jk}", "P_{ik}", "P_{ij}")))
XI, UI, XJ, ZJ = sp.symbols("x_i u_i x_j z_j", real=True)  # entries at i and j; those at k are X, U, Z
DELTAS = DJK, DIK, DIJ = sp.symbols("delta_jk delta_ik delta_ij", real=True)


def _contracted(form, batch):
    """The tensor times u_i z_j, summed over i and j: an expression in the entries at k."""
    xhat_i, xhat_j = (batch.xhat.xreplace({X: at}) for at in (XI, XJ))
    p_jk, p_ik, p_ij = (delta - 1 / M for delta in DELTAS)
    tensor = form(xhat_i, xhat_j, batch.xhat, p_jk, p_ik, p_ij, batch.s, M)
    over_j = sum_over(
        tensor * UI * ZJ, {DJK: {XJ: X, ZJ: Z}, DIJ: {XJ: XI, ZJ: sp.Symbol("z_i", real=True)}}, (XJ, ZJ),
        _total_of({XJ: X, ZJ: Z}, batch),
    )  # fmt: skip
    zi = sp.Symbol("z_i", real=True)
    return sum_over(over_j, {DIK: {XI: X, UI: U, zi: Z}}, (XI, UI, zi), _total_of({XI: X, UI: U, zi: Z}, batch))


def _total_of(renamed, batch):
    """The sum over an index whose entries have names of their own; entries at k are constants in it."""
    kept = {symbol: sp.Dummy(str(symbol), real=True) for symbol in (X, U, Z)}
    back = {dummy: symbol for symbol, dummy in kept.items()}

    def total_over(expression):
        return batch.total(sp.sympify(expression).xreplace(kept).xreplace(renamed)).xreplace(back)

    return total_over


def _prove_tensor(form):
    batch = Batch()
    true = slope(batch.xhat_at(X + T * U + W * Z), T, W)
    require_equal(batch.in_s(_contracted(form, batch)), batch.in_s(true), "along any u and z, any m")


def psi(batch, x=X, dy=DY, gamma=GAMMA):
    """psi = sum of u dx, with dx from the one line."""
    return batch.total(U * gradient.dx(dy, batch.xhat_at(x), gamma, batch.s_at(x), batch.total, M))


def second_slope(form, batch, u=U):
    """d psi / d x as the form says it."""
    sums = curvature.scalars(u, DY, batch.xhat, batch, batch.total)
    return form(batch.xhat, batch.centered(u), batch.centered(DY), *sums, GAMMA, batch.s, M)


def _prove_double_dx(form):
    batch = Batch()
    claimed, true = batch.total(second_slope(form, batch) * Z), slope(psi(batch, x=X + T * Z))
    require_equal(batch.in_s(claimed), batch.in_s(true), "slope along any z, any m")


def _prove_double_ddy(form):
    batch = Batch()
    claimed = form(U, batch.xhat, GAMMA, batch.s, batch.total, M)
    require_equal(batch.total(claimed * Z), slope(psi(batch, dy=DY + T * Z)), "slope along any z, any m")


def _prove_double_dgamma(form):
    batch = Batch()
    claimed = form(U, DY, batch.xhat, batch.s, batch, batch.total)
    require_equal(claimed, slope(psi(batch, gamma=GAMMA + T)), "any m")


def loss_of_second_order(batch, x):
    """A loss with gradient dy and Hessian a a^T at y: sums of such are all losses to second order."""
    at = {T: 0, W: 0}
    y = GAMMA * batch.xhat_at(x) + BETA
    moved = y - y.subs(at)
    return batch.total(DY * moved) + batch.total(A * moved) ** 2 / 2


def _prove_hessian_times(form):
    """v along w, any z along t: the second slope of the loss is z times H v."""
    batch = Batch()
    true = slope(loss_of_second_order(batch, X + T * Z + W * U), T, W)
    product = gradient.jacobian_times(U, batch.xhat, batch.s, batch)
    through = gradient.jacobian_times(A * batch.total(A * product), batch.xhat, batch.s, batch)
    claimed = form(GAMMA, through, second_slope(curvature.double_dx, batch))
    require_equal(batch.in_s(batch.total(claimed * Z)), batch.in_s(true), "along any v and z, any m")


def _prove_hessian(form):
    """The same with the tensor written out: u and z are the two directions."""
    batch = Batch()
    true = slope(loss_of_second_order(batch, X + T * Z + W * U), T, W)
    along_u, along_z = (gradient.jacobian_times(vector, batch.xhat, batch.s, batch) for vector in (U, Z))
    through = batch.total(A * along_u) * batch.total(A * along_z)
    tensor = batch.total(DY * _contracted(curvature.xhat_second, batch))
    require_equal(batch.in_s(form(GAMMA, through, tensor)), batch.in_s(true), "along any two directions, any m")


_second = curvature.xhat_second
_double = curvature.double_dx
_P_MUTANTS = {
    "2 for 3": lambda hi, hj, hk, jk, ik, ij, s, m: -(hi * jk + hj * ik + hk * ij - 2 * hi * hj * hk / m) / (m * s**2),
    "sign": lambda *entries: -_second(*entries),
    "a term left out": lambda hi, hj, hk, jk, ik, ij, s, m: _second(hi, hj, hk, jk, ik, 0, s, m),
    "power of s": lambda hi, hj, hk, jk, ik, ij, s, m: _second(hi, hj, hk, jk, ik, ij, s, m) / s,
}
IDENTITIES = (
    Identity(
        label="xhat-second",
        claim="The second derivatives of a normalized value; i, j and k can be exchanged at will.",
        shows=lambda form: (
            tex("\\frac{\\partial^2 \\hat{x}_k}{\\partial x_i\\, \\partial x_j}"), form(*_TENSOR, _S, _M)
        ),
        assumptions=(*ANY_X, means("P_ij is 1 - 1 / m for i = j and -1 / m else")),
        source=HERE,
        form=_second,
        proof=_prove_tensor,
        mutants=_P_MUTANTS,
    ),
    Definition(
        label="double-psi",
        claim="The double backward: dx depends on x, dy and gamma, and u is the gradient that arrives at dx.",
        shows=(
            sp.Tuple(_U, tex(_PSI)),
            sp.Tuple(printed.partial(_PSI, "dx_i"), total(_U * entry("dx"))),
        ),
        source=HERE,
    ),
    Definition(
        label="double-sums",
        claim="The three sums that the double backward needs.",
        shows=(
            sp.Tuple(_A, _ALPHA, _DELTA),
            sp.Tuple(*curvature.scalars(_U, DYI, XHAT, mean, total)),
        ),
        source=HERE,
    ),
    Identity(
        label="double-dx",
        claim="The double backward to x.",
        shows=lambda form: (
            printed.partial(_PSI, "x_i"), as_built(form(XHAT, _PU, _PDY, _A, _ALPHA, _DELTA, _GAMMA, _S, _M))
        ),
        assumptions=(*ANY, scope("any u"), means("P subtracts the mean over the batch")),
        source=HERE,
        form=_double,
        proof=_prove_double_dx,
        mutants={
            "2 for 3": lambda h, pu, pg, a, al, de, gamma, s, m: -gamma / (m * s**2)
            * ((a - 2 * al * de / m) * h + de * pu + al * pg),
            "sign": lambda *given: -_double(*given),
            "u left out": lambda h, pu, pg, a, al, de, gamma, s, m: _double(h, 0, pg, a, al, de, gamma, s, m),
            "gamma left out": lambda h, pu, pg, a, al, de, gamma, s, m: _double(h, pu, pg, a, al, de, 1, s, m),
            "alpha and delta exchanged": lambda h, pu, pg, a, al, de, gamma, s, m: _double(
                h, pu, pg, a, de, al, gamma, s, m
            ),
        },
    ),
    Identity(
        label="double-ddy",
        claim="The double backward to dy: u goes back as dy did, since the Jacobian is symmetric.",
        shows=lambda form: (printed.partial(_PSI, "dy_i"), form(_U, XHAT, _GAMMA, _S, total, _M)),
        assumptions=(*ANY, scope("any u")),
        source=HERE,
        form=curvature.double_ddy,
        proof=_prove_double_ddy,
        mutants={
            "gamma left out": lambda u, h, gamma, s, total, m: gradient.dx(u, h, 1, s, total, m),
            "variance path left out": lambda u, h, gamma, s, total, m: gamma / (m * s) * (m * u - total(u)),
        },
    ),
    Identity(
        label="double-dgamma",
        claim="The double backward to gamma; beta gets nothing, for dx does not depend on it.",
        shows=lambda form: (
            printed.partial(_PSI, "\\gamma"),
            form(_U, DYI, XHAT, _S, mean, lambda e: as_built(total(e))),
        ),
        assumptions=(*ANY, scope("any u")),
        source=HERE,
        form=curvature.double_dgamma,
        proof=_prove_double_dgamma,
        mutants={
            "s left out": lambda u, g, h, s, mean, total: total(u * gradient.jacobian_times(g, h, 1, mean)),
            "the Jacobian left out": lambda u, g, h, s, mean, total: total(u * g),
        },
    ),
    Identity(
        label="hessian",
        claim="The Hessian in the inputs: that of what follows, seen through batch norm, and batch norm's own.",
        shows=lambda form: (
            tex("H_x"), form(_GAMMA, tex("J\\, H_y\\, J"), tex("\\sum_{k=1}^{m} dy_k \\nabla^2 \\hat{x}_k"))
        ),
        assumptions=(*ANY, SMOOTH),
        source=HERE,
        form=lambda gamma, through, tensor: gradient.ordered(gamma**2 * through, gamma * tensor),
        proof=_prove_hessian,
        mutants={
            "first part only": lambda gamma, through, tensor: gamma**2 * through,
            "gamma not squared": lambda gamma, through, tensor: gamma * through + gamma * tensor,
            "half": lambda gamma, through, tensor: gamma**2 * through + gamma * tensor / 2,
        },
    ),
    Identity(
        label="hessian-vector",
        claim="The Hessian times u needs no Hessian: two passes through J, and the double backward of u.",
        shows=lambda form: (
            tex("H_x\\, u"),
            form(_GAMMA, tex("J\\, H_y\\, J\\, u"), tex(f"\\frac{{\\partial {_PSI}}}{{\\partial x}}")),
        ),
        assumptions=(*ANY, SMOOTH, scope("any u")),
        source=HERE,
        form=curvature.hessian_times,
        proof=_prove_hessian_times,
        mutants={
            "first part only": lambda gamma, through, curved: gamma**2 * through,
            "gamma not squared": lambda gamma, through, curved: gamma * through + curved,
            "sign": lambda gamma, through, curved: gamma**2 * through - curved,
        },
    ),
)  # fmt: skip
