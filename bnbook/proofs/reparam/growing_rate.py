"""Proofs: weight decay on scale-invariant weights is a learning rate that grows exponentially."""

import sympy as sp

from bnbook.proofs.entries import Identity, means, needs, require_equal, scope
from bnbook.proofs.formulas import invariance
from bnbook.proofs.reparam.invariance import DECAY, ETA, INVARIANT, MOMENTUM
from bnbook.proofs.reparam.reparam import ANY_DIMENSION, d, h

TITLE = "Decay as a growing rate"
T = sp.Symbol("t", integer=True, nonnegative=True)
V = sp.Symbol("v", real=True)

# For print
_w, _v, _next = (sp.Symbol(name, commutative=False) for name in ("w_t", "v_t", "v_{t+1}"))
_grad = sp.Symbol("\\nabla f(v_t)", commutative=False)


def _prove_growing(form, scaled=invariance.scaled_gradient, pushed=0):
    """Induction: v_0 = w_0; and if v_t = s_t w_t, then a step of either leads to v_{t+1} = s_{t+1} w_{t+1}."""
    stretch, rate = form(ETA, DECAY, T)
    following, _ = form(ETA, DECAY, T + 1)
    require_equal(form(ETA, DECAY, sp.S.Zero)[0], 1, "both start at the same weights")
    weights, gradient = V / stretch, scaled(d, 1 / stretch)  # at w_t = v_t / s_t; d is the gradient at v_t
    after = (1 - ETA * DECAY) * weights - ETA * (gradient + pushed * h)
    require_equal(following * after, V - rate * d, "one step more", sp.powsimp)


def _growing(eta, decay, t):
    return invariance.stretched(eta, decay, t), invariance.growing_rate(eta, decay, t)


def _other_side(grad, a):
    """If the weights point to the other side, the gradient there is another one."""
    return h / a


def _with(rate):
    return lambda eta, decay, t: (invariance.stretched(eta, decay, t), rate(eta, 1 - eta * decay, t))


IDENTITIES = (
    Identity(
        label="growing-rate",
        claim="Weights that decay go through the same functions as weights that do not, at a rate that grows.",
        shows=lambda form: (
            sp.Tuple(_v, _next),
            sp.Tuple(form(ETA, DECAY, T)[0] * _w, _v - form(ETA, DECAY, T)[1] * _grad),
        ),
        assumptions=(
            needs(INVARIANT, lambda form: _prove_growing(form, scaled=lambda grad, a: grad)),
            means(
                "w <- (1 - eta lambda) w - eta grad, without momentum",
                lambda form: _prove_growing(form, pushed=MOMENTUM),
            ),
            needs("eta lambda < 1, so that v and w lie on one side", lambda form: _prove_growing(form, _other_side)),
            means("what is not scale-invariant, gamma, beta and the output layer, takes the same steps in both runs"),
            scope("any batches, the same ones in both runs"),
            ANY_DIMENSION,
        ),
        source="Li & Arora (2020); derived here for SGD without momentum",
        form=_growing,
        proof=_prove_growing,
        mutants={
            "exponent -2t": _with(lambda eta, kept, t: eta * kept ** (-2 * t)),
            "exponent -t": _with(lambda eta, kept, t: eta * kept ** (-t)),
            "exponent -2t - 2": _with(lambda eta, kept, t: eta * kept ** (-2 * t - 2)),
            "falls": _with(lambda eta, kept, t: eta * kept ** (2 * t + 1)),
            "shorter": lambda eta, decay, t: ((1 - eta * decay) ** t, invariance.growing_rate(eta, decay, t)),
        },
    ),
)
