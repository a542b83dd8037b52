"""What is wrong is refused by a ValueError that names the argument, what was given and what is allowed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bn
from bn.layers import (
    Running,
    batch_norm,
    batch_norm_double_backward,
    batch_norm_grad,
    batch_norm_inference,
    batch_norm_synchronized,
    batch_norm_synchronized_grad,
    batch_renorm,
    batch_renorm_grad,
    dynamic_tanh,
    dynamic_tanh_grad,
    group_norm,
    group_norm_grad,
    instance_norm,
    layer_norm,
    layer_norm_grad,
    precise_statistics,
    rms_norm,
    rms_norm_grad,
    running_start,
    shard,
    softmax_cross_entropy,
    squared_error,
    update_running,
    weight_norm,
    weight_norm_grad,
    weight_norm_start,
    weight_standardization,
    weight_standardization_grad,
)  # fmt: skip
from bn.network import init
from bn.serving import fold
from tests.bn.properties.strategies import batches, refused, search

D = 3
ONES, RUN = np.ones(D), Running(np.zeros(D), np.ones(D))
# Each takes x (m, 3), or (N, 3, H, W), and gamma, beta, eps.
FORWARD = {
    "batch_norm": lambda x, gamma=ONES, beta=ONES, eps=1e-5: batch_norm(x, gamma, beta, eps),
    "batch_norm_inference": lambda x, gamma=ONES, beta=ONES, eps=1e-5: batch_norm_inference(
        x, gamma, beta, RUN.mean, RUN.var, eps
    ),
    "batch_norm_synchronized": lambda x, gamma=ONES, beta=ONES, eps=1e-5: batch_norm_synchronized(
        [x, x], gamma, beta, eps
    ),
    "batch_renorm": lambda x, gamma=ONES, beta=ONES, eps=1e-5: batch_renorm(x, gamma, beta, RUN, eps=eps),
    "group_norm": lambda x, gamma=ONES, beta=ONES, eps=1e-5: group_norm(x, gamma, beta, 3, eps),
    "layer_norm": lambda x, gamma=ONES, beta=ONES, eps=1e-5: layer_norm(x, gamma, beta, eps),
    "rms_norm": lambda x, gamma=ONES, beta=ONES, eps=1e-5: rms_norm(x, gamma, eps),
    "dynamic_tanh": lambda x, gamma=ONES, beta=ONES, eps=1e-5: dynamic_tanh(x, 0.5, gamma, beta),
}  # fmt: skip
ONLY_X = {
    "weight_norm": lambda x: weight_norm(x, ONES),
    "weight_standardization": weight_standardization,
    "weight_norm_start": lambda x: weight_norm_start(np.ones((D, 2)), x),
    "fold": lambda x: fold(x, None, ONES, ONES, ONES, ONES),
    "shard": shard,
}
BACKWARD = {
    "batch_norm_grad": (FORWARD["batch_norm"], batch_norm_grad),
    "batch_norm_double_backward": (FORWARD["batch_norm"], lambda dy, cache: batch_norm_double_backward(dy, dy, cache)),
    "batch_renorm_grad": (FORWARD["batch_renorm"], batch_renorm_grad),
    "group_norm_grad": (lambda x: group_norm(x, ONES, ONES, 1), group_norm_grad),
    "layer_norm_grad": (FORWARD["layer_norm"], layer_norm_grad),
    "rms_norm_grad": (FORWARD["rms_norm"], rms_norm_grad),
    "dynamic_tanh_grad": (FORWARD["dynamic_tanh"], dynamic_tanh_grad),
    "weight_norm_grad": (ONLY_X["weight_norm"], weight_norm_grad),
    "weight_standardization_grad": (weight_standardization, weight_standardization_grad),
    "batch_norm_synchronized_grad": (
        lambda x: (None, [cache for _, cache in batch_norm_synchronized([x, x], ONES, ONES)]),
        lambda dy, caches: batch_norm_synchronized_grad([dy, dy], caches),
    ),
}
three = batches(st.tuples(st.integers(1, 6), st.just(D)), kinds=("ordinary", "offset"))
bad_numbers = st.sampled_from([np.nan, np.inf, -np.inf])
bad_eps = st.one_of(bad_numbers, st.sampled_from([-1e-300, -1.0, "1", None, True, 1j, [1e-5]]))
GOOD = np.arange(12.0).reshape(4, 3) ** 2
HUGE = 1e300


@pytest.mark.parametrize("name", [*FORWARD, *ONLY_X])
def test_a_number_that_is_not_finite_is_named_with_its_place(name):
    function = (FORWARD | ONLY_X)[name]

    @search
    @given(st.data(), three, bad_numbers)
    def holds(data, x, bad):
        x = x.copy()
        place = data.draw(st.integers(0, len(x) - 1)), data.draw(st.integers(0, D - 1))
        x[place] = bad
        with refused("allowed", str(bad)):
            function(x)

    holds()


@pytest.mark.parametrize("name", FORWARD)
@pytest.mark.parametrize("argument", ["gamma", "beta"])
def test_bad_parameters_are_named(name, argument):
    if (name, argument) == ("rms_norm", "beta"):
        return  # it has none
    for bad in (np.full(D, np.nan), [1, np.inf, 1]):
        with refused(f"{argument} holds", "allowed"):
            FORWARD[name](GOOD, **{argument: bad})
    for bad in (np.ones(D + 1), np.ones((1, D)), 1.0, ["a"] * D, np.ones(D, complex), np.ones(D, np.float16), None):
        with refused(argument, "allowed"):
            FORWARD[name](GOOD, **{argument: bad})


@pytest.mark.parametrize("name", [name for name in FORWARD if name != "dynamic_tanh"])
def test_a_bad_eps_is_named(name):
    @search
    @given(bad_eps)
    def holds(eps):
        with refused("eps is", "allowed"):
            FORWARD[name](GOOD, eps=eps)

    holds()


@pytest.mark.parametrize("name", [*FORWARD, *ONLY_X])
@pytest.mark.parametrize("x", [
    np.ones((4, 3), np.float16), np.ones((4, 3), complex), [["a", "b", "c"]], np.ones(3), 1.0, None,
    np.zeros((0, 3)), np.ones((3, 0)), [[1.0, 2.0, 3.0], [1.0]], np.array([[object()] * 3]),
], ids=lambda x: f"{getattr(x, 'dtype', type(x).__name__)}{np.shape(x) if hasattr(x, 'dtype') else ''}")  # fmt: skip
def test_wrong_types_and_shapes_are_named(name, x):
    with refused("allowed"):
        (FORWARD | ONLY_X)[name](x)


@pytest.mark.parametrize("name", BACKWARD)
def test_a_bad_upstream_gradient_is_named(name):
    forward, backward = BACKWARD[name]
    cache = forward(GOOD)[1]
    for bad in (np.ones((3, 4)), np.ones(3), 1.0, GOOD * 1j, np.ones((4, 3), np.float16), np.ones((1, 3))):
        with refused("allowed"):
            backward(bad, cache)
    for value in (np.nan, np.inf):
        dy = np.ones((4, 3))
        dy[2, 1] = value
        with refused(str(value), "allowed"):
            backward(dy, cache)


@pytest.mark.parametrize("name", BACKWARD)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_upstream_gradient_that_overflows_is_refused_in_words(name, dtype):
    forward, backward = BACKWARD[name]
    cache = forward(GOOD.astype(dtype))[1]
    for size in (1e38, 1e300, 1.7e308):
        dy = np.where(GOOD > 10, size, size / 2)
        try:
            found = backward(dy, cache)
        except ValueError as error:
            assert "too large" in str(error) or "not finite" in str(error)
        else:
            flat = [part for each in found for part in (each if isinstance(each, list) else [each])]
            assert all(np.isfinite(part).all() for part in flat)


@pytest.mark.parametrize("name", FORWARD)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_that_make_the_output_overflow_are_refused_in_words(name, dtype):
    top = float(np.finfo(dtype).max)
    for gamma, beta in ((top, top), (top, -top), (top / 2, 0.0), (1.7e308, 1.7e308)):
        try:
            y = FORWARD[name](GOOD.astype(dtype), gamma=np.full(D, gamma), beta=np.full(D, beta))
        except ValueError as error:
            assert "too large" in str(error)
        else:
            y = y if name != "batch_norm_synchronized" else y[0]
            assert np.isfinite(y if isinstance(y, np.ndarray) else y[0]).all()


def test_statistics_that_are_none_are_refused():
    cache = batch_norm(GOOD, ONES, ONES)[1]
    with refused("running", "allowed"):
        update_running(Running(np.full(D, np.nan), np.ones(D)), cache)
    for momentum in (-0.1, 1.1, np.nan, "0.1", True):
        with refused("momentum", "allowed"):
            update_running(running_start(D), cache, momentum)
    with refused("variance", "allowed"):
        update_running(running_start(D), cache, variance="none")
    with refused("mus", "allowed"):
        precise_statistics([[np.nan]], [[1.0]])
    with refused("variances", "allowed"):
        precise_statistics([[0.0]], [[-1.0]])
    with refused("parts", "allowed"):
        batch_norm_synchronized([], ONES, ONES)


def test_layers_without_a_spread_and_groups_that_do_not_fit():
    with refused("groups", "allowed"):
        group_norm(GOOD, ONES, ONES, 2)
    with refused("allowed"):
        instance_norm(GOOD, ONES, ONES)
    for alpha in (np.nan, np.inf, "1", None):
        with refused("alpha", "allowed"):
            dynamic_tanh(GOOD, alpha, ONES, ONES)
    for bad in (0.5, np.nan, "3"):
        with refused("r_max", "allowed"):
            batch_renorm(GOOD, ONES, ONES, RUN, r_max=bad)
    for scale in (np.nan, np.inf, None):
        with refused("scale", "allowed"):
            weight_standardization(GOOD, scale)
    for g in (np.full(D, np.nan), np.full(D, np.inf)):
        with refused("g holds", "allowed"):
            weight_norm(GOOD, g)


def test_losses_refuse_what_has_no_mean():
    for shape in ((0, 3), (3, 0), (3,), ()):
        with refused("allowed"):
            squared_error(np.ones(shape), np.ones(shape))
        with refused("allowed"):
            softmax_cross_entropy(np.ones(shape), np.zeros(shape[:1], int))
    for labels in ([0, 3], [-1, 0], [0.0, 1.0], [[0], [1]], ["a", "b"]):
        with refused("labels", "allowed"):
            softmax_cross_entropy(np.ones((2, 3)), labels)


def test_networks_and_doctor_refuse_in_words():
    bad_networks = [
        {"dtype": np.float16}, {"dtype": int}, {"eps": np.nan}, {"scale": np.inf}, {"norm": "x"}, {"init": "x"},
        {"activation": "x"}, {"seeds": (-1,)}, {"seeds": (0.5,)}, {"seeds": ()}, {"init": -1.0},
    ]  # fmt: skip
    for change in bad_networks:
        with refused(next(iter(change)), "allowed"):
            init((4, 16, 3), **change)
    for sizes in ((4,), (4, 0, 3), (4, 2.5, 3), (4, "a")):
        with refused("sizes", "allowed"):
            init(sizes)
    bad_layers = [
        {"eps": -1}, {"eps": np.nan}, {"eps": "a"}, {"x": np.ones(3)}, {"x": np.zeros((0, 2))}, {"gamma": [1.0]},
        {"activation": "x"}, {"mode": "x"}, {"momentum": "a"}, {"y": np.ones((1, 1))},
    ]  # fmt: skip
    for change in bad_layers:
        with refused(next(iter(change)), "allowed"):
            bn.diagnose({"x": GOOD} | change)


@search
@given(st.data(), three)
def test_int_bool_and_list_count_as_float64(data, x):
    whole = np.ascontiguousarray(np.clip(np.rint(x), -100, 100))  # the order in memory may change the last bit
    expected = batch_norm(whole.astype(np.float64), ONES, ONES)[0]
    for same in (whole.astype(np.int8), whole.astype(np.int64), whole.astype(int).tolist()):
        y = batch_norm(same, ONES, ONES)[0]
        assert y.dtype == np.float64
        np.testing.assert_array_equal(y, expected)
    positive = np.ascontiguousarray(x) > 0
    np.testing.assert_array_equal(
        batch_norm(positive, ONES, ONES)[0], batch_norm(positive.astype(np.float64), ONES, ONES)[0]
    )
