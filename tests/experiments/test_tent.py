"""Certain answers without labels: is it the entropy that falls, do gamma and beta alone move, are the controls fair?"""

import numpy as np
import pytest

from bn.network import accuracy, forward
from bnbook.experiments import kept, tent
from bnbook.experiments.adapting import taken
from bnbook.experiments.companions import trained
from bnbook.experiments.own_best import at_own_best
from bnbook.experiments.spread import paired


@pytest.fixture(scope="module")
def moved():
    """Start, and what a stream of 6 batches made of it by plain SGD at two rates and zero."""
    data, net = trained((0,), 300)
    images, labels = taken(data.test_x[0], "noisy", 0), data.test_y[0]
    picks = tent.stream(labels, "mixed", 6, np.random.default_rng(1))
    rng = np.random.default_rng(2)
    nets, online = tent.adapted(net, images[picks], labels[picks], "sgd", (0.0, 0.3, 3.0), rng)
    return net, nets, online, images[picks], labels[picks]


def test_the_gradient_of_the_entropy_is_its_slope():
    logits = np.random.default_rng(0).normal(size=(2, 5, 4)) * 3
    value, slope = tent.entropy(logits)
    p = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    np.testing.assert_allclose(value, -(p * np.log(p)).sum(-1).mean(-1))
    for at in np.ndindex(logits.shape):
        step = np.zeros_like(logits)
        step[at] = 1e-5
        difference = (tent.entropy(logits + step)[0] - tent.entropy(logits - step)[0]) / 2e-5
        np.testing.assert_allclose(difference[at[0]], slope[at], rtol=1e-6, atol=1e-9)
        assert difference[1 - at[0]] == 0  # the networks of a stack share nothing


def test_certain_and_even_answers_have_no_slope():
    value, slope = tent.entropy(np.array([[[0.0, 0.0, 0.0, 0.0]], [[1000.0, 0.0, 0.0, -1000.0]]]))
    np.testing.assert_allclose(value, [np.log(4), 0], atol=1e-12)
    np.testing.assert_allclose(slope, 0, atol=1e-12)


@pytest.mark.parametrize("optimizer", tent.RATES)
def test_gamma_and_beta_move_and_nothing_else(optimizer, moved):
    net, _, _, images, labels = moved
    nets, _ = tent.adapted(net, images, labels, optimizer, (0.1,), np.random.default_rng(3))
    for each in nets:
        for was, now in zip(net.params, each.params, strict=True):
            assert set(was) == set(now)
            for name in was:
                assert np.array_equal(was[name], now[name]) == (name in ("w", "b"))


def test_a_step_goes_down_the_entropy_of_its_batch(moved):
    net, _, _, images, labels = moved
    (once, _), _ = tent.adapted(net, images[:1], labels[:1], "sgd", (1e-3,), np.random.default_rng(3))
    before, after = (tent.entropy(forward(each, images[0])[0])[0] for each in (net, once))
    lengths = [np.sum((b[n] - a[n]) ** 2) for a, b in zip(net.params, once.params) for n in a if n in ("gamma", "beta")]
    np.testing.assert_allclose(before - after, sum(lengths) / 1e-3, rtol=0.05)  # rate times the gradient's square


def test_rate_0_is_adabn_with_the_statistics_of_each_batch(moved):
    net, nets, online, images, labels = moved
    own = [accuracy(forward(net, x, training=True)[0], y)[0] for x, y in zip(images, labels, strict=True)]
    assert online.shape == (2, 3) and online[0, 0] == online[1, 0] == pytest.approx(np.mean(own))
    for each in nets:
        for was, now in zip(net.params, each.params, strict=True):
            assert all(np.array_equal(was[name][0], now[name][0]) for name in was)


def test_an_answer_is_given_before_the_step_that_its_batch_makes(moved):
    net, _, _, images, labels = moved
    _, first = tent.adapted(net, images[:1], labels[:1], "sgd", (0.0, 3.0), np.random.default_rng(3))
    assert np.ptp(first) == 0
    nets, _ = tent.adapted(net, images[:1], labels[:1], "sgd", (0.0, 3.0), np.random.default_rng(3))
    _, both = tent.adapted(net, images[:2], labels[:2], "sgd", (0.0, 3.0), np.random.default_rng(3))
    second = [accuracy(forward(each, images[1])[0], labels[1]) for each in nets]
    np.testing.assert_allclose(both, (first + second) / 2)


