"""How long the gradient before batch norm is: Theorem 4.1 exactly, what it leaves over, and how not to read it."""

import sympy as sp

from bn.symbolic import gradient, printed, smoothness
from bn.symbolic.backward_proofs import ANY
from bn.symbolic.batch import listed
from bn.symbolic.geometry_proofs import true_dx
from bn.symbolic.printed import as_built, tex
from bn.symbolic.registry import Identity, Inequality, Reported, require_equal
from bn.symbolic.slopes import BETA, DY, EPS, GAMMA, Batch, M, T, U, X, slope
from bn.symbolic.transform import batchnorm, kappa

TITLE = "How long the gradient is"
HERE = "derived here"
SANTURKAR = "Santurkar et al. (2018), Theorem 4.1"
SUMMARIES = "as summarized by others; the paper's own print was not read"
SAME_POINT = "g is the gradient at the output z of the layer, where the normalized network works"
NORM = sp.Symbol("lambda", positive=True)

# For print
g_square, along_ones, along_y = map(
    tex, ("\\lVert g \\rVert^2", "\\langle \\mathbf{1}, g \\rangle", "\\langle g, \\hat{y} \\rangle")
)
dy_square, twin_square = tex("\\lVert \\nabla_y \\hat{L} \\rVert^2"), tex("\\lVert \\nabla_y L_0 \\rVert^2")
_GAMMA, _S, _M, _KAPPA = printed.GAMMA, printed.S, printed.M, printed.KAPPA


def products(batch):
    """|g|^2, <1, g> and <g, xhat> of a batch of any length."""
    return batch.total(DY**2), batch.total(DY), batch.total(DY * batch.xhat)


def _share(batch):
    return kappa(batch.v, EPS)


def _prove_identity(form):
    batch = Batch()
    claimed = form(*products(batch), GAMMA, batch.s, _share(batch), M)
    require_equal(batch.total(true_dx(batch) ** 2), claimed, "any m")


def _prove_bound(form):
    """The gap is <g, xhat>^2 with a factor that is not negative, and 0 for eps = 0."""
    batch = Batch()
    gap = form(*products(batch), GAMMA, batch.s, M) - batch.total(true_dx(batch) ** 2)
    square = _share(batch) / M * (GAMMA / batch.s * products(batch)[2]) ** 2
    require_equal(gap, square, "any m")


def _prove_slack(form):
    batch = Batch()
    gap = smoothness.bounded_square(*products(batch), GAMMA, batch.s, M) - batch.total(true_dx(batch) ** 2)
    require_equal(gap, form(products(batch)[2], GAMMA, batch.s, _share(batch), M), "any m")


def _prove_shorter(form):
    """The gap as a sum of squares with factors that are not negative if gamma^2 <= s^2."""
    batch = Batch()
    squares = products(batch)
    gap = form(squares[0]) - batch.total(true_dx(batch) ** 2)
    scale = (batch.s**2 - GAMMA**2) / batch.s**2 * squares[0]
    rest = smoothness.removed_square(*squares[1:], GAMMA, batch.s, _share(batch), M)
    require_equal(gap, scale + rest, "any m")


def frozen(x, batch):
    """The output of the layer at x if mean and spread stay those of the batch: the frozen twin."""
    return GAMMA * (x - batch.mu) / batch.s + BETA


def _prove_twin(form):
    """The slope of the twin's loss along any u first, then the difference of the squares."""
    batch = Batch()
    require_equal(frozen(X, batch), batchnorm(X, batch, GAMMA, BETA, EPS), "the same output at the batch itself")
    own = GAMMA / batch.s * DY
    require_equal(batch.total(own * U), slope(batch.total(DY * frozen(X + T * U, batch))), "its gradient, any m")
    difference = batch.total(own**2) - batch.total(true_dx(batch) ** 2)
    require_equal(difference, form(*products(batch)[1:], GAMMA, batch.s, _share(batch), M), "any m")


def _prove_rescaled(form):
    """A plain network whose values are multiplied by a fixed gamma / s."""
    batch = Batch()
    along = slope(batch.total(DY * (GAMMA / batch.s * (X + T * U))))
    own = GAMMA / batch.s * DY
    require_equal(batch.total(own * U), along, "its gradient, any m")
    require_equal(batch.total(own**2), form(products(batch)[0], GAMMA, batch.s), "any m")


def _prove_span(form):
    """The gradient for g = a 1 + b xhat."""
    batch, a, b = Batch(), *sp.symbols("a_1 b_1", real=True)
    upstream = a + b * batch.xhat
    true = gradient.dx(upstream, batch.xhat, GAMMA, batch.s, batch.total, M)
    require_equal(batch.in_s(true), batch.in_s(form(batch.xhat, b, GAMMA, batch.s, _share(batch))), "any m, a and b")


