"""The formulas of deep networks against random networks of `bn`, with no code in common."""

import numpy as np
import pytest
import sympy as sp

from bn.layers import batch_norm
from bnbook.experiments import critical
from bnbook.experiments.rank import effective_rank, mean_cosine
from bnbook.proofs.formulas import deep


def test_the_rank_of_examples_of_one_length_is_told_by_their_cosines():
    h = np.random.default_rng(0).normal(size=(7, 30))
    h /= np.linalg.norm(h, axis=1, keepdims=True)
    square = (np.square(h @ h.T).sum() - 7) / 42
    assert effective_rank(h) == pytest.approx(float(deep.rank_from_cosines(7, square)))
    assert effective_rank(np.eye(7)) == pytest.approx(7) and effective_rank(np.ones((7, 3))) == pytest.approx(1)


def test_batch_norm_forgets_the_cosine_of_equally_near_examples():
    rng = np.random.default_rng(1)
    for c in (0.1, 0.9):
        w = rng.normal(size=(9, 50_000))  # nine examples with cosines c, through as many random units
        z = np.sqrt(c) * rng.normal(size=(1, 50_000)) + np.sqrt(1 - c) * w
        y = batch_norm(z, np.ones(z.shape[1]), np.zeros(z.shape[1]), 0.0)[0]
        assert mean_cosine(y) == pytest.approx(float(deep.centered_cosine(sp.Integer(9))), abs=1e-3)
        behind = mean_cosine(np.maximum(y, 0))
        assert behind == pytest.approx(float(deep.relu_cosine(deep.centered_cosine(sp.Integer(9)))), abs=0.01)


def test_the_growth_of_yang_and_its_limit():
    for m, known in ((4, 3.08), (64, 1.493)):
        formula = float(deep.batchnorm_growth(sp.Integer(m), deep.centered_cosine(sp.Integer(m))))
        assert formula == pytest.approx(critical.batchnorm_growth(m)) == pytest.approx(known, abs=0.005)
    assert critical.batchnorm_growth(np.inf) == pytest.approx(critical.batchnorm_growth(10**7), rel=1e-5)
    with pytest.raises(ValueError, match="allowed is 4 or more"):
        critical.batchnorm_growth(3)
    assert float(deep.plain_growth(np.sqrt(2))) == pytest.approx(critical.growth("relu", 1.41))


def test_the_closed_map_is_that_of_the_quadrature():
    c = np.array([-0.3, 0.0, 0.4, 0.95])
    closed = [float(deep.relu_cosine(sp.Float(value))) for value in c]
    assert np.allclose(critical.cosine_map("relu", c), closed)
    with pytest.raises(ValueError, match="activation"):
        critical.cosine_map("swish", c)
