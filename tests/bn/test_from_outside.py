"""What other libraries' test suites found: outliers in front, tiny numbers, other layouts, and arguments mixed up."""

import numpy as np
import pytest

import bn
from bn import layers
from bn.layers import (
    Running,
    average_pool,
    average_pool_grad,
    batch_norm,
    batch_norm_double_backward,
    batch_norm_grad,
    batch_norm_inference,
    batch_norm_synchronized,
    batch_norm_synchronized_grad,
    batch_renorm,
    batch_renorm_grad,
    convolve,
    convolve_grad,
    dynamic_tanh,
    dynamic_tanh_grad,
    group_norm,
    group_norm_grad,
    instance_norm,
    layer_norm,
    layer_norm_grad,
    max_pool,
    max_pool_grad,
    rms_norm,
    rms_norm_grad,
    running_start,
    shard,
    update_running,
    weight_norm,
    weight_norm_grad,
    weight_standardization,
    weight_standardization_grad,
)  # fmt: skip

RNG = np.random.default_rng(2015)
D = 3
ONE, ZERO = np.ones(D), np.zeros(D)
RUN = Running(ZERO, ONE)
X, DY = RNG.normal(size=(2, 8, D))


def gradients(x, dy):
    return batch_norm_grad(dy, batch_norm(x, np.ones(x.shape[1]), np.zeros(x.shape[1]))[1])


@pytest.mark.parametrize("place", [0, 1, -1])
def test_an_outlier_costs_the_others_no_digits_wherever_it_stands(place):
    x, dy = RNG.normal(size=(2, 200_000, 1)).astype(np.float32)
    x[place] = 1e4
    found, exact = gradients(x, dy), gradients(x.astype(np.float64), dy.astype(np.float64))
    for part, wanted in zip(found, exact):
        assert np.abs(part - wanted).max() < 3e-4 * np.abs(wanted).max()
    xhat = batch_norm(x, [1.0], [0.0])[1].xhat
    off = np.abs(xhat - batch_norm(x.astype(np.float64), [1.0], [0.0])[1].xhat)
    assert np.delete(off, place).max() < 1e-6


def test_a_constant_feature_beside_one_with_an_outlier_stays_exactly_0():
    x = np.column_stack([np.full(100, 0.1), RNG.normal(size=100)])
    x[0, 1] = 1e6
    assert (batch_norm(x, np.ones(2), np.zeros(2), 0.0)[1].xhat[:, 0] == 0).all()


@pytest.mark.parametrize("scale", [1e-36, 1e-39, 1e-41])
@pytest.mark.parametrize(
    ("forward", "backward"),
    [
        (lambda x: layer_norm(x, np.ones(8), np.zeros(8), 0.0), layer_norm_grad),
        (lambda x: rms_norm(x, np.ones(8), 0.0), rms_norm_grad),
        (lambda x: group_norm(x, np.ones(8), np.zeros(8), 2, 0.0), group_norm_grad),
        (lambda x: weight_standardization(x.T, eps=0.0), lambda dy, c: [weight_standardization_grad(dy.T, c)]),
    ],
    ids=["layer", "rms", "group", "weight standardization"],
)
def test_gradients_of_tiny_rows_are_right_to_the_last_digits(forward, backward, scale):
    x = (RNG.normal(size=(6, 8)) * scale).astype(np.float32)
    dy = (RNG.normal(size=(6, 8)) * 1e-5).astype(np.float32)  # so that the gradient is still a float32
    found = backward(dy, forward(x)[1])[0]
    exact = backward(dy.astype(np.float64), forward(x.astype(np.float64))[1])[0]
    assert np.abs(found - exact).max() < 1e-6 * np.abs(exact).max()


@pytest.mark.parametrize(
    ("length", "dtype", "allowed"),
    [(1e-161, np.float64, 1e-15), (1e-300, np.float64, 1e-15), (1e160, np.float64, 1e-15), (3e-23, np.float32, 1e-6)],
)
def test_columns_of_any_length_keep_their_direction(length, dtype, allowed):
    direction = RNG.normal(size=(5, D))
    direction /= np.sqrt((direction**2).sum(axis=0))
    w, cache = weight_norm((length * direction).astype(dtype), ONE.astype(dtype))
    assert np.abs(w - direction).max() < allowed
    dw = RNG.normal(size=(5, D))
    dv, dg = weight_norm_grad((length * dw).astype(dtype), cache)
    ordinary = weight_norm_grad(dw, weight_norm(direction, ONE)[1])
    assert dv == pytest.approx(ordinary[0], rel=10 * allowed, abs=10 * allowed)
    assert dg / length == pytest.approx(ordinary[1], rel=10 * allowed, abs=10 * allowed)


