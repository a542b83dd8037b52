"""The two definitions of covariate shift: what each ranks first depends on whether the moves are equal."""

import numpy as np
import pytest

from bn.data import digits
from bn.network import forward, init, loss_and_grads
from bnbook.experiments import two_definitions

RATE, MOVEMENT = 0, 2  # of the axis of the moves: the learning rate's own step, and 0.003 of the length


@pytest.fixture(scope="module")
def on_digits():
    return two_definitions.run_digits(learning_rates=(0.1,), seeds=(0, 1, 2), every=60)


@pytest.fixture(scope="module")
def linear():
    return two_definitions.run_linear(learning_rates=(4e-4,), seeds=(0, 1), layers=(5, 13, 21), every=50)


def test_the_shapes_are_those_of_the_docstring(on_digits):
    for key in two_definitions.MEASURES:
        assert on_digits[key].shape == (2, 1, 3, 4, 6, 5)
    assert on_digits["relative_step"].shape == (2, 1, 3, 7, 5)
    assert on_digits["loss"].shape == (2, 1, 3, 300) and on_digits["layers"].tolist() == [2, 3, 4, 5, 6, 7]
    assert (on_digits["diverged_at"] == -1).all()


def test_by_drift_batch_norm_shifts_less_on_digits_at_an_equal_rate(on_digits):
    one_step = on_digits["drift"][:, 0, :, RATE].mean(axis=(-1, -2))
    assert (one_step[0] > 1.5 * one_step[1]).all()


def test_at_an_equal_rate_the_lower_gradients_turn_more_once_the_plain_network_hardly_moves(on_digits):
    late = on_digits["steps"] >= 180
    steps = np.median(on_digits["relative_step"][:, 0][..., late], axis=(-1, -2))  # norms, seeds
    assert (steps[1] > 2 * steps[0]).all()
    cosine = on_digits["cosine"][:, 0, :, RATE][..., late].mean(axis=-1)  # norms, seeds, layers
    assert (cosine[1, :, :4] < cosine[0, :, :4]).all()


def test_at_an_equal_movement_the_order_is_the_other_way_round_in_the_upper_layers(on_digits):
    cosine = on_digits["cosine"][:, 0, :, MOVEMENT].mean(axis=-1)
    assert (cosine[1, :, 4:] > cosine[0, :, 4:] + 0.1).all()


def test_the_correlations_which_batch_norm_does_not_set_move_at_least_as_far_in_the_first_layer(on_digits):
    moved = on_digits["correlation"][:, 0, :, RATE, 0].mean(axis=-1)
    assert (moved[1] > moved[0]).all()


def test_the_deep_linear_network_turns_with_the_size_of_the_move(linear):
    cosine = linear["cosine"][:, 0].mean(axis=(-1, -2))  # norms, seeds, moves
    assert (cosine[1, :, RATE] < 0.5).all() and (cosine[0, :, RATE] > 0.5).all()
    assert (cosine[1, :, 1] > cosine[0, :, 1]).all()  # 0.001 of the length
    assert (linear["loss"][1, ..., -1] < linear["loss"][0, ..., -1]).all()


def test_every_matrix_moves_by_the_share_of_its_own_length_and_nothing_else_moves():
    data = digits((3,))
    net = init((64, 12, 9, 10), norm="batch", seeds=(3, 3))
    _, grads, _ = loss_and_grads(net, data.train_x[0, :40], data.train_y[0, :40])
    after = two_definitions.moved_by(net, grads, 0.02)
    for p, q, g in zip(net.params, after.params, grads, strict=True):
        change = q["w"] - p["w"]
        assert np.linalg.norm(change, axis=(1, 2)) == pytest.approx(0.02 * np.linalg.norm(p["w"], axis=(1, 2)))
        assert (change * g["w"]).sum() < 0
        assert all(np.array_equal(p[name], q[name]) for name in p if name != "w")
    still = two_definitions.moved_by(net, [{"w": 0 * g["w"]} for g in grads], 0.02)
    assert all(np.array_equal(p["w"], q["w"]) for p, q in zip(net.params, still.params, strict=True))


def test_drift_starts_at_nothing_and_measures_shift_and_spread_in_units_of_the_spread():
    x = np.random.default_rng(0).normal(size=(2, 400, 5)) * np.array([2.0, 5.0])[:, None, None]
    unit = np.sqrt(x.var(axis=1).mean(axis=1))
    assert two_definitions.drift(x, x) == pytest.approx(0.0)
    assert two_definitions.drift(x, x + 3.0) == pytest.approx(3.0 / unit)
    assert two_definitions.drift(x - x.mean(axis=1, keepdims=True), 1.5 * (x - x.mean(axis=1, keepdims=True))) == (
        pytest.approx(0.5)
    )


