"""The spread of batch statistics, sampled against the formulas."""

import numpy as np
import pytest

from bn.layers import batch_norm
from bnbook.experiments import batch_noise


def test_sampling_agrees_with_the_formulas():
    found = batch_noise.run(batch_sizes=(4, 8, 32), draws=20000)
    measured = [found[key] for key in ("mean_spread", "variance_mean", "variance_spread")]
    assert np.stack(measured, axis=1) == pytest.approx(found["exact"][:, :3], rel=0.02)
    assert found["inverse_scale"][1:] == pytest.approx(found["exact"][1:, 3], rel=0.01)
    assert found["mean"].shape == found["variance"].shape == (3, 20000)


def test_known_values_of_the_inverse_scale():
    assert [batch_noise.exact(m)[3] for m in (4, 8, 32)] == pytest.approx([1.596, 1.204, 1.041], abs=1e-3)
    assert batch_noise.exact(2)[3] == np.inf


def test_a_batch_size_gives_the_same_draws_alone():
    assert np.array_equal(batch_noise.run((2, 8), 50)["mean"][1:], batch_noise.run((8,), 50)["mean"])


@pytest.mark.parametrize(("m", "slope"), [(2, 0.564), (4, 0.798), (8, 0.903), (64, 0.988)])
def test_small_batches_squeeze_the_map_and_keep_the_scale(m, slope):
    assert batch_noise.slope(m) == pytest.approx(slope, abs=5e-4)
    sampled, square = batch_noise.regression(m)
    assert sampled == pytest.approx(slope, abs=0.01) and square == pytest.approx(1)


def test_the_map_of_a_value_is_that_of_the_layer():
    """Its slope over normal values is the regression's; a value far out is squeezed to the bound of the chapter."""
    values, weights = np.polynomial.hermite_e.hermegauss(20)
    found = batch_noise.squeeze(4, values)
    assert (weights * values * found["mean"]).sum() / weights.sum() == pytest.approx(batch_noise.slope(4), abs=0.01)
    assert (found["low"] <= found["high"]).all()
    far = batch_noise.squeeze(4, (1e6,))
    assert far["mean"][0] == pytest.approx(np.sqrt(3), abs=1e-4)
    x = np.array([[0.7], *np.random.default_rng([5, 3]).normal(size=(1, 2)).T])
    alone = batch_noise.squeeze(3, (0.7,), draws=1, seed=5)
    assert alone["mean"][0] == pytest.approx(batch_norm(x, np.ones(1), np.zeros(1), 0.0)[0][0, 0])
