"""The expressions of the other norms, from which the page prints and computes, against `bn.layers` in numbers."""

import numpy as np
import pytest
import sympy as sp

from bn import layers
from bnbook.proofs.formulas import family

X, G = sp.symbols("x g", real=True)


def over(values):
    """The mean over a written-out row of expressions in x and g, and the row's entry k."""
    rows = [dict(zip((X, G), pair)) for pair in values]
    return lambda e: sum(sp.sympify(e).xreplace(row) for row in rows) / len(rows), rows


def numbers(form, rows):
    return np.array([float(sp.sympify(form).xreplace(row)) for row in rows])


@pytest.fixture
def row():
    rng = np.random.default_rng(0)
    return rng.normal(1, 2, size=5), rng.normal(size=5), rng.normal(2, 1, size=5)


def test_rms_norm_and_its_gradient(row):
    x, dy, gamma = row
    mean, rows = over(zip(x, gamma * dy))
    r = family.rms(X, mean, 0.3)
    y, cache = layers.rms_norm(x[None], gamma, 0.3)
    np.testing.assert_allclose(gamma * numbers(family.rms_norm(X, mean, 0.3), rows), y[0], rtol=1e-12)
    dx = numbers(family.rms_norm_dx(G, X / r, r, mean), rows)
    np.testing.assert_allclose(dx, layers.rms_norm_grad(dy[None], cache)[0][0], rtol=1e-11)


def test_weight_standardization_and_its_gradient(row):
    v, dw, _ = row
    mean, rows = over(zip(v, dw))
    vhat = family.standardized(X, mean, 0.3)
    w, cache = layers.weight_standardization(v[:, None], 1.0, 0.3)
    np.testing.assert_allclose(numbers(vhat, rows), w[:, 0], rtol=1e-12)
    dv = numbers(family.standardized_dv(G, vhat, float(cache.std[0, 0]), mean), rows)
    np.testing.assert_allclose(dv, layers.weight_standardization_grad(dw[:, None], cache)[:, 0], rtol=1e-11)


def test_batch_renorm_and_its_gradient(row):
    x, dy, _ = row
    mean, rows = over(zip(x, dy))
    running = layers.Running(np.array([0.5]), np.array([2.0]))
    y, cache = layers.batch_renorm(x[:, None], [1.7], [0.0], running, 1.1, 0.1, eps=0.3)
    xtilde = (X - mean(X)) / float(cache.std[0])
    r, d = float(cache.r[0]), float(cache.d[0])
    np.testing.assert_allclose(1.7 * numbers(family.renorm(xtilde, r, d), rows), y[:, 0], rtol=1e-12)
    dx = numbers(family.renorm_dx(G, xtilde, 1.7, r, float(cache.std[0]), mean), rows)
    np.testing.assert_allclose(dx, layers.batch_renorm_grad(dy[:, None], cache)[0][:, 0], rtol=1e-11)
    free = layers.batch_renorm(x[:, None], [1.7], [0.0], running, 99, 99, eps=0.3)[1]
    np.testing.assert_allclose(
        [float(part) for part in family.corrections(cache.mu[0], cache.std[0], 0.5, np.sqrt(2.3))],
        [free.r[0], free.d[0]],
    )


def test_group_statistics_and_the_gain():
    x = np.random.default_rng(1).normal(size=(4, 6)) + np.arange(4)[:, None]
    own, var = x.mean(axis=1), x.var(axis=1)
    given = float(family.group_variance(*map(sp.Float, (var.mean(), own.var()))))
    assert given == pytest.approx(x.var())
    assert float(family.relu_gain()) == pytest.approx(layers.RELU_GAIN, rel=1e-15)
    assert abs(layers.RELU_GAIN - 1.71286) < 1e-5
