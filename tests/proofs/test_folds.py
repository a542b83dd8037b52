"""The entries about folds, in numbers, with `bn`."""

import numpy as np
import pytest

from bn.layers import batch_norm
from bnbook.proofs.registry import entries


@pytest.mark.parametrize("seed", range(3))
def test_folds_of_a_layer_are_where_the_entries_say(seed):
    rng = np.random.default_rng(seed)
    x, w, b = rng.normal(2, 1, (9, 3)), rng.normal(size=(3, 4)), rng.normal(size=4)
    gamma, beta, eps = rng.uniform(0.5, 2, 4), rng.normal(size=4), 0.3
    z = x @ w + b
    y, cache = batch_norm(np.vstack([z]), gamma, beta, eps)
    at_mean = gamma * (x.mean(axis=0) @ w + b - cache.mu) / cache.std + beta
    np.testing.assert_allclose(at_mean, entries()["fold-at-the-mean"].form(beta, b))
    for unit in range(4):
        length = np.linalg.norm(w[:, unit])
        for c in (0.0, 1.7):
            mean_square = (((x @ w[:, unit] - c) / length) ** 2).mean()
            off = w[:, unit] @ x.mean(axis=0) - c
            assert mean_square == pytest.approx(entries()["fold-distance"].form((x @ w[:, unit]).var(), off, length))
        xhat = (y[:, unit] - beta[unit]) / gamma[unit]
        least = entries()["both-sides"].form(eps / (cache.var[unit] + eps))
        assert least <= -xhat.min() * xhat.max() + 1e-12
