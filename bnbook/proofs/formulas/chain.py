"""The linear chain y = x w_1 w_2 ... w_l: what a gradient step promises, and what it does.

Goodfellow, Bengio & Courville, Deep Learning (2016), section 8.7.1. Each gradient is computed as if the other
weights stood still; then all move at once. The change of y is a polynomial in the learning rate, and the
gradient knows its first coefficient only. All functions take and return SymPy expressions (or plain numbers).

The nested sums of a long chain are small as a graph but huge when written out: at 20 weights the order-10
coefficient has 184,756 products. Walk through the weights one by one there (`order_step`, `symmetric_step`),
for instance as a recurrence along the weights, and do not expand.
"""

import sympy as sp


def output(x, weights):
    """y = x w_1 ... w_l."""
    return x * sp.prod(weights)


def gradients(x, weights, delta):
    """The derivative of the loss by each weight, with delta = dL/dy. No division, so a weight may be zero."""
    return [delta * x * sp.prod(weights[:i]) * sp.prod(weights[i + 1 :]) for i in range(len(weights))]


def stepped_output(x, weights, grads, eta):
    """y after the simultaneous step w_i - eta g_i."""
    return output(x, [w - eta * g for w, g in zip(weights, grads, strict=True)])


def true_change(x, weights, grads, eta):
    """What y does when all weights move at once."""
    return stepped_output(x, weights, grads, eta) - output(x, weights)


def first_order_change(grads, eta, delta):
    """What the gradient promises for y: -eta (g . g) / delta, with g = dL/dw and delta = dL/dy."""
    return -eta * sum(g**2 for g in grads) / delta


def masked(values, depth, beyond):
    """The first `depth` of the values (a symbol or number), and `beyond` in place of the rest.

    For a product, a weight beyond the depth counts as 1; for gradients and symmetric sums, it counts as 0.
    """
    return [sp.Piecewise((value, i < depth), (sp.sympify(beyond), True)) for i, value in enumerate(values)]


def symmetric_step(sums, value):
    """Elementary symmetric sums e_0, e_1, ... of a list after one more value: e_k + value e_(k-1).

    The list keeps its length: orders beyond it are dropped. Start with [1, 0, 0, ...].
    """
    return [sums[0], *(sums[k] + value * sums[k - 1] for k in range(1, len(sums)))]


def symmetric_sums(values):
    """e_0, ..., e_l of l values: e_k is the sum over all k of them of their product."""
    sums = [sp.S.One] + [sp.S.Zero] * len(values)
    for value in values:
        sums = symmetric_step(sums, value)
    return sums


def order_step(coefficients, weight, decrease):
    """Coefficients of 1, eta, eta**2, ... of x (w_1 - eta g_1) (w_2 - eta g_2) ... after one more factor.

    coefficients : so far; start with [x, 0, 0, ...].  weight, decrease : w and g of the next factor; (1, 0)
    leaves everything as it is. Needs no division, so a weight may be zero.
    """
    return [
        weight * coefficients[0],
        *(weight * coefficients[k] - decrease * coefficients[k - 1] for k in range(1, len(coefficients))),
    ]


def order_contributions(x, weights, grads, eta):
    """What each order 1, ..., l of the learning rate adds to y. Their sum is the true change."""
    coefficients = [sp.sympify(x)] + [sp.S.Zero] * len(weights)
    for weight, grad in zip(weights, grads, strict=True):
        coefficients = order_step(coefficients, weight, grad)
    return [eta**k * coefficients[k] for k in range(1, len(coefficients))]


def contributions_from_ratios(y, ratios, eta):
    """The same contributions, y (-eta)**k e_k(g_1/w_1, ..., g_l/w_l), for weights that are not zero."""
    return [(-eta) ** k * y * e for k, e in enumerate(symmetric_sums(ratios)) if k > 0]


def equal_weights_contribution(x, weight, depth, eta, delta, order):
    """The contribution of one order when all `depth` weights are equal.

    binomial(l, k) y (-eta delta x w**(l - 2))**k, with y = x w**l.
    """
    y = x * weight**depth
    return sp.binomial(depth, order) * y * (-eta * delta * x * weight ** (depth - 2)) ** order


def second_to_first(x, weight, depth, eta):
    """Size of the second order against the first, for equal weights and delta = 1."""
    return eta * x * (depth - 1) * weight ** (depth - 2) / 2


def gradient_after_lower_steps(gradient, y, lower_weights, eta, delta):
    """The gradient of a weight after only the weights before it have moved (delta held fixed).

    This is G' of Santurkar et al. (2018), Definition 2.1, on the chain: G times the product of
    1 - eta delta y / w_j**2 over the weights before.
    """
    return gradient * sp.prod(1 - eta * delta * y / w**2 for w in lower_weights)


def normalized_layer(weight, h, mean, eps=0):
    """One layer of the normalized chain: h times the weight, then normalized over the batch.

    h : entry of the layer's input, a symbol or an expression in one.  mean : the mean over the batch.
    """
    z = weight * h
    centered = z - mean(z)
    return centered / sp.sqrt(mean(centered**2) + eps)


def normalized_output(weights, xhat):
    """y of the chain that normalizes the input of every layer: only signs of the lower weights are left.

    xhat : entry of the normalized input batch, mean 0 and mean square 1 (eps = 0).
    """
    return weights[-1] * sp.prod(sp.sign(w) for w in weights[:-1]) * xhat


def normalized_gradients(weights, xhat, delta, total):
    """dL/dw of the normalized chain: 0 for every weight but the last.

    delta : dL/dy of an example.  total : the sum over the batch.
    """
    signs = sp.prod(sp.sign(w) for w in weights[:-1])
    return [sp.S.Zero] * (len(weights) - 1) + [signs * total(delta * xhat)]


def normalized_change(weights, xhat, delta, eta, total):
    """Change of y of an example in the normalized chain after a step: -eta xhat total(delta xhat).

    Exactly what the first order promises, whatever the depth; the lower weights do not appear at all.
    """
    return -eta * xhat * total(delta * xhat)
