"""How long the gradient before batch norm is: Theorem 4.1 exactly, what it leaves over, what is mere scaling."""

import sympy as sp

from bnbook.proofs import printed
from bnbook.proofs.backprop.geometry import true_dx
from bnbook.proofs.entries import Identity, Inequality, Reported, means, needs, require_at_most, require_equal, scope
from bnbook.proofs.formulas import gradient, smoothness
from bnbook.proofs.formulas.slopes import ANY, BETA, DY, EPS, GAMMA, Batch, M, T, U, X, slope
from bnbook.proofs.formulas.transform import batch_norm, kappa
from bnbook.proofs.printed import as_built, tex

TITLE = "How long the gradient is"
HERE = "derived here"
SANTURKAR = "Santurkar et al. (2018), Theorem 4.1"
APPENDIX = "printed as <= for the plain network's gradient; its proof, C.2, is an equality in that behind the layer"


def _prove_literal(form):
    """The literal reading takes dy at the input of the layer; the numbers of `literal`."""
    from bnbook.proofs.smoothness.literal import BY_HAND, literal

    require_equal(*literal(BY_HAND), "dy at the layer's input")


SAME_POINT = means(
    "dy is the gradient at the output y of the layer, where the normalized network works", _prove_literal
)
TWIN = means("dx_0 is the gradient with mean and spread held fixed, as in the frozen twin")


# For print
dy_square, along_ones, xhat_dy = map(
    tex, ("\\lVert dy \\rVert^2", "\\langle \\mathbf{1}, dy \\rangle", "\\langle \\hat{x}, dy \\rangle")
)
dx_square, twin_square = tex("\\lVert dx \\rVert^2"), tex("\\lVert dx_0 \\rVert^2")
_GAMMA, _S, _M, _KAPPA = printed.GAMMA, printed.S, printed.M, printed.KAPPA


def products(batch):
    """|g|^2, <1, g> and <g, xhat> of a batch of any length."""
    return batch.total(DY**2), batch.total(DY), batch.total(DY * batch.xhat)


def share(batch):
    return kappa(batch.v, EPS)


def _prove_identity(form):
    batch = Batch()
    claimed = form(*products(batch), GAMMA, batch.s, share(batch), M)
    require_equal(batch.total(true_dx(batch) ** 2), claimed, "any m")


def _prove_bound(form):
    """The gap is <g, xhat>^2 with a factor that is not negative, and 0 for eps = 0."""
    batch = Batch()
    gap = form(*products(batch), GAMMA, batch.s, M) - batch.total(true_dx(batch) ** 2)
    square = share(batch) / M * (GAMMA / batch.s * products(batch)[2]) ** 2
    require_equal(gap, square, "any m")


def _prove_slack(form):
    batch = Batch()
    gap = smoothness.bounded_square(*products(batch), GAMMA, batch.s, M) - batch.total(true_dx(batch) ** 2)
    require_equal(gap, form(products(batch)[2], GAMMA, batch.s, share(batch), M), "any m")


def _prove_shorter(form):
    """The gap as a sum of squares with factors that are not negative if gamma^2 <= s^2."""
    batch = Batch()
    squares = products(batch)
    gap = form(squares[0]) - batch.total(true_dx(batch) ** 2)
    scale = (batch.s**2 - GAMMA**2) / batch.s**2 * squares[0]
    rest = smoothness.removed_square(*squares[1:], GAMMA, batch.s, share(batch), M)
    require_equal(gap, scale + rest, "any m")


def _prove_longer(form):
    """gamma = 3 and s = 1, with a gradient that normalizing takes nothing from."""
    square = sp.Integer(4)
    true = gradient.dx_square(square, 0, 0, 3, 1, 0, 4)
    require_at_most(true, form(square), "gamma > s")


def frozen(x, batch):
    """The output of the layer at x if mean and spread stay those of the batch: the frozen twin."""
    return GAMMA * (x - batch.mu) / batch.s + BETA


