"""Proofs about the plain chain: the orders of the learning rate, for any length where SymPy can do it."""

from itertools import combinations

import sympy as sp

from bnbook.proofs.entries import Identity, at, means, needs, require_equal, scope, swap
from bnbook.proofs.formulas import chain
from bnbook.proofs.printing import factors, terms

TITLE = "The chain of weights"
X, Y, ETA, DELTA = sp.symbols("x y eta delta", real=True)
W = sp.Symbol("w", real=True, nonzero=True)
R = sp.Symbol("r", real=True)
DEPTH, ORDER = sp.symbols("l k", integer=True, positive=True)
EXACT_DEPTHS = range(1, 7)
SOURCE = "Goodfellow, Bengio & Courville (2016), section 8.7.1"


def weights_of(depth):
    return sp.symbols(f"w_1:{depth + 1}", real=True, nonzero=True)


def _at_zero(form):
    """The claimed gradient of a weight that is 0, and so is the output; the true one is delta x."""
    require_equal(form(sp.S.Zero, sp.S.Zero, DELTA), DELTA * X, "a weight of 0")


NO_ZERO = "no weight is zero"
UP_TO_SIX = scope("chains of 1 to 6 weights")


def _gradient(y, weight, delta):
    return delta * y / weight


def _prove_gradient(form):
    others = sp.Symbol("p", real=True)  # x times all the other weights, however many
    require_equal(sp.diff(DELTA * others * W, W), form(others * W, W, DELTA), "derivative by one weight")
    for depth in EXACT_DEPTHS:
        weights = weights_of(depth)
        y = chain.output(X, weights)
        for weight, grad in zip(weights, chain.gradients(X, weights, DELTA)):
            require_equal(sp.diff(DELTA * y, weight), grad, f"gradients(), depth {depth}")
            require_equal(grad, form(y, weight, DELTA), f"depth {depth}")


def _factor(weight, y, eta, delta):
    return 1 - eta * delta * y / weight**2


def _prove_step(form):
    require_equal(W * form(W, Y, ETA, DELTA), W - ETA * _gradient(Y, W, DELTA), "one factor, any length")
    for depth in EXACT_DEPTHS:
        weights = weights_of(depth)
        y, grads = chain.output(X, weights), chain.gradients(X, weights, DELTA)
        claimed = y * sp.prod(form(w, y, ETA, DELTA) for w in weights)
        require_equal(chain.stepped_output(X, weights, grads, ETA), claimed, f"depth {depth}")


def _prove_one_moves(form):
    """Of two weights only the first moves."""
    first, second = weights_of(2)
    y, grads = first * second * X, chain.gradients(X, (first, second), DELTA)
    claimed = y * form(first, y, ETA, DELTA) * form(second, y, ETA, DELTA)
    require_equal(X * (first - ETA * grads[0]) * second, claimed, "only one weight moves")


def _term(y, order, symmetric_sum, eta):
    return (-eta) ** order * y * symmetric_sum


def _prove_expansion(form):
    """Induction over the length: one more weight w with ratio r = g / w multiplies y by w (1 - eta r).

    The symmetric sums become e_k + r e_(k-1), either without the new ratio or with it. The second half of the
    sum over k is shifted by one, so that both sides can be compared term by term; e_(l+1) = e_(-1) = 0.
    """
    a, b = sp.symbols("a b")
    e_k = sp.Function("e")(ORDER)
    require_equal(
        form(Y, ORDER, a + b, ETA),
        form(Y, ORDER, a, ETA) + form(Y, ORDER, b, ETA),
        "linear in the symmetric sum",
    )
    require_equal(form(Y, 0, 1, ETA), Y, "no weights: y = x")
    longer = form(Y * W, ORDER, e_k, ETA) + form(Y * W, ORDER + 1, R * e_k, ETA)
    require_equal(longer, W * (1 - ETA * R) * form(Y, ORDER, e_k, ETA), "one more weight", sp.powsimp)
    for depth in EXACT_DEPTHS:
        ratios = sp.symbols(f"r_1:{depth + 1}")
        for order, total in enumerate(chain.symmetric_sums(ratios)):
            chosen = sum(sp.prod(some) for some in combinations(ratios, order))
            require_equal(total, chosen, f"recursion of e_{order}, depth {depth}")