def test_columns_of_any_length_with_a_covariance_and_eps():
    v, s = RNG.normal(size=(5, D)), np.cov(RNG.normal(size=(5, 50)))
    w, _ = weight_norm(v, ONE, s, eps=0.3)
    tiny, _ = weight_norm(v * 1e-160, ONE, s, eps=0.3e-320)
    assert tiny == pytest.approx(w, rel=1e-3)  # an eps of 3e-321 has three digits itself


@pytest.mark.parametrize("shape", [(4, D, 5), (4, D, 2, 3), (4, D, 2, 3, 2)], ids=["length", "image", "volume"])
def test_places_behind_the_features_are_examples_like_others(shape):
    x, dy = RNG.normal(size=(2, *shape))

    def flat(a):  # (N C places) -> (N places, C)
        return np.moveaxis(a, 1, -1).reshape(-1, D)

    gamma, beta = RNG.normal(size=(2, D))
    y, cache = batch_norm(x, gamma, beta)
    rows, row_cache = batch_norm(flat(x), gamma, beta)
    assert flat(y) == pytest.approx(rows)
    for found, wanted in zip(batch_norm_grad(dy, cache), batch_norm_grad(flat(dy), row_cache)):
        assert (flat(found) if found.ndim > 1 else found) == pytest.approx(wanted)
    for found, wanted in zip(batch_norm_double_backward(x, dy, cache)[:2],
                             batch_norm_double_backward(flat(x), flat(dy), row_cache)[:2]):  # fmt: skip
        assert flat(found) == pytest.approx(wanted)
    new, wanted = update_running(running_start(D), cache), update_running(running_start(D), row_cache)
    assert new.mean == pytest.approx(wanted.mean) and new.var == pytest.approx(wanted.var)
    used = batch_norm_inference(x, gamma, beta, new.mean, new.var)
    assert flat(used) == pytest.approx(batch_norm_inference(flat(x), gamma, beta, new.mean, new.var))
    renormed, _ = batch_renorm(x, gamma, beta, new)
    assert flat(renormed) == pytest.approx(batch_renorm(flat(x), gamma, beta, new)[0])
    assert shard(x).m2 == pytest.approx(shard(flat(x)).m2)
    parts = batch_norm_synchronized([x[:1], x[1:]], gamma, beta)
    assert np.concatenate([part for part, _ in parts]) == pytest.approx(y)
    dxs, *_ = batch_norm_synchronized_grad([dy[:1], dy[1:]], [cache for _, cache in parts])
    assert np.concatenate(dxs) == pytest.approx(batch_norm_grad(dy, cache)[0])


def test_instance_and_group_norm_take_sequences_and_volumes():
    x = RNG.normal(size=(2, D, 7))
    assert instance_norm(x, ONE, ZERO)[0] == pytest.approx(layer_norm(x, np.ones(7), np.zeros(7))[0])
    volume = RNG.normal(size=(2, 4, 2, 3, 2))
    y, cache = group_norm(volume, np.ones(4), np.zeros(4), 2)
    assert y == pytest.approx(group_norm(volume.reshape(2, 4, 12), np.ones(4), np.zeros(4), 2)[0].reshape(y.shape))
    assert group_norm_grad(volume, cache)[0].shape == volume.shape


def test_legal_arguments_of_unusual_make_are_taken():
    big = X.astype(">f8")
    assert batch_norm(big, ONE, ZERO)[0] == pytest.approx(batch_norm(X, ONE, ZERO)[0], rel=0, abs=0)
    assert batch_norm(big, ONE, ZERO)[0].dtype.isnative
    assert batch_norm(X.astype(">f4"), ONE, ZERO)[0].dtype == np.float32
    y = batch_norm(X, ONE, ZERO, np.array(1e-3))[0]
    assert y == pytest.approx(batch_norm(X, ONE, ZERO, 1e-3)[0], rel=0, abs=0)


