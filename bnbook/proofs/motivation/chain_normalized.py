"""Proofs about the chain that normalizes every layer over the batch: y is linear in the last weight.

Goodfellow, Bengio & Courville (2016), section 8.7.1, argue this in words; it is derived here for a batch of
any length and a chain of any length.
"""

import sympy as sp

from bnbook.proofs.entries import Identity, means, needs, require_equal, scope, swap
from bnbook.proofs.formulas import chain, transform
from bnbook.proofs.formulas.batch import Moments, listed
from bnbook.proofs.formulas.slopes import NEVER_CONSTANT

TITLE = "The chain with normalized layers"
X, ETA, DELTA = sp.symbols("x eta delta", real=True)
EPS, Q = sp.symbols("epsilon q", positive=True)
W = sp.Symbol("w", real=True, nonzero=True)
SIGNS = {"w > 0": sp.Symbol("w_+", positive=True), "w < 0": sp.Symbol("w_-", negative=True)}
LAST, XHAT = sp.symbols("w_l \\hat{x}", real=True)
P, _x_i, _mu, _sigma = sp.symbols("p x_i mu sigma", real=True)
SOURCE = "Goodfellow, Bengio & Courville (2016), section 8.7.1, made exact here"


def normalized_moments(h):
    """The mean over a batch of any length whose entries h have mean 0 and mean square q."""
    moments = Moments(h)
    return lambda e: moments(e).subs({moments.mu: 0, moments.v: Q})


def _with_mean(h):
    """The mean over a batch whose entries h have mean 1."""
    moments = Moments(h)
    return lambda e: moments(e).subs({moments.mu: 1, moments.v: Q - 1})


def _layer(weight, h, mean_square, eps):
    return weight * h / sp.sqrt(weight**2 * mean_square + eps)


def _prove_layer(form):
    h = sp.Symbol("h", real=True)
    for sign, weight in SIGNS.items():
        layer = chain.normalized_layer(weight, h, normalized_moments(h), EPS)
        require_equal(layer, form(weight, h, Q, EPS), f"{sign}, any batch with mean 0")


def _sign_left(p, x, mu, sigma):
    return sp.sign(p) * (x - mu) / sigma


def _prove_sign_left(form, eps=0, factors=SIGNS):
    moments = Moments(X)
    for sign, factor in factors.items():
        h = transform.normalize(factor * X, moments, eps)
        require_equal(h, form(factor, X, moments.mu, sp.sqrt(moments.v)), f"p of the sign of {sign}")


def _signs_only(weights, xhat):
    return chain.normalized_output(weights, xhat)


def _prove_signs_only(form, eps=0, signs=SIGNS):
    """Induction over the length. `form` of one more weight must be what the layers before hand to that
    weight.

    The first layer normalizes x itself: sign(w) xhat. A later layer receives h = +xhat or -xhat, mean 0 and
    mean square 1, and returns sign(w) h, which again has mean 0 and mean square 1.
    """
    moments = Moments(X)
    xhat = (X - moments.mu) / sp.sqrt(moments.v)
    h = sp.Symbol("h", real=True)

    def standard(expression):
        return normalized_moments(h)(expression).subs(Q, 1)

    for sign, weight in signs.items():
        first = chain.normalized_layer(weight, X, moments, eps)
        require_equal(first * LAST, form([weight, LAST], xhat), f"first layer, {sign}")
        layer = chain.normalized_layer(weight, h, standard)
        require_equal(standard(layer), 0, f"mean of a layer, {sign}")
        require_equal(standard(layer**2), 1, f"mean square of a layer, {sign}")
        shorter = form([W, 1], h)  # what W and the layers before it make of the batch
        longer = chain.normalized_layer(weight, h, standard).subs(h, shorter)
        require_equal(longer * LAST, form([W, weight, LAST], h), f"one more layer, {sign}")


def _change(weights, xhat, delta, eta, total):
    return chain.normalized_change(weights, xhat, delta, eta, total)


def _prove_change_at_any_depth(form, delta_after=DELTA, after=1, eps=0):
    """delta_after : delta at the new output.   after : the lower weights' sign then.   eps : in the last layer."""
    mean = Moments(X, DELTA)
    m = sp.Symbol("m", positive=True)
    xhat = (X - mean.mu) / sp.sqrt(mean.v + eps)
    total = lambda e: m * mean(e)  # noqa: E731
    for sign in (1, -1):
        lower = sp.Integer(sign)
        gradient = sign * total(DELTA * xhat)  # of y = sign w_l xhat by w_l
        change = after * sign * (LAST - ETA * gradient) * xhat - sign * LAST * xhat
        claimed = form([lower, LAST], (X - mean.mu) / sp.sqrt(mean.v), delta_after, ETA, total)
        require_equal(change, claimed, f"any depth, any batch, lower weights of sign {sign}")
        for more in SIGNS.values():
            longer = form([more, lower * sp.sign(more), LAST], xhat, DELTA, ETA, total)
            require_equal(longer, form([lower, LAST], xhat, DELTA, ETA, total), "one more weight below")