def _prove_contributions(form):
    for depth in EXACT_DEPTHS:
        weights, grads = weights_of(depth), sp.symbols(f"g_1:{depth + 1}", real=True)
        change = sp.expand(chain.true_change(X, weights, grads, ETA))
        parts = form(X, weights, grads, ETA)
        for order, part in enumerate(parts, start=1):
            require_equal(part, change.coeff(ETA, order) * ETA**order, f"order {order}, depth {depth}")
        require_equal(sum(parts), change, f"sum of all orders, depth {depth}")


def _from_ratios(x, weights, grads, eta):
    ratios = [g / w for g, w in zip(grads, weights)]
    return chain.contributions_from_ratios(chain.output(x, weights), ratios, eta)


def _prove_ratios_at_zero(form):
    require_equal(form(X, [sp.S.Zero], [DELTA], ETA)[0], -ETA * DELTA * X, "a weight of 0")


def _prove_first_order(form):
    for depth in EXACT_DEPTHS:
        weights = weights_of(depth)
        grads = chain.gradients(X, weights, DELTA)
        change = chain.true_change(X, weights, grads, ETA)
        require_equal(sp.diff(change, ETA).subs(ETA, 0) * ETA, form(grads, ETA, DELTA), f"depth {depth}")


def _prove_equal_weights(form):
    """Induction over the length with both the length and the order symbolic: Pascal's rule.

    With ratio r, T(l, k) = binomial(l, k) y (-eta r)**k must obey T(l + 1, k) = w (T(l, k) - eta r T(l, k -
    1)). Here y and r are those of the chain of length l, so x and w are left free in all of them.
    """
    y, grad_ratio = X * W**DEPTH, DELTA * X * W ** (DEPTH - 2)
    general = form(X, W, DEPTH, ETA, DELTA, ORDER)
    scale = y * (-ETA * grad_ratio) ** ORDER
    count = sp.simplify(sp.powsimp(general / scale, force=True))
    require_equal(count, sp.binomial(DEPTH, ORDER), "what is left of the term is a number")
    pascal = count.subs(DEPTH, DEPTH + 1) - count - count.subs(ORDER, ORDER - 1)
    require_equal(sp.combsimp(pascal.rewrite(sp.gamma)), 0, "Pascal's rule", sp.gammasimp)
    for depth in EXACT_DEPTHS:
        weights = [W] * depth
        parts = chain.order_contributions(X, weights, chain.gradients(X, weights, DELTA), ETA)
        for order, part in enumerate(parts, start=1):
            require_equal(form(X, W, depth, ETA, DELTA, order), part, f"depth {depth}, order {order}")


def _prove_unlike(form, weights, times):
    """Two weights in numbers, moved along a multiple of their gradients."""
    weights = list(map(sp.Integer, weights))
    grads = [times * grad for grad in chain.gradients(X, weights, DELTA)]
    parts = chain.order_contributions(X, weights, grads, ETA)
    require_equal(form(X, weights[0], 2, ETA, DELTA, 1), parts[0], "two weights, order 1")


def _prove_ratio_unlike(form, weights=(1, 1), delta=1, x=1):
    """The size of second order over first of two weights in numbers."""
    weights, delta, x = list(map(sp.Integer, weights)), sp.Integer(delta), sp.Integer(x)
    first, second = chain.order_contributions(x, weights, chain.gradients(x, weights, delta), 1)
    require_equal(sp.Abs(second / first), form(x, weights[0], 2, sp.S.One), "two weights")


def _prove_second_to_first(form):
    second, first = (chain.equal_weights_contribution(X, W, DEPTH, ETA, 1, order) for order in (2, 1))
    ratio = sp.expand_func(second.subs(sp.binomial(DEPTH, 2), DEPTH * (DEPTH - 1) / 2) / first)
    require_equal(ratio, -form(X, W, DEPTH, ETA), "any depth; the two orders have opposite signs", sp.powsimp)


def _delta_after(delta):
    """dL/dy after the lower weights have moved: as before."""
    return delta


def _prove_shifted_gradient(form):
    for depth in EXACT_DEPTHS:
        weights = weights_of(depth)
        y, grads = chain.output(X, weights), chain.gradients(X, weights, DELTA)
        for i, grad in enumerate(grads):
            moved = [w - ETA * g for w, g in zip(weights[:i], grads[:i])] + list(weights[i:])
            again = chain.gradients(X, moved, _delta_after(DELTA))[i]
            require_equal(again, form(grad, y, weights[:i], ETA, DELTA), f"weight {i + 1} of {depth}")


