"""Steps of the optimizers by hand and on stacks, clipping, schedules, and what `train` makes of them."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from bn.data import Data
from bn.network import init, loss_and_grads, take
from bn.optim import train
from bn.steps import (
    OPTIMIZERS,
    adam_move,
    adam_start,
    adam_step,
    adamw_step,
    clip_gradients,
    cosine,
    momentum_start,
    momentum_step,
    sgd_step,
    take_state,
    warm_up,
)
from tests.bn.stand_ins import seen, stood_in, tracing

GRADIENTS = (2.0, -1.0, 0.5)
NAMES = list(OPTIMIZERS)


def toy(n=40, seed=0):
    """A small two-class problem in one split."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    x = rng.normal(size=(n, 3)) + 2 * y[:, None]
    return Data(x[None], y[None], x[None], y[None])


def stack(k=3, **settings):
    return init((3, 5, 4, 2), **{"norm": "batch", "seeds": range(k), **settings})


def gradients(net, seed=0):
    rng = np.random.default_rng(seed)
    return [{name: rng.normal(size=p.shape) for name, p in layer.items()} for layer in net.params]


def one(value):
    """A network of one number, a hidden weight, and the output layer's."""
    net = init((1, 1, 1))
    return replace(net, params=[{"w": np.full((1, 1, 1), value)}, {"w": np.full((1, 1, 1), value)}])


def walk(step, value=1.0, lr=0.1, **settings):
    """The hidden weight and the output weight after each of the three gradients."""
    net, state, path = one(value), None, []
    for g in GRADIENTS:
        grads = [{"w": np.full((1, 1, 1), g)}] * 2
        net, state = step(net, grads, state, lr, **settings)
        path.append([layer["w"].item() for layer in net.params])
    return np.array(path).T


