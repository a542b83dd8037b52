"""What follows if a loss does not change when the weights are scaled: f(a w) = f(w) for a > 0.

Batch norm after a linear unit makes its loss so, exactly for eps = 0. Then gradient descent cannot shorten
the weights, and the longer they are the less it turns them. Lengths without an index are the usual ones.
w : weights.  grad : gradient at w.  unit_grad : the length of the gradient at w / |w|.  eta : learning rate.
decay : weight decay lambda, the step is w <- (1 - eta lambda) w - eta grad.
"""

import sympy as sp


def radial_slope(w, grad, dot):
    """w^T grad: how fast the loss changes as the weights grow. 0 if the loss is scale-invariant."""
    return dot(w, grad)


def scaled_gradient(grad, a):
    """The gradient at a w, if the one at w is grad: it shrinks as the weights grow."""
    return grad / a


def scaled_curvature(curvature, a):
    """Second derivatives at a w, if those at w are given."""
    return curvature / a**2


def radial_curvature(grad):
    """The Hessian times w: minus the gradient."""
    return -grad


def next_square(square, grad_square, eta, decay=0):
    """|w|^2 after a step: (1 - eta lambda)^2 |w|^2 + eta^2 |grad|^2."""
    return (1 - eta * decay) ** 2 * square + eta**2 * grad_square


def next_square_eps(square, grad_square, eta, kappa, pull):
    """|w|^2 after a step without decay, for any eps: the first-order term is no longer 0.

    kappa = eps / (w^T S w + eps).  pull = w~^T h, with h the gradient of the loss by w~.
    """
    return square - 2 * eta * kappa * pull + eta**2 * grad_square


def effective_step(eta, length):
    """The step that the direction w / |w| takes along the gradient at unit length: eta / |w|^2."""
    return eta / length**2


def turned(direction, unit_gradient, eta, length):
    """The next weights over the length of the old: direction - (eta / |w|^2) gradient at unit length."""
    return direction - effective_step(eta, length) * unit_gradient


def equivalent_rate(eta, a):
    """The learning rate with which a w goes the same way, in function space, as w does with eta."""
    return a**2 * eta


def stretched(eta, decay, t):
    """What weights that decay are multiplied by after t steps, to be those of a run without decay."""
    return (1 - eta * decay) ** (-t)


def growing_rate(eta, decay, t):
    """The learning rate of step t with which that other run, without decay, computes the same functions."""
    return eta * (1 - eta * decay) ** (-2 * t - 1)


def equilibrium_fourth(eta, decay, unit_grad):
    """|w|^4 where growth and decay balance: eta |unit_grad|^2 / (2 lambda - eta lambda^2)."""
    return eta * unit_grad**2 / (2 * decay - eta * decay**2)


def equilibrium_cosine(eta, decay):
    """Cosine of the angle that the weights turn by per step there: 1 - eta lambda."""
    return 1 - eta * decay


def equilibrium_tangent(eta, decay):
    """Tangent of that angle; about sqrt(2 eta lambda) for small eta lambda."""
    return sp.sqrt(2 * eta * decay - (eta * decay) ** 2) / (1 - eta * decay)


def radial_slope_eps(v, h, kappa, dot):
    """w^T grad for any eps: kappa w~^T h, with v = w~ and h the gradient of the loss by w~."""
    return kappa * dot(v, h)
