"""The curvature of the loss before batch norm, along the gradient: Theorem 4.2 exactly, and when it helps."""

import sympy as sp

from bnbook.proofs import printed
from bnbook.proofs.backprop.geometry import true_dx
from bnbook.proofs.entries import (
    Identity,
    Inequality,
    Reported,
    means,
    needs,
    require_at_most,
    require_equal,
    require_zero,
    scope,
)
from bnbook.proofs.formulas import gradient, smoothness
from bnbook.proofs.formulas.batch import listed
from bnbook.proofs.formulas.slopes import (
    ANY,
    ANY_SIZE,
    DY,
    EPS,
    GAMMA,
    NEVER_CONSTANT,
    A,
    Batch,
    M,
    T,
    U,
    W,
    X,
    slope,
)
from bnbook.proofs.formulas.transform import batch_norm
from bnbook.proofs.printed import as_built, tex
from bnbook.proofs.smoothness.curvature import loss_of_second_order
from bnbook.proofs.smoothness.lipschitz import SAME_POINT, frozen, products, xhat_dy

TITLE = "Curvature along the gradient"
HERE = "derived here"
SANTURKAR = "Santurkar et al. (2018), Theorem 4.2"
HESSIANS = means(
    "the loss has two derivatives; H_y is its Hessian at the layer's output y, H_x that before the layer, v = dx"
)
REST = (ANY_SIZE, NEVER_CONSTANT, scope("any upstream gradient, gamma and beta"))
POSITIVE, STEEP, INNER = sp.symbols("delta h q", nonnegative=True)
GAMMA_PLUS = sp.Symbol("gamma_+", positive=True)

# For print
curved, through, v_square = (tex(name) for name in ("v^{\\top} H_x v", "v^{\\top} H_y v", "\\lVert v \\rVert^2"))
_through_g, _SIGMA = tex("dy^{\\top} H_y\\, dy"), sp.Symbol("sigma", positive=True)
_GAMMA, _S, _M = printed.GAMMA, printed.S, printed.M


def second_slope(batch):
    """The second derivative of the loss along u, for a loss of any gradient DY and the Hessian A A^T at the output."""
    return slope(loss_of_second_order(batch, X + T * U + W * U), T, W)


def require_mean_zero(batch):
    """The gradient before the layer has mean zero, so what holds for every such direction u holds along it."""
    require_zero(batch.total(true_dx(batch)), "the gradient has mean zero")


def _prove_any_eps(form):
    """Along any direction u of mean zero; the gradient is one."""
    batch = Batch()
    require_mean_zero(batch)
    product = gradient.jacobian_times(U, batch.xhat, batch.s, batch)
    inner = batch.total(U * DY), batch.total(U * batch.xhat), batch.total(DY * batch.xhat), batch.total(U**2)
    claimed = form(batch.total(A * product) ** 2, *inner, GAMMA, batch.s, M)
    _require_along(batch, claimed, second_slope(batch), {batch(U): 0})


def _prove_along(form, eps=0):
    """Along any direction u at right angles to 1 and to xhat; for eps = 0 the gradient is one."""
    batch = Batch()
    require_mean_zero(batch)
    require_zero(batch.total(batch.xhat * true_dx(batch)).subs(EPS, 0), "the gradient has nothing along xhat")
    claimed = form(batch.total(A * U) ** 2, products(batch)[2], batch.total(U**2), GAMMA, batch.s, M)
    _require_along(batch, claimed, second_slope(batch), _right_angles(batch) if eps == 0 else {batch(U): 0})


def _right_angles(batch):
    return {batch(U): 0, batch(X * U): 0, EPS: 0}


def _require_along(batch, claimed, true, where):
    claimed, true = (sp.sympify(side).xreplace(where) for side in (claimed, true))
    require_equal(batch.in_s(claimed), batch.in_s(true), "along any such direction, any m")


def _prove_shrinks(form):
    """The gap is gamma / (m s^2) <g, xhat> |v|^2, and none of these is negative."""
    batch = Batch()
    straight = batch.total(A * U) ** 2
    gap = form(straight, GAMMA, batch.s) - second_slope(batch)
    square = batch.total(U**2) * products(batch)[2] * GAMMA / (M * batch.s**2)
    _require_along(batch, square, gap, _right_angles(batch))


