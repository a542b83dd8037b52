"""The race as a finding: one seed of it is the experiments' own run."""

import numpy as np
import pytest

from bnbook.experiments import least_squares, race


def test_one_seed_is_the_experiment(monkeypatch):
    monkeypatch.setitem(race.STEPS, "squares", 310)
    monkeypatch.setattr(race, "CONDITIONS", (3, 10))
    found = race.one_seed(4, kinds=("squares",))
    assert set(found) == {f"squares_{name}" for name in ("share", "needed", "rate", "condition")}
    assert found["squares_condition"] == pytest.approx([3, 10])
    run = least_squares.run(10.0, (4,), 310, methods=race.METHODS)
    share = run["excess"][:, 0]
    np.testing.assert_allclose(found["squares_share"][1], np.maximum(share[:, race.SHOWN], 1e-30))
    reached = found["squares_needed"][1]
    for m, row in enumerate(share):
        step = int(reached[m])
        assert row[step] <= race.TARGET < row[step - 1]
    np.testing.assert_allclose(found["squares_rate"][1, 3], np.exp(run["rate"][3, 0]), rtol=1e-6)


def test_what_does_not_arrive_is_infinite(monkeypatch):
    monkeypatch.setitem(race.STEPS, "squares", 305)
    monkeypatch.setattr(race, "CONDITIONS", (300,))
    assert np.isinf(race.one_seed(0, kinds=("squares",))["squares_needed"][0, 0])
