"""The formulas of the reparameterization against the NumPy library, which shares no code with them."""

import numpy as np
import pytest
import sympy as sp

from bn import descent, layers
from bn.objectives import GaussianHalfspaces, LeastSquares
from bnbook.proofs.formulas import inner, invariance, reparam
from bnbook.proofs.printing import tex


def exact(array):
    array = np.asarray(array, dtype=float)
    return sp.Matrix(array.tolist()) if array.ndim == 2 else sp.Matrix(array)


def numbers(expression):
    array = np.array(expression.tolist() if isinstance(expression, sp.MatrixBase) else expression, dtype=float)
    return array.squeeze()


@pytest.fixture(params=range(3))
def drawn(request):
    rng = np.random.default_rng(request.param)
    a = rng.normal(size=(3, 3))
    s, w, h = a @ a.T + 0.1 * np.eye(3), rng.normal(size=3), rng.normal(size=3)
    u = rng.normal(size=3)
    return s, w, 0.7 * u / np.sqrt(u @ np.linalg.solve(s, u)), h


def test_the_normalized_weights_and_their_gradient(drawn):
    s, w, _, h = drawn
    column, cache = layers.weight_norm(w[:, None], np.array([1.7]), s, 0.2)
    dv, dg = layers.weight_norm_grad(h[:, None], cache)
    arguments = exact(w), 1.7, exact(h), exact(s), inner.written_out, 0.2
    ours = reparam.normalized(exact(w), 1.7, exact(s), inner.written_out, 0.2)
    assert numbers(ours) == pytest.approx(column[:, 0])
    assert numbers(reparam.normalized_gradient(*arguments)) == pytest.approx(dv[:, 0])
    slope = reparam.length_gradient(exact(w), exact(h), exact(s), inner.written_out, 0.2)
    assert float(slope) == pytest.approx(dg[0])


def test_least_squares_and_gdnp(drawn):
    s, w, u, _ = drawn
    problem, dot = LeastSquares(s, u), inner.written_out
    ms, mu, mw = exact(s), exact(u), exact(w)
    assert float(reparam.reduced(mw, mu, ms, dot)) == pytest.approx(problem.rho(w))
    assert float(reparam.best_length(mw, mu, ms, dot)) == pytest.approx(problem.best_length(w))
    assert float(reparam.excess(mw, mu, ms, ms.inv(), dot)) == pytest.approx(problem.excess(w))
    assert numbers(reparam.least_squares_gradient(mw, mu, ms)) == pytest.approx(problem.gradient(w))
    step = numbers(reparam.gdnp_step(mw, mu, ms, dot, problem.largest))
    assert step == pytest.approx(descent.gdnp(problem, w, 1).directions[1])


def test_halfspaces(drawn):
    s, w, u, _ = drawn
    problem, dot = GaussianHalfspaces(s, u), inner.written_out
    slope, curvature = problem.coefficients(w)
    ours = reparam.halfspace_gradient(exact(w), exact(u), exact(s), dot, slope, curvature)
    assert numbers(ours) == pytest.approx(problem.gradient(w))
    v = 0.3 * w
    h = reparam.halfspace_h(exact(w), exact(v), exact(u), dot, *problem.coefficients(v))
    assert float(h) == pytest.approx(descent.correct_h(problem, w, v))


def test_iterating_the_length_reaches_the_equilibrium():
    eta, decay, unit_grad = 0.3, 0.1, 2.0
    square = 1.0
    for _ in range(2000):
        square = invariance.next_square(square, unit_grad**2 / square, eta, decay)
    assert square**2 == pytest.approx(float(invariance.equilibrium_fourth(eta, decay, unit_grad)))
    cosine, tangent = invariance.equilibrium_cosine(eta, decay), invariance.equilibrium_tangent(eta, decay)
    assert np.arccos(cosine) == pytest.approx(np.arctan(float(tangent)))


def test_the_inner_product_of_any_dimension_is_bilinear_and_symmetric():
    s, a, b, k = sp.symbols("S a b k")
    dot = inner.Gram([a, b], s)
    assert dot(a + k * b, s * b) == dot(a, s * b) + k * dot(b, s * b)
    assert dot(s * a, b) == dot(b, s * a) == dot(a, s * b) != dot(a, b)
    assert dot(s * a, a / s) == dot(a, a) and dot(a, a).is_positive and not dot(a, b).is_positive
    with pytest.raises(ValueError, match="not a product of two vectors"):
        dot(a, k)


def test_vectors_are_printed_behind_their_numbers_and_in_order():
    s, w, u = inner.letters("S w u")
    g = sp.Symbol("g")
    spelled, normed = inner.printed(), inner.printed({s: "S"})
    assert tex(g * s * w) == "g S w"
    assert tex(reparam.normalized(w, g, s, normed)) == r"\frac{g}{\lVert w \rVert_{S}} w"
    assert tex(spelled(u, w) * u) == r"\left(u^{\top} w\right) u"
    assert tex(spelled(u, w) * spelled(w, w)) == r"\left(u^{\top} w\right) \left(w^{\top} w\right)"
    assert tex(g * (u + w)) == r"g \left(w + u\right)"
    assert tex((1 + g) * w) in (r"\left(1 + g\right) w", r"\left(g + 1\right) w")
