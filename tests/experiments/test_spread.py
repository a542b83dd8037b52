"""Medians, intervals and paired differences against a reference by simulation, and their edges."""

import numpy as np
import pytest

from bnbook.experiments.spread import LEVEL, bands, order, paired, spread


@pytest.mark.parametrize("n", [5, 6, 8, 10, 16, 31])
def test_the_interval_holds_the_median_as_often_as_it_says(n):
    rng = np.random.default_rng(n)
    draws = np.sort(rng.exponential(size=(20_000, n)), axis=1)
    k, median = order(n), np.log(2)

    def held(k):
        return np.mean((draws[:, k - 1] <= median) & (median <= draws[:, n - k]))

    assert held(k) > LEVEL - 0.01
    assert 2 * (k + 1) > n or held(k + 1) < LEVEL + 0.01  # the next narrower one would not


def test_of_eight_seeds_it_leaves_out_the_two_ends():
    result = spread([8, 1, 2, 3, 4, 5, 6, 7])
    assert (result.median, result.low, result.high, result.n) == (4.5, 2, 7, 8)
    assert result.text(".1f") == "4.5 (2.0 to 7.0)"


def test_pairs_count_their_signs_and_call_a_tie_a_tie():
    first = np.array([1.0, 2, 3, 4, 5, 6, 7, 8])
    clear = paired(first, first - 1)
    assert clear.signs() == "8 of 8" and not clear.tie and clear.median == 1
    unclear = paired(first, first[::-1])
    assert unclear.tie and (unclear.more, unclear.fewer) == (4, 4)
    assert paired(first, first).more == 0


def test_a_minus_sign_is_a_true_one():
    assert spread([-1.0] * 5).text() == "−1.00 (−1.00 to −1.00)"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: spread([1, 2, 3, 4]), "4 values have no interval of level 0.9; allowed are at least 5"),
        (lambda: spread([1, 2, 3, 4, np.inf]), "values has 1 of 5 values that are not finite"),
        (lambda: spread([[1, 2, 3, 4, 5]]), r"values has shape \(1, 5\); allowed is one value for every seed"),
        (lambda: paired([1] * 8, [1] * 7), "first has 8 values and second 7; allowed is one each"),
    ],
)
def test_what_cannot_be_counted_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_bands_are_spreads_entry_by_entry():
    values = np.random.default_rng(0).normal(size=(9, 2, 3))
    values[3, 0, 1] = np.nan
    middle, low, high = bands(values)
    one = spread(values[:, 1, 2])
    assert (middle[1, 2], low[1, 2], high[1, 2]) == (one.median, one.low, one.high)
    assert np.isnan([middle[0, 1], low[0, 1], high[0, 1]]).all() and np.isnan(middle).sum() == 1
