"""Lengths of normalized weights under decay, after a push, and under other optimizers, at reduced settings."""

import numpy as np
import pytest

from bnbook.experiments import lengths


@pytest.fixture(scope="module")
def followed():
    return lengths.optimizers(0, shapes=((32,),), steps=300)


def test_plain_descent_never_shortens_and_adam_does(followed):
    assert followed["shorter"].shape == (1, 3, 2)
    sgd, momentum, adam = range(3)
    assert (followed["shorter"][0, sgd] == 0).all() and (followed["unit_shorter"][0, sgd] == 0).all()
    assert followed["lowest"][0, sgd] == pytest.approx(0, abs=1e-12)
    assert followed["shorter"][0, adam, 0] > 0.05 and followed["unit_shorter"][0, adam, 0] > 0.05
    assert (followed["lowest"][0, momentum] < -0.001).all()  # what is subtracted points inwards: the weights grow


def test_the_map_of_the_squared_length_has_the_slope_that_the_chapter_names():
    """q -> (1 - eta lambda)^2 q + eta^2 |g~|^2 / q, differentiated by a difference at its fixed point."""
    for rate, decay, gradient in ((0.2, 0.01, 1.3), (0.8, 0.9, 0.4), (1.0, 0.3, 2.0)):
        step = lambda q, a=1 - rate * decay, b=(rate * gradient) ** 2: a**2 * q + b / q
        balance = np.sqrt(rate * gradient**2 / (2 * decay - rate * decay**2))
        assert step(balance) == pytest.approx(balance)
        slope = (step(balance * 1.0001) - step(balance * 0.9999)) / (0.0002 * balance)
        assert slope == pytest.approx(2 * (1 - rate * decay) ** 2 - 1, abs=1e-6) and abs(slope) < 1
        q = 3 * balance
        for _ in range(4000):
            q = step(q)
        assert q == pytest.approx(balance)


def test_a_push_dies_down():
    run = lengths.pushed(0, settings=((0.4, 0.02),), settle=400, follow=90)
    assert run["predicted"] == pytest.approx([2 * 0.992**2 - 1])
    assert run["apart"][0, 0] == pytest.approx(2 * np.log(1.1))
    assert abs(run["apart"][0, -1]) < 0.5 * run["apart"][0, 0]


def test_windows_of_the_balance_are_means_of_records():
    run = lengths.balance(1, scales=(1.0,), rates=(0.2,), decays=(0.0, 0.01), steps=160)
    assert run["norm"].shape == (1, 1, 2, 2) and run["start"].shape == (1, 1, 2)
    assert run["norm"][0, 0, 0, 1] > run["norm"][0, 0, 0, 0] > run["start"][0, 0, 0]
    np.testing.assert_allclose(lengths.windows(np.arange(16.0)), [3.5, 11.5])
