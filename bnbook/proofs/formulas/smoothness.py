"""What batch norm does to the slope and the curvature of a loss, as expressions: the bounds and what they leave over.

Santurkar et al. (2018), section 4, in exact form. One feature over a batch of m examples enters batch norm and leaves
it as z = gamma xhat + beta; L is the loss as a function of z. Arguments with the same name mean the same everywhere:

square : |g|^2, g the gradient of L at z.   along_ones : <1, g>.   along_xhat : <g, xhat>.
s : sqrt(var + eps), the standard deviation for eps = 0.   share : kappa = eps / (var + eps).
Everything with `share` is exact for every eps; what has none is so for eps = 0, or says what it is.
"""

import sympy as sp

from bnbook.proofs.formulas.gradient import dx_square, ordered, times


def rescaled_square(square, gamma, s):
    """|dx|^2 if the batch's statistics stood still: g times gamma / s, mere scaling."""
    return times(gamma**2 / s**2, square)


def removed_square(along_ones, along_xhat, gamma, s, share, m):
    """What batch norm takes from that because its statistics move: nothing that a scale could take."""
    return times(gamma**2 / s**2, ordered(times(1 / m, along_ones**2), times((1 + share) / m, along_xhat**2)))


def bounded_square(square, along_ones, along_xhat, gamma, s, m):
    """The right side of Theorem 4.1: |dx|^2 at most, and equal to it for eps = 0."""
    return dx_square(square, along_ones, along_xhat, gamma, s, sp.S.Zero, m)


def slack(along_xhat, gamma, s, share, m):
    """The right side less the left side of Theorem 4.1, which eps alone makes."""
    return times(share * gamma**2 / (m * s**2), along_xhat**2)


def weight_square(worst, mean_g, along_xhat, norm, gamma, s, share, m):
    """Theorem 4.4: the largest |X^T dx|^2 over inputs X of spectral norm at most `norm`, from the largest |X^T g|^2.

    mean_g : the mean of g over the batch.
    """
    removed = -(norm**2) * m * mean_g**2, -times((1 + share) * norm**2 / m, along_xhat**2)
    return times(gamma**2 / s**2, ordered(worst, *removed))


def curvature_along(through, along_xhat, v_square, gamma, s, m):
    """Theorem 4.2, eps = 0: v^T H^ v for the curvature H^ before the layer, v = dx.

    through : v^T H v, with H the Hessian of L at z.   v_square : |v|^2.
    """
    return ordered(times(gamma**2 / s**2, through), -times(gamma / (m * s**2), along_xhat, v_square))


def curvature_along_eps(through, v_g, v_xhat, along_xhat, v_square, gamma, s, m):
    """v^T H^ v for every eps.   through : (J v)^T H (J v), J = d xhat / d x.   v_g : <v, g>.   v_xhat : <v, xhat>."""
    own = times(ordered(2 * v_g, -3 * v_xhat * along_xhat / m), v_xhat)
    return ordered(gamma**2 * through, -times(gamma / (m * s**2), ordered(own, times(along_xhat, v_square))))


def curvature_second_form(through_g, along_xhat, v_square, gamma, s, m):
    """The right side of the second form of Theorem 4.2.   through_g : g^T H g in place of v^T H v."""
    return times(gamma**2 / s**2, ordered(through_g, -times(1 / (m * gamma), along_xhat, v_square)))


def foot(inner, square):
    """The k for which k t is the point of the ray through t that is nearest to w: <w, t> / |t|^2."""
    return inner / square


def foot_square(far, inner, square):
    """Lemma 4.5: the square of the distance from w to that point.   far : |w - t|^2.   square : |t|^2."""
    return ordered(far, -times(1 / square, (square - inner) ** 2))


# One unit with whitened inputs: batch norm is z = gamma w / |w|, the loss is |z - t|^2 / 2. `w_hat` is w / |w|, `along`
# is <w_hat, t>: the length of output that the loss asks for. `length` is |w|, which is the spread of the unit.
def unit_overshoot(along, gamma):
    """<g, xhat> of the theorem: how far the output overshoots what the loss asks for."""
    return gamma - along


def unit_gradient(w_hat, t, along, gamma, length):
    """The gradient of the loss by w: what t has across w, turned around."""
    return -times(gamma / length, ordered(t, -along * w_hat))


def unit_slope_square(along, t_square, gamma, length):
    """The square of its length."""
    return times(gamma**2 / length**2, ordered(t_square, -(along**2)))


def unit_curvature(along, gamma, length):
    """The curvature along the gradient, or any other direction across w: negative if w and t form an obtuse angle."""
    return gamma * along / length**2


def unit_loss_on_the_way(inner, slope, t_square, w_square, gamma, way):
    """The loss at w + way u, u a unit vector across w.   inner : <w, t>.   slope : <u, t>."""
    return ordered(
        _fixed(t_square, gamma), -times(gamma / sp.sqrt(w_square + way**2), ordered(inner, times(way, slope)))
    )


def unit_loss_far(slope, t_square, gamma):
    """Where that loss levels off, however long the way."""
    return ordered(_fixed(t_square, gamma), -gamma * slope)


def _fixed(t_square, gamma):
    """The part that no direction changes: the squares of output and target, halved."""
    return times(sp.Rational(1, 2), ordered(gamma**2, t_square))
