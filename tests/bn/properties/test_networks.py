"""Stacks of networks, training, the doctor: whatever the numbers, nothing becomes NaN without being said."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import bn
from bn.data import Data
from bn.layers.norms import NORMS
from bn.network import forward, init, loss_and_grads, take, update_statistics
from bn.optim import train
from bn.serving import fold_network
from bn.steps import OPTIMIZERS
from tests.bn.properties.strategies import TAME, batches, floats, search, seeds, tables, vectors

norms = st.sampled_from(sorted(NORMS))
activations = st.sampled_from(["relu", "sigmoid", "tanh", "linear"])
skips = st.tuples(st.sampled_from([None, "pre", "end", "post"]), st.sampled_from([None, 0.0, 1.0]))
WIDTH = 16  # group norm has eight groups of two units


def skip_settings(skip, norm):
    """The settings of a residual network, where it can be one."""
    residual, start = skip
    residual = "end" if norm == "weight" and residual else residual
    return {"residual": residual, "skip_init": start if residual else None}


def problem(seed, n=24, d=5, classes=3, scale=1.0):
    """A `Data` of n examples, drawn."""
    rng = np.random.default_rng(seed)
    x, y = scale * rng.normal(size=(1, n, d)), rng.integers(0, classes, size=(1, n))
    return Data(x, y, x[:, :4], y[:, :4])


@search
@given(norms, activations, floats, st.integers(0, 3), st.integers(1, 3), seeds, skips)
def test_a_stack_is_what_its_networks_are_alone(norm, activation, dtype, hidden, k, seed, skip):
    settings = {**skip_settings(skip, norm), "activation": activation, "seeds": range(k), "dtype": dtype}
    net = init((5, *[WIDTH] * hidden, 3), norm=norm, **settings)
    x, labels = problem(seed).train([0])[0][0], problem(seed).train([0])[1][0]
    losses, grads, trace = loss_and_grads(net, x, labels)
    assert trace.logits.shape == (k, len(x), 3) and trace.logits.dtype == dtype and losses.shape == (k,)
    assert np.isfinite(losses).all()
    precision = 1e-4 if dtype == np.float32 else 1e-10
    for i in range(k):
        one, gradients, _ = loss_and_grads(take(net, [i]), x, labels)
        np.testing.assert_allclose(one, losses[i : i + 1], rtol=precision)
        for layer, other, parameters in zip(grads, gradients, net.params, strict=True):
            assert layer.keys() == parameters.keys()
            for name, gradient in layer.items():
                assert gradient.shape == parameters[name].shape and gradient.dtype == dtype
                np.testing.assert_allclose(other[name], gradient[i : i + 1], rtol=precision * 10, atol=precision)


@search
@given(
    *(norms, activations, floats, seeds, st.sampled_from([0.01, 1.0, 100.0, 1e10, 1e100, 1e300]), st.integers(2, 24)),
    *(st.sampled_from(sorted(OPTIMIZERS)), st.sampled_from([None, 1e-3, 10.0]), st.sampled_from([0.0, 0.1, 1e200])),
    skips,
)
def test_divergence_is_reported_with_its_step_and_nothing_becomes_nan(
    norm, activation, dtype, seed, lr, batch_size, optimizer, clip, decay, skip
):
    if dtype == np.float32:
        lr = min(lr, 1e30)
    kind = {**skip_settings(skip, norm), "activation": activation, "seeds": (0, 1), "dtype": dtype}
    net = init((5, WIDTH, WIDTH, 3), norm=norm, **kind)
    before = [{name: p.copy() for name, p in layer.items()} for layer in net.params]
    step = {"optimizer": optimizer, "clip": clip, "decay": [decay, 0.0]}
    trained, history = train(net, problem(seed), [lr, 0.01], batch_size=batch_size, steps=6, **step)
    for layer in trained.params:
        assert all(np.isfinite(p).all() and p.dtype == dtype for p in layer.values())
    assert all(r is None or (np.isfinite(r.mean).all() and np.isfinite(r.var).all()) for r in trained.running)
    for i, step in enumerate(history.diverged_at):
        known = history.losses[: step if step >= 0 else None, i]
        assert np.isfinite(known).all() and (step < 0 or np.isinf(history.losses[step:, i]).all())
    assert history.diverged_at[1] == -1, "the neighbour of a diverged network goes on"
    for layer, old in zip(net.params, before, strict=True):
        assert all(np.array_equal(layer[name], old[name]) for name in old), "the network that was given is a snapshot"


@search
@given(activations, seeds, st.sampled_from([1e-8, 1e-5, 1.0]), st.integers(2, 24))
def test_a_folded_network_gives_the_logits_of_inference(activation, seed, eps, batch_size):
    net = init((5, WIDTH, WIDTH, 3), norm="batch", activation=activation, eps=eps)
    net, _ = train(net, problem(seed), 0.05, batch_size=batch_size, steps=4)
    x = problem(seed + 1).train([0])[0][0]
    expected, found = forward(net, x, training=False)[0], forward(fold_network(net), x)[0]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9 * (1 + np.abs(expected).max()))


@search
@given(seeds, st.integers(2, 24), st.sampled_from(["biased", "unbiased"]))
def test_running_statistics_of_a_stack_move_towards_the_batch(seed, m, variance):
    net = init((5, WIDTH, 3), norm="batch", seeds=(0, 1))
    x = problem(seed, n=m).train([0])[0][0]
    trace = forward(net, x)[1]
    moved = update_statistics(net, trace, 1.0, variance)
    np.testing.assert_allclose(moved.running[0].mean, trace.z[0].mean(axis=1, keepdims=True), atol=1e-12)
    ddof = variance == "unbiased"
    np.testing.assert_allclose(moved.running[0].var, trace.z[0].var(axis=1, keepdims=True, ddof=ddof), rtol=1e-9)


anything = batches(tables, dtypes=st.sampled_from([np.float16, np.float32, np.float64]))


@search
@given(
    st.data(), anything, st.sampled_from([0.0, 1e-5, 1.0, 1e300]), st.sampled_from([None, "relu", "sigmoid", "tanh"])
)
def test_the_doctor_answers_in_words_and_finite_numbers_whatever_it_is_shown(data, x, eps, activation):
    d = x.shape[1]
    scale = data.draw(st.sampled_from([1.0, 1e-200, 1e200]))
    mean, var, gamma = (data.draw(vectors(d)) * scale for _ in range(3))
    layer = {"x": x, "eps": eps, "gamma": gamma, "running_mean": mean, "running_var": np.abs(var), "momentum": 0.9}
    layer |= {"activation": activation, "y": x, "mode": data.draw(st.sampled_from(["training", "inference"]))}
    found = bn.diagnose(layer)
    assert "nan" not in str(found).lower().replace("nan or infinity", "")
    for finding in found:
        assert finding.words and finding.cure and all(0 <= j < d for j in finding.features)
        assert not any(np.isnan(number) for number in finding.numbers.values())


@search
@given(st.data(), batches(tables, kinds=TAME, least=2), st.sampled_from([np.nan, np.inf, -np.inf]))
def test_the_doctor_finds_the_feature_that_is_not_finite(data, x, bad):
    x = x.copy()
    i, j = data.draw(st.integers(0, len(x) - 1)), data.draw(st.integers(0, x.shape[1] - 1))
    x[i, j] = bad
    (finding,) = bn.diagnose({"x": x})
    assert finding.code == "not-finite" and finding.features == (j,)
