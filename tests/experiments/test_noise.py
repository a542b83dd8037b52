"""Noise after batch norm, reduced to one learning rate, two seeds and the strengths 0, 1, 4 and 16."""

import numpy as np
import pytest

from bn.network import forward, init
from bnbook.experiments import noise


@pytest.fixture(scope="module")
def result():
    return noise.run(learning_rates=(2.0,), strengths=(0.0, 1.0, 4.0, 16.0), seeds=(0, 1), steps=800)


def test_the_shapes_are_those_of_the_docstring(result):
    front = (2, 4, 1, 2)
    assert result["loss"].shape == (*front, 40) and result["loss_steps"][-1] == 800
    assert result["accuracy"].shape == result["diverged_at"].shape == front
    assert result["unrest"].shape == result["spread"].shape == (*front, 3, 40)
    assert result["unit_percentiles"].shape == (*front, 3, 40, 2, 3)


def test_at_four_times_the_paper_s_strength_batch_norm_is_more_restless_than_plain_and_still_trains_better(result):
    found = noise.summary(result)
    plain, noisy = found["unrest"][0, 0], found["unrest"][1, 2]
    assert (noisy > 1.3 * plain).all()
    plain, noisy = found["final_loss"][0, 0], found["final_loss"][1, 2]
    assert (noisy < 0.6 * plain).all()
    assert (found["accuracy"][1, 2] > 0.85).all()


def test_at_the_paper_s_own_strength_the_same_noise_shakes_the_plain_network_more(result):
    unrest = noise.summary(result)["unrest"]
    assert (unrest[0, 1] > unrest[1, 1]).all()


def test_where_nothing_moves_there_is_no_unrest_though_the_batches_differ():
    still = noise.run(learning_rates=(0.0,), strengths=(0.0, 1.0), seeds=(0,), steps=41, norms=("none",))
    assert np.abs(still["unrest"][0, 0]).max() < 1e-5 and still["unrest"][0, 1].min() > 0.1


def test_unrest_is_counted_in_units_of_the_spread():
    mean, spread = np.array([[0.0, 1.0], [1.0, 4.0]]), np.array([[1.0, 2.0], [1.0, 2.0]])  # two steps, two units
    assert noise.moved(mean[None], spread[None])[0][0] == pytest.approx([0.5, 0.75])


def test_batch_norm_without_noise_is_stable_by_construction(result):
    assert (noise.summary(result)["unrest"][1, 0] < 0.05 * noise.summary(result)["unrest"][0, 0]).all()


def test_enough_noise_ends_the_advantage_and_stops_the_plain_network_altogether(result):
    found = noise.summary(result)
    assert np.median(found["final_loss"][1, 3] / found["final_loss"][0, 0]) > 0.7 and found["advantage_ends"][0] >= 16
    assert (found["final_loss"][0, 3] > 2.0).all() and (found["final_loss"][1, 3] < 1.0).all()
    assert (found["accuracy"][1, 3] > 0.8).all() and (found["accuracy"][0, 3] < 0.3).all()


def test_noise_at_strength_1_has_the_size_of_the_paper():
    factor, shift = noise.draw(1.0, 7, np.array([3]), 4000)[1]
    per_unit = shift.mean(axis=1)
    assert np.abs(per_unit).max() < 0.51 and np.ptp(per_unit) > 0.8
    assert np.abs(shift - per_unit[:, None]).max() < 0.11
    assert factor.mean(axis=1).min() > 0.99 and factor.mean(axis=1).max() < 1.26
    assert factor.std(axis=1) == pytest.approx(0.1, rel=0.1)


def test_strength_multiplies_the_same_draws_and_steps_differ():
    seeds = np.array([0, 0, 1])
    one, four = noise.draw(1.0, 5, seeds, 6), noise.draw(4.0, 5, seeds, 6)
    for (factor, shift), (more, further) in zip(one, four):
        assert more - 1 == pytest.approx(4 * (factor - 1), abs=1e-5) and further == pytest.approx(4 * shift, abs=1e-5)
        assert np.array_equal(shift[0], shift[1]) and not np.array_equal(shift[0], shift[2])
    assert not np.array_equal(one[0][1], noise.draw(1.0, 6, seeds, 6)[0][1])


def test_the_record_sees_the_noise_of_its_step():
    found = noise.run(learning_rates=(0.5,), strengths=(2.0,), seeds=(1,), steps=20, every=24, norms=("batch",))
    data = noise.cast(noise.digits((1,), prepare="binary"), np.float32)
    net = init((64, 64, 64, 64, 10), norm="batch", activation="sigmoid", init=0.1, seeds=(1,), dtype=np.float32)
    y = forward(net, data.train_x[0, :60], noise=noise.draw(2.0, 0, np.array([1]), 60))[1].y[2]
    assert found["unit_percentiles"][0, 0, 0, 0, 2, 0, 0] == pytest.approx(np.percentile(y[0, :, 0], (15, 50, 85)))


def test_a_negative_strength_is_refused():
    with pytest.raises(ValueError, match=r"\(-1.0,\); allowed are numbers that are 0 or larger"):
        noise.run(strengths=(-1.0,))


def test_a_network_alone_gives_what_it_gives_in_a_stack():
    both = noise.run(learning_rates=(0.1, 0.5), strengths=(1.0,), seeds=(0, 1), steps=40)
    alone = noise.run(learning_rates=(0.5,), strengths=(1.0,), seeds=(1,), steps=40)
    for key in ("loss", "unrest", "unit_percentiles"):
        assert np.array_equal(both[key][:, :, 1:, 1:], alone[key])