def _prove_twin(form):
    """The slope of the twin's loss along any u first, then the difference of the squares."""
    batch = Batch()
    require_equal(frozen(X, batch), batch_norm(X, batch, GAMMA, BETA, EPS), "the same output at the batch itself")
    own = GAMMA / batch.s * DY
    require_equal(batch.total(own * U), slope(batch.total(DY * frozen(X + T * U, batch))), "its gradient, any m")
    difference = batch.total(own**2) - batch.total(true_dx(batch) ** 2)
    require_equal(difference, form(*products(batch)[1:], GAMMA, batch.s, share(batch), M), "any m")


def _prove_rescaled(form):
    """A plain network whose values are multiplied by a fixed gamma / s."""
    batch = Batch()
    along = slope(batch.total(DY * (GAMMA / batch.s * (X + T * U))))
    own = GAMMA / batch.s * DY
    require_equal(batch.total(own * U), along, "its gradient, any m")
    require_equal(batch.total(own**2), form(products(batch)[0], GAMMA, batch.s), "any m")


def _prove_span(form, more=0):
    """The gradient for g = a 1 + b xhat.   more : what else g may hold, to see that it may not."""
    batch, a, b = Batch(), *sp.symbols("a_1 b_1", real=True)
    upstream = a + b * batch.xhat + more
    true = gradient.dx(upstream, batch.xhat, GAMMA, batch.s, batch.total, M)
    require_equal(batch.in_s(true), batch.in_s(form(batch.xhat, b, GAMMA, batch.s, share(batch))), "any m, a and b")


_SQUARE_MUTANTS = {
    "as for eps = 0": lambda g2, g1, gh, gamma, s, k, m: gamma**2 / s**2 * (g2 - g1**2 / m - gh**2 / m),
    "root of m": lambda g2, g1, gh, gamma, s, k, m: gamma**2 / s**2 * (g2 - g1**2 / m - (1 + k) / sp.sqrt(m) * gh**2),
    "gamma not squared": lambda g2, g1, gh, gamma, s, k, m: gamma / s**2 * (g2 - g1**2 / m - (1 + k) / m * gh**2),
    "mean left out": lambda g2, g1, gh, gamma, s, k, m: gamma**2 / s**2 * (g2 - (1 + k) / m * gh**2),
}