FORWARD = {  # each gives the cache that its gradient needs
    "batch_norm": (lambda: batch_norm(X, ONE, ZERO)[1], lambda c: batch_norm_grad(DY, c)),
    "batch_norm (double)": (lambda: batch_norm(X, ONE, ZERO)[1], lambda c: batch_norm_double_backward(DY, DY, c)),
    "batch_norm_synchronized": (
        lambda: batch_norm_synchronized([X], ONE, ZERO)[0][1],
        lambda c: batch_norm_synchronized_grad([DY], [c]),
    ),
    "batch_renorm": (lambda: batch_renorm(X, ONE, ZERO, RUN)[1], lambda c: batch_renorm_grad(DY, c)),
    "layer_norm": (lambda: layer_norm(X, ONE, ZERO)[1], lambda c: layer_norm_grad(DY, c)),
    "rms_norm": (lambda: rms_norm(X, ONE)[1], lambda c: rms_norm_grad(DY, c)),
    "group_norm": (lambda: group_norm(X, ONE, ZERO, 3)[1], lambda c: group_norm_grad(DY, c)),
    "dynamic_tanh": (lambda: dynamic_tanh(X, 0.5, ONE, ZERO)[1], lambda c: dynamic_tanh_grad(DY, c)),
    "convolve": (
        lambda: convolve(X[None, None], ONE[None, None, None])[1],
        lambda c: convolve_grad(DY[None, None, :, :1], c),
    ),
    "max_pool": (lambda: max_pool(X[None, None], 1)[1], lambda c: max_pool_grad(DY[None, None], c)),
    "average_pool": (lambda: average_pool(X[None, None], 1)[1], lambda c: average_pool_grad(DY[None, None], c)),
    "weight_norm": (lambda: weight_norm(X, ONE)[1], lambda c: weight_norm_grad(DY, c)),
    "weight_standardization": (
        lambda: weight_standardization(X)[1],
        lambda c: weight_standardization_grad(DY, c),
    ),
}


@pytest.mark.parametrize("name", FORWARD)
def test_a_cache_of_another_layer_is_refused_by_name(name):
    make, grad = FORWARD[name]
    own = make()
    grad(own)
    others = [other() for other, _ in FORWARD.values()]
    for wrong in (None, X, (X, ONE, ONE), *(cache for cache in others if type(cache) is not type(own))):
        words = f"cache is of type {type(wrong).__name__}; allowed is the {type(own).__name__} that {name.split()[0]}"
        with pytest.raises(ValueError) as error:
            grad(wrong)
        assert words in str(error.value)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: batch_norm(np.ma.masked_array(X, X > 1), ONE, ZERO), "x is a masked array; allowed are plain arrays"),
        (lambda: update_running(Running(ZERO, -ONE), FORWARD["batch_norm"][0]()), "running.var goes down to -1.0"),
        (
            lambda: update_running(Running(ZERO, np.ones(1)), FORWARD["batch_norm"][0]()),
            "running.var has shape (1,); allowed is (3,)",
        ),
        (lambda: update_running((ZERO, ONE), FORWARD["batch_norm"][0]()), "running is of type tuple; allowed is a"),
        (lambda: update_running(RUN, FORWARD["layer_norm"][0]()), "cache is of type LayerNormCache; allowed is what"),
        (lambda: batch_renorm(X, ONE, ZERO, (ZERO, ONE)), "running is of type tuple; allowed is a Running"),
        (lambda: bn.fold(np.ones((D, D)), None, ONE, ZERO, ZERO, ONE, axis=True), "axis is True; allowed are the axes"),
        (
            lambda: convolve(np.ones((1, 1, 4, 4)), np.ones((1, 1, 3, 3)), padding="same"),
            "padding is 'same'; allowed are whole numbers, 0 or larger",
        ),
        (lambda: convolve(np.ones((1, 1, 4, 4)), np.ones((1, 1, 3, 3)), stride=True), "stride is True; allowed are"),
        (lambda: weight_norm(np.ones((0, 3)), ONE), "v has shape (0, 3); allowed are"),
    ],
)  # fmt: skip
def test_what_is_quietly_wrong_elsewhere_is_refused_in_words(call, words):
    with pytest.raises(ValueError) as error:
        call()
    assert words in str(error.value)


def test_every_cache_is_public():
    assert {"BatchNormCache", "LayerNormCache", "RMSNormCache", "GroupNormCache"} <= set(layers.__all__)
