"""The gradient of batch norm as expressions, in each of its forms: graph order, the paper's chain, one line.

In every function `x`, `dy`, `xhat` and `c` (= x - mu) are the entries of one example, `s` = sqrt(var + eps), `m` the
number of examples, and `mean` and `total` are the mean and the sum over the batch, given as functions. dy is the
upstream gradient d L / d y. Everything is exact for every eps.
"""

import sympy as sp


def ordered(*terms):
    """The sum of the terms, left in this order for print."""
    return sp.Add(*terms, evaluate=False)


def times(*factors):
    """The product of the factors, left as they stand for print."""
    return sp.Mul(*factors, evaluate=False)


# One step back for each node, in graph order: at holds values and the adjoints found so far ("dy", "dxhat", ...).
GRAPH_ORDER = {
    "gamma": lambda at, total, m: total(at["dy"] * at["xhat"]),
    "beta": lambda at, total, m: total(at["dy"]),
    "xhat": lambda at, total, m: at["gamma"] * at["dy"],
    "r": lambda at, total, m: total(at["c"] * at["dxhat"]),
    "s": lambda at, total, m: -at["dr"] / at["s"] ** 2,
    "v": lambda at, total, m: at["ds"] / (2 * at["s"]),
    "q": lambda at, total, m: at["dv"] / m,
    "c": lambda at, total, m: ordered(at["r"] * at["dxhat"], 2 * at["c"] * at["dq"]),
    "mu": lambda at, total, m: -total(at["dc"]),
    "x": lambda at, total, m: ordered(at["dc"], at["dmu"] / m),
}


def in_graph_order(values, total, m, steps=GRAPH_ORDER):
    """All adjoints, "dgamma" to "dx", from the values "c", "s", "r", "xhat", "gamma" and "dy"."""
    at = dict(values)
    for name, step in steps.items():
        at[f"d{name}"] = step(at, total, m)
    return at


def chain_dvar(dxhat, c, var, eps, total):
    """d L / d var, with everything after the variance. Ioffe & Szegedy (2015), section 3."""
    return times(total(dxhat * c), -sp.Rational(1, 2), (var + eps) ** sp.Rational(-3, 2))


def chain_dmu(dxhat, c, s, dvar, total, m):
    """d L / d mu: directly, and through the variance. The second term is zero."""
    return ordered(-total(dxhat) / s, -times(2 * dvar / m, total(c)))


def chain_dmu_short(dxhat, s, total):
    """d L / d mu without the term that is zero."""
    return -total(dxhat) / s


def chain_dx(dxhat, c, s, dvar, dmu, m):
    """d L / d x: directly, through the variance, through the mean."""
    return ordered(dxhat / s, dvar * (2 * c / m), dmu / m)


def dx(dy, xhat, gamma, s, total, m):
    """d L / d x with the chain collapsed, component-wise."""
    return times(gamma / (m * s), ordered(m * dy, -total(dy), -xhat * total(dy * xhat)))


def dx_means(dy, xhat, gamma, s, mean):
    """The same as it is computed over whole arrays, with two means."""
    return times(gamma / s, ordered(dy, -mean(dy), -xhat * mean(dy * xhat)))


def dgamma(dy, xhat, total):
    """The gradient by gamma. Ioffe & Szegedy (2015), section 3."""
    return total(dy * xhat)


def dbeta(dy, total):
    """The gradient by beta, from the same place."""
    return total(dy)


def jacobian(identity, ones, outer, s, m):
    """d xhat / d x from the identity, the matrix of ones and xhat xhat^T; or from their entries i, j."""
    return times(1 / (m * s), ordered(m * identity, -ones, -outer))


def jacobian_times(u, xhat, s, mean):
    """J u: what a small change u of the batch does to xhat."""
    return dx_means(u, xhat, 1, s, mean)


def without_two_directions(dy, xhat, total, m):
    """dy with its parts along the vector of ones and along xhat removed; |xhat|^2 is total(xhat^2)."""
    return ordered(dy, -total(dy) / m, -xhat * total(dy * xhat) / total(xhat**2))


def dx_projected(projected, along, gamma, s, share):
    """dx from the projection of dy and what that took along xhat: the share kappa of it passes."""
    return times(gamma / s, ordered(projected, times(share, along)))


def dx_dot_xhat(dy, xhat, gamma, s, share, total):
    """<xhat, dx>; share is kappa."""
    return times(gamma * share / s, total(dy * xhat))


def dx_dot_x(dy, xhat, gamma, share, total):
    """<x, dx>; share is kappa."""
    return times(gamma * share, total(dy * xhat))


def dx_square(square, along_ones, along_xhat, gamma, s, share, m):
    """|dx|^2 from |dy|^2, <1, dy> and <xhat, dy>; share is kappa."""
    removed = -times(1 / m, along_ones**2), -times((1 + share) / m, along_xhat**2)
    return times(gamma**2 / s**2, ordered(square, *removed))


def blind_square(xhat, gamma, s, share):
    """dx of the loss sum(y^2), whatever beta: of the order of eps, since kappa is."""
    return times(2 * gamma**2 * share / s, xhat)


def without_mean_path(dy, gamma, s, mean):
    """How far dx is off if the way through the mean is left out."""
    return times(gamma / s, mean(dy))


def without_variance_path(dy, xhat, gamma, s, mean):
    """How far dx is off if the way through the variance is left out."""
    return times(gamma / s, xhat, mean(dy * xhat))


def closed_without_eps(dy, xhat, gamma, s, var, eps, mean):
    """How far dx is off if the one line takes (x - mu) / sqrt(var) for xhat; var > 0."""
    return -times(gamma * eps / (s * var), xhat, mean(dy * xhat))


def layer_norm_dx(g, xhat, s, mean):
    """dx of layer norm, one row: g = gamma dy, and gamma, one number per entry, stays inside the means."""
    return dx_means(g, xhat, 1, s, mean)