IDENTITIES = (
    Identity(
        label="lipschitz-identity",
        claim="The square of the gradient before batch norm, exactly: Theorem 4.1 with an equals sign.",
        shows=lambda form: (dx_square, as_built(form(dy_square, along_ones, xhat_dy, _GAMMA, _S, _KAPPA, _M))),
        assumptions=(SAME_POINT, *ANY),
        source=f"{HERE}; {SANTURKAR}, prints an inequality; its proof, appendix C.2, is this equality for eps = 0",
        form=gradient.dx_square,
        proof=_prove_identity,
        mutants=_SQUARE_MUTANTS,
    ),
    Inequality(
        label="lipschitz-bound",
        claim="Without kappa it is a bound for every eps: an equality for eps = 0, strict if eps > 0 and dy has a part "
        "along the normalized values.",
        shows=lambda form: (dx_square, as_built(form(dy_square, along_ones, xhat_dy, _GAMMA, _S, _M))),
        assumptions=(SAME_POINT, *ANY),
        source=f"{SANTURKAR}, {APPENDIX}; for every eps here",
        form=smoothness.bounded_square,
        proof=_prove_bound,
        mutants={
            "root of m": lambda g2, g1, gh, gamma, s, m: gamma**2 / s**2 * (g2 - g1**2 / m - gh**2 / sp.sqrt(m)),
            "twice the mean": lambda g2, g1, gh, gamma, s, m: gamma**2 / s**2 * (g2 - 2 * g1**2 / m - gh**2 / m),
            "s not squared": lambda g2, g1, gh, gamma, s, m: gamma**2 / s * (g2 - g1**2 / m - gh**2 / m),
        },
        method="squares",
    ),
    Identity(
        label="lipschitz-slack",
        claim="What the bound leaves over comes from eps alone, not from the network.",
        shows=lambda form: (tex(f"\\text{{bound}} - {dx_square.name}"), form(xhat_dy, _GAMMA, _S, _KAPPA, _M)),
        assumptions=(SAME_POINT, *ANY),
        source=HERE,
        form=smoothness.slack,
        proof=_prove_slack,
        mutants={
            "none, as for eps = 0": lambda gh, gamma, s, k, m: sp.S.Zero,
            "1 - kappa": lambda gh, gamma, s, k, m: (1 - k) * gamma**2 / (m * s**2) * gh**2,
            "m left out": lambda gh, gamma, s, k, m: k * gamma**2 / s**2 * gh**2,
        },
    ),
    Inequality(
        label="lipschitz-shorter",
        claim="So where gamma is at most s, the gradient before batch norm is no longer than the one behind it.",
        shows=lambda form: (dx_square, form(dy_square)),
        assumptions=(needs("gamma^2 <= s^2", _prove_longer), SAME_POINT, *ANY),
        source=HERE,
        form=lambda square: square,
        proof=_prove_shorter,
        mutants={"half": lambda square: square / 2, "a third": lambda square: square / 3},
        method="squares",
    ),
    Identity(
        label="rescaled-gradient",
        claim="A fixed factor gamma / s alone, without any normalizing, already gives the factor of the theorem.",
        shows=lambda form: (twin_square, form(dy_square, _GAMMA, _S)),
        assumptions=(TWIN, *ANY),
        source=HERE,
        form=smoothness.rescaled_square,
        proof=_prove_rescaled,
        mutants={
            "not squared": lambda square, gamma, s: gamma / s * square,
            "unchanged": lambda square, gamma, s: square,
        },
    ),
    Identity(
        label="twin-gradient",
        claim="What batch norm does beyond scaling: the frozen twin has the same output and a longer gradient, by the "
        "two parts that moving statistics take back.",
        shows=lambda form: (
            tex(f"{twin_square.name} - {dx_square.name}"),
            as_built(form(along_ones, xhat_dy, _GAMMA, _S, _KAPPA, _M)),
        ),
        assumptions=(TWIN, *ANY),
        source=HERE,
        form=smoothness.removed_square,
        proof=_prove_twin,
        mutants={
            "mean only": lambda g1, gh, gamma, s, k, m: gamma**2 / s**2 * g1**2 / m,
            "as for eps = 0": lambda g1, gh, gamma, s, k, m: gamma**2 / s**2 * (g1**2 / m + gh**2 / m),
            "sign": lambda g1, gh, gamma, s, k, m: gamma**2 / s**2 * (g1**2 / m - (1 + k) / m * gh**2),
        },
    ),
    Identity(
        label="lipschitz-span",
        claim="Of a gradient that asks only for a shift and a stretch of the batch, eps alone lets something through.",
        shows=lambda form: (
            tex("dx"), form(tex("\\hat{x}"), tex("b"), _GAMMA, _S, _KAPPA)
        ),
        assumptions=(
            needs("dy = a 1 + b xhat, with any numbers a and b", lambda form: _prove_span(form, DY)), *ANY[:2],
            scope("any gamma, beta and eps"),
        ),
        source=HERE,
        form=lambda h, b, gamma, s, share: gradient.times(gamma * share / s, b, h),
        proof=_prove_span,
        mutants={
            "zero, as for eps = 0": lambda h, b, gamma, s, share: sp.S.Zero,
            "all of it": lambda h, b, gamma, s, share: gamma / s * b * h,
            "1 - kappa": lambda h, b, gamma, s, share: gamma * (1 - share) / s * b * h,
        },
    ),
    Reported(
        label="lipschitz-printed",
        claim="Theorem 4.1 as printed, in its own letters: y enters the layer, and on the right stands the gradient of "
        "a network without batch norm. The proof in C.2 has the gradient behind the layer there, up to its last step.",
        relation="<=",
        shows=(
            tex("\\lVert \\nabla_{y_j} \\hat{L} \\rVert^2"),
            tex("\\frac{\\gamma^2}{\\sigma_j^2} \\left(\\lVert \\nabla_{y_j} L \\rVert^2 "
                "- \\frac1m \\langle \\mathbf{1}, \\nabla_{y_j} L \\rangle^2 "
                "- \\frac1m \\langle \\nabla_{y_j} L, \\hat{y}_j \\rangle^2\\right)"),
        ),
        source=f"{SANTURKAR}, arXiv 1805.11604v3; its proof, C.2, ends by putting it for that behind the layer",
    ),
)  # fmt: skip
