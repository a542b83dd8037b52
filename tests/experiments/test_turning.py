"""The angle of a step at the balance, under five optimizers, at reduced settings."""

import numpy as np
import pytest

from bnbook.experiments import turning


def test_the_predicted_angles_are_those_that_the_chapter_names():
    assert turning.predicted("sgd", ((0.1, 0.02),)) == pytest.approx(np.sqrt(0.004))
    assert turning.predicted("momentum-0.9", ((0.1, 0.02),)) == pytest.approx(np.sqrt(0.004 / 1.9))
    assert turning.predicted("adamw-0.9", ((0.1, 0.02),)) == pytest.approx(np.sqrt(0.004 * 0.1 / 1.9))


def test_pairs_shrink_the_weights_equally_under_all_optimizers():
    """Through a velocity decay counts 1 / (1 - alpha) times."""
    for name, pairs in turning.PAIRS.items():
        share = turning.MOMENTUM[name] if name.startswith("momentum") else 0
        assert np.prod(np.array(pairs), axis=1) / (1 - share) == pytest.approx([0.001, 0.004, 0.004, 0.04])


def test_a_short_run_turns_as_predicted():
    run = turning.of_seed(0, places=("usual",), names=("momentum-0.9", "adamw-0.9"), steps=600)
    assert run["angle"].shape == (1, 2, 4) and (run["diverged_at"] == -1).all()
    for o, name in enumerate(("momentum-0.9", "adamw-0.9")):
        assert run["angle"][0, o, 1:] == pytest.approx(turning.predicted(name)[1:], rel=0.15)
    assert (run["cosine"] > 0.7).all() and (run["range"] < 3).all()