def _worst(vector, batch):
    """The largest |X^T v|^2 over X of spectral norm at most lambda.

    By definition of that norm it is at most lambda^2 |v|^2. The input lambda v e^T / |v|, e a unit vector, reaches it:
    its columns are multiples of v with factors lambda e_j / |v|.
    """
    square = batch.total(vector**2)
    reached = NORM / sp.sqrt(square) * batch.total(vector * vector)
    require_equal(reached**2, NORM**2 * square, "the bound of the norm is reached")
    return NORM**2 * square


def _prove_weights(form):
    batch = Batch()
    worst, true = _worst(DY, batch), _worst(true_dx(batch), batch)
    claimed = form(worst, batch(DY), products(batch)[2], NORM, GAMMA, batch.s, _share(batch), M)
    require_equal(true, claimed, "any m, any number of weights")


def literal(values, gamma=1):
    """The bound of the literal reading and the true square, from the derivatives of the loss, written out.

    L(q) is the sum of (q - values)^4 / 4, and y = values, eps = 0, beta = 0.
    """
    entries = sp.symbols(f"y_1:{len(values) + 1}", real=True)
    at, mean = dict(zip(entries, values, strict=True)), listed({X: entries})
    z = [batchnorm(X, mean, gamma, 0, 0).xreplace({X: entry}) for entry in entries]

    def loss(q):
        return sum((own - goal) ** 4 for own, goal in zip(q, values, strict=True)) / 4

    plain = [sp.diff(loss(entries), entry).subs(at) for entry in entries]
    xhat = [sp.radsimp((output / gamma).subs(at)) for output in z]
    var = mean((X - mean(X)) ** 2).subs(at)
    inner = sum(a * b for a, b in zip(plain, xhat))
    m = sp.Integer(len(values))
    bound = smoothness.bounded_square(sum(p**2 for p in plain), sum(plain), inner, gamma, sp.sqrt(var), m)
    true = sum(sp.diff(loss(z), entry).subs(at) ** 2 for entry in entries)
    return sp.expand(bound), sp.radsimp(sp.expand(true))


def _counterexample(values):
    def proof(form):
        bound, true = literal(values)
        require_equal(bound, 0, "the plain network is perfect, so the bound of the literal reading is 0")
        require_equal(true, form(), "the true square, from the derivative of the loss")

    return proof


FIVE, BY_HAND = (1, 0, 2, 5, -3), (3, -3, 1, -1, 0)
_FIVE_VALUE = sp.Rational(5297345307, 5679428) - sp.Rational(95310873, 1419857) * sp.sqrt(170)
_SQUARE_MUTANTS = {
    "as for eps = 0": lambda g2, g1, gh, gamma, s, k, m: gamma**2 / s**2 * (g2 - g1**2 / m - gh**2 / m),
    "root of m": lambda g2, g1, gh, gamma, s, k, m: gamma**2 / s**2 * (g2 - g1**2 / m - (1 + k) / sp.sqrt(m) * gh**2),
    "gamma not squared": lambda g2, g1, gh, gamma, s, k, m: gamma / s**2 * (g2 - g1**2 / m - (1 + k) / m * gh**2),
    "mean left out": lambda g2, g1, gh, gamma, s, k, m: gamma**2 / s**2 * (g2 - (1 + k) / m * gh**2),
}
_VALUES = {"zero": lambda: sp.S.Zero, "the other way round": lambda: -_FIVE_VALUE, "one more": lambda: 1 + _FIVE_VALUE}
_AT_THE_TARGETS = "L(q) is the sum of (q_i - y_i)^4 / 4, so that the plain network is perfect"

