"""Each method at its own best rate: the rate is chosen by seeds that do not judge it."""

import numpy as np
import pytest

from bnbook.experiments import tuned


def made_up():
    """13 seeds, 2 networks, 4 methods, 5 rates, records at steps 0, 10, 20."""
    accuracy = np.full((13, 2, 4, 5, 3), 0.1)
    accuracy[-3:, 0, 0, 1] = (0.1, 0.96, 0.97)  # plain: the seeds that choose like rate 1 for both
    accuracy[:-3, 0, 0, 1] = (0.1, 0.5, 0.9)
    accuracy[:-3, 0, 0, 4] = (0.1, 0.99, 0.99)  # better for those that judge, who are not asked
    accuracy[-3:, 0, 2, 2] = (0.1, 0.2, 0.98)  # batch norm: rate 2 ends best, rate 3 is quickest
    accuracy[-3:, 0, 2, 3] = (0.1, 0.96, 0.9)
    accuracy[:-3, 0, 2, 2, 2] = 0.9 + 0.001 * np.arange(-4, 6)
    accuracy[:-3, 0, 2, 3, 1] = 0.97
    return {"steps": np.tile([0, 10, 20], (13, 1)), "accuracy": accuracy}


def test_the_best_rate_is_chosen_by_the_last_seeds_and_judged_by_the_others():
    found = tuned.judged(made_up())
    assert found["plain"]["rate_final"] == found["plain"]["rate_steps"] == 0.1
    assert found["plain"]["final"].median == pytest.approx(90) and found["plain"]["final"].n == 10
    assert found["plain"]["steps"].median == 21  # later than all records: not reached
    own = found["batchnorm"]
    assert (own["rate_final"], own["rate_steps"]) == (0.316, 1.0)
    assert own["steps"].median == 10 and own["steps_more"].median == -11 and own["steps_more"].fewer == 10
    assert own["final"].median == pytest.approx(90.05) and own["final_more"].more == 5 and own["final_more"].tie


def test_a_seed_gives_accuracies_over_training_of_every_network_method_and_rate():
    run = tuned.of_seed(2, networks=("good",), steps=60)
    assert run["accuracy"].shape == (1, 4, 5, 4) and run["steps"].tolist() == [0, 20, 40, 60]
    assert (run["accuracy"][0, :, 1, -1] > 0.6).all() and (run["accuracy"][0, :, :, 0] < 0.35).all()


def test_in_the_network_with_a_bad_start_batch_norm_learns_first():
    run = tuned.of_seed(0, networks=("bad",), steps=60)
    plain, _, batch, _ = run["accuracy"][0, :, 1, -1]
    assert plain < 0.5 < batch