def flat(tree):
    """All arrays of nested lists and dicts, in order."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    return [a for part in tree for a in flat(part)] if isinstance(tree, list) else [np.asarray(tree)]


def test_momentum_by_hand():
    hidden, output = walk(momentum_step)
    v = [2.0, 0.9 * 2 - 1, 0.9 * 0.8 + 0.5]
    np.testing.assert_allclose(hidden, 1 - 0.1 * np.cumsum(v), rtol=1e-15)
    np.testing.assert_array_equal(hidden, output)
    ahead, _ = walk(momentum_step, nesterov=True)
    np.testing.assert_allclose(ahead, 1 - 0.1 * np.cumsum(np.array(GRADIENTS) + 0.9 * np.array(v)), rtol=1e-15)


def test_momentum_takes_the_decay_into_its_velocity_and_spares_the_output():
    hidden, output = walk(momentum_step, value=3.0, decay=0.5)
    w, v = 3.0, 0.0
    for g, found in zip(GRADIENTS, hidden, strict=True):
        v = 0.9 * v + g + 0.5 * w
        w -= 0.1 * v
        assert found == pytest.approx(w, rel=1e-15)
    np.testing.assert_array_equal(output, walk(momentum_step, value=3.0)[1])


def test_adam_by_hand():
    hidden, output = walk(adam_step)
    m = [0.2, 0.9 * 0.2 - 0.1, 0.81 * 0.2 - 0.09 + 0.05]
    v = [0.004, 0.999 * 0.004 + 0.001, 0.999**2 * 0.004 + 0.000999 + 0.00025]
    moves = [a / (1 - 0.9**t) / (np.sqrt(b / (1 - 0.999**t)) + 1e-8) for t, (a, b) in enumerate(zip(m, v), 1)]
    assert moves[0] == pytest.approx(1, abs=1e-8)  # the first step of Adam has the length of the rate
    np.testing.assert_allclose(hidden, 1 - 0.1 * np.cumsum(moves), rtol=1e-13)
    np.testing.assert_array_equal(hidden, output)


def test_decay_is_divided_in_adam_and_not_in_adamw():
    """From a weight of 3 with gradient 2 and decay 0.5: the first step of Adam is lr, whatever the gradient."""
    assert walk(adam_step, value=3.0, decay=0.5)[0, 0] == pytest.approx(3 - 0.1, abs=1e-8)
    decoupled = walk(adamw_step, value=3.0, decay=0.5)
    assert decoupled[0, 0] == pytest.approx(3 - 0.1 * 0.5 * 3 - 0.1, abs=1e-8)
    assert decoupled[1, 0] == pytest.approx(3 - 0.1, abs=1e-8)  # the output layer does not decay
    np.testing.assert_array_equal(walk(adamw_step), walk(adam_step))


@pytest.mark.parametrize("name", NAMES)
def test_without_memory_every_optimizer_is_one_of_two(name):
    """Momentum 0 is plain descent; Adam with both betas 0 is the sign of the gradient."""
    settings = {"momentum": {"momentum": 0.0}, "adam": {"beta1": 0.0, "beta2": 0.0, "eps": 0.0}}
    settings["adamw"] = settings["adam"]
    net, grads, lr = stack(), gradients(stack()), np.array([0.1, 0.2, 0.3])
    found, _ = OPTIMIZERS[name](net, grads, None, lr, 0.0, **settings.get(name, {}))
    signs = [{key: np.sign(g) for key, g in layer.items()} for layer in grads]
    wanted = sgd_step(net, signs if name in ("adam", "adamw") else grads, lr)
    for a, b in zip(flat(found.params), flat(wanted.params), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-7)


SETTINGS = [(name, {}) for name in NAMES] + [
    ("momentum", {"momentum": 0.5, "nesterov": True}),
    ("adam", {"beta1": 0.5}),
    ("adamw", {"beta2": 0.9, "eps": 0.1}),
]


@pytest.mark.parametrize(("name", "settings"), SETTINGS, ids=str)
def test_each_network_of_a_stack_steps_as_it_would_alone(name, settings):
    step = OPTIMIZERS[name]
    net, state = stack(), None
    lr, decay = np.array([0.1, 0.03, 0.5]), np.array([0.0, 0.1, 0.2])
    alone, states = [take(net, [k]) for k in range(3)], [None] * 3
    for seed in range(4):
        grads = gradients(net, seed)
        old = [a.copy() for a in (*flat(net.params), *flat(grads), *flat(state or []))]
        new, next_state = step(net, grads, state, lr, decay, **settings)
        for a, b in zip(old, (*flat(net.params), *flat(grads), *flat(state or [])), strict=True):
            np.testing.assert_array_equal(a, b)  # nothing that was given has changed
        net, state = new, next_state
        for k in range(3):
            part = take_state(grads, [k])
            alone[k], states[k] = step(alone[k], part, states[k], lr[k], decay[k], **settings)
            for a, b in zip(flat(take(net, [k]).params), flat(alone[k].params), strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-14, atol=1e-300)
            for a, b in zip(flat(take_state(state, [k]) or []), flat(states[k] or []), strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-14, atol=1e-300)


def test_settings_may_differ_between_networks():
    net, grads = stack(2), gradients(stack(2))
    both, state = adamw_step(net, grads, None, 0.1, beta1=[0.5, 0.9], beta2=[0.9, 0.99], eps=[1e-3, 1e-8])
    for k, (beta1, beta2, eps) in enumerate([(0.5, 0.9, 1e-3), (0.9, 0.99, 1e-8)]):
        part = take_state(grads, [k])
        alone, own = adamw_step(take(net, [k]), part, None, 0.1, beta1=beta1, beta2=beta2, eps=eps)
        for a, b in zip(flat(take(both, [k]).params), flat(alone.params), strict=True):
            np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(state["square"][0]["w"][k], own["square"][0]["w"][0])


@pytest.mark.parametrize("name", NAMES)
def test_float32_stays_float32(name):
    net, state = stack(dtype=np.float32), None
    for seed in range(2):
        grads = [{key: g.astype(np.float32) for key, g in layer.items()} for layer in gradients(net, seed)]
        net, state = OPTIMIZERS[name](net, clip_gradients(grads, 0.5), state, np.array([0.1] * 3), np.array([0.1] * 3))
    kept = {key: part for key, part in (state or {}).items() if key != "count"}
    assert {a.dtype for a in (*flat(net.params), *flat(kept))} == {np.dtype(np.float32)}


def test_adam_first_moves_by_the_rate_whatever_the_size_of_the_gradient():
    for size in (1e-5, 1.0, 1e8):
        start = {"count": 0, "mean": [{"w": np.zeros((1, 1, 2))}], "square": [{"w": np.zeros((1, 1, 2))}]}
        moves, _ = adam_move([{"w": np.full((1, 1, 2), size)}], start)
        np.testing.assert_allclose(moves[0]["w"], 1, rtol=2e-3)


def test_clipping_shortens_the_whole_gradient_of_each_network_and_leaves_short_ones_as_they_are():
    net = stack()
    grads = gradients(net)
    scaled = [{key: g * np.array([1e-3, 10.0, 1e100])[:, None, None] for key, g in layer.items()} for layer in grads]
    clipped = clip_gradients(scaled, 2.0)
    squares = sum(np.square(g).sum(axis=(1, 2)) for g in flat(clipped))
    np.testing.assert_allclose(np.sqrt(squares)[1:], 2)
    for a, b in zip(flat(clipped), flat(scaled), strict=True):
        np.testing.assert_array_equal(a[0], b[0])
        ratio = a[1:] / b[1:]
        np.testing.assert_allclose(ratio, np.broadcast_to(ratio[:, :1, :1], ratio.shape))
    lengths = np.sqrt(sum(np.square(g).sum(axis=(1, 2)) for g in flat(clip_gradients(grads, [0.1, 0.2, 0.3]))))
    np.testing.assert_allclose(lengths, [0.1, 0.2, 0.3])
    zero = clip_gradients([{"w": np.zeros((1, 2, 2))}], 1.0)
    np.testing.assert_array_equal(zero[0]["w"], 0)


def test_schedules():
    assert [warm_up(step, 0) for step in range(2)] == [warm_up(step, 1) for step in range(2)] == [1, 1]
    steps = np.arange(0, 31)
    falls = cosine(steps, 20, lowest=0.1)
    assert falls[0] == 1 and falls[10] == pytest.approx(0.55) and (falls[20:] == pytest.approx(0.1))
    assert (np.diff(falls[:21]) < 0).all()
    both = cosine(steps, 20, rise=5)
    np.testing.assert_allclose(both[:5], [0.2, 0.4, 0.6, 0.8, 1])
    np.testing.assert_allclose(both[5:], cosine(steps[:-5], 15))


@pytest.mark.parametrize("name", NAMES)
def test_training_is_what_the_steps_make_in_a_loop(name):
    """Two networks over all examples, with decay, clipping and a schedule."""
    data, start, lr, decay = toy(), stack(2), np.array([0.1, 0.02]), np.array([0.0, 0.1])
    schedule = partial(cosine, steps=8, rise=3)
    trained, history = train(
        start, data, lr, batch_size=None, steps=8, optimizer=name, decay=decay, clip=[0.5, 3.0], schedule=schedule
    )
    net, state = start, None
    for step in range(8):
        losses, grads, _ = loss_and_grads(net, data.train_x[0], data.train_y[0])
        np.testing.assert_allclose(history.losses[step], losses, rtol=1e-13)
        grads = clip_gradients(grads, np.array([0.5, 3.0]))
        net, state = OPTIMIZERS[name](net, grads, state, lr * schedule(step), decay)
    for a, b in zip(flat(trained.params), flat(net.params), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_remembered_of_a_network_is_its_own_when_others_diverge(name):
    rates = {"sgd": 0.1, "momentum": 0.05}.get(name, 0.01)
    settings = {"batch_size": 8, "steps": 20, "optimizer": name}
    start = init((3, 8, 8, 2), seeds=(0, 1, 2))
    net, history = train(start, toy(), [1e150, rates, 1e3 * rates], bound=50.0, clip=[10.0, 0.5, 10.0], **settings)
    assert history.diverged_at[0] >= 0 and history.diverged_at[1] == -1
    alone, own = train(take(start, [1]), toy(), rates, clip=0.5, **settings)
    np.testing.assert_allclose(history.losses[:, 1], own.losses[:, 0], rtol=1e-9)
    for a, b in zip(flat(take(net, [1]).params), flat(alone.params), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)
    assert all(np.isfinite(a).all() for a in flat(net.params))


def test_a_function_with_a_state_of_its_own_may_step():
    """It remembers the first gradients in a list, and how often it was called."""

    def stubborn(net, grads, state, lr, decay):
        first, calls = state or ([grads], 0)
        return sgd_step(net, first[0], lr, decay), (first, calls + 1)

    net, _ = train(stack(2), toy(), [0.1, 1e200], batch_size=None, steps=5, optimizer=stubborn)
    first = loss_and_grads(stack(1), toy().train_x[0], toy().train_y[0])[1]
    wanted = sgd_step(stack(1), first, 0.5)
    for a, b in zip(flat(take(net, [0]).params), flat(wanted.params), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-15)


def test_the_learning_rate_follows_the_schedule():
    still, _ = train(stack(1), toy(), 0.3, batch_size=8, steps=4, schedule=lambda step: 0.0)
    half, _ = train(stack(1), toy(), 0.3, batch_size=8, steps=4, schedule=lambda step: 0.5)
    slow, _ = train(stack(1), toy(), 0.15, batch_size=8, steps=4)
    for a, b, c, d in zip(*(flat(net.params) for net in (still, stack(1), half, slow)), strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(c, d)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"optimizer": "rmsprop"}, "optimizer is 'rmsprop'; allowed are 'sgd', 'momentum', 'adam', 'adamw'"),
        ({"optimizer": None}, "optimizer is None; allowed are 'sgd'"),
        ({"clip": 0.0}, "clip is 0.0; allowed are None and numbers above 0"),
        ({"clip": [1.0, -1.0]}, r"clip is \[1.0, -1.0\]; allowed are None and"),
        ({"clip": np.nan}, "clip is nan; allowed are None and"),
        ({"clip": np.inf}, "clip holds inf"),
        ({"clip": [1.0, 2.0, 3.0]}, r"clip has shape \(3,\); allowed is one number"),
        ({"clip": "1"}, "clip has dtype <U1; allowed are"),
        ({"decay": [1.0, 2.0, 3.0]}, r"decay has shape \(3,\); allowed is one number"),
    ],
)
def test_wrong_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        train(stack(2), toy(), 0.1, batch_size=8, steps=1, **settings)


NUMBERS = {
    "sgd": {},
    "momentum": {"momentum": 0.8},
    "nesterov": {"momentum": 0.8},
    "adam": {"beta1": 0.8, "beta2": 0.95, "eps": 1e-6},
}
TRACED = {
    "sgd": lambda net, grads, state, lr, decay: (sgd_step(net, grads, lr, decay), state),
    "momentum": momentum_step,
}
TRACED |= {"nesterov": partial(momentum_step, nesterov=True), "adam": adam_step, "adamw": adamw_step}


@pytest.mark.parametrize("broadcast", [False, True], ids=["numbers", "one per network"])
@pytest.mark.parametrize("name", TRACED)
def test_a_step_can_be_traced(name, broadcast):
    """With nothing but ufuncs on arrays and numbers whose values nobody can see: the same numbers come out."""
    net, grads = stack(2), gradients(stack(2))
    state = {"sgd": lambda net: {}, "adam": adam_start, "adamw": adam_start}.get(name, momentum_start)(net)
    numbers = {"lr": 0.1, "decay": 0.01, **NUMBERS[name.rstrip("w")]}
    if broadcast:
        numbers = {key: np.full((2, 1, 1), value) for key, value in numbers.items()}
    if "count" in state:
        state["count"] = np.array(3.0)
    wanted, wanted_state = TRACED[name](net, clip_gradients(grads, 0.7), state, **numbers)
    with tracing():
        traced = replace(net, params=stood_in(net.params))
        clipped = clip_gradients(stood_in(grads), stood_in(0.7))
        found, found_state = TRACED[name](traced, clipped, stood_in(state), **stood_in(numbers))
    for a, b in zip(flat(seen(found.params)), flat(wanted.params), strict=True):
        np.testing.assert_array_equal(a, b)
    for a, b in zip(flat(seen(found_state)), flat(wanted_state), strict=True):
        np.testing.assert_array_equal(a, b)


def test_schedules_can_be_traced():
    with tracing():
        found = cosine(stood_in(7.0), stood_in(20.0), stood_in(0.1), rise=stood_in(3.0))
    assert seen(found) == cosine(7.0, 20.0, 0.1, rise=3.0)
