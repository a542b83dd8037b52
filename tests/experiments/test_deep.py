"""The experiments on deep networks: what they measure, on cases that can be told by hand; and what they refuse."""

import numpy as np
import pytest

from bnbook.experiments import critical, deep_training, kept, rank, residual_streams
from bnbook.experiments.explosion import growth_of


def test_a_silent_branch_adds_nothing_and_branches_add_up_on_average():
    found = residual_streams.shares(3, kinds=("plain", "batchnorm"), factors=(0.0, 1.0), depth=6, width=64)
    assert not found["branch"][:, 0].any() and np.allclose(found["together"][:, 0], found["stream"][:, 0])
    assert np.allclose(found["stream"][..., 1:], found["together"][..., :-1])  # no norm behind the sum
    together = found["branch"] + found["stream"]
    assert np.allclose(found["together"], together, rtol=0.2)
    with pytest.raises(ValueError, match="kind is 'middle'; allowed are"):
        residual_streams.shares(0, kinds=("middle",))


def test_rank_and_planes():
    h = np.eye(4, 6)
    assert rank.effective_rank(h) == pytest.approx(4) and rank.mean_cosine(h) == pytest.approx(0)
    assert rank.effective_rank(np.stack([h[0], -2 * h[0]])) == pytest.approx(1)
    places = rank.plane(np.random.default_rng(0).normal(2, 1, size=(10, 5)))
    assert places.shape == (10, 2) and places[:, 0].sum() > 0 < places[0, 1]
    w = rank.orthogonal(np.random.default_rng(1).normal(size=(3, 8)))
    assert np.allclose(w @ w.T, np.eye(3))
    for bad in (lambda: rank.ten(0, "letters"), lambda: rank.network("group", "relu", 64, 0),
                lambda: rank.network("orthogonal", "relu", 32, 0)):  # fmt: skip
        with pytest.raises(ValueError, match="allowed"):
            bad()


def test_layer_norm_and_no_norm_let_the_rank_collapse_and_batch_norm_does_not():
    last = kept.load("rank")["rank"][..., -1]  # seeds, inputs, widths, activations, networks
    relu = last[:, :, :, 0]
    assert relu[..., [0, 2, 3]].max() < 1.5 and relu[..., 1].min() > 4.5
    assert last[:, :, :, 1, 1].max() < 9  # ten vectors that sum to zero


def test_the_scale_of_the_weights_leaves_batch_norm_alone():
    growth = growth_of(kept.load("critical")["squared"])  # seeds, activations, sigmas, norms
    assert np.allclose(growth[:, :, :, 1], growth[:, :, :1, 1], rtol=1e-3)
    plain = np.median(growth[:, 0, :, 0], axis=0)
    assert np.allclose(plain, [critical.exact(s) ** 2 / 2 for s in critical.SIGMAS], rtol=0.02)


def test_a_rate_is_chosen_by_the_training_loss():
    methods, rates = len(deep_training.METHODS), len(deep_training.RATES)
    loss, accuracy = np.ones((8, methods, rates)), np.zeros((8, methods, rates))
    loss[:5, :, 2], loss[5:, :, 1], accuracy[:, :, 2] = 0.1, 0.0, 70
    assert (deep_training.chosen({"loss": loss}) == 2).all()
    assert deep_training.judged({"loss": loss, "accuracy": accuracy})["root"].tolist() == [70] * 8
    with pytest.raises(ValueError, match="method is 'magic'"):
        deep_training.of_seed(0, methods=("magic",), steps=1)
