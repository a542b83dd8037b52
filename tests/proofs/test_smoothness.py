"""The bounds of the smoothness chapter against the NumPy library and finite differences, with no code in common."""

import numpy as np
import pytest
import sympy as sp

from bn import layers
from bn.layers.lp import lp_backward, lp_forward
from bnbook.proofs import registry
from bnbook.proofs.formulas import smoothness
from bnbook.proofs.formulas.batch import listed
from bnbook.proofs.reparam import unit as unit_proofs
from bnbook.proofs.reparam import weight_space as weight_space_proofs
from bnbook.proofs.smoothness import (
    explanations as explanations_proofs,
)
from bnbook.proofs.smoothness import (
    lipschitz as lipschitz_proofs,
)
from bnbook.proofs.smoothness import (
    literal as literal_proofs,
)
from bnbook.proofs.smoothness import (
    second_order as second_order_proofs,
)

ENTRIES = registry.entries()
EPS = (0.0, 1e-5, 0.3, 5.0)


class Drawn:
    """One feature over seven examples: batch, output, upstream gradient g, Hessian behind the layer, true dx."""

    def __init__(self, seed, eps):
        rng = np.random.default_rng(seed)
        self.m, self.eps, self.gamma, self.beta = 7, eps, -1.7, 0.6
        self.x, self.g = rng.normal(2, 1.5, self.m), rng.normal(size=self.m)
        h = rng.normal(size=(self.m, self.m))
        self.hessian = h + h.T
        self.z, self.cache = self.forward(self.x)
        self.dx = layers.batch_norm_grad(self.g[:, None], self.cache)[0][:, 0]
        self.s = np.sqrt(self.x.var() + eps)
        self.xhat = (self.x - self.x.mean()) / self.s
        self.share = eps / self.s**2
        self.products = self.g @ self.g, self.g.sum(), self.g @ self.xhat

    def forward(self, x):
        z, cache = layers.batch_norm(x[:, None], np.array([self.gamma]), np.array([self.beta]), self.eps)
        return z[:, 0], cache

    def loss(self, x):
        moved = self.forward(x)[0] - self.z
        return self.g @ moved + moved @ self.hessian @ moved / 2

    def curvature(self, v, h=1e-3):
        """The second slope of the loss along v, by central differences of fourth order."""
        ahead, far = (
            (self.loss(self.x + t * v) + self.loss(self.x - t * v) - 2 * self.loss(self.x)) for t in (h, 2 * h)
        )
        return (16 * ahead - far) / (12 * h**2)


@pytest.fixture(params=[(seed, eps) for seed in range(2) for eps in EPS])
def drawn(request):
    return Drawn(*request.param)


def test_the_length_of_the_gradient_its_bound_and_the_slack(drawn):
    scale, true = (drawn.gamma, drawn.s), drawn.dx @ drawn.dx
    exact = smoothness.dx_square(*drawn.products, *scale, drawn.share, drawn.m)
    bound = smoothness.bounded_square(*drawn.products, *scale, drawn.m)
    slack = smoothness.slack(drawn.products[2], *scale, drawn.share, drawn.m)
    assert float(exact) == pytest.approx(true, rel=1e-12)
    assert float(bound) >= true * (1 - 1e-12)
    assert float(slack) == pytest.approx(float(bound) - true, abs=1e-13) and (float(slack) > 1e-9) == (drawn.eps > 0)


def test_the_frozen_twin(drawn):
    """Its gradient by differences of its own loss, with mean and spread held."""
    scale = drawn.gamma / drawn.s
    moved = lambda x: scale * (x - drawn.x)
    ahead = np.array([drawn.g @ moved(drawn.x + step) for step in np.eye(drawn.m)])
    square = float(smoothness.rescaled_square(drawn.products[0], drawn.gamma, drawn.s))
    assert square == pytest.approx(ahead @ ahead, rel=1e-12)
    removed = smoothness.removed_square(*drawn.products[1:], drawn.gamma, drawn.s, drawn.share, drawn.m)
    assert float(removed) == pytest.approx(square - drawn.dx @ drawn.dx, rel=1e-11)


def test_the_bound_for_the_weights_is_reached_and_never_passed(drawn):
    rng, norm = np.random.default_rng(1), 0.8
    worst = norm**2 * drawn.products[0]
    claimed = smoothness.weight_square(
        worst, drawn.g.mean(), drawn.products[2], norm, drawn.gamma, drawn.s, drawn.share, drawn.m
    )
    inputs = rng.normal(size=(200, drawn.m, 3))
    inputs *= norm / np.linalg.norm(inputs, ord=2, axis=(1, 2))[:, None, None]
    squares = ((drawn.dx @ inputs) ** 2).sum(axis=-1)
    best = norm * np.outer(drawn.dx, [0.6, 0, 0.8]) / np.linalg.norm(drawn.dx)
    assert np.linalg.norm(best, ord=2) == pytest.approx(norm)
    assert squares.max() <= float(claimed)
    assert np.sum((drawn.dx @ best) ** 2) == pytest.approx(float(claimed), rel=1e-11)