def test_the_control_goes_as_far_in_another_direction(moved):
    net, (ours, control), _, _, _ = moved
    for was, a, b in zip(net.params[:-1], ours.params, control.params):
        for name in ("gamma", "beta"):
            ways = [each[name] - was[name] for each in (a, b)]  # (L, 1, d)
            lengths = np.linalg.norm(ways, axis=-1)
            np.testing.assert_allclose(lengths[0], lengths[1])
            assert lengths[0, 0] == 0 < lengths[0, 1] < lengths[0, 2]
            one, other = ways[0][1:, 0] / lengths[0, 1:], ways[1][1:, 0] / lengths[1, 1:]
            assert np.abs((one * other).sum(-1)).max() < 0.5
            np.testing.assert_allclose(other[0], other[1])


def test_batches_are_of_the_kind_they_are_called():
    labels = np.random.default_rng(0).integers(0, 10, 250)
    for kind, least, most in (("mixed", 0, 12), ("half", 16, 16), ("class", 32, 32)):
        picks = tent.stream(labels, kind, 20, np.random.default_rng(1))
        counts = np.array([(labels[row] == i % 10).sum() for i, row in enumerate(picks)])
        assert picks.shape == (20, 32) and least <= counts.min() and counts.max() <= most


def test_the_halves_stay_apart(monkeypatch):
    read = []
    monkeypatch.setattr(tent, "forward", lambda net, x: read.append({row.tobytes() for row in x}) or forward(net, x))
    tent.of_seed(0, ("sgd",), ("noisy",), ("mixed",), steps=2)
    calls = 2 * (2 + tent.FRESH)  # of each half: two ways, two steps and then the batches that are not learned from
    assert len(read) == 2 * calls
    parts = [read[:4], read[4:calls], read[calls : calls + 4], read[calls + 4 :]]
    stream, fresh, other, last = (set.union(*part) for part in parts)
    assert not stream & fresh and not other & last and not stream & other and len(fresh) > 200 < len(last)


def test_a_seed_gives_its_arrays_in_the_order_of_the_settings():
    one = tent.of_seed(0, ("adam",), ("moved", "noisy"), ("class", "mixed"), steps=2)
    assert {name: each.shape for name, each in one.items()} == dict.fromkeys(tent.NAMES, (1, 2, 2, 2, 7))
    alone = tent.of_seed(0, ("adam",), ("noisy",), ("mixed",), steps=2)
    for name, each in one.items():
        np.testing.assert_array_equal(each[:, 1:, 1:], alone[name])
        assert np.ptp(each[..., 0], axis=-1).max() == 0  # at rate 0 both ways are one
    assert np.all((one["largest"] >= 0.1) & (one["largest"] <= 1) & (one["entropy"] <= np.log(10)))


@pytest.mark.parametrize("name", ["optimizers", "cameras", "kinds"])
def test_names_that_do_not_exist_are_refused(name):
    with pytest.raises(ValueError, match=name[:-1]):
        tent.of_seed(0, **{name: ("blurred",)})


def test_what_the_page_says():
    found = kept.load("tent")
    assert all(np.isfinite(each).all() for each in found.values())
    score, more = 100 * found["online"], {}
    for optimizer, camera, kind, way in np.ndindex(2, 3, 2, 2):
        best = at_own_best(score[:, optimizer, camera, kind, way, 1:])
        more[optimizer, camera, kind, way] = paired(best, score[:, optimizer, camera, kind, way, 0])
    mixed = [more[optimizer, camera, 0, 0] for optimizer in (0, 1) for camera in (0, 1, 2)]
    assert [each.tie for each in mixed] == [False, False, True, False, False, False]
    assert all(0.3 < each.median < 0.7 for each in mixed)  # a few tenths
    assert all(each.tie for (_, _, kind, way), each in more.items() if (kind, way) != (0, 0))
    for rest in (100 * found["after"]).transpose(1, 2, 3, 4, 0, 5)[:, :, (0, 2), 0].reshape(-1, 8, 7):  # mixed, sorted
        assert paired(at_own_best(rest[:, 1:]), rest[:, 0]).tie  # on images of the other half
    assert score[:, :, :, 2].max() < 15  # sorted: guessing
    for name, sign in (("after", -1), ("entropy", -1), ("largest", 1)):  # sorted, the dimmed camera, plain SGD at 3
        last = found[name][:, 0, 0, 2, 0]
        assert np.all(sign * (last[:, -1] - last[:, 0]) > 0)
    ours, control = found["after"][:, 0, :, 2, :, -2].transpose(2, 0, 1)
    assert np.all(ours < control)  # sorted, at rate 1: a random direction does less harm
