"""The Jacobian of the normalized batch: its entries, its directions, and where it comes from."""

import sympy as sp

from bnbook.proofs import printed
from bnbook.proofs.backprop.backward import XHAT
from bnbook.proofs.checking import places
from bnbook.proofs.entries import Identity, at, needs, require_equal, scope
from bnbook.proofs.formulas import gradient
from bnbook.proofs.formulas.backprop import graph
from bnbook.proofs.formulas.slopes import (
    ANY_X,
    CONSTANT,
    EPS,
    NOT_CONSTANT,
    SPREAD,
    Batch,
    M,
    T,
    U,
    W,
    X,
    Z,
    slope,
    sum_over,
)
from bnbook.proofs.formulas.transform import kappa
from bnbook.proofs.printed import as_built, entry, i, j, partial, tex

TITLE = "The Jacobian"
HERE = "derived here"
XI, UI, DELTA = sp.symbols("x_own u_own delta", real=True)  # the entry i, while x and u run over j
_XJ = entry("\\hat{x}", j)
_ONE, _OUTER = tex("\\mathbf{1} \\mathbf{1}^{\\top}"), tex("\\hat{x} \\hat{x}^{\\top}")
_XHAT, _XHAT_U, _SJ = tex("\\hat{x}"), tex("\\langle \\hat{x}, u \\rangle"), "s J"


def xhat_slope(direction, batch):
    """The change of xhat along a direction: J times the direction, from the definition of the derivative."""
    return slope(batch.xhat_at(X + T * direction))


def prove_entries(form, own):
    """A matrix by its product with any vector u, summed over j; then each entry of three examples written out.

    form : (delta_ij, 1, xhat_i xhat_j, s, m) -> entry.   own : the true product J u for the example i.
    """
    batch = Batch()
    xhat_i = batch.xhat.xreplace({X: XI})
    summand = form(DELTA, 1, xhat_i * batch.xhat, batch.s, M) * U
    product = sum_over(summand, {DELTA: {X: XI, U: UI}}, (X, U), batch.total)
    require_equal(product, own.xreplace({X: XI, U: UI}), "times any u, any m")


def _three_entries(form):
    drawn = graph(3)
    forward = drawn.values({})
    inside, s = forward["s"].args[0], drawn.nodes["s"].symbol
    for a in (1, 2, 3):
        for b in (1, 2, 3):
            true = sp.diff(forward[f"xhat{a}"], drawn.nodes[f"x{b}"].symbol).xreplace({inside: s**2})
            outer = (forward[f"c{a}"] * forward[f"c{b}"]) / s**2
            claimed = form(sp.Integer(a == b), sp.S.One, outer, s, sp.Integer(3))
            require_equal(claimed, true, f"m = 3, entry {a} {b}", lambda e: sp.numer(sp.together(e)))


def prove_jacobian(form):
    prove_entries(form, xhat_slope(U, Batch()))
    _three_entries(form)


def prove_hessian_of_s(form):
    """m times the second derivative of s along u and z, against z times the matrix times u."""
    batch = Batch()
    second = M * slope(batch.s_at(X + T * U + W * Z), T, W)
    product = gradient_product(form, batch)
    require_equal(batch.total(Z * product), second, "along any u and z, any m")


def gradient_product(form, batch):
    """The entry i of the matrix times u, as an expression in the entries of x and u."""
    xhat_i = batch.xhat.xreplace({X: XI})
    summand = form(DELTA, 1, xhat_i * batch.xhat, batch.s, M) * U
    product = sum_over(summand, {DELTA: {X: XI, U: UI}}, (X, U), batch.total)
    return product.xreplace({XI: X, UI: U})


def _prove_potential(form):
    batch = Batch()
    require_equal(batch.total(form(batch.xhat, M) * U), slope(batch.s_at(X + T * U)), "along any u, any m")


def _prove_symmetric(form):
    """<z, J u> = <u, J z> for all u and z."""
    batch = Batch()
    along_u, along_z = (xhat_slope(vector, batch) for vector in (U, Z))
    require_equal(batch.total(form(Z) * along_u), batch.total(U * along_z), "any u and z, any m")


def _prove_defined(form):
    """J itself at a constant batch and eps = 0; the spread before it would cancel."""
    with places(CONSTANT):
        require_equal(xhat_slope(U, Batch()), 0, "J u")


_WITH_J = (ANY_X[0], needs(NOT_CONSTANT, _prove_defined), ANY_X[2])


def _prove_ones(form):
    batch = Batch()
    require_equal(batch.s * xhat_slope(1, batch), form(sp.S.One, M), "any m")


def _prove_xhat(form):
    batch = Batch()
    claimed = form(kappa(batch.v, EPS), batch.xhat)
    require_equal(batch.in_s(batch.s * xhat_slope(batch.xhat, batch)), batch.in_s(claimed), "any m")


def _prove_rest(form, right=True):
    batch = Batch()
    right_angles = {batch(U): 0, batch(X * U): 0} if right else {}
    product = (batch.s * xhat_slope(U, batch)).xreplace(right_angles)
    require_equal(product, form(kappa(batch.v, EPS), U), "any u at right angles to 1 and to xhat, any m")


