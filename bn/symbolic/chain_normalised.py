"""Proofs about the chain that normalises every layer over the batch: y is linear in the last weight.

Goodfellow, Bengio & Courville (2016), section 8.7.1, argue this in words; it is derived here for a batch of
any length and a chain of any length.
"""

import sympy as sp

from bn.symbolic import chain, transform
from bn.symbolic.batch import Moments, listed
from bn.symbolic.registry import Identity, require_equal

TITLE = "The chain with normalized layers"
X, ETA, DELTA = sp.symbols("x eta delta", real=True)
EPS, Q = sp.symbols("epsilon q", positive=True)
W = sp.Symbol("w", real=True, nonzero=True)
SIGNS = {"w > 0": sp.Symbol("w_+", positive=True), "w < 0": sp.Symbol("w_-", negative=True)}
LAST, XHAT = sp.symbols("w_l \\hat{x}", real=True)
P, _x_i, _mu, _sigma = sp.symbols("p x_i mu sigma", real=True)
SOURCE = "Goodfellow, Bengio & Courville (2016), section 8.7.1, made exact here"


def normalised_moments(h):
    """The mean over a batch of any length whose entries h have mean 0 and mean square q."""
    moments = Moments(h)
    return lambda e: moments(e).subs({moments.mu: 0, moments.v: Q})


def _layer(weight, h, mean_square, eps):
    return weight * h / sp.sqrt(weight**2 * mean_square + eps)


def _prove_layer(form):
    h = sp.Symbol("h", real=True)
    for sign, weight in SIGNS.items():
        layer = chain.normalised_layer(weight, h, normalised_moments(h), EPS)
        require_equal(layer, form(weight, h, Q, EPS), f"{sign}, any batch with mean 0")


def _sign_left(p, x, mu, sigma):
    return sp.sign(p) * (x - mu) / sigma


def _prove_sign_left(form):
    moments = Moments(X)
    for sign, factor in SIGNS.items():
        h = transform.normalise(factor * X, moments, 0)
        require_equal(h, form(factor, X, moments.mu, sp.sqrt(moments.v)), f"p of the sign of {sign}")


def _signs_only(weights, xhat):
    return chain.normalised_output(weights, xhat)


def _prove_signs_only(form):
    """Induction over the length. `form` of one more weight must be what the layers before hand to that
    weight.

    The first layer normalises x itself: sign(w) xhat. A later layer receives h = +xhat or -xhat, mean 0 and
    mean square 1, and returns sign(w) h, which again has mean 0 and mean square 1.
    """
    moments = Moments(X)
    xhat = (X - moments.mu) / sp.sqrt(moments.v)
    h = sp.Symbol("h", real=True)

    def standard(expression):
        return normalised_moments(h)(expression).subs(Q, 1)

    for sign, weight in SIGNS.items():
        first = chain.normalised_layer(weight, X, moments)
        require_equal(first * LAST, form([weight, LAST], xhat), f"first layer, {sign}")
        layer = chain.normalised_layer(weight, h, standard)
        require_equal(standard(layer), 0, f"mean of a layer, {sign}")
        require_equal(standard(layer**2), 1, f"mean square of a layer, {sign}")
        shorter = form([W, 1], h)  # what W and the layers before it make of the batch
        longer = chain.normalised_layer(weight, h, standard).subs(h, shorter)
        require_equal(longer * LAST, form([W, weight, LAST], h), f"one more layer, {sign}")


def _change(weights, xhat, delta, eta, total):
    return chain.normalised_change(weights, xhat, delta, eta, total)


def _prove_change(form):
    """Move every weight, the lower ones anywhere that keeps their sign, the last one down its gradient."""
    weight, moved = sp.symbols("w_1:4", positive=True), sp.symbols("u_1:4", positive=True)
    xs, deltas = sp.symbols("x_1:4", real=True), sp.symbols("delta_1:4", real=True)
    mean = listed({XHAT: xs, DELTA: deltas})

    def total(expression):
        return len(xs) * mean(expression)

    for signs in ((1, 1, 1), (1, -1, 1), (-1, -1, 1), (-1, 1, -1)):
        before = [s * w for s, w in zip(signs, weight)]
        grads = chain.normalised_gradients(before, XHAT, DELTA, total)
        after = [*(s * u for s, u in zip(signs[:-1], moved)), before[-1] - ETA * grads[-1]]
        change = chain.normalised_output(after, XHAT) - chain.normalised_output(before, XHAT)
        require_equal(change, form(before, XHAT, DELTA, ETA, total), f"signs {signs}")
        require_equal(sp.diff(change, ETA, 2), 0, "no second order")
        loss = total(DELTA * chain.normalised_output(before, XHAT))
        for i, symbol in enumerate(weight):
            slope = sp.diff(loss, symbol) * signs[i]  # the weight is sign times symbol
            require_equal(slope, grads[i], f"gradient of weight {i + 1}, signs {signs}")


