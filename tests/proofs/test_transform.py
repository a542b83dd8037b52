"""The expressions against the NumPy layers, which know nothing of them."""

import numpy as np
import pytest
import sympy as sp

import bn
from bnbook.proofs.formulas import transform
from bnbook.proofs.formulas.batch import Moments, indexed, listed

X = sp.Symbol("x", real=True)
BATCH = (1.5, -0.25, 4.0, 2.0, 2.5)


def _mean():
    return listed({X: [sp.Float(value, 30) for value in BATCH]})


@pytest.mark.parametrize("eps", [0.0, 1e-5, 0.3])
def test_the_transform_is_that_of_the_layers(eps):
    y = transform.batch_norm(X, _mean(), 1.7, -0.4, eps)
    expected, cache = bn.batch_norm(np.array(BATCH)[:, None], np.array([1.7]), np.array([-0.4]), eps)
    assert [float(y.subs(X, value)) for value in BATCH] == pytest.approx(list(expected[:, 0]), rel=1e-12)
    steps = transform.steps(X, _mean(), 1, 0, eps)
    assert list(steps) == ["mu", "centred", "squared", "var", "s", "xhat", "y"]
    assert float(steps["mu"]) == pytest.approx(cache.mu[0]) and float(steps["var"]) == pytest.approx(cache.var[0])
    ratio = transform.mean_square_of_xhat(cache.var[0], eps)
    assert float((cache.xhat**2).mean()) == pytest.approx(ratio, rel=1e-12)


def test_inference_and_its_folded_weights_are_those_of_the_layers():
    x, w, b = np.array(BATCH), 0.6, 0.2
    expected = bn.batch_norm_inference((x * w + b)[:, None], [1.3], [0.5], [0.7], [2.1], 0.01)[:, 0]
    assert [float(transform.inference(v * w + b, 0.7, 2.1, 1.3, 0.5, 0.01)) for v in x] == pytest.approx(list(expected))
    new_w, new_b = transform.folded(w, b, 0.7, 2.1, 1.3, 0.5, 0.01)
    assert x * float(new_w) + float(new_b) == pytest.approx(expected)


def test_running_statistics_follow_the_convention_of_the_layers():
    running, (_, cache) = bn.running_start(1), bn.batch_norm(np.array(BATCH)[:, None], [1.0], [0.0])
    for _ in range(7):
        running = bn.update_running(running, cache, momentum=0.2)
    assert transform.running_closed(7, 0.0, cache.mu[0], 0.2) == pytest.approx(running.mean[0])
    var = transform.unbiased(cache.var[0], len(BATCH))
    assert transform.running_closed(7, 1.0, var, 0.2) == pytest.approx(running.var[0])
    assert transform.momentum_from_keras(0.99) == pytest.approx(bn.momentum_from_old_weight(0.99))
    weights = [transform.running_weight(7, k, 0.2) for k in range(1, 8)]
    assert sum(weights) + (1 - 0.2) ** 7 == pytest.approx(1.0)


def test_the_three_kinds_of_mean_agree():
    base, i = sp.IndexedBase("x"), sp.Symbol("i", integer=True)
    expression = lambda x, mean: mean((x - mean(x)) ** 2) + 3
    by_index = expression(base[i], indexed(base, i, 3)).doit()
    values = sp.symbols("p q r", real=True)
    by_index = by_index.subs({base[k + 1]: value for k, value in enumerate(values)})
    by_list = expression(X, listed({X: values}))
    moments = Moments(X)
    p, q, r = values
    as_moments = {moments.mu: (p + q + r) / 3}
    as_moments[moments.v] = (p**2 + q**2 + r**2) / 3 - as_moments[moments.mu] ** 2
    assert sp.expand(by_index - by_list) == 0
    assert sp.expand(by_list - expression(X, moments).subs(as_moments)) == 0


def test_moments_of_two_vectors_keep_them_apart():
    d = sp.Symbol("d", real=True)
    moments = Moments(X, d)
    assert moments(d) != moments(X) and moments(X * d) != moments(X) * moments(d)
    assert moments(2 * d + 5) == 2 * moments(d) + 5


def test_training_gamma_and_beta_reaches_the_wanted_mean_and_spread():
    gamma, beta, kept = 0.3, -2.0, 0.8
    for _ in range(200):
        gamma, beta = transform.affine_next(gamma, beta, 2.5, 1.0, 0.1, kept)
    assert float(gamma) * kept**0.5 == pytest.approx(2.5, abs=1e-3) and float(beta) == pytest.approx(1.0, abs=1e-3)
    closed = transform.affine_closed(200, 0.3, -2.0, 2.5, 1.0, 0.1, kept)
    assert [float(c) for c in closed] == pytest.approx([float(gamma), float(beta)])