def _prove_trace(form):
    batch = Batch()
    diagonal = gradient.jacobian(1, 1, batch.xhat**2, batch.s, M)
    require_equal(batch.s * batch.total(diagonal), form(M, kappa(batch.v, EPS)), "any m")


def _product(vector, batch):
    return gradient.jacobian_times(vector, batch.xhat, batch.s, batch)


def _prove_square(form):
    """s J applied twice, against the form applied once. Its matrices act on u entry by entry."""
    batch = Batch()
    once = batch.s * xhat_slope(U, batch)
    twice = batch.s * _product(once, batch)
    along = batch.xhat * batch.total(batch.xhat * U)
    require_equal(twice, form(once, along, kappa(batch.v, EPS), M), "times any u, any m")


def quadratic_gap(total_of_square, product, share, m):
    """<u, s J u> as a sum of squares: |s J u|^2, and kappa / m <xhat, u>^2."""
    return gradient.ordered(total_of_square, gradient.times(share / m, product**2))


def _prove_psd(form):
    batch = Batch()
    moved = batch.s * xhat_slope(U, batch)
    claimed = form(batch.total(moved**2), batch.total(batch.xhat * U), kappa(batch.v, EPS), M)
    require_equal(batch.total(U * moved), claimed, "any u, any m")


def _prove_two(form):
    x1, x2 = sp.symbols("x_1 x_2", real=True)
    c, s = (x1 - x2) / 2, sp.Symbol("s", positive=True)
    spread = sp.sqrt(c**2 + EPS)
    for sign, x in ((1, x1), (-1, x2)):
        for row, top in ((1, c), (-1, -c)):
            true = sp.diff(top / spread, x).subs(EPS, s**2 - c**2)
            claimed = form(s**2 - c**2, s) * row * sign
            require_equal(claimed, true, f"m = 2, entry {row} {sign}")


def _prove_of_three(form):
    """The slope of the first of three normalized examples by itself, at 1, 0 and -1 for eps = 0."""
    x = sp.Symbol("x_1", real=True)
    mean = (x - 1) / 3
    var = ((x - mean) ** 2 + mean**2 + (1 + mean) ** 2) / 3
    require_equal(form(sp.S.Zero, sp.sqrt(var).subs(x, 1)), sp.diff((x - mean) / sp.sqrt(var), x).subs(x, 1), "m = 3")


def _matrix(form):
    return form(tex("I"), _ONE, _OUTER, printed.S, printed.M)


_ENTRY_MUTANTS = {
    "mean path left out": lambda one, ones, outer, s, m: (one - outer / m) / s,
    "variance path left out": lambda one, ones, outer, s, m: (one - ones / m) / s,
    "sign": lambda one, ones, outer, s, m: (one - ones / m + outer / m) / s,
    "m - 1": lambda one, ones, outer, s, m: (one - ones / m - outer / (m - 1)) / s,
    "power of s": lambda one, ones, outer, s, m: (one - ones / m - outer / m) / s**2,
}

