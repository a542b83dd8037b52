"""The bound on the gradient carried over to the weights before the layer: Theorem 4.4, corrected."""

import sympy as sp

from bnbook.proofs import printed
from bnbook.proofs.backprop.geometry import true_dx
from bnbook.proofs.entries import Identity, Reported, means, require_equal, scope
from bnbook.proofs.formulas import smoothness
from bnbook.proofs.formulas.slopes import ANY, DY, GAMMA, Batch, M
from bnbook.proofs.printed import as_built, tex
from bnbook.proofs.smoothness.lipschitz import dy_square, products, share, xhat_dy

TITLE = "In the space of the weights"
NORM = sp.Symbol("lambda", positive=True)
_GAMMA, _S, _M, _KAPPA = printed.GAMMA, printed.S, printed.M, printed.KAPPA

_LARGEST = means("largest over X of spectral norm at most lambda")
_HELD = scope("dy is held fixed while X varies")
_ALL_HELD = scope("dy, the normalized values and s, which depend on X, are held fixed while X varies")


def worst(vector, batch):
    """The largest |X^T v|^2 over X of spectral norm at most lambda.

    By definition of that norm it is at most lambda^2 |v|^2. The input lambda v e^T / |v|, e a unit vector, reaches it:
    its columns are multiples of v with factors lambda e_j / |v|.
    """
    square = batch.total(vector**2)
    reached = NORM / sp.sqrt(square) * batch.total(vector * vector)
    require_equal(reached**2, NORM**2 * square, "the bound of the norm is reached")
    return NORM**2 * square


def _prove_worst(form):
    batch = Batch()
    require_equal(worst(DY, batch), form(batch.total(DY**2), NORM), "any m, any number of weights")


def _prove_weights(form):
    batch = Batch()
    true = worst(true_dx(batch), batch)
    claimed = form(worst(DY, batch), batch(DY), products(batch)[2], NORM, GAMMA, batch.s, share(batch), M)
    require_equal(true, claimed, "any m, any number of weights")


IDENTITIES = (
    Identity(
        label="input-worst-case",
        claim="The worst that inputs of spectral norm lambda can make of a gradient, on the way to the weights.",
        shows=lambda form: (tex("\\max_X \\lVert X^{\\top} dy \\rVert^2"), form(dy_square, NORM)),
        assumptions=(_LARGEST, _HELD),
        source="the definition of the spectral norm; derived here",
        form=lambda square, norm: norm**2 * square,
        proof=_prove_worst,
        mutants={
            "not squared": lambda square, norm: norm * square,
            "lambda left out": lambda square, norm: square,
        },
    ),
    Identity(
        label="weight-bound",
        claim="The same for the weights before the layer: the largest square over all inputs of spectral norm at most "
        "lambda. The layer's values are those of one X: that they stay while X varies is said, and never so.",
        shows=lambda form: (
            tex("\\max_X \\lVert X^{\\top} dx \\rVert^2"),
            as_built(
                form(
                    tex("\\max_X \\lVert X^{\\top} dy \\rVert^2"), tex("\\mu_{dy}"), xhat_dy, NORM, _GAMMA, _S,
                    _KAPPA, _M,
                )
            ),
        ),
        assumptions=(
            _LARGEST, means("mu_dy is the mean of dy over the batch"), _ALL_HELD, *ANY,
        ),
        source="derived here for every eps; for eps = 0 Santurkar et al. (2018), appendix, equation (17)",
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
        claim="Theorem 4.4 as printed, with g_j the largest square: its powers do not fit those of its equation (17).",
        relation="<=",
        shows=(
            tex("\\hat{g}_j"),
            tex("\\frac{\\gamma^2}{\\sigma_j^2} \\left(g_j^2 - m \\mu_{g_j}^2 - \\lambda^2 "
                "\\langle \\nabla_{y_j} L, \\hat{y}_j \\rangle^2\\right)"),
        ),
        source="Santurkar et al. (2018), Theorem 4.4; their appendix, equation (17), has the powers right",
    ),
)  # fmt: skip
