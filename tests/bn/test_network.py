"""Stacks of networks: gradients are slopes, and each network of a stack is what it would be alone."""

import numpy as np
import pytest

from bn.layers import batch_norm, batch_norm_inference, running_start, update_running
from bn.network import accuracy, backward, forward, init, loss_and_grads, put, take, update_statistics


def problem(k=3, seed=0, shared=False):
    rng = np.random.default_rng(seed)
    shape = (9, 6) if shared else (k, 9, 6)
    return rng, rng.normal(size=shape), rng.integers(0, 4, shape[:-1])


def stack(**settings):
    """Three networks, with gamma away from 1 and beta and biases away from 0."""
    net = init((6, 8, 7, 4), **{"seeds": (0, 1, 2), "activation": "tanh", **settings})
    rng = np.random.default_rng(5)
    for layer in net.params:
        for name in layer:
            layer[name] = layer[name] + 0.3 * rng.normal(size=layer[name].shape)
    return net


def with_params(net, flat):
    """The network with the parameters of the list `flat`, in order."""
    values = iter(flat)
    params = [{name: next(values) for name in layer} for layer in net.params]
    return type(net)(params, net.running, net.seeds, net.norm, net.activation, net.eps)


def flatten(layers):
    return [layer[name] for layer in layers for name in layer]


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("noisy", [True, False])
@pytest.mark.parametrize("loss", ["softmax", "squared"])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "linear"])
@pytest.mark.parametrize("norm", ["none", "batch"])
def test_gradient_is_the_slope(norm, activation, loss, noisy, shared, is_the_slope):
    net = stack(norm=norm, activation=activation)
    rng, x, labels = problem(shared=shared)
    target = labels if loss == "softmax" else rng.normal(size=(*labels.shape, 4))
    noise = [(rng.uniform(0.5, 2, (3, 9, d)), rng.normal(size=(3, 9, d))) for d in (8, 7)] if noisy else None
    _, grads, _ = loss_and_grads(net, x, target, loss, noise)
    total = lambda *flat: loss_and_grads(with_params(net, flat), x, target, loss, noise)[0].sum()
    assert [set(g) for g in grads] == [set(p) for p in net.params]
    order = [{name: g[name] for name in p} for g, p in zip(grads, net.params, strict=True)]
    is_the_slope(total, flatten(net.params), flatten(order), rng, h=1e-4, rel=1e-8)


@pytest.mark.parametrize("norm", ["none", "batch"])
def test_a_network_in_a_stack_is_what_it_is_alone(norm):
    net = stack(norm=norm)
    _, x, labels = problem()
    losses, grads, trace = loss_and_grads(net, x, labels)
    after = update_statistics(net, trace)
    for k in range(3):
        alone = take(net, [k])
        loss, grad, trace_alone = loss_and_grads(alone, x[k], labels[k])
        assert loss[0] == pytest.approx(losses[k], rel=1e-13)
        for a, b in zip(flatten(grad), flatten(grads), strict=True):
            np.testing.assert_allclose(a[0], b[k], atol=1e-14)
        np.testing.assert_allclose(
            forward(update_statistics(alone, trace_alone), x[k], training=False)[0][0],
            forward(after, x, training=False)[0][k],
            atol=1e-13,
        )


def test_batch_norm_in_a_stack_is_batch_norm_of_each_network():
    net = stack(norm="batch", activation="linear", eps=0.1)
    _, x, _ = problem()
    _, trace = forward(net, x)
    net = update_statistics(net, trace, momentum=0.3)
    _, trace_inference = forward(net, x, training=False)
    for k in range(3):
        gamma, beta = net.params[0]["gamma"][k, 0], net.params[0]["beta"][k, 0]
        y, cache = batch_norm(trace.z[0][k], gamma, beta, 0.1)
        np.testing.assert_allclose(trace.y[0][k], y, atol=1e-14)
        running = update_running(running_start(8), cache, 0.3)
        np.testing.assert_allclose(net.running[0].mean[k, 0], running.mean, rtol=1e-13)
        np.testing.assert_allclose(net.running[0].var[k, 0], running.var, rtol=1e-13)
        y = batch_norm_inference(trace.z[0][k], gamma, beta, running.mean, running.var, 0.1)
        np.testing.assert_allclose(trace_inference.y[0][k], y, atol=1e-13)


def test_a_seed_gives_the_same_start_whatever_the_norm_the_scale_and_the_company():
    plain = init((6, 8, 4), seeds=(7,))
    other = init((6, 8, 4), norm="batch", activation="sigmoid", seeds=(3, 7, 7), scale=(1, 1, 2.5))
    for a, b in zip(plain.params, other.params, strict=True):
        np.testing.assert_array_equal(a["w"][0], b["w"][1])
        np.testing.assert_allclose(2.5 * a["w"][0], b["w"][2], rtol=1e-15)
    assert "b" in plain.params[0] and "b" not in other.params[0] and "b" in other.params[1]