def test_correlations_do_not_see_what_batch_norm_sets_and_values_do():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(2, 300, 4))
    scaled = 3 * x * np.array([1.0, 2.0, 0.5, 4.0]) - 7
    assert two_definitions.correlations_moved(x, scaled) == pytest.approx(0.0, abs=1e-12)
    assert (two_definitions.values_moved(x, scaled) > 1).all()
    assert two_definitions.correlations(x) == pytest.approx(np.stack([np.corrcoef(one.T) for one in x]))
    mixed = x.copy()
    mixed[..., 0] = (x[..., 0] + x[..., 1]) / np.sqrt(2)
    assert (two_definitions.correlations_moved(x, mixed) > 0.2).all()
    constant = np.concatenate([np.ones((2, 300, 1)), x], axis=-1)
    assert (two_definitions.correlations(constant)[:, 0] == 0).all()


def test_comparing_gradients():
    g = np.array([[[3.0, 4.0]]])
    assert two_definitions.compare(g, g) == (pytest.approx(0.0), pytest.approx(1.0))
    assert two_definitions.compare(g, -g) == (pytest.approx(2.0), pytest.approx(-1.0))
    assert two_definitions.compare(g, np.array([[[-4.0, 3.0]]]))[1] == pytest.approx(0.0)


def test_only_the_layers_before_move():
    """A chain of single linear units, where G' is known: two examples +1 and -1, so that no bias ever moves."""
    weights, eta, target = [1.3, 0.7, -1.1, 0.9], 0.05, 2.0
    net = init((1, 1, 1, 1, 1), activation="linear", seeds=(0,))
    for layer, w in zip(net.params, weights):
        layer["w"] = np.full((1, 1, 1), w)
    x = np.array([[1.0], [-1.0]])
    y = np.prod(weights)
    data = two_definitions.Data(x[None], target * x[None], x[None], target * x[None])
    look = two_definitions._observer(net, data, (2, 4), np.array([eta]), "squared", (0.01,))
    measures, taken = look(0, net, x, target * x)
    delta = 2 * (y - target)
    shares = [abs(eta * delta * y / w**2) for w in weights]
    assert taken[:, 0] == pytest.approx(shares)
    own = [1 - eta * delta * y / w**2 for w in weights]
    equal = [1 - 0.01 * np.sign(delta * y)] * 4  # each weight by a hundredth, down its gradient
    for move, factors in enumerate((own, equal)):
        drift, _, values, change, cosine = measures[:, move, :, 0]
        for found, before in zip(range(2), (1, 3)):  # how many weights come before layers 2 and 4
            factor = np.prod(factors[:before])
            ratio = factor * (y * factor - target) / (y - target)  # of G' to G; delta follows y here
            assert change[found] == pytest.approx(abs(ratio - 1))
            assert cosine[found] == pytest.approx(np.sign(ratio))
            assert drift[found] == pytest.approx(abs(abs(factor) - 1))
            assert values[found] == pytest.approx(abs(factor - 1))


def test_the_rest_of_the_network_gives_the_gradient_of_the_whole():
    """G' from the layers above, which see moved inputs, is that of a network whose lower layers have moved."""
    data = digits((0,))
    x, labels = data.train_x[0, :64], data.train_y[0, :64]
    net = init((64, 16, 16, 16, 10), norm="batch", seeds=(0,))
    _, grads, trace = loss_and_grads(net, x, labels)
    after = two_definitions.moved_by(net, grads, 0.01)
    before = trace.a, trace.a, grads
    rows = two_definitions._compared(net, after, before, x, labels, x, (3,), "softmax")
    whole = two_definitions.replace(net, params=after.params[:2] + net.params[2:])
    _, moved, _ = loss_and_grads(whole, x, labels)
    change, cosine = two_definitions.compare(grads[2]["w"], moved[2]["w"])
    assert rows[0][3:] == (pytest.approx(change), pytest.approx(cosine)) and change > 0.001
    assert rows[0][0] == pytest.approx(two_definitions.drift(trace.a[1], forward(after, x)[1].a[1]))


def test_a_seed_alone_gives_what_it_gives_in_a_stack():
    settings = {"learning_rates": (0.1,), "layers": (3,), "steps": 31}
    both = two_definitions.run_digits(seeds=(0, 1), **settings)
    alone = two_definitions.of_seed(1, **settings)
    for key in two_definitions.MEASURES:
        assert np.allclose(both[key][:, :, 1], alone[key], rtol=1e-4, atol=1e-6)
    assert alone["loss"].shape == (2, 1, 31) and alone["loss"].dtype == np.float32
