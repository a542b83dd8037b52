"""How not to read Theorem 4.1: with the plain network's gradient where the plain network works, it is false."""

from functools import lru_cache

import sympy as sp

from bnbook.proofs.entries import Identity, means, require_equal
from bnbook.proofs.formulas import smoothness
from bnbook.proofs.formulas.batch import listed
from bnbook.proofs.formulas.slopes import X
from bnbook.proofs.formulas.transform import batch_norm
from bnbook.proofs.printed import tex
from bnbook.proofs.smoothness.lipschitz import dx_square

TITLE = "The literal reading"
HERE = "derived here"
FIVE, BY_HAND = (1, 0, 2, 5, -3), (3, -3, 1, -1, 0)
_FIVE_VALUE = sp.Rational(5297345307, 5679428) - sp.Rational(95310873, 1419857) * sp.sqrt(170)
_VALUES = {"zero": lambda: sp.S.Zero, "the other way round": lambda: -_FIVE_VALUE, "one more": lambda: 1 + _FIVE_VALUE}
_AT_THE_TARGETS = means("L(q) is the sum of (q_i - x_i)^4 / 4, so that the plain network is perfect")
_PLAIN = means("gamma = 1, beta = 0, eps = 0")


@lru_cache
def literal(values, gamma=1):
    """The bound of the literal reading and the true square, from the derivatives of the loss, written out.

    L(q) is the sum of (q - values)^4 / 4, and x = values, eps = 0, beta = 0.
    """
    entries = sp.symbols(f"x_1:{len(values) + 1}", real=True)
    at, mean = dict(zip(entries, values, strict=True)), listed({X: entries})
    z = [batch_norm(X, mean, gamma, 0, 0).xreplace({X: entry}) for entry in entries]

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


IDENTITIES = (
    Identity(
        label="lipschitz-literal-counterexample",
        claim="Read literally, with the plain network's gradient at x, the theorem is false: for these five numbers "
        "its right side is 0, and the left side about 57.5.",
        shows=lambda form: (sp.Tuple(tex("\\lVert \\nabla L(x) \\rVert^2"), dx_square), sp.Tuple(sp.S.Zero, form())),
        assumptions=(means(f"x = {FIVE}"), _AT_THE_TARGETS, _PLAIN),
        source=HERE,
        form=lambda: _FIVE_VALUE,
        proof=_counterexample(FIVE),
        mutants=_VALUES,
        method="given",
    ),
    Identity(
        label="lipschitz-literal-by-hand",
        claim="The same with numbers that can be checked by hand: mean 0, spread 2, and a right side of 0 for 0.45.",
        shows=lambda form: (sp.Tuple(tex("\\lVert \\nabla L(x) \\rVert^2"), dx_square), sp.Tuple(sp.S.Zero, form())),
        assumptions=(means(f"x = {BY_HAND}"), _AT_THE_TARGETS, _PLAIN),
        source=HERE,
        form=lambda: sp.Rational(9, 20),
        proof=_counterexample(BY_HAND),
        mutants={"zero": lambda: sp.S.Zero, "a tenth": lambda: sp.Rational(9, 200)},
        method="given",
    ),
)  # fmt: skip