def test_the_curvature_along_the_gradient(drawn):
    """Against the double backward of the library and against differences of the loss alone."""
    v, u = drawn.dx, lambda column: column[:, None]
    through = layers.batch_norm_grad(u(v), drawn.cache)[0][:, 0]  # gamma J v
    own = layers.batch_norm_double_backward(u(v), u(drawn.g), drawn.cache)[0][:, 0]
    true = through @ drawn.hessian @ through + v @ own
    inner = v @ drawn.g, v @ drawn.xhat, drawn.products[2], v @ v
    claimed = smoothness.curvature_along_eps(
        through @ drawn.hessian @ through / drawn.gamma**2, *inner, drawn.gamma, drawn.s, drawn.m
    )
    assert float(claimed) == pytest.approx(true, rel=1e-11, abs=1e-13)
    assert float(claimed) == pytest.approx(drawn.curvature(v), rel=1e-4, abs=1e-7)
    simple = smoothness.curvature_along(v @ drawn.hessian @ v, inner[2], inner[3], drawn.gamma, drawn.s, drawn.m)
    if drawn.eps == 0:
        assert float(simple) == pytest.approx(true, rel=1e-11)
    elif drawn.eps > 0.1:
        assert abs(float(simple) - true) > 1e-4 * abs(true)


@pytest.mark.parametrize("values", [literal_proofs.FIVE, literal_proofs.BY_HAND])
def test_the_literal_reading_is_false_in_the_library_too(values):
    x = np.array(values, dtype=float)[:, None]
    z, cache = layers.batch_norm(x, np.ones(1), np.zeros(1), 0.0)
    dx = layers.batch_norm_grad((z - x) ** 3, cache)[0]
    bound, true = literal_proofs.literal(values)
    assert bound == 0 and float(true) == pytest.approx((dx**2).sum(), rel=1e-12) and true > 0


def test_the_literal_reading_holds_for_squared_errors_at_the_targets():
    """Then what the loss asks for is a shift and a stretch, and the gradient is 0: no counterexample."""
    x = np.array(literal_proofs.FIVE, dtype=float)[:, None]
    z, cache = layers.batch_norm(x, np.ones(1), np.zeros(1), 0.0)
    assert np.abs(layers.batch_norm_grad(z - x, cache)[0]).max() < 1e-14


@pytest.mark.parametrize("gamma", [sp.Rational(1, 2), sp.S.One, sp.Rational(11, 10), sp.Integer(3)])
def test_the_second_form_holds_up_to_gamma_of_sigma_and_no_further(gamma):
    left, right = second_order_proofs.second_form_sides(gamma)
    assert (left <= right) == (gamma <= 1)


@pytest.mark.parametrize(("ratio", "holds"), [(0.5, True), (1.0, True), (3.0, False)])
def test_the_second_form_on_random_batches(ratio, holds):
    """H = 2 I: both sides from the double backward; ratio is gamma / sigma."""
    for seed in range(5):
        case = Drawn(seed, 0.0)
        case.gamma, case.hessian = ratio * case.s, 2 * np.eye(case.m)
        case.z, case.cache = case.forward(case.x)
        v = layers.batch_norm_grad(case.g[:, None], case.cache)[0][:, 0]
        through = layers.batch_norm_grad(v[:, None], case.cache)[0][:, 0]
        own = layers.batch_norm_double_backward(v[:, None], case.g[:, None], case.cache)[0][:, 0]
        left, square = 2 * through @ through + v @ own, case.products[0]
        right = smoothness.curvature_second_form(2 * square, case.products[2], v @ v, case.gamma, case.s, case.m)
        assert float(right) - left == pytest.approx(2 * ratio**2 * (square - v @ v), rel=1e-9)
        assert (left <= float(right)) == holds


def unit_loss(w, t, gamma):
    return np.sum((gamma * w / np.linalg.norm(w) - t) ** 2) / 2


