"""Batch norm of a linear unit as a change of coordinates: a weight vector as a length and a direction.

Kohler et al. (2019). A unit x^T w, normalized over the distribution of x, is x^T w~ with w~ = g w / |w|_S and
|w|_S = sqrt(w^T S w), S the covariance of x. In every function `dot` is the inner product and `s` the matrix
S; both are given, so that the same formula serves a proof in any dimension, a printed equation and a widget in
the plane (`inner`). `s_inv` is the inverse of `s`, `largest` its largest eigenvalue L, `least` the least, mu.
Vectors: w (its length does not matter), v = w~ (what the unit multiplies x with), u = E[-y x].
"""

import sympy as sp


def norm(w, s, dot, eps=0):
    """|w|_S = sqrt(w^T S w + eps). With eps = 0 a norm; S = 1 gives the usual length."""
    return sp.sqrt(dot(w, s * w) + eps)


def normalized(w, g, s, dot, eps=0):
    """w~ = g w / sqrt(w^T S w + eps): the weights that batch norm makes of w."""
    return g * w / norm(w, s, dot, eps)


def shift(w, g, beta, mean, s, dot, eps=0):
    """The constant that batch norm adds to x^T w~ if x has the given mean: beta - g mean^T w / |w|_S."""
    return beta - g * dot(mean, w) / norm(w, s, dot, eps)


def normalized_gradient(w, g, h, s, dot, eps=0):
    """Gradient by w of a loss of w~ whose gradient by w~ is h; S = 1 and eps = 0 is weight norm."""
    n = norm(w, s, dot, eps)
    return g / n * (h - s * w * dot(w, h) / n**2)


def length_gradient(w, h, s, dot, eps=0):
    """Derivative by g of the same loss: w^T h / |w|_S."""
    return dot(w, h) / norm(w, s, dot, eps)


# Least squares


def least_squares(v, u, s, dot):
    """E[(y - x^T v)^2] without the constant E[y^2]: 2 u^T v + v^T S v, with u = E[-y x]."""
    return 2 * dot(u, v) + dot(v, s * v)


def least_squares_gradient(v, u, s):
    """2 (S v + u)."""
    return 2 * (s * v + u)


def in_coordinates(w, g, u, s, dot):
    """The same loss as a function of direction and length: 2 g u^T w / |w|_S + g^2."""
    return 2 * g * dot(u, w) / norm(w, s, dot) + g**2


def best_length(w, u, s, dot):
    """The length that minimizes it for a given direction: -u^T w / |w|_S."""
    return -dot(u, w) / norm(w, s, dot)


def reduced(w, u, s, dot):
    """rho(w), the loss at the best length: -(u^T w)^2 / w^T S w, a generalized Rayleigh quotient."""
    return -(dot(u, w) ** 2) / dot(w, s * w)


def reduced_gradient(w, u, s, dot):
    """Gradient of rho: -2 (u u^T w + rho S w) / |w|_S^2."""
    return -2 * (u * dot(u, w) + reduced(w, u, s, dot) * (s * w)) / dot(w, s * w)


def minimizer(u, s_inv):
    """The best weights, -S^-1 u."""
    return -(s_inv * u)


def least_value(u, s_inv, dot):
    """rho at its minimum, the directions of S^-1 u: -u^T S^-1 u."""
    return -dot(u, s_inv * u)


def excess(v, u, s, s_inv, dot):
    """The squared S-distance of v to the best weights: by how much the loss at v exceeds its minimum."""
    away = v - minimizer(u, s_inv)
    return dot(away, s * away)


# Gradient descent in the normalized parametrization (GDNP)


def gdnp_rate(w, u, s, dot, largest):
    """The step size of GDNP for least squares: w^T S w / (2 L |rho|); rho is negative."""
    return -dot(w, s * w) / (2 * largest * reduced(w, u, s, dot))


def gdnp_step(w, u, s, dot, largest):
    """w - rate times the gradient of rho, multiplied out: (1 - S / L) w + |w|_S^2 / (L u^T w) u."""
    return w - s * w / largest + dot(w, s * w) / (largest * dot(u, w)) * u


def descent_step(v, u, s, rate):
    """A step of plain gradient descent on the loss in v."""
    return v - rate * least_squares_gradient(v, u, s)


def contraction(eigenvalue, largest):
    """What a step of size 1 / (2 L) multiplies the error along an eigenvector of S by."""
    return 1 - eigenvalue / largest


def theorem_factor(t, least, largest):
    """What t steps of GDNP multiply the excess of rho by, at most: (1 - mu / L)^(2 t)."""
    return (1 - least / largest) ** (2 * t)


# Learning halfspaces: E[phi(z^T v)] with Gaussian z, mean u and E[z z^T] = S


def halfspace_gradient(v, u, s, dot, slope, curvature):
    """c1 u + c2 S v.   slope = E phi'(z^T v), curvature = E phi''(z^T v)."""
    return halfspace_c1(v, u, dot, slope, curvature) * u + curvature * (s * v)


def halfspace_c1(v, u, dot, slope, curvature):
    """c1 = E phi' - (u^T v) E phi'': how much of the gradient lies along u."""
    return slope - dot(u, v) * curvature


def halfspace_h(w, v, u, dot, slope, curvature):
    """The number in the denominator of the step size: E phi' (u^T w) - E phi'' (u^T w) (u^T v)."""
    return slope * dot(u, w) - curvature * dot(u, w) * dot(u, v)


def halfspace_rate(w, g, h, s, dot, largest):
    """The step size of GDNP for halfspaces, -|w|_S^3 / (L g h)."""
    return -(norm(w, s, dot) ** 3) / (largest * g * h)