IDENTITIES = (
    Identity(
        label="lipschitz-identity",
        claim="The square of the gradient before batch norm, exactly: Theorem 4.1 with an equals sign.",
        shows=lambda form: (dy_square, as_built(form(g_square, along_ones, along_y, _GAMMA, _S, _KAPPA, _M))),
        assumptions=(SAME_POINT, *ANY),
        source=f"{HERE}; {SANTURKAR}, is an inequality for eps = 0",
        form=gradient.dx_square,
        proof=_prove_identity,
        mutants=_SQUARE_MUTANTS,
    ),
    Inequality(
        label="lipschitz-bound",
        claim="Without kappa it is a bound for every eps: an equality for eps = 0, strict if eps > 0 and g has a part "
        "along the normalized values.",
        shows=lambda form: (dy_square, as_built(form(g_square, along_ones, along_y, _GAMMA, _S, _M))),
        assumptions=(SAME_POINT, *ANY),
        source=f"{SANTURKAR}, {SUMMARIES}; for every eps here",
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
        shows=lambda form: (tex(f"\\text{{bound}} - {dy_square.name}"), form(along_y, _GAMMA, _S, _KAPPA, _M)),
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
        shows=lambda form: (dy_square, form(g_square)),
        assumptions=("gamma^2 <= s^2", SAME_POINT, *ANY),
        source=HERE,
        form=lambda square: square,
        proof=_prove_shorter,
        mutants={"half": lambda square: square / 2, "a third": lambda square: square / 3},
        method="squares",
    ),
    Identity(
        label="rescaled-gradient",
        claim="A fixed factor gamma / s alone, without any normalizing, already gives the factor of the theorem.",
        shows=lambda form: (twin_square, form(g_square, _GAMMA, _S)),
        assumptions=("L_0 is the loss with mean and spread held fixed, as in the frozen twin", *ANY),
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
            tex(f"{twin_square.name} - {dy_square.name}"), as_built(form(along_ones, along_y, _GAMMA, _S, _KAPPA, _M))
        ),
        assumptions=("L_0 is the loss with mean and spread held fixed, as in the frozen twin", *ANY),
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
            tex("\\nabla_y \\hat{L}"), form(tex("\\hat{y}"), tex("b"), _GAMMA, _S, _KAPPA)
        ),
        assumptions=("g = a 1 + b xhat, with any numbers a and b", *ANY[:2], "any gamma, beta and eps"),
        source=HERE,
        form=lambda h, b, gamma, s, share: gradient.times(gamma * share / s, b, h),
        proof=_prove_span,
        mutants={
            "zero, as for eps = 0": lambda h, b, gamma, s, share: sp.S.Zero,
            "all of it": lambda h, b, gamma, s, share: gamma / s * b * h,
            "1 - kappa": lambda h, b, gamma, s, share: gamma * (1 - share) / s * b * h,
        },
    ),
    Identity(
        label="lipschitz-literal-counterexample",
        claim="Read literally, with the plain network's gradient at y, the theorem is false: for these five numbers "
        "its right side is 0, and the left side about 57.5.",
        shows=lambda form: (sp.Tuple(tex("\\lVert \\nabla_y L \\rVert^2"), dy_square), sp.Tuple(sp.S.Zero, form())),
        assumptions=(f"y = {FIVE}", _AT_THE_TARGETS, "gamma = 1, beta = 0, eps = 0"),
        source=HERE,
        form=lambda: _FIVE_VALUE,
        proof=_counterexample(FIVE),
        mutants=_VALUES,
        method="given",
    ),
    Identity(
        label="lipschitz-literal-by-hand",
        claim="The same with numbers that can be checked by hand: mean 0, spread 2, and a right side of 0 for 0.45.",
        shows=lambda form: (sp.Tuple(tex("\\lVert \\nabla_y L \\rVert^2"), dy_square), sp.Tuple(sp.S.Zero, form())),
        assumptions=(f"y = {BY_HAND}", _AT_THE_TARGETS, "gamma = 1, beta = 0, eps = 0"),
        source=HERE,
        form=lambda: sp.Rational(9, 20),
        proof=_counterexample(BY_HAND),
        mutants={"zero": lambda: sp.S.Zero, "a tenth": lambda: sp.Rational(9, 200)},
        method="given",
    ),
    Identity(
        label="weight-bound",
        claim="The same for the weights before the layer: the largest square over all inputs of spectral norm at most "
        "lambda.",
        shows=lambda form: (
            tex("\\max_X \\lVert X^{\\top} \\nabla_y \\hat{L} \\rVert^2"),
            as_built(
                form(tex("\\max_X \\lVert X^{\\top} g \\rVert^2"), tex("\\mu_g"), along_y, NORM, _GAMMA, _S, _KAPPA, _M)
            ),
        ),
        assumptions=(
            "both largest over X of spectral norm at most lambda", "mu_g is the mean of g over the batch",
            "g, the normalized values and s are held fixed while X varies", *ANY,
        ),
        source="derived here; a corrected form of Santurkar et al. (2018), Theorem 4.4",
        form=smoothness.weight_square,
        proof=_prove_weights,
        mutants={
            "lambda not squared": lambda g2, mu, gh, n, gamma, s, k, m: gamma**2 / s**2
            * (g2 - n * m * mu**2 - (1 + k) * n / m * gh**2),
            "lambda left out of the mean": lambda g2, mu, gh, n, gamma, s, k, m: gamma**2 / s**2
            * (g2 - m * mu**2 - (1 + k) * n**2 / m * gh**2),
            "1 / m left out": lambda g2, mu, gh, n, gamma, s, k, m: gamma**2 / s**2
            * (g2 - n**2 * m * mu**2 - (1 + k) * n**2 * gh**2),
            "square of the square": lambda g2, mu, gh, n, gamma, s, k, m: gamma**2 / s**2
            * (g2**2 - n**2 * m * mu**2 - (1 + k) * n**2 / m * gh**2),
        },
    ),
    Reported(
        label="weight-bound-printed",
        claim="The bound in weight space as commonly printed, with g_j the largest square: its powers do not fit.",
        relation="<=",
        shows=(
            tex("\\hat{g}_j"),
            tex("\\frac{\\gamma^2}{\\sigma_j^2} \\left(g_j^2 - m \\mu_{g_j}^2 - \\lambda^2 "
                "\\langle \\nabla_{y_j} L, \\hat{y}_j \\rangle^2\\right)"),
        ),
        source=f"Santurkar et al. (2018), Theorem 4.4, {SUMMARIES}",
    ),
)  # fmt: skip
