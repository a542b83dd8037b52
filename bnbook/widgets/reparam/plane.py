"""Least squares in the plane, as formulas of the controls: the covariance S, vectors, and three kinds of coordinates.

Everything is a SymPy matrix, so that the functions of `formulas.reparam` apply with `inner.written_out` as the
inner product.  The eigenvalues of S are sqrt(k) and 1 / sqrt(k) for a condition number k; their product is 1.
"""

import sympy as sp

from bnbook.proofs.formulas import reparam
from bnbook.proofs.formulas.inner import written_out

DEGREE = sp.pi / 180
WEIGHT_NORM, BATCH_NORM, WHITENED = 0, 1, 2  # how direction and length are measured


def vector(x, y):
    """A column of two expressions."""
    return sp.Matrix([x, y])


def unit(angle):
    """The vector of length 1 at an angle in degrees."""
    return vector(sp.cos(angle * DEGREE), sp.sin(angle * DEGREE))


def aside(v, by="1e-3"):
    """The vector; or, if it is 0 and so has no direction, one beside it."""
    return vector(sp.Piecewise((sp.Float(by), written_out(v, v) < sp.Float("1e-8")), (v[0], True)), v[1])


def angle_of(v):
    """The angle of a vector in degrees, above -180 and up to 180."""
    return sp.atan2(v[1], v[0]) / DEGREE


def angle_from(v, start):
    """The angle of v in degrees, above start - 180 and up to start + 180."""
    ahead, aside = unit(start), unit(start + 90)
    return start + sp.atan2(written_out(aside, v), written_out(ahead, v)) / DEGREE


def power_of_covariance(exponent, condition, turn):
    """S to a power, symmetric (2, 2): eigenvalues sqrt(condition) and its inverse, the larger one at `turn` degrees."""
    large = condition ** (sp.Rational(exponent) / 2)
    main, other = unit(turn), unit(turn + 90)
    return main * main.T * large + other * other.T / large


class Quadratic:
    """The loss |v - target|_S^2 over weights v in the plane, in w-space and in coordinates (direction, length).

    condition, turn : of S.  target : the best weights.  kind : how direction and length are measured (see above).
    """

    def __init__(self, condition, turn, target, kind):
        self.s, self.s_inv, self.root, self.root_inv = (
            power_of_covariance(p, condition, turn) for p in (1, -1, "1/2", "-1/2")
        )
        self.target, self.kind = target, kind
        self.u = -self.s * target
        self.white_angle = angle_of(self.root * target)

    def choose(self, *options):
        """The one of three expressions that belongs to the kind of coordinates."""
        first, second, third = options
        half = sp.Rational(1, 2)
        return sp.Piecewise((first, self.kind < half), (second, self.kind < 3 * half), (third, True))

    def direction(self, angle):
        """The weights of length 1 in the direction `angle`: length and direction as the coordinates measure them."""
        e = unit(angle)
        in_s = e / reparam.norm(e, self.s, written_out)
        white = self.root_inv * e
        return vector(*(self.choose(*parts) for parts in zip(e, in_s, white, strict=True)))

    def coordinates(self, v):
        """Direction (degrees) and length of weights v."""
        white = self.root * v
        plain, in_s = sp.sqrt(written_out(v, v)), reparam.norm(v, self.s, written_out)
        return self.choose(angle_of(v), angle_of(v), angle_of(white)), self.choose(plain, in_s, in_s)

    def unwound(self, v):
        """Direction of weights v in degrees, at most 180 away from the target's: a ring has no jump in between."""
        around = angle_from(v, angle_of(self.target))
        return self.choose(around, around, angle_from(self.root * v, self.white_angle))

    def excess(self, v):
        """By how much the loss at v exceeds its minimum."""
        return reparam.excess(v, self.u, self.s, self.s_inv, written_out)

    def best_length(self, angle):
        """The best length in a direction, in the unit of the coordinates; negative: backwards."""
        d = self.direction(angle)
        in_s = reparam.best_length(d, self.u, self.s, written_out)
        return in_s / reparam.norm(d, self.s, written_out)

    def reduced(self, angle):
        """By how much the loss exceeds its minimum at the best length in a direction."""
        d = self.direction(angle)
        lowest = reparam.least_value(self.u, self.s_inv, written_out)
        return reparam.reduced(d, self.u, self.s, written_out) - lowest

    def ring(self, radius, angle, middle=1):
        """A point of the ellipse |v - middle target|_S = radius; `angle` (degrees) is 0 on the target's own ray."""
        return middle * self.target + radius * (self.root_inv * unit(self.white_angle + angle))