def _total_for_print(expression):
    named = {XHAT: sp.Symbol("\\hat{x}_k"), DELTA: sp.Symbol("\\delta_k")}
    return sp.Sum(expression.xreplace(named), (sp.Symbol("k"), 1, sp.Symbol("m")))


IDENTITIES = (
    Identity(
        label="chain-normalised-layer",
        claim="A normalized layer keeps its weight only through a factor that no longer grows with it.",
        shows=lambda form: (sp.Symbol("\\mathrm{BN}(w h)"), form(sp.Symbol("w", real=True), sp.Symbol("h"), Q, EPS)),
        assumptions=("h has mean 0 and mean square q over the batch", "a batch of any length"),
        source=SOURCE,
        form=_layer,
        proof=_prove_layer,
        mutants={
            "sign": lambda w, h, q, eps: -_layer(w, h, q, eps),
            "eps times q": lambda w, h, q, eps: _layer(w, h, q, eps * q),
            "eps left out": lambda w, h, q, eps: _layer(w, h, q, 0),
            "w not squared": lambda w, h, q, eps: w * h / sp.sqrt(sp.Abs(w) * q + eps),
        },
    ),
    Identity(
        label="chain-sign",
        claim="The factor of the lower weights cancels in the normalized batch, all but its sign.",
        shows=lambda form: (
            sp.Symbol("\\hat{h}_i"),
            (P * _x_i - P * _mu) / (sp.Abs(P) * _sigma),
            form(P, _x_i, _mu, _sigma),
        ),
        assumptions=("eps = 0", "p is not zero", "a batch of any length that is not constant"),
        source=SOURCE,
        form=_sign_left,
        proof=_prove_sign_left,
        mutants={
            "sign left out": lambda p, x, mu, sigma: (x - mu) / sigma,
            "the factor stays": lambda p, x, mu, sigma: p * (x - mu) / sigma,
            "variance for its root": lambda p, x, mu, sigma: sp.sign(p) * (x - mu) / sigma**2,
        },
    ),
    Identity(
        label="chain-normalised-output",
        claim="With every layer's input normalized, the lower weights enter y only through their signs.",
        shows=lambda form: (sp.Symbol("y"), form(sp.symbols("w_1:4", real=True), XHAT)),
        assumptions=(
            "eps = 0",
            "no weight is zero",
            "the batch is not constant",
            "any batch size, any depth",
        ),
        source=SOURCE,
        form=_signs_only,
        proof=_prove_signs_only,
        mutants={
            "signs left out": lambda w, xhat: w[-1] * xhat,
            "sign of the last weight": lambda w, xhat: sp.sign(w[-1]) * _signs_only(w, xhat),
            "a weight for its sign": lambda w, xhat: w[-1] * sp.prod(w[:-1]) * xhat,
        },
    ),
    Identity(
        label="chain-normalised-change",
        claim="A step changes the normalized chain by exactly what the first order promises, at any depth.",
        shows=lambda form: (
            sp.Symbol("\\Delta y"),
            form(sp.symbols("w_1:4", real=True), XHAT, DELTA, ETA, _total_for_print),
        ),
        assumptions=(
            "eps = 0",
            "no weight is zero and no lower weight changes its sign",
            "delta is held fixed",
        ),
        source=SOURCE,
        form=_change,
        proof=_prove_change,
        method="given",
        mutants={
            "sign": lambda w, x, d, eta, total: -_change(w, x, d, eta, total),
            "a lower weight": lambda w, x, d, eta, total: w[0] * _change(w, x, d, eta, total),
            "a sign too many": lambda w, x, d, eta, total: sp.sign(w[0]) * _change(w, x, d, eta, total),
            "second order": lambda w, x, d, eta, total: _change(w, x, d, eta, total) * (1 + eta),
        },
    ),
)
