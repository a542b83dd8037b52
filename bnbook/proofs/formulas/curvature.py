"""Second derivatives of batch norm as expressions: the tensor, the double backward, the Hessian of the loss.

As in `gradient`: `x`, `dy`, `u`, `xhat` are the entries of one example, `total` and `mean` the sum and the mean over
the batch. P is the projection that subtracts the mean, J the Jacobian d xhat / d x. Exact for every eps.
"""

import sympy as sp

from bnbook.proofs.formulas.gradient import dx, jacobian_times, ordered, times


def xhat_second(xhat_i, xhat_j, xhat_k, p_jk, p_ik, p_ij, s, m):
    """d^2 xhat_k / d x_i d x_j: the same for every order of i, j, k. p_ij is delta_ij - 1 / m."""
    return -times(
        1 / (m * s**2),
        ordered(xhat_i * p_jk, xhat_j * p_ik, xhat_k * p_ij, -times(sp.sympify(3) / m, xhat_i, xhat_j, xhat_k)),
    )


def scalars(u, dy, xhat, mean, total):
    """The three sums of the double backward: a = <u, P dy>, alpha = <u, xhat>, delta = <dy, xhat>."""
    return total(u * (dy - mean(dy))), total(u * xhat), total(dy * xhat)


def double_dx(xhat, u_centered, dy_centered, a, alpha, delta, gamma, s, m):
    """d psi / d x of psi = <u, dx>; u_centered and dy_centered are P u and P dy, the sums those of `scalars`."""
    along = times(ordered(a, -3 * alpha * delta / m), xhat)
    return -times(gamma / (m * s**2), ordered(along, times(delta, u_centered), times(alpha, dy_centered)))


def double_ddy(u, xhat, gamma, s, total, m):
    """d psi / d dy = gamma J u: the Jacobian is symmetric, so u goes back as dy did."""
    return dx(u, xhat, gamma, s, total, m)


def double_dgamma(u, dy, xhat, s, mean, total):
    """d psi / d gamma = <u, J dy>."""
    return total(u * jacobian_times(dy, xhat, s, mean))


def hessian_times(gamma, through, curved):
    """H_x v from gamma^2 J H_y J v and from what the curvature of batch norm itself adds."""
    return ordered(times(gamma**2, through), curved)