@pytest.mark.parametrize(
    ("kind", "spread"),
    [("he", np.sqrt(2 / 200)), ("glorot", np.sqrt(2 / 300)), ("lecun", np.sqrt(1 / 200)), (0.3, 0.3)],
)
def test_start_weights_have_the_spread_of_their_kind(kind, spread):
    w = init((200, 100, 2), init=kind, seeds=range(4)).params[0]["w"]
    assert w.std() == pytest.approx(spread, rel=0.02) and abs(w.mean()) < 0.02 * spread


def test_the_trace_shows_what_each_layer_saw():
    net = stack(norm="batch")
    _, x, _ = problem()
    logits, trace = forward(net, x)
    assert [z.shape for z in trace.z] == [(3, 9, 8), (3, 9, 7)]
    np.testing.assert_allclose(trace.z[0], x @ net.params[0]["w"])
    gamma, beta = net.params[1]["gamma"], net.params[1]["beta"]
    np.testing.assert_allclose(trace.y[1].mean(axis=1, keepdims=True), beta, atol=1e-14)
    np.testing.assert_allclose(trace.y[1].std(axis=1, keepdims=True), np.abs(gamma), rtol=1e-3)
    np.testing.assert_allclose(trace.a[1], np.tanh(trace.y[1]))
    np.testing.assert_array_equal(trace.logits, logits)
    np.testing.assert_allclose(trace.norm_caches[0].mu, trace.z[0].mean(axis=1, keepdims=True), atol=1e-14)


def test_lower_weights_may_be_scaled_under_batch_norm():
    net = init((6, 8, 4), norm="batch", seeds=(0, 0), scale=(1.0, 50.0), eps=0.0)
    _, x, labels = problem(2)
    net.params[-1]["w"][1] = net.params[-1]["w"][0]
    losses, grads, _ = loss_and_grads(net, x[0], labels[0])
    assert losses[0] == pytest.approx(losses[1], rel=1e-13)
    np.testing.assert_allclose(grads[0]["w"][0], 50 * grads[0]["w"][1], rtol=1e-10)


def test_take_and_put_are_inverse_and_leave_the_old_stack_alone():
    net = stack(norm="batch")
    part = take(net, np.array([2, 0]))
    for layer in part.params:
        layer["w"] = layer["w"] + 1
    new = put(net, np.array([2, 0]), part)
    np.testing.assert_array_equal(new.params[0]["w"][[2, 0]], net.params[0]["w"][[2, 0]] + 1)
    np.testing.assert_array_equal(new.params[0]["w"][1], net.params[0]["w"][1])
    assert list(part.seeds) == [2, 0] and part.size == 2 and part.hidden == 2


def test_networks_keep_float32():
    net = init((6, 8, 4), norm="batch", dtype=np.float32)
    _, x, labels = problem(shared=True)
    losses, grads, trace = loss_and_grads(net, x.astype(np.float32), labels)
    assert {losses.dtype, *(g.dtype for g in flatten(grads))} == {np.dtype(np.float32)}
    assert forward(update_statistics(net, trace), x.astype(np.float32), training=False)[0].dtype == np.float32


def test_accuracy_counts_nan_as_wrong():
    logits = np.array([[[0.0, 1.0], [1.0, 0.0]], [[np.nan, 1.0], [1.0, 0.0]]])
    np.testing.assert_array_equal(accuracy(logits, np.array([1, 1])), [0.5, 0.0])
    np.testing.assert_array_equal(accuracy(logits, np.array([[1, 0], [0, 0]])), [1.0, 0.5])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"norm": "l3"}, "norm is 'l3'; allowed are 'none', 'batch'"),
        ({"activation": "gelu"}, "activation is 'gelu'; allowed are 'relu'"),
        ({"init": "xavier"}, "init is 'xavier'; allowed are 'he'"),
        ({"init": -1.0}, "init is -1.0"),
        ({"sizes": (6,)}, r"sizes is \(6,\); allowed are at least two"),
        ({"sizes": (6, 0, 2)}, "sizes is"),
        ({"seeds": ()}, "seeds is"),
        ({"seeds": (0.5,)}, "seeds is"),
        ({"scale": (1, 2, 3)}, r"scale has shape \(3,\); allowed is one number or one per network, \(1,\)"),
        ({"eps": -1}, "eps is -1"),
    ],
)
def test_wrong_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        init(**{"sizes": (6, 8, 4), **settings})


def test_backward_needs_a_training_pass():
    net = stack(norm="batch")
    _, x, _ = problem()
    logits, trace = forward(net, x, training=False)
    with pytest.raises(ValueError, match="trace comes from an inference pass"):
        backward(net, trace, logits)