def _prove_change(form):
    """Move every weight, the lower ones anywhere that keeps their sign, the last one down its gradient.

    Any depth, any batch: `chain-normalized-output` leaves one sign of all the lower weights together, so that two
    weights stand for any number, if one more changes nothing in the form. Then three weights and three examples are
    written out, with the gradients of all weights.
    """
    _prove_change_at_any_depth(form)
    weight, moved = sp.symbols("w_1:4", positive=True), sp.symbols("u_1:4", positive=True)
    xs, deltas = sp.symbols("x_1:4", real=True), sp.symbols("delta_1:4", real=True)
    mean = listed({XHAT: xs, DELTA: deltas})

    def total(expression):
        return len(xs) * mean(expression)

    for signs in ((1, 1, 1), (1, -1, 1), (-1, -1, 1), (-1, 1, -1)):
        before = [s * w for s, w in zip(signs, weight)]
        grads = chain.normalized_gradients(before, XHAT, DELTA, total)
        after = [*(s * u for s, u in zip(signs[:-1], moved)), before[-1] - ETA * grads[-1]]
        change = chain.normalized_output(after, XHAT) - chain.normalized_output(before, XHAT)
        require_equal(change, form(before, XHAT, DELTA, ETA, total), f"signs {signs}")
        require_equal(sp.diff(change, ETA, 2), 0, "no second order")
        loss = total(DELTA * chain.normalized_output(before, XHAT))
        for i, symbol in enumerate(weight):
            slope = sp.diff(loss, symbol) * signs[i]  # the weight is sign times symbol
            require_equal(slope, grads[i], f"gradient of weight {i + 1}, signs {signs}")


def _total_for_print(expression):
    named = {XHAT: sp.Symbol("\\hat{x}_k"), DELTA: sp.Symbol("\\delta_k")}
    return sp.Sum(expression.xreplace(named), (sp.Symbol("k"), 1, sp.Symbol("m")))


IDENTITIES = (
    Identity(
        label="chain-normalized-layer",
        claim="A normalized layer keeps its weight only through a factor that no longer grows with it.",
        shows=lambda form: (sp.Symbol("\\mathrm{BN}(w h)"), form(sp.Symbol("w", real=True), sp.Symbol("h"), Q, EPS)),
        assumptions=(
            needs("h has mean 0", swap(normalized_moments=_with_mean)),
            means("q is the mean square of h over the batch"),
            scope("any batch size"),
        ),
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
        assumptions=(
            needs("eps = 0", lambda form: _prove_sign_left(form, EPS)),
            needs("p is not zero", lambda form: _prove_sign_left(form, factors={"p = 0": sp.S.Zero})),
            NEVER_CONSTANT,
            scope("any batch size"),
        ),
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
        label="chain-normalized-output",
        claim="With every layer's input normalized, the lower weights enter y only through their signs.",
        shows=lambda form: (sp.Symbol("y"), form(sp.symbols("w_1:4", real=True), XHAT)),
        assumptions=(
            needs("eps = 0", lambda form: _prove_signs_only(form, EPS)),
            needs("no weight is zero", lambda form: _prove_signs_only(form, signs={"w = 0": sp.S.Zero})),
            NEVER_CONSTANT,
            scope("any batch size, any depth"),
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
        label="chain-normalized-change",
        claim="A step changes the normalized chain by exactly what the first order promises, at any depth.",
        shows=lambda form: (
            sp.Symbol("\\Delta y"),
            form(sp.symbols("w_1:4", real=True), XHAT, DELTA, ETA, _total_for_print),
        ),
        assumptions=(
            needs("eps = 0", lambda form: _prove_change_at_any_depth(form, eps=EPS)),
            needs("no lower weight is or becomes zero", lambda form: _prove_change_at_any_depth(form, after=0)),
            needs("none changes its sign", lambda form: _prove_change_at_any_depth(form, after=-1)),
            needs("delta is held fixed", lambda form: _prove_change_at_any_depth(form, delta_after=2 * DELTA)),
            NEVER_CONSTANT,
            scope("any depth and batch size"),
        ),
        source=SOURCE,
        form=_change,
        proof=_prove_change,
        mutants={
            "sign": lambda w, x, d, eta, total: -_change(w, x, d, eta, total),
            "a lower weight": lambda w, x, d, eta, total: w[0] * _change(w, x, d, eta, total),
            "a sign too many": lambda w, x, d, eta, total: sp.sign(w[0]) * _change(w, x, d, eta, total),
            "second order": lambda w, x, d, eta, total: _change(w, x, d, eta, total) * (1 + eta),
        },
    ),
)