IDENTITIES = (
    Identity(
        label="jacobian",
        claim="The derivative of one normalized value by one input: symmetric in the two examples.",
        shows=lambda form: (
            partial("\\hat{x}_i", "x_j"),
            form(sp.KroneckerDelta(i, j), 1, XHAT * _XJ, printed.S, printed.M),
        ),
        assumptions=ANY_X,
        source=HERE,
        form=gradient.jacobian,
        proof=prove_jacobian,
        mutants=_ENTRY_MUTANTS,
    ),
    Identity(
        label="jacobian-matrix",
        claim="The same as a matrix: the identity less two directions, divided by s.",
        shows=lambda form: (tex("J"), _matrix(form)),
        assumptions=ANY_X,
        source=HERE,
        form=gradient.jacobian,
        proof=prove_jacobian,
        mutants=_ENTRY_MUTANTS,
    ),
    Identity(
        label="jacobian-symmetric",
        claim="The Jacobian is symmetric: the effect of j on i is that of i on j.",
        shows=lambda form: (tex("z^{\\top} J u"), form(tex("u^{\\top} J z"))),
        assumptions=(*ANY_X, scope("any u and z")),
        source=HERE,
        form=lambda vector: vector,
        proof=_prove_symmetric,
        mutants={"sign": lambda vector: -vector, "factor": lambda vector: 2 * vector},
    ),
    Identity(
        label="bn-potential",
        claim="A normalized value is m times the slope of s: batch norm is the gradient of m sqrt(var + eps).",
        shows=lambda form: (partial("s", "x_i"), form(XHAT, printed.M)),
        assumptions=ANY_X,
        source=HERE,
        form=lambda xhat, m: xhat / m,
        proof=_prove_potential,
        mutants={
            "m left out": lambda xhat, m: xhat,
            "sign": lambda xhat, m: -xhat / m,
            "m - 1": lambda xhat, m: xhat / (m - 1),
        },
    ),
    Identity(
        label="jacobian-potential",
        claim="So the Jacobian is m times the second derivative of s, a convex function.",
        shows=lambda form: (
            tex("m \\frac{\\partial^2 s}{\\partial x_i \\partial x_j}"),
            form(sp.KroneckerDelta(i, j), 1, XHAT * _XJ, printed.S, printed.M),
        ),
        assumptions=ANY_X,
        source=HERE,
        form=gradient.jacobian,
        proof=prove_hessian_of_s,
        mutants=_ENTRY_MUTANTS,
    ),
    Identity(
        label="jacobian-ones",
        claim="Adding a constant to the batch changes nothing: the vector of ones is lost.",
        shows=lambda form: (tex(f"{_SJ} \\mathbf{{1}}"), form(tex("\\mathbf{1}"), printed.M)),
        assumptions=_WITH_J,
        source=HERE,
        form=lambda ones, m: sp.S.Zero,
        proof=_prove_ones,
        mutants={"one": lambda ones, m: ones, "1 / m": lambda ones, m: ones / m},
    ),
    Identity(
        label="jacobian-xhat",
        claim="Stretching the batch changes almost nothing: the direction xhat keeps the share kappa.",
        shows=lambda form: (tex(f"{_SJ} \\hat{{x}}"), form(printed.KAPPA, _XHAT)),
        assumptions=ANY_X,
        source=HERE,
        form=gradient.times,
        proof=_prove_xhat,
        mutants={
            "zero, as for eps = 0": lambda share, xhat: sp.S.Zero,
            "1 - kappa": lambda share, xhat: (1 - share) * xhat,
        },
    ),
    Identity(
        label="jacobian-rest",
        claim="Every direction at right angles to both passes whole: eigenvalue 1, m - 2 times.",
        shows=lambda form: (tex(f"{_SJ} u"), form(printed.KAPPA, tex("u"))),
        assumptions=(
            *_WITH_J,
            needs("u is at right angles to the vector of ones and to xhat", lambda form: _prove_rest(form, False)),
        ),
        source=HERE,
        form=lambda share, u: u,
        proof=_prove_rest,
        mutants={"1 - kappa": lambda share, u: (1 - share) * u, "zero": lambda share, u: sp.S.Zero},
    ),
    Identity(
        label="jacobian-trace",
        claim="The eigenvalues add up: 0, kappa, and 1 for each of the other m - 2 directions.",
        shows=lambda form: (tex("s \\operatorname{tr} J"), form(printed.M, printed.KAPPA)),
        assumptions=ANY_X,
        source=HERE,
        form=lambda m, share: m - 2 + share,
        proof=_prove_trace,
        mutants={"m - 1": lambda m, share: m - 1 + share, "kappa left out": lambda m, share: m - 2},
    ),
    Identity(
        label="jacobian-square",
        claim="s J is a projection only for eps = 0: applied twice it takes a little more along xhat.",
        shows=lambda form: (tex("(s J)^2"), form(tex(_SJ), _OUTER, printed.KAPPA, printed.M)),
        assumptions=ANY_X,
        source=HERE,
        form=lambda once, along, share, m: gradient.ordered(once, -gradient.times(share / m, along)),
        proof=_prove_square,
        mutants={
            "a projection": lambda once, along, share, m: once,
            "sign": lambda once, along, share, m: once + share / m * along,
            "1 - kappa": lambda once, along, share, m: once - (1 - share) / m * along,
        },
    ),
    Identity(
        label="jacobian-psd",
        claim="The Jacobian has no negative direction: along any u it gives a sum of squares.",
        shows=lambda form: (
            tex("\\langle u, s J u \\rangle"),
            as_built(form(tex("\\lVert s J u \\rVert^2"), _XHAT_U, printed.KAPPA, printed.M)),
        ),
        assumptions=(*ANY_X, scope("any u")),
        source=HERE,
        form=quadratic_gap,
        proof=_prove_psd,
        mutants={
            "kappa left out": lambda square, product, share, m: square,
            "one for kappa": lambda square, product, share, m: square + product**2 / m,
            "sign": lambda square, product, share, m: square - share / m * product**2,
        },
        method="squares",
    ),
    Identity(
        label="batch-of-two",
        claim="For two examples the whole Jacobian is of the order of eps: without eps no gradient passes.",
        shows=lambda form: (
            tex("J"),
            gradient.times(form(printed.EPS, printed.S), tex("\\begin{pmatrix} 1 & -1 \\\\ -1 & 1 \\end{pmatrix}")),
        ),
        assumptions=(
            needs("m = 2", _prove_of_three),
            needs("the two examples differ, or eps > 0", at({SPREAD: 0})),
        ),
        source=HERE,
        form=lambda eps, s: eps / (2 * s**3),
        proof=_prove_two,
        mutants={
            "zero, as for eps = 0": lambda eps, s: sp.S.Zero,
            "factor": lambda eps, s: eps / s**3,
            "power": lambda eps, s: eps / (2 * s**2),
        },
        method="given",
    ),
)
