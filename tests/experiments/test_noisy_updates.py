"""Shaking the weights before a layer: two moments are held, values and relations are not."""

import numpy as np
import pytest

from bn.network import forward, init
from bnbook.experiments import noisy_updates

SETTINGS = {"sizes": (0.03, 0.3), "seeds": (0, 1), "draws": 3, "steps": 1000}


@pytest.fixture(scope="module")
def results():
    return {kind: noisy_updates.run(kind, **SETTINGS) for kind in noisy_updates.KINDS}


def test_the_shapes_are_those_of_the_docstring(results):
    for key in noisy_updates.MEASURES:
        assert results["direction"][key].shape == (3, 2, 3, 2, 3)
    assert results["direction"]["reference_mean"].shape == (3, 2, 3)


def test_the_inserted_norm_changes_nothing_before_the_shaking():
    plain, images = noisy_updates.trained("none", (0, 1), 1000)
    same = noisy_updates.inserted(plain, images)
    for old, new in zip(forward(plain, images)[1].y, forward(same, images)[1].y):
        assert new == pytest.approx(old, abs=1e-4)


def test_plain_moments_move_in_proportion_to_the_shaking(results):
    for kind in noisy_updates.KINDS:
        small, large = results[kind]["moments"][0].mean(axis=(1, 2))
        assert (small > 0.005).all() and (large > 5 * small).all()


def test_each_shaking_has_the_size_asked_for():
    net = init((64, 100, 100, 10), seeds=(0,), scale=5.0)
    spreads = [np.full((1, 1, 100), 7.0)] * 2
    shaken = {
        kind: noisy_updates._shaken(net, kind, 0.1, spreads, [np.random.default_rng(1)]) for kind in noisy_updates.KINDS
    }
    for i in range(2):
        w = net.params[i]["w"]
        step = shaken["direction"].params[i]["w"] - w
        assert step.std() == pytest.approx(0.1 * w.std(), rel=0.1)
        factor = np.log(shaken["scale"].params[i]["w"] / w)
        assert factor.std() == pytest.approx(0.1, rel=0.3) and np.ptp(factor, axis=1).max() < 1e-12
        assert shaken["shift"].params[i]["b"].std() == pytest.approx(0.7, rel=0.3)
    for kind in noisy_updates.KINDS:
        assert shaken[kind].params[2]["w"] is net.params[2]["w"]


def test_batch_norm_holds_mean_and_spread_whatever_is_shaken(results):
    for kind in noisy_updates.KINDS:
        assert results[kind]["moments"][1:].max() < 0.02
        assert results[kind]["moments"][1:, 0].max() < 1e-3


def test_scales_and_shifts_are_undone_altogether(results):
    for kind in ("scale", "shift"):
        values = results[kind]["values"].mean(axis=(2, 3))
        assert (values[1:] < 0.05 * values[0]).all()
        assert (results[kind]["relations"][1:].mean(axis=(2, 3)) < 1e-2).all()


def test_values_and_relations_are_not_protected_against_other_directions(results):
    moved, relations = (results["direction"][key].mean(axis=(2, 3)) for key in ("values", "relations"))
    assert (moved[1:] > 0.2 * moved[0]).all()
    assert relations[1] == pytest.approx(relations[0], rel=0.1)
    assert (relations[2] > 0.5 * relations[0]).all()


def test_an_unknown_kind_is_refused_by_name():
    with pytest.raises(ValueError, match="'gain'; allowed are 'direction', 'scale', 'shift'"):
        noisy_updates.run("gain")


def test_correlations_are_those_of_numpy():
    y = np.random.default_rng(0).normal(size=(2, 50, 4)) @ np.random.default_rng(1).normal(size=(4, 4))
    expected = np.stack([np.corrcoef(one.T) for one in y])
    assert noisy_updates.correlations(y) == pytest.approx(expected)


def test_a_seed_alone_gives_what_it_gives_in_a_stack():
    both = noisy_updates.run("direction", sizes=(0.1,), seeds=(0, 1), draws=2, steps=60)
    alone = noisy_updates.run("direction", sizes=(0.1,), seeds=(1,), draws=2, steps=60)
    for key in noisy_updates.MEASURES:
        assert np.array_equal(both[key][..., 1:, :], alone[key])