def _prove_shrinks_without(form):
    """With eps the gradient has a part along xhat, and the gap is no longer this product."""
    batch = Batch()
    gap = form(batch.total(A * U) ** 2, GAMMA, batch.s) - second_slope(batch)
    square = batch.total(U**2) * products(batch)[2] * GAMMA / (M * batch.s**2)
    _require_along(batch, square, gap, {batch(U): 0})


def _bends_more(inner, gamma):
    """Four examples, a spread of 1, v^T H v = |v|^2 = 1: the identity for these numbers against the bound."""

    def case(form):
        true = smoothness.curvature_along(sp.S.One, inner, sp.S.One, gamma, sp.S.One, sp.Integer(4))
        require_at_most(true, form(sp.S.One, gamma, sp.S.One), f"<g, xhat> = {inner}, gamma = {gamma}")

    return case


def _prove_twin(form, eps=0):
    """The frozen twin's curvature along u less that with batch norm."""
    batch = Batch()
    moved = frozen(X + T * U + W * U, batch) - frozen(X, batch)
    twin = slope(batch.total(DY * moved) + batch.total(A * moved) ** 2 / 2, T, W)
    claimed = form(products(batch)[2], batch.total(U**2), GAMMA, batch.s, M)
    where = _right_angles(batch) if eps == 0 else {batch(U): 0}
    _require_along(batch, claimed, twin - second_slope(batch), where)


def _prove_second_form(form):
    """H = h I: the gap is h gamma^2 / sigma^2 (|g|^2 - |v|^2), a sum of squares if sigma^2 = gamma^2 + delta."""
    batch = Batch()
    g_square, along_ones, along_xhat = products(batch)
    v_square_ = batch.total(true_dx(batch) ** 2)
    left = smoothness.curvature_along(STEEP * v_square_, along_xhat, v_square_, GAMMA, batch.s, M)
    gap = form(STEEP * g_square, along_xhat, v_square_, GAMMA, batch.s, M) - left
    ratio = GAMMA**2 / batch.v
    squares = STEEP * ratio * (POSITIVE / batch.v * g_square + ratio / M * (along_ones**2 + along_xhat**2))
    sides = (
        side.subs(EPS, 0).xreplace({batch.v: GAMMA_PLUS**2 + POSITIVE, GAMMA: GAMMA_PLUS}) for side in (gap, squares)
    )
    require_equal(*sides, "any m", sp.factor)


def _second_form_case(through_v, through_g, square, gamma):
    """Both sides for four examples with sigma = 1 and <g, xhat> = 0, from v^T H v, g^T H g, |v|^2 and gamma.

    H = a a^T with a across g and g = v + c 1: v^T H v = |v|^4 and g^T H g = 0.   H = -I, with |g|^2 = 2 |v|^2.
    """

    def case(form):
        numbers = *map(sp.Integer, (square, gamma)), sp.S.One, sp.Integer(4)
        left = smoothness.curvature_along(sp.Integer(through_v), 0, *numbers)
        require_at_most(left, form(sp.Integer(through_g), 0, *numbers), "both sides in numbers")

    return case


def _prove_second_form_without(form):
    """With eps the square of v is shorter still, and the gap is not this sum of squares."""
    batch = Batch()
    g_square, along_ones, along_xhat = products(batch)
    square = batch.total(true_dx(batch) ** 2)
    ratio = GAMMA**2 / batch.s**2
    gap = STEEP * (g_square - square) * ratio
    squares = STEEP * ratio * ((1 - ratio) * g_square + ratio / M * (along_ones**2 + along_xhat**2))
    require_equal(gap, squares, "the gap for any eps")


def second_form_sides(gamma):
    """Both sides of the second form for y = (1, 1, -1, -1), L(z) = g z + |z - z_0|^2 / 2 with g = (1, -1, 1, -1)."""
    values, upstream = (1, 1, -1, -1), (1, -1, 1, -1)
    entries = sp.symbols("y_1:5", real=True)
    normalized = batch_norm(X, listed({X: entries}), gamma, 0, 0)

    def z(direction):
        """The outputs on the way along a direction; the batch itself is normalized, so they start at gamma y."""
        way = dict(zip(entries, (y + T * d for y, d in zip(values, direction, strict=True)), strict=True))
        return [normalized.xreplace({X: entry}).xreplace(way) for entry in entries]

    def loss(direction):
        moved = [own - gamma * y for own, y in zip(z(direction), values, strict=True)]
        return sum(g * d + d**2 / 2 for g, d in zip(upstream, moved, strict=True))

    v = [slope(loss([int(i == j) for j in range(4)])) for i in range(4)]
    inner = sum(g * y for g, y in zip(upstream, values, strict=True))
    square = sum(c**2 for c in v)
    right = smoothness.curvature_second_form(sp.Integer(4), inner, square, gamma, sp.S.One, sp.Integer(4))
    return slope(loss(v), T, T), right


