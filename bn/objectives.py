"""Two problems of one linear unit: least squares, and learning a halfspace (Kohler et al. 2019, sections 4 and 5).

Both are functions of the weights v : (d,) that the unit multiplies its input with. `s` (d, d) is E[x x^T], `u` (d,)
is E[-y x]; `least` and `largest` are the extreme eigenvalues of s, mu and L. The gradient of both has the form
c1 u + c2 s v (for halfspaces: if the data are Gaussian), which is what makes gradient descent in length and
direction work; `coefficients(v)` gives the two numbers it is made of.
"""

from dataclasses import dataclass, field

import numpy as np

from .layers import checks

# A trapezoidal rule over a bell-shaped smooth function is exact up to rounding; Gauss-Hermite nodes would need far
# more of them once the spread of z^T v is large, since softplus has poles at +- i pi.
NODES = np.linspace(-9, 9, 901)
WEIGHTS = np.exp(-(NODES**2) / 2)
WEIGHTS /= WEIGHTS.sum()


@dataclass(frozen=True)
class Problem:
    """What the problems share: s, u and the extreme eigenvalues.

    Raises ValueError unless s is symmetric and positive definite and u fits.
    """

    s: np.ndarray
    u: np.ndarray
    least: float = field(init=False)
    largest: float = field(init=False)
    minimizer: np.ndarray = field(init=False)

    def __post_init__(self):
        s, u = checks.as_floats("s", self.s), checks.as_floats("u", self.u)
        if s.ndim != 2 or s.shape != (len(s), len(s)) or u.shape != (len(s),):
            raise ValueError(f"s has shape {s.shape}, u {u.shape}; allowed are (d, d) and (d,)")
        checks.finite("s", s)
        checks.finite("u", u)
        values = np.linalg.eigvalsh(s)
        if not np.allclose(s, s.T) or values[0] <= 0:
            raise ValueError(
                f"s has eigenvalues from {values[0]:.3g}; allowed are symmetric, positive definite matrices"
            )
        self._set(s=s, u=u, least=values[0], largest=values[-1])
        self._set(minimizer=self._minimizer())

    def _set(self, **values):
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def condition(self):
        """Condition number of s, L / mu."""
        return self.largest / self.least

    def norm(self, w):
        """|w|_S = sqrt(w^T S w)."""
        return np.sqrt(w @ self.s @ w)

    def weights(self, w, g):
        """w~ = g w / |w|_S : what a unit with direction w and length g multiplies its input with."""
        return g * w / self.norm(w)

    def rho(self, w):
        """-(u^T w)^2 / w^T S w, the least-squares loss at the best length for w."""
        return -((self.u @ w) ** 2) / (w @ self.s @ w)

    def direction_excess(self, w):
        """rho(w) - rho*, computed as a squared S-distance, so that nothing cancels near 0."""
        best = -np.linalg.solve(self.s, self.u)
        away = -(self.u @ w) / (w @ self.s @ w) * w - best
        return away @ self.s @ away


class LeastSquares(Problem):
    """f(v) = 2 u^T v + v^T S v, the mean squared error without the constant E[y^2]."""

    @property
    def smoothness(self):
        """Largest eigenvalue of the Hessian, 2 L."""
        return 2 * self.largest

    def _minimizer(self):
        return -np.linalg.solve(self.s, self.u)

    def gradient(self, v):
        return 2 * (self.s @ v + self.u)

    def excess(self, v):
        """f(v) minus the minimum: the squared S-distance from the minimizer."""
        away = v - self.minimizer
        return away @ self.s @ away

    def coefficients(self, v):
        """c1 = c2 = 2, written as slope and curvature: c1 = slope - curvature u^T v."""
        return 2 + 2 * self.u @ v, 2.0

    def best_length(self, w):
        """-u^T w / |w|_S, in closed form."""
        return -(self.u @ w) / self.norm(w)


class Halfspaces(Problem):
    """f(v) = E[softplus(z^T v)], z = -y x with y = +1 or -1: logistic regression without a bias.

    z has mean u and second moment s. `phi_bound`: |phi'| and |phi''| are below it.
    """

    phi_bound = 1.0
    best_length = None  # no closed form: bisection

    @property
    def smoothness(self):
        """A bound of the Hessian's eigenvalues, L / 4, since softplus'' is at most 1 / 4."""
        return self.largest / 4

    def excess(self, v):
        """f(v) minus the minimum."""
        return max(self.value(v) - self.value(self.minimizer), 0.0)


