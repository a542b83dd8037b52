"""Exactly which mistakes each loss catches: what the chapter prints as a table."""

import numpy as np

from bnbook.experiments import blind_losses

RIGHT = {"none", "variance-to-mean"}
TOLERANCE = 1e-4


def missed(run, loss):
    """The names of the mistakes that pass a test with this loss."""
    errors = run["error"][:, run["losses"].index(loss)]
    return {name for name, error in zip(run["mistakes"], errors, strict=True) if error <= TOLERANCE}


def test_a_random_upstream_gradient_catches_all_if_eps_matters():
    assert missed(blind_losses.run(eps=0.01), "random") == RIGHT
    assert missed(blind_losses.run(eps=1e-5), "random") == RIGHT | {"eps-forgotten", "eps-outside"}


def test_the_sum_misses_all_but_a_missing_mean_path_and_its_factor():
    assert set(blind_losses.run()["mistakes"]) - missed(blind_losses.run(), "sum") == {
        "mean-path",
        "both-paths",
        "one-over-m",
    }


def test_the_sum_of_squares_misses_what_is_of_the_order_of_eps_and_at_beta_zero_the_mean_path():
    small = RIGHT | {"gamma", "factor", "sign", "eps-forgotten", "eps-outside"}
    assert missed(blind_losses.run(beta=0.6), "squares") == small
    assert missed(blind_losses.run(beta=0), "squares") == small | {"mean-path"}


def test_the_true_gradients_of_the_blind_losses_are_zero_and_of_the_order_of_eps():
    random, total, squares = blind_losses.run()["size"]
    assert random > 0.1 and total < 1e-9 and 1e-6 < squares < 1e-4
    ten_times = blind_losses.run(eps=1e-4)["size"][2]
    np.testing.assert_allclose(ten_times / squares, 10, rtol=1e-3)


def test_a_large_eps_opens_the_eyes_of_the_sum_of_squares_as_well():
    """What the chapter tells apart: the loss and the size of eps, each varied alone."""
    assert missed(blind_losses.run(eps=0.01, beta=0.6), "squares") == RIGHT
    assert missed(blind_losses.run(eps=0.01, beta=0), "squares") == RIGHT | {"mean-path"}
    assert missed(blind_losses.run(eps=0.01), "sum") == missed(blind_losses.run(eps=1e-5), "sum")


def test_every_draw_is_returned():
    run = blind_losses.run(draws=5)
    assert run["errors"].shape == (5, len(run["mistakes"]), 3)
    np.testing.assert_array_equal(np.median(run["errors"], axis=0), run["error"])
