"""The contest at its smallest, and the table of invariances against the laws and the mathematics sheet's table."""

import numpy as np
import pytest

from bnbook.experiments import family, invariances

YES = {  # what must not change, eps = 0 and a > 0
    "weights": {"batch", "weight", "standardized", "layer", "group", "rms"},
    "unit": {"batch", "weight", "standardized"},
    "shared": {"layer", "group"},
    "shift": {"standardized"},
    "inputs": {"batch", "layer", "group", "rms"},
    "vector": {"batch"},
    "example": {"layer", "group", "rms"},
    "others": {"none", "weight", "standardized", "layer", "group", "rms", "tanh"},
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("size", [0.1, 10])
def test_the_table_has_its_zeros_where_the_laws_are_and_nowhere_else(size, seed):
    for change, invariant in YES.items():
        for norm in invariances.NORMS:
            moved = invariances.run(norm, change, size, seed=seed)["moved"]
            assert moved < 1e-12 if norm in invariant else moved > 1e-3, (norm, change, moved)


def test_a_negative_factor_turns_the_sign_and_eps_breaks_the_laws_of_scale_only():
    turned = invariances.run("batch", "weights", -1)
    beta = invariances.setting()["beta"]
    np.testing.assert_allclose(turned["after"] - beta, beta - turned["before"], rtol=1e-12)
    assert 1e-6 < invariances.run("layer", "example", 0.1, eps=1e-5)["moved"] < 1e-2
    assert invariances.run("layer", "shared", 10, eps=0.3)["moved"] < 1e-12


def test_only_the_example_that_stays_is_compared_when_the_others_are_exchanged():
    run = invariances.run("batch", "others", 2)
    assert run["before"].shape == run["after"].shape == (1, invariances.UNITS)
    x, w = invariances.changed("others", 2, *(invariances.setting()[n] for n in ("x", "w", "vector", "others")))
    same = (x == invariances.setting()["x"]).all(axis=1)
    assert same.sum() == 1 and same[invariances.CHANGED] and (w == invariances.setting()["w"]).all()


@pytest.fixture(scope="module")
def small_start():
    """Recipe E10 at start weights ten times too small, and batches of 64 and of 1: one seed, four norms."""
    norms = ("none", "weight", "batch", "layer")
    return norms, family.run(6, 0.1, norms, (1, 64), (0.1,), seeds=(0, 1), steps=200)


def test_a_bad_start_stops_plain_and_weight_norm_but_not_batch_norm(small_start):
    norms, run = small_start
    at = run["accuracy"][:, 1, 0]  # batches of 64, learning rate 0.1
    assert (at[norms.index("batch")] > 0.9).all()
    assert (at[norms.index("none")] < 0.2).all() and (at[norms.index("weight")] < 0.2).all()
    assert (at[norms.index("layer")] > 0.3).all()


def test_a_batch_of_one_leaves_batch_norm_with_guessing(small_start):
    norms, run = small_start
    assert (run["accuracy"][norms.index("batch"), 0] < 0.2).all()


def test_shapes_and_divergence(small_start):
    norms, run = small_start
    assert run["accuracy"].shape == run["diverged_at"].shape == (len(norms), 2, 1, 2)
    fast = family.run(2, 3.0, ("none",), (64,), (1.0,), seeds=(0,), steps=60)
    assert fast["diverged_at"][0, 0, 0, 0] >= 0 or fast["accuracy"][0, 0, 0, 0] < 0.5


def test_a_network_alone_gives_what_it_gives_in_a_stack():
    both = family.run(2, 1.0, ("layer",), (16,), (0.1, 1.0), seeds=(0, 1), steps=30)
    alone = family.run(2, 1.0, ("layer",), (16,), (1.0,), seeds=(1,), steps=30)
    np.testing.assert_allclose(both["accuracy"][:, :, 1:, 1:], alone["accuracy"], atol=0.005)


def test_nobody_leads_where_nobody_learns_and_a_tie_within_the_seeds_is_shared():
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.01, size=8)
    right = np.array([0.8 + noise, 0.8 + noise[::-1], 0.7 + noise, np.full(8, 0.1)])
    assert family.leaders(right).tolist() == [True, True, False, False]
    assert not family.leaders(np.full((3, 8), 0.1)).any()


def test_a_small_difference_that_all_seeds_share_is_no_tie():
    """Unpaired, the ranges overlap; paired, one of the two is ahead with every seed."""
    rng = np.random.default_rng(1)
    common = rng.normal(0.8, 0.05, size=8)
    assert family.leaders(np.array([common, common - 0.004])).tolist() == [True, False]


def test_each_seed_gets_the_rate_that_is_best_for_the_others():
    right = np.zeros((1, 2, 3))
    right[0, 0] = [0.9, 0.1, 0.1]  # the first rate is best for the first seed only
    right[0, 1] = [0.0, 0.5, 0.5]
    at, best = family.at_own_rate(right)
    assert at.tolist() == [[0.0, 0.1, 0.1]] and best.tolist() == [0]


def test_one_seed_of_the_finding_is_the_experiment():
    settings = {"norms": ("none", "batch"), "batch_sizes": (16,), "learning_rates": (0.1, 0.3)}
    found = family.one_seed(1, depths=(2,), scales=(0.1, 1.0), steps=20, width=16, **settings)
    assert found["accuracy"].shape == found["diverged_at"].shape == (1, 2, 2, 1, 2)
    run = family.run(2, 1.0, seeds=(1,), steps=20, width=16, **settings)
    np.testing.assert_allclose(found["accuracy"][0, 1], run["accuracy"][..., 0], atol=0.005)