class GaussianHalfspaces(Halfspaces):
    """z is Gaussian, N(u, s - u u^T): the expectations are integrals over one variable.

    Raises ValueError if s - u u^T is not positive definite, that is if u^T S^-1 u is 1 or more.
    """

    def __post_init__(self):
        u = np.asarray(self.u, dtype=float)
        share = u @ np.linalg.solve(np.asarray(self.s, dtype=float), u)
        if not share < 1:
            raise ValueError(f"u^T S^-1 u is {share:.3g}; allowed is less than 1, or S - u u^T is no covariance")
        super().__post_init__()

    def _minimizer(self):
        """On the line of S^-1 u; the length by bisection."""
        direction = -np.linalg.solve(self.s, self.u)
        return self.weights(direction, bisected_length(self, direction))

    def _arguments(self, v):
        """z^T v at the nodes: its mean is u^T v and its mean square v^T S v."""
        mean = self.u @ v
        return mean + np.sqrt(max(v @ self.s @ v - mean**2, 0.0)) * NODES

    def value(self, v):
        return WEIGHTS @ np.logaddexp(0, self._arguments(v))

    def coefficients(self, v):
        """E phi'(z^T v) and E phi''(z^T v)."""
        p = sigmoid(self._arguments(v))
        return WEIGHTS @ p, WEIGHTS @ (p * (1 - p))

    def gradient(self, v):
        """(E phi' - (u^T v) E phi'') u + E phi'' S v, by Stein's lemma."""
        slope, curvature = self.coefficients(v)
        return (slope - self.u @ v * curvature) * self.u + curvature * self.s @ v


class SampleHalfspaces(Halfspaces):
    """The mean over examples z : (n, d), which need not be Gaussian. s and u are their moments."""

    def __init__(self, z):
        z = checks.as_floats("z", z)
        if z.ndim != 2 or len(z) == 0:
            raise ValueError(f"z has shape {z.shape}; allowed is (n, d)")
        object.__setattr__(self, "z", z)
        super().__init__(z.T @ z / len(z), z.mean(axis=0))

    def _minimizer(self, steps=100):
        """Newton's method, halving a step that does not go down by more than rounding."""
        v = np.zeros(len(self.u))
        for _ in range(steps):
            arguments = self.z @ v
            if (arguments < 0).all():
                break
            p = sigmoid(arguments)
            hessian = self.z.T @ (self.z * (p * (1 - p))[:, None]) / len(self.z)
            step = np.linalg.solve(hessian, self.gradient(v))
            while self.value(v - step) > self.value(v) * (1 + 1e-12):
                step = step / 2
            v = v - step
            if np.abs(step).max() <= 1e-10 * (1 + np.abs(v).max()):
                return v
        raise ValueError(
            "z can be separated by a halfspace, so the loss has no minimum; allowed are classes that overlap"
        )

    def value(self, v):
        return np.logaddexp(0, self.z @ v).mean()

    def coefficients(self, v):
        p = sigmoid(self.z @ v)
        return p.mean(), (p * (1 - p)).mean()

    def gradient(self, v):
        return sigmoid(self.z @ v) @ self.z / len(self.z)


def sigmoid(a):
    """1 / (1 + exp(-a)), without overflow and quicker than through exp."""
    return 0.5 + 0.5 * np.tanh(0.5 * a)


def bisected_length(problem, w, steps=60, bracket=None):
    """The length g at which the derivative of the loss by g, w^T gradient / |w|_S, changes its sign.

    bracket : [a, b] to start from; by default [-1, 1], doubled until it holds a change from - to +, at most 40
    times. Each of the `steps` halves it.   Returns its middle; an end of it if there is no change of sign.
    """
    unit = w / problem.norm(w)

    def slope(g):
        return unit @ problem.gradient(g * unit)

    low, high = bracket or _bracket(slope)
    for end, wrong in ((low, slope(low) > 0), (high, slope(high) < 0)):
        if wrong:
            return end
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return (low + high) / 2


def _bracket(slope, doublings=40):
    b = 1.0
    for _ in range(doublings):
        if slope(-b) < 0 < slope(b):
            break
        b *= 2
    return -b, b
