"""Two views of one image in contrastive learning: who is grouped with whom, the loss, and what statistics tell."""

import numpy as np
import pytest

from bn.network import forward, init
from bnbook.experiments import kept, two_crops
from bnbook.experiments.two_crops import ARMS, CODE, KINDS, PAIRS, PIXELS


def marked():
    """A batch whose views hold the number of their pair, and 0 or 1 for first or second."""
    return np.stack([np.stack([np.arange(PAIRS), np.full(PAIRS, side)], axis=1) for side in (0, 1)])


@pytest.mark.parametrize("group", [1, 2, 4, PAIRS])
@pytest.mark.parametrize("way", two_crops.WAYS)
def test_a_group_holds_as_many_first_views_as_second_ones_and_every_view_is_in_one(way, group):
    order = two_crops.dealt(np.random.default_rng(3), way)
    rows = two_crops.grouped(marked(), order, group)
    assert rows.shape == (PAIRS // group, 2 * group, 2)
    assert np.all(rows[:, :group, 1] == 0) and np.all(rows[:, group:, 1] == 1)
    for side in (rows[:, :group, 0], rows[:, group:, 0]):
        np.testing.assert_array_equal(np.sort(side.ravel()), np.arange(PAIRS))
    np.testing.assert_array_equal(two_crops.ungrouped(rows, order), marked())


def test_together_partners_share_a_group_and_shuffled_no_more_often_than_any_two():
    rng = np.random.default_rng(4)

    def met(way, group=4):
        rows = two_crops.grouped(marked(), two_crops.dealt(rng, way), group)[..., 0]
        return np.mean([len(set(row[:group]) & set(row[group:])) / group for row in rows])

    assert all(met("together") == 1 for _ in range(20))
    assert abs(np.mean([met("shuffled") for _ in range(800)]) - 4 / PAIRS) < 0.02
    with pytest.raises(ValueError, match="way"):
        two_crops.dealt(rng, "apart")


def test_views_of_noise_share_nothing_and_halves_make_the_digit():
    rng = np.random.default_rng(5)
    first, second = two_crops.views(rng, "noise", None, 4000)
    assert abs(np.abs(first.T @ second / 4000).max()) < 0.08  # of 1024 correlations, each 0 with deviation 0.016
    assert abs(first.std() - 1) < 0.02 and abs(second.std() - 1) < 0.02
    images = rng.normal(size=(20, 64))
    left, right = two_crops.halves(images)
    whole = np.concatenate([left.reshape(-1, 8, 4), right.reshape(-1, 8, 4)], axis=2)
    np.testing.assert_array_equal(whole.reshape(20, 64), images)
    left, right = two_crops.views(rng, "halves", images)
    pairs = np.concatenate([left.reshape(-1, 8, 4), right.reshape(-1, 8, 4)], axis=2).reshape(-1, 64)
    assert {tuple(image) for image in pairs} < {tuple(image) for image in images}
    assert len({tuple(image) for image in pairs}) == PAIRS  # no image twice
    with pytest.raises(ValueError, match="kind"):
        two_crops.views(rng, "crops", images)


def test_each_query_is_asked_for_the_key_of_its_partner():
    order = np.random.default_rng(6).permutation(PAIRS)
    batch = np.zeros((2, PAIRS, 2 * CODE))
    batch[0, :, :PAIRS] = batch[1, :, CODE : CODE + PAIRS] = 20 * np.eye(PAIRS)
    outputs = two_crops.grouped(batch, order, 4)
    assert two_crops.contrast(outputs, order)[0] < 1e-6
    table = two_crops.scores(outputs, order)[0]
    np.testing.assert_allclose(table, 400 / np.sqrt(CODE) * np.eye(PAIRS))
    assert np.isclose(two_crops.contrast(0 * outputs, order)[0], np.log(PAIRS))


def test_the_gradient_of_the_loss_is_that_of_differences():
    rng = np.random.default_rng(7)
    order = rng.permutation(PAIRS)
    outputs = rng.normal(size=(PAIRS // 2, 4, 2 * CODE))
    _, gradient = two_crops.contrast(outputs, order)
    for place in (np.s_[0, 0, 1], np.s_[3, 1, CODE - 1], np.s_[2, 2, CODE], np.s_[7, 3, -1], np.s_[1, 0, CODE + 3]):
        step = np.zeros_like(outputs)
        step[place] = 1e-5
        more, less = (two_crops.contrast(outputs + sign * step, order)[0] for sign in (1, -1))
        assert np.isclose((more - less) / 2e-5, gradient[place], rtol=1e-5, atol=1e-10)
    assert np.all(gradient[:, :2, CODE:] == 0) and np.all(gradient[:, 2:, :CODE] == 0)  # these are never asked for
    assert np.abs(gradient[:, :2, :CODE]).min() > 0 and np.abs(gradient[:, 2:, CODE:]).min() > 0


def test_a_pair_normalized_by_itself_comes_out_as_opposites():
    batch = two_crops.views(np.random.default_rng(8), "noise", None)
    order = np.arange(PAIRS)
    net = init((PIXELS, 24, 4), norm="batch", seeds=(1,) * PAIRS, eps=1e-12)
    xhat = forward(net, two_crops.grouped(batch, order, 1))[1].norm_caches[0].xhat
    np.testing.assert_allclose(xhat[:, 0], -xhat[:, 1], atol=1e-12)
    np.testing.assert_allclose(np.abs(xhat), 1, atol=1e-4)


@pytest.mark.parametrize("norm", ["batch", "layer", "none"])
def test_only_a_batch_statistic_carries_a_view_to_others_and_only_within_its_group(norm):
    batch = two_crops.views(np.random.default_rng(9), "noise", None)
    net = init((PIXELS, 24, 24, 2 * CODE), norm=norm, seeds=(1,) * (PAIRS // 4))
    rows = two_crops.grouped(batch, np.arange(PAIRS), 4)
    changed = rows.copy()
    changed[1, 5] += 1
    for training in (True, False):
        before, after = (forward(net, each, training=training)[0] for each in (rows, changed))
        moved = np.any(before != after, axis=2)
        expected = np.zeros_like(moved)
        expected[1, 5] = True
        expected[1] |= norm == "batch" and training
        np.testing.assert_array_equal(moved, expected)


def test_the_groups_are_copies_of_one_network_with_the_same_statistics_in_use():
    images = np.random.default_rng(10).normal(size=(700, 64))
    net, start = (two_crops.trained(2, ("batch", "shuffled", 4), "halves", images, steps) for steps in (3, 0))
    assert net.size == 4
    for layer, before in zip(net.params, start.params):
        for name, p in layer.items():
            assert np.all(p == p[:1]) and not np.array_equal(p, before[name])
    assert all(np.all(r.mean == r.mean[:1]) and np.any(r.mean != 0) for r in net.running)
    assert all(np.all(r.var == r.var[:1]) for r in net.running)


def test_of_seed_returns_shares_for_every_arm():
    run = two_crops.of_seed(0, arms=ARMS[:2], steps=2)
    assert run["found"].shape == (2, 2, 2) and run["worth"].shape == (2, 2) and np.shape(run["start"]) == ()
    assert all(np.all((shares >= 0) & (shares <= 1)) for shares in run.values())
    assert run["start"] > 0.5  # a network as it was drawn already keeps digits apart


def test_what_was_kept_agrees_with_what_must_be():
    found = kept.load("two_crops")["found"][:, KINDS.index("noise")]
    chance, width = 1 / PAIRS, 0.02  # of 1600 queries a share has a deviation of 0.006
    assert np.all(np.abs(found[..., 1] - chance) < width + 0.01)
    for a, (norm, way, group) in enumerate(ARMS):
        if norm == "batch" and way == "together":
            assert np.all(found[:, a, 0] < 1 / group + width)
        else:
            assert np.all(np.abs(found[:, a, 0] - chance) < width + 0.01)