_i = sp.Symbol("i", integer=True)
_w = sp.IndexedBase("w")
_yhat = sp.Symbol("\\hat{y}")
_W2, _G2 = sp.symbols("w_1:3"), sp.symbols("g_1:3")


def _two_weights():
    """The change of a chain of two weights, not multiplied out, for print."""
    before, after = X * sp.prod(_W2), factors(X, *(w - ETA * g for w, g in zip(_W2, _G2)))
    return terms(after, -before)


IDENTITIES = (
    Identity(
        label="chain-gradient",
        claim="The gradient of a weight is delta y over that weight.",
        shows=lambda form: (sp.Derivative(sp.Function("L")(_w[_i]), _w[_i]), form(_yhat, _w[_i], DELTA)),
        assumptions=(needs(NO_ZERO, _at_zero), scope("any length")),
        source=SOURCE,
        form=_gradient,
        proof=_prove_gradient,
        mutants={
            "times the weight": lambda y, w, d: d * y * w,
            "sign": lambda y, w, d: -d * y / w,
        },
    ),
    Identity(
        label="chain-step",
        claim="A step on all weights multiplies the output by one factor for each weight.",
        shows=lambda form: (
            sp.Symbol("\\hat{y}(\\eta)"),
            X * sp.Product(_w[_i] - ETA * _gradient(_yhat, _w[_i], DELTA), (_i, 1, DEPTH)),
            _yhat * sp.Product(form(_w[_i], _yhat, ETA, DELTA), (_i, 1, DEPTH)),
        ),
        assumptions=(
            needs(NO_ZERO, at({W: 0})),
            needs("all weights move at once", _prove_one_moves),
            scope("any length"),
        ),
        source=SOURCE,
        form=_factor,
        proof=_prove_step,
        mutants={
            "sign": lambda w, y, eta, d: 1 + eta * d * y / w**2,
            "w for its square": lambda w, y, eta, d: 1 - eta * d * y / w,
            "without the output": lambda w, y, eta, d: 1 - eta * d / w**2,
        },
    ),
    Identity(
        label="chain-expansion",
        claim="After a step the chain is a polynomial in the learning rate, of a degree equal to its length.",
        shows=lambda form: (
            sp.Symbol("\\hat{y}(\\eta)"),
            sp.Sum(form(_yhat, ORDER, sp.Symbol("e_k(a_1, \\dots, a_l)"), ETA), (ORDER, 0, DEPTH)),
        ),
        assumptions=(
            needs(NO_ZERO, lambda form: require_equal(form(Y, 1, DELTA / (W - W), ETA), 0, "a ratio over 0")),
            means("a_i is the ratio of gradient and weight, g_i / w_i"),
            scope("any length"),
        ),
        source=SOURCE + "; the expansion to all orders is derived here",
        form=_term,
        proof=_prove_expansion,
        mutants={
            "sign of eta": lambda y, k, e, eta: eta**k * y * e,
            "power of eta": lambda y, k, e, eta: (-eta) ** (k + 1) * y * e,
        },
    ),
    Identity(
        label="chain-contributions",
        claim="The division-free recursion gives every order; together they are the true change.",
        shows=lambda form: (_two_weights(), terms(*form(X, _W2, _G2, ETA))),
        assumptions=(scope("any gradients"), scope("any weights, zero included"), UP_TO_SIX),
        source="derived here",
        form=chain.order_contributions,
        proof=_prove_contributions,
        method="given",
        mutants={
            "sign of the step": lambda x, w, g, eta: chain.order_contributions(x, w, [-a for a in g], eta),
            "one order short": lambda x, w, g, eta: chain.order_contributions(x, w, g, eta)[:-1],
        },
    ),
    Identity(
        label="chain-ratios",
        claim="The contribution of order k is the k-th symmetric sum of the ratios g/w, times y (-eta)**k.",
        shows=lambda form: (_two_weights(), terms(*form(X, _W2, _G2, ETA))),
        assumptions=(scope("any gradients"), needs(NO_ZERO, _prove_ratios_at_zero), UP_TO_SIX),
        source="derived here",
        form=_from_ratios,
        proof=_prove_contributions,
        method="given",
        mutants={
            "ratio upside down": lambda x, w, g, eta: _from_ratios(x, w, [b**2 / a for a, b in zip(g, w)], eta),
            "sign": lambda x, w, g, eta: _from_ratios(x, w, g, -eta),
        },
    ),
    Identity(
        label="chain-first-order",
        claim="To first order in the learning rate y falls by eta times the squared length of the gradient.",
        shows=lambda form: (sp.Symbol("\\Delta_1 y"), form([sp.Symbol("\\lVert g \\rVert")], ETA, DELTA)),
        assumptions=(means("g = dL/dw, delta = dL/dy"), needs("delta is not 0", at({DELTA: 0})), UP_TO_SIX),
        source=SOURCE,
        form=chain.first_order_change,
        proof=_prove_first_order,
        method="given",
        mutants={
            "sign": lambda g, eta, d: eta * sum(a**2 for a in g) / d,
            "times delta": lambda g, eta, d: -eta * sum(a**2 for a in g) * d,
        },
    ),
    Identity(
        label="chain-equal-weights",
        claim="With equal weights the contribution of order k is a binomial coefficient times a power.",
        shows=lambda form: (sp.Symbol("\\Delta_k y"), form(X, W, DEPTH, ETA, DELTA, ORDER)),
        assumptions=(
            needs("all weights equal", lambda form: _prove_unlike(form, (1, 2), 1)),
            needs("g is the true gradient", lambda form: _prove_unlike(form, (1, 1), 2)),
            scope("any length and order"),
        ),
        source="derived here",
        form=chain.equal_weights_contribution,
        proof=_prove_equal_weights,
        mutants={
            "one weight too few": lambda x, w, l, eta, d, k: chain.equal_weights_contribution(x, w, l - 1, eta, d, k),
            "w**(l-1)": lambda x, w, l, eta, d, k: sp.binomial(l, k) * x * w**l * (-eta * d * x * w ** (l - 1)) ** k,
            "no binomial": lambda x, w, l, eta, d, k: l * x * w**l * (-eta * d * x * w ** (l - 2)) ** k,
        },
    ),
    Identity(
        label="chain-second-to-first",
        claim="The second order outgrows the first exponentially in the depth if the weights exceed 1.",
        shows=lambda form: (sp.Symbol("|\\Delta_2 y / \\Delta_1 y|"), form(X, W, DEPTH, ETA)),
        assumptions=(
            needs("all weights equal", lambda form: _prove_ratio_unlike(form, weights=(1, 2))),
            needs("delta = 1", lambda form: _prove_ratio_unlike(form, delta=2)),
            needs("x, eta, w > 0", lambda form: _prove_ratio_unlike(form, x=-1)),
            scope("any length"),
        ),
        source=SOURCE,
        form=chain.second_to_first,
        proof=_prove_second_to_first,
        mutants={
            "without the half": lambda x, w, l, eta: eta * x * (l - 1) * w ** (l - 2),
            "l for l - 1": lambda x, w, l, eta: eta * x * l * w ** (l - 2) / 2,
            "power": lambda x, w, l, eta: eta * x * (l - 1) * w ** (l - 1) / 2,
        },
    ),
    Identity(
        label="chain-gradient-shift",
        claim="After the weights before it have moved, a weight's gradient is a product of factors away.",
        shows=lambda form: (sp.Symbol("G'_3"), form(sp.Symbol("G_3"), _yhat, _W2, ETA, DELTA)),
        assumptions=(
            needs("delta is held fixed", swap(_delta_after=lambda delta: 2 * delta)),
            needs(NO_ZERO, lambda form: require_equal(form(DELTA * X, 0, [sp.S.Zero], ETA, DELTA), 0, "a weight of 0")),
            UP_TO_SIX,
        ),
        source="Santurkar et al. (2018), Definition 2.1, applied to the chain here",
        form=chain.gradient_after_lower_steps,
        proof=_prove_shifted_gradient,
        method="given",
        mutants={
            "sign": lambda g, y, w, eta, d: chain.gradient_after_lower_steps(g, y, w, -eta, d),
            "w for its square": lambda g, y, w, eta, d: g * sp.prod(1 - eta * d * y / a for a in w),
            "one weight left out": lambda g, y, w, eta, d: chain.gradient_after_lower_steps(g, y, w[:-1], eta, d),
        },
    ),
)
