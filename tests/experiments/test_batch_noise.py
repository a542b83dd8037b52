"""The spread of batch statistics, sampled against the formulas."""

import numpy as np
import pytest

from bn.experiments import batch_noise


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