@pytest.mark.parametrize("seed", range(3))
def test_one_unit(seed):
    rng = np.random.default_rng(seed)
    w, t, gamma = rng.normal(size=4), rng.normal(size=4), 1.3
    length, hat = np.linalg.norm(w), w / np.linalg.norm(w)
    along, loss = hat @ t, lambda w: unit_loss(w, t, gamma)
    h = 1e-5
    slopes = np.array([(loss(w + h * e) - loss(w - h * e)) / (2 * h) for e in np.eye(4)])
    ours = np.array([float(smoothness.unit_gradient(*pair, along, gamma, length)) for pair in zip(hat, t)])
    assert ours == pytest.approx(slopes, abs=1e-8)
    assert float(smoothness.unit_slope_square(along, t @ t, gamma, length)) == pytest.approx(slopes @ slopes, rel=1e-6)
    u, h = ours / np.linalg.norm(ours), 1e-4
    second = (loss(w + h * u) + loss(w - h * u) - 2 * loss(w)) / h**2
    assert float(smoothness.unit_curvature(along, gamma, length)) == pytest.approx(second, rel=1e-5)
    overshoot = smoothness.unit_overshoot(along, gamma)
    assert float(smoothness.curvature_along(1, overshoot, 1, gamma, length, 1)) == pytest.approx(second, rel=1e-5)
    far = float(smoothness.unit_loss_far(u @ t, t @ t, gamma))
    for way, goal in ((0.7, None), (1e7, far)):
        there = float(smoothness.unit_loss_on_the_way(w @ t, u @ t, t @ t, w @ w, gamma, way))
        assert there == pytest.approx(loss(w + way * u), rel=1e-9)
        assert goal is None or there == pytest.approx(goal, rel=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_the_foot_is_the_nearest_point_of_the_ray(seed):
    rng = np.random.default_rng(seed)
    w, t = rng.normal(size=5), rng.normal(size=5)
    t = t if w @ t > 0 else -t
    foot = smoothness.foot(w @ t, t @ t)
    ks = foot * np.linspace(0.5, 1.5, 101)
    squares = ((w - ks[:, None] * t) ** 2).sum(axis=1)
    nearest = float(smoothness.foot_square(np.sum((w - t) ** 2), w @ t, t @ t))
    assert squares.argmin() == 50 and squares[50] == pytest.approx(nearest) and nearest < np.sum((w - t) ** 2)
    assert unit_loss(3 * w, t, 1.2) == pytest.approx(unit_loss(w, t, 1.2))


@pytest.mark.parametrize("p", [1, 2, np.inf])
def test_the_gradient_behind_other_norms(p):
    rng = np.random.default_rng(4)
    z, dy = rng.normal(1, 2, size=(2, 1, 6, 1))
    params = {"gamma": np.full((1, 1, 1), 1.7), "beta": np.full((1, 1, 1), -0.4)}
    _, cache = lp_forward(z, params, 0.0, p)
    xhat, norm, slope, _ = cache
    letters = dy_, h_, d_ = sp.symbols("dy h d")
    rows = list(zip(dy.ravel(), xhat.ravel(), slope.ravel()))
    mean = listed(dict(zip(letters, zip(*rows))))
    form = explanations_proofs.any_norm_dx(dy_, h_, d_, 1.7, float(norm.squeeze()), mean, lambda e: 6 * mean(e))
    ours = [float(form.subs(dict(zip(letters, row)))) for row in rows]
    theirs = lp_backward(dy, cache)[0].ravel()
    assert ours == pytest.approx(theirs, rel=1e-12)
    assert theirs @ z.ravel() == pytest.approx(0, abs=1e-13)


@pytest.mark.parametrize(("m", "factor"), [(4, 1.596), (8, 1.204), (32, 1.041)])
def test_the_spread_of_a_batch_is_too_small(m, factor):
    form = ENTRIES["batch-spread-reciprocal"].form
    assert float(form(sp.Integer(m))) == pytest.approx(factor, abs=5e-4)
    draws = np.random.default_rng(m).normal(0, 2, size=(40_000, m))
    assert np.mean(1 / draws.std(axis=1)) * 2 == pytest.approx(factor, rel=0.02)
    variance = ENTRIES["batch-variance-variance"].form(2, m)
    assert draws.var(axis=1).var() == pytest.approx(float(variance), rel=0.05)
    assert draws.mean(axis=1).var() == pytest.approx(float(ENTRIES["batch-mean-variance"].form(2, m)), rel=0.05)


def test_what_is_proved_is_printed_in_the_letters_of_the_other_chapters():
    """Only what a paper prints keeps its letters, in which y enters the layer."""
    modules = lipschitz_proofs, literal_proofs, second_order_proofs, unit_proofs, weight_space_proofs
    shown = [entry for module in modules for entry in module.IDENTITIES if callable(entry.shows)]
    assert len(shown) > 15
    for entry in shown:
        names = {symbol.name for side in entry.shows(entry.form) for symbol in sp.sympify(side).free_symbols}
        foreign = [name for name in names if "\\hat{y}" in name or "\\nabla_y" in name or "\\nabla_{y" in name]
        assert not foreign, (entry.label, foreign)