def _prove_second_form_fails(form):
    for side, claimed in zip(second_form_sides(sp.Integer(3)), form(), strict=True):
        require_equal(side, claimed, "both sides for gamma = 3 sigma, from the derivatives of the loss")


def _equal_at_one(form):
    """For gamma = sigma, which the condition allows, the two sides are equal."""
    for side, claimed in zip(second_form_sides(sp.S.One), form(), strict=True):
        require_equal(side, claimed, "gamma = sigma")


def _twin_difference(along_xhat, v_square_, gamma, s, m):
    return gradient.times(gamma / (m * s**2), along_xhat, v_square_)


_along, _eps, _second = smoothness.curvature_along, smoothness.curvature_along_eps, smoothness.curvature_second_form
IDENTITIES = (
    Identity(
        label="curvature-along-gradient",
        claim="The curvature along the gradient, exactly: Theorem 4.2 with an equals sign. The second term takes "
        "curvature away where gamma and <dy, xhat> have the same sign, and adds some where they do not.",
        shows=lambda form: (curved, as_built(form(through, xhat_dy, v_square, _GAMMA, _SIGMA, _M))),
        assumptions=(HESSIANS, SAME_POINT, needs("eps = 0", lambda form: _prove_along(form, EPS)), *REST),
        source=f"{HERE}; {SANTURKAR}, is an inequality",
        form=_along,
        proof=_prove_along,
        mutants={
            "sign": lambda t, gh, v2, gamma, s, m: gamma**2 / s**2 * t + gamma / (m * s**2) * gh * v2,
            "first part only": lambda t, gh, v2, gamma, s, m: gamma**2 / s**2 * t,
            "m left out": lambda t, gh, v2, gamma, s, m: gamma**2 / s**2 * t - gamma / s**2 * gh * v2,
            "power of s": lambda t, gh, v2, gamma, s, m: gamma**2 / s**2 * t - gamma / (m * s) * gh * v2,
        },
    ),
    Identity(
        label="curvature-along-gradient-eps",
        claim="The same for every eps: then v has a part alpha along the normalized values, and more terms remain.",
        shows=lambda form: (
            curved,
            as_built(
                form(tex("(J v)^{\\top} H_y J v"), *map(tex, ("a", "alpha", "delta")), v_square, _GAMMA, _S, _M)
            ),
        ),
        assumptions=(
            means("a = <v, dy>, alpha = <v, xhat>, delta = <dy, xhat>"),
            means("J is the Jacobian of the normalized values"), HESSIANS,
            SAME_POINT, *ANY,
        ),
        source=HERE,
        form=_eps,
        proof=_prove_any_eps,
        mutants={
            "2 for 3": lambda t, a, al, de, v2, gamma, s, m: gamma**2 * t
            - gamma / (m * s**2) * ((2 * a - 2 * al * de / m) * al + de * v2),
            "1 for 2": lambda t, a, al, de, v2, gamma, s, m: gamma**2 * t
            - gamma / (m * s**2) * ((a - 3 * al * de / m) * al + de * v2),
            "as for eps = 0": lambda t, a, al, de, v2, gamma, s, m: gamma**2 * t - gamma / (m * s**2) * de * v2,
        },
    ),
    Inequality(
        label="curvature-shrinks",
        claim="So if the output overshoots what the loss asks for, there is no more curvature than scaling leaves.",
        shows=lambda form: (curved, form(through, _GAMMA, _SIGMA)),
        assumptions=(
            needs("<dy, xhat> >= 0", _bends_more(-1, 1)), needs("gamma >= 0", _bends_more(1, -1)), HESSIANS, SAME_POINT,
            needs("eps = 0", _prove_shrinks_without), *REST,
        ),
        source=SANTURKAR + ", with its condition",
        form=lambda straight, gamma, s: gradient.times(gamma**2 / s**2, straight),
        proof=_prove_shrinks,
        mutants={
            "half": lambda straight, gamma, s: gamma**2 / s**2 * straight / 2,
            "not squared": lambda straight, gamma, s: gamma / s * straight,
        },
        method="squares",
    ),
    Identity(
        label="twin-curvature",
        claim="What moving statistics take from the curvature of the frozen twin; less than nothing if the output "
        "falls short.",
        shows=lambda form: (
            tex("v^{\\top} H_0 v - v^{\\top} H_x v"), form(xhat_dy, v_square, _GAMMA, _SIGMA, _M)
        ),
        assumptions=(
            means("H_0 is that before the layer with mean and spread held fixed"), HESSIANS, SAME_POINT,
            needs("eps = 0", lambda form: _prove_twin(form, EPS)), *REST,
        ),
        source=HERE,
        form=_twin_difference,
        proof=_prove_twin,
        mutants={
            "sign": lambda *given: -_twin_difference(*given),
            "m left out": lambda gh, v2, gamma, s, m: gamma / s**2 * gh * v2,
            "gamma squared": lambda gh, v2, gamma, s, m: gamma**2 / (m * s**2) * gh * v2,
        },
    ),
    Inequality(
        label="curvature-second-form",
        claim="The theorem's second form, where dy stands for v, needs a condition: this one is enough.",
        shows=lambda form: (curved, as_built(form(_through_g, xhat_dy, v_square, _GAMMA, _SIGMA, _M))),
        assumptions=(
            needs("H_y = h I", _second_form_case(16, 0, 4, 1)), needs("h >= 0", _second_form_case(-4, -8, 4, 1)),
            needs("0 < gamma <= sigma", _second_form_case(36, 4, 36, 3)), HESSIANS, SAME_POINT,
            needs("eps = 0", _prove_second_form_without), ANY_SIZE,
        ),
        source=f"{SANTURKAR}, where quadratic forms must not be negative; this condition is derived here",
        form=_second,
        proof=_prove_second_form,
        mutants={
            "half of g": lambda t, gh, v2, gamma, s, m: gamma**2 / s**2 * (t / 2 - gh * v2 / (m * gamma)),
            "twice the second": lambda t, gh, v2, gamma, s, m: gamma**2 / s**2 * (t - 2 * gh * v2 / (m * gamma)),
            "gamma left out": lambda t, gh, v2, gamma, s, m: gamma**2 / s**2 * (t - gh * v2 / m),
        },
        method="squares",
    ),
    Identity(
        label="curvature-second-form-fails",
        claim="Without it the second form is false: the left side is 324, the right side 36.",
        shows=lambda form: (
            sp.Tuple(curved, tex("\\frac{\\gamma^2}{\\sigma^2} dy^{\\top} H_y\\, dy")), sp.Tuple(*form())
        ),
        assumptions=(
            means("gamma = 3 sigma", _equal_at_one), means("x = (1, 1, -1, -1), dy = (1, -1, 1, -1), H_y = I"),
            means("<dy, xhat> = 0"), means("eps = 0"),
        ),
        source=HERE,
        form=lambda: (sp.Integer(324), sp.Integer(36)),
        proof=_prove_second_form_fails,
        mutants={
            "equal": lambda: (sp.Integer(36), sp.Integer(36)),
            "gamma not squared": lambda: (sp.Integer(108), sp.Integer(12)),
        },
        method="given",
    ),
    Reported(
        label="curvature-printed",
        claim="Theorem 4.2 as printed, in its own letters: y enters the layer. Below it stand its two conditions, that "
        "the quadratic forms and the inner product are not negative; its proof, (48) to (50), is an equality.",
        relation="<=",
        shows=(
            tex("(\\nabla_{y_j} \\hat{L})^{\\top} \\hat{H}_{jj} (\\nabla_{y_j} \\hat{L})"),
            tex("\\frac{\\gamma^2}{\\sigma_j^2} (\\nabla_{y_j} \\hat{L})^{\\top} H_{jj} (\\nabla_{y_j} \\hat{L}) - "
                "\\frac{\\gamma}{m \\sigma_j^2} \\langle \\hat{g}_j, \\hat{y}_j \\rangle "
                "\\lVert \\nabla_{y_j} \\hat{L} \\rVert^2"),
        ),
        source=f"{SANTURKAR}, of arXiv 1805.11604v3",
    ),
)  # fmt: skip
